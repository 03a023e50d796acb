"""The checklist of a quality check as a workbook: a row for each case drawn, filled in by hand, read back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from complaints_sheet.core.cells import DROPPED
from complaints_sheet.core.quality import QUESTIONS, Answer, Checked, Sampled
from complaints_sheet.core.wording import long_date
from complaints_sheet.workbook_cells import printable

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

SHEET = "Checklist"
HEADING_ROW = 4
ANSWERS: Mapping[str, Answer] = {"Yes": "yes", "No": "no", "Not applicable": "not applicable"}
FIXED = ("Case", "Department", "Closed")
FREE = {"action": "Action agreed", "who": "Who", "by": "By when", "done": "Done on"}
LONGEST_READ = 2000  # rows; a sample is far smaller
HOW_TO = (
    "Look each case up and answer every question with Yes, No or Not applicable. A note on a question's cell "
    "says what the register says. Where a case falls short, write what was agreed. Keep the first column."
)


def checklist(title: str, sample: Sequence[Sampled], main_colour: str) -> bytes:
    """Return the checklist as an .xlsx file; `main_colour` is `#rrggbb`.

    What the register says of a question stands in a note on its cell; the answer is the checker's own.
    """
    from openpyxl import Workbook
    from openpyxl.comments import Comment

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    headings = [*FIXED, *QUESTIONS.values(), *FREE.values()]
    _head(sheet, title, headings, main_colour)
    for row, each in enumerate(sample, HEADING_ROW + 1):
        closed = long_date(each.closed_on) if each.closed_on else ""
        for column, value in enumerate((each.case, each.department, closed), 1):
            _text(sheet, row, column, value)
        for column, question in enumerate(QUESTIONS, len(FIXED) + 1):
            note = Comment(f"The register says: {each.register_says[question]}", "Complaints Sheet", 60, 220)
            sheet.cell(row, column).comment = note
    _choices(sheet, len(sample))
    _laid_out(sheet, len(headings), len(sample))
    book.properties.title = title
    book.properties.creator = "Complaints Sheet"
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def checked(file: Path) -> tuple[Checked, ...]:
    """Return the rows of a checklist as it was filled in; ValueError in plain words where it is none."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(BytesIO(file.read_bytes()), read_only=True, data_only=True)
    except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError, TypeError) as error:
        raise ValueError("it is missing, open elsewhere, or no workbook any more") from error
    if SHEET not in book.sheetnames:
        raise ValueError(f"its worksheet “{SHEET}” is gone")
    rows = list(book[SHEET].iter_rows(max_row=LONGEST_READ, values_only=True))
    found = next((at for at, row in enumerate(rows) if row and _said(row[0]) == FIXED[0]), None)
    if found is None:
        raise ValueError("its heading row is gone")
    places = {_said(heading): at for at, heading in enumerate(rows[found])}
    missing = [heading for heading in QUESTIONS.values() if heading not in places]
    if missing:
        raise ValueError(f"its column “{missing[0]}” is gone")
    return tuple(_row(row, places) for row in rows[found + 1 :] if row and _said(row[0]))


def _row(row: Sequence[object], places: Mapping[str, int]) -> Checked:
    def said(heading: str) -> str:
        at = places.get(heading)
        return _said(row[at]) if at is not None and at < len(row) else ""

    folded = {choice.casefold(): answer for choice, answer in ANSWERS.items()} | {"y": "yes", "n": "no"}
    given = {question: said(heading) for question, heading in QUESTIONS.items()}
    answers: dict[str, Any] = {
        question: folded[words.casefold()] for question, words in given.items() if words.casefold() in folded
    }
    unread = tuple(question for question, words in given.items() if words and question not in answers)
    free = {name: said(heading) for name, heading in FREE.items()}
    return Checked(_said(row[0]), answers, unread, **free)


def _said(value: object) -> str:
    if isinstance(value, datetime | date):
        return long_date(value.date() if isinstance(value, datetime) else value)
    return str(value).translate(DROPPED).strip() if value is not None else ""


def _head(sheet: "Worksheet", title: str, headings: Sequence[str], colour: str) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    _text(sheet, 1, 1, title)
    sheet["A1"].font = Font(name="Calibri", size=13, bold=True, color=colour[1:].upper())
    _text(sheet, 2, 1, HOW_TO)
    for column, heading in enumerate(headings, 1):
        cell = sheet.cell(HEADING_ROW, column, heading)
        cell.font = Font(name="Calibri", size=11, bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=colour[1:].upper())
        cell.alignment = Alignment(wrap_text=True, vertical="center")


def _choices(sheet: "Worksheet", rows: int) -> None:
    """Offer the answers as a list in each question's cells."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    if not rows:
        return
    offered = DataValidation(
        type="list",
        formula1=f'"{",".join(ANSWERS)}"',
        allow_blank=True,
        showErrorMessage=True,
        errorTitle="Yes, No or Not applicable",
        error="Please choose Yes, No or Not applicable.",
    )
    first, last = len(FIXED) + 1, len(FIXED) + len(QUESTIONS)
    offered.add(f"{get_column_letter(first)}{HEADING_ROW + 1}:{get_column_letter(last)}{HEADING_ROW + rows}")
    sheet.add_data_validation(offered)


def _laid_out(sheet: "Worksheet", columns: int, rows: int) -> None:
    from openpyxl.styles import Alignment
    from openpyxl.utils import get_column_letter

    widths = (11, 18, 18, *(17 for _ in QUESTIONS), 36, 17, 14, 14)
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row in range(HEADING_ROW + 1, HEADING_ROW + rows + 1):
        for column in range(1, columns + 1):
            sheet.cell(row, column).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.row_dimensions[2].height = 32
    sheet.row_dimensions[HEADING_ROW].height = 32
    sheet.merge_cells(start_row=2, start_column=1, end_row=2, end_column=columns)
    sheet["A2"].alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = f"B{HEADING_ROW + 1}"
    printable(sheet, HEADING_ROW)


def _text(sheet: "Worksheet", row: int, column: int, words: str) -> None:
    """Write text that stays text, whatever it begins with."""
    cell = sheet.cell(row, column)
    cell.value = words.translate(DROPPED)
    cell.data_type = "s"
    if words[:1] in ("=", "+", "-", "@"):
        cell.quotePrefix = True
