"""Finds the register's files and reads each once into memory, whole and unchanged while it was read."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from complaints_sheet.errors import SourceError

WAITS_SECONDS = (0.2, 0.5, 1.0)  # Excel deletes and renames while it saves; it is never long
NEVER_READ = re.compile(r"^(~\$|\.~|\._)|^\.|\.(tmp|part|bak|crdownload)$|~$", re.IGNORECASE)
OUR_OWN = frozenset({"what-needs-doing.xlsx"})  # written beside the registers, and none itself
GLOB_MARKS = frozenset("*?[")
CONFLICTED = re.compile(
    r"conflicted copy|conflict(ed)?\b|_conflict-|\bin conflict\b|\bkonflikt|^copy of\b| - copy\b|\bcopie\b"
    r"|\(\d+\)$",
    re.IGNORECASE,
)
COMPUTER = re.compile(r"^-(?=[^-]*[A-Z])[A-Z0-9-]{4,15}$")  # OneDrive puts the computer's name behind


@dataclass(frozen=True, slots=True)
class FileBytes:
    """One file as it was at one moment."""

    path: Path
    content: bytes


def register_files(path: Path) -> tuple[Path, ...]:
    """Return the files that a path or glob names; raises SourceError if there are none.

    A glob leaves out lock files, temporary files, what looks like a copy of another file beside it, and the
    list of what needs doing.
    """
    if not GLOB_MARKS & set(str(path)) or path.exists():
        return (path,)
    anchor = Path(path.anchor)
    there = [
        each
        for each in anchor.glob(str(path.relative_to(anchor)))
        if each.is_file() and not NEVER_READ.search(each.name)
    ]
    copies = {each.with_name(name) for each in there for name in conflicted_copies(each)}
    found = sorted(each for each in there if each not in copies and each.name.casefold() not in OUR_OWN)
    if not found:
        raise SourceError(
            f"No file matches {path}.",
            "Check `path` under `register` in config.yaml: the folder, the spelling, the ending (.xlsx …).",
        )
    return tuple(found)


def conflicted_copies(path: Path) -> tuple[str, ...]:
    """Return the names of files beside the register that look like a copy by a sync client or a person."""
    try:
        beside = [
            each.name for each in path.parent.iterdir() if each.suffix.casefold() == path.suffix.casefold()
        ]
    except OSError:
        return ()
    return tuple(sorted(name for name in beside if _is_copy_of(path, name)))


def _is_copy_of(path: Path, name: str) -> bool:
    stem, other = path.stem.casefold(), Path(name).stem.casefold()
    if name == path.name or NEVER_READ.search(name) or stem not in other or other == stem:
        return False
    if CONFLICTED.search(stem):
        return False
    return bool(CONFLICTED.search(other) or COMPUTER.search(Path(name).stem[len(stem) :]))


def read_file(path: Path) -> FileBytes:
    """Return the file's bytes, read at once and closed at once; raises SourceError.

    Where the file is missing, locked or changes while it is read, waits briefly and tries again.
    """
    for wait in (*WAITS_SECONDS, None):
        try:
            content = _read_unchanged(path)
        except FileNotFoundError as error:
            problem = _missing(path, error)
        except IsADirectoryError as error:
            raise _folder(path) from error
        except OSError as error:
            problem = _locked(path, error)
        else:
            if content is not None:
                return _not_empty(path, content)
            problem = SourceError(
                f"{path.name} is being saved by somebody right now.", "Wait a minute and run this again."
            )
        if wait is None or (isinstance(problem.__cause__, FileNotFoundError) and not path.parent.is_dir()):
            raise problem
        time.sleep(wait)
    raise AssertionError("the last turn returns or raises")


def _read_unchanged(path: Path) -> bytes | None:
    if path.is_dir():
        raise IsADirectoryError(path)
    before = path.stat()
    content = path.read_bytes()
    after = path.stat()
    same = (before.st_size, before.st_mtime_ns, before.st_ino) == (
        after.st_size,
        after.st_mtime_ns,
        after.st_ino,
    )
    return content if same and len(content) == after.st_size else None


def _not_empty(path: Path, content: bytes) -> FileBytes:
    if content.strip(b"\0 \r\n\t"):
        return FileBytes(path, content)
    raise SourceError(
        f"{path.name} is empty: it holds no bytes at all."
        if not content
        else f"{path.name} is empty: it holds nothing but blanks.",
        "A save or a sync may have failed. Fetch the previous version from the backup or version history.",
    )


def _missing(path: Path, error: OSError) -> SourceError:
    problem = SourceError(
        f"There is no file {path}.{_nearest(path)}",
        "Check `path` under `register` in config.yaml, or the name you typed, and that the shared drive is "
        "connected.",
    )
    problem.__cause__ = error
    return problem


def _nearest(path: Path) -> str:
    from rapidfuzz import process

    try:
        names = [
            each.name for each in path.parent.iterdir() if each.is_file() and not NEVER_READ.search(each.name)
        ]
    except OSError:
        return f" The folder {path.parent} is not there either." if path.parent != Path() else ""
    best = process.extractOne(path.name, names, score_cutoff=70)
    return f" The nearest name in that folder is {best[0]}." if best else ""


def _folder(path: Path) -> SourceError:
    return SourceError(
        f"{path} is a folder.", f"Name the register's file in it, or all of them: {path / '*.xlsx'}"
    )


def _locked(path: Path, error: OSError) -> SourceError:
    problem = SourceError(
        f"{path.name} cannot be read: {error.strerror or type(error).__name__}.",
        "Close it in Excel if it is open there, check that you may read it, and run this again.",
    )
    problem.__cause__ = error
    return problem


def lock_files(path: Path) -> Iterator[str]:
    """Yield the names of Excel's and LibreOffice's lock files for the register: somebody may have it open."""
    for name in (f"~${path.name}", f".~lock.{path.name}#"):
        if (path.parent / name).exists():
            yield name
