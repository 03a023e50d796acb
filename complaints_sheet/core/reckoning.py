"""A verdict as a person would work it out on paper: from which day, by which rule, what does not count."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from complaints_sheet.core.calendar import DAY_NAMES, ONE_DAY
from complaints_sheet.core.deadlines import Deadline, DeadlineStep, deadline
from complaints_sheet.core.events import Unknown, day_of, first_recorded
from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.model import Case, Interval, Reckoning, Skipped, Verdict
from complaints_sheet.core.outcomes import Judging, due_of
from complaints_sheet.core.wording import clock_time, count, day_month, full_date, listing, sentence

MOST_WEEKENDS_NAMED = 3


def reckoned(judging: Judging, case: Case, verdict: Verdict) -> Reckoning:
    """Return the verdict with its sentences, in the order of the working, and every day that was skipped."""
    due = _deadline(judging, case, verdict)
    skipped = tuple(_skipped(judging, due)) if due else ()
    sentences = [
        *_start_of(judging, case, verdict),
        *(_rule(judging, verdict, due, skipped) if due else ()),
        *_conclusion(judging, case, verdict, due),
        *_source(judging),
    ]
    return Reckoning(verdict, tuple(sentence(text) for text in sentences), skipped)


def _deadline(judging: Judging, case: Case, verdict: Verdict) -> Deadline | None:
    """Return the deadline that the verdict used, by the same functions; None where there was none."""
    settled = verdict.due is None and verdict.outcome in {"not_applicable", "met"}
    if verdict.start is None or settled or judging.clock.kind == "same day":
        return None
    start: date | Interval | Unknown = verdict.start
    if judging.clock.kind == "updates":
        found = deadline(judging.clock, case, verdict.start, judging.calendar, judging.as_of.today)
        return None if isinstance(found, Unknown) else found
    start = first_recorded(case, judging.clock.starts)
    found = start if isinstance(start, Unknown) else due_of(judging, case, start)
    return None if isinstance(found, Unknown) else found


# --- the start and the rule ---------------------------------------------------------------------------


def _start_of(judging: Judging, case: Case, verdict: Verdict) -> Iterator[str]:
    if verdict.start is None:
        return
    if judging.clock.kind == "updates" and verdict.start != case.day("received_on"):
        yield f"The last contact with the customer was on {_said(verdict.start)}"
        return
    started = [(each, first_recorded(case, (each,))) for each in judging.clock.starts]
    field, event = next((each for each in started if not isinstance(each[1], Unknown)), started[0])
    verb = _HAPPENED.get(field, f"“{FIELDS[field].heading}” is")
    if isinstance(event, Interval):
        seen = judging.seen(event)
        until = f"it was first seen so on {_said(day_of(seen.latest))}"
        after = f", and not yet on {_said(day_of(seen.earliest))}" if seen.earliest else ""
        yield f"It {verb} on a day that nobody wrote down: {until}{after}"
    else:
        yield f"It {verb} on {_said(verdict.start)}"
    if judging.clock.kind == "same day":
        yield f"{judging.clock.title}: that means the day itself, weekend or not"


_HAPPENED = {
    "received_on": "was received",
    "acknowledged_on": "was acknowledged",
    "responded_on": "was answered",
    "resolved_on": "was resolved",
    "followed_up_on": "was followed up",
    "escalated_on": "was escalated",
    "converted_on": "became a formal complaint",
    "passed_on": "was passed on",
    "appeal_received_on": "was appealed",
    "appeal_panel_on": "went to the appeal panel",
    "stage_2_acknowledged_on": "was acknowledged at stage 2",
    "stage_2_responded_on": "was answered at stage 2",
    "written_response_on": "was answered in writing",
    "resolution_accepted_on": "was settled with the customer",
    "closed_on": "was closed",
}


def _said(day: date) -> str:
    at = f" at {clock_time(day)}" if isinstance(day, datetime) else ""
    return f"{full_date(day_of(day))}{at}"


def _rule(judging: Judging, verdict: Verdict, due: Deadline, skipped: Sequence[Skipped]) -> Iterator[str]:
    start = day_of(verdict.start) if verdict.start else due.day_one
    if due.day_one != start:
        yield f"That counts as {full_date(due.day_one)}, {_why_moved(judging, start)}"
    yield f"{judging.clock.title}: the limit is {due.limit}{_day_one(judging, due)}"
    if skipped and not due.spread:
        yield f"Not counted: {_skipped_days(skipped)}"
    for step in due.steps:
        yield _changed(judging, step, due)
    if not due.endless:
        yield _last_day(due)


def _last_day(due: Deadline) -> str:
    if due.latest is None:
        return f"Up to {_said(due.earliest)} it is certainly in time; a last day cannot be named"
    if due.latest != due.earliest:
        return f"The last day is {_said(due.earliest)} at the earliest and {_said(due.latest)} at the latest"
    if isinstance(due.earliest, datetime):
        return f"The time ends on {_said(due.earliest)}"
    return f"The last day is {_said(due.earliest)}"


def _why_moved(judging: Judging, start: date) -> str:
    closed = judging.calendar.why_closed(start)
    if closed:
        return f"because {full_date(start)} is not a working day ({closed})"
    cut_off = judging.clock.cut_off
    return f"because it came at or after {clock_time(cut_off)}" if cut_off else "by the policy"


def _day_one(judging: Judging, due: Deadline) -> str:
    if due.limit.unit == "calendar month":
        return ", to the same day of the month or, where there is none, its last day"
    if due.limit.unit == "hour" or due.limit.size == 0:
        return ""
    if judging.clock.start_counts:
        return ", and the first day counts"
    if due.spread:
        return "; the day itself does not count"
    first = due.day_one + ONE_DAY
    if due.limit.unit == "working day":
        first = judging.calendar.working_day_after(due.day_one)
    return f". The day itself does not count, so day 1 is {full_date(first)}"


def _changed(judging: Judging, step: DeadlineStep, due: Deadline) -> str:
    clock = judging.clock
    counted = ""
    if due.pause and due.limit.unit == "working day":
        gone = judging.calendar.working_days_between(due.day_one, due.pause.first - ONE_DAY)
        counted = f": {gone} of {due.limit} had passed, and the rest is counted after the pause"
    return _CHANGED[step.kind].format(
        day=full_date(step.day) if step.day else "",
        why=step.why,
        until=f" until {full_date(due.pause.last)}" if due.pause and not due.endless else "",
        counted=counted,
        longer=clock.holding_reply.limit if clock.holding_reply else "",
        most=clock.extension.at_most if clock.extension else "",
    )


_CHANGED = {
    "promised": "The customer was promised {day}, and that date counts instead",
    "paused": "Paused from {day}{until}{counted}",
    "pause not counted": "The pause from {day} does not count: {why}",
    "held": "A holding reply went out on {day}, in time, so the longer limit of {longer} applies",
    "held late": "The holding reply of {day} came after the last day and changes nothing",
    "extended": "It was extended to {day}",
    "capped": "It was extended to {day}, but the policy allows at most {most} beyond the old last day",
    "not extended": "The new date, {day}, does not count: {why}",
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
    if len(weekends) > MOST_WEEKENDS_NAMED:
        runs = [run for run in runs if run not in weekends]
        return "; ".join([count(len(weekends), "weekend"), *map(_run, runs)])
    return "; ".join(map(_run, runs))


def _kind(skipped: Skipped) -> str:
    return "weekend" if skipped.reason in DAY_NAMES else skipped.reason


def _run(run: Sequence[Skipped]) -> str:
    first, last = run[0], run[-1]
    if first.reason == "paused":
        return f"{day_month(first.day)} to {day_month(last.day)}, paused"
    days = listing([f"{DAY_NAMES[each.day.weekday()][:3]} {day_month(each.day)}" for each in run])
    return days if _kind(first) == "weekend" else f"{days}, {first.reason}"


# --- how it ends -------------------------------------------------------------------------------------------


def _conclusion(judging: Judging, case: Case, verdict: Verdict, due: Deadline | None) -> Iterator[str]:
    today = full_date(judging.as_of.today)
    reason = in_words(verdict.reason or "")
    match verdict.outcome:
        case "met":
            yield f"{_done(judging, case, verdict)}: in time"
        case "breached":
            yield f"{_done(judging, case, verdict)}: {_late(verdict)}"
        case "running":
            yield f"Today, {today}, {_time_left(judging, verdict)}"
        case "paused":
            yield f"Today, {today}, the case is paused"
            return
        case "not_applicable":
            yield from (f"It does not apply: {reason}",) if judging.clock.ours else (reason, _THEIR_TIME)
            return
        case "cannot_judge":
            yield _not_judged(judging, case, verdict, due)
            return
    if reason:
        yield reason


_THEIR_TIME = "This is the customer's own time, so it counts neither for nor against us"


def _not_judged(judging: Judging, case: Case, verdict: Verdict, due: Deadline | None) -> str:
    reason = in_words(verdict.reason or "")
    if verdict.stop and due:
        return f"{_done(judging, case, verdict)}. Whether that was in time cannot be judged: {reason}"
    return f"This cannot be judged: {reason}"


_FIELD_ID = re.compile(rf"\b({'|'.join(sorted(FIELDS.keys() - {'resolved'}, key=len, reverse=True))})\b")
"""Field ids as they stand in reasons; "resolved" is an everyday word in them."""


def in_words(reason: str) -> str:
    """Return a verdict's reason with each field named by its heading, in quotation marks."""
    named = _FIELD_ID.sub(lambda found: f"“{FIELDS[found[0]].heading}”", reason)
    return f"the register has {named}" if named.startswith("no column") else named


