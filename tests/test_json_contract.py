"""The JSON of `check`, version 1, key by key: other programs read it."""

import json
from pathlib import Path

import pytest

from complaints_sheet.cli import main
from complaints_sheet.core.rules import RULES

ROOT = Path(__file__).parent.parent
TOP = {
    "version",
    "as_of",
    "registers",
    "policies",
    "cases",
    "findings",
    "accepted",
    "not_judged",
    "summary",
}
REGISTER = {"id", "name", "source", "sheets", "not_recorded", "extra", "left_out"}
SHEET = {"sheet", "header_row", "rows", "columns"}
CASE = {"case", "ref", "register", "sheet", "row", "owner", "department", "received_on", "open", "clocks"}
CLOCK = {
    "clock",
    "policy",
    "verdict",
    "due_soon",
    "start",
    "due",
    "stop",
    "late_by",
    "reason",
    "clause",
}
FINDING = {
    "key",
    "rule",
    "field",
    "clock",
    "policy",
    "severity",
    "case",
    "register",
    "sheet",
    "row",
    "cell",
    "message",
    "due",
    "owner",
    "clause",
}
VERDICTS = {"met", "breached", "running", "paused", "not_applicable", "cannot_judge"}


@pytest.fixture(scope="module")
def answer(tmp_path_factory):
    out = tmp_path_factory.mktemp("json") / "check.json"
    import contextlib

    with out.open("w", encoding="utf-8") as file, contextlib.redirect_stdout(file):
        main(["check", "-c", str(ROOT / "config.yaml"), "--json", "--as-of", "2026-11-23T08:00"])
    return json.loads(out.read_text(encoding="utf-8"))


def test_the_top_has_every_key(answer):
    assert set(answer) == TOP
    assert answer["as_of"] == "2026-11-23T08:00:00+00:00"
    assert answer["policies"] == [{"id": "customer-issue-reporting", "version": "2026-01-01"}]


def test_the_register_says_how_it_was_understood(answer):
    [register] = answer["registers"]
    assert set(register) >= REGISTER
    assert register["source"] == "sample_register.xlsx"
    [sheet] = register["sheets"]
    assert set(sheet) >= SHEET
    assert sheet["header_row"] == 3
    assert sheet["columns"]["case_owner"] == "A"
    assert register["extra"] == ["Ward"]
    assert register["left_out"] == [{"sheet": "Register", "row": 164, "reason": "totals row"}]


def test_every_case_and_clock_has_every_key_and_a_known_verdict(answer):
    assert len(answer["cases"]) == 156
    for case in answer["cases"]:
        assert set(case) >= CASE
        for clock in case["clocks"]:
            assert set(clock) >= CLOCK
            assert clock["verdict"] in VERDICTS
            assert (clock["late_by"] is not None) == (clock["verdict"] == "breached")


def test_every_finding_has_every_key_a_known_rule_and_a_key_of_its_own(answer):
    for finding in answer["findings"]:
        assert set(finding) >= FINDING
        assert finding["rule"] in RULES
        assert finding["severity"] in {"high", "medium", "low"}
    keys = [finding["key"] for finding in answer["findings"]]
    assert len(set(keys)) == len(keys)


def test_the_summary_adds_up(answer):
    summary = answer["summary"]
    assert summary["rows"] - summary["left_out"] == summary["cases"] == len(answer["cases"])
    assert summary["open"] == sum(case["open"] for case in answer["cases"])
    assert summary["findings"] == len(answer["findings"]) == sum(summary["by_rule"].values())


def test_every_rule_that_needs_no_memory_speaks_of_the_sample(answer):
    needed = {
        "missing-field",
        "unreadable-value",
        "ambiguous-date",
        "date-in-future",
        "dates-out-of-order",
        "contradiction",
        "unknown-owner",
        "duplicate-row",
        "repeat-customer",
        "clock-breached",
        "clock-due-soon",
        "follow-up-missing",
        "open-too-long",
        "silent-department",
    }
    assert needed <= set(RULES)
    assert needed <= set(answer["summary"]["by_rule"])
