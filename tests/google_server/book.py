"""A spreadsheet as Google keeps it: cells with value and format, worksheets, a version that only grows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

EPOCH = datetime(1899, 12, 30)
SPREADSHEET = "application/vnd.google-apps.spreadsheet"
ERRORS = {
    "#NULL!": "NULL_VALUE",
    "#DIV/0!": "DIVIDE_BY_ZERO",
    "#VALUE!": "VALUE",
    "#REF!": "REF",
    "#NAME?": "NAME",
    "#NUM!": "NUM",
    "#N/A": "N_A",
    "#ERROR!": "ERROR",
    "Loading...": "LOADING",
}


@dataclass(frozen=True, slots=True)
class Error:
    """An error in a cell, by what it shows."""

    shown: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's result, and the type of its number format where it has one."""

    value: str | float | bool | Error
    format: str = ""


def cell_of(value: object) -> Cell | None:
    """Return the cell that holds a plain Python value, None for a blank."""
    if value is None or value == "":
        return None
    if isinstance(value, Cell):
        return value
    if isinstance(value, datetime):
        return Cell((value - EPOCH) / timedelta(days=1), "DATE_TIME")
    if isinstance(value, date):
        return Cell((datetime.combine(value, time()) - EPOCH).days, "DATE")
    if isinstance(value, time):
        return Cell((value.hour * 3600 + value.minute * 60 + value.second) / 86_400, "TIME")
    if isinstance(value, timedelta):
        return Cell(value / timedelta(days=1), "TIME")
    if isinstance(value, str | float | int | bool | Error):
        return Cell(value)
    raise TypeError(value)


@dataclass(slots=True)
class Worksheet:
    """A worksheet: its cells by (row, column) from 1, what is hidden, what is merged."""

    title: str
    id: int = 0
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    hidden: bool = False
    hidden_by_user: set[int] = field(default_factory=set)
    hidden_by_filter: set[int] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)  # first and last row and column
    kind: str = "GRID"

    @property
    def last(self) -> tuple[int, int]:
        """Return the last row and the last column that hold something."""
        rows = max((row for row, _ in self.cells), default=0)
        return rows, max((column for _, column in self.cells), default=0)


@dataclass(slots=True)
class Book:
    """A file in Drive: a spreadsheet of Google's, or with `content` a file of another kind."""

    id: str
    title: str = "Complaints register"
    sheets: list[Worksheet] = field(default_factory=list)
    shared_with: set[str] = field(default_factory=set)
    locale: str = "en_GB"
    zone: str = "Europe/London"
    version: int = 1
    trashed: bool = False
    kind: str = SPREADSHEET
    content: bytes = b""

    def changed(self) -> None:
        """Count a change, as Drive does for every change on the server."""
        self.version += 1


def worksheet(title: str, rows: Sequence[Sequence[object]], number: int = 0) -> Worksheet:
    """Return a worksheet with these rows from A1."""
    placed = {
        (down, across): cell
        for down, row in enumerate(rows, 1)
        for across, value in enumerate(row, 1)
        if (cell := cell_of(value))
    }
    return Worksheet(title, number, placed)


# --- what the Sheets API answers of it ---------------------------------------------------------------------


def unformatted(cell: Cell | None) -> Any:
    """Return the cell as values.get does with UNFORMATTED_VALUE and SERIAL_NUMBER."""
    if cell is None:
        return ""
    return cell.value.shown if isinstance(cell.value, Error) else cell.value


def formatted(cell: Cell | None) -> str:
    """Return the cell as values.get does with FORMATTED_VALUE, dates in the British order."""
    if cell is None:
        return ""
    if isinstance(cell.value, Error):
        return cell.value.shown
    if isinstance(cell.value, bool):
        return "TRUE" if cell.value else "FALSE"
    if isinstance(cell.value, str):
        return cell.value
    if not 0 <= cell.value < 2_958_466:
        return f"{cell.value:g}"
    if cell.format == "DATE":
        return f"{EPOCH + timedelta(days=cell.value):%d/%m/%Y}"
    if cell.format == "DATE_TIME":
        return f"{EPOCH + timedelta(days=cell.value):%d/%m/%Y %H:%M:%S}"
    if cell.format == "TIME":
        return str(timedelta(seconds=round(cell.value * 86_400)))
    return f"{cell.value:g}"


