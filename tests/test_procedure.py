"""The parts of a policy that are not clocks, held against a case."""

from datetime import date

import pytest

from complaints_sheet.core import procedure
from complaints_sheet.core.clocks import verdicts
from complaints_sheet.core.contact_log import logged_days
from complaints_sheet.core.people import Person, directory
from tests.policy_cases import at, case_of, clock_policy, england, preset

EIGHT = preset("eight-step-procedure")
CONTACTS = preset("customer-contacts")
SOP = preset("complaints-sop")
FEEDBACK = preset("feedback-and-complaints")
STEP_COLUMNS = (
    "acknowledged_on",
    "investigated_on",
    "confirmed_on",
    "responded_on",
    "lessons_on",
    "closed_on",
)
ROLES = {"director": ("Sam Osei",)}


def said(flags):
    """Return the messages of the flags."""
    return [flag.message for flag in flags]


def test_a_case_stands_at_its_first_step_that_is_not_done():
    case = case_of({"received_on": "2026-11-02", "acknowledged_on": "2026-11-03"}, STEP_COLUMNS)
    assert procedure.current_step(case, EIGHT).id == "investigate"


def test_a_step_without_a_column_is_passed_over():
    case = case_of({"received_on": "2026-11-02"}, ["responded_on"])
    assert procedure.current_step(case, EIGHT).id == "respond"


def test_a_step_that_was_left_out_before_a_later_one_is_named():
    values = {"received_on": "2026-11-02", "investigated_on": "2026-11-03", "responded_on": "2026-11-04"}
    flags = list(procedure.skipped_steps(case_of(values, STEP_COLUMNS), EIGHT))
    assert [flag.about for flag in flags] == ["acknowledge", "confirm"]
    assert flags[0].field == "acknowledged_on"


def test_an_informal_case_needs_no_acknowledgement():
    values = {"received_on": "2026-11-02", "formal": False, "responded_on": "2026-11-04"}
    flags = procedure.skipped_steps(case_of(values, STEP_COLUMNS), EIGHT)
    assert "acknowledge" not in [flag.about for flag in flags]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, ["Date responded is filled, but nothing shows that the director confirmed it first."]),
        (
            {"confirmed_on": "2026-11-05", "confirmed_by": "Sam Osei"},
            ["Confirmed on 5 November 2026, but"],
        ),
        ({"confirmed_on": "2026-11-04", "confirmed_by": "Sam Osei"}, []),
        ({"confirmed_on": "2026-11-03", "confirmed_by": "Amira Khan"}, ["Confirmed by Amira Khan; this is"]),
        ({"confirmed_on": "2026-11-03"}, ["Confirmed, but not by whom: this is for the director."]),
    ],
)
def test_the_director_confirms_before_the_customer_is_answered(values, words):
    case = case_of({"responded_on": "2026-11-04", **values}, ["confirmed_on", "confirmed_by"])
    found = said(procedure.unconfirmed(case, EIGHT, ROLES))
    assert len(found) == len(words)
    assert all(message.startswith(start) for message, start in zip(found, words, strict=True))


def test_a_proposed_resolution_waits_for_the_director_until_it_is_confirmed():
    columns = ["confirmed_on", "responded_on"]
    waiting = case_of({"resolution": "A new boiler", "resolved": False}, columns)
    assert len(said(procedure.awaiting_approval(waiting, EIGHT))) == 1
    confirmed = case_of({"resolution": "A new boiler", "confirmed_on": "2026-11-03"}, columns)
    assert said(procedure.awaiting_approval(confirmed, EIGHT)) == []


