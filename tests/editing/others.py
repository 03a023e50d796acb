"""Workbooks by other programs: saved by LibreOffice, and made by Excel for the tests of a package."""

import shutil
import subprocess
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tests.office import converted

PACKAGE = "libexcel-writer-xlsx-perl"  # its tests compare with some 800 workbooks that Excel saved
BATCH = 60


def saved_by_libreoffice(
    books: Iterable[tuple[str, str, bytes]], folder: Path
) -> Iterator[tuple[str, str, bytes]]:
    """Yield (maker, name, bytes) of the same workbooks after LibreOffice opened and saved them."""
    folder.mkdir(parents=True)
    files = []
    for _, name, content in books:
        files.append(folder / name)
        files[-1].write_bytes(content)
    for path in in_batches(files, folder, "xlsx:Calc MS Excel 2007 XML"):
        yield "LibreOffice", path.name, path.read_bytes()


def in_batches(files: Sequence[Path], folder: Path, to: str) -> Iterator[Path]:
    """Yield what LibreOffice makes of these files, some at a time, in their order."""
    for at in range(0, len(files), BATCH):
        batch = files[at : at + BATCH]
        made = converted(batch, folder, to)
        yield from (made[each.name] for each in batch if each.name in made)


def made_by_excel(folder: Path) -> Iterator[tuple[str, str, bytes]]:
    """Yield (maker, name, bytes) of the workbooks in a Debian source package, fetched by apt."""
    for archive in _fetched(folder):
        with tarfile.open(archive) as contents:
            for each in contents:
                stream = contents.extractfile(each) if each.name.endswith((".xlsx", ".xlsm")) else None
                if stream is not None:
                    yield "Excel", Path(each.name).name, stream.read()


def _fetched(folder: Path) -> Sequence[Path]:
    """Return the package's source archives; empty, with a word, on a system without apt or a network."""
    apt = shutil.which("apt-get")
    if apt is None:
        print(
            "Workbooks made by Excel are left out: they come from a Debian package, and there is no apt-get."
        )
        return ()
    for each in ("parts", "lists/partial", "cache/archives/partial", "sources"):
        (folder / each).mkdir(parents=True)
    for number, file in enumerate(sorted(Path("/etc/apt").glob("**/*.sources"))):
        binary = file.read_text(encoding="utf-8")
        if "debian-archive-keyring" in binary:
            own = folder / "parts" / f"{number}.sources"
            own.write_text(binary.replace("Types: deb\n", "Types: deb-src\n"), encoding="utf-8")
    options = [
        "-qq",
        "-o", "Dir::Etc::sourcelist=/dev/null",
        "-o", f"Dir::Etc::sourceparts={folder / 'parts'}",
        "-o", f"Dir::State::lists={folder / 'lists'}",
        "-o", f"Dir::Cache={folder / 'cache'}",
        "-o", "APT::Sandbox::User=root",
    ]  # fmt: skip
    for command in (["update"], ["source", "--download-only", PACKAGE]):
        done = subprocess.run(
            [apt, *options, *command], cwd=folder / "sources", capture_output=True, check=False, timeout=300
        )
        if done.returncode:
            print(f"Workbooks made by Excel are left out: apt-get could not fetch {PACKAGE}.")
            return ()
    return sorted((folder / "sources").glob("*.orig.tar.*"))
