"""What a policy can say of a clock, one ability after the other; every expected day was reckoned by hand."""

from datetime import date

import pytest

from complaints_sheet.core.model import LateBy
from tests.policy_cases import case_of, clock_policy, judged

NOON = "2026-11-22 12:00"  # a Sunday


def due(clock, values, tmp_path, as_of="2026-11-22", columns=()):
    case = case_of(values, columns=("responded_on", *columns))
    return judged(case, clock_policy(clock, tmp_path), "respond", as_of).due


def outcome(clock, values, tmp_path, as_of="2026-11-22", columns=()):
    case = case_of(values, columns=("responded_on", *columns))
    return judged(case, clock_policy(clock, tmp_path), "respond", as_of).outcome


# --- units and counting ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "received", "last"),
    [
        ("1 working day", "2026-04-02", "2026-04-07"),  # over Good Friday, the weekend and Easter Monday
        (
            "5 working days",
            "2026-12-21",
            "2026-12-31",
        ),  # over Christmas, Boxing Day's substitute, 24 December
        ("10 business days", "2026-11-07", "2026-11-20"),  # a Saturday: day 1 is Monday
        ("10 calendar days", "2026-11-02", "2026-11-12"),
        ("8 weeks", "2026-11-02", "2026-12-28"),
        ("1 calendar month", "2026-01-31", "2026-02-28"),
        ("1 month", "2028-01-31", "2028-02-29"),
        ("6 months", "2026-08-31", "2027-02-28"),
        ("3 years", "2024-02-29", "2027-02-28"),
        ("same day", "2026-11-07", "2026-11-07"),
    ],
)
def test_each_unit_ends_on_its_own_day(limit, received, last, tmp_path):
    found = due(f"limit: {limit}\nuntil: responded_on", {"received_on": received}, tmp_path)
    assert found == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("limit", "received", "last"),
    [
        ("5 working days", "2026-11-02", "2026-11-06"),
        ("5 working days", "2026-11-07", "2026-11-13"),
        ("10 calendar days", "2026-11-02", "2026-11-11"),
        ("1 month", "2026-11-02", "2026-12-01"),
    ],
)
def test_the_first_day_may_be_day_one(limit, received, last, tmp_path):
    clock = f"limit: {limit}\nuntil: responded_on\ncounting: {{first_day: the day itself}}"
    assert due(clock, {"received_on": received}, tmp_path) == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("received", "last"),
    [
        ("2026-11-05 16:59", "2026-11-10"),
        ("2026-11-05 17:00", "2026-11-11"),
        ("2026-11-06 17:30", "2026-11-12"),  # Friday evening counts as Monday
        ("2026-11-05", "2026-11-10"),
    ],
)
def test_what_comes_after_the_cut_off_hour_counts_as_the_next_working_day(received, last, tmp_path):
    clock = 'limit: 3 working days\nuntil: responded_on\ncounting: {cut_off: "17:00"}'
    assert due(clock, {"received_on": received}, tmp_path) == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("counted", "last"), [("counts as it is", "2026-11-09"), ("counts as the next working day", "2026-11-10")]
)
def test_receipt_on_a_closed_day_may_count_as_the_next_working_day(counted, last, tmp_path):
    clock = f"limit: 1 working day\nuntil: responded_on\ncounting: {{start_on_closed_day: {counted}}}"
    assert due(clock, {"received_on": "2026-11-07"}, tmp_path) == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("moved", "last"),
    [("stays", "2026-11-14"), ("next working day", "2026-11-16"), ("working day before", "2026-11-13")],
)
def test_a_calendar_limit_that_ends_on_a_closed_day_may_move(moved, last, tmp_path):
    clock = f"limit: 12 calendar days\nuntil: responded_on\ncounting: {{due_on_closed_day: {moved}}}"
    assert due(clock, {"received_on": "2026-11-02"}, tmp_path) == date.fromisoformat(last)


# --- hours -----------------------------------------------------------------------------------------------

HOURS = "limit: 24 hours\nuntil: responded_on"


@pytest.mark.parametrize(
    ("received", "answered", "expected"),
    [
        ("2026-11-02 16:40", "2026-11-03 16:40", "met"),
        ("2026-11-02 16:40", "2026-11-03 16:41", "breached"),
        ("2026-11-02", "2026-11-02", "met"),
        ("2026-11-02", "2026-11-03", "met"),
        ("2026-11-02", "2026-11-04", "breached"),
        ("2026-11-02 16:40", "2026-11-03", "met"),
        ("2026-11-02", "2026-11-03 23:00", "met"),
        ("2026-11-02 16:40", "2026-11-04", "breached"),
        ("2026-10-24 12:00", "2026-10-25 12:00", "met"),  # the clocks go back that night
        ("2026-03-28 12:00", "2026-03-29 12:00", "met"),  # and forward that one
    ],
)
def test_hours_are_judged_by_the_moment_or_to_the_day(received, answered, expected, tmp_path):
    values = {"received_on": received, "responded_on": answered}
    assert outcome(HOURS, values, tmp_path) == expected


def test_hours_on_dates_without_times_say_that_they_are_met_to_the_day(tmp_path):
    case = case_of({"received_on": "2026-11-02", "responded_on": "2026-11-03"})
    verdict = judged(case, clock_policy(HOURS, tmp_path), "respond", "2026-11-22")
    assert verdict.reason == "met to the day: the register gives no time"


