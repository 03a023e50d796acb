"""The folder that holds the memory: private, on a disk of this machine, used by one run at a time."""

import json
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath

from complaints_sheet.errors import BusyError, ConfigError

_NETWORK_KINDS = ("nfs", "cifs", "smb", "afp", "9p", "fuse.sshfs", "fuse.rclone", "webdav", "davfs", "ncpfs")
_REMOTE_DRIVE = 4  # what Windows answers for a drive letter that stands for a share


def prepare(folder: Path) -> None:
    """Make the folder, and make it private; ConfigError if it cannot be made or lies on a network share.

    On Windows a folder in a user's profile is private by the profile's own rights: nothing is changed there.
    """
    refuse_share(folder)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name == "posix":
            folder.chmod(0o700)
    except OSError as error:
        raise ConfigError(
            f"The folder for the memory cannot be used: {folder} ({error.strerror or type(error).__name__}).",
            "Choose a folder you may write to, as `state: {folder: ...}` in the config.",
        ) from error


def refuse_share(folder: Path) -> None:
    """Raise ConfigError where the folder is known to be on a network share, where SQLite's locks fail."""
    kind = share_kind(folder)
    if kind:
        raise ConfigError(
            f"The folder for the memory is on a network share ({kind}): {folder}. "
            "Two machines writing there can spoil it.",
            "Keep the register on the share, and the memory on this machine: set "
            "`state: {folder: ...}` in the config to a folder on a local disk.",
        )


def share_kind(folder: Path) -> str:
    """Return what kind of network share the folder is on, or an empty string where none can be told."""
    place = os.path.realpath(folder)
    if sys.platform == "win32":
        return _windows_share(place)
    mounts = Path("/proc/mounts")
    return kind_from_mounts(place, mounts.read_text(encoding="utf-8")) if mounts.exists() else ""


def kind_from_mounts(place: str, mounts: str) -> str:
    """Return the network kind of the innermost mount that holds an absolute path, or an empty string.

    `mounts` is the text of /proc/mounts: device, mount point (spaces as \\040), kind, options.
    """
    inside = PurePosixPath(place)
    best, kind = -1, ""
    for line in mounts.splitlines():
        parts = line.split()
        if len(parts) < 3:
            continue
        point = PurePosixPath(parts[1].replace("\\040", " "))
        if (point == inside or point in inside.parents) and len(point.parts) >= best:
            best, kind = len(point.parts), parts[2]
    return kind if kind.startswith(_NETWORK_KINDS) else ""


def _windows_share(place: str) -> str:
    if place.startswith("\\\\") and not place.startswith(("\\\\?\\", "\\\\.\\")):
        return "a UNC path"
    if sys.platform == "win32":
        import ctypes

        drive = os.path.splitdrive(place)[0] + "\\"
        if ctypes.windll.kernel32.GetDriveTypeW(drive) == _REMOTE_DRIVE:
            return "a network drive"
    return ""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock for the time of a `with`; BusyError if another run holds it."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / "lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise BusyError(
            f"Another run is working with the memory in {folder}.",
            "Wait until it has finished, then try again. A lock left by a crash does not count.",
        ) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def one_scheduler(folder: Path, since: datetime) -> Iterator[None]:
    """Be the one scheduler of the folder for the time of a `with`; BusyError says who is, where another is.

    `since` is the aware moment it began, told to whoever tries to be a second one.
    """
    from filelock import FileLock, Timeout

    prepare(folder)
    who = folder / "scheduler.json"  # beside the lock, which Windows lets nobody read while it is held
    lock = FileLock(folder / "scheduler.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise BusyError(
            f"A scheduler is at work here already: {_who(who)}.",
            "Leave it running, or stop it first (Ctrl+C in its window, or end its task or service).",
        ) from error
    try:
        started = since.astimezone().isoformat(sep=" ", timespec="minutes")
        facts = {"process": os.getpid(), "computer": platform.node(), "since": started}
        who.write_text(json.dumps(facts), encoding="utf-8")
        yield
    finally:
        who.unlink(missing_ok=True)
        lock.release()


def _who(file: Path) -> str:
    try:
        facts = json.loads(file.read_text(encoding="utf-8"))
        return f"process {facts['process']} on {facts['computer']}, since {facts['since']}"
    except (OSError, ValueError, KeyError):
        return "another process"
