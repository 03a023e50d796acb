"""A copy of a register to read: its worksheets with every finding beside its cell, and a list with links."""

import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from complaints_sheet.core.columns import column_letter
from complaints_sheet.core.model import BadCell, Finding, Judgement, Severity, Table
from complaints_sheet.core.wording import count, full_date, listing, weekday_day
from complaints_sheet.workbook_cells import (
    RUN_BY_EXCEL,
    address,
    cell_text,
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

TITLE = "Marked copy of"
LOOKS: Mapping[Severity, str] = {"high": "F7C4BB", "medium": "FFE3C4", "low": "DCE9EF"}
MEANINGS: Mapping[Severity, str] = {
    "high": "needs somebody soon",
    "medium": "needs putting right",
    "low": "a question, or good to know",
}
MAIN = "0B4F6C"
WIDEST, LONGEST_NOTE = 40, 1500
LINE_POINTS, MESSAGE_LINE = 15, 76

# What openpyxl does not carry over, by the part of the file or the words in it that give it away.
_PARTS = (
    ("xl/vbaProject.bin", "macros"),
    ("xl/slicers/", "slicers"),
    ("xl/timelines/", "timelines"),
    ("xl/externalLinks/", "links to other workbooks"),
    ("xl/embeddings/", "embedded files"),
    ("xl/activeX/", "controls"),
    ("xl/ctrlProps/", "buttons and other form controls"),
    ("xl/queryTables/", "queries"),
    ("xl/connections.xml", "connections"),
    ("xl/threadedComments/", "conversations (they are plain notes here)"),
)
_WORDS = (
    ("xl/worksheets/", b"<f>", "formulas: what they last came to is shown"),
    ("xl/worksheets/", b"<f ", "formulas: what they last came to is shown"),
    ("xl/worksheets/", b"sparklineGroup", "sparklines"),
    ("xl/worksheets/", b"x14:dataValidation", "some drop-down lists"),
    ("xl/worksheets/", b"x14:conditionalFormatting", "some colour rules"),
    ("xl/drawings/", b"<xdr:sp ", "shapes and text boxes"),
    ("xl/drawings/", b"<xdr:sp>", "shapes and text boxes"),
    ("xl/sharedStrings", b"<r>", "bold and coloured words within a cell"),
)


def marked_copy(content: bytes | None, tables: Sequence[Table], judgement: Judgement) -> bytes:
    """Return the copy as an .xlsx file; `content` is the register's file, `tables` what was read of it.

    Cells hold values: a formula is shown as what it last came to. What could not be carried over is said on
    the first sheet.
    """
    book, lost = _opened(content, tables)
    _mark(book, judgement)
    places = _list_findings(book, judgement)
    _about(book, judgement, lost, places)
    book.active = 0
    for sheet in book.worksheets[1:]:
        sheet.sheet_view.tabSelected = False
    return written(book, f"{TITLE} {judgement.register.name}")


# --- the worksheets as they are --------------------------------------------------------------------------


def _opened(content: bytes | None, tables: Sequence[Table]) -> "tuple[Workbook, tuple[str, ...]]":
    """Return the register as a workbook of openpyxl, with what could not be carried over."""
    found = _by_openpyxl(content, {table.sheet for table in tables}) if content else None
    if found is not None and content is not None:
        return found, tuple(_lost(content))
    return _values_only(tables), (
        "colours, formulas, notes and widths: this kind of file can only be copied as values",
    )


def _by_openpyxl(content: bytes, sheets: set[str]) -> "Workbook | None":
    """Return the workbook, or None where openpyxl cannot open it or does not see its worksheets."""
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it leaves out is found by `_lost`
            book = load_workbook(BytesIO(content), data_only=True, keep_links=False)
    except Exception:  # it raises nearly anything for a file it does not understand
        return None
    if not sheets <= set(book.sheetnames):
        return None
    for names in (book.defined_names, *(sheet.defined_names for sheet in book.worksheets)):
        for name in [name for name, each in names.items() if "[" in (each.attr_text or "")]:
            del names[name]  # it speaks of another workbook
    for sheet in book.worksheets:
        _keep_text(sheet)
    return book


def _keep_text(sheet: "Worksheet") -> None:
    """Mark text that Excel would run as a formula as text, in every cell of the sheet."""
    for cell in list(
        sheet._cells.values()
    ):  # only those that there are: one may stand in the last row of all
        if isinstance(cell.value, str) and cell.value.startswith(RUN_BY_EXCEL):
            put(sheet, cell.row, cell.column, cell.value)


def _lost(content: bytes) -> Iterator[str]:
    try:
        with ZipFile(BytesIO(content)) as parts:
            names = parts.namelist()
            found = [what for part, what in _PARTS if any(name.startswith(part) for name in names)]
            for start, words, what in _WORDS:
                if any(name.startswith(start) and words in parts.read(name) for name in names):
                    found.append(what)
    except BadZipFile:
        return
    yield from dict.fromkeys(found)


def _values_only(tables: Sequence[Table]) -> "Workbook":
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for table in tables:
        sheet = book.create_sheet(free_name(book, table.sheet or "Register"))
        for down, row in enumerate(table.rows):
            for across, raw in enumerate(row):
                if raw is not None and raw != "":
                    value = raw.text if isinstance(raw, BadCell) else raw
                    put(sheet, table.first_row + down, table.first_column + across, value)
        for number, width in _widths(table):
            sheet.column_dimensions[column_letter(number)].width = width
    return book


def _widths(table: Table) -> Iterator[tuple[int, int]]:
    across = max((len(row) for row in table.rows), default=0)
    for place in range(across):
        longest = max((len(str(row[place] or "")) for row in table.rows[:200] if place < len(row)), default=0)
        yield table.first_column + place, max(10, min(WIDEST, longest + 2))


# --- findings beside their cells -------------------------------------------------------------------------


def _mark(book: "Workbook", judgement: Judgement) -> None:
    for (name, where), found in _by_cell(book, judgement).items():
        cell = _anchor(book[name], where)
        worst = min(found, key=lambda each: list(LOOKS).index(each.severity))
        fill(cell, LOOKS[worst.severity])
        cell.comment = _note(found, cell.comment)


def _by_cell(book: "Workbook", judgement: Judgement) -> Mapping[tuple[str, str], list[Finding]]:
    """Return the findings by (worksheet, cell); what is about a whole row stands at its first column."""
    first = {layout.sheet: min(layout.columns.values(), key=_number) for layout in judgement.register.layouts}
    by_cell: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for each in judgement.findings:
        if each.row is not None and each.sheet in first:
            cell = each.cell or f"{first[each.sheet].letter}{each.row}"
            by_cell[_sheet_of(book, each.sheet), cell].append(each)
    return by_cell


def _number(column: Any) -> int:
    return int(column.number)


def _sheet_of(book: "Workbook", sheet: str) -> str:
    return sheet if sheet in book.sheetnames else book.sheetnames[0]


def _anchor(sheet: "Worksheet", where: str) -> Any:
    """Return the cell, or the first of the merged cells it is one of: the others cannot be marked."""
    cell = sheet[where]
    for merged in sheet.merged_cells.ranges:
        if where in merged:
            return sheet.cell(merged.min_row, merged.min_col)
    return cell


def _note(found: Iterable[Finding], before: Any) -> Any:
    from openpyxl.comments import Comment

    said = "\n".join(dict.fromkeys(each.message for each in found))
    old = f"\n\nThe note that was here:\n{before.text}" if before is not None else ""
    text = cell_text(f"{said}{old}")[:LONGEST_NOTE]
    lines = 2 + sum(1 + len(line) // 40 for line in text.splitlines())
    return Comment(text, "complaints_sheet", height=min(400, 18 * lines), width=300)


# --- the two sheets in front -----------------------------------------------------------------------------


def _list_findings(book: "Workbook", judgement: Judgement) -> str:
    """Add the list of findings with a link to each cell, and return the name of its sheet."""
    name = free_name(book, "Findings")
    links = {id(each): where for where, found in _by_cell(book, judgement).items() for each in found}
    sheet = book.create_sheet(name, 0)
    headings = (("How grave", 12), ("Where", 20), ("Case owner", 20), ("What", 84), ("Due", 12), ("Rule", 20))
    for column, (text, width) in enumerate(headings, 1):
        heading(sheet, 1, column, text, width=width, main=MAIN)
    ordered = sorted(
        judgement.findings, key=lambda each: (list(LOOKS).index(each.severity), each.sheet, each.row or 0)
    )
    for row, each in enumerate(ordered, 2):
        found = links.get(id(each))
        where = f"{found[0]}, {found[1]}" if found else "the register as a whole"
        due = weekday_day(each.due) if each.due else ""
        for column, text in enumerate(
            (each.severity, where, each.owner or "", each.message, due, each.rule), 1
        ):
            _body(sheet, row, column, text, each.severity if column == 1 else None)
        sheet.row_dimensions[row].height = LINE_POINTS * (1 + len(each.message) // MESSAGE_LINE)
        if found:
            link(sheet.cell(row, 2), address(*found), MAIN)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:F{len(ordered) + 1}"
    printable(sheet, heading_row=1)
    return name


def _about(book: "Workbook", judgement: Judgement, lost: Sequence[str], findings: str) -> None:
    register = judgement.register
    sheet = book.create_sheet(free_name(book, "About this copy"), 0)
    sheet.sheet_view.showGridLines = False
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 26, 96
    put(sheet, 1, 1, f"{TITLE} {register.name or register.source}").font = font(
        size=16, bold=True, colour=MAIN
    )
    row = _lines(sheet, 2, _introduction(judgement))
    row = _title(sheet, row + 1, "What was found")
    for severity, number in _numbers(judgement):
        _body(sheet, row, 1, f"{number:,} {severity}", severity)
        _body(sheet, row, 2, MEANINGS[severity])
        row += 1
    link(put(sheet, row, 1, "See the list"), address(findings, "A1"), MAIN)
    row = _title(sheet, row + 2, "What this copy could not carry over")
    for what in lost or ("nothing that we know of",):
        _body(sheet, row, 1, f"{what[0].upper()}{what[1:]}.", wrap=False)
        row += 1
    printable(sheet)


def _introduction(judgement: Judgement) -> Iterator[str]:
    policies = listing(dict.fromkeys(policy for policy, _ in judgement.policies)) or "no procedure"
    yield f"Judged as of {full_date(judgement.as_of.date())} by {policies}: " + (
        f"{count(len(judgement.register.cases), 'case')}, {count(len(judgement.findings), 'finding')}."
    )
    yield "This is a copy to read. Put things right in the register itself; nothing was written to it."
    yield "A coloured cell has a note: rest the pointer on it. A note about a whole row is at its first cell."


def _numbers(judgement: Judgement) -> Iterator[tuple[Severity, int]]:
    numbers = Counter(each.severity for each in judgement.findings)
    for severity in LOOKS:
        yield severity, numbers[severity]


# --- looks -----------------------------------------------------------------------------------------------


def _body(
    sheet: "Worksheet",
    row: int,
    column: int,
    text: str,
    severity: Severity | None = None,
    *,
    wrap: bool = True,
) -> None:
    from openpyxl.styles import Alignment

    cell = put(sheet, row, column, text)
    cell.font = font()
    cell.alignment = Alignment(wrap_text=wrap, vertical="top")
    if severity:
        fill(cell, LOOKS[severity])


def _title(sheet: "Worksheet", row: int, text: str) -> int:
    put(sheet, row, 1, text).font = font(size=13, bold=True, colour=MAIN)
    return row + 1


def _lines(sheet: "Worksheet", row: int, lines: Iterable[str]) -> int:
    for line in lines:
        _body(sheet, row, 1, line, wrap=False)
        row += 1
    return row
