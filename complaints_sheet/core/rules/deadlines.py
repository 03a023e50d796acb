"""Rules about time: a limit broken, a limit about to end, and a case that has stayed open too long."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

from complaints_sheet.core.calendar import ONE_DAY, Calendar
from complaints_sheet.core.limits import Limit, last_day
from complaints_sheet.core.model import Case, Flag, LateBy, Severity, Verdict
from complaints_sheet.core.policy import Policy
from complaints_sheet.core.rules.phrases import clock_title, day_name
from complaints_sheet.core.rules.reach import outside_all
from complaints_sheet.core.rules.registry import NOTHING, rule
from complaints_sheet.core.rules.settled import always
from complaints_sheet.core.wording import clock_time, count


@rule("high", quiet_when_settled=always)
def clock_breached(
    case: Case, today: date, verdicts: tuple[Verdict, ...], policies: tuple[Policy, ...] = ()
) -> Iterable[Flag]:
    """A time limit of the policy is broken; low where it was kept in the end, only late.

    High while the case is open and what was due has not happened; medium where the case is resolved
    without it.
    """
    flags = NOTHING
    for verdict in verdicts:
        if verdict.outcome == "breached":
            flags = (*flags, _breach(case, verdict, today, policies))
    return flags


@rule("low", quiet_when_settled=always)
def clock_due_soon(
    case: Case, today: date, verdicts: tuple[Verdict, ...], policies: tuple[Policy, ...] = ()
) -> Iterable[Flag]:
    """A time limit ends today or on the next working day, or an hour limit is in its last quarter."""
    flags = NOTHING
    for verdict in verdicts:
        if verdict.due_soon and verdict.outcome == "running" and verdict.due is not None:
            said = f"{clock_title(verdict, policies)}: due {_soon(verdict.due, today)}."
            flags = (*flags, _flag(verdict, said, None))
    return flags


@rule("medium", needs=("received_on", "resolved"), quiet_when_settled=always)
def open_too_long(
    case: Case,
    today: date,
    *,
    verdicts: tuple[Verdict, ...],
    calendar: Calendar,
    policies: tuple[Policy, ...] = (),
    working_days: int | None = None,
) -> Iterable[Flag]:
    """An open case that was followed up, or need not be, has been open for more than the policy's limit.

    Where no follow-up is recorded, the limit for the follow-up speaks alone. A paused or an extended case
    waits. `working_days` replaces the policy's limit.
    """
    if case.values.get("resolved") is True:
        return NOTHING
    received = case.day("received_on")
    limit = Limit(working_days, "working day") if working_days else _limit(policies)
    if received is None or limit is None or received > _newest_too_old(limit, today, calendar):
        return NOTHING
    if _speaks_for_itself(case, verdicts, today) or outside_all(case, policies):
        return NOTHING
    age = count(calendar.working_days_between(received, today), "working day")
    said = f"Still open after {age} (received {day_name(received, today)}). What is needed to resolve it?"
    return (Flag(said, field="resolved"),)


def _breach(case: Case, verdict: Verdict, today: date, policies: tuple[Policy, ...]) -> Flag:
    said = f"{clock_title(verdict, policies)}: {_lateness(verdict.due, verdict.stop, verdict.late_by, today)}"
    if verdict.stop is not None:
        return _flag(verdict, said, "low")
    return _flag(verdict, said, None if case.open else "medium")


@lru_cache(maxsize=4096)
def _lateness(
    due: date | datetime | None, stop: date | datetime | None, late_by: LateBy | None, today: date
) -> str:
    """Return how late something was done, or is by now; over a weekend it is late by no working day yet."""
    day = day_name(due, today) if due else ""
    late = f"{count(late_by.value, late_by.unit)} late" if late_by and late_by.value else ""
    if stop is not None:
        return f"due {day}, done {day_name(stop, today)}, {late or 'late'}."
    return f"due {day}, now {late}." if late else f"late since {day}."


def _flag(verdict: Verdict, said: str, severity: Severity | None) -> Flag:
    return Flag(
        said,
        clock=verdict.clock,
        policy=verdict.policy,
        due=verdict.due,
        clause=verdict.clause,
        severity=severity,
    )


def _soon(due: date | datetime, today: date) -> str:
    """Return when something is due: "today", "tomorrow, Tue 24 Nov" or the day, with the time it may have."""
    day = due.date() if isinstance(due, datetime) else due
    if day == today:
        return f"today at {clock_time(due)}" if isinstance(due, datetime) else "today"
    return f"tomorrow, {day_name(due, today)}" if day == today + ONE_DAY else f"on {day_name(due, today)}"


def _speaks_for_itself(case: Case, verdicts: tuple[Verdict, ...], today: date) -> bool:
    """Return True where the case waits for good reason, or the clock of its follow-up already speaks."""
    extended_to = case.day("extended_to")
    if extended_to is not None and extended_to >= today:
        return True
    followed_up = not case.blank("followed_up_on") and case.recorded("followed_up_on")
    return any(
        verdict.outcome == "paused"
        or (verdict.clock == "follow-up" and not followed_up and verdict.outcome in {"running", "breached"})
        for verdict in verdicts
    )


@lru_cache(maxsize=1024)
def _newest_too_old(limit: Limit, today: date, calendar: Calendar) -> date:
    """Return the newest day received on which a case would by now be open for longer than the limit."""
    day = today
    while last_day(limit, day, calendar) >= today:
        day -= ONE_DAY
    return day


def _limit(policies: tuple[Policy, ...]) -> Limit | None:
    return next((policy.open_too_long for policy in policies if policy.open_too_long), None)
