"""What a policy can say of a clock, one ability after the other; every expected day was reckoned by hand."""

from datetime import date, datetime

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


# --- promises, extensions, holding replies ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("promised", "answered", "expected"),
    [
        ("2026-11-20", "2026-11-20", "met"),
        ("2026-11-04", "2026-11-05", "breached"),
        ("2026-10-30", "2026-11-05", "cannot_judge"),
    ],
)
def test_a_date_promised_counts_instead_of_the_limit(promised, answered, expected, tmp_path):
    clock = "limit: 5 working days\nuntil: responded_on\npromised: promised_on"
    values = {"received_on": "2026-11-02", "promised_on": promised, "responded_on": answered}
    assert outcome(clock, values, tmp_path) == expected


EXTENDED = """
limit: 10 working days
until: responded_on
extension: {at_most: 10 working days, reason: required}
"""  # received on 2 November: due on the 16th, at the very latest on the 30th


@pytest.mark.parametrize(
    ("values", "last"),
    [
        ({"extension_told_on": "2026-11-16", "extension_reason": "Surveyor away"}, "2026-11-20"),
        ({"extension_told_on": "2026-11-17", "extension_reason": "Surveyor away"}, "2026-11-16"),
        ({"extension_told_on": "2026-11-16"}, "2026-11-16"),
        ({"extension_reason": "Surveyor away"}, "2026-11-16"),
    ],
)
def test_an_extension_counts_with_its_reason_and_told_before_the_old_date(values, last, tmp_path):
    values = {"received_on": "2026-11-02", "extended_to": "2026-11-20", **values}
    columns = ("extension_told_on", "extension_reason")
    assert due(EXTENDED, values, tmp_path, columns=columns) == date.fromisoformat(last)


def test_an_extension_is_cut_to_the_most_that_is_allowed(tmp_path):
    told = {"extension_told_on": "2026-11-10", "extension_reason": "Surveyor away"}
    values = {"received_on": "2026-11-02", "extended_to": "2026-12-31", **told}
    assert due(EXTENDED, values, tmp_path) == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("answered", "expected"),
    [("2026-11-16", "met"), ("2026-11-18", "cannot_judge"), ("2026-11-23", "breached")],
)
def test_without_proof_only_the_days_between_old_and_new_date_cannot_be_judged(answered, expected, tmp_path):
    clock = "limit: 10 working days\nuntil: responded_on\nextension: {at_most: 10 working days}"
    values = {"received_on": "2026-11-02", "extended_to": "2026-11-20", "responded_on": answered}
    assert outcome(clock, values, tmp_path, as_of="2026-11-30") == expected


def test_an_extension_only_for_complex_cases_needs_the_mark(tmp_path):
    clock = (
        "limit: 10 working days\nuntil: responded_on\nextension: {only_when: {complex: yes}, told: not asked}"
    )
    values = {"received_on": "2026-11-02", "extended_to": "2026-11-20"}
    assert due(clock, {**values, "complex": True}, tmp_path) == date(2026, 11, 20)
    assert due(clock, {**values, "complex": False}, tmp_path) == date(2026, 11, 16)


@pytest.mark.parametrize(
    ("sent", "last"), [("2026-11-23", "2026-12-21"), ("2026-11-24", "2026-11-23"), (None, "2026-11-23")]
)
def test_a_holding_reply_in_time_brings_the_longer_limit(sent, last, tmp_path):
    clock = "limit: 15 working days\nuntil: responded_on\nholding_reply: {limit: 35 working days}"
    values = {"received_on": "2026-11-02", **({"holding_reply_on": sent} if sent else {})}
    assert due(clock, values, tmp_path, as_of="2026-12-18") == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("resolved", "expected"),
    [("2026-11-05", "not_applicable"), ("2026-11-06", "breached"), (None, "breached")],
)
def test_a_case_resolved_early_is_outside_the_clock(resolved, expected, tmp_path):
    clock = "limit: 5 working days\nuntil: responded_on\nearly_resolution: {within: 3 working days}"
    values = {"received_on": "2026-11-02", **({"resolved_on": resolved} if resolved else {})}
    assert outcome(clock, values, tmp_path) == expected


