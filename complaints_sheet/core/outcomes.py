"""How one clock stands on one case: met, breached, running, paused, not applicable, or cannot be judged."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.deadlines import Deadline, counted_from, deadline, unknown_reason
from complaints_sheet.core.events import (
    Event,
    Seen,
    Unknown,
    day_of,
    earliest_recorded,
    first_recorded,
    holds,
    seen,
)
from complaints_sheet.core.limits import Limit, LimitUnit, last_day
from complaints_sheet.core.model import Case, Interval, LateBy, Outcome, Verdict
from complaints_sheet.core.policy import Clock, Condition, Policy
from complaints_sheet.core.wording import long_date


@dataclass(frozen=True, slots=True)
class AsOf:
    """The moment of judging: aware, in the organisation's zone; the same as a naive local moment; its day."""

    moment: datetime
    now: datetime
    today: date

    @classmethod
    def at(cls, moment: datetime) -> "AsOf":
        """Return the moment with its local day."""
        return cls(moment, moment.replace(tzinfo=None), moment.date())


@dataclass(frozen=True, slots=True)
class Judging:
    """One clock of one policy with the calendar and the moment: all that judging needs besides the case."""

    clock: Clock
    policy: Policy
    calendar: Calendar
    as_of: AsOf
    next_working_day: date
    changes: frozenset[str]  # the fields that may move the last day
    triggers: frozenset[str]  # those of them of which one must be filled for that
    # What is remembered between cases: the deadline by its start, and the verdict where there is no start.
    plain: dict[date, Deadline | Unknown] = field(default_factory=dict, compare=False)
    unstarted: dict[Unknown, Verdict] = field(default_factory=dict, compare=False)

    def verdict(
        self,
        outcome: Outcome,
        reason: str | None = None,
        *,
        start: date | None = None,
        due: date | None = None,
        stop: date | None = None,
        limit: Limit | None = None,
    ) -> Verdict:
        """Return the verdict, with lateness where breached and a warning where due soon.

        Times are kept only where hours count. `limit` is given where it is not the clock's usual one.
        """
        clock, unit = self.clock, (limit or self.clock.limit).unit
        if unit != "hour":
            start, stop = start and day_of(start), stop and day_of(stop)
        late_by = self._late_by(due, stop, unit) if outcome == "breached" and due else None
        due_soon = outcome == "running" and due is not None and self._due_soon(start, due)
        policy = self.policy.id
        return Verdict(clock.id, policy, outcome, due_soon, start, due, stop, late_by, reason, clock.clause)

    def seen(self, event: date | Interval) -> Seen:
        """Return when the event happened, in the organisation's time."""
        return seen(event, self.as_of.moment.tzinfo)

    def _late_by(self, due: date, stop: date | None, unit: LimitUnit) -> LateBy:
        until = self.as_of.now if stop is None else stop
        if unit == "working day":
            return LateBy(self.calendar.working_days_between(day_of(due), day_of(until)), unit)
        if unit == "hour" and isinstance(due, datetime) and isinstance(until, datetime):
            return LateBy(max(0, (until - due) // timedelta(hours=1)), unit)
        return LateBy((day_of(until) - day_of(due)).days, "calendar day")

    def _due_soon(self, start: date | None, due: date) -> bool:
        if self.clock.kind == "window":
            return False
        if isinstance(due, datetime) and isinstance(start, datetime):
            return self.as_of.now >= due - (due - start) / 4
        if self.clock.limit.unit == "hour":
            return due == self.as_of.today
        return due <= self.next_working_day


# --- whether the clock applies at all -----------------------------------------------------------------


def in_scope(judging: Judging, case: Case) -> Verdict | None:
    """Return the verdict of a clock that does not apply to the case, or None where it does."""
    policy, clock = judging.policy, judging.clock
    if (policy.effective_from or policy.effective_until) and not policy.in_force(case.day("received_on")):
        return judging.verdict("not_applicable", _not_in_force(policy))
    excluded = _unless(judging, case, policy.out_of_scope) if policy.out_of_scope else None
    if excluded:
        return excluded
    for condition in clock.only_when:
        answer = holds(condition, case)
        if isinstance(answer, Unknown):
            return judging.verdict("cannot_judge", unknown_reason(answer))
        if not answer:
            return judging.verdict("not_applicable", f"only where {_said(condition)}")
    if clock.unless and not _converted(judging, case):
        return _unless(judging, case, clock.unless)
    return None


def _not_in_force(policy: Policy) -> str:
    began = long_date(policy.effective_from) if policy.effective_from else ""
    ended = long_date(policy.effective_until) if policy.effective_until else ""
    applies = " ".join(part for part in (began and f"from {began}", ended and f"until {ended}") if part)
    return f"this version applies to complaints received {applies}"


def _said(condition: Condition) -> str:
    return f"{condition.field} is {' or '.join(sorted(condition.values))}"


def _unless(judging: Judging, case: Case, conditions: tuple[Condition, ...]) -> Verdict | None:
    for condition in conditions:
        answer = holds(condition, case)
        if answer is True:
            return judging.verdict("not_applicable", f"does not apply where {_said(condition)}")
        if isinstance(answer, Unknown) and answer.why == "unreadable":
            return judging.verdict("cannot_judge", unknown_reason(answer))
    return None


def _converted(judging: Judging, case: Case) -> bool:
    field = judging.clock.converted_by
    return field is not None and (case.day(field) is not None or field in case.problems)


# --- a deadline, and a window of the customer's ---------------------------------------------------------


def deadline_verdict(judging: Judging, case: Case) -> Verdict:
    """Return how a deadline, or a window of the customer's, stands on the case."""
    clock = judging.clock
    start = first_recorded(case, clock.starts)
    if isinstance(start, Unknown):
        return not_started(judging, start)
    settled = _settled_at_start(judging, case, start)
    if settled:
        return settled
    due = due_of(judging, case, start)
    if isinstance(due, Unknown):
        return judging.verdict("cannot_judge", unknown_reason(due))
    stop = earliest_recorded(case, clock.stops)
    if clock.kind == "window":
        return _window_verdict(judging, start, due, stop)
    if isinstance(stop, Unknown):
        return _without_stop(judging, case, start, due, stop)
    return _stopped(judging, judging.seen(start), due, judging.seen(stop))


def _settled_at_start(judging: Judging, case: Case, start: date | Interval) -> Verdict | None:
    clock = judging.clock
    at_once = _met_at_once(judging, case, start) if clock.met_at_once_when else None
    return at_once or (_resolved_early(judging, case, start) if clock.early_resolution else None)


def _without_stop(
    judging: Judging, case: Case, start: date | Interval, due: Deadline, stop: Unknown
) -> Verdict:
    if stop.why != "blank":
        return judging.verdict("cannot_judge", unknown_reason(stop))
    began = judging.seen(start).latest
    if judging.clock.resolved_means_done and not case.open:
        return judging.verdict("cannot_judge", f"marked as resolved, but {stop.field} is blank", start=began)
    return unstopped(judging, began, due)


def not_started(judging: Judging, start: Unknown) -> Verdict:
    """Return the verdict of a clock whose start is not known."""
    known = judging.unstarted.get(start)
    if known is None:
        if start.why == "blank" and "received_on" not in judging.clock.starts:
            known = judging.verdict("not_applicable", f"not started: {start.field} is blank")
        else:
            known = judging.verdict("cannot_judge", unknown_reason(start))
        judging.unstarted[start] = known
    return known


def due_of(judging: Judging, case: Case, start: date | Interval) -> Deadline | Unknown:
    """Return the deadline from this start; from an observed start it spans what either end would give."""
    if isinstance(start, date):
        return due_from(judging, case, start)
    span = judging.seen(start)
    late = due_from(judging, case, span.latest)
    early = due_from(judging, case, span.earliest or _received(case, span.latest))
    if isinstance(late, Unknown):
        return late
    if isinstance(early, Unknown) or early.earliest == late.latest:
        return early
    doubt = early.doubt or "nobody wrote down the day on which the time started"
    return Deadline(
        late.limit,
        late.day_one,
        early.earliest,
        late.latest,
        late.pause,
        late.endless,
        doubt,
        late.steps,
        True,
    )


def due_from(judging: Judging, case: Case, start: date) -> Deadline | Unknown:
    """Return the deadline from a start that is known; remembered where nothing but the start decides it."""
    changed = not (judging.triggers.isdisjoint(case.values) and judging.changes.isdisjoint(case.problems))
    known = None if changed else judging.plain.get(start)
    if known is None:
        known = deadline(judging.clock, case, start, judging.calendar, judging.as_of.today)
        if not changed:
            judging.plain[start] = known
    return known


def _received(case: Case, latest: date) -> date:
    """Return the day received as the earliest that anything can have happened, where it is known."""
    received = case.day("received_on")
    return received if received and received <= day_of(latest) else day_of(latest)


def _met_at_once(judging: Judging, case: Case, start: date | Interval) -> Verdict | None:
    for condition in judging.clock.met_at_once_when:
        if holds(condition, case) is True and isinstance(start, date):
            reason = f"done at once, as {_said(condition)}"
            return judging.verdict("met", reason, start=start, due=start, stop=start)
    return None


def _resolved_early(judging: Judging, case: Case, start: date | Interval) -> Verdict | None:
    early = judging.clock.early_resolution
    if early is None or not isinstance(start, date):
        return None
    resolved = earliest_recorded(case, early.resolved)
    if isinstance(resolved, Unknown):
        unreadable = resolved.why == "unreadable"
        return judging.verdict("cannot_judge", unknown_reason(resolved)) if unreadable else None
    last = last_day(early.within, counted_from(judging.clock, start, judging.calendar), judging.calendar)
    span = judging.seen(resolved)
    if day_of(span.latest) <= last:
        reason = f"resolved by {long_date(last)}, within {early.within}"
        return judging.verdict("not_applicable", reason, start=start)
    if not span.known and (span.earliest is None or day_of(span.earliest) <= last):
        return judging.verdict(
            "cannot_judge", "nobody wrote down the day on which it was resolved", start=start
        )
    return None


def _stopped(judging: Judging, start: Seen, due: Deadline, stop: Seen) -> Verdict:
    began, ended = start.latest, stop.latest
    if _before(ended, start.earliest or began):
        return judging.verdict("cannot_judge", "it ends before it starts", start=began, stop=ended)
    if day_of(ended) > judging.as_of.today:
        return judging.verdict("cannot_judge", "its date is in the future", start=began, stop=ended)
    if due.endless or not is_after(ended, due.earliest):
        reason = _observed(stop) or _to_the_day(due.limit, began, ended)
        shown = None if due.endless else due.earliest
        return judging.verdict("met", reason, start=began, due=shown, stop=ended, limit=due.limit)
    if due.latest is not None and stop.earliest is not None and _wholly_after(stop, due.latest):
        return judging.verdict(
            "breached", _observed(stop), start=began, due=due.latest, stop=stop.earliest, limit=due.limit
        )
    doubt = due.doubt or "it was seen between two runs, one before the last day was over and one after"
    return judging.verdict("cannot_judge", doubt, start=began, due=due.earliest, stop=ended, limit=due.limit)


def _before(ended: date, began: date) -> bool:
    if isinstance(ended, datetime) and isinstance(began, datetime):
        return ended < began
    return day_of(ended) < day_of(began)


def is_after(moment: date, due: date) -> bool:
    """Return True where the moment is past the due moment, or past the end of the due day."""
    if isinstance(moment, datetime) and isinstance(due, datetime):
        return moment > due
    return day_of(moment) > day_of(due)


def _wholly_after(stop: Seen, due: date) -> bool:
    return stop.earliest is not None and is_after(stop.earliest, due)


def _observed(stop: Seen) -> str | None:
    """Return when an event was observed that no date tells of, or None where one does."""
    if stop.known:
        return None
    return f"observed: first seen on {long_date(day_of(stop.latest))}, not there the run before"


def _to_the_day(limit: Limit, start: date, stop: date) -> str | None:
    timed = isinstance(start, datetime) and isinstance(stop, datetime)
    return "met to the day: the register gives no time" if limit.unit == "hour" and not timed else None


def unstopped(judging: Judging, start: date, due: Deadline) -> Verdict:
    """Return how a clock stands that has started and not stopped."""
    as_of = judging.as_of
    if due.endless or (due.pause and as_of.today in due.pause):
        until = None if due.endless else due.earliest
        return judging.verdict("paused", "the case is paused", start=start, due=until, limit=due.limit)
    if not is_after(as_of.now, due.earliest):
        return judging.verdict("running", start=start, due=due.earliest, limit=due.limit)
    if due.latest is not None and is_after(as_of.now, due.latest):
        return judging.verdict("breached", start=start, due=due.latest, limit=due.limit)
    return judging.verdict("cannot_judge", due.doubt, start=start, due=due.earliest, limit=due.limit)


def _window_verdict(judging: Judging, start: date | Interval, due: Deadline, stop: Event) -> Verdict:
    began = judging.seen(start).latest
    if isinstance(stop, Unknown):
        if stop.why != "blank":
            return judging.verdict("cannot_judge", unknown_reason(stop))
        return _open_window(judging, began, due)
    ended = judging.seen(stop)
    if _before(ended.latest, began):
        return judging.verdict("cannot_judge", "it ends before it starts", start=began, stop=ended.latest)
    if not is_after(ended.latest, due.earliest):
        reason = "the customer was in time"
    elif due.latest is not None and _wholly_after(ended, due.latest):
        reason = f"the customer was late: the window closed on {long_date(day_of(due.latest))}"
    else:
        return judging.verdict("cannot_judge", due.doubt or "nobody wrote down the day", start=began)
    return judging.verdict("not_applicable", reason, start=began, due=due.earliest, stop=ended.latest)


def _open_window(judging: Judging, began: date, due: Deadline) -> Verdict:
    last = due.latest
    if last is None or not is_after(judging.as_of.now, last):
        return judging.verdict("running", "the customer's own time", start=began, due=due.earliest)
    reason = f"the customer's window closed on {long_date(day_of(last))}"
    return judging.verdict("not_applicable", reason, start=began, due=last)
