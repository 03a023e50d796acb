"""The default nine-column policy, line by line of the design's section 4."""

from datetime import date

import pytest

from complaints_sheet.core.clocks import verdicts
from complaints_sheet.core.model import CellProblem, LateBy
from tests.policy_cases import at, case_of, england, judged, preset, worked
from tests.registers import make_case

DEFAULT = preset("customer-issue-reporting")
RECEIVED = "2026-11-02"  # a Monday; five working days end on Monday 9 November


@pytest.mark.parametrize(
    ("values", "as_of", "outcome"),
    [
        ({"followed_up_on": "2026-11-09"}, "2026-11-22", "met"),
        ({"followed_up_on": "2026-11-10"}, "2026-11-22", "breached"),
        ({"followed_up_on": "2026-11-02", "resolved": True}, "2026-11-22", "met"),
        ({"resolved": True}, "2026-11-03", "cannot_judge"),
        ({"resolved": False}, "2026-11-09", "running"),
        ({"resolved": False}, "2026-11-10", "breached"),
        ({}, "2026-11-10", "breached"),
        ({"followed_up_on": "2026-11-01"}, "2026-11-22", "cannot_judge"),
        ({"followed_up_on": "2026-11-23"}, "2026-11-22", "cannot_judge"),
        ({"followed_up_on": "2026-11-22"}, "2026-11-22", "breached"),
    ],
)
def test_a_follow_up_is_judged_by_its_date_and_by_resolved(values, as_of, outcome):
    case = case_of({"received_on": RECEIVED, **values})
    assert judged(case, DEFAULT, "follow-up", as_of).outcome == outcome


def test_a_follow_up_without_a_date_received_cannot_be_judged():
    verdict = judged(case_of({"followed_up_on": "2026-11-09"}), DEFAULT, "follow-up", "2026-11-22")
    assert (verdict.outcome, verdict.reason) == ("cannot_judge", "received_on is blank")


@pytest.mark.parametrize("field", ["received_on", "followed_up_on"])
def test_an_ambiguous_date_cannot_be_judged(field):
    problem = CellProblem("ambiguous", "03/04/2026", "two readings", (date(2026, 4, 3), date(2026, 3, 4)))
    other = {"received_on": date(2026, 11, 2), "followed_up_on": date(2026, 11, 3)}
    del other[field]
    case = make_case(other, problems={field: problem})
    assert judged(case, DEFAULT, "follow-up", "2026-11-22").outcome == "cannot_judge"


def test_lateness_counts_working_days_up_to_the_moment_of_judging():
    verdict = judged(case_of({"received_on": RECEIVED}), DEFAULT, "follow-up", "2026-11-22")
    assert (verdict.due, verdict.stop, verdict.late_by) == (date(2026, 11, 9), None, LateBy(9, "working day"))


def test_lateness_at_the_weekend_after_the_due_day_is_none_yet():
    verdict = judged(case_of({"received_on": "2026-11-13"}), DEFAULT, "follow-up", "2026-11-22")
    assert (verdict.due, verdict.late_by) == (date(2026, 11, 20), LateBy(0, "working day"))


def test_lateness_of_a_late_follow_up_counts_up_to_and_including_its_day():
    case = case_of({"received_on": RECEIVED, "followed_up_on": "2026-11-11"})
    assert judged(case, DEFAULT, "follow-up", "2026-11-22").late_by == LateBy(2, "working day")


@pytest.mark.parametrize(
    ("as_of", "soon"),
    [("2026-11-05", False), ("2026-11-06", True), ("2026-11-08", True), ("2026-11-09", True)],
)
def test_due_soon_is_today_or_the_next_working_day(as_of, soon):
    verdict = judged(case_of({"received_on": RECEIVED}), DEFAULT, "follow-up", as_of)
    assert (verdict.outcome, verdict.due_soon) == ("running", soon)


@pytest.mark.parametrize(
    ("values", "as_of", "outcome"),
    [
        ({"complex": True, "followed_up_on": "2026-11-07"}, "2026-11-22", "met"),
        ({"complex": True}, "2026-11-07", "running"),
        ({"complex": True}, "2026-11-08", "breached"),
        ({"complex": True, "followed_up_on": "2026-11-09"}, "2026-11-22", "cannot_judge"),
        (
            {"complex": True, "last_contact_on": "2026-11-07", "followed_up_on": "2026-11-09"},
            "2026-11-22",
            "met",
        ),
        (
            {"complex": True, "followed_up_on": "2026-11-09", "contact_log": "07/11/2026 rang"},
            "2026-11-22",
            "met",
        ),
        (
            {"complex": True, "followed_up_on": "2026-11-09", "contact_log": "09/11/2026 rang"},
            "2026-11-22",
            "breached",
        ),
        ({"complex": False}, "2026-11-22", "not_applicable"),
    ],
)
def test_a_complex_case_needs_a_contact_on_the_day_itself_weekend_or_not(values, as_of, outcome):
    case = case_of({"received_on": "2026-11-07", **values})  # a Saturday
    verdict = judged(case, DEFAULT, "same-day-contact", as_of)
    assert verdict.outcome == outcome
    assert verdict.due in {None, date(2026, 11, 7)}


def test_a_blank_complex_cell_is_not_complex():
    case = case_of({"received_on": RECEIVED}, columns=["complex"])
    assert judged(case, DEFAULT, "same-day-contact", "2026-11-22").outcome == "not_applicable"


def test_without_a_complex_column_the_same_day_contact_cannot_be_judged():
    verdict = judged(case_of({"received_on": RECEIVED}), DEFAULT, "same-day-contact", "2026-11-22")
    assert (verdict.outcome, verdict.reason) == ("cannot_judge", "no column for complex")


def test_every_clock_of_the_policy_is_listed_in_its_order():
    found = verdicts(case_of({"received_on": RECEIVED}), DEFAULT, england(), at("2026-11-22"))
    assert [verdict.clock for verdict in found] == ["same-day-contact", "follow-up"]
    assert {verdict.policy for verdict in found} == {"customer-issue-reporting"}


def test_equal_cases_share_their_verdicts():
    one, two = (case_of({"received_on": RECEIVED, "issue": issue}) for issue in ("Damp", "Noise"))
    object.__setattr__(two, "layout", one.layout)
    as_of = at("2026-11-22")
    assert verdicts(one, DEFAULT, england(), as_of) is verdicts(two, DEFAULT, england(), as_of)


def test_the_reckoning_names_each_day_that_does_not_count():
    found = worked(case_of({"received_on": "2026-12-22"}), DEFAULT, "follow-up", "2027-01-05")
    skipped = {each.day.isoformat(): each.reason for each in found.skipped}
    assert list(skipped) == [
        *("2026-12-24", "2026-12-25", "2026-12-26", "2026-12-27", "2026-12-28"),
        *("2027-01-01", "2027-01-02", "2027-01-03"),
    ]
    assert skipped["2026-12-24"] == "Office closed"
    assert skipped["2026-12-25"] == "Christmas Day"
    assert skipped["2026-12-26"] == "Saturday"
    assert found.verdict.due == date(2027, 1, 4)
    assert "5 working days" in found.sentences[1]
