"""Rules about time: a limit broken, a limit about to end, and a case that has stayed open too long."""

from collections.abc import Iterable
from datetime import date, datetime

from complaints_sheet.core.calendar import ONE_DAY, Calendar
from complaints_sheet.core.limits import Limit, last_day
from complaints_sheet.core.model import Case, Flag, Severity, Verdict
from complaints_sheet.core.policy import Policy
from complaints_sheet.core.rules.phrases import clock_title, day_name
from complaints_sheet.core.rules.registry import NOTHING, rule
from complaints_sheet.core.wording import clock_time, count


@rule("high")
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


@rule("low")
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


@rule("medium", needs=("received_on", "resolved"))
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
    if received is None or received > today or _speaks_for_itself(case, verdicts, today):
        return NOTHING
    limit = Limit(working_days, "working day") if working_days else _limit(policies)
    if limit is None or today <= last_day(limit, received, calendar):
        return NOTHING
    age = count(calendar.working_days_between(received, today), "working day")
    said = f"Still open after {age} (received {day_name(received, today)}). What is needed to resolve it?"
    return (Flag(said, field="resolved"),)


def _breach(case: Case, verdict: Verdict, today: date, policies: tuple[Policy, ...]) -> Flag:
    title = clock_title(verdict, policies)
    due = day_name(verdict.due, today) if verdict.due else ""
    late = f"{count(verdict.late_by.value, verdict.late_by.unit)} late" if verdict.late_by else "late"
    if verdict.stop is not None:
        said = f"{title}: due {due}, done {day_name(verdict.stop, today)}"
        said += f", {late}." if verdict.late_by and verdict.late_by.value else ", late."
        return _flag(verdict, said, "low")
    if verdict.late_by and verdict.late_by.value:
        said = f"{title}: due {due}, now {late}."
    else:
        said = f"{title}: late since {due}."
    return _flag(verdict, said, None if case.open else "medium")


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


def _limit(policies: tuple[Policy, ...]) -> Limit | None:
    return next((policy.open_too_long for policy in policies if policy.open_too_long), None)
