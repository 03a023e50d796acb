"""init: a config that loads, from nothing, a real register or the sample; nothing is overwritten."""

import re
import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints_sheet.app.first_config import FirstRegister, first_config, quoted
from complaints_sheet.app.setup import initialise
from complaints_sheet.config.settings import load_config
from complaints_sheet.core.cases import ReadOptions, register_from
from complaints_sheet.core.model import Reading, Table
from complaints_sheet.core.people import plain_name
from complaints_sheet.errors import ConfigError, SourceError

TOP = Path(__file__).parent.parent
SAMPLE = TOP / "sample_register.xlsx"
HEADINGS = [
    "Case Owner",
    "Department",
    "Date received",
    "Resolved and followed up (Y/N)",
    "Customer Name",
    "Issue",
]


@pytest.fixture
def register(tmp_path: Path):
    def write(
        rows: list[list[object]], name: str = "register.xlsx", sheets: tuple[str, ...] = ("Log",)
    ) -> Path:
        from openpyxl import Workbook

        book = Workbook()
        book.active.title = sheets[0]
        for row in rows:
            book.active.append(row)
        for other in sheets[1:]:
            book.create_sheet(other).append(["nothing"])
        book.save(tmp_path / name)
        return tmp_path / name

    return write


def case(owner: str, day: object = date(2026, 11, 2), department: str = "Repairs") -> list[object]:
    return [owner, department, day, "N", "Pat Field", "No heating since Monday"]


def switched_on(text: str) -> str:
    return re.sub(r"^( *)#(?=\S|  )", r"\1", text, flags=re.MULTILINE)


def test_from_nothing_a_config_is_written_that_loads(tmp_path):
    done = initialise(tmp_path / "new")
    assert done.written == (tmp_path / "new" / "config.yaml",)
    assert load_config(done.written[0]).registers[0].source.path == tmp_path / "new" / "register.xlsx"
    assert any("--sample" in step for step in done.next_steps)
    text = done.written[0].read_text(encoding="utf-8")
    assert "Example Homes" not in text.replace("#  name: Example Homes", "")
    assert "dana" not in text.casefold()


def test_the_sample_is_copied_and_works(tmp_path):
    done = initialise(tmp_path, sample=True)
    assert {path.name for path in done.written} == {"config.yaml", "sample_register.xlsx"}
    assert (tmp_path / "sample_register.xlsx").read_bytes() == SAMPLE.read_bytes()
    assert load_config(tmp_path / "config.yaml").registers[0].source.path.is_file()


@pytest.mark.parametrize("arguments", [{}, {"sample": True}, {"register": SAMPLE}])
def test_what_exists_is_never_overwritten_and_is_named(tmp_path, arguments):
    (tmp_path / "config.yaml").write_text("mine", encoding="utf-8")
    done = initialise(tmp_path, **arguments)
    assert (tmp_path / "config.yaml").read_text(encoding="utf-8") == "mine"
    assert tmp_path / "config.yaml" in done.kept
    assert tmp_path / "config.yaml" not in done.written


def test_from_a_register_the_owners_are_listed_for_their_addresses(tmp_path, register):
    owners = ["Ann Lee", "ann lee", "Ann Lee", "Bo Day", "Ann", 'Cy "CJ" Fox: temp', ""]
    rows = [HEADINGS, *(case(owner) for owner in owners), case("Bo Day", department="Estates")]
    initialise(tmp_path, register=register(rows))
    text = (tmp_path / "config.yaml").read_text(encoding="utf-8")
    assert "  #- {name: Ann Lee, email: , department: Repairs}   # 3 cases\n" in text
    assert '# 1 case; perhaps Ann Lee: then add it to their "also" instead\n' in text
    assert "#departments:\n#  - Repairs   # 7 cases\n#  - Estates   # 1 case\n" in text
    people = switched_on(text[text.index("\npeople:") : text.index("\n#roles:")])
    (tmp_path / "people_only.yaml").write_text(f"register: r.xlsx{people}", encoding="utf-8")
    found = load_config(tmp_path / "people_only.yaml").directory.people
    assert {person.name for person in found} == {"Ann Lee", "Bo Day", "Ann", 'Cy "CJ" Fox: temp'}
    assert all(person.email is None for person in found)


def test_no_address_is_ever_taken_from_the_register(tmp_path, register):
    initialise(tmp_path, register=register([HEADINGS, case("ann.lee@example.org")]))
    assert load_config(tmp_path / "config.yaml").directory.people == ()


def test_the_worksheet_is_named_where_the_file_has_others(tmp_path, register):
    path = register([HEADINGS, case("Ann Lee")], sheets=("2026", "Lists"))
    initialise(tmp_path / "one", register=path)
    config = load_config(tmp_path / "one" / "config.yaml")
    assert config.registers[0].source.sheet == "2026"
    assert config.registers[0].source.path == path
    initialise(tmp_path / "two", register=register([HEADINGS, case("Ann Lee")], "other.xlsx"))
    assert load_config(tmp_path / "two" / "config.yaml").registers[0].source.sheet is None


