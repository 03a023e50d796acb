"""Working days: which days count, which do not and why, and arithmetic over them."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

ONE_DAY = timedelta(days=1)
WEEKEND = frozenset({5, 6})
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, eq=False)
class Calendar:
    """Working days of one organisation: weekend days and closed days, each closed day with its name.

    Compared by identity, so that its answers can be remembered.
    """

    name: str
    closed: Mapping[date, str]
    weekend: frozenset[int] = WEEKEND

    def why_closed(self, day: date) -> str | None:
        """Return why the day does not count ("Saturday", "Christmas Day"), or None for a working day."""
        if day.weekday() in self.weekend:
            return DAY_NAMES[day.weekday()]
        return self.closed.get(day)

    def is_working(self, day: date) -> bool:
        """Return True for a working day."""
        return day.weekday() not in self.weekend and day not in self.closed

    def working_day_on_or_after(self, day: date) -> date:
        """Return the day itself if it is a working day, else the next one that is."""
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def working_day_after(self, day: date) -> date:
        """Return the first working day after the day."""
        return self.working_day_on_or_after(day + ONE_DAY)

    def add_working_days(self, start: date, count: int) -> date:
        """Return the working day `count` working days after `start`; day 1 is the next working day.

        With `count` 0 it is `start` itself, weekend or not.
        """
        return _add_working_days(self, start, count)

    def working_days_between(self, after: date, until: date) -> int:
        """Return how many working days lie after `after`, up to and including `until`; else 0."""
        return _working_days_between(self, after, until) if until > after else 0


@lru_cache(maxsize=65536)
def _add_working_days(calendar: Calendar, start: date, count: int) -> date:
    day = start
    for _ in range(count):
        day = calendar.working_day_after(day)
    return day


@lru_cache(maxsize=65536)
def _working_days_between(calendar: Calendar, after: date, until: date) -> int:
    weeks, rest = divmod((until - after).days, 7)
    days = weeks * (7 - len(calendar.weekend))
    days += sum(
        (after + timedelta(days=offset)).weekday() not in calendar.weekend for offset in range(1, rest + 1)
    )
    closed = _closed_weekdays(calendar)
    return days - (bisect_right(closed, until) - bisect_right(closed, after))


@lru_cache(maxsize=64)
def _closed_weekdays(calendar: Calendar) -> tuple[date, ...]:
    """Return the closed days that are no weekend days, in order."""
    return tuple(sorted(day for day in calendar.closed if day.weekday() not in calendar.weekend))