# --- pauses ----------------------------------------------------------------------------------------------

PAUSED = (
    "limit: 10 working days\nuntil: responded_on\npause: {decided_by: director, at_most: 10 working days}"
)


@pytest.mark.parametrize(
    ("first", "last", "moved_to"),
    [
        ("2026-11-04", "2026-11-05", "2026-11-18"),  # two working days
        ("2026-11-07", "2026-11-08", "2026-11-16"),  # a weekend moves nothing
        ("2026-11-06", "2026-11-09", "2026-11-18"),  # Friday to Monday: two working days
        ("2026-11-17", "2026-11-18", "2026-11-16"),  # begun after the last day
        ("2026-11-16", "2026-11-16", "2026-11-17"),  # the last day itself
        ("2026-10-30", "2026-11-03", "2026-11-17"),  # begun before the start
    ],
)
def test_a_pause_moves_the_last_day_by_its_working_days(first, last, moved_to, tmp_path):
    pause = {"paused_from": first, "paused_until": last, "pause_decided_by": "Sam Osei"}
    assert due(PAUSED, {"received_on": "2026-11-02", **pause}, tmp_path) == date.fromisoformat(moved_to)


def test_a_pause_that_nobody_decided_does_not_count(tmp_path):
    values = {"received_on": "2026-11-02", "paused_from": "2026-11-04", "paused_until": "2026-11-05"}
    assert due(PAUSED, values, tmp_path, columns=["pause_decided_by"]) == date(2026, 11, 16)


def test_a_pause_ends_by_itself_after_the_most_that_is_allowed(tmp_path):
    values = {"received_on": "2026-11-02", "paused_from": "2026-11-04", "pause_decided_by": "Sam Osei"}
    # ten working days from Wednesday 4 November end on Tuesday the 17th; nine of ten were still to count
    assert due(PAUSED, values, tmp_path) == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("as_of", "answered", "expected"),
    [
        ("2026-11-03", None, "running"),
        ("2026-11-04", None, "paused"),
        ("2027-03-01", None, "paused"),
        ("2027-03-01", "2027-02-01", "met"),
    ],
)
def test_a_pause_without_an_end_goes_on(as_of, answered, expected, tmp_path):
    clock = "limit: 10 working days\nuntil: responded_on\npause: {}"
    values = {"received_on": "2026-11-02", "paused_from": "2026-11-04"}
    values |= {"responded_on": answered} if answered else {}
    assert outcome(clock, values, tmp_path, as_of=as_of) == expected


def test_a_pause_moves_calendar_days_by_all_its_days(tmp_path):
    clock = "limit: 14 calendar days\nuntil: responded_on\npause: {}"
    pause = {"paused_from": "2026-11-06", "paused_until": "2026-11-09"}
    assert due(clock, {"received_on": "2026-11-02", **pause}, tmp_path) == date(2026, 11, 20)


# --- windows, updates, observation -----------------------------------------------------------------------

WINDOW = "kind: window\nlimit: 10 working days\nfrom: responded_on\nuntil: appeal_received_on"


@pytest.mark.parametrize(
    ("appeal", "as_of", "expected", "words"),
    [
        (None, "2026-11-16", "running", "the customer's own time"),
        (None, "2026-11-17", "not_applicable", "the customer's window closed on 16 November 2026"),
        ("2026-11-16", "2026-11-22", "not_applicable", "the customer was in time"),
        (
            "2026-11-17",
            "2026-11-22",
            "not_applicable",
            "the customer was late: the window closed on 16 November 2026",
        ),
    ],
)
def test_a_window_of_the_customers_is_never_met_nor_breached(appeal, as_of, expected, words, tmp_path):
    values = {"responded_on": "2026-11-02", **({"appeal_received_on": appeal} if appeal else {})}
    case = case_of(values, columns=["appeal_received_on"])
    verdict = judged(case, clock_policy(WINDOW, tmp_path), "respond", as_of)
    assert (verdict.outcome, verdict.reason, verdict.due) == (expected, words, date(2026, 11, 16))
    assert not verdict.due_soon


