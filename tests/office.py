"""Files opened in LibreOffice, as somebody without Word or Excel would."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

SECONDS = 240


def opened(files: Sequence[Path], folder: Path) -> Mapping[str, Path]:
    """Return each file, by its name, as the PDF that LibreOffice prints of it; one it cannot open is absent.

    `folder` takes LibreOffice's profile and the PDFs.
    """
    printed = folder / "printed"
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={(folder / 'profile').resolve().as_uri()}",
            "--headless", "--convert-to", "pdf", "--outdir", str(printed), *map(str, files),
        ],
        check=True,
        capture_output=True,
        timeout=SECONDS,
    )  # fmt: skip
    pages = {file.name: printed / f"{file.stem}.pdf" for file in files}
    return {name: page for name, page in pages.items() if page.is_file()}
