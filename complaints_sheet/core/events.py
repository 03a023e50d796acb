"""What a register says about an event: its date, when it was seen to happen, or why it is not known."""

from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from functools import lru_cache
from typing import Literal, TypeAlias

from complaints_sheet.core.contact_log import logged_days
from complaints_sheet.core.model import Case, Interval
from complaints_sheet.core.people import plain_name
from complaints_sheet.core.policy import Condition

CONTACT_LOG = "contact_log"

_OBSERVED_AS = {"resolved_on": "resolved"}
"""An event without a date may be known because a mark appeared: resolved is seen by "Resolved = yes"."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """An event with no date: the cell is blank, cannot be read, or there is no column for it."""

    field: str
    why: Literal["blank", "unreadable", "no column"]


unknown = lru_cache(maxsize=1024)(Unknown)
"""An `Unknown`, the same one each time it is asked for."""

Event: TypeAlias = date | Interval | Unknown
"""A date (or a local datetime, which is a date too), an interval of observation, or not known."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An event as two local moments it lies between; both are the same where the register gives its date."""

    earliest: date | None  # None: it may have happened at any time before `latest`
    latest: date

    @property
    def known(self) -> bool:
        """Return True where the date itself is known."""
        return self.earliest == self.latest


def first_recorded(case: Case, fields: tuple[str, ...]) -> Event:
    """Return the first of the fields that is recorded; a cell that cannot be read makes it unknown."""
    for field in fields:
        if field in case.problems:
            return Unknown(field, "unreadable")
        found = _recorded(case, field)
        if found is not None:
            return found
    return _unknown(case, fields)


def earliest_recorded(case: Case, fields: tuple[str, ...]) -> Event:
    """Return the earliest of the fields that are recorded; a cell that cannot be read makes it unknown.

    A date as typed is preferred to an observation.
    """
    dated: list[date] = []
    for field in fields:
        if field in case.problems:
            return Unknown(field, "unreadable")
        value = case.values.get(field)
        if isinstance(value, date):
            dated.append(value)
    if dated:
        return min(dated, key=_by_time) if len(dated) > 1 else dated[0]
    return first_recorded(case, fields)


def _recorded(case: Case, field: str) -> date | Interval | None:
    value = case.values.get(field)
    if isinstance(value, date):
        return value
    return _observed(case, field) if case.observed else None


def _observed(case: Case, field: str) -> Interval | None:
    mark = _OBSERVED_AS.get(field)
    found = case.observed.get(field)
    if found is None and mark and case.yes(mark):
        found = case.observed.get(mark)
    return found


def _unknown(case: Case, fields: tuple[str, ...]) -> Unknown:
    for field in fields:
        if field in case.layout.columns:
            return unknown(field, "blank")
    return unknown(fields[0], "no column")


def _by_time(value: date) -> tuple[date, bool, time]:
    # On one day, a moment comes before a date without a time, which lasts until the day's end.
    moment = isinstance(value, datetime)
    return day_of(value), not moment, value.time() if isinstance(value, datetime) else time.min


def day_of(value: date) -> date:
    """Return the date without its time."""
    return value.date() if isinstance(value, datetime) else value


def seen(event: date | Interval, zone: tzinfo | None) -> Seen:
    """Return when the event happened, in local time: one moment, or the two it lies between."""
    if isinstance(event, Interval):
        after = None if event.after is None else local(event.after, zone)
        return Seen(after, local(event.until, zone))
    return _seen_at(event)


@lru_cache(maxsize=4096)
def _seen_at(event: date) -> Seen:
    return Seen(event, event)


def local(moment: datetime, zone: tzinfo | None) -> datetime:
    """Return the moment as a naive local datetime of the zone."""
    return moment.astimezone(zone).replace(tzinfo=None)


_folded = lru_cache(maxsize=4096)(plain_name)


def holds(condition: Condition, case: Case) -> bool | Unknown:
    """Return True or False where the register says, Unknown where unreadable or without a column.

    A blank cell does not hold.
    """
    value = case.values.get(condition.field)
    if value is None:
        if condition.field in case.problems:
            return Unknown(condition.field, "unreadable")
        return False if case.recorded(condition.field) else Unknown(condition.field, "no column")
    if isinstance(value, bool):
        return ("yes" if value else "no") in condition.values
    return isinstance(value, str) and _folded(value) in condition.values


@dataclass(frozen=True, slots=True)
class Contacts:
    """The days on which the customer was spoken or written to, as far as the register says.

    `logged` is True where a contact log with readable dates stands behind them, so that a day that is not
    among them was a day without contact.
    """

    days: tuple[date, ...]
    logged: bool
    unknown: Unknown | None = None


def contacts(case: Case, fields: tuple[str, ...], since: date, until: date) -> Contacts:
    """Return the contacts by these fields, sorted; log entries outside `since` to `until` are left out."""
    days: set[date] = set()
    text = ""
    for field in fields:
        value = case.values.get(field)
        if isinstance(value, date):
            days.add(day_of(value))
        elif isinstance(value, str):
            text = value
        elif field in case.problems and field != CONTACT_LOG:
            return Contacts((), False, unknown(field, "unreadable"))
    if not days and not any(case.recorded(field) for field in fields):
        return Contacts((), False, unknown(fields[0], "no column"))
    logged = logged_days(text, month_first=case.layout.date_order == "month first") if text else ()
    days.update(day for day in logged if since <= day <= until)
    return Contacts(tuple(sorted(days)), bool(logged))
