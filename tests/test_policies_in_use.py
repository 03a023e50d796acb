"""Which policy judges which case, as a user meets it: by register, department, type of contact and date."""

import json
from pathlib import Path

import pytest

from complaints_sheet.cli import main

HEADING = (
    "Reference,Case Owner,Department,Date received,Date acknowledged,Date followed-up,"
    "Resolved,Customer Name,Issue,Contact type,Date responded,Date resolved\n"
)


def line(ref, received, department="Repairs", kind="complaint"):
    return f"{ref},Amira Khan,{department},{received},,,N,Pat Haddad,Leak {ref},{kind},,\n"


@pytest.fixture
def judged(tmp_path: Path, monkeypatch, capsys):
    """Return a function that writes registers and a config, and gives each case's policies and clocks."""
    monkeypatch.chdir(tmp_path)

    def judge(config: str, *arguments: str, **registers: str):
        for name, lines in registers.items():
            (tmp_path / f"{name}.csv").write_text(HEADING + lines, encoding="utf-8")
        (tmp_path / "config.yaml").write_text(config, encoding="utf-8")
        main(["check", "--json", "--as-of", "2026-11-23T08:00", *arguments])
        answer = json.loads(capsys.readouterr().out)
        return {case["ref"]: case["clocks"] for case in answer["cases"]}, answer["policies"]

    return judge


def policies(clocks):
    return list(dict.fromkeys(each["policy"] for each in clocks))


def test_two_registers_each_by_its_own_policy(judged):
    config = (
        "register:\n"
        "  - {path: repairs.csv, policy: complaints-sop}\n"
        "  - {path: care.csv, policy: [customer-contacts, nhs-2009]}\n"
    )
    cases, used = judged(config, repairs=line("R1", "2026-11-02"), care=line("C1", "2026-11-02"))
    assert policies(cases["R1"]) == ["complaints-sop"]
    assert policies(cases["C1"]) == ["customer-contacts", "nhs-2009"]
    assert {each["id"] for each in used} == {"complaints-sop", "customer-contacts", "nhs-2009"}


def test_departments_decide_before_types_of_contact_and_both_before_the_default(judged):
    config = (
        "register: log.csv\n"
        "policy:\n"
        "  default: customer-issue-reporting\n"
        "  departments: {Care & Support: feedback-and-complaints}\n"
        "  contact_types: {feedback: complaints-sop}\n"
    )
    lines = (
        line("D1", "2026-11-02", "care & support", "feedback")
        + line("T1", "2026-11-02", "Repairs", "feedback")
        + line("N1", "2026-11-02")
    )
    cases, _ = judged(config, log=lines)
    assert policies(cases["D1"]) == ["feedback-and-complaints"]
    assert policies(cases["T1"]) == ["complaints-sop"]
    assert policies(cases["N1"]) == ["customer-issue-reporting"]


def test_the_version_in_force_on_the_day_received_judges_and_both_versions_are_named(judged):
    lines = line("A1", "2026-04-07") + line("A2", "2026-04-08")
    cases, used = judged("register: log.csv\npolicy: ofcom-c4\n", log=lines)
    assert cases["A1"][0]["due"] == "2026-06-02"
    assert cases["A2"][0]["due"] == "2026-05-20"
    assert [each["version"] for each in used] == ["8 weeks", "2026-04-08"]


def test_a_case_of_before_a_code_began_is_outside_it_while_the_own_procedure_still_judges(judged):
    config = "register: log.csv\npolicy: [customer-issue-reporting, lgsco-2026]\n"
    cases, _ = judged(config, log=line("A1", "2026-03-30"))
    found = {(each["policy"], each["clock"]): each["verdict"] for each in cases["A1"]}
    assert found["lgsco-2026", "acknowledge"] == "not_applicable"
    assert found["customer-issue-reporting", "follow-up"] == "breached"


def test_the_offices_own_closed_days_count_for_a_policy_with_its_own_calendar(judged):
    config = "register: log.csv\npolicy: spso\n"
    cases, _ = judged(config, log=line("A1", "2026-11-16"))
    before = next(each["due"] for each in cases["A1"] if each["clock"] == "respond")
    cases, _ = judged(config + "calendar: {closed: [2026-11-18]}\n", log=line("A1", "2026-11-16"))
    after = next(each["due"] for each in cases["A1"] if each["clock"] == "respond")
    assert (before, after) == ("2026-11-23", "2026-11-24")


def test_policies_named_on_the_command_line_take_the_place_of_those_of_the_config(judged):
    cases, _ = judged(
        "register: log.csv\npolicy: complaints-sop\n", "--policy", "spso", log=line("A1", "2026-11-02")
    )
    assert policies(cases["A1"]) == ["spso"]
