"""When a clock is due: the limit counted from its start, then promise, pause, holding reply and extension.

Where the register leaves something open (an extension with no proof that the customer was told), the deadline
has an earliest and a latest day, and only what falls between them cannot be judged.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, TypeAlias

from complaints_sheet.core.calendar import ONE_DAY, Calendar
from complaints_sheet.core.events import Unknown, day_of, first_recorded, holds
from complaints_sheet.core.limits import Limit, Span, hours_end, last_day
from complaints_sheet.core.model import Case
from complaints_sheet.core.policy import Clock, Condition, Extension

StepKind: TypeAlias = Literal[
    "promised",
    "paused",
    "pause not counted",
    "held",
    "held late",
    "extended",
    "capped",
    "not extended",
    "moved",
]


@dataclass(frozen=True, slots=True)
class DeadlineStep:
    """One thing that changed a deadline, or would have: what, on which day, and why not where it did not."""

    kind: StepKind
    day: date | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The due day of a clock from one start: `earliest` and `latest` differ only where something is open.

    `day_one` is the day from which the limit was counted, after cut-off hour and closed day of receipt.
    `latest` None means that no last day can be named. `endless` is a pause that nobody has ended.
    """

    limit: Limit
    day_one: date
    earliest: date
    latest: date | None
    pause: Span | None = None
    endless: bool = False
    doubt: str | None = None
    steps: tuple[DeadlineStep, ...] = ()
    spread: bool = False  # the start itself is only known to lie between two days


def deadline(clock: Clock, case: Case, start: date, calendar: Calendar, today: date) -> Deadline | Unknown:
    """Return when a clock that starts at `start` is due; Unknown where a deciding cell is unreadable."""
    limit = chosen_limit(clock, case)
    if isinstance(limit, Unknown):
        return limit
    day_one = counted_from(clock, start, calendar)
    hours = limit.unit == "hour"
    due = first_due(clock, limit, start if hours else day_one, calendar)
    plain = Deadline(limit, day_one, due, due)
    if clock.promised:
        plain = _promised(plain, clock, case, day_one)
    if clock.pause:
        plain = _paused(plain, clock, case, calendar, today)
    if clock.holding_reply:
        plain = _held(plain, clock, case, calendar, today)
    return _extended(plain, clock.extension, case, calendar, today) if clock.extension else plain


def chosen_limit(clock: Clock, case: Case) -> Limit | Unknown:
    """Return the first of the other limits whose conditions all hold for this case, else the usual one."""
    for other in clock.other_limits:
        answers = [holds(condition, case) for condition in other.when]
        for answer in answers:
            if isinstance(answer, Unknown) and answer.why == "unreadable":
                return answer
        if all(answer is True for answer in answers):
            return other.limit
    return clock.limit


def counted_from(clock: Clock, start: date, calendar: Calendar) -> date:
    """Return the day that counts as the start: later where past the cut-off hour or on a closed day."""
    day = day_of(start)
    if clock.cut_off and isinstance(start, datetime) and start.time() >= clock.cut_off:
        return calendar.working_day_after(day)
    if clock.closed_day_start == "next working day":
        return calendar.working_day_on_or_after(day)
    return day


def first_due(
    clock: Clock, limit: Limit, start: date, calendar: Calendar, *, pause: Span | None = None
) -> date:
    """Return the due day of the limit itself: a moment for hours from a moment, else a day."""
    if limit.unit == "hour" and isinstance(start, datetime):
        return hours_end(limit, start)
    due = last_day(limit, day_of(start), calendar, start_counts=clock.start_counts, pause=pause)
    if clock.due_on_closed_day == "next working day":
        return calendar.working_day_on_or_after(due)
    if clock.due_on_closed_day == "working day before":
        return _working_day_on_or_before(due, calendar)
    return due


def _working_day_on_or_before(day: date, calendar: Calendar) -> date:
    while not calendar.is_working(day):
        day -= ONE_DAY
    return day


def _with(plain: Deadline, step: DeadlineStep) -> tuple[DeadlineStep, ...]:
    return (*plain.steps, step)


def _promised(plain: Deadline, clock: Clock, case: Case, day_one: date) -> Deadline:
    promised = first_recorded(case, (clock.promised or "",))
    if isinstance(promised, Unknown):
        if promised.why != "unreadable":
            return plain
        return replace(plain, earliest=day_one, latest=None, doubt="the date promised could not be read")
    if not isinstance(promised, date):
        return plain
    day = day_of(promised)
    if day < day_one:
        return replace(plain, earliest=day_one, latest=None, doubt="the date promised is before the start")
    return replace(plain, earliest=day, latest=day, steps=_with(plain, DeadlineStep("promised", day)))


# --- pauses ----------------------------------------------------------------------------------------


def _paused(plain: Deadline, clock: Clock, case: Case, calendar: Calendar, today: date) -> Deadline:
    first = case.day("paused_from")
    broken = next((name for name in ("paused_from", "paused_until") if name in case.problems), None)
    if broken:
        return _open_end(plain, f"the date in {broken} could not be read")
    if first is None or day_of(plain.earliest) < first or any(s.kind == "promised" for s in plain.steps):
        return plain
    last = case.day("paused_until")
    if last is not None and last < first:
        return _open_end(plain, "the pause ends before it began")
    proof = _decided(clock, case)
    if proof == "blank":
        return replace(plain, steps=_with(plain, DeadlineStep("pause not counted", first, NOBODY_DECIDED)))
    last = _capped_last(clock, first, last, calendar)
    if last is None:
        return _endless(plain, first, proof, today)
    return _moved(plain, clock, Span(first, last), proof, calendar)