UPDATES = "kind: updates\nlimit: 5 working days\nuntil: resolved_on\ncontacts: [last_contact_on, contact_log]"


@pytest.mark.parametrize(
    ("values", "expected", "last"),
    [
        ({}, "breached", "2026-11-09"),
        ({"last_contact_on": "2026-11-17"}, "running", "2026-11-24"),
        ({"last_contact_on": "2026-11-10"}, "breached", "2026-11-17"),
        ({"last_contact_on": "2026-11-06", "resolved_on": "2026-11-13"}, "met", None),
        ({"last_contact_on": "2026-11-12", "resolved_on": "2026-11-13"}, "cannot_judge", "2026-11-09"),
        (
            {"contact_log": "05/11/2026 rang; 16/11/2026 rang", "resolved_on": "2026-11-17"},
            "breached",
            "2026-11-12",
        ),
        ({"contact_log": "05/11/2026 rang; 12 Nov 2026 wrote", "resolved_on": "2026-11-17"}, "met", None),
        ({"last_contact_on": "2026-11-05", "resolved": True}, "cannot_judge", None),
    ],
)
def test_the_customer_is_never_left_longer_than_the_limit(values, expected, last, tmp_path):
    case = case_of({"received_on": "2026-11-02", **values}, columns=["last_contact_on", "resolved_on"])
    verdict = judged(case, clock_policy(UPDATES, tmp_path), "respond", "2026-11-22")
    assert (verdict.outcome, verdict.due) == (expected, last and date.fromisoformat(last))


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (("2026-11-08 08:00", "2026-11-09 08:00"), "met"),
        (("2026-11-10 08:00", "2026-11-11 08:00"), "breached"),
        (("2026-11-09 08:00", "2026-11-10 08:00"), "cannot_judge"),
        ((None, "2026-11-09 08:00"), "met"),
        ((None, "2026-11-20 08:00"), "cannot_judge"),
    ],
)
def test_what_was_only_observed_is_judged_as_far_as_it_can_be(seen, expected, tmp_path):
    policy = clock_policy("limit: 5 working days\nuntil: resolved_on", tmp_path)
    case = case_of({"received_on": "2026-11-02", "resolved": True}, observed={"resolved": seen})
    assert judged(case, policy, "respond", "2026-11-22").outcome == expected


def test_lateness_of_an_observed_event_is_never_overstated(tmp_path):
    policy = clock_policy("limit: 5 working days\nuntil: resolved_on", tmp_path)
    seen = {"resolved": ("2026-11-11 08:00", "2026-11-18 08:00")}
    case = case_of({"received_on": "2026-11-02", "resolved": True}, observed=seen)
    verdict = judged(case, policy, "respond", "2026-11-22")
    assert (verdict.stop, verdict.late_by) == (date(2026, 11, 11), LateBy(2, "working day"))


def test_a_start_that_was_only_observed_leaves_the_days_between_open(tmp_path):
    clock = "limit: 1 month\nfrom: resolved_on\nuntil: followed_up_on\nresolved_means_done: no"
    policy = clock_policy(clock, tmp_path)
    seen = {"resolved": ("2026-10-05 08:00", "2026-10-12 08:00")}
    for followed_up, expected in (
        ("2026-11-05", "met"),
        ("2026-11-10", "cannot_judge"),
        ("2026-11-13", "breached"),
    ):
        values = {"received_on": "2026-10-01", "resolved": True, "followed_up_on": followed_up}
        verdict = judged(case_of(values, observed=seen), policy, "respond", "2026-11-22")
        assert verdict.outcome == expected


def test_a_moment_of_stopping_is_kept_where_hours_count_and_is_a_day_elsewhere(tmp_path):
    values = {"received_on": "2026-11-02 09:00", "responded_on": "2026-11-02 10:00"}
    in_hours = judged(case_of(values), clock_policy(HOURS, tmp_path), "respond", NOON)
    in_days = judged(
        case_of(values), clock_policy("limit: 1 working day\nuntil: responded_on", tmp_path), "respond", NOON
    )
    assert in_hours.stop == datetime(2026, 11, 2, 10, 0)
    assert in_days.stop == date(2026, 11, 2)
