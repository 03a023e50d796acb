"""The register template: its sheets and checks, and formulas that say row by row what the program says."""

import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from complaints_sheet.app.judged import understood_file
from complaints_sheet.app.templating import new_register
from complaints_sheet.cli import cli
from complaints_sheet.config.closed_days import CalendarConfig, calendar_from
from complaints_sheet.config.policies import load_policies, shipped
from complaints_sheet.core.brand import Brand, contrast
from complaints_sheet.core.calculated import calculated
from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.field_help import HELP
from complaints_sheet.core.fields import FIELDS, NINE
from complaints_sheet.core.judging import judge
from complaints_sheet.core.model import Judgement
from complaints_sheet.core.policy import Policy, PolicyChoice
from complaints_sheet.core.register_form import RegisterForm, register_form
from complaints_sheet.errors import ConfigError
from complaints_sheet.workbooks.register_template import (
    INKS,
    LOOKS,
    letters,
    register_template,
    register_workbook,
)
from tests.live_rows import expected, rows
from tests.office import recalculated
from tests.programs import needs

TODAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, tzinfo=ZoneInfo("Europe/London"))
ROWS = 1000
FEWER = 200
LONGEST_FORMULA = 8192


@pytest.fixture(scope="module")
def england() -> Calendar:
    return calendar_from(CalendarConfig(), 2025, 2029)


def form_of(name: str, calendar: Calendar) -> RegisterForm:
    return register_form(load_policies((name,))[-1:], calendar, TODAY)


def filled_in(form: RegisterForm, path: Path, how_many: int = ROWS) -> Path:
    """Return the template with random rows, saved as somebody would who never saw the formulas."""
    book = register_workbook(form, Brand(), rows=how_many, today=TODAY)
    at = {name: number for number, (name, _) in enumerate(form.headings, 1)}
    for number, row in enumerate(rows(form, how_many, TODAY, seed=len(form.title)), 2):
        for field, value in row.items():
            book["Register"].cell(number, at[field]).value = value
    book.save(path)
    return path


def judged(path: Path, form: RegisterForm, calendar: Calendar) -> Judgement:
    days = next((policy.own_calendar for policy in form.policies if policy.own_calendar), calendar)
    return judge(understood_file(path), PolicyChoice(form.policies), days, NOON)


def shown(path: Path, form: RegisterForm) -> dict[int, tuple[date | None, str]]:
    """Return (due by, what it needs) by row, as the sheet shows them."""
    at = {name: place for place, (name, _) in enumerate(form.headings)}
    grid = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Register").to_python()
    return {row: (cells[at["due_by"]] or None, cells[at["needs"]]) for row, cells in enumerate(grid, 1)}


@needs("soffice")
def test_the_sheet_says_of_every_row_what_the_program_says(tmp_path, england):
    forms = {name: form_of(name, england) for name in shipped()}
    files = [filled_in(form, tmp_path / f"{name}.xlsx") for name, form in forms.items()]
    calculated_by_office = recalculated(files, tmp_path)
    differences, compared, words = [], 0, set()
    for name, form in forms.items():
        path = calculated_by_office[f"{name}.xlsx"]
        seen = shown(path, form)
        said = expected(form, judged(path, form, england))
        assert len(said) == ROWS
        differences += [(name, row, seen[row], want) for row, want in said.items() if seen[row] != want]
        compared += len(said)
        words |= {re.split(r":| by ", needs)[0] for _, needs in said.values()}
    assert differences == []
    assert compared == ROWS * len(shipped())
    assert words == {
        "Check the orange cells", "Overdue", "Due today", "Marked Y", "Fill in the orange cells",
        "Is it resolved now? Then put Y", "Due soon", "Open for a long time", "Next", "Open", "Paused",
        "Done", "Done, late",
    }  # fmt: skip


