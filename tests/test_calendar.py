"""Working days, and the laws that every deadline obeys, on days drawn at random."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as drawn

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.clocks import verdicts
from complaints_sheet.core.limits import Limit, Span, add_months, hours_end, last_day
from complaints_sheet.core.policy import Clock, Policy
from tests.policy_cases import at, case_of, england

unhurried = settings(deadline=None)  # a busy machine is no fault of the calendar
DAYS = drawn.dates(date(2016, 1, 1), date(2034, 6, 30))
COUNTS = drawn.integers(1, 60)
A_WEEK = Calendar("a plain week", {date(2026, 12, 25): "Christmas Day"})


def test_a_closed_day_says_why_it_does_not_count():
    assert A_WEEK.why_closed(date(2026, 12, 25)) == "Christmas Day"
    assert A_WEEK.why_closed(date(2026, 12, 26)) == "Saturday"
    assert A_WEEK.why_closed(date(2026, 12, 28)) is None


def test_no_working_days_after_a_day_is_the_day_itself_weekend_or_not():
    assert A_WEEK.add_working_days(date(2026, 12, 26), 0) == date(2026, 12, 26)


@unhurried
@given(start=DAYS, count=COUNTS)
def test_a_limit_in_working_days_ends_on_a_working_day_with_as_many_between(start, count):
    last = england().add_working_days(start, count)
    assert england().is_working(last)
    assert england().working_days_between(start, last) == count


@unhurried
@given(after=DAYS, length=drawn.integers(0, 400), weekend=drawn.frozensets(drawn.integers(0, 6), max_size=6))
def test_working_days_between_are_those_that_a_person_counts(after, length, weekend):
    calendar = replace(england(), weekend=weekend)
    days = [after + timedelta(days=offset) for offset in range(1, length + 1)]
    counted = sum(calendar.is_working(day) for day in days)
    assert calendar.working_days_between(after, after + timedelta(days=length)) == counted


@unhurried
@given(one=DAYS, other=DAYS, count=COUNTS, unit=drawn.sampled_from(["working day", "week", "calendar month"]))
def test_later_receipt_never_gives_an_earlier_deadline(one, other, count, unit):
    first, second = sorted((one, other))
    limit = Limit(count, unit)
    assert last_day(limit, first, england()) <= last_day(limit, second, england())


@unhurried
@given(start=DAYS, count=COUNTS, wait=drawn.integers(0, 59), pause=drawn.integers(1, 30))
def test_a_pause_wholly_inside_moves_a_limit_by_its_working_days(start, count, wait, pause):
    calendar, limit = england(), Limit(count, "working day")
    if wait >= count:
        return
    first = calendar.add_working_days(start, wait + 1)
    span = Span(first, calendar.add_working_days(first, pause - 1) if pause > 1 else first)
    plain = last_day(limit, start, calendar)
    assert last_day(limit, start, calendar, pause=span) == calendar.add_working_days(plain, pause)


@unhurried
@given(start=DAYS, count=COUNTS, first=drawn.integers(-10, 90), length=drawn.integers(0, 40))
def test_paused_days_are_skipped_one_by_one_in_every_unit(start, count, first, length):
    span = Span(start + timedelta(days=first), start + timedelta(days=first + length))
    for unit in ("working day", "calendar day"):
        limit = Limit(count, unit)
        day, counted = start, 0
        while counted < count:
            day += timedelta(days=1)
            works = unit == "calendar day" or england().is_working(day)
            counted += works and not (span.first <= day <= span.last)
        assert last_day(limit, start, england(), pause=span) == day


@unhurried
@given(moment=drawn.datetimes(datetime(2016, 1, 1), datetime(2034, 1, 1)), hours=drawn.integers(1, 96))
def test_the_change_of_the_clocks_does_not_move_an_hour_limit(moment, hours):
    end = hours_end(Limit(hours, "hour"), moment)
    assert end - moment == timedelta(hours=hours)


@unhurried
@given(day=DAYS, count=COUNTS)
def test_a_month_ends_on_the_same_day_number_or_on_the_months_last_day(day, count):
    end = add_months(day, count)
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == count
    assert end.day == day.day or (end.day < day.day and (end + timedelta(days=1)).day == 1)


@unhurried
@given(received=DAYS, size=drawn.integers(1, 20), passed=drawn.integers(0, 60))
def test_an_open_clock_runs_up_to_its_last_day_and_is_breached_after_it(received, size, passed):
    policy = Policy(
        "p", "1", "P", (Clock("c", "Do it", Limit(size, "working day"), stops=("responded_on",)),)
    )
    as_of = received + timedelta(days=passed)
    (verdict,) = verdicts(
        case_of({"received_on": received.isoformat()}, columns=["responded_on"]),
        policy,
        england(),
        at(as_of.isoformat()),
    )
    assert verdict.due == england().add_working_days(received, size)
    assert (verdict.outcome == "running") == (as_of <= verdict.due)
    assert (verdict.late_by is not None) == (verdict.outcome == "breached")


@pytest.mark.parametrize("day", ["2026-10-25", "2026-03-29"])
def test_a_deadline_in_days_ends_at_the_end_of_its_day_on_the_days_the_clocks_change(day):
    policy = Policy("p", "1", "P", (Clock("c", "Do it", Limit(1, "calendar day"), stops=("responded_on",)),))
    received = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    case = case_of({"received_on": received}, columns=["responded_on"])
    outcomes = [
        verdicts(case, policy, england(), at(moment))[0].outcome
        for moment in (f"{day} 23:59", f"{date.fromisoformat(day) + timedelta(days=1)} 00:00")
    ]
    assert outcomes == ["running", "breached"]