def test_a_negative_answer_stays_with_the_director_until_followed_up():
    answered = {"happy_with_outcome": "no"}
    open_case = case_of(answered, ["director_followed_up_on"])
    assert said(procedure.open_referrals(open_case, EIGHT)) == [
        "Happy with outcome?: no. The director follows this up with the customer."
    ]
    settled = case_of({**answered, "director_followed_up_on": "2026-11-20"})
    assert said(procedure.open_referrals(settled, EIGHT)) == []


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"case_owner": "A. Khan", "person_complained_about": "a khan"}, ["case_owner"]),
        ({"case_owner": "A. Khan", "stage_2_owner": "A Khan"}, ["stage_2_owner"]),
        ({"case_owner": "A. Khan", "stage_2_owner": "Lucy Marsh"}, []),
        ({"case_owner": "A. Khan"}, []),
    ],
)
def test_nobody_looks_into_a_complaint_about_themselves_or_hears_an_appeal_against_themselves(values, fields):
    assert [flag.field for flag in procedure.same_person(case_of(values), CONTACTS)] == fields


@pytest.mark.parametrize(
    ("owner", "flagged"),
    [("Dana Hughes", False), ("Amira Khan", True), ("Somebody Else", False), ("", False)],
)
def test_only_those_with_the_title_investigate(owner, flagged):
    people = directory(
        [Person("Dana Hughes", title="Complaints Officer"), Person("Amira Khan", title="Adviser")]
    )
    case = case_of({"case_owner": owner} if owner else {})
    assert bool(said(procedure.not_allowed(case, FEEDBACK, people))) is flagged


def test_a_representative_needs_the_customers_consent():
    case = case_of({"representative": "Jo Ward"}, ["consent_on"])
    assert [flag.field for flag in procedure.needed_fields(case, CONTACTS)] == ["consent_on"]
    assert said(procedure.needed_fields(case_of({"representative": "Jo Ward"}), CONTACTS)) == []


def test_closing_needs_the_resolution_in_writing():
    case = case_of({"closed_on": "2026-11-20"}, ["written_response_on"])
    assert [flag.field for flag in procedure.closing_gaps(case, SOP)] == ["resolution", "written_response_on"]


def test_a_late_appeal_is_told_and_is_no_breach():
    case = case_of({"responded_on": "2026-11-02", "appeal_received_on": "2026-11-18"})
    found = verdicts(case, CONTACTS, england(), at("2026-11-22"))
    (flag,) = procedure.late_appeals(case, CONTACTS, found)
    assert (flag.clock, flag.field, flag.severity) == ("appeal-window", "appeal_received_on", "low")
    assert "18 November 2026 is after the last day, 16 November 2026" in flag.message


def test_a_breach_has_its_consequence(tmp_path):
    clock = 'limit: 5 working days\nuntil: responded_on\nconsequence: {pay: "£40", clause: "Reg 8"}'
    policy = clock_policy(clock, tmp_path)
    case = case_of({"received_on": "2026-11-02"}, ["responded_on"])
    (flag,) = procedure.consequences(case, policy, verdicts(case, policy, england(), at("2026-11-22")))
    assert flag.message == "Answer was late, so a payment of £40 to the customer is due."
    assert flag.clause == "Reg 8"


@pytest.mark.parametrize(
    ("values", "until"),
    [
        ({"received_on": "2026-01-05", "resolved": True, "closed_on": "2026-02-28"}, date(2029, 2, 28)),
        ({"received_on": "2026-01-05", "resolved": True}, date(2029, 1, 5)),
        ({"received_on": "2026-01-05"}, None),
    ],
)
def test_records_are_kept_for_three_years_from_the_last_date_known(values, until):
    assert procedure.keep_until(case_of(values), SOP, england()) == until


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("12/11/2026 rang, no answer", ["2026-11-12"]),
        ("12.11.26: rang; 2026-11-13 wrote", ["2026-11-12", "2026-11-13"]),
        ("3rd Nov 2026 and 4 November 2026", ["2026-11-03", "2026-11-04"]),
        ("31/02/2026 rang", []),
        ("ref 12/11/2026/7, flat 3/4", []),
        ("12 Nov rang", []),
    ],
)
def test_a_contact_log_gives_the_days_it_names(text, days):
    assert [day.isoformat() for day in logged_days(text)] == days


def test_a_contact_log_is_read_in_the_sheets_own_order_of_day_and_month():
    assert logged_days("03/04/2026 rang", month_first=True) == (date(2026, 3, 4),)
