"""The published codes as policies: each figure with its source, each deadline reckoned by hand."""

import pytest

from complaints_sheet.config.policies import load_policies, shipped
from complaints_sheet.core import procedure
from complaints_sheet.core.clocks import verdicts
from complaints_sheet.core.fields import DATE_IDS
from complaints_sheet.core.policy import PolicyChoice
from tests.policy_cases import at, case_of, england, judged, preset
from tests.test_policy_shipped import SEEDS

CODES = sorted(set(shipped()) - set(SEEDS.values()))
STOPS = tuple(field for field in DATE_IDS if not field.startswith(("paused", "extended")))


@pytest.mark.parametrize("policy_id", CODES)
def test_every_code_names_its_sources_and_when_they_were_read(policy_id):
    policy = preset(policy_id)
    assert policy.checked == "November 2026"
    assert policy.sources
    assert all(
        source.startswith(("https://", "http://")) and source.count("/") > 2 for source in policy.sources
    )


@pytest.mark.parametrize("policy_id", CODES)
def test_every_clock_of_a_code_stands_in_its_clauses(policy_id):
    policy = preset(policy_id)
    covered = {name for clause in policy.clauses for kind, name in clause.covered_by if kind == "clock"}
    assert covered == {clock.id for clock in policy.clocks}


@pytest.mark.parametrize(
    ("policy_id", "clock", "values", "due"),
    [
        ("housing-ombudsman-2024", "acknowledge", {"received_on": "2026-11-02"}, "2026-11-09"),
        ("housing-ombudsman-2024", "respond", {"acknowledged_on": "2026-11-05"}, "2026-11-19"),
        (
            "housing-ombudsman-2024",
            "respond-stage-2",
            {"stage_2_acknowledged_on": "2026-11-05"},
            "2026-12-03",
        ),
        ("lgsco-2026", "acknowledge-stage-2", {"escalated_on": "2026-11-05"}, "2026-11-12"),
        ("spso", "respond", {"received_on": "2026-11-25"}, "2026-12-03"),  # Saint Andrew's Day, 30 November
        ("nipso", "respond", {"received_on": "2026-07-09"}, "2026-07-17"),  # the 13th for the Boyne
        ("fca-disp", "respond", {"received_on": "2026-11-02"}, "2026-12-28"),
        ("fca-payment-services", "respond", {"received_on": "2026-11-02"}, "2026-11-23"),
        ("nhs-2009", "respond", {"received_on": "2026-08-31"}, "2027-02-28"),
        ("ofgem-2008", "resolve", {"received_on": "2026-11-02"}, "2026-12-28"),
        ("ofwat-gss", "respond", {"received_on": "2026-11-02"}, "2026-11-16"),
        ("legal-ombudsman", "respond", {"received_on": "2026-11-02"}, "2026-12-28"),
        ("cfpb", "respond", {"received_on": "2026-11-02", "passed_on": "2026-11-04"}, "2026-11-19"),
        ("ireland-payment-services", "respond", {"received_on": "2026-10-23"}, "2026-11-16"),  # 26 October
        ("ireland-payment-services", "acknowledge", {"received_on": "2026-10-23"}, "2026-11-02"),
        ("asic-rg-271", "respond", {"received_on": "2026-11-02"}, "2026-12-02"),
        ("asic-rg-271", "respond", {"received_on": "2026-11-02", "category": "Hardship"}, "2026-11-23"),
    ],
)
def test_the_numbers_of_the_codes(policy_id, clock, values, due):
    case = case_of(values, columns=STOPS)
    (policy,) = PolicyChoice(load_policies([policy_id])).policies_for(case)
    assert judged(case, policy, clock, "2026-11-05").due.isoformat() == due


@pytest.mark.parametrize(("received", "due"), [("2026-04-07", "2026-06-02"), ("2026-04-08", "2026-05-20")])
def test_six_weeks_instead_of_eight_from_8_april_2026(received, due):
    case = case_of({"received_on": received}, columns=STOPS)
    (policy,) = PolicyChoice(load_policies(["ofcom-c4"])).policies_for(case)
    assert judged(case, policy, "resolve", "2026-04-10").due.isoformat() == due


def test_a_complaint_settled_by_the_third_business_day_is_outside_the_eight_weeks():
    values = {"received_on": "2026-11-05", "resolution_accepted_on": "2026-11-10"}
    verdict = judged(case_of(values, columns=STOPS), preset("fca-disp"), "respond", "2026-11-22")
    assert (verdict.outcome, verdict.reason) == (
        "not_applicable",
        "resolved by 10 November 2026, within 3 working days",
    )


def test_a_late_reply_to_a_water_company_costs_forty_pounds():
    policy = preset("ofwat-gss")
    case = case_of({"received_on": "2026-11-02", "responded_on": "2026-11-17"})
    found = verdicts(case, policy, england(), at("2026-11-22"))
    (flag,) = procedure.consequences(case, policy, found)
    assert "a payment of £40 to the customer is due" in flag.message


def test_the_own_procedure_and_an_ombudsmans_code_stand_side_by_side():
    choice = PolicyChoice(load_policies(["customer-issue-reporting", "housing-ombudsman-2024"]))
    case = case_of({"received_on": "2026-11-02", "followed_up_on": "2026-11-04"}, columns=["acknowledged_on"])
    found = [
        (verdict.policy, verdict.clock, verdict.outcome)
        for policy in choice.policies_for(case)
        for verdict in verdicts(case, policy, england(), at("2026-11-22"))
    ]
    assert ("customer-issue-reporting", "follow-up", "met") in found
    assert ("housing-ombudsman-2024", "acknowledge", "breached") in found