@needs("soffice")
def test_features_that_no_shipped_policy_uses_are_reckoned_alike(tmp_path, england):
    from complaints_sheet.core.limits import Limit

    [plain] = load_policies(("ofwat-gss",))
    clock = plain.clocks[0]

    def changed(name: str, **more: object) -> RegisterForm:
        policy = Policy(**{**_fields(plain), "id": name, "clocks": (replace(clock, **more),)})
        return register_form((policy,), england, TODAY)

    forms = {
        "start-counts": changed("start-counts", start_counts=True),
        "next-day": changed(
            "next-day", limit=Limit(14, "calendar day"), due_on_closed_day="next working day"
        ),
        "day-before": changed(
            "day-before", limit=Limit(1, "calendar month"), due_on_closed_day="working day before"
        ),
        "received-closed": changed("received-closed", closed_day_start="next working day"),
        "weeks-counted": changed("weeks-counted", limit=Limit(2, "week"), start_counts=True),
    }
    made = recalculated(
        [filled_in(each, tmp_path / f"{name}.xlsx") for name, each in forms.items()], tmp_path
    )
    for name, form in forms.items():
        path = made[f"{name}.xlsx"]
        seen, said = shown(path, form), expected(form, judged(path, form, england))
        assert {row: seen[row] for row in said} == said, name


def _fields(policy: Policy) -> dict[str, object]:
    return {name: getattr(policy, name) for name in policy.__dataclass_fields__}


def test_the_comparison_would_notice_another_limit(tmp_path, england):
    form, other = form_of("ofwat-gss", england), form_of("spso", england)
    path = filled_in(form, tmp_path / "register.xlsx")
    by_ten = expected(form, judged(path, form, england))
    policies = tuple(
        Policy(**{**_fields(other.policies[0]), "id": form.policies[0].id}) for _ in form.policies
    )
    by_five = judge(understood_file(path), PolicyChoice(policies), england, NOON)
    assert sum(want != by_ten[row] for row, want in expected(form, by_five).items()) > ROWS / 10


# --- what the file holds -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", shipped())
def test_every_formula_is_short_enough_and_looks_at_its_own_sheet(name, england):
    form = form_of(name, england)
    book = register_workbook(form, Brand(), rows=3)
    sheet = book["Register"]
    formulas = [cell.value for row in sheet.iter_rows(min_row=2) for cell in row if cell.value]
    assert formulas
    assert max(map(len, formulas)) < LONGEST_FORMULA
    assert not any("{" in formula or "«" in formula for formula in formulas)
    assert [cell.value for cell in sheet[1]][:9] == [each.heading for each in NINE]
    for block in sheet.conditional_formatting:
        for rule in block.rules:
            assert "!" not in rule.formula[0]  # Excel's own form for other sheets cannot be written
    for validation in sheet.data_validations.dataValidation:
        assert len(validation.prompt or "") <= 255
        assert len(validation.formula1 or "") <= 255  # more, and Excel offers to repair the file


def test_a_new_template_is_a_register_without_a_case(tmp_path, england):
    path = tmp_path / "new.xlsx"
    path.write_bytes(register_template(form_of("customer-contacts", england)))
    register = understood_file(path)
    assert register.cases == ()
    assert register.left_out == ()
    assert register.findings == ()
    assert register.notes == ()
    [layout] = register.layouts
    assert (layout.sheet, layout.header_row, layout.extra) == ("Register", 1, ())


def test_headings_are_guarded_and_choices_offered(england):
    form = form_of("customer-issue-reporting", england)
    sheet = register_workbook(form, Brand(), rows=2)["Register"]
    by_place = {str(each.sqref): each for each in sheet.data_validations.dataValidation}
    assert by_place["A1"].formula1 == 'EXACT(A1,"Case Owner")'
    assert by_place["E2:E2000"].formula1 == '"Y,N"'
    assert by_place["E2:E2000"].errorStyle == "stop"
    assert (by_place["A2:A2000"].formula1, by_place["A2:A2000"].errorStyle) == ("Lists!$A$4:$A$203", None)
    assert "ISNUMBER($C2)" in by_place["C2:C2000"].formula1
    assert by_place["G2:G2000"].prompt == HELP["issue"]
    assert sheet.freeze_panes == "B2"
    assert sheet.print_title_rows == "$1:$1"


def test_names_for_the_lists_are_a_warning_once_there_are_some(england):
    form = register_form(load_policies(("customer-issue-reporting",)), england, TODAY, owners=["Amira Khan"])
    sheet = register_workbook(form, Brand(), rows=2)["Register"]
    [owners] = [each for each in sheet.data_validations.dataValidation if str(each.sqref) == "A2:A2000"]
    assert (owners.errorStyle, owners.showErrorMessage) == ("warning", True)


