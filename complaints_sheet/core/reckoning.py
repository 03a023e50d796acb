"""A verdict as a person would work it out on paper: from which day, by which rule, what does not count."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from complaints_sheet.core.calendar import DAY_NAMES, ONE_DAY
from complaints_sheet.core.deadlines import Deadline, DeadlineStep, deadline
from complaints_sheet.core.events import Unknown, day_of, first_recorded
from complaints_sheet.core.model import Case, Interval, LateBy, Reckoning, Skipped, Verdict
from complaints_sheet.core.outcomes import Judging, due_of
from complaints_sheet.core.wording import (
    clock_time,
    count,
    day_month,
    full_date,
    listing,
    sentence,
)

_STARTED = {
    "received_on": "Received",
    "acknowledged_on": "Acknowledged",
    "responded_on": "Answered",
    "resolved_on": "Resolved",
    "escalated_on": "Escalated",
    "converted_on": "Became a formal complaint",
    "passed_on": "Passed on",
    "appeal_received_on": "Appeal received",
    "stage_2_acknowledged_on": "Stage 2 acknowledged",
    "stage_2_responded_on": "Stage 2 answered",
    "closed_on": "Closed",
}


def reckoned(judging: Judging, case: Case, verdict: Verdict) -> Reckoning:
    """Return the verdict with its sentences, in the order of the working, and every day that was skipped."""
    due = _deadline(judging, case, verdict)
    skipped = tuple(_skipped(judging, due)) if due else ()
    sentences = [
        *_start_of(judging, case, verdict),
        *(_rule(judging, verdict, due, skipped) if due else ()),
        *_conclusion(judging, verdict),
        *_source(judging),
    ]
    return Reckoning(verdict, tuple(sentence(text) for text in sentences), skipped)


def _deadline(judging: Judging, case: Case, verdict: Verdict) -> Deadline | None:
    """Return the deadline that the verdict used, by the same functions."""
    if verdict.start is None or (verdict.due is None and verdict.outcome in {"not_applicable", "met"}):
        return None
    if judging.clock.kind == "same day":
        return None
    if judging.clock.kind == "updates":
        found = deadline(judging.clock, case, verdict.start, judging.calendar, judging.as_of.today)
    else:
        start = first_recorded(case, judging.clock.starts)
        if isinstance(start, Unknown):
            return None
        found = due_of(judging, case, start)
    return None if isinstance(found, Unknown) else found


# --- the start and the rule ---------------------------------------------------------------------------


def _start_of(judging: Judging, case: Case, verdict: Verdict) -> Iterator[str]:
    if verdict.start is None:
        return
    if judging.clock.kind == "updates":
        first = case.day("received_on") == day_of(verdict.start)
        yield f"{'Received' if first else 'Last contact with the customer'} on {_said(verdict.start)}"
        return
    started = first_recorded(case, judging.clock.starts)
    field = next((each for each in judging.clock.starts if case.day(each) == day_of(verdict.start)), "")
    verb = _STARTED.get(field or judging.clock.starts[0], "Started")
    if isinstance(started, Interval):
        yield f"{verb}: first seen on {_said(verdict.start)}, and not there the run before"
    else:
        yield f"{verb} on {_said(verdict.start)}"


def _said(day: date) -> str:
    at = f" at {clock_time(day)}" if isinstance(day, datetime) else ""
    return f"{full_date(day_of(day))}{at}"


def _rule(judging: Judging, verdict: Verdict, due: Deadline, skipped: Sequence[Skipped]) -> Iterator[str]:
    start = day_of(verdict.start) if verdict.start else due.day_one
    if due.day_one != start:
        yield f"That counts as {full_date(due.day_one)}, {_why_moved(judging, start)}"
    yield f"{judging.clock.title}: the limit is {due.limit}{_day_one(judging, due)}"
    if skipped:
        yield f"Not counted: {_skipped_days(skipped)}"
    for step in due.steps:
        yield _changed(judging, step, due)
    if due.endless:
        return
    if due.latest is None:
        yield f"The last day cannot be named: {due.doubt}"
    elif due.latest != due.earliest:
        yield f"The last day is {_said(due.earliest)} or {_said(due.latest)}: {due.doubt}"
    else:
        yield f"The last {'moment' if isinstance(due.earliest, datetime) else 'day'} is {_said(due.earliest)}"


def _why_moved(judging: Judging, start: date) -> str:
    closed = judging.calendar.why_closed(start)
    if closed:
        return f"because {full_date(start)} is not a working day ({closed})"
    cut_off = judging.clock.cut_off
    at = f"after {clock_time(cut_off)}" if cut_off else "too late in the day"
    return f"because it came {at}"


def _day_one(judging: Judging, due: Deadline) -> str:
    if due.limit.unit == "calendar month":
        return ", to the same day of the month or its last day"
    if due.limit.unit == "hour" or due.limit.size == 0:
        return ""
    if judging.clock.start_counts:
        return ", and the first day counts"
    first = due.day_one + ONE_DAY
    if due.limit.unit == "working day":
        first = judging.calendar.working_day_after(due.day_one)
    return f"; the day itself does not count, so day 1 is {full_date(first)}"


def _changed(judging: Judging, step: DeadlineStep, due: Deadline) -> str:
    return _CHANGED[step.kind].format(
        day=full_date(step.day) if step.day else "",
        why=step.why,
        until=f" until {full_date(due.pause.last)}" if due.pause and not due.endless else "",
        longer=judging.clock.holding_reply.limit if judging.clock.holding_reply else "",
        most=judging.clock.extension.at_most if judging.clock.extension else "",
    )


_CHANGED = {
    "promised": "The customer was promised {day}, and that date counts instead",
    "paused": "Paused from {day}{until}; paused days do not count",
    "pause not counted": "The pause from {day} does not count: {why}",
    "held": "A holding reply went out on {day}, in time, so the longer limit of {longer} applies",
    "held late": "The holding reply of {day} came after the last day and changes nothing",
    "extended": "Extended to {day}",
    "capped": "Extended to {day}, but the policy allows at most {most} beyond the old date",
    "not extended": "The new date {day} does not count: {why}",
}


# --- the days that do not count --------------------------------------------------------------------------


def _skipped(judging: Judging, due: Deadline) -> Iterator[Skipped]:
    if due.limit.unit == "hour" or any(step.kind == "promised" for step in due.steps):
        return
    working = due.limit.unit == "working day"
    last = day_of(judging.as_of.today if due.endless else due.earliest)
    day = due.day_one + (timedelta() if judging.clock.start_counts else ONE_DAY)
    while day < last:
        reason = judging.calendar.why_closed(day) if working else None
        if due.pause and day in due.pause:
            reason = "paused"
        if reason:
            yield Skipped(day, reason)
        day += ONE_DAY


def _skipped_days(skipped: Sequence[Skipped]) -> str:
    """Return the days with their reasons, a run of days of one kind told as one."""
    runs: list[list[Skipped]] = []
    for each in skipped:
        if runs and _kind(runs[-1][-1]) == _kind(each) and each.day - runs[-1][-1].day == ONE_DAY:
            runs[-1].append(each)
        else:
            runs.append([each])
    weekends = [run for run in runs if _kind(run[0]) == "weekend"]
    if len(weekends) > 3:
        others = [_run(run) for run in runs if run not in weekends]
        return listing([f"{count(len(weekends), 'weekend')}", *others])
    return listing([_run(run) for run in runs])


def _kind(skipped: Skipped) -> str:
    return "weekend" if skipped.reason in DAY_NAMES else skipped.reason


def _run(run: Sequence[Skipped]) -> str:
    first, last = run[0], run[-1]
    if first.reason == "paused":
        return f"{day_month(first.day)} to {day_month(last.day)} (paused)"
    days = " and ".join(f"{DAY_NAMES[each.day.weekday()][:3]} {day_month(each.day)}" for each in run)
    return days if _kind(first) == "weekend" else f"{days} ({first.reason})"


# --- how it ends -------------------------------------------------------------------------------------------


def _conclusion(judging: Judging, verdict: Verdict) -> Iterator[str]:
    today = full_date(judging.as_of.today)
    match verdict.outcome:
        case "met":
            yield f"Done on {_said(verdict.stop)}: in time" if verdict.stop else "Done in time"
        case "breached":
            done = f"Done on {_said(verdict.stop)}" if verdict.stop else f"Nothing is recorded by {today}"
            yield f"{done}: {_late(verdict)}"
        case "running":
            yield f"Today, {today}, is within the time"
        case "paused":
            yield f"Today, {today}, the case is paused"
        case "not_applicable":
            yield f"This clock does not apply: {verdict.reason}"
            return
        case "cannot_judge":
            yield f"This cannot be judged: {verdict.reason}"
            return
    if verdict.reason and verdict.outcome != "paused":
        yield verdict.reason


def _late(verdict: Verdict) -> str:
    late_by: LateBy | None = verdict.late_by
    if late_by is None or verdict.due is None:
        return "late"
    if late_by.value == 0:
        return f"late since {full_date(day_of(verdict.due))}"
    return f"{count(late_by.value, late_by.unit)} late"


def _source(judging: Judging) -> Iterator[str]:
    clock = judging.clock
    if clock.house_default:
        yield f"The procedure gives no number here; {clock.limit} is a house default"
    if clock.clause:
        yield f"Clause: {clock.clause}"
