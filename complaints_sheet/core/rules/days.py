"""Rules about dates that cannot be right: earlier than the complaint itself, or still to come."""

from collections.abc import Iterable
from datetime import date, datetime

from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.model import Case, Flag
from complaints_sheet.core.rules.phrases import day_name
from complaints_sheet.core.rules.registry import NOTHING, rule
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


@rule("medium", needs=("received_on",))
def dates_out_of_order(case: Case, today: date, date_fields: tuple[str, ...] = ()) -> Iterable[Flag]:
    """One date lies before another that must come first, such as a follow-up before the complaint came in."""
    received = case.moment("received_on")
    values = case.values
    flags: list[Flag] = []
    if received is not None:
        flags.extend(
            _out_of_order(case, "received_on", field, today)
            for field in date_fields
            if field in values and field not in MAY_COME_FIRST and _before(case.moment(field), received)
        )
    for first, second in ORDER:
        if second in values and _before(case.moment(second), case.moment(first)):
            flags.append(_out_of_order(case, first, second, today))
    return flags


@rule("medium")
def date_in_future(case: Case, today: date, date_fields: tuple[str, ...] = ()) -> Iterable[Flag]:
    """A date of something that has happened lies after today."""
    values = case.values
    late = NOTHING
    for field in date_fields:
        if field in values and field not in MAY_LIE_AHEAD:
            day = case.day(field)
            if day is not None and day > today:
                late = (*late, _in_future(case, field, day, today))
    return late


def _before(moment: date | datetime | None, first: date | datetime | None) -> bool:
    """Return True where the moment lies before the first; by the day unless both have a time."""
    if moment is None or first is None:
        return False
    if isinstance(moment, datetime) and isinstance(first, datetime):
        return moment < first
    return _day(moment) < _day(first)


def _day(moment: date | datetime) -> date:
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
