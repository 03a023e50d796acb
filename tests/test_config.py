"""config.yaml becomes frozen values: the sample as it stands, and what each section may say."""

import re
from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from complaints_sheet.channels.folder import Settings as FolderSettings
from complaints_sheet.config.mail import MailConfig
from complaints_sheet.config.memory import StateConfig
from complaints_sheet.config.policy_names import DEFAULT_POLICY, PolicyNames
from complaints_sheet.config.settings import SECTION_NAMES, Config, load_config
from complaints_sheet.core.brand import Brand
from complaints_sheet.core.meetings import MeetingPlan
from complaints_sheet.core.notice import MailRules
from complaints_sheet.core.people import Person
from complaints_sheet.errors import ConfigError
from complaints_sheet.sources.excel import Settings as ExcelSettings

TOP = Path(__file__).parent.parent
PEOPLE = """\
people:
  - {name: Ann Lee, also: A. Lee, email: ann.lee@example.org, manager: B. Day, deputy: Cy Fox}
  - {name: Bo Day, also: [B. Day], title: Head}
  - {name: Cy Fox, email: cy.fox@example.org}
"""


@pytest.fixture
def load(tmp_path: Path):
    def load(text: str) -> Config:
        path = tmp_path / "config.yaml"
        path.write_text(text, encoding="utf-8")
        return load_config(path)

    return load


def switched_on(text: str) -> str:
    """Return a commented config as the note at its top says: every # deleted that is not a note's."""
    return re.sub(r"^( *)#(?=\S|  )", r"\1", text, flags=re.MULTILINE)


# --- the sample ----------------------------------------------------------------------------------------


def test_the_sample_is_valid_as_it_stands():
    config = load_config(TOP / "config.yaml")
    assert config.organisation.name == "Example Homes"
    assert config.organisation.timezone == ZoneInfo("Europe/London")
    assert config.organisation.day_first
    assert config.registers[0].source == ExcelSettings(path=TOP / "sample_register.xlsx", sheet="Register")
    assert config.meeting == MeetingPlan(date(2026, 1, 6), 2, time(14), 1, time(7))
    assert config.delivery.settings == FolderSettings(folder=TOP / "outbox")
    assert len(config.directory.people) == 15
    assert all(person.email for person in config.directory.people)
    assert config.roles.coordinator == config.directory.match("Dana Hughes")
    assert config.calendar.closed[date(2026, 12, 31)] == "Office closed for Christmas"


def test_the_sample_mentions_every_section_and_stays_valid_with_everything_switched_on(tmp_path):
    text = (TOP / "config.yaml").read_text(encoding="utf-8").replace("customer-contacts", DEFAULT_POLICY)
    text = text.replace("policy: customer-issue-reporting\n", "", 1)  # it is switched on again below
    text = switched_on(text)
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    for name in ("logo.png", "how-we-handle-complaints.pdf", "complaint-form.pdf"):
        (tmp_path / name).touch()
    config = load_config(path)
    assert {line.partition(":")[0] for line in text.splitlines()} >= set(SECTION_NAMES)
    assert config.registers[0].columns == {"case_owner": "Who is on it", "received_on": "Came in"}
    assert config.policy.departments == {"Billing": (DEFAULT_POLICY,)}
    assert config.rules["repeat-customer"] == {"off": True}
    assert config.meeting
    assert config.meeting.extra == {date(2026, 12, 15)}


# --- defaults ------------------------------------------------------------------------------------------


