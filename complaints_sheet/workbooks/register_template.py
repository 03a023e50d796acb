"""The register template as an Excel workbook: drop-downs, checks, prompts, live highlights and formulas."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from datetime import date
from typing import TYPE_CHECKING, Any

from complaints_sheet.core.brand import Brand
from complaints_sheet.core.fields import NINE_IDS
from complaints_sheet.core.live import in_row
from complaints_sheet.core.register_form import Check, FormColumn, RegisterForm
from complaints_sheet.workbook_cells import FONT, printable, put, written

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

ROWS = 300  # rows that hold the formulas from the start; in Excel the table grows as people type
REACH = 2000  # rows that checks and highlights cover
LIST_ROWS = 200
HOLIDAY_ROWS = 400
FIRST_LISTED = 4  # the row in which lists and bank holidays begin

WIDTHS = {"name": 19, "date": 14, "yes_no": 12, "text": 36, "listed": 16, "money": 12}
LOOKS = {"orange": "FFE3C4", "red": "F7C4BB"}
GREY, LINE, CALCULATED = "5F6B76", "D9E0E4", "6B7780"
INKS = {"orange": "6B3200", "red": "8A1C0B"}


def register_template(form: RegisterForm, brand: Brand | None = None) -> bytes:
    """Return the template as an .xlsx file, ready to be typed into."""
    return written(register_workbook(form, brand or Brand()), "Complaints register", (brand or Brand()).name)


def register_workbook(
    form: RegisterForm, brand: Brand, *, rows: int = ROWS, today: date | None = None
) -> "Workbook":
    """Return the template as a workbook of openpyxl.

    `rows` are given formulas. `today` is written in the place of the day on which it is opened.
    """
    from openpyxl import Workbook
    from openpyxl.workbook.properties import CalcProperties

    book = Workbook()
    how_to = book.worksheets[0]
    how_to.title = "How to use"
    register = book.create_sheet("Register")
    lists, days = book.create_sheet("Lists"), book.create_sheet("Bank holidays")
    _how_to_use(how_to, form, brand)
    _register(register, form, brand, rows)
    _lists(lists, form, brand, today)
    _bank_holidays(days, form, brand)
    book.calculation = CalcProperties(fullCalcOnLoad=True)
    book.active = 1
    how_to.sheet_view.tabSelected = False
    register.sheet_properties.tabColor = brand.main[1:].upper()
    return book


# --- places ----------------------------------------------------------------------------------------------

TODAY = "Lists!$B$1"
HOLIDAYS = f"'Bank holidays'!$A${FIRST_LISTED}:$A${FIRST_LISTED + HOLIDAY_ROWS - 1}"
LISTS = {
    "owners": f"Lists!$A${FIRST_LISTED}:$A${FIRST_LISTED + LIST_ROWS - 1}",
    "departments": f"Lists!$B${FIRST_LISTED}:$B${FIRST_LISTED + LIST_ROWS - 1}",
}


def letters(form: RegisterForm) -> Mapping[str, str]:
    """Return the letters of each column of the sheet, by field or by its id in formulas."""
    from openpyxl.utils import get_column_letter

    return {name: get_column_letter(number) for number, (name, _) in enumerate(form.headings, 1)}


def _places(form: RegisterForm, row: int, today: str) -> Mapping[str, str]:
    cells = {name: f"${column}{row}" for name, column in letters(form).items()}
    return {**cells, "today": today, "holidays": HOLIDAYS}


# --- the register ----------------------------------------------------------------------------------------


def _register(sheet: "Worksheet", form: RegisterForm, brand: Brand, rows: int) -> None:
    _headings(sheet, form, brand)
    _columns(sheet, form)
    _body(sheet, form, rows)
    _table(sheet, form, rows)
    _checks(sheet, form)
    _highlights(sheet, form)
    sheet.freeze_panes = "B2"
    last_seen = letters(form)["needs"]
    sheet.print_area = f"A1:{last_seen}{rows + 1}"
    printable(sheet, heading_row=1)


def _headings(sheet: "Worksheet", form: RegisterForm, brand: Brand) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill

    ours = {"due_by", "needs", *(each.id for each in form.live.hidden)}
    helps = {each.field: each.help for each in form.columns}
    for number, (name, heading) in enumerate(form.headings, 1):
        cell = put(sheet, 1, number, heading)
        colour = CALCULATED if name in ours else brand.main[1:].upper()
        cell.font = Font(name=FONT, size=11, bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=colour)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        if name in helps:
            cell.comment = Comment(helps[name], "complaints_sheet", height=80, width=220)
    sheet.row_dimensions[1].height = 48


def _columns(sheet: "Worksheet", form: RegisterForm) -> None:
    kinds = {each.field: each.kind for each in form.columns}
    widths = {"due_by": 14, "needs": 46}
    hidden = {each.id for each in form.live.hidden}
    for name, column in letters(form).items():
        found = sheet.column_dimensions[column]
        found.width = widths.get(name) or WIDTHS.get(kinds.get(name, ""), 12)
        found.hidden = name in hidden


def _body(sheet: "Worksheet", form: RegisterForm, rows: int) -> None:
    formulas = {
        "due_by": form.live.due_by,
        "needs": form.live.needs,
        **{each.id: each.formula for each in form.live.hidden},
    }
    kinds = {each.field: each.kind for each in form.columns}
    models = {name: _model(sheet, name, kinds.get(name, "")) for name, _ in form.headings}
    for row in range(2, rows + 2):
        places = _places(form, row, TODAY)
        for number, (name, _) in enumerate(form.headings, 1):
            cell: Any = sheet.cell(row, number)
            cell._style = models[name]
            if name in formulas:
                cell.value = f"={in_row(formulas[name], places)}"


def _model(sheet: "Worksheet", name: str, kind: str) -> Any:
    """Return the style of a column's cells, worked out once."""
    from openpyxl.styles import Alignment, Border, Font, Side

    cell: Any = sheet.cell(2, 1)
    is_date = kind == "date" or name == "due_by"
    ours = name in {"due_by", "needs"}
    line = Side(style="thin", color=LINE)
    cell.font = Font(name=FONT, size=11, italic=ours, color=GREY if ours else "1F2A30")
    cell.border = Border(bottom=line, right=line)
    cell.alignment = Alignment(
        wrap_text=True, vertical="top", horizontal="left" if is_date or kind == "yes_no" else None
    )
    cell.number_format = "dd mmm yyyy" if is_date else "#,##0.00" if kind == "money" else "General"
    return copy(cell._style)