def test_a_register_in_the_folder_is_named_by_its_place_there(tmp_path, register):
    register([HEADINGS, case("Ann Lee")], "Complaints & issues: 2026.xlsx".replace(":", ""))
    done = initialise(tmp_path)
    assert "path: Complaints & issues 2026.xlsx\n" in done.written[0].read_text(encoding="utf-8")
    assert load_config(done.written[0]).registers[0].source.path.is_file()


def test_headings_that_were_not_recognised_are_suggested_for_the_fields_without_a_column(tmp_path, register):
    rows = [[*HEADINGS[:5], "Ward", "Resolution text zz"], [*case("Ann Lee")[:5], "North", "Done"]]
    initialise(tmp_path, register=register(rows))
    text = (tmp_path / "config.yaml").read_text(encoding="utf-8")
    assert "# Headings without a meaning here: Ward, Resolution text zz\n" in text
    assert "#  resolution: Resolution text zz\n" in text
    assert "#  issue: …" in text


def test_american_dates_make_an_american_locale(tmp_path, register):
    days = ["11/23/2026", "10/30/2026", "11/2/2026"]
    initialise(tmp_path, register=register([HEADINGS, *(case("Ann Lee", day) for day in days)]))
    assert not load_config(tmp_path / "config.yaml").organisation.day_first


def test_a_register_that_is_not_understood_is_still_set_up_and_says_what_is_missing(tmp_path, register):
    done = initialise(tmp_path, register=register([["a", "b"], [1, 2]]))
    assert load_config(done.written[0]).registers[0].source.path.is_file()
    assert any("headings" in note for note in done.notes)


def test_a_register_that_cannot_be_read_stops_and_writes_nothing(tmp_path):
    with pytest.raises(SourceError):
        initialise(tmp_path, register=tmp_path / "missing.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_staff_worksheet_is_mentioned(tmp_path, register):
    done = initialise(tmp_path, register=register([HEADINGS, case("Ann Lee")], sheets=("Log", "Staff")))
    assert any("doctor" in note for note in done.notes)


def test_a_folder_that_cannot_be_one_is_refused(tmp_path):
    (tmp_path / "taken").touch()
    with pytest.raises(ConfigError, match="cannot be a folder"):
        initialise(tmp_path / "taken")


def test_sample_and_register_exclude_each_other(tmp_path):
    with pytest.raises(ConfigError):
        initialise(tmp_path, register=SAMPLE, sample=True)


@pytest.mark.parametrize(
    "text",
    [
        "Ann Lee",
        "O'Dowd",
        "no",
        "12",
        "- a",
        "a: b",
        "a #b",
        '"q"',
        "é ß",
        "{x}",
        "*a",
        "a,b",
        " x",
        "@",
        "…",
    ],
)
def test_a_quoted_text_is_read_back_as_it_was(text, tmp_path):
    path = tmp_path / "config.yaml"
    people = f"people:\n  - {{name: {quoted(text)}, title: t}}\n"
    written = f"register: {{path: r.xlsx, name: {quoted('x' + text)}}}\n{people}"
    path.write_text(written, encoding="utf-8")
    config = load_config(path)
    assert config.registers[0].name == f"x{text}"
    assert config.directory.people[0].name == text.strip()


NAMES = st.text(min_size=1, max_size=12) | st.sampled_from(
    ["Ann Lee", "ann lee", "no", "a: b", "{x}", "- y", "#", "*z"]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(NAMES, NAMES), max_size=8))
def test_whatever_names_a_register_holds_the_first_config_loads(names: list[tuple[str, str]]):
    rows = [HEADINGS, *(case(owner, department=department) for owner, department in names)]
    reading = Reading("r.xlsx", (Table("r.xlsx", "Log", rows),), "")
    register = FirstRegister("r.xlsx", ("Log",), register_from([reading], ReadOptions()))
    text = first_config((TOP / "config.yaml").read_text(encoding="utf-8"), register)
    people = switched_on(text[text.index("\npeople:") : text.index("\n#roles:")])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config.yaml"
        path.write_text(text, encoding="utf-8")
        assert load_config(path).directory.people == ()
        path.write_text(f"register: r.xlsx{people}", encoding="utf-8")
        found = {plain_name(person.name) for person in load_config(path).directory.people}
    owners = {plain_name(each.text("case_owner")) for each in register.understood.cases} - {""}
    assert found == (owners or {"ann lee", "bo day"})  # without any, two show how it is written


def test_every_setting_of_a_first_config_can_be_switched_on(tmp_path):
    sample = (TOP / "config.yaml").read_text(encoding="utf-8")
    text = switched_on(first_config(sample, FirstRegister("register.xlsx")))
    text = text.replace("policy: customer-issue-reporting\n", "", 1).replace(
        "customer-contacts", "customer-issue-reporting"
    )
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    for name in ("logo.png", "how-we-handle-complaints.pdf", "complaint-form.pdf"):
        (tmp_path / name).touch()
    config = load_config(tmp_path / "config.yaml")
    assert config.meeting
    assert config.roles.coordinator
    assert config.calendar.closed
