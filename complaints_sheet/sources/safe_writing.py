"""When a register's file may be written to, and how it is replaced: never while somebody may have it open."""

import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from complaints_sheet.errors import SourceError
from complaints_sheet.replacing import put_in_place, sync_folder, write_through
from complaints_sheet.sources.files import lock_files

IDLE_SECONDS = 120
MOST_BACKUPS = 20
LEFT_BEHIND_SECONDS = 600
SYNCED_FOLDER = re.compile(
    r"^(onedrive(?: ?-.*)?|dropbox(?: \(.*\))?|google ?drive(?:-.*)?|googledrive-.*|my drive|shared drives|"
    r"icloud ?drive|mobile documents|cloudstorage|com~apple~clouddocs|nextcloud\d*|owncloud|box|box sync|"
    r"box-box|pcloud ?drive|seafile|syncthing|sharepoint|davwwwroot|creative cloud files)$|@ssl",
    re.IGNORECASE,
)
SYNC_MARKS = (
    ".dropbox.cache", ".tmp.drivedownload", ".tmp.driveupload", ".stfolder", ".nextcloudsync.log",
    ".owncloudsync.log", ".seafile-data",
)  # fmt: skip
SYNC_DATABASE = re.compile(r"^\.(?:_sync|sync)_[0-9a-f]+\.db$")
CLOUD_TAG, CLOUD_TAG_MASK = 0x9000001A, 0xFFFF0FFF  # IO_REPARSE_TAG_CLOUD to _CLOUD_F, winnt.h
INSTEAD = "For a copy with every finding beside its cell: complaints-sheet check --mark copy.xlsx"
NEXT_RUN = "Nothing to do: a later run writes it."


def refuse_unless_quiet(path: Path) -> None:
    """Raise SourceError, with what to do, unless the file may be written to now.

    It must be an ordinary file that we may write, in no folder that a sync client looks after, open nowhere
    as far as lock files tell, and not saved for two minutes.
    """
    why = _synced(path)
    if why:
        raise _waits(path, why, f"Keep the register on a file server or this computer. {INSTEAD}")
    try:
        facts = path.stat()
        with path.open("r+b"):  # on Windows this fails while Excel has it open
            pass
    except OSError as error:
        words = error.strerror or type(error).__name__
        raise _waits(
            path, f"it cannot be written to ({words})", "Close it, or let us write to it."
        ) from error
    if facts.st_nlink > 1:
        raise _waits(path, "it has several names (hard links), which would part ways", INSTEAD)
    if why := _open_by(path):
        raise _waits(path, why, NEXT_RUN)
    if time.time() - facts.st_mtime < IDLE_SECONDS:
        raise _waits(path, "it was saved less than two minutes ago", NEXT_RUN)


def replace_register(path: Path, before: bytes, after: bytes, copies: Path, now: datetime) -> None:
    """Put `after` in the place of the file, which holds `before`; a dated copy of it is kept in `copies`.

    SourceError, and the file as it was, where somebody opened or saved it meanwhile.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        _keep_copy(path.name, before, copies, now)
        _clear_left_behind(part)
        write_through(part, after)
        try:
            _dress_like(part, path)
            why = put_in_place(part, path, lambda: _open_by(path) or _saved_since(path, before))
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
    except FileExistsError as error:
        raise _waits(path, "another program is writing it", NEXT_RUN) from error
    except OSError as error:
        words = error.strerror or type(error).__name__
        raise _waits(
            path, f"its folder cannot be written to ({words})", "Ask for the right to write there."
        ) from error
    if why:
        raise _waits(path, why, NEXT_RUN)
    sync_folder(path.parent)


def _waits(path: Path, why: str, next_step: str) -> SourceError:
    return SourceError(f"Nothing was written into {path.name}: {why}.", next_step)


def _open_by(path: Path) -> str:
    lock = next(lock_files(path), "")
    if not lock:
        return ""
    with suppress(OSError):
        if time.time() - (path.parent / lock).stat().st_mtime > 86_400:
            return (
                f"somebody may have it open: {lock} lies beside it, over a day old; delete it if nobody has"
            )
    return f"somebody may have it open: {lock} lies beside it"


def _saved_since(path: Path, before: bytes) -> str:
    with suppress(OSError):
        if path.read_bytes() == before:
            return ""
    return "somebody saved it just now"


def _synced(path: Path) -> str:
    """Return why a folder is taken for one that a sync client looks after; "" where nothing says so."""
    place = Path(os.path.realpath(path))
    for folder in place.parents:
        if SYNCED_FOLDER.search(folder.name) or any(folder == each for each in _onedrive_folders()):
            return f"it lies in a synced folder ({folder.name}), where every write may make a second copy"
        if any((folder / mark).exists() for mark in SYNC_MARKS) or any(_databases(folder)):
            return f"a sync client looks after its folder ({folder.name})"
    if sys.platform == "win32":
        tag = getattr(place.lstat(), "st_reparse_tag", 0) if place.exists() else 0
        if tag & CLOUD_TAG_MASK == CLOUD_TAG:
            return "it is kept in a cloud"
    return ""


def _onedrive_folders() -> Iterator[Path]:
    for name in ("OneDrive", "OneDriveCommercial", "OneDriveConsumer"):
        if os.environ.get(name):
            yield Path(os.path.realpath(os.environ[name]))


def _databases(folder: Path) -> Iterator[str]:
    with suppress(OSError):
        for each in folder.glob(".*_*.db"):
            if SYNC_DATABASE.match(each.name):
                yield each.name


def _keep_copy(name: str, content: bytes, copies: Path, now: datetime) -> None:
    """Keep a dated copy for our own account alone; the oldest of more than twenty go."""
    copies.mkdir(mode=0o700, parents=True, exist_ok=True)
    copy = copies / f"{now:%Y-%m-%d %H%M%S} {name}"
    copy.unlink(missing_ok=True)
    write_through(copy, content)
    for old in sorted(copies.glob(f"????-??-?? ?????? {_plain(name)}"))[:-MOST_BACKUPS]:
        old.unlink(missing_ok=True)


def _plain(name: str) -> str:
    return re.sub(r"([\[\]*?])", r"[\1]", name)


def _clear_left_behind(part: Path) -> None:
    """Delete what a run that was killed left behind; one that may still be at work is left alone."""
    with suppress(FileNotFoundError):
        if time.time() - part.stat().st_mtime > LEFT_BEHIND_SECONDS:
            part.unlink()


def _dress_like(part: Path, path: Path) -> None:
    """Give the new file the old one's owner, rights and marks; OSError where that may not be done."""
    facts = path.stat()
    if os.name == "posix" and (part.stat().st_uid, part.stat().st_gid) != (facts.st_uid, facts.st_gid):
        os.chown(part, facts.st_uid, facts.st_gid)
    shutil.copystat(path, part)
    os.utime(part)