def _table(sheet: "Worksheet", form: RegisterForm, rows: int) -> None:
    """Make the rows an Excel table, whose formulas go on in every row that is typed below it."""
    from openpyxl.worksheet.table import Table, TableFormula, TableStyleInfo

    last = list(letters(form).values())[-1]
    table: Any = Table(displayName="Register", name="Register", ref=f"A1:{last}{rows + 1}")
    table._initialise_columns()
    places = _places(form, 2, TODAY)
    formulas = {each.id: each.formula for each in form.live.hidden}
    formulas |= {"due_by": form.live.due_by, "needs": form.live.needs}
    for column, (name, heading) in zip(table.tableColumns, form.headings, strict=True):
        column.name = heading
        if name in formulas:
            column.calculatedColumnFormula = TableFormula(attr_text=in_row(formulas[name], places))
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    sheet.add_table(table)


# --- checks and highlights -------------------------------------------------------------------------------


def _checks(sheet: "Worksheet", form: RegisterForm) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    at = letters(form)
    for name, heading in form.headings[: len(NINE_IDS)]:
        guard = DataValidation("custom", formula1=f'EXACT({at[name]}1,"{heading}")', allow_blank=False)
        _say(guard, "The heading stays", f"The heading must stay “{heading}”.", stops=True)
        guard.add(f"{at[name]}1")
        sheet.add_data_validation(guard)
    for column in form.columns:
        found = _validation(column, form)
        found.promptTitle, found.prompt = column.heading[:32], column.help[:255]
        found.showInputMessage = True
        found.add(f"{at[column.field]}2:{at[column.field]}{REACH}")
        sheet.add_data_validation(found)


