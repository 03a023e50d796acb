"""Workbooks of the program's own, beside people's: replaced whole, and never while somebody has one open."""

from contextlib import suppress
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from complaints_sheet.replacing import put_in_place
from complaints_sheet.sources.files import lock_files


def replaced(path: Path, content: bytes, ours: str) -> str:
    """Put a workbook in its place, and return why it has to wait; empty where it is done.

    A file that is there already is only replaced where it is the program's own: its title begins with `ours`.
    It waits while a lock file of Excel or LibreOffice lies beside it, or another program holds it.
    """
    if path.exists() and not title_of(path).startswith(ours):
        return f"{path.name} is there already and is not one of ours, so it stays as it is"
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    if any(lock_files(path)):
        return f"{path.name} is open; it is written anew once it is closed"
    try:
        part.write_bytes(content)
        why = put_in_place(part, path, lambda: f"{path.name} is open" if any(lock_files(path)) else "")
    except OSError as error:
        return f"{path.name} cannot be written ({error.strerror or type(error).__name__})"
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return why and f"{why}; it is written anew once it is closed"


def title_of(path: Path) -> str:
    """Return the title that a workbook was given when it was made; empty where it has none."""
    return _property(path, "{http://purl.org/dc/elements/1.1/}title")


def keywords_of(path: Path) -> str:
    """Return the keywords that a workbook was given when it was made; empty where it has none."""
    spread = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    return _property(path, f"{{{spread}}}keywords")


def _property(path: Path, name: str) -> str:
    from xml.etree import ElementTree as ET

    try:
        with ZipFile(path) as parts:
            core = ET.fromstring(parts.read("docProps/core.xml"))  # noqa: S314 - no entity is kept
    except (OSError, BadZipFile, KeyError, ET.ParseError):
        return ""
    return core.findtext(name) or ""