def test_only_the_register_has_to_be_written(load, tmp_path):
    config = load("register: {path: register.xlsx}\n")
    assert config.registers[0].id == "main"
    assert config.registers[0].name == "register"
    assert config.organisation.timezone.key == "Europe/London"
    assert config.policy == PolicyNames()
    assert config.calendar.name == "England and Wales"
    assert config.directory.people == ()
    assert config.roles.coordinator is None
    assert (config.delivery.kind, config.delivery.digest_at) == ("folder", time(8))
    assert config.mail == MailConfig(customer_names=False, rules=MailRules(digest_at=time(8)))
    assert config.meeting is None
    assert (config.pack.formats, config.pack.folder) == (("html",), tmp_path / "packs")
    assert config.brand == Brand()
    assert config.state == StateConfig(tmp_path / ".complaints")
    assert config.rules == {}
    assert config.templates == (tmp_path / "templates",)


def test_paths_start_at_the_folder_of_the_config_wherever_the_program_is_called(load, tmp_path, monkeypatch):
    monkeypatch.chdir("/")
    config = load("register: in/register.xlsx\npack: {folder: out/packs}\nstate: {folder: memory}\n")
    assert config.registers[0].source.path == tmp_path / "in" / "register.xlsx"
    assert config.pack.folder == tmp_path / "out" / "packs"
    assert config.state.folder == tmp_path / "memory"
    assert config.folder == tmp_path


def test_the_places_are_full_even_where_the_config_was_named_by_a_relative_path(load, tmp_path, monkeypatch):
    load("register: register.xlsx\n")
    monkeypatch.chdir(tmp_path)
    assert load_config(Path("config.yaml")).registers[0].source.path == tmp_path / "register.xlsx"


# --- registers -----------------------------------------------------------------------------------------


def test_a_register_may_be_a_path_alone_a_glob_or_a_list(load, tmp_path):
    assert load("register: registers/*.xlsx\n").registers[0].source.path == tmp_path / "registers" / "*.xlsx"
    text = "register:\n  - Repairs 2026.xlsx\n  - {path: b.csv, id: bills, name: Billing, policy: {0}}\n"
    config = load(text.replace("{0}", DEFAULT_POLICY))
    assert [(each.id, each.name) for each in config.registers] == [
        ("repairs-2026", "Repairs 2026"),
        ("bills", "Billing"),
    ]
    assert config.registers[1].policies == (DEFAULT_POLICY,)


def test_a_glob_is_called_after_its_folder(load):
    assert load("register: registers/*.xlsx\n").registers[0].name == "registers"


def test_a_home_folder_that_nobody_has_is_left_as_typed(load, tmp_path):
    assert load("register: r.xlsx\npack: {folder: ~nobody-here/x}\n").pack.folder.is_relative_to(tmp_path)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("holidays", "calendar"), ("staff", "people"), ("smtp", "delivery"), ("spreadsheet", "register")],
)
def test_another_word_for_a_section_is_understood_and_the_right_one_named(load, typed, meant):
    with pytest.raises(ConfigError) as stopped:
        load(f"register: r.xlsx\n{typed}: x\n")
    assert stopped.value.problems[0].message.endswith(f'did you mean "{meant}"?')


def test_a_worksheet_named_like_a_number_is_text(load):
    assert load("register: {path: register.xlsx, sheet: 2026}\n").registers[0].source.sheet == "2026"


def test_columns_of_one_register_add_to_those_of_all(load):
    text = "columns: {case_owner: Who, department: Dept}\n"
    assert load(f"register: {{path: r.xlsx, columns: {{department: Team}}}}\n{text}").registers[
        0
    ].columns == {"case_owner": "Who", "department": "Team"}


# --- organisation, policy, calendar ----------------------------------------------------------------------


@pytest.mark.parametrize(("locale", "day_first"), [("en_GB", True), ("en-us", False), ("cy_GB", True)])
def test_the_locale_decides_which_comes_first_day_or_month(load, locale, day_first):
    organisation = load(f"register: r.xlsx\norganisation: {{locale: {locale}}}\n").organisation
    assert organisation.day_first is day_first


