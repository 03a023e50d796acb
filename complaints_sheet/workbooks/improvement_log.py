"""The improvement log: a new workbook, and edits of one that people use, cell by cell, all else kept."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

from complaints_sheet.core.cells import DROPPED
from complaints_sheet.core.columns import column_letter
from complaints_sheet.core.ideas import STAGES
from complaints_sheet.core.log_columns import COLUMNS, COMMENT_COLUMNS, HISTORY_HEADINGS, LogColumn
from complaints_sheet.errors import SourceError

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

IDEAS_SHEET, COMMENTS_SHEET, HISTORY_SHEET, HELP_SHEET = "Ideas", "Comments", "History", "How to use"
HEADING_ROW = 3
LAST_ROW = 2000  # how far the lists to choose from and the colours reach
LINE_HEIGHT = 15  # points
MOST_COLUMNS = 200
LONGEST = 2000  # characters that the program writes into one cell
_FONT = "Calibri"
_OURS, _THEIRS = "EEF1F3", "0B4F6C"
_EPOCH = date(1899, 12, 30)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_HELP = (
    "This workbook belongs to everybody who works on improvements. The program and people share it.",
    "White columns are yours: choose a stage, write the proposed solution, an owner, a date, a reason.",
    "Grey columns are the program's: it fills them in and keeps them up to date.",
    "What you type is never overwritten, in any column. To let the program fill a cell again, empty it.",
    "Sort and filter as you like; sort whole rows. Columns may be moved, and you may add your own.",
    "A new idea: write it into the column Idea of an empty row below the others, and leave its number empty.",
    "To decline an idea, write the reason. To merge it, write the number of the other idea into Merge into.",
    "A comment: one row on the sheet Comments, with the number of the idea, what you think, and your name.",
    "Save and close when you are done: the program reads the log on its next run, and writes only when it "
    "is closed.",
    "Names are shown as you enter them. A spreadsheet cannot prove who typed them.",
)


@dataclass(frozen=True, slots=True)
class SheetEdit:
    """What to write on one worksheet: texts by (row, column), and whole rows to add after `last_row`.

    Each value comes with its kind: a date as ISO text is written as a date, a count as a number.
    """

    sheet: str
    last_row: int
    cells: Mapping[tuple[int, int], tuple[str, str]]
    rows: Sequence[Mapping[int, tuple[str, str]]] = ()


# --- a new log -----------------------------------------------------------------------------------------


def new_log(organisation: str) -> bytes:
    """Return an empty improvement log: its sheets, headings, lists to choose from, and how to use it."""
    from openpyxl import Workbook

    book = Workbook()
    ideas = book.worksheets[0]
    ideas.title = IDEAS_SHEET
    title = f"Improvement log, {organisation}" if organisation else "Improvement log"
    _head(ideas, COLUMNS, title, "White: yours. Grey: filled in by the program. What you type is kept.")
    _choices(ideas)
    comments = book.create_sheet(COMMENTS_SHEET)
    _head(
        comments, COMMENT_COLUMNS, "Comments", "One row for each comment. All of them reach the next meeting."
    )
    history = book.create_sheet(HISTORY_SHEET)
    widths = (12, 10, 18, 36, 36, 22, 18)
    kinds = ("date", *("text",) * 6)
    past = tuple(
        LogColumn(name, name, kind, width, ours=True)  # type: ignore[arg-type]
        for name, kind, width in zip(HISTORY_HEADINGS, kinds, widths, strict=True)
    )
    _head(history, past, "What happened", "Written by the program. Names as they were entered.")
    _help(book.create_sheet(HELP_SHEET))
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _head(sheet: "Worksheet", columns: Sequence[LogColumn], title: str, words: str) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet["A1"], sheet["A2"] = title, words
    sheet["A1"].font = Font(name=_FONT, size=16, bold=True, color=_THEIRS)
    sheet["A2"].font = Font(name=_FONT, size=11, color="55616B")
    line = Side(style="thin", color="D5DADE")
    for place, column in enumerate(columns, 1):
        letter = column_letter(place)
        cell = sheet[f"{letter}{HEADING_ROW}"]
        cell.value = column.heading
        cell.font = Font(name=_FONT, size=11, bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="55616B" if column.ours else _THEIRS)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        whole = sheet.column_dimensions[letter]
        whole.width = column.width
        whole.font = Font(name=_FONT, size=11, color="1F2A30")
        whole.alignment = Alignment(wrap_text=column.kind == "text", vertical="top")
        whole.border = Border(bottom=line)
        if column.ours:
            whole.fill = PatternFill("solid", fgColor=_OURS)
        if column.kind in ("date", "told"):
            whole.number_format = "dd mmm yyyy"
        _prompt(sheet, column, letter)
    for number in (1, 2):
        for place in range(1, len(columns) + 1):
            blank = sheet.cell(number, place)
            blank.fill, blank.border, blank.alignment = PatternFill(), Border(), Alignment(wrap_text=False)
    sheet.row_dimensions[HEADING_ROW].height = 48
    sheet.auto_filter.ref = f"A{HEADING_ROW}:{column_letter(len(columns))}{LAST_ROW}"
    sheet.freeze_panes = f"{'C' if len(columns) > 8 else 'A'}{HEADING_ROW + 1}"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.page_setup.paperSize = 8  # A3
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{HEADING_ROW}:{HEADING_ROW}"


def _prompt(sheet: "Worksheet", column: LogColumn, letter: str) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    if column.ours or not column.prompt:
        return
    if column.kind == "stage":
        labels = ",".join(stage_label(stage) for stage in STAGES)
        rule = DataValidation(type="list", formula1=f'"{labels}"', allow_blank=True)
        rule.error, rule.errorTitle = "Choose a stage from the list.", "Not a stage"
    elif column.kind == "date":
        first = (date(2000, 1, 1) - _EPOCH).days
        rule = DataValidation(type="date", operator="greaterThan", formula1=str(first), errorStyle="warning")
        rule.error, rule.errorTitle = "This is not a date. Type it as 4 Dec 2026.", "Not a date"
    else:
        rule = DataValidation(allow_blank=True)
    rule.prompt, rule.promptTitle = column.prompt, column.heading[:32]
    rule.showInputMessage = rule.showErrorMessage = True
    rule.add(f"{letter}{HEADING_ROW + 1}:{letter}{LAST_ROW}")
    sheet.add_data_validation(rule)


def _choices(sheet: "Worksheet") -> None:
    """Colour what is late and what is done; the stage says it in words as well."""
    from openpyxl.formatting import rule
    from openpyxl.styles import Font, PatternFill

    letters = {column.key: column_letter(place) for place, column in enumerate(COLUMNS, 1)}
    first = HEADING_ROW + 1
    stage, due = f"${letters['stage']}{first}", f"${letters['due']}{first}"
    whole = f"A{first}:{column_letter(len(COLUMNS))}{LAST_ROW}"
    late = f'AND({stage}="Agreed",ISNUMBER({due}),{due}<TODAY())'
    over = f'OR({stage}="Implemented",{stage}="Merged",{stage}="Declined")'
    formula_rule: Any = rule.FormulaRule
    sheet.conditional_formatting.add(
        f"{letters['due']}{first}:{letters['due']}{LAST_ROW}",
        formula_rule(
            formula=[late], fill=PatternFill(bgColor="FBE3D2"), font=Font(color="B04500", bold=True)
        ),
    )
    sheet.conditional_formatting.add(whole, formula_rule(formula=[over], font=Font(color="5F6B76")))


def _help(sheet: "Worksheet") -> None:
    from openpyxl.styles import Alignment, Font

    sheet.column_dimensions["A"].width = 110
    for number, words in enumerate(("How to use this workbook", *_HELP), 1):
        cell = sheet.cell(number, 1, words)
        cell.font = Font(name=_FONT, size=16 if number == 1 else 12, bold=number == 1)
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def stage_label(stage: str) -> str:
    """Return a stage as the log shows it: "Out for comment"."""
    return stage[:1].upper() + stage[1:]


# --- edits of a log that people use ----------------------------------------------------------------------


def edited(name: str, content: bytes, edits: Iterable[SheetEdit]) -> bytes:
    """Return the workbook with these cells and rows written; every other part stays byte for byte.

    Only the worksheets named are written again, and in them only these cells. SourceError where the workbook
    cannot be edited like that.
    """
    source = ZipFile(BytesIO(content))
    parts = _sheet_parts(name, source)
    changed: dict[str, bytes] = {}
    for edit in edits:
        part = parts[edit.sheet]
        changed[part] = _sheet_edited(name, changed.get(part) or source.read(part), edit)
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as target:
        for info in source.infolist():
            target.writestr(info, changed.get(info.filename, source.read(info.filename)))
    return written.getvalue()


def _sheet_parts(name: str, source: ZipFile) -> dict[str, str]:
    """Return which part of the workbook holds each worksheet."""
    names = set(source.namelist())
    if len(names) != len(source.namelist()) or any(part.startswith("_xmlsignatures/") for part in names):
        raise SourceError(
            f"{name} is signed, or has parts twice, so nothing is written into it.", "Save it as a new file."
        )
    book = _xml(source.read("xl/workbook.xml"))
    links = {each.get("Id"): each.get("Target") for each in _xml(source.read("xl/_rels/workbook.xml.rels"))}
    found = {}
    for sheet in book.iter(f"{{{_MAIN}}}sheet", f"{{{_STRICT}}}sheet"):
        target = next((links[value] for key, value in sheet.items() if key.endswith("}id")), "") or ""
        found[sheet.get("name")] = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return found


def _xml(content: bytes) -> Any:
    from lxml import etree

    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def _sheet_edited(name: str, content: bytes, edit: SheetEdit) -> bytes:
    from lxml import etree

    tree = _xml(content)
    space = tree.tag.partition("}")[0] + "}"
    if tree.find(f"{space}sheetProtection") is not None:
        raise SourceError(
            f"The sheet {edit.sheet} of {name} is protected, so nothing is written into it.",
            "Take off the protection of the sheet; what people type is never overwritten anyway.",
        )
    sheet = _Sheet(tree, space)
    for (row, column), value in edit.cells.items():
        sheet.put(row, column, value)
    for row in {row for row, _ in edit.cells}:
        sheet.fit(row, {column: value for (at, column), value in edit.cells.items() if at == row}, grow=True)
    for offset, cells in enumerate(edit.rows, 1):
        for column, value in cells.items():
            sheet.put(edit.last_row + offset, column, value)
        sheet.fit(edit.last_row + offset, cells)
    if edit.rows and (dimension := tree.find(f"{space}dimension")) is not None:
        tree.remove(dimension)  # a mere hint, which spreadsheet programs write again
    written: bytes = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written


class _Sheet:
    """The XML of one worksheet, in which single cells are written."""

    def __init__(self, tree: Any, space: str) -> None:
        self._tree, self._space = tree, space
        self._data = tree.find(f"{space}sheetData")
        self._rows: dict[int, Any] = {int(row.get("r")): row for row in self._data if row.get("r")}
        self._styles = dict(self._column_styles())
        self._widths = {
            column: float(each.get("width"))
            for each in tree.iter(f"{space}col")
            if each.get("width")
            for column in range(int(each.get("min")), min(int(each.get("max")), MOST_COLUMNS) + 1)
        }

    def put(self, row: int, column: int, value: tuple[str, str]) -> None:
        """Write one cell, in the style it has, else in that of its column."""
        cell = self._cell(self._row(row), row, column)
        for child in list(cell):
            cell.remove(child)
        cell.attrib.pop("t", None)
        kind, text = value
        number = _number(kind, text)
        if kind == "days":
            formula, _, days = text.partition("|")
            self._add(cell, "f").text = formula.replace("{row}", str(row))
            self._add(cell, "v").text = days
        elif number is not None and (kind != "date" or cell.get("s")):
            self._add(cell, "v").text = number
        elif text:
            cell.set("t", "inlineStr")
            inner = self._add(self._add(cell, "is"), "t")
            inner.text = text.translate(DROPPED)[:LONGEST]
            inner.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    def fit(self, row: int, cells: Mapping[int, tuple[str, str]], *, grow: bool = False) -> None:
        """Make a row as high as its longest text needs; a spreadsheet program fits it again later.

        With `grow` a row only becomes higher, and none whose height a person chose.
        """
        lines = (
            -(-len(text) // max(8, int(self._widths.get(column, 10) * 1.1)))
            for column, (kind, text) in cells.items()
            if kind == "text"
        )
        found, height = self._row(row), LINE_HEIGHT * min(12, max(1, *lines, 1))
        if not (grow and (found.get("customHeight") in ("1", "true") or height <= float(found.get("ht", 0)))):
            found.set("ht", str(height))

    def _add(self, parent: Any, tag: str) -> Any:
        from lxml import etree

        return etree.SubElement(parent, self._space + tag)

    def _row(self, number: int) -> Any:
        if number not in self._rows:
            row = self._data.makeelement(f"{self._space}row", {"r": str(number)})
            later = min((each for each in self._rows if each > number), default=None)
            if later is None:
                self._data.append(row)
            else:
                self._rows[later].addprevious(row)
            self._rows[number] = row
        self._rows[number].attrib.pop("spans", None)
        return self._rows[number]

    def _cell(self, row: Any, number: int, column: int) -> Any:
        for each in row:
            at = _column(each.get("r", ""))
            if at == column:
                return each
            if at > column:
                cell = self._new_cell(row, number, column)
                each.addprevious(cell)
                return cell
        cell = self._new_cell(row, number, column)
        row.append(cell)
        return cell

    def _new_cell(self, row: Any, number: int, column: int) -> Any:
        cell = row.makeelement(f"{self._space}c", {"r": f"{column_letter(column)}{number}"})
        if column in self._styles:
            cell.set("s", self._styles[column])
        return cell

    def _column_styles(self) -> Iterable[tuple[int, str]]:
        """Yield the style of each column: its own, else that of its last cell."""
        for row in self._data:
            for cell in row:
                if cell.get("s") and int(row.get("r", "0")) > HEADING_ROW:
                    yield _column(cell.get("r", "")), cell.get("s")
        for each in self._tree.iter(f"{self._space}col"):
            if each.get("style"):
                last = min(int(each.get("max")), MOST_COLUMNS)
                yield from ((column, each.get("style")) for column in range(int(each.get("min")), last + 1))


def _number(kind: str, text: str) -> str | None:
    """Return what stands in the cell of a date or a count; None for text."""
    if kind == "date" and text:
        try:
            return str((date.fromisoformat(text) - _EPOCH).days)
        except ValueError:
            return None
    return text if kind == "count" and text.isdigit() else None


def _column(address: str) -> int:
    number = 0
    for letter in re.sub(r"\d", "", address):
        number = number * 26 + ord(letter) - 64
    return number
