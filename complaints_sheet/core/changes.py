"""Extensions and pauses that do not count, or count for less than was meant, and why."""

from collections.abc import Iterator
from datetime import date, datetime

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.clocks import judging_of
from complaints_sheet.core.deadlines import Deadline, DeadlineStep
from complaints_sheet.core.events import Unknown, first_recorded
from complaints_sheet.core.limits import last_day
from complaints_sheet.core.model import Case, Flag
from complaints_sheet.core.outcomes import Judging, due_of, in_scope
from complaints_sheet.core.people import plain_name
from complaints_sheet.core.policy import Clock, Pause, Policy
from complaints_sheet.core.procedure import NO_ROLES, Roles, names_meant
from complaints_sheet.core.wording import listing, long_date


def extension_faults(case: Case, policy: Policy, calendar: Calendar, as_of: datetime) -> Iterator[Flag]:
    """Yield a flag for each clock whose extension does not count, or was cut to what the policy allows."""
    if case.day("extended_to") is None:
        return
    for clock in policy.clocks:
        if clock.extension:
            due = _deadline(case, policy, clock, calendar, as_of)
            for step in due.steps if due else ():
                if step.kind in {"not extended", "capped"} and step.day:
                    yield _extension_flag(clock, step.day, step, due)


def _extension_flag(clock: Clock, asked: date, step: DeadlineStep, due: Deadline | None) -> Flag:
    last = long_date(due.earliest) if due else ""
    if step.kind == "capped":
        most = clock.extension.at_most if clock.extension else ""
        message = (
            f"Extended to {long_date(asked)}, but at most {most} more are allowed: the last day is {last}."
        )
    else:
        message = f"The new date {long_date(asked)} does not count: {step.why}. The last day stays {last}."
    clause = (clock.extension and clock.extension.clause) or clock.clause
    return Flag(message, "extended_to", clock.id, due=due.earliest if due else None, clause=clause)


def _deadline(
    case: Case, policy: Policy, clock: Clock, calendar: Calendar, as_of: datetime
) -> Deadline | None:
    judging: Judging = judging_of(policy, clock, calendar, as_of)
    start = None if in_scope(judging, case) else first_recorded(case, clock.starts)
    if start is None or isinstance(start, Unknown):
        return None
    due = due_of(judging, case, start)
    return None if isinstance(due, Unknown) else due


def pause_faults(case: Case, policy: Policy, calendar: Calendar, roles: Roles = NO_ROLES) -> Iterator[Flag]:
    """Yield a flag where a pause has nobody, or the wrong person, behind it, or lasts longer than allowed."""
    first = case.day("paused_from")
    pause = next((clock.pause for clock in policy.clocks if clock.pause), None)
    if first is None or pause is None:
        return
    yield from _decided_by_another(case, pause, roles)
    last = case.day("paused_until")
    cap = last_day(pause.at_most, first, calendar, start_counts=True) if pause.at_most else None
    if cap and last and last > cap:
        message = (
            f"Paused until {long_date(last)}, but at most {pause.at_most} are allowed: "
            f"the pause ends on {long_date(cap)}."
        )
        yield Flag(message, "paused_until", clause=pause.clause, about="too long")


def _decided_by_another(case: Case, pause: Pause, roles: Roles) -> Iterator[Flag]:
    if not pause.decided_by or not case.recorded("pause_decided_by"):
        return
    name, whose = case.text("pause_decided_by"), f"the {listing(pause.decided_by, 'or')}"
    if case.blank("pause_decided_by"):
        message = (
            f"Paused, but nobody is named as having decided it, so the clock runs on. It is for {whose}."
        )
        yield Flag(message, "pause_decided_by", clause=pause.clause, about="undecided")
    elif name and plain_name(name) not in names_meant(pause.decided_by, roles):
        message = f"Paused by decision of {name}; this is for {whose}."
        yield Flag(message, "pause_decided_by", clause=pause.clause, about="decided by another")