def test_a_policy_may_be_a_name_a_list_or_chosen_by_department_and_type(load, tmp_path):
    (tmp_path / "ours.yaml").write_text("id: ours\n", encoding="utf-8")
    assert load("register: r.xlsx\npolicy: ours\n").policy == PolicyNames(("ours",))
    assert load(f"register: r.xlsx\npolicy: [ours, {DEFAULT_POLICY}]\n").policy.all == (
        "ours",
        DEFAULT_POLICY,
    )
    text = "register: r.xlsx\npolicy: {departments: {Care: ours}, contact_types: {feedback: [ours.yaml]}}\n"
    assert load(text).policy == PolicyNames(
        (DEFAULT_POLICY,), {"Care": ("ours",)}, {"feedback": ("ours.yaml",)}
    )


# --- people and roles ------------------------------------------------------------------------------------


def test_people_may_be_named_by_any_of_their_spellings(load):
    roles = "roles: {coordinator: A Lee, senior_management: B. Day, wider_team: [Cy Fox]}\n"
    config = load(f"register: r.xlsx\n{PEOPLE}{roles}")
    ann = config.directory.match("ann.lee@example.org")
    assert ann == Person("Ann Lee", "ann.lee@example.org", ("A. Lee",), manager="Bo Day", deputy="Cy Fox")
    assert config.roles.coordinator == ann
    assert [person.name for person in config.roles.senior_management] == ["Bo Day"]
    assert config.roles.wider_team == ("cy.fox@example.org",)


def test_somebody_may_be_away_and_have_days_for_digests(load):
    text = "people:\n  - {name: Ann Lee, away: 2026-08-03 to 2026-08-14, digest_days: Monday}\n"
    more = "  - {name: Bo Day, away: [2026-08-03, 2026-09-01 to 2026-09-02], digest_days: [mon, Thu]}\n"
    ann, bo = load(f"register: r.xlsx\n{text}{more}").directory.people
    assert ann.away == ((date(2026, 8, 3), date(2026, 8, 14)),)
    assert ann.digest_days == {0}
    assert bo.is_away(date(2026, 9, 2))
    assert not bo.is_away(date(2026, 9, 3))
    assert bo.digest_days == {0, 3}


def test_a_database_address_may_stand_in_place_of_the_folder(load, tmp_path):
    state = load("register: r.xlsx\nstate: postgresql://server/complaints\n").state
    assert state == StateConfig(tmp_path / ".complaints", "postgresql://server/complaints")
    assert load("register: r.xlsx\nstate: memory\n").state == StateConfig(tmp_path / "memory")


def test_a_rule_may_be_switched_off_weighed_differently_or_adjusted(load):
    text = (
        "rules:\n  missing-field: no\n  contradiction: low\n  repeat-customer: {within_days: 30, off: no}\n"
    )
    assert load(f"register: r.xlsx\n{text}").rules == {
        "missing-field": {"off": True},
        "contradiction": {"severity": "low"},
        "repeat-customer": {"within_days": 30, "off": False},
    }


def test_mail_settings_become_the_rules_of_who_is_told_when(load):
    text = "mail: {customer_names: yes, most_lines: 10, remind_on: [1, 4], then_every: 1 working day}\n"
    mail = load(f"register: r.xlsx\n{text}").mail
    assert mail.customer_names
    assert mail.rules.lines.customer_names
    assert mail.rules.cap == 10
    assert (mail.rules.steps.at, mail.rules.steps.then_every) == ((1, 4), 1)


def test_a_brand_without_a_name_has_the_organisations(load):
    assert load("register: r.xlsx\norganisation: {name: Example Homes}\n").brand.name == "Example Homes"


def test_mistakes_of_all_sections_are_told_together_in_the_order_of_the_file(load):
    text = "register: {}\nmeeting: {first: soon}\npolicy: nothing\nbrand: {main: blue}\nroles: {boss: Ann}\n"
    with pytest.raises(ConfigError, match="has 5 mistakes") as stopped:
        load(text)
    assert [problem.line for problem in stopped.value.problems] == [1, 2, 3, 4, 5]
