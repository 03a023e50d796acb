"""A finished file put in the place of another at one stroke, with patience for whoever holds it."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

WAITS_SECONDS = (0.1, 0.3, 0.6, 1.0)  # a virus scanner or an indexer holds a file for moments


def put_in_place(part: Path, path: Path, objection: Callable[[], str]) -> str:
    """Replace `path` by the finished file `part` beside it; return why that has to wait, "" where it is done.

    `objection` is asked before each try and stops it by saying why. Whoever reads the path at any moment, a
    crash included, finds the old file or the new one. OSError for anything but a file that is held.
    """
    for wait in (*WAITS_SECONDS, None):
        if why := objection():
            return why
        try:
            part.replace(path)
        except PermissionError:  # on Windows an open file cannot be replaced
            if wait is not None:
                time.sleep(wait)
        else:
            return ""
    return f"{path.name} is open in another program"


def write_through(path: Path, content: bytes) -> None:
    """Write a new file, for our own account alone, and have it on the disk before this returns.

    FileExistsError where it is there already.
    """
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk, where the system can be asked for that."""
    if os.name != "posix":
        return
    with suppress(OSError):  # some file systems cannot do it for a folder
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
