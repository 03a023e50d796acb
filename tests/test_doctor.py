"""doctor: each thing that can be wrong is found, said in one sentence, and comes with what to do next."""

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from complaints_sheet.app.doctor import examine
from complaints_sheet.app.examination import Check, Examination
from complaints_sheet.config.settings import load_config
from complaints_sheet.core.people import Person
from complaints_sheet.errors import ConfigError

TOP = Path(__file__).parent.parent
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
HEADINGS = [
    "Case Owner",
    "Department",
    "Date received",
    "Date followed-up with customer",
    "Resolved and followed up (Y/N)",
    "Customer Name",
    "Issue",
    "Resolution",
    "Proposed Improvement Idea",
]
CONFIG = """\
register: register.xlsx
people:
  - {name: Ann Lee, email: ann.lee@example.org}
  - {name: Bo Day}
roles: {coordinator: Ann Lee, director: Ann Lee}
meeting: {first: 2026-11-24}
"""


@pytest.fixture
def office(tmp_path: Path):
    """A folder with a config and a register; returns a function that examines it."""

    def examined(
        config: str = CONFIG, owners=("Ann Lee",), staff=None, headings=HEADINGS, **named
    ) -> Examination:
        write_register(tmp_path / "register.xlsx", headings, owners, staff)
        (tmp_path / "config.yaml").write_text(config, encoding="utf-8")
        return examine(tmp_path / "config.yaml", now=NOW, **named)

    return examined


def write_register(path: Path, headings, owners, staff) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "Register"
    book.active.append(headings)
    for owner in owners:
        row = [owner, "Repairs", date(2026, 11, 2), None, "N", "Pat Field", "No heating", None, None]
        book.active.append(row[: len(headings)])
    if staff:
        sheet = book.create_sheet("Staff")
        for row in staff:
            sheet.append(row)
    book.save(path)


def check(found: Examination, name: str) -> Check:
    return next(each for each in found.checks if each.name == name)


def worst(found: Examination, name: str) -> Check:
    order = ["fault", "warning", "ok"]
    return min(
        (each for each in found.checks if each.name == name), key=lambda each: order.index(each.outcome)
    )


def test_the_sample_is_in_good_order_but_for_its_unknown_owners():
    found = examine(TOP / "config.yaml", now=NOW)
    assert found.exit_code == 0
    assert {each.name for each in found.checks if each.outcome != "ok"} == {"people"}
    assert any("Nadia Rahman" in line for line in check(found, "people").details)
    assert "Tuesday 24 November 2026, 14:00" in check(found, "meeting").sentence
    assert "Monday 23 November 2026" in check(found, "meeting").sentence


def test_an_office_in_order_has_nothing_to_mend(office):
    found = office()
    assert [(each.name, each.outcome) for each in found.checks if each.outcome != "ok"] == []
    assert found.exit_code == 0


def test_nothing_is_written(office, tmp_path):
    office()
    assert {path.name for path in tmp_path.iterdir()} == {"config.yaml", "register.xlsx"}


def test_a_config_with_mistakes_lists_them_all_and_the_rest_waits(office):
    found = office("register: register.xlsx\nmeetin: 1\npack: {folder: 3}\nbrand: {main: blue}\n")
    assert [each.name for each in found.checks] == ["config", "Python"]
    assert check(found, "config").outcome == "fault"
    assert len(check(found, "config").details) == 2
    assert found.exit_code == 2


def test_a_missing_config_says_how_to_make_one(tmp_path):
    found = examine(tmp_path / "config.yaml", now=NOW)
    assert "init" in check(found, "config").next_step


def test_a_register_that_cannot_be_read_is_a_fault_and_the_rest_is_still_tested(office):
    found = office(CONFIG.replace("register.xlsx", "elsewhere.xlsx"))
    assert check(found, "register").outcome == "fault"
    assert check(found, "register").next_step
    assert found.exit_code == 3
    assert check(found, "meeting").outcome == "ok"


