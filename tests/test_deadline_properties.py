"""What is true of every deadline, whatever the day: properties, tried on days drawn at random."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from complaints_sheet.config.policies import load_policies
from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.clocks import verdicts
from complaints_sheet.core.model import Value, Verdict
from complaints_sheet.core.policy import Clock, Policy
from tests.oracle.comparison import NATIONS, calendar_of
from tests.oracle.policy_files import MADE_UP, SHIPPED, policy_ids
from tests.registers import make_case

LONDON = ZoneInfo("Europe/London")
DAYS = st.dates(date(2016, 1, 1), date(2028, 6, 30))
NATION = st.sampled_from(list(NATIONS))
NEWEST = [
    replace(load_policies([policy], folder)[-1], effective_from=None, effective_until=None)
    for folder in (SHIPPED, MADE_UP)
    for policy in policy_ids(folder)
]
CLOCKS = [(policy, clock) for policy in NEWEST for clock in policy.clocks]
WORKING = [
    (policy, clock)
    for policy, clock in CLOCKS
    if clock.limit.unit == "working day" and clock.kind in {"deadline", "updates"}
]
PAUSING = [(policy, clock) for policy, clock in WORKING if clock.pause and not clock.pause.at_most]
tried = settings(max_examples=40, deadline=None)


def days_of(policy: Policy, nation: str) -> Calendar:
    """Return the working days that the policy is judged by: its own, else the nation's."""
    return policy.own_calendar or calendar_of(nation)


def names(pair: tuple[Policy, Clock]) -> str:
    return f"{pair[0].id}/{pair[1].id}"


def running(policy: Policy, clock: Clock, nation: str, values: dict[str, Value], now: datetime) -> Verdict:
    """Return the verdict of the clock on a case of these values, marked so that the clock applies."""
    asked: dict[str, Value] = {
        mark.field: {"yes": True, "no": False}.get(min(mark.values), min(mark.values))
        for mark in clock.only_when
    }
    columns = dict.fromkeys(
        (*clock.starts, *clock.stops, *clock.contacts, *values, *asked, "resolved", "received_on")
    )
    case = make_case(values | asked, [field for field in columns if field])
    return next(each for each in verdicts(case, policy, calendar_of(nation), now) if each.clock == clock.id)


def due(policy: Policy, clock: Clock, nation: str, start: date, **more: Value) -> date | datetime:
    """Return when the clock is due on the day it starts, or on a day on which nothing has happened yet."""
    values: dict[str, Value] = {clock.starts[-1]: start, "received_on": start} | more
    day = start.date() if isinstance(start, datetime) else start
    now = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=LONDON)
    found = running(policy, clock, nation, values, now)
    assert found.due is not None, found
    return found.due


@pytest.mark.parametrize("pair", WORKING, ids=names)
@tried
@given(start=DAYS, nation=NATION)
def test_a_limit_in_working_days_ends_on_a_working_day(pair: tuple[Policy, Clock], start: date, nation: str):
    policy, clock = pair
    last = due(policy, clock, nation, start)
    assert days_of(policy, nation).is_working(last)
    assert last > start or clock.start_counts


@pytest.mark.parametrize("pair", CLOCKS, ids=names)
@tried
@given(start=DAYS, later=st.integers(0, 40), nation=NATION)
def test_who_comes_later_is_never_due_earlier(
    pair: tuple[Policy, Clock], start: date, later: int, nation: str
):
    policy, clock = pair
    assert due(policy, clock, nation, start) <= due(policy, clock, nation, start + timedelta(days=later))


@tried
@given(
    first=st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31)),
    later=st.integers(0, 4000),
    nation=NATION,
)
def test_nor_where_a_cut_off_hour_or_a_closed_day_moves_the_start(first: datetime, later: int, nation: str):
    policy = next(policy for policy in NEWEST if policy.id == "every-ability")
    for clock in (policy.clock("cut-off"), policy.clock("day-and-night"), policy.clock("month")):
        second = first + timedelta(minutes=later)
        assert due(policy, clock, nation, first) <= due(policy, clock, nation, second)


@pytest.mark.parametrize("pair", PAUSING, ids=names)
@tried
@given(start=DAYS, into=st.integers(1, 20), length=st.integers(1, 30), nation=NATION)
def test_a_pause_of_n_working_days_inside_the_running_time_moves_the_limit_by_n(
    pair: tuple[Policy, Clock], start: date, into: int, length: int, nation: str
):
    policy, clock = pair
    before = due(policy, clock, nation, start)
    first = start + timedelta(days=into)
    last = first + timedelta(days=length - 1)
    assume(first <= before)
    decided: dict[str, Value] = {"pause_decided_by": "director", "paused_from": first, "paused_until": last}
    paused_working_days = days_of(policy, nation).working_days_between(first - timedelta(days=1), last)
    moved = due(policy, clock, nation, start, **decided)
    assert moved == days_of(policy, nation).add_working_days(before, paused_working_days)


@pytest.mark.parametrize("year", range(2016, 2029))
@pytest.mark.parametrize("change", ["spring", "autumn"])
def test_the_change_of_the_clocks_moves_no_deadline(change: str, year: int):
    month, day = (3, 31) if change == "spring" else (10, 31)
    sunday = date(year, month, day)
    sunday -= timedelta(days=(sunday.weekday() + 1) % 7)
    started = datetime(sunday.year, sunday.month, sunday.day, 12) - timedelta(days=1)
    for policy, clock in CLOCKS:
        if clock.limit.unit == "hour":
            end = started + timedelta(hours=clock.limit.size)
            values: dict[str, Value] = {clock.starts[-1]: started, "received_on": started, "channel": "email"}
            in_time, late = (
                running(policy, clock, "Ireland", values, moment.replace(tzinfo=LONDON))
                for moment in (end, end + timedelta(minutes=1))
            )
            assert (in_time.due, in_time.outcome, late.outcome) == (end, "running", "breached")


@pytest.mark.parametrize("zone", ["Europe/London", "UTC", "Pacific/Auckland", "America/Los_Angeles"])
@tried
@given(start=DAYS)
def test_a_deadline_in_days_is_the_same_day_in_every_zone(zone: str, start: date):
    policy = load_policies(["customer-issue-reporting"], Path())[-1]
    now = datetime(start.year, start.month, start.day, 23, 59, 59, tzinfo=ZoneInfo(zone))
    clock = policy.clock("follow-up")
    there = running(policy, clock, "Scotland", {"received_on": start}, now)
    assert there.due == due(policy, clock, "Scotland", start)
