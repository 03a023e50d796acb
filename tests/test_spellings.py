"""Departments and words of one's own: listed in the config, read in the register, else asked about."""

from datetime import UTC, datetime
from decimal import Decimal
from email import message_from_bytes
from email.policy import default

import pytest

from complaints_sheet.app.checking import CheckAnswer, check_register
from complaints_sheet.cli import main
from complaints_sheet.core.cases import ReadOptions, register_from
from complaints_sheet.core.fields import NINE
from complaints_sheet.core.model import Finding, Money, Reading, Table
from tests.files.making import complaint, saved, workbook

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
HEADINGS = tuple(each.heading for each in NINE)
TYPED_AMOUNTS = ("25 vouchers", "Goodwill £12.50", "25 flowers")


@pytest.fixture
def check(tmp_path):
    """Return a function that checks a register of these departments and answers by a config."""

    def checked(config: str, *rows: tuple[str, str]) -> CheckAnswer:
        complaints = [complaint(f"Priya Shah {at}", resolved=answer) for at, (_, answer) in enumerate(rows)]
        named = [(owner, name, *rest) for (name, _), (owner, _, *rest) in zip(rows, complaints, strict=True)]
        saved(tmp_path, workbook({"Register": [HEADINGS, *named]}))
        file = tmp_path / "config.yaml"
        file.write_text(f"register: register.xlsx\n{config}", encoding="utf-8")
        return check_register(None, (), file, config_given=True, as_of="2026-11-23T08:00", now=NOW)

    return checked


def _of(answer: CheckAnswer, rule: str) -> list[Finding]:
    return [each for each in answer.judgements[0].findings if each.rule == rule]


def _departments(answer: CheckAnswer) -> list[str]:
    return [case.text("department") for case in answer.judgements[0].register.cases]


LIST = "departments: [Repairs, {name: Customer Services, also: [CS, Front desk]}]\n"


def test_a_department_that_is_not_listed_is_asked_about_with_the_nearest_name(check):
    found = _of(check(LIST, ("Repiars", "N"), ("Repairs", "N")), "unknown-department")
    assert [each.message for each in found] == ["“Repiars” is not in the list of departments. Is it Repairs?"]
    assert (found[0].cell, found[0].field, found[0].severity) == ("B2", "department", "medium")


def test_other_spellings_count_as_the_department_and_the_cell_stays_as_typed(check):
    answer = check(LIST, ("CS", "N"), ("front  desk", "N"), ("customer services", "N"))
    assert _departments(answer) == ["Customer Services"] * 3
    assert answer.judgements[0].register.cases[0].cells[1] == "CS"
    assert _of(answer, "unknown-department") == []


def test_without_a_list_every_department_is_taken_as_typed(check):
    answer = check("", ("Repiars", "N"), ("CS", "N"))
    assert _departments(answer) == ["Repiars", "CS"]
    assert _of(answer, "unknown-department") == []


def test_the_policy_of_a_department_holds_under_its_other_spellings(check):
    config = f"{LIST}policy: {{default: customer-issue-reporting, departments: {{CS: customer-contacts}}}}\n"
    answer = check(config, ("Front desk", "N"), ("Repairs", "N"))
    policies = [{each.policy for each in of_case} for of_case in answer.judgements[0].verdicts]
    assert policies == [{"customer-contacts"}, {"customer-issue-reporting"}]


def test_own_words_for_yes_and_no_are_read_and_all_others_are_asked_about(check):
    config = "spellings: {yes: [sorted], no: [waiting for parts]}\n"
    answer = check(config, ("Repairs", "Sorted"), ("Repairs", "waiting for parts"), ("Repairs", "partly"))
    assert [case.yes("resolved") for case in answer.judgements[0].register.cases] == [True, False, None]
    assert [each.row for each in _of(answer, "unreadable-value")] == [4]
    without = check("", ("Repairs", "Sorted"), ("Repairs", "Y"))
    assert [each.row for each in _of(without, "unreadable-value")] == [2]


def test_own_words_beside_an_amount_are_passed_over_and_all_others_are_asked_about():
    rows = [
        [*HEADINGS, "Goodwill £"],
        *([*complaint(f"Priya Shah {at}"), typed] for at, typed in enumerate(TYPED_AMOUNTS)),
    ]
    [reading] = [Reading("register", (Table("register", "Register", rows),), "")]
    own = register_from([reading], ReadOptions(money=("goodwill", "vouchers")))
    amounts = [case.values.get("goodwill_amount") for case in own.cases]
    assert amounts == [Money(Decimal(25)), Money(Decimal("12.50"), "GBP"), None]
    assert ["goodwill_amount" in case.problems for case in register_from([reading], ReadOptions()).cases] == [
        True,
        True,
        True,
    ]


def test_the_owner_is_asked_in_their_digest(check, tmp_path):
    people = "people: [{name: Amira Khan, email: amira.khan@example.org}]\n"
    check(LIST + people, ("Repiars", "N"))
    config = str(tmp_path / "config.yaml")
    assert main(["run", "-c", config, "--as-of", "2026-11-23T08:00"]) == 0
    [mail] = (tmp_path / "outbox").glob("*.eml")
    said = message_from_bytes(mail.read_bytes(), policy=default).get_body(("plain",)).get_content()
    assert "check Department" in " ".join(said.split())


def test_a_first_config_lists_the_departments_that_the_register_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = [HEADINGS, *(complaint(f"Priya Shah {at}") for at in range(3))]
    saved(tmp_path, workbook({"Register": rows}))
    assert main(["init", "--from", "register.xlsx"]) == 0
    text = (tmp_path / "config.yaml").read_text(encoding="utf-8")
    assert "#departments:\n#  - Repairs   # 3 cases\n" in text