def test_columns_that_are_missing_are_named(office):
    found = check(office(headings=HEADINGS[:7]), "register")
    assert found.outcome == "warning"
    assert found.details == ("no column for Resolution", "no column for Proposed Improvement Idea")


def test_an_empty_register_is_asked_about(office):
    assert "no cases" in check(office(owners=()), "register").sentence


def test_owners_who_cannot_be_written_to_are_listed_with_their_cases_and_the_nearest_names(office):
    found = check(office(owners=["Ann Lee", "Anne Lee", "Anne Lee", "Bo Day", "ann lee"]), "people")
    assert found.outcome == "warning"
    assert "1 of 3 case owners" in found.sentence
    assert len(found.details) == 2
    assert "Anne Lee" in found.details[0]
    assert "Is it Ann Lee?" in found.details[0]
    assert "(2 cases)" in found.details[0]
    assert "Bo Day has no e-mail address" in found.details[1]


def test_many_unknown_owners_are_counted_not_all_listed(office):
    found = check(office(owners=[f"Unknown {number}" for number in range(50)]), "people")
    assert found.details[-1] == "… and 30 more"


def test_no_people_at_all_is_said_once(office):
    found = office("register: register.xlsx\n")
    assert "Nobody can be written to" in check(found, "people").sentence
    assert "Nobody is told" in worst(found, "roles").sentence


def test_a_director_without_an_address_is_told(office):
    found = office(CONFIG.replace("director: Ann Lee", "director: Bo Day"))
    assert "approvals" in worst(found, "roles").sentence


def test_a_coordinator_without_an_address_is_replaced_by_the_director(office):
    found = office(CONFIG.replace("coordinator: Ann Lee", "coordinator: Bo Day"))
    assert "Ann Lee is told" in worst(found, "roles").sentence


def test_a_broken_policy_of_the_offices_own_is_a_fault(office, tmp_path):
    (tmp_path / "ours.yaml").write_text("clocks: nonsense\n", encoding="utf-8")
    found = office(CONFIG + "policy: ours\n")
    assert check(found, "policy").outcome == "fault"
    assert found.exit_code == 2


def test_a_policy_for_a_department_that_no_register_names_is_asked_about(office):
    found = office(CONFIG + "policy: {departments: {Repirs: customer-issue-reporting}}\n")
    assert worst(found, "policy").details == ("Repirs",)


def test_closed_days_that_end_this_year_are_asked_about_in_the_autumn(office):
    found = office(CONFIG + "calendar: {closed: [2026-12-24]}\n")
    assert worst(found, "calendar").outcome == "warning"
    assert "2027" in worst(found, "calendar").next_step
    again = office(CONFIG + "calendar: {closed: [2026-12-24, 2027-12-24]}\n")
    assert worst(again, "calendar").outcome == "ok"


def test_a_broken_template_of_the_office_is_a_fault_with_its_line(office, tmp_path):
    (tmp_path / "templates" / "mail").mkdir(parents=True)
    (tmp_path / "templates" / "mail" / "owner.html").write_text("<p>\n{% if %}\n", encoding="utf-8")
    found = check(office(), "templates")
    assert found.outcome == "fault"
    assert "owner.html:2" in found.details[0]


def test_a_template_of_the_office_that_cannot_be_written_is_a_fault(office, tmp_path):
    (tmp_path / "templates" / "mail").mkdir(parents=True)
    template = tmp_path / "templates" / "mail" / "owner_digest.txt"
    template.write_text("Dear {{ nobody_knows_this_name }}\n", encoding="utf-8")
    found = check(office(owners=["Ann Lee"] * 3), "templates")
    assert found.outcome == "fault"
    assert "owner_digest.txt" in found.sentence
    template.write_text("Hello\n", encoding="utf-8")
    assert check(office(owners=["Ann Lee"] * 3), "templates").outcome == "ok"