NOBODY_DECIDED = "nobody is named as having decided it"


def _open_end(plain: Deadline, doubt: str) -> Deadline:
    return replace(plain, latest=None, doubt=plain.doubt or doubt)


def _decided(clock: Clock, case: Case) -> str | None:
    """Return None where the decision is recorded or none is asked for, else "blank" or a doubt."""
    if not clock.pause or not clock.pause.decided_by or case.text("pause_decided_by"):
        return None
    if not case.recorded("pause_decided_by"):
        return "no column for pause_decided_by"
    return (
        "the name in pause_decided_by could not be read" if "pause_decided_by" in case.problems else "blank"
    )


def _capped_last(clock: Clock, first: date, last: date | None, calendar: Calendar) -> date | None:
    if not clock.pause or not clock.pause.at_most:
        return last
    cap = last_day(clock.pause.at_most, first - ONE_DAY, calendar)
    return cap if last is None else min(last, cap)


def _endless(plain: Deadline, first: date, proof: str | None, today: date) -> Deadline:
    if today < first:
        return plain
    if proof:
        return _open_end(plain, proof)
    pause = Span(first, date.max)
    step = DeadlineStep("paused", first)
    return replace(plain, pause=pause, endless=True, steps=_with(plain, step))


def _moved(plain: Deadline, clock: Clock, pause: Span, proof: str | None, calendar: Calendar) -> Deadline:
    due = first_due(clock, plain.limit, plain.day_one, calendar, pause=pause)
    if proof:
        return replace(plain, latest=due, doubt=plain.doubt or proof)
    step = DeadlineStep("paused", pause.first)
    return replace(plain, earliest=due, latest=due, pause=pause, steps=_with(plain, step))


# --- holding replies and extensions ------------------------------------------------------------------


def _held(plain: Deadline, clock: Clock, case: Case, calendar: Calendar, today: date) -> Deadline:
    holding = clock.holding_reply
    if holding is None or plain.endless or plain.latest is None:
        return plain
    longer = first_due(clock, holding.limit, plain.day_one, calendar, pause=plain.pause)
    sent = case.day(holding.sent)
    if holding.sent in case.problems:
        return replace(
            plain, latest=longer, doubt=plain.doubt or f"the date in {holding.sent} could not be read"
        )
    if sent is None or sent > today:
        return plain
    if sent <= day_of(plain.earliest):
        step = DeadlineStep("held", sent)
        return replace(plain, earliest=longer, latest=longer, doubt=None, steps=_with(plain, step))
    if sent <= day_of(plain.latest):
        return replace(plain, latest=longer)
    return replace(plain, steps=_with(plain, DeadlineStep("held late", sent)))


def _extended(plain: Deadline, extension: Extension, case: Case, calendar: Calendar, today: date) -> Deadline:
    if plain.endless or plain.latest is None:
        return plain
    old = day_of(plain.earliest)
    cap = last_day(extension.at_most, day_of(plain.latest), calendar) if extension.at_most else None
    if "extended_to" in case.problems:
        return replace(plain, latest=cap, doubt=plain.doubt or "the date in extended_to could not be read")
    asked = case.day("extended_to")
    if asked is None or asked <= old:
        return plain
    new = asked if cap is None else min(asked, cap)
    fault = extension_fault(extension, case, old, today)
    if isinstance(fault, str):
        return replace(plain, steps=_with(plain, DeadlineStep("not extended", asked, fault)))
    if isinstance(fault, Unknown):
        return replace(
            plain, latest=max(new, day_of(plain.latest)), doubt=plain.doubt or unknown_reason(fault)
        )
    step = DeadlineStep("extended" if new == asked else "capped", asked)
    return replace(plain, earliest=new, latest=max(new, day_of(plain.latest)), steps=_with(plain, step))


def extension_fault(extension: Extension, case: Case, old_due: date, today: date) -> str | Unknown | None:
    """Return why an extension does not count, Unknown where nothing can show it, None where it counts."""
    answers = [_allowed(condition, case) for condition in extension.only_when]
    if extension.reason_required:
        answers.append(_reason_given(case))
    if extension.told_before_due:
        answers.append(_told(case, old_due, today))
    for answer in answers:
        if isinstance(answer, str):
            return answer
    return next((answer for answer in answers if answer is not None), None)


def _allowed(condition: Condition, case: Case) -> str | Unknown | None:
    answer = holds(condition, case)
    if isinstance(answer, Unknown):
        return answer
    wanted = " or ".join(sorted(condition.values))
    return None if answer else f"it is only allowed where {condition.field} is {wanted}"


def _reason_given(case: Case) -> str | Unknown | None:
    if case.text("extension_reason"):
        return None
    if "extension_reason" in case.problems:
        return Unknown("extension_reason", "unreadable")
    if not case.recorded("extension_reason"):
        return Unknown("extension_reason", "no column")
    return "no reason is recorded"


def _told(case: Case, old_due: date, today: date) -> str | Unknown | None:
    if "extension_told_on" in case.problems:
        return Unknown("extension_told_on", "unreadable")
    if not case.recorded("extension_told_on"):
        return Unknown("extension_told_on", "no column")
    told = case.day("extension_told_on")
    if told is None or told > today:
        return "nothing shows that the customer was told"
    return "the customer was told only after the old date" if told > old_due else None


def unknown_reason(unknown: Unknown) -> str:
    """Return the plain words for what is not known, such as "no column for acknowledged_on"."""
    if unknown.why == "no column":
        return f"no column for {unknown.field}"
    if unknown.why == "unreadable":
        return f"the cell for {unknown.field} could not be read"
    return f"{unknown.field} is blank"