def _validation(column: FormColumn, form: RegisterForm) -> Any:
    from openpyxl.worksheet.datavalidation import DataValidation

    check = column.check
    if check is None:
        return DataValidation(allow_blank=True)
    if check.formula:
        formula = in_row(check.formula, _places(form, 2, "TODAY()"))
        found = DataValidation("custom", formula1=formula, allow_blank=True)
    else:
        found = DataValidation("list", formula1=_source(check), allow_blank=True)
    if not check.listed or form.owners or form.departments:
        _say(found, column.heading, check.message, stops=check.stops)
    return found


def _source(check: Check) -> str:
    if check.listed:
        return LISTS[check.listed]
    return f'"{",".join(check.values)}"'


def _say(validation: Any, title: str, message: str, *, stops: bool) -> None:
    validation.errorStyle = "stop" if stops else "warning"
    validation.errorTitle, validation.error = title[:32], message[:255]
    validation.showErrorMessage = True


def _highlights(sheet: "Worksheet", form: RegisterForm) -> None:
    from openpyxl.formatting.rule import Rule
    from openpyxl.styles import Font, PatternFill
    from openpyxl.styles.differential import DifferentialStyle

    at = letters(form)
    places = _places(form, 2, "TODAY()")
    seen = [name for name, _ in form.headings if name not in {each.id for each in form.live.hidden}]
    for each in form.highlights:
        formula = [in_row(each.formula, places)]
        if each.look == "grey":
            look = DifferentialStyle(font=Font(color=GREY))
        else:
            # A differential fill needs its background colour; its start colour shows black in Excel.
            fill = PatternFill(bgColor=LOOKS[each.look], fill_type="solid")
            font = Font(color=INKS[each.look], bold=True if each.look == "red" else None)
            look = DifferentialStyle(fill=fill, font=font)
        rule = Rule("expression", formula=formula, dxf=look)
        for block in _blocks(each.fields or seen, at):
            sheet.conditional_formatting.add(block, rule)


def _blocks(fields: Iterable[str], at: Mapping[str, str]) -> Iterator[str]:
    yield " ".join(f"{at[field]}2:{at[field]}{REACH}" for field in fields)


# --- the other sheets ------------------------------------------------------------------------------------


def _lists(sheet: "Worksheet", form: RegisterForm, brand: Brand, today: date | None) -> None:
    _label(sheet, 1, 1, "Today")
    put(sheet, 1, 2, today)
    if today is None:
        sheet.cell(1, 2).value = "=TODAY()"
    sheet.cell(1, 2).number_format = "dd mmm yyyy"
    _heading_row(sheet, 3, ("Case owners", "Departments"), brand, (28, 28))
    for column, names in ((1, form.owners), (2, form.departments)):
        for row, name in enumerate(names[:LIST_ROWS], FIRST_LISTED):
            _plain(sheet, row, column, name)
    sheet.freeze_panes = "A4"


def _bank_holidays(sheet: "Worksheet", form: RegisterForm, brand: Brand) -> None:
    _label(sheet, 1, 1, f"Days that do not count: {form.calendar_name}. Add your own closed days below.")
    _heading_row(sheet, 3, ("Date", "Name"), brand, (16, 44))
    for row, (day, name) in enumerate(form.closed[:HOLIDAY_ROWS], FIRST_LISTED):
        _plain(sheet, row, 1, day)
        _plain(sheet, row, 2, name)
    sheet.freeze_panes = "A4"