def test_a_page_template_of_the_office_is_tried_too(office, tmp_path):
    (tmp_path / "templates" / "pack").mkdir(parents=True)
    (tmp_path / "templates" / "pack" / "pack.html").write_text("{{ missing.thing }}\n", encoding="utf-8")
    assert "pack.html" in check(office(), "templates").sentence


def test_a_template_under_a_name_that_is_never_used_is_pointed_out(office, tmp_path):
    (tmp_path / "templates" / "mail").mkdir(parents=True)
    (tmp_path / "templates" / "mail" / "digest.txt").write_text("Hello\n", encoding="utf-8")
    assert "digest.txt" in worst(office(), "templates").details[0]


def test_a_folder_that_cannot_be_written_to_is_a_fault(office, tmp_path):
    locked = Path("/proc") if Path("/proc").is_dir() else tmp_path / "locked"  # not even root writes to /proc
    locked.mkdir(mode=0o500, exist_ok=True)
    found = office(f"{CONFIG}pack: {{folder: {locked.as_posix()}/packs}}\n")
    assert check(found, "packs").outcome == "fault"
    assert check(found, "packs").next_step
    assert found.exit_code == 4


def test_a_memory_that_others_can_read_is_warned_about(office, tmp_path):
    (tmp_path / ".complaints").mkdir()
    (tmp_path / ".complaints").chmod(0o755)
    assert "other accounts" in worst(office(), "memory").sentence


def test_no_meeting_is_warned_about(office):
    found = office(CONFIG.replace("meeting: {first: 2026-11-24}\n", ""))
    assert check(found, "meeting").outcome == "warning"


# --- the Staff worksheet -----------------------------------------------------------------------------------

STAFF = [
    ["Our people"],
    ["Name", "E-mail", "Job title", "Team", "Line manager", "Phone"],
    ["Cy Fox", "cy.fox@example.org", "Adviser", "Repairs", "Ann Lee", "214"],
    ["Di Ray", "di.ray@example.org", "", "", "Somebody Gone", ""],
    ["Ed Poe", "ed.poe at example.org", "", "", "", ""],
    ["Ann Lee", "other@example.org", "", "", "", ""],
    ["Bo Day", "bo.day@example.org", "", "", "", ""],
    ["Flo Sly", "ANN.LEE@example.org", "", "", "", ""],
    ['=HYPERLINK("x")', "gus.hill@example.org", "", "", "", ""],
    [None, "nobody@example.org", "", "", "", ""],
]


def test_a_staff_worksheet_only_suggests(office, tmp_path):
    found = office(owners=["Cy Fox"], staff=STAFF)
    staff = check(found, "staff")
    assert "2 more people" in staff.sentence
    assert "--accept-people" in staff.next_step
    assert staff.details[0] == "Cy Fox: cy.fox@example.org (register.xlsx, worksheet Staff, row 3)"
    assert not any("other@example.org" in line for line in staff.details)
    assert load_config(tmp_path / "config.yaml").directory.match("Cy Fox") is None
    assert "not among the people" in check(found, "people").details[0]


def test_what_is_wrong_with_a_suggestion_is_said_and_it_is_not_accepted(office):
    details = check(office(staff=STAFF), "staff").details
    assert any(line.startswith("Ed Poe: ") and "e-mail address" in line for line in details)
    assert any("Bo Day: is already among the people" in line for line in details)
    assert any("Flo Sly: " in line and "belongs to somebody else" in line for line in details)


def test_accepted_people_count_from_then_on(office, tmp_path):
    found = office(owners=["Cy Fox"], staff=STAFF, accept_people=True)
    assert check(found, "staff").details == ("Cy Fox", "Di Ray")
    assert check(found, "people").outcome == "ok"
    directory = load_config(tmp_path / "config.yaml").directory
    assert directory.match("Cy Fox") == Person(
        "Cy Fox", "cy.fox@example.org", (), "Adviser", "Repairs", manager="Ann Lee"
    )
    assert directory.match("Di Ray") == Person("Di Ray", "di.ray@example.org")
    assert directory.match("Ed Poe") is None