def _done(judging: Judging, case: Case, verdict: Verdict) -> str:
    if verdict.stop is None:
        return f"Nothing is recorded by {full_date(judging.as_of.today)}"
    stops = judging.clock.stops or judging.clock.contacts
    field = next((each for each in stops if case.day(each) == day_of(verdict.stop)), "")
    return f"It {_HAPPENED.get(field, 'was done')} on {_said(verdict.stop)}"


def _late(verdict: Verdict) -> str:
    late_by = verdict.late_by
    if late_by is None or verdict.due is None:
        return "too late"
    if late_by.value == 0:
        return f"late since {full_date(day_of(verdict.due))}, and no whole {late_by.unit} has passed since"
    return f"{count(late_by.value, late_by.unit)} late"


def _time_left(judging: Judging, verdict: Verdict) -> str:
    today, due = judging.as_of.today, verdict.due and day_of(verdict.due)
    if due is None or isinstance(verdict.due, datetime):
        return "it is within the time"
    if due == today:
        return "is the last day"
    if judging.clock.limit.unit == "working day":
        left = judging.calendar.working_days_between(today, due)
        return f"it is within the time: {count(left, 'working day')} left"
    return f"it is within the time: {count((due - today).days, 'day')} left"


def _source(judging: Judging) -> Iterator[str]:
    clock, document = judging.clock, judging.policy.document or judging.policy.title
    if clock.house_default:
        yield f"The procedure gives no number here; {clock.limit} is a house default"
    if clock.clause:
        yield f"See “{document}”, {clock.clause}"
