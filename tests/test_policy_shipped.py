"""The shipped policies: complete against the list of requirements, and true to the reference."""

import csv
from pathlib import Path

import pytest

from complaints_sheet.config.policies import load_policies, shipped
from complaints_sheet.config.policy_reference import STARTS, reference
from complaints_sheet.core.fields import NINE_IDS
from complaints_sheet.core.rules import RULES
from tests.policy_cases import case_of, judged, preset

DOCS = Path(__file__).parent.parent / "docs" / "policies.md"
REQUIREMENTS = Path(__file__).parent / "policies" / "requirements.csv"
SEEDS = {
    "S0": "eight-step-procedure",
    "S1": "customer-issue-reporting",
    "S2": "customer-contacts",
    "S3": "feedback-and-complaints",
    "S4": "complaints-sop",
}


def requirements(seed):
    """Return the ids of a seed's requirements."""
    with REQUIREMENTS.open(encoding="utf-8") as file:
        return [row["id"] for row in csv.DictReader(file) if row["id"].startswith(seed)]


@pytest.mark.parametrize(("seed", "policy_id"), SEEDS.items())
def test_every_requirement_of_a_procedure_stands_in_its_policy_once(seed, policy_id):
    rows = [row for clause in preset(policy_id).clauses for row in clause.rows]
    assert sorted(rows) == sorted(requirements(seed))


def test_there_are_152_requirements():
    assert sum(len(requirements(seed)) for seed in SEEDS) == 152


@pytest.mark.parametrize("policy_id", shipped())
def test_every_rule_that_a_clause_names_exists(policy_id):
    named = {
        name for clause in preset(policy_id).clauses for kind, name in clause.covered_by if kind == "rule"
    }
    assert named - set(RULES) == set()


@pytest.mark.parametrize("policy_id", shipped())
def test_every_shipped_file_is_called_by_its_id_and_every_clock_names_its_clause(policy_id):
    for policy in load_policies([policy_id]):
        assert policy.id == policy_id
        assert all(clock.clause for clock in policy.clocks)


@pytest.mark.parametrize("policy_id", SEEDS.values())
def test_a_register_of_nine_columns_is_judged_by_every_procedure_without_a_false_breach(policy_id):
    case = case_of({"received_on": "2026-11-20", "resolved": False})
    policy = preset(policy_id)
    assert set(case.layout.columns) == set(NINE_IDS)
    for clock in policy.clocks:
        verdict = judged(case, policy, clock.id, "2026-11-22")
        assert verdict.outcome in {"running", "cannot_judge", "not_applicable"}
        assert verdict.outcome == "running" or verdict.reason


@pytest.mark.parametrize(
    ("policy_id", "clock", "values", "due"),
    [
        ("eight-step-procedure", "acknowledge", {"received_on": "2026-11-06"}, "2026-11-09"),
        ("eight-step-procedure", "respond", {"received_on": "2026-11-06"}, "2026-11-11"),
        ("eight-step-procedure", "follow-up", {"resolved_on": "2026-10-31"}, "2026-11-30"),
        ("customer-contacts", "acknowledge", {"received_on": "2026-11-06"}, "2026-11-10"),
        ("customer-contacts", "respond", {"received_on": "2026-11-06"}, "2026-11-20"),
        ("customer-contacts", "appeal-window", {"responded_on": "2026-11-06"}, "2026-11-20"),
        ("customer-contacts", "appeal-panel", {"appeal_received_on": "2026-11-06"}, "2026-12-04"),
        ("customer-contacts", "ombudsman-window", {"appeal_panel_on": "2026-11-06"}, "2027-01-01"),
        ("feedback-and-complaints", "acknowledge", {"received_on": "2026-11-06"}, "2026-11-07"),
        ("feedback-and-complaints", "respond", {"received_on": "2026-11-06"}, "2026-11-17"),
    ],
)
def test_the_numbers_of_the_procedures(policy_id, clock, values, due):
    stops = ("acknowledged_on", "responded_on", "appeal_received_on", "appeal_panel_on", "escalated_on")
    case = case_of(values, columns=stops)
    assert judged(case, preset(policy_id), clock, "2026-11-07").due.isoformat() == due


def test_the_reference_is_what_the_program_says_today():
    prose, marker, made = DOCS.read_text(encoding="utf-8").partition(STARTS)
    assert marker + made == reference(), "run: python -m complaints_sheet.config.policy_reference"
    assert "How a clock is judged" in prose