def test_accepting_again_keeps_those_accepted_and_adds_the_new_ones(office, tmp_path):
    office(staff=STAFF[:3], accept_people=True)
    second = office(staff=STAFF[:4], accept_people=True)
    assert check(second, "staff").details == ("Di Ray",)
    names = [person.name for person in load_config(tmp_path / "config.yaml").directory.people]
    assert names == ["Ann Lee", "Bo Day", "Cy Fox", "Di Ray"]


def test_accepting_where_nothing_is_suggested_writes_nothing(office, tmp_path):
    found = office(accept_people=True)
    assert "0 people were accepted" in check(found, "staff").sentence
    assert not (tmp_path / "people.accepted.csv").exists()


def test_a_staff_worksheet_beside_a_chosen_worksheet_is_seen(office):
    config = CONFIG.replace("register: register.xlsx", "register: {path: register.xlsx, sheet: Register}")
    assert "2 more people" in check(office(config, staff=STAFF), "staff").sentence


# --- mail --------------------------------------------------------------------------------------------------

SMTP = "delivery: {kind: smtp, host: localhost, port: 1, sender: robot@example.org}\n"


def test_a_test_mail_is_written_for_somebody_of_the_people_list(office, tmp_path):
    sent = check(office(test_address="Ann.Lee@example.org"), "test mail")
    assert (sent.outcome, "ann.lee@example.org" in sent.sentence) == ("ok", True)
    (file,) = (tmp_path / "outbox").glob("*.eml")
    assert b"THIS IS A TEST" in file.read_bytes()


@pytest.mark.parametrize(
    ("config", "address", "says"),
    [
        (CONFIG, "somebody@example.org", "not an address of the people list"),
        (CONFIG, "ann.lee@example.org, bo@example.org", "not an address of the people list"),
        (CONFIG + SMTP.replace("}", ", allowed_domains: example.com}"), "ann.lee@example.org", "domain"),
    ],
)
def test_a_test_mail_goes_to_nobody_else(office, config: str, address: str, says: str):
    with pytest.raises(ConfigError, match=says) as refused:
        office(config, test_address=address)
    assert refused.value.next_step


def test_the_file_stop_holds_the_test_mail_too(office, tmp_path):
    (tmp_path / "STOP").touch()
    with pytest.raises(ConfigError, match="held by the file"):
        office(test_address="ann.lee@example.org")
    assert not (tmp_path / "outbox").exists()


def test_a_mail_server_without_a_password_or_that_is_not_there_is_a_fault(office, monkeypatch):
    monkeypatch.delenv("COMPLAINTS_MAIL_PASSWORD", raising=False)
    found = office(CONFIG + SMTP)
    assert found.exit_code == 4
    assert "COMPLAINTS_MAIL_PASSWORD" in check(found, "mail server").next_step
    assert check(found, "journal").outcome == "warning"
    monkeypatch.setenv("COMPLAINTS_MAIL_PASSWORD", "hunter2")
    found = office(CONFIG + SMTP, test_address="ann.lee@example.org")
    for name in ("mail server", "test mail"):
        assert check(found, name).sentence == "localhost, port 1: nothing answers at that port."
    assert "hunter2" not in str(found)


@pytest.mark.skipif(os.name != "posix", reason="files have no owner and mode here")
def test_a_password_file_that_others_can_read_is_told(office, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2", encoding="utf-8")
    secret.chmod(0o644)
    config = CONFIG + SMTP.replace("}", ", password_file: secret.txt}")
    assert any(each.next_step == f"chmod 600 {secret}" for each in office(config).checks)
    secret.chmod(0o600)
    assert not any("chmod 600" in each.next_step for each in office(config).checks)
