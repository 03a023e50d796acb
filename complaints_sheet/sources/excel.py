"""Registers kept in a file: .xlsx, .xlsm, .xlsb, .xls, .ods and .csv, read at once; written on request."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from complaints_sheet.core.collection import collection_paused
from complaints_sheet.core.model import Reading, Table
from complaints_sheet.errors import SourceError
from complaints_sheet.sources.delimited import read_delimited
from complaints_sheet.sources.file_kinds import SAVE_AGAIN, file_kind, not_a_register, password_protected
from complaints_sheet.sources.files import conflicted_copies, read_file, register_files
from complaints_sheet.sources.limits import Limits
from complaints_sheet.sources.modern import read_modern, sheet_missing
from complaints_sheet.sources.old_formats import read_in_child
from complaints_sheet.sources.shelf import Shelf
from complaints_sheet.sources.zip_checks import check_all, open_parts

if TYPE_CHECKING:
    from complaints_sheet.core.status import SheetStatus
    from complaints_sheet.sources.workbook_edit import Asked

FINGERPRINT = 64  # characters of a SHA-256


class Settings(BaseModel):
    """Where the register is. `path` may be a glob; `table` names an Excel Table or a named range."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["excel"] = "excel"
    path: Path = Field(description="The file, or several at once: registers/*.xlsx.")
    sheet: str | tuple[str, ...] | None = Field(
        default=None, description="The worksheet, or a list of them [all that look like a register]"
    )
    table: str | None = Field(
        default=None, description="An Excel table or a named range, instead of a worksheet."
    )
    limits: Limits = Limits()

    @property
    def sheets(self) -> tuple[str, ...]:
        """Return the names of the worksheets to read, empty for all of them."""
        if self.sheet is None:
            return ()
        return (self.sheet,) if isinstance(self.sheet, str) else self.sheet


def read(settings: Settings, shelf: Shelf | None = None) -> tuple[Reading, ...]:  # noqa: ARG001
    """Return one reading for each file of the register; raises SourceError with what to do next.

    A file is read whole each time, so nothing of it is kept on the `shelf`.
    """
    with collection_paused():
        readings = tuple(_read_one(path, settings) for path in register_files(settings.path))
    _insist_on_sheets(settings, readings)
    return readings


@dataclass(frozen=True, slots=True)
class StatusTask:
    """What to write into one register's files.

    `fingerprint` is that of the bytes that were judged; `moment` the aware moment they were judged at. The
    file as it was is kept in the folder `copies`.
    """

    settings: Settings
    fingerprint: str
    sheets: "tuple[SheetStatus, ...]"
    moment: datetime
    copies: Path


@dataclass(frozen=True, slots=True)
class StatusWritten:
    """What came of it for one file: how many cells were written, or the refusal with what to do next."""

    path: Path
    cells: int = 0
    problem: SourceError | None = None


def write_status(task: StatusTask) -> tuple[StatusWritten, ...]:
    """Write the program's own columns into each file of a register, and return what came of it.

    Nothing else in a file changes by a byte. A file is left alone, and why is returned, where anything speaks
    against it: it is not the one that was judged, somebody may have it open, its kind cannot be written into.
    """
    try:
        paths = register_files(task.settings.path)
    except SourceError as problem:
        return (StatusWritten(task.settings.path, problem=problem),)
    found = []
    for at, path in enumerate(paths):
        fingerprint = task.fingerprint[at * FINGERPRINT : (at + 1) * FINGERPRINT]
        try:
            found.append(StatusWritten(path, _write_one(path, fingerprint, paths, task)))
        except SourceError as problem:
            found.append(StatusWritten(path, problem=problem))
    return tuple(found)


def _write_one(path: Path, fingerprint: str, paths: Sequence[Path], task: StatusTask) -> int:
    from complaints_sheet.sources.safe_writing import refuse_unless_quiet, replace_register
    from complaints_sheet.sources.workbook_edit import edited_workbook

    path = path.resolve()  # of a link, the file itself is replaced
    _refuse_kind(path)
    refuse_unless_quiet(path)
    content = read_file(path).content
    known = len(task.fingerprint) == len(paths) * FINGERPRINT
    if not known or hashlib.sha256(content).hexdigest() != fingerprint:
        raise SourceError(
            f"Nothing was written into {path.name}: somebody saved it since it was read.",
            "Nothing to do: a later run writes it.",
        )
    if sum(each.name == path.name for each in paths) > 1:
        raise SourceError(
            f"Nothing was written into {path.name}: several files of the register have this name.",
            "Give each file a name of its own.",
        )
    after, cells = edited_workbook(
        path.name, content, _asked(path.name, task), unpacked_mb=task.settings.limits.unpacked_mb
    )
    if cells:
        replace_register(path, content, after, task.copies, task.moment)
    return cells