@pytest.mark.parametrize(
    ("received", "as_of", "expected", "soon"),
    [
        ("2026-11-21 14:00", "2026-11-22 07:59", "running", False),
        ("2026-11-21 14:00", "2026-11-22 08:00", "running", True),
        ("2026-11-21 14:00", "2026-11-22 14:01", "breached", False),
        ("2026-11-21", "2026-11-21", "running", False),
        ("2026-11-21", "2026-11-22", "running", True),
        ("2026-11-21", "2026-11-23 00:01", "breached", False),
    ],
)
def test_hours_run_over_the_weekend_and_warn_in_the_last_quarter(received, as_of, expected, soon, tmp_path):
    case = case_of({"received_on": received}, columns=["responded_on"])
    verdict = judged(case, clock_policy(HOURS, tmp_path), "respond", as_of)
    assert (verdict.outcome, verdict.due_soon) == (expected, soon)


def test_hours_late_are_whole_hours_and_dates_without_times_are_days_late(tmp_path):
    policy = clock_policy(HOURS, tmp_path)
    timed = case_of({"received_on": "2026-11-02 16:00", "responded_on": "2026-11-03 18:59"})
    assert judged(timed, policy, "respond", NOON).late_by == LateBy(2, "hour")
    dated = case_of({"received_on": "2026-11-02", "responded_on": "2026-11-05"})
    assert judged(dated, policy, "respond", NOON).late_by == LateBy(2, "calendar day")


# --- start, stop and whether it applies ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"received_on": "2026-11-02"}, "not_applicable"),
        ({"received_on": "2026-11-02", "escalated_on": "2026-11-03"}, "breached"),
        ({"escalated_on": "2026-11-19"}, "running"),
    ],
)
def test_a_later_stage_starts_with_its_own_event(values, expected, tmp_path):
    clock = "limit: 5 working days\nfrom: escalated_on\nuntil: stage_2_responded_on"
    columns = ("escalated_on", "stage_2_responded_on")
    assert outcome(clock, values, tmp_path, columns=columns) == expected


def test_without_a_column_for_its_start_or_its_stop_a_clock_cannot_be_judged(tmp_path):
    clock = "limit: 5 working days\nfrom: escalated_on\nuntil: stage_2_responded_on"
    policy = clock_policy(clock, tmp_path)
    no_start = judged(case_of({"received_on": "2026-11-02"}), policy, "respond", NOON)
    assert (no_start.outcome, no_start.reason) == ("cannot_judge", "no column for escalated_on")
    no_stop = judged(case_of({"escalated_on": "2026-11-02"}), policy, "respond", NOON)
    assert (no_stop.outcome, no_stop.reason) == ("cannot_judge", "no column for stage_2_responded_on")


def test_a_case_marked_resolved_without_the_date_cannot_be_judged_unless_resolved_says_nothing(tmp_path):
    values = {"received_on": "2026-11-02", "resolved": True}
    clock = "limit: 5 working days\nuntil: responded_on"
    assert outcome(clock, values, tmp_path) == "cannot_judge"
    assert outcome(f"{clock}\nresolved_means_done: no", values, tmp_path) == "breached"


def test_the_earliest_of_several_stops_counts(tmp_path):
    values = {"received_on": "2026-11-02", "responded_on": "2026-11-20", "resolved_on": "2026-11-04"}
    assert outcome("limit: 5 working days\nuntil: [responded_on, resolved_on]", values, tmp_path) == "met"


FORMAL = """
limit: 3 working days
from: [converted_on, received_on]
until: responded_on
unless: {formal: no, contact_type: [feedback, dissatisfaction]}
converted_by: converted_on
"""


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "breached"),
        ({"formal": True}, "breached"),
        ({"formal": False}, "not_applicable"),
        ({"contact_type": "dissatisfaction"}, "not_applicable"),
        ({"contact_type": "complaint"}, "breached"),
        ({"contact_type": "dissatisfaction", "converted_on": "2026-11-20"}, "running"),
    ],
)
def test_a_row_is_formal_unless_marked_and_a_conversion_starts_the_clock(values, expected, tmp_path):
    assert outcome(FORMAL, {"received_on": "2026-11-02", **values}, tmp_path) == expected


def test_an_excluded_category_has_no_clock_and_says_why(tmp_path):
    policy = clock_policy(
        "limit: 3 working days\nuntil: responded_on", tmp_path, "excludes: {category: disrepair}"
    )
    case = case_of({"received_on": "2026-11-02", "category": "Disrepair"}, columns=["responded_on"])
    verdict = judged(case, policy, "respond", NOON)
    assert (verdict.outcome, verdict.reason) == (
        "not_applicable",
        "does not apply where category is disrepair",
    )


def test_a_category_may_have_a_limit_of_its_own(tmp_path):
    clock = """
limit: 8 weeks
until: responded_on
other_limits:
  - {when: {category: [payment, e-money]}, limit: 15 working days}
"""
    assert due(clock, {"received_on": "2026-11-02"}, tmp_path) == date(2026, 12, 28)
    assert due(clock, {"received_on": "2026-11-02", "category": "Payment"}, tmp_path) == date(2026, 11, 23)


def test_what_was_acknowledged_in_the_conversation_is_met_at_once(tmp_path):
    clock = "limit: 24 hours\nuntil: acknowledged_on\nmet_at_once_when: {channel: [phone, in person]}"
    assert outcome(clock, {"received_on": "2026-11-02", "channel": "phone"}, tmp_path) == "met"
    emailed = {"received_on": "2026-11-02", "channel": "email"}
    assert outcome(clock, emailed, tmp_path, columns=["acknowledged_on"]) == "breached"
