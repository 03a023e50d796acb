"""Limits: "5 working days" as a value, and the day on which one ends."""

import calendar as months
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias

from complaints_sheet.core.calendar import ONE_DAY, Calendar

LimitUnit: TypeAlias = Literal["hour", "working day", "calendar day", "week", "calendar month"]

_UNITS: dict[str, tuple[LimitUnit, int]] = {
    "hour": ("hour", 1),
    "working day": ("working day", 1),
    "business day": ("working day", 1),
    "calendar day": ("calendar day", 1),
    "week": ("week", 1),
    "calendar month": ("calendar month", 1),
    "month": ("calendar month", 1),
    "year": ("calendar month", 12),
}
_WRITTEN = re.compile(r"(\d{1,4}) +([a-z]+(?: [a-z]+)?)")


@dataclass(frozen=True, slots=True)
class Limit:
    """So many hours, working days, calendar days, weeks or calendar months; 0 days is "the same day"."""

    size: int
    unit: LimitUnit

    def __str__(self) -> str:
        """Return the limit as a person writes it, such as "5 working days"."""
        if self.size == 0:
            return "the same day"
        if self.unit == "calendar month" and self.size % 12 == 0:
            return _counted(self.size // 12, "year")
        return _counted(self.size, self.unit)


def _counted(size: int, unit: str) -> str:
    return f"{size} {unit}" if size == 1 else f"{size} {unit}s"


def limit_from(text: str) -> Limit:
    """Return the limit that a text such as "5 working days", "24 hours" or "same day" means.

    Raises ValueError, with what may be written, for anything else.
    """
    words = " ".join(text.lower().split())
    if words in {"same day", "the same day"}:
        return Limit(0, "calendar day")
    found = _WRITTEN.fullmatch(words)
    unit = found and (_UNITS.get(found[2]) or _UNITS.get(found[2].removesuffix("s")))
    if not found or not unit or int(found[1]) == 0:
        raise ValueError(
            f'"{text}" is not a limit: write a number and a unit, such as "5 working days", "24 hours", '
            '"10 calendar days", "8 weeks", "1 calendar month", "3 years", or "same day"'
        )
    return Limit(int(found[1]) * unit[1], unit[0])


def add_months(day: date, count: int) -> date:
    """Return the same day number `count` calendar months later, or that month's last day if it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    last = months.monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


@dataclass(frozen=True, slots=True)
class Span:
    """Days that do not count because the case was paused: `first` to `last`, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        """Return True for a day of the pause."""
        return self.first <= day <= self.last


def last_day(
    limit: Limit, start: date, calendar: Calendar, *, start_counts: bool = False, pause: Span | None = None
) -> date:
    """Return the last day of the limit; the day after `start` is day 1, or `start` itself if `start_counts`.

    Paused days do not count. Working days skip closed days; weeks and months are calendar days. An hour limit
    ends on the day its hours end when counted from the end of `start`.
    """
    if limit.unit == "working day":
        return _last_working_day(limit.size, start - ONE_DAY if start_counts else start, calendar, pause)
    plain, before = plain_end(limit, start), start
    if start_counts and limit.size:
        plain, before = plain - ONE_DAY, start - ONE_DAY
    return _pushed_back(before, plain, pause) if pause else plain


def plain_end(limit: Limit, start: date) -> date:
    """Return the day on which a limit that is not in working days ends, with nothing skipped."""
    if limit.unit == "calendar month":
        return add_months(start, limit.size)
    days = {"hour": -(-limit.size // 24), "week": 7 * limit.size}.get(limit.unit, limit.size)
    return start + timedelta(days=days)


def hours_end(limit: Limit, start: datetime) -> datetime:
    """Return the local moment at which an hour limit ends; the change of the clocks does not move it."""
    return start + timedelta(hours=limit.size)


def _last_working_day(size: int, start: date, calendar: Calendar, pause: Span | None) -> date:
    end = calendar.add_working_days(start, size)
    if pause is None or end < pause.first:
        return end
    # What had been counted when the pause began stays counted; the rest is counted from its last day.
    counted = calendar.working_days_between(start, pause.first - ONE_DAY)
    return calendar.add_working_days(max(start, pause.last), size - counted)


def _pushed_back(before: date, plain: date, pause: Span) -> date:
    first = max(pause.first, before + ONE_DAY)
    if first > plain or pause.last < first:
        return plain
    return plain + (pause.last - first + ONE_DAY)
