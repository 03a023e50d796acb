"""Ugly registers as bytes: .xlsx by a writer of our own or openpyxl, .xls, .ods and .csv."""

import csv
import io
import random
from collections.abc import Sequence
from datetime import date, datetime, time

from tests.ugly.truth import Fault, Formula, Rich, Serial, Sheet
from tests.ugly.xlsx import xlsx

__all__ = ["WRITERS", "csv_file", "ods", "openpyxl_xlsx", "xls", "xlsx"]


XLS_ERRORS = {"#N/A": 0x2A, "#REF!": 0x17, "#VALUE!": 0x0F, "#NAME?": 0x1D}


def openpyxl_xlsx(sheets: Sequence[Sheet], rng: random.Random) -> bytes:
    """Return the workbook as openpyxl writes it: formulas have no stored value."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        for (row, column), value in sheet.cells.items():
            _openpyxl_cell(page.cell(row, column), value)
        for first_row, first_column, last_row, last_column in sheet.merged:
            page.merge_cells(None, first_row, first_column, last_row, last_column)
        for row in sheet.hidden_rows:
            page.row_dimensions[row].hidden = True
        if sheet.hidden:
            page.sheet_state = "hidden"
    return _saved(book)


def _openpyxl_cell(cell: object, value: object) -> None:
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont

    if isinstance(value, Serial):
        cell.value = value.number
    elif isinstance(value, Rich):
        cell.value = CellRichText(value.runs[0], TextBlock(InlineFont(b=True), value.runs[1]))
    elif isinstance(value, Fault):
        cell.value = value.text
        cell.data_type = "e"
    elif isinstance(value, Formula):
        cell.value = f"={value.text}"
    elif isinstance(value, str):
        cell.value = "".join(mark for mark in value if mark in "\n\t" or mark >= " ")
        cell.data_type = "s"
    else:
        cell.value = value
        if isinstance(value, date):
            cell.number_format = "dd/mm/yyyy hh:mm" if isinstance(value, datetime) else "dd/mm/yyyy"


def _saved(book: object) -> bytes:
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def xls(sheets: Sequence[Sheet], rng: random.Random) -> bytes:
    """Return the workbook as .xls (BIFF8)."""
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str="dd/mm/yyyy")
    moment = xlwt.easyxf(num_format_str="dd/mm/yyyy hh:mm")
    for sheet in sheets:
        page = book.add_sheet(sheet.name, cell_overwrite_ok=True)
        page.visibility = 1 if sheet.hidden else 0
        for (row, column), value in sheet.cells.items():
            if isinstance(value, Fault):
                page.row(row - 1).set_cell_error(column - 1, XLS_ERRORS[value.text])
            elif isinstance(value, datetime):
                page.write(row - 1, column - 1, value, moment)
            elif isinstance(value, date):
                page.write(row - 1, column - 1, value, day)
            else:
                page.write(row - 1, column - 1, _simple(value))
        for row in sheet.hidden_rows:
            page.row(row - 1).hidden = True
    return _saved(book)


def _simple(value: object) -> object:
    """Return the value as a format without formulas and runs holds it."""
    if isinstance(value, Serial):
        return value.number
    if isinstance(value, Rich):
        return "".join(value.runs)
    return value


def ods(sheets: Sequence[Sheet], rng: random.Random) -> bytes:
    """Return the workbook as .ods."""
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow

    book = OpenDocumentSpreadsheet()
    for sheet in sheets:
        table = Table(name=sheet.name)
        last = max((row for row, _ in sheet.cells), default=0)
        width = max((column for _, column in sheet.cells), default=0)
        for row in range(1, last + 1):
            line = TableRow(visibility="collapse") if row in sheet.hidden_rows else TableRow()
            for column in range(1, width + 1):
                value = sheet.cells.get((row, column))
                line.addElement(TableCell() if value is None else _ods_cell(_simple(value)))
            table.addElement(line)
        book.spreadsheet.addElement(table)
    return _saved(book)


def _ods_cell(value: object) -> object:
    from odf.table import TableCell
    from odf.teletype import addTextToElement
    from odf.text import P, S

    if isinstance(value, bool):
        return TableCell(valuetype="boolean", booleanvalue=str(value).lower())
    if isinstance(value, date):
        return TableCell(valuetype="date", datevalue=value.isoformat())
    if isinstance(value, int | float):
        return TableCell(valuetype="float", value=str(value))
    if isinstance(value, Fault):
        cell = TableCell(valuetype="string", stringvalue="", formula="of:=#N/A")
        cell.addElement(P(text=value.text))
        return cell
    cell = TableCell(valuetype="string")
    for line in str(value).replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        paragraph = P()
        text = "".join(mark for mark in line if mark >= " ")
        first = len(text) - len(text.lstrip(" "))
        if first:
            paragraph.addElement(S(c=first))  # blanks before a text count only when written so
        addTextToElement(paragraph, text[first:])
        cell.addElement(paragraph)
    return cell


def csv_file(sheet: Sheet, encoding: str, separator: str) -> bytes:
    """Return the worksheet as a CSV file; dates must be texts already."""
    held = io.StringIO(newline="")
    writer = csv.writer(held, delimiter=separator, lineterminator="\r\n")
    last = max(row for row, _ in sheet.cells)
    width = max(column for _, column in sheet.cells)
    for row in range(1, last + 1):
        writer.writerow([_as_csv(sheet.cells.get((row, column))) for column in range(1, width + 1)])
    return held.getvalue().encode(encoding, "ignore")  # marks that nobody sees are lost


def _as_csv(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, date | time):
        raise TypeError("a CSV file has no dates")
    if isinstance(value, float | int):
        return f"{value:.15g}"
    if isinstance(value, Serial | Fault):
        return str(value.number if isinstance(value, Serial) else value.text)
    return str(value)


WRITERS = {"xlsx": xlsx, "openpyxl": openpyxl_xlsx, "xls": xls, "ods": ods}
