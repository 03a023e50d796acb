"""What needs doing, as a workbook beside the register: a sheet for each person, the most urgent row first."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from complaints_sheet.core.brand import Brand
from complaints_sheet.core.columns import column_letter
from complaints_sheet.core.lines import Group
from complaints_sheet.core.wording import clock_time, count, full_date
from complaints_sheet.core.worklist import Doing, WorkList
from complaints_sheet.workbook_cells import (
    address,
    fill,
    font,
    free_name,
    heading,
    link,
    printable,
    put,
    written,
)

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

TITLE = "What needs doing"
MOST_ROWS, MOST_PEOPLE = 500, 150  # a workbook for reading; the register holds the rest
LOOKS: dict[Group, str] = {"over": "F7C4BB", "today": "FFE3C4"}
LINE = "D9E0E4"
LINE_POINTS = 15
COLUMNS = (
    ("How urgent", 18), ("Row", 19), ("What to do", 34), ("Due", 13), ("", 18), ("What to type where", 46),
    ("About", 40), ("Why", 44),
)  # fmt: skip


def what_needs_doing(
    found: WorkList, read_at: datetime, brand: Brand, *, files: dict[str, Path], folder: Path
) -> bytes:
    """Return the workbook; `files` gives the file of each register by the name its rows know it by.

    Links lead from each row to its place in the register, as the two files lie beside each other in `folder`.
    """
    from openpyxl import Workbook

    book = Workbook()
    front = book.worksheets[0]
    front.title = TITLE
    names = [
        _person(book, name, rows, brand, {source: _from(folder, path) for source, path in files.items()})
        for name, rows in found.people[:MOST_PEOPLE]
    ]
    _front(front, found, names, read_at, brand)
    book.properties.keywords = fingerprint(found, read_at.date())
    return written(book, f"{TITLE}, {read_at:%Y-%m-%d}", brand.name)


def fingerprint(found: WorkList, on: date) -> str:
    """Return what tells whether two lists say the same on the same day."""
    return hashlib.blake2b(f"{on}{found!r}".encode("utf-8", "replace"), digest_size=12).hexdigest()


def _from(folder: Path, path: Path) -> str:
    try:
        return quote(path.relative_to(folder).as_posix())
    except ValueError:
        return ""


def _front(
    sheet: "Worksheet", found: WorkList, names: Sequence[str], read_at: datetime, brand: Brand
) -> None:
    main = brand.main[1:].upper()
    sheet.sheet_view.showGridLines = False
    put(sheet, 1, 1, TITLE).font = font(size=16, bold=True, colour=main)
    for row, line in enumerate(_introduction(read_at), 2):
        put(sheet, row, 1, line).font = font()
    for column, (text, width) in enumerate(_FRONT, 1):
        heading(sheet, 6, column, text, width=width, main=main)
    for row, ((name, rows), tab) in enumerate(zip(found.people, names, strict=False), 7):
        numbers = [sum(each.group in groups for each in rows) for groups in _COUNTED]
        link(put(sheet, row, 1, name), address(tab, "A1"), main)
        for column, number in enumerate((*numbers, len(rows)), 2):
            put(sheet, row, column, number).font = font(bold=bool(column == 2 and number))
            if column < 4 and number:
                fill(sheet.cell(row, column), LOOKS["over" if column == 2 else "today"])
    if not found.people:
        put(sheet, 7, 1, "Nothing needs doing.").font = font(bold=True)
    sheet.freeze_panes = "A7"
    printable(sheet)


_FRONT = (("Who", 30), ("Past the standard", 18), ("Due today", 12), ("Due soon", 12), ("Everything", 12))
_COUNTED: tuple[tuple[Group, ...], ...] = (("over",), ("today",), ("soon", "week"))


def _introduction(read_at: datetime) -> tuple[str, ...]:
    return (
        f"Read on {full_date(read_at.date())} at {clock_time(read_at)}. Each name leads to a list.",
        "This file is written anew after each run: what you type here is lost. Type into the register.",
        "It waits while somebody has it open, so please close it when you have looked.",
    )


def _person(book: "Workbook", name: str, rows: Sequence[Doing], brand: Brand, links: dict[str, str]) -> str:
    sheet = book.create_sheet(free_name(book, name))
    main = brand.main[1:].upper()
    put(sheet, 1, 1, name).font = font(size=14, bold=True, colour=main)
    late = sum(each.group == "over" for each in rows)
    said = f"{count(len(rows), 'row')} {'needs' if len(rows) == 1 else 'need'} something" + (
        f", {late} past the standard." if late else "."
    )
    put(sheet, 2, 1, said).font = font()
    for column, (text, width) in enumerate(COLUMNS, 1):
        heading(sheet, 4, column, text, width=width, main=main)
    several = len({(each.source, each.sheet) for each in rows}) > 1
    for number, each in enumerate(rows[:MOST_ROWS], 5):
        _row(sheet, number, each, links.get(each.source, ""), several=several, main=main)
    if len(rows) > MOST_ROWS:
        more = f"And {len(rows) - MOST_ROWS:,} more in the register."
        put(sheet, MOST_ROWS + 5, 1, more).font = font(bold=True)
    sheet.freeze_panes = "C5"
    sheet.auto_filter.ref = f"A4:{column_letter(len(COLUMNS))}{max(5, 4 + min(len(rows), MOST_ROWS))}"
    printable(sheet, heading_row=4)
    return str(sheet.title)


def _row(sheet: "Worksheet", row: int, each: Doing, file: str, *, several: bool, main: str) -> None:
    from openpyxl.styles import Alignment, Border, Side

    where = f"{each.sheet}, row {each.row}" if several and each.sheet else f"Row {each.row}"
    named = f"{where} ({each.case})" if each.case else where
    texts = (
        each.heading, named, each.action, each.due, each.over_words, each.type_here, each.about, each.why,
    )  # fmt: skip
    edge = Border(bottom=Side(style="thin", color=LINE))
    for column, value in enumerate(texts, 1):
        cell = put(sheet, row, column, value)
        cell.font = font(bold=column == 3)
        cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
        cell.border = edge
    if each.group in LOOKS:
        for column in (1, 4, 5):
            fill(sheet.cell(row, column), LOOKS[each.group])
    if file:
        link(sheet.cell(row, 2), address(each.sheet, each.cell) if each.sheet else "", main, file)
    widths = [width for _, width in COLUMNS]
    lines = max(
        -(-len(str(text or "")) * 11 // (10 * width)) for text, width in zip(texts, widths, strict=True)
    )
    sheet.row_dimensions[row].height = LINE_POINTS * max(1, lines)
