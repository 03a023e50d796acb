"""Values as cells of workbooks that the program makes: text stays text, whatever it begins with."""

import re
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

Value: TypeAlias = str | int | float | date | time | timedelta | None

A4 = 9  # as a workbook names the paper
LONGEST = 32_767  # characters in one cell
FONT = "Calibri"
INK = "1F2A30"
LONGEST_NAME = 31  # characters of a worksheet's name
RUN_BY_EXCEL = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\\n\r\t]+")
_NOT_IN_A_CELL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def cell_text(text: str) -> str:
    """Return text as a cell can hold it: without control characters, and no longer than a cell may be."""
    return _NOT_IN_A_CELL.sub("", text)[:LONGEST]


def put(sheet: "Worksheet", row: int, column: int, value: Value) -> Any:
    """Write one value and return its cell.

    Text that Excel would run as a formula is marked as text, so that it stays so after somebody edits it.
    """
    cell: Any = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = cell_text(value)
        if cell.value:
            cell.data_type = "s"
        if value.startswith(RUN_BY_EXCEL):
            cell.quotePrefix = True
        return cell
    cell.value = value
    if isinstance(value, date | time | timedelta):
        cell.number_format = date_format(value)
    return cell


def date_format(value: date | time | timedelta) -> str:
    """Return how a date or time is shown: the month in letters, so that 3 April is never 4 March."""
    if isinstance(value, timedelta):
        return "[h]:mm:ss"
    if isinstance(value, time):
        return "hh:mm"
    timed = isinstance(value, datetime) and value.time() != time()
    return "dd mmm yyyy hh:mm" if timed else "dd mmm yyyy"


def font(*, size: int = 11, bold: bool = False, colour: str = INK, underline: bool = False) -> Any:
    """Return the font of a cell, by its name: one without a name becomes a serif one in LibreOffice."""
    from openpyxl.styles import Font

    return Font(name=FONT, size=size, bold=bold, color=colour, underline="single" if underline else None)


def fill(cell: Any, colour: str) -> None:
    """Fill a cell with a colour, as RRGGBB."""
    from openpyxl.styles import PatternFill

    cell.fill = PatternFill("solid", fgColor=colour)


def heading(sheet: "Worksheet", row: int, column: int, text: str, *, width: int, main: str) -> None:
    """Write the heading of a column, white on the main colour, and make the column that wide."""
    from openpyxl.utils import get_column_letter

    cell = put(sheet, row, column, text)
    cell.font = font(bold=True, colour="FFFFFF")
    fill(cell, main)
    sheet.column_dimensions[get_column_letter(column)].width = width


def link(cell: Any, place: str, colour: str, target: str | None = None) -> None:
    """Make a cell lead to a place such as "'Register'!A2", in this workbook or in the one named `target`."""
    from openpyxl.worksheet.hyperlink import Hyperlink

    cell.hyperlink = Hyperlink(ref=cell.coordinate, target=target, location=place or None)
    cell.font = font(colour=colour, underline=True)


def address(sheet: str, cell: str) -> str:
    """Return the address of a cell on a worksheet of any name, as links write it."""
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!{cell}"


def free_name(book: "Workbook", wanted: str) -> str:
    """Return a name that a new worksheet may have: nearest to the one wanted, and not taken."""
    taken = {"history", *(name.casefold() for name in book.sheetnames)}  # Excel keeps "History" for itself
    bare = _NOT_IN_A_NAME.sub(" ", cell_text(wanted))[:LONGEST_NAME].strip("' ") or "Sheet"
    name, number = bare, 1
    while name.casefold() in taken:
        number += 1
        name = f"{bare[: LONGEST_NAME - 4]} {number}"
    return name


def printable(sheet: "Worksheet", heading_row: int | None = None) -> None:
    """Make a worksheet print on A4 across, as wide as the paper, with its headings on every page."""
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.page_setup.paperSize = A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if heading_row:
        sheet.print_title_rows = f"{heading_row}:{heading_row}"


def written(book: "Workbook", title: str, creator: str = "") -> bytes:
    """Return the workbook as the bytes of an .xlsx file; formulas are calculated when it is opened."""
    book.properties.title = title
    book.properties.creator = creator or "complaints_sheet"
    content = BytesIO()
    book.save(content)
    return content.getvalue()
