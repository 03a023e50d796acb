"""The improvement log as a file: read while people use it, written only when nobody has it open."""

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from complaints_sheet.core.model import Raw, Table
from complaints_sheet.errors import SourceError
from complaints_sheet.replacing import put_in_place
from complaints_sheet.workbooks.improvement_log import SheetEdit, edited, new_log

MOST_COPIES = 30


@dataclass(frozen=True, slots=True)
class LogFile:
    """The log as it was read: its worksheets, its bytes, and plain notes about the file."""

    path: Path
    content: bytes
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()


def open_by(path: Path) -> str:
    """Return who may have the log open, as the name of a lock file; empty where nobody has."""
    from complaints_sheet.sources.files import lock_files

    return next(lock_files(path), "")


def read_log(path: Path) -> LogFile | None:
    """Return the log, or None where there is none; SourceError where it cannot be read now."""
    from complaints_sheet.sources.excel import Settings, read

    if not path.exists():
        return None
    content = path.read_bytes()
    reading = read(Settings(path=path))[0]
    if hashlib.sha256(content).hexdigest() != reading.fingerprint:
        raise SourceError(f"{path.name} is being saved by somebody right now.", "It is read on the next run.")
    return LogFile(path, content, reading.tables, reading.notes)


def made_log(path: Path, organisation: str) -> LogFile:
    """Return a new, empty log, not written anywhere yet."""
    content = new_log(organisation)
    return LogFile(path, content, _tables(path, content))


def rewritten(log: LogFile, edits: Sequence[SheetEdit]) -> bytes:
    """Return the log's bytes with these edits, once it is proved that nothing else in it changed."""
    content = edited(log.path.name, log.content, edits)
    stray = next(_changed_beside(log.tables, _tables(log.path, content), edits), None)
    if stray is not None:
        raise SourceError(
            f"Nothing was written into {log.path.name}: {stray} would have changed as well.",
            "Save it once more in your spreadsheet program, and run again.",
        )
    return content


def _changed_beside(
    before: Sequence[Table], after: Sequence[Table], edits: Sequence[SheetEdit]
) -> Iterator[str]:
    """Yield the place of every cell that changed though nobody meant it to."""
    meant = {edit.sheet: edit for edit in edits}
    then = {table.sheet: table for table in after}
    for table in before:
        now = then.get(table.sheet)
        if now is None:
            yield f"the sheet {table.sheet}"
            continue
        edit = meant.get(table.sheet)
        cells = _cells(now)
        for place, raw in _cells(table).items():
            if cells.get(place) != raw and (edit is None or place not in edit.cells):
                yield f"row {place[0]} of the sheet {table.sheet}"


def _cells(table: Table) -> Mapping[tuple[int, int], Raw]:
    return {
        (table.first_row + down, table.first_column + across): raw
        for down, row in enumerate(table.rows)
        for across, raw in enumerate(row)
        if raw is not None and raw != ""
    }


def _tables(path: Path, content: bytes) -> tuple[Table, ...]:
    from complaints_sheet.sources.excel import Settings, read

    part = _part(path)
    part.write_bytes(content)
    try:
        return read(Settings(path=part))[0].tables
    finally:
        part.unlink(missing_ok=True)


def _part(path: Path) -> Path:
    return path.with_name(f".{path.stem}.part{path.suffix}")


def replaced(log: LogFile, content: bytes, copies: Path, now: datetime) -> str:
    """Put new bytes in the place of the log, and return why that has to wait; empty where it is done.

    It waits while somebody has the log open, where it was saved since it was read, or where another program
    holds it. The log as it was is kept in the folder `copies`, the latest thirty of them.
    """
    path = log.path
    if open_by(path):
        return f"{path.name} is open; it is brought up to date once it is closed."
    part = _part(path)
    try:
        _write_through(part, content)
        if path.exists():
            shutil.copymode(path, part)  # whoever could open the log still can
            if path.read_bytes() != log.content:
                return f"{path.name} was saved just now; it is brought up to date on the next run."
            _keep_copy(log, copies, now)
        why = put_in_place(part, path, lambda: f"{path.name} is open" if open_by(path) else "")
    except OSError as error:
        return f"{path.name} cannot be written to now ({error.strerror or type(error).__name__})."
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return why and f"{why}; it is brought up to date once it is closed."


def _write_through(part: Path, content: bytes) -> None:
    """Write the file and have it on the disk, so that a power cut leaves the old log or the new one."""
    with part.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _keep_copy(log: LogFile, copies: Path, now: datetime) -> None:
    copies.mkdir(parents=True, exist_ok=True)
    (copies / f"{now:%Y-%m-%d %H%M%S} {log.path.name}").write_bytes(log.content)
    for old in sorted(copies.glob(f"* {log.path.name}"))[:-MOST_COPIES]:
        old.unlink(missing_ok=True)
