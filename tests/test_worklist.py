"""what-needs-doing.xlsx: a sheet for each person, what to type where; rewritten after a run unless open."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook

from complaints_sheet.app.setup import initialise
from complaints_sheet.cli import cli
from complaints_sheet.core.brand import Brand
from complaints_sheet.core.lines import LineRules
from complaints_sheet.core.worklist import NOBODY, work_list
from complaints_sheet.sources.files import register_files
from complaints_sheet.workbooks.what_needs_doing import what_needs_doing
from tests.mail_by_hand import CALENDAR, MONDAY, PEOPLE, POLICY, done, judged, row
from tests.office import opened
from tests.programs import needs

TOP = Path(__file__).parent.parent
FILE = "what-needs-doing.xlsx"
HOSTILE = ("=cmd|' /C calc'!A0", "@SUM(1)", "a\x0bb", "<script>", "{{7*7}}", "שלום 😀", "x" * 40_000)


def listed(*rows: dict[str, object]):
    return work_list(
        [judged(list(rows))], POLICY.all, MONDAY.date(), CALENDAR, directory=PEOPLE, rules=LineRules()
    )


def test_it_says_what_to_do_and_what_to_type_into_which_cell():
    found = listed(row(date(2026, 10, 1)))
    [(name, [doing])] = found.people
    assert (name, doing.heading, doing.row) == ("Amira Khan", "Past the standard", 2)
    assert doing.action == "Call the customer and close the case"
    assert doing.type_here.startswith("Once it is done, put the date into ")
    assert "Date followed-up with customer" in doing.type_here
    assert doing.type_here.endswith("when it is resolved.")


def test_gaps_are_named_with_their_cells_and_a_row_of_nobody_is_last():
    found = listed(
        row(date(2026, 11, 2), customer_name="Sam Poole", case_owner=None, department=None),
        row(date(2026, 11, 18), case_owner="Zoe Unknown", issue=""),
        done(date(2026, 10, 1), date(2026, 10, 2), resolution=""),
    )
    names = [name for name, _ in found.people]
    assert names == ["Amira Khan", "Zoe Unknown", NOBODY]
    nobody = found.people[-1][1][0]
    assert nobody.type_here.startswith("Put a name into ")
    assert "(Department)" in nobody.type_here
    assert "Fill in " in found.people[0][1][0].type_here


def test_another_spelling_of_a_name_has_no_list_of_its_own():
    found = listed(row(date(2026, 10, 1), owner="A. Khan"), row(date(2026, 10, 2), owner="Amira Khan"))
    assert [name for name, _ in found.people] == ["Amira Khan"]
    assert [each.row for each in found.people[0][1]] == [2, 3]


def test_a_customer_is_not_named():
    found = listed(
        row(date(2026, 10, 1), customer_name="Margaret Ellis", issue="Mrs Ellis waited in all day")
    )
    assert "Ellis" not in repr(found)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text, tmp_path):
    found = listed(row(date(2026, 10, 1), owner=text, issue=text, department=text))
    content = what_needs_doing(found, MONDAY, Brand(), files={}, folder=tmp_path)
    path = tmp_path / FILE
    path.write_bytes(content)
    book = load_workbook(path)
    assert all(cell.data_type != "f" for sheet in book for cells in sheet.iter_rows() for cell in cells)
    assert max(map(len, book.sheetnames)) <= 31


# --- in a run ----------------------------------------------------------------------------------------------


@pytest.fixture
def sample(tmp_path, monkeypatch):
    initialise(tmp_path, sample=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*more: str, at: str = "2026-11-23T08:00") -> str:
    answer = CliRunner().invoke(cli, ["run", "--as-of", at, *more], catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return answer.output


def test_a_run_writes_it_and_the_next_one_leaves_it_where_nothing_changed(sample):
    register = (sample / "sample_register.xlsx").read_bytes()
    assert FILE in run()
    first = (sample / FILE).stat().st_mtime_ns
    run(at="2026-11-23T09:00")
    assert (sample / FILE).stat().st_mtime_ns == first
    run(at="2026-11-24T08:00")
    assert (sample / FILE).stat().st_mtime_ns != first
    assert (sample / "sample_register.xlsx").read_bytes() == register
    sheet = load_workbook(sample / FILE)["Amira Khan"]
    link = sheet["B5"].hyperlink
    assert link.target == "sample_register.xlsx"
    assert link.location.startswith("'Register'!A")


@pytest.mark.parametrize("lock", [f"~${FILE}", f".~lock.{FILE}#"])
def test_it_waits_while_somebody_has_it_open(lock, sample):
    run()
    before = (sample / FILE).read_bytes()
    (sample / lock).write_text("Dana", encoding="utf-8")
    assert "is open; it is written anew once it is closed" in run(at="2026-11-24T08:00")
    assert (sample / FILE).read_bytes() == before
    (sample / lock).unlink()
    run(at="2026-11-24T09:00")
    assert (sample / FILE).read_bytes() != before


def test_it_waits_where_the_system_refuses_to_replace_an_open_file(sample, monkeypatch):
    run()
    before = (sample / FILE).read_bytes()
    rename = Path.replace

    def refused(path: Path, target: Path) -> Path:
        if Path(target).name == FILE:
            raise PermissionError(13, "being used by another process")
        return rename(path, target)

    monkeypatch.setattr(Path, "replace", refused)
    assert "is open in another program" in run(at="2026-11-24T08:00")
    assert (sample / FILE).read_bytes() == before
    assert not list(sample.glob(".*part*"))


def test_a_file_of_that_name_that_is_not_ours_is_left_alone(sample):
    Workbook().save(sample / FILE)
    mine = (sample / FILE).read_bytes()
    assert "is not one of ours" in run()
    assert (sample / FILE).read_bytes() == mine


def test_a_trial_run_and_a_config_without_it_write_nothing(sample):
    run("--dry-run")
    assert not (sample / FILE).exists()
    text = (sample / "config.yaml").read_text(encoding="utf-8").replace("work_list: yes", "work_list: no")
    (sample / "config.yaml").write_text(text, encoding="utf-8")
    run()
    assert not (sample / FILE).exists()


def test_it_is_never_taken_for_a_register(tmp_path):
    shutil.copy(TOP / "sample_register.xlsx", tmp_path / "a.xlsx")
    shutil.copy(TOP / "sample_register.xlsx", tmp_path / FILE)
    assert register_files(tmp_path / "*.xlsx") == (tmp_path / "a.xlsx",)


@needs("soffice")
def test_libreoffice_opens_it(sample):
    run()
    assert opened([sample / FILE], sample / "office").keys() == {FILE}
