"""The annex of a pack: a workbook with every figure, every case behind it, and every table in full.

Text is written as text, marked so that Excel never takes it for a formula.
"""

import re
from collections.abc import Iterable, Sequence
from copy import copy
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from complaints_sheet.core.brand import Brand
from complaints_sheet.pack.blocks import Document, IdeaCard, Pack, Pair, Table, plain
from complaints_sheet.workbook_cells import printable

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

Value: TypeAlias = str | int | float | None

LONGEST_NAME = 31  # characters of a sheet's name
LONGEST_CELL = 32_767  # characters of a cell
WIDEST = 60  # characters of a column
NARROWEST = 10
LINE_POINTS = 15
MOST_LINES = 27  # a row of a worksheet is at most 409 points high
_NUMBER = re.compile(r"\d{1,3}(,\d{3})*|\d+")


def write(pack: Pack, brand: Brand, _folders: Sequence[Path]) -> Document:
    """Return the annex as an .xlsx file."""
    from openpyxl import Workbook

    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    _figures(workbook, pack, brand)
    _cases(workbook, pack, brand)
    for table in _tables(pack):
        headings = [column.label for column in table.columns]
        rows = ([_typed(plain(cell.text)) for cell in row] for row in (*table.rows, *table.rest))
        numeric = [at for at, column in enumerate(table.columns) if column.numeric]
        _sheet(workbook, table.caption, headings, rows, brand, numeric=numeric)
    _ideas(workbook, pack, brand)
    workbook.properties.title = f"{pack.title}: annex"
    workbook.properties.creator = pack.organisation
    written = BytesIO()
    workbook.save(written)
    return Document(written.getvalue())


def _figures(workbook: "Workbook", pack: Pack, brand: Brand) -> None:
    headings = ["Figure", "Result", "Numerator", "Denominator", "Not judged", "Note"]
    rows: Iterable[list[Value]] = (
        [each.label, _typed(each.shown), each.numerator, each.denominator, each.not_judged, each.note]
        for each in pack.figures
    )
    _sheet(workbook, "Figures", headings, rows, brand, numeric=(1, 2, 3, 4))


def _cases(workbook: "Workbook", pack: Pack, brand: Brand) -> None:
    rows: Iterable[list[Value]] = (
        [each.label, group.label, name]
        for each in pack.case_lists
        for group in each.groups
        for name in group.cases
    )
    _sheet(workbook, "Cases behind the figures", ["Figure", "Group", "Case"], rows, brand)


def _tables(pack: Pack) -> Iterable[Table]:
    for block in (block for page in pack.pages for block in page.blocks):
        if isinstance(block, Table):
            yield block
        elif isinstance(block, Pair):
            yield block.left
            yield block.right


def _ideas(workbook: "Workbook", pack: Pack, brand: Brand) -> None:
    cards = [block for page in pack.pages for block in page.blocks if isinstance(block, IdeaCard)]
    if cards:
        headings = ["From", "Idea", "The problem", "Behind it", "Decision", "Why"]
        rows: Iterable[list[Value]] = (
            [card.title, plain(card.idea), plain(card.problem), plain(card.behind), "", ""] for card in cards
        )
        _sheet(workbook, "New ideas", headings, rows, brand)


def _sheet(
    workbook: "Workbook",
    title: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[Value]],
    brand: Brand,
    *,
    numeric: Sequence[int] = (),
) -> None:
    """Add one sheet: its title, its headings, its rows; readable as it opens and when printed.

    The columns at the places `numeric` are set to the right, words among their numbers as well.
    """
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet = workbook.create_sheet(_sheet_name(title, workbook.sheetnames))
    _put(sheet, 1, 1, title)
    sheet["A1"].font = Font(name="Calibri", size=13, bold=True, color=brand.main[1:].upper())
    for column, heading in enumerate(headings, 1):
        cell = _put(sheet, 3, column, heading)
        cell.font = Font(name="Calibri", size=11, bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=brand.main[1:].upper())
        right = column - 1 in numeric
        cell.alignment = Alignment(
            wrap_text=True, vertical="center", horizontal="right" if right else None, indent=1 if right else 0
        )
    body = sheet.cell(4, 1)
    body.alignment = Alignment(wrap_text=True, vertical="top")
    left = copy(body._style)  # not the cell itself, which may come to hold text that needs a mark of its own
    body.alignment = Alignment(wrap_text=True, vertical="top", horizontal="right", indent=1)
    right_look = copy(body._style)
    looks = [right_look if at in numeric else left for at in range(len(headings))]
    widths = [max(NARROWEST, min(WIDEST, len(heading) + 5)) for heading in headings]  # bold, and set in
    for row, values in enumerate(rows, 4):
        for column, value in enumerate(values, 1):
            _put(sheet, row, column, value, looks[column - 1])
        lengths = [len(str(value or "")) for value in values]
        widths = [min(WIDEST, max(width, long + 2)) for width, long in zip(widths, lengths, strict=True)]
        if max(lengths) >= WIDEST - 2 or any("\n" in str(value) for value in values):
            lines = min(MOST_LINES, max(_lines(value) for value in values))
            sheet.row_dimensions[row].height = LINE_POINTS * lines
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "B4"
    printable(sheet, 3)


def _put(sheet: "Worksheet", row: int, column: int, value: Value, look: Any = None) -> Any:
    """Write one value and return its cell; text stays text, whatever it begins with.

    The look is copied: working the same look out for every cell takes most of the time.
    """
    cell: Any = sheet.cell(row, column)
    if look is not None:
        cell._style = copy(look)
    if isinstance(value, str):
        cell.value = value[:LONGEST_CELL]
        cell.data_type = "s"
        if value[:1] in "=+-@\t\r":
            cell.quotePrefix = True  # Excel then keeps it as text even after somebody edits the cell
    else:
        cell.value = value
    return cell


def _typed(shown: str) -> Value:
    """Return a plain whole number as a number, and everything else as the text it is."""
    return int(shown.replace(",", "")) if _NUMBER.fullmatch(shown) else shown


def _sheet_name(title: str, taken: Sequence[str]) -> str:
    bare = re.sub(r"[\[\]:*?/\\]", "", title.partition(":")[0]).strip("' ")[:LONGEST_NAME] or "Sheet"
    name, number = bare, 1
    while name.casefold() in {each.casefold() for each in taken}:
        number += 1
        name = f"{bare[: LONGEST_NAME - 4]} {number}"
    return name


def _lines(value: object) -> int:
    """Return how many lines a value needs in the widest column."""
    return sum(1 + len(line) // WIDEST for line in str(value or "").splitlines()) or 1
