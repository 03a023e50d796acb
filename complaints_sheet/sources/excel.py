"""Registers kept in a file: .xlsx, .xlsm, .xlsb, .xls, .ods and .csv, opened read-only and closed at once."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

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
from complaints_sheet.sources.zip_checks import check_all, open_parts


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


def read(settings: Settings) -> tuple[Reading, ...]:
    """Return one reading for each file of the register; raises SourceError with what to do next."""
    with collection_paused():
        readings = tuple(_read_one(path, settings) for path in register_files(settings.path))
    _insist_on_sheets(settings, readings)
    return readings


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