def _how_to_use(sheet: "Worksheet", form: RegisterForm, brand: Brand) -> None:
    from openpyxl.styles import Font, PatternFill

    title = put(sheet, 1, 1, "Complaints register: how to use it")
    title.font = Font(name=FONT, size=16, bold=True, color=brand.main[1:].upper())
    row = _sentences(sheet, 2, _introduction(form))
    row = _section(sheet, row + 1, "What to put under each heading", brand)
    for column in form.columns:
        _label(sheet, row, 1, column.heading)
        _plain(sheet, row, 2, column.help)
        row += 1
    for heading, words in _CALCULATED_HELP:
        _label(sheet, row, 1, heading, colour=GREY)
        _plain(sheet, row, 2, words)
        row += 1
    row = _section(sheet, row + 1, "What the colours mean", brand)
    for look, words in _COLOURS:
        put(sheet, row, 1, "").fill = PatternFill("solid", fgColor=LOOKS[look])
        _plain(sheet, row, 2, words)
        row += 1
    _label(sheet, row, 1, "Grey text", colour=GREY)
    _plain(sheet, row, 2, "The row is done.")
    row = _section(sheet, row + 2, "Columns you may add", brand)
    row = _sentences(sheet, row, ("Put the heading into the first row, to the right of the others.",))
    for heading, words in form.offered:
        _label(sheet, row, 1, heading)
        _plain(sheet, row, 2, words)
        row += 1
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 92
    sheet.sheet_view.showGridLines = False
    printable(sheet)


_CALCULATED_HELP = (
    ("Due by", "Worked out for you: the day by which the next thing is due. Do not type here."),
    ("What this row needs", "Worked out for you, in words. Do not type here."),
)

_COLOURS = (
    ("orange", "This cell is needed, cannot be right yet, or the row is due today."),
    ("red", "The row is past the day by which something was due."),
)


def _introduction(form: RegisterForm) -> Iterator[str]:
    yield f"Made for the procedure “{form.title}”. Every complaint, however small, is a row of Register."
    yield "Type into the first empty row. A cell shows what belongs there when you choose it."
    yield "Names and departments for the drop-downs are on the sheet Lists; change them there."
    if form.live.left_out:
        titles = ", ".join(f"“{clock.title}”" for clock in form.live.left_out)
        yield f"Not in the two grey columns, as it takes more than a formula: {titles}. The program tells."
    if any(clock.limit.unit == "hour" for *_, clock in form.live.clocks):
        yield "A limit in hours is shown to the day; the program reckons to the hour where a time is given."


def _sentences(sheet: "Worksheet", row: int, sentences: Iterable[str]) -> int:
    for sentence in sentences:
        _plain(sheet, row, 1, sentence, wrap=False)
        row += 1
    return row


def _section(sheet: "Worksheet", row: int, title: str, brand: Brand) -> int:
    from openpyxl.styles import Font

    put(sheet, row, 1, title).font = Font(name=FONT, size=13, bold=True, color=brand.main[1:].upper())
    return row + 1


def _heading_row(
    sheet: "Worksheet", row: int, headings: Sequence[str], brand: Brand, widths: Sequence[int]
) -> None:
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    for number, (heading, width) in enumerate(zip(headings, widths, strict=True), 1):
        cell = put(sheet, row, number, heading)
        cell.font = Font(name=FONT, size=11, bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=brand.main[1:].upper())
        sheet.column_dimensions[get_column_letter(number)].width = width


def _label(sheet: "Worksheet", row: int, column: int, text: str, colour: str = "1F2A30") -> None:
    from openpyxl.styles import Alignment, Font

    cell = put(sheet, row, column, text)
    cell.font = Font(name=FONT, size=11, bold=True, color=colour)
    cell.alignment = Alignment(vertical="top")


def _plain(sheet: "Worksheet", row: int, column: int, value: str | date, *, wrap: bool = True) -> None:
    from openpyxl.styles import Alignment, Font

    cell = put(sheet, row, column, value)
    cell.font = Font(name=FONT, size=11, color="1F2A30")
    cell.alignment = Alignment(wrap_text=wrap, vertical="top", horizontal="left")