def test_the_table_grows_with_the_same_formulas(england):
    form = form_of("eight-step-procedure", england)
    sheet = register_workbook(form, Brand(), rows=5)["Register"]
    table = sheet.tables["Register"]
    assert table.ref == f"A1:{list(letters(form).values())[-1]}6"
    names = [column.name for column in table.tableColumns]
    assert names == [cell.value for cell in sheet[1]]
    due = next(column for column in table.tableColumns if column.name == "Due by")
    assert f"={due.calculatedColumnFormula.attr_text}" == sheet[f"{letters(form)['due_by']}2"].value


def test_what_is_typed_into_the_config_is_never_a_formula(tmp_path):
    folder = tmp_path
    (folder / "config.yaml").write_text(
        "register: {path: register.xlsx}\n"
        "organisation: {name: '=1+1'}\n"
        "calendar: {closed: [{2026-12-24: '=cmd()'}]}\n"
        "people:\n"
        "  - {name: '=HYPERLINK(\"x\")', email: a@example.org, department: '@SUM(1)'}\n",
        encoding="utf-8",
    )
    new_register(folder / "new.xlsx", (), folder, TODAY)
    book = load_workbook(folder / "new.xlsx")
    owner, department = book["Lists"]["A4"], book["Lists"]["B4"]
    assert (owner.value, owner.data_type, owner.quotePrefix) == ('=HYPERLINK("x")', "s", True)
    assert (department.value, department.data_type) == ("@SUM(1)", "s")
    days = {row[0].value: row[1] for row in book["Bank holidays"].iter_rows(min_row=4)}
    assert days[datetime(2026, 12, 24)].data_type == "s"


def test_the_config_gives_names_days_and_the_procedure(tmp_path):
    (tmp_path / "config.yaml").write_text(
        "register: {path: register.xlsx}\n"
        "policy: housing-ombudsman-2024\n"
        "people: [{name: Tom Ashworth, email: t@example.org, department: Repairs}]\n",
        encoding="utf-8",
    )
    done = new_register(tmp_path / "new.xlsx", (), tmp_path, TODAY)
    assert "Date acknowledged" in done.notes[1]
    book = load_workbook(tmp_path / "new.xlsx")
    assert book["Lists"]["A4"].value == "Tom Ashworth"


def test_nothing_that_exists_is_overwritten(tmp_path):
    target = tmp_path / "new.xlsx"
    target.write_bytes(b"mine")
    with pytest.raises(ConfigError, match="there already"):
        new_register(target, (), tmp_path, TODAY)
    assert target.read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--template", "new.txt"], "does not end in .xlsx"),
        (["--template", "new.xlsx", "--policy", "nowhere"], "no policy called"),
    ],
)
def test_a_slip_on_the_command_line_is_said_kindly(arguments, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer = CliRunner().invoke(cli, ["init", *arguments])
    assert answer.exit_code == 2 or isinstance(answer.exception, ConfigError)
    assert words in answer.output + str(answer.exception)
    assert list(tmp_path.iterdir()) == []


def test_the_file_asks_to_be_calculated_when_opened(tmp_path, england):
    path = tmp_path / "new.xlsx"
    path.write_bytes(register_template(form_of("spso", england)))
    with ZipFile(path) as parts:
        assert b'fullCalcOnLoad="1"' in parts.read("xl/workbook.xml")


def test_calculated_columns_are_skipped_only_where_both_that_people_see_are_there():
    assert calculated(["Case Owner", "Due by"]) == frozenset()
    assert calculated(["Due By ", "What this row needs", "Reckoning 3", "Issue"]) == {
        "Due By ",
        "What this row needs",
        "Reckoning 3",
    }


def test_every_field_says_what_to_put_there():
    assert HELP.keys() == FIELDS.keys()
    assert max(map(len, HELP.values())) <= 255


def test_words_can_be_read_on_their_colours():
    for look, ink in INKS.items():
        assert contrast(f"#{ink}", f"#{LOOKS[look]}") >= 4.5
