"""The same worksheets written in each way a register is kept, read again, and judged."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from complaints_sheet.app.judged import judged, judging_by_default
from complaints_sheet.core.cases import ReadOptions, register_from
from complaints_sheet.core.model import Register
from complaints_sheet.sources import SOURCES
from tests.google_server.book import Book, Cell, Error, Worksheet, cell_of
from tests.google_server.robot import settings
from tests.google_server.server import Google
from tests.ugly.files import csv_file, ods
from tests.ugly.truth import Fault, Formula, Rich, Serial, Sheet
from tests.ugly.xlsx import Manner, xlsx

ID = "1four-ways-of-keeping-a-register"
AS_OF = datetime(2026, 11, 22, 23, 59, tzinfo=UTC)
ALL = ("xlsx", "ods", "csv", "google")
TYPED = ("xlsx", "ods", "google")


@dataclass(frozen=True, slots=True)
class Said:
    """What the program says of a register, without where it is kept."""

    layouts: tuple[object, ...]
    cases: tuple[object, ...]
    findings: tuple[object, ...]
    left_out: tuple[object, ...]


def as_texts(sheet: Sheet) -> Sheet:
    """Return the worksheet with what a CSV file carries of it: texts, nothing hidden, merged or broken."""
    return Sheet(
        sheet.name, {place: _text(value) for place, value in sheet.cells.items() if value is not None}
    )


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Rich):
        return "".join(value.runs)
    if isinstance(value, Serial | int | float):
        return f"{value.number if isinstance(value, Serial) else value:.15g}"
    return value.text if isinstance(value, Fault) else str(value)


def in_google(sheet: Sheet, number: int = 0) -> Worksheet:
    """Return the worksheet as Google would hold it."""
    found = Worksheet(
        sheet.name, number, hidden=sheet.hidden, hidden_by_user=set(sheet.hidden_rows), merges=[*sheet.merged]
    )
    for place, value in sheet.cells.items():
        cell = _cell(value)
        if cell:
            found.cells[place] = cell
    return found


def _cell(value: object) -> Cell | None:
    if isinstance(value, Formula):
        return cell_of(value.stored)
    if isinstance(value, Fault):
        return Cell(Error(value.text))
    if isinstance(value, Serial):
        return Cell(value.number)
    return cell_of("".join(value.runs) if isinstance(value, Rich) else value)


def read(way: str, sheets: Sequence[Sheet], folder: Path, google: Google, options: ReadOptions) -> Register:
    """Return the worksheets as a register that is kept in this way."""
    if way == "google":
        google.add(Book(ID, "register", [in_google(each, at) for at, each in enumerate(sheets)]))
        kept: dict[str, Any] = settings(folder, google, ID)
    else:
        path = folder / f"register.{way}"
        path.write_bytes(_file(way, sheets))
        kept = {"kind": "excel", "path": path}
    source = SOURCES[kept["kind"]]
    return register_from(source.read(source.settings.model_validate(kept)), options)


def _file(way: str, sheets: Sequence[Sheet]) -> bytes:
    rng = random.Random(0)
    if way == "csv":
        return csv_file(sheets[0], "utf-8-sig", ",")
    return ods(sheets, rng) if way == "ods" else xlsx(sheets, rng, Manner())


def said(register: Register, *, one_sheet: bool) -> Said:
    """Return what is said of the register; `one_sheet` where its worksheet has no name in a CSV file."""
    judgement = judged(register, judging_by_default(), AS_OF)

    def sheet(name: str) -> str:
        return "" if one_sheet else name

    return Said(
        tuple(
            (sheet(each.sheet), each.header_row, each.rows, each.columns, each.extra, each.date_order)
            for each in register.layouts
        ),
        tuple((sheet(each.sheet), each.row, each.values, each.problems) for each in register.cases),
        tuple(
            (
                each.rule,
                each.severity,
                each.message,
                sheet(each.sheet),
                each.row,
                each.field,
                each.cell,
                each.due,
            )
            for each in judgement.findings
        ),
        tuple((sheet(each.sheet), each.row, each.reason) for each in register.left_out),
    )


def differences(
    sheets: Sequence[Sheet], ways: Sequence[str], folder: Path, google: Google, options: ReadOptions
) -> list[str]:
    """Return in which of the ways something else is said of the register than in the first."""
    one = "csv" in ways
    found = {way: said(read(way, sheets, folder, google, options), one_sheet=one) for way in ways}
    first = found[ways[0]]
    return [
        f"{way}, {part}: {_first_difference(getattr(first, part), getattr(each, part))}"
        for way, each in found.items()
        for part in Said.__slots__
        if getattr(first, part) != getattr(each, part)
    ]


def _first_difference(left: tuple[object, ...], right: tuple[object, ...]) -> str:
    for mine, theirs in zip(left, right, strict=False):
        if mine != theirs:
            return f"{mine!r} but {theirs!r}"
    return f"{len(left)} but {len(right)}"
