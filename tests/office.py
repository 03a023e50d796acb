"""Files opened in LibreOffice, as somebody without Word or Excel would."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

SECONDS = 240


def opened(files: Sequence[Path], folder: Path) -> Mapping[str, Path]:
    """Return each file, by its name, as the PDF that LibreOffice prints of it; one it cannot open is absent.

    `folder` takes LibreOffice's profile and the PDFs.
    """
    return converted(files, folder, "pdf")


def recalculated(files: Sequence[Path], folder: Path) -> Mapping[str, Path]:
    """Return each workbook, by its name, as LibreOffice saves it with every formula calculated."""
    return converted(files, folder, "xlsx:Calc MS Excel 2007 XML")


def converted(files: Sequence[Path], folder: Path, to: str) -> Mapping[str, Path]:
    """Return each file, by its name, as LibreOffice saves it in another format, all in one start."""
    made = folder / "made"
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={(folder / 'profile').resolve().as_uri()}",
            "--headless", "--convert-to", to, "--outdir", str(made), *map(str, files),
        ],
        check=True,
        capture_output=True,
        timeout=SECONDS,
    )  # fmt: skip
    ending = to.partition(":")[0]
    found = {file.name: made / f"{file.stem}.{ending}" for file in files}
    return {name: page for name, page in found.items() if page.is_file()}
