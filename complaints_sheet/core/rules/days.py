"""Rules about dates that cannot be right: earlier than the complaint itself, or still to come."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.model import Case, Flag, Value
from complaints_sheet.core.rules.phrases import day_name
from complaints_sheet.core.rules.registry import NOTHING, rule
from complaints_sheet.core.rules.settled import always
from complaints_sheet.core.wording import weekday_day

MAY_LIE_AHEAD = frozenset({"promised_on", "extended_to", "paused_until", "snooze_until", "appeal_panel_on"})
"""A promise, a pause, and a panel that has been set up may all lie in the future."""

MAY_COME_FIRST = frozenset({"received_on", "consent_on", "snooze_until"})
"""A representative may hold the customer's consent before there is a complaint."""

ORDER = (
    ("paused_from", "paused_until"),
    ("resolved_on", "closed_on"),
    ("escalated_on", "stage_2_acknowledged_on"),
    ("escalated_on", "stage_2_responded_on"),
    ("appeal_received_on", "appeal_panel_on"),
)
"""Pairs of which the second cannot come before the first."""


@rule("medium", needs=("received_on",), quiet_when_settled=always)
def dates_out_of_order(case: Case, today: date, date_fields: tuple[str, ...] = ()) -> Iterable[Flag]:
    """One date lies before another that must come first, such as a follow-up before the complaint came in."""
    values = case.values
    flags = NOTHING
    for first, second in _pairs(date_fields):
        late = values.get(second)
        if late is not None and _before(late, values.get(first)):
            flags = (*flags, _out_of_order(case, first, second, today))
    return flags


@rule("medium", quiet_when_settled=always)
def date_in_future(case: Case, today: date, date_fields: tuple[str, ...] = ()) -> Iterable[Flag]:
    """A date of something that has happened lies after today."""
    values = case.values
    flags = NOTHING
    for field in _past(date_fields):
        moment = values.get(field)
        if isinstance(moment, date):
            day = moment.date() if isinstance(moment, datetime) else moment
            if day > today:
                flags = (*flags, _in_future(case, field, day, today))
    return flags


@lru_cache(maxsize=64)
def _pairs(date_fields: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return the pairs that have both columns: what must come first, and what cannot come before it."""
    after_receipt = [("received_on", field) for field in date_fields if field not in MAY_COME_FIRST]
    others = [pair for pair in ORDER if set(pair) <= set(date_fields)]
    return (*after_receipt, *others)


@lru_cache(maxsize=64)
def _past(date_fields: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(field for field in date_fields if field not in MAY_LIE_AHEAD)


def _before(moment: Value, first: Value | None) -> bool:
    """Return True where the moment lies before the first; by the day unless both have a time."""
    if not isinstance(moment, date) or not isinstance(first, date):
        return False
    if type(moment) is type(first):
        return moment < first
    return _day(moment) < _day(first)


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _out_of_order(case: Case, first: str, second: str, today: date) -> Flag:
    said = (
        f"{_heading(case, second)} ({_shown(case, second, today)}) lies before "
        f"{_heading(case, first)} ({_shown(case, first, today)}). Which of the two is right?"
    )
    return Flag(said, field=second, about="" if first == "received_on" else first)


def _in_future(case: Case, field: str, day: date, today: date) -> Flag:
    shown = weekday_day(day) if day.year == today.year else f"{weekday_day(day)} {day.year}"
    return Flag(f"{_heading(case, field)} ({shown}) has not come yet. Is it mistyped?", field=field)


def _shown(case: Case, field: str, today: date) -> str:
    moment = case.moment(field)
    return day_name(moment, today) if moment is not None else ""


def _heading(case: Case, field: str) -> str:
    column = case.layout.columns.get(field)
    return f"“{' '.join(column.heading.split())}”" if column else FIELDS[field].heading
