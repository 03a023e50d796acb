"""Improvement meetings: when they are, when their pack is due, and which days the pack is about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

from complaints_sheet.core.calendar import ONE_DAY, Calendar

MOST_CLOSED_DAYS = 31  # no office is closed for longer than that at a stretch
LOOK_AHEAD_DAYS = 5 * 366  # a plan that has no meeting within five years has none


@dataclass(frozen=True, slots=True)
class MeetingPlan:
    """The rhythm of the meetings: the first, every so many weeks, less those skipped, plus the extra ones.

    Times are local. A meeting of the rhythm that falls on a closed day is held on the next working day,
    unless `moves` is False; an extra one keeps its date. The rhythm itself never shifts.
    """

    first: date
    every_weeks: int = 2
    at: time = time(14, 0)
    pack_before_working_days: int = 2
    pack_at: time = time(7, 0)
    skipped: frozenset[date] = frozenset()
    extra: frozenset[date] = frozenset()
    moves: bool = True


@dataclass(frozen=True, slots=True)
class Period:
    """Whole local days, first and last included."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """Return how many days the period has."""
        return (self.end - self.start).days + 1

    def holds(self, day: date | None) -> bool:
        """Return True where the day lies in the period; False for no day."""
        return day is not None and self.start <= day <= self.end

    def before(self, days: int) -> "Period":
        """Return the period of so many days that ends the day before this one starts."""
        return Period(self.start - timedelta(days=days), self.start - ONE_DAY)

    def back(self, days: int) -> "Period":
        """Return the period of so many days that ends with this one."""
        return Period(self.end - timedelta(days=days - 1), self.end)


def meetings_between(plan: MeetingPlan, start: date, end: date, calendar: Calendar) -> tuple[date, ...]:
    """Return the dates of the meetings from `start` to `end`, both included, in order.

    A meeting is skipped by its date in the rhythm, or by the date it would be moved to.
    """
    early = start - timedelta(days=MOST_CLOSED_DAYS) if plan.moves else start
    held = {day: _held_on(plan, day, calendar) for day in _regular(plan, early, end)}
    regular = {on for day, on in held.items() if not {day, on} & plan.skipped}
    return tuple(sorted(day for day in regular | plan.extra if start <= day <= end))


def _held_on(plan: MeetingPlan, day: date, calendar: Calendar) -> date:
    return calendar.working_day_on_or_after(day) if plan.moves else day


def next_meeting(plan: MeetingPlan, day: date, calendar: Calendar) -> date | None:
    """Return the first meeting on or after the day, or None where the plan has none."""
    found = meetings_between(plan, day, max(day, plan.first) + timedelta(days=LOOK_AHEAD_DAYS), calendar)
    return found[0] if found else None


def pack_due_on(plan: MeetingPlan, meeting: date, calendar: Calendar) -> date:
    """Return the day on which the meeting's pack is due: so many working days before the meeting."""
    day = meeting
    for _ in range(plan.pack_before_working_days):
        day -= ONE_DAY
        while not calendar.is_working(day):
            day -= ONE_DAY
    return day


def latest_pack(plan: MeetingPlan, day: date, calendar: Calendar) -> date | None:
    """Return the meeting whose pack fell due last, on or before the day; None before the first of them."""
    horizon = day + timedelta(days=4 * plan.pack_before_working_days + 14)  # room for weekends and closures
    due = [
        meeting
        for meeting in meetings_between(plan, plan_start(plan), horizon, calendar)
        if pack_due_on(plan, meeting, calendar) <= day
    ]
    return due[-1] if due else None


def period_of(plan: MeetingPlan, meeting: date, calendar: Calendar) -> Period:
    """Return the days the meeting's pack is about.

    It ends the day before the pack is due and starts the day after the period before it ended; the first
    period is as long as the rhythm. Two meetings whose packs fall due on one day share a period.
    """
    end = pack_due_on(plan, meeting, calendar) - ONE_DAY
    for earlier in reversed(meetings_between(plan, plan_start(plan), meeting - ONE_DAY, calendar)):
        earlier_end = pack_due_on(plan, earlier, calendar) - ONE_DAY
        if earlier_end < end:
            return Period(earlier_end + ONE_DAY, end)
    return Period(end - timedelta(days=7 * plan.every_weeks - 1), end)


def plan_start(plan: MeetingPlan) -> date:
    """Return the date of the first meeting of all, extra ones included."""
    return min((plan.first, *plan.extra))


def _regular(plan: MeetingPlan, start: date, end: date) -> Iterator[date]:
    step = timedelta(weeks=plan.every_weeks)
    behind = max(0, (start - plan.first).days)
    day = plan.first + step * -(-behind // step.days)
    while day <= end:
        yield day
        day += step
