"""Removed rows as a workbook, ready to be pasted back: every cell with its type, no formulas."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from complaints_sheet.core.journal import GoneCase, case_id
from complaints_sheet.core.model import BadCell, Raw
from complaints_sheet.workbook_cells import cell_text

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet


def restored(rows: Sequence[GoneCase], columns: Mapping[str, int] | None = None) -> bytes:
    """Return an .xlsx with the rows as they last stood in the register, under the headings they had.

    `columns` gives the place of each column in the register of today (A is 1), so that a whole row can be
    pasted; a column that is no longer there comes after the others. Dates come back as dates,
    text as text, also where it looks like a formula; a formula comes back as its value, and it says so.
    """
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Rows to paste back"
    headings = {name: heading for row in rows for name, heading in row.headings.items()}
    places = _places(headings, columns or {})
    for name, heading in headings.items():
        _put(sheet, 1, places[name], heading)
    for number, row in enumerate(rows, 2):
        for name, place in places.items():
            _put(sheet, number, place, row.cells.cells.get(name))
    _about(book.create_sheet("About these rows"), rows)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _places(names: Iterable[str], columns: Mapping[str, int]) -> dict[str, int]:
    """Return the column of each name: where the register has it, else after the last of those."""
    names = list(names)
    first_free = max((columns.get(name, 0) for name in names), default=0) + 1
    others = [name for name in names if name not in columns]
    return {name: columns.get(name) or first_free + others.index(name) for name in names}


def _about(sheet: "Worksheet", rows: Sequence[GoneCase]) -> None:
    said = (
        "These rows stood in the register and were removed. Copy them from the first sheet and paste them.",
        "Cells that held a formula hold its last value. Colours, comments and links are not kept.",
        "Each column stands where the register has it; one that it no longer has comes last.",
    )
    for number, sentence in enumerate(said, 1):
        _put(sheet, number, 1, sentence)
    for number, row in enumerate(rows, len(said) + 2):
        _put(sheet, number, 1, case_id(row.number))
        _put(sheet, number, 2, f"{row.why} on")
        _put(sheet, number, 3, row.since)


def _put(sheet: "Worksheet", row: int, column: int, value: Raw) -> None:
    """Write one cell with its type; text stays text, whatever it begins with."""
    if value is None:
        return
    if isinstance(value, BadCell):
        value = value.text
    if isinstance(value, str):
        cell = sheet.cell(row, column)
        cell.value = cell_text(value)
        cell.data_type = "s"
        return
    cell = sheet.cell(row, column, value)
    cell.number_format = _format(value)


def _format(value: float | date | time | timedelta) -> str:
    if isinstance(value, datetime) and value.time() != time():
        return "dd/mm/yyyy hh:mm"
    if isinstance(value, date):
        return "dd/mm/yyyy"
    if isinstance(value, time):
        return "hh:mm:ss"
    return "[h]:mm:ss" if isinstance(value, timedelta) else "General"
