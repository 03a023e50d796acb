"""What may change a deadline, one ability after the other; every expected day was reckoned by hand."""

from datetime import date, datetime

import pytest

from complaints_sheet.core.model import LateBy
from tests.policy_cases import case_of, clock_policy, judged

NOON = "2026-11-22 12:00"  # a Sunday
HOURS = "limit: 24 hours\nuntil: responded_on"


def due(clock, values, tmp_path, as_of="2026-11-22", columns=()):
    case = case_of(values, columns=("responded_on", *columns))
    return judged(case, clock_policy(clock, tmp_path), "respond", as_of).due


def outcome(clock, values, tmp_path, as_of="2026-11-22", columns=()):
    case = case_of(values, columns=("responded_on", *columns))
    return judged(case, clock_policy(clock, tmp_path), "respond", as_of).outcome


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