def values(sheet: Worksheet, *, raw: bool) -> list[list[Any]]:
    """Return the rows as values.get does: ragged, without blank cells and rows at the end."""
    show = unformatted if raw else formatted
    rows, columns = sheet.last
    found = []
    for row in range(1, rows + 1):
        cells = [show(sheet.cells.get((row, column))) for column in range(1, columns + 1)]
        while cells and cells[-1] == "":
            cells.pop()
        found.append(cells)
    return found


def resource(book: Book, sheets: Sequence[Worksheet], *, grid: bool) -> dict[str, Any]:
    """Return the Spreadsheet resource, with the cells where `grid`; what is 0 or false is left out."""
    return {
        "spreadsheetId": book.id,
        "properties": {
            "title": book.title,
            "locale": book.locale,
            "timeZone": book.zone,
            "autoRecalc": "ON_CHANGE",
        },
        "sheets": [_sheet(book, each, grid=grid) for each in sheets],
        "spreadsheetUrl": f"https://docs.google.com/spreadsheets/d/{book.id}/edit",
    }


def _sheet(book: Book, sheet: Worksheet, *, grid: bool) -> dict[str, Any]:
    rows, columns = sheet.last
    found: dict[str, Any] = {
        "properties": {
            "sheetId": sheet.id,
            "title": sheet.title,
            "index": book.sheets.index(sheet),
            "sheetType": sheet.kind,
        }
    }
    if sheet.hidden:
        found["properties"]["hidden"] = True
    if sheet.kind != "GRID":
        return found
    found["properties"]["gridProperties"] = {"rowCount": max(rows, 1000), "columnCount": max(columns, 26)}
    if sheet.merges:
        found["merges"] = [_merge(sheet, each) for each in sheet.merges]
    if grid:
        found["data"] = [
            {
                "rowData": [_row(sheet, row, columns) for row in range(1, rows + 1)],
                "rowMetadata": [_row_facts(sheet, row) for row in range(1, max(rows, 1000) + 1)],
            }
        ]
    return found


def _merge(sheet: Worksheet, block: tuple[int, int, int, int]) -> dict[str, int]:
    first_row, first_column, last_row, last_column = block
    found = {
        "sheetId": sheet.id,
        "startRowIndex": first_row - 1,
        "endRowIndex": last_row,
        "startColumnIndex": first_column - 1,
        "endColumnIndex": last_column,
    }
    return found if sheet.id else {key: value for key, value in found.items() if key != "sheetId"}


def _row_facts(sheet: Worksheet, row: int) -> dict[str, Any]:
    found: dict[str, Any] = {"pixelSize": 21}
    if row in sheet.hidden_by_user:
        found["hiddenByUser"] = True
    if row in sheet.hidden_by_filter:
        found["hiddenByFilter"] = True
    return found


def _row(sheet: Worksheet, row: int, columns: int) -> dict[str, Any]:
    cells = [_cell(sheet.cells.get((row, column))) for column in range(1, columns + 1)]
    while cells and not cells[-1]:
        cells.pop()
    return {"values": cells} if cells else {}


def _cell(cell: Cell | None) -> dict[str, Any]:
    if cell is None:
        return {}
    found: dict[str, Any] = {"effectiveValue": _value(cell), "formattedValue": formatted(cell)}
    if cell.format:
        found["effectiveFormat"] = {"numberFormat": {"type": cell.format, "pattern": "d mmm yyyy"}}
    return found


def _value(cell: Cell) -> Mapping[str, Any]:
    if isinstance(cell.value, Error):
        return {"errorValue": {"type": ERRORS[cell.value.shown], "message": "An error."}}
    if isinstance(cell.value, bool):
        return {"boolValue": cell.value}
    return {"stringValue" if isinstance(cell.value, str) else "numberValue": cell.value}
