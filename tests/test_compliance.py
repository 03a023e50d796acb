"""The compliance statement, clause by clause, on registers with and without the columns it needs."""

import pytest

from complaints_sheet.config.policies import load_policies, shipped
from complaints_sheet.core.compliance import standings
from complaints_sheet.core.judging import judge
from complaints_sheet.core.policy import PolicyChoice
from tests.policy_cases import at, england, understood
from tests.registers import make_register

NINE = {
    "case_owner": "Amira Khan",
    "department": "Repairs",
    "customer_name": "Jo Ward",
    "issue": "Damp in the hall",
}


def statement(policy_id, *rows):
    """Return the standings of a policy on these rows, by the place of the clause and what it asks."""
    register = make_register(
        [{field: understood(value) for field, value in {**NINE, **row}.items()} for row in rows]
    )
    choice = PolicyChoice(load_policies([policy_id]))
    judgement = judge(register, choice, england(), at("2026-11-22"))
    return {
        row: each
        for each in standings(choice.default[-1], judgement)
        for row in each.clause.rows or (each.clause.where,)
    }


IN_TIME = {
    "received_on": "2026-11-02",
    "resolved": True,
    "followed_up_on": "2026-11-04",
    "resolution": "Dried",
}


def test_a_clause_that_is_kept_says_so_with_its_figures():
    found = statement("eight-step-procedure", {**IN_TIME, "acknowledged_on": "2026-11-03"})["S0-04"]
    assert found.state == "kept"
    assert found.covers[0].said == "in time 1 of 1 (100%); 0 cases running"


def test_one_breach_is_enough_for_a_clause_not_to_be_kept():
    rows = [{**IN_TIME, "acknowledged_on": day} for day in ("2026-11-03", "2026-11-05")]
    found = statement("eight-step-procedure", *rows)["S0-04"]
    assert (found.state, found.covers[0].said) == ("not kept", "in time 1 of 2 (50%); 0 cases running")


def test_a_clause_that_cannot_be_judged_names_the_column_it_needs():
    found = statement("eight-step-procedure", IN_TIME)["S0-04"]
    assert (found.state, found.needs) == ("cannot be judged", ("acknowledged_on",))


def test_a_clause_that_nothing_covers_is_honestly_not_yet():
    clauses = statement("customer-contacts", IN_TIME).values()
    found = [each for each in clauses if each.clause.why_not]
    assert found
    assert {(each.state, each.covers) for each in found} == {("not yet", ())}


def test_findings_of_a_rule_stand_against_its_clause():
    no_resolution = {field: value for field, value in IN_TIME.items() if field != "resolution"}
    found = statement("customer-issue-reporting", no_resolution)["S1-14"]
    assert found.state == "not kept"
    assert "1 finding" in [cover.said for cover in found.covers]


@pytest.mark.parametrize("policy_id", shipped())
def test_every_shipped_policy_has_a_statement_of_every_clause(policy_id):
    policy = load_policies([policy_id])[-1]
    found = statement(policy_id, IN_TIME)
    assert len({id(each) for each in found.values()}) == len({each.clause for each in found.values()})
    assert {each.clause for each in found.values()} <= set(policy.clauses)
    assert all(each.covers or each.clause.why_not for each in found.values())