def _asked(name: str, task: StatusTask) -> "Mapping[str, Asked]":
    """Return for each worksheet which cells to look at, and what decides what is written there."""
    from complaints_sheet.core.status import changed_cells

    by_sheet: dict[str, list[SheetStatus]] = defaultdict(list)
    for each in task.sheets:
        if each.source == name:
            by_sheet[each.sheet].append(each)

    def asked(tables: "Sequence[SheetStatus]") -> "Asked":
        places = {row: tuple(sorted(each.columns.values())) for each in tables for row in each.rows}
        return places, lambda there: {
            row: cells for each in tables for row, cells in changed_cells(each, there, task.moment).items()
        }

    return {sheet: asked(tables) for sheet, tables in by_sheet.items()}


def _refuse_kind(path: Path) -> None:
    if path.suffix.casefold() not in (".xlsx", ".xlsm"):
        raise SourceError(
            f"Nothing was written into {path.name}: only .xlsx and .xlsm can be written into without harm.",
            f"{SAVE_AGAIN} Or have a copy with every finding beside its cell: complaints-sheet check --mark "
            "copy.xlsx",
        )


def _read_one(path: Path, settings: Settings) -> Reading:
    content = read_file(path).content
    tables, notes = _tables(path.name, content, settings)
    copies = conflicted_copies(path)
    if copies:
        named = ", ".join(copies)
        notes = (
            *notes,
            f"Beside {path.name} lies what looks like a copy of it, which was not read: {named}.",
        )
    return Reading(str(path), tables, hashlib.sha256(content).hexdigest(), notes)


def read_content(name: str, content: bytes, settings: Settings) -> Reading:
    """Return the register whose file has this content, wherever it is kept; raises SourceError."""
    tables, notes = _tables(name, content, settings)
    reading = Reading(name, tables, hashlib.sha256(content).hexdigest(), notes)
    _insist_on_sheets(settings, (reading,))
    return reading


def _tables(name: str, content: bytes, settings: Settings) -> tuple[tuple[Table, ...], tuple[str, ...]]:
    kind, limits = file_kind(name, content), settings.limits
    if kind == "text":
        _refuse_table(name, settings)
        table, notes = read_delimited(name, content, limits)
        return (table,), (*notes, *_misnamed(name, "a text (CSV) file", (".csv", ".txt", ".tsv")))
    if kind == "xls":
        return _old(name, content, settings), _misnamed(name, "an old Excel workbook (.xls)", (".xls",))
    parts = open_parts(name, content, limits.unpacked_mb)
    if "xl/workbook.bin" in parts.names or "content.xml" in parts.names:
        check_all(parts, skip=lambda _: False)
        if b"encryption-data" in parts.whole("META-INF/manifest.xml"):
            raise password_protected(name)
        return _old(name, content, settings), ()
    if not any(part.startswith("xl/") for part in parts.names) and "[Content_Types].xml" not in parts.names:
        raise not_a_register(name, "a zip file")
    if any(part.startswith("word/") for part in parts.names):
        raise not_a_register(name, "a Word document")
    return read_modern(parts, content, limits, settings.sheets, settings.table)


def _misnamed(name: str, what: str, endings: tuple[str, ...]) -> tuple[str, ...]:
    if name.casefold().endswith(endings):
        return ()
    return (f"{name} is really {what}; it was read as that.",)


def _old(name: str, content: bytes, settings: Settings) -> tuple[Table, ...]:
    _refuse_table(name, settings)
    return read_in_child(name, content, settings.limits)


def _refuse_table(name: str, settings: Settings) -> None:
    if settings.table is not None:
        raise SourceError(
            f"{name} is no .xlsx or .xlsm, so its table or named range {settings.table} cannot be found.",
            f"{SAVE_AGAIN} Or leave out `table` under `register` in config.yaml.",
        )


def _insist_on_sheets(settings: Settings, readings: Sequence[Reading]) -> None:
    """Raise SourceError where the settings name a worksheet that no file has, with the nearest name."""
    there = {table.sheet.strip().casefold(): table.sheet for reading in readings for table in reading.tables}
    for wanted in settings.sheets:
        if wanted.strip().casefold() not in there and there != {"": ""}:
            raise sheet_missing(settings.path.name, wanted, tuple(there.values()))
