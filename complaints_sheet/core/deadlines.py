"""When a clock is due: the limit counted from its start, then promise, pause, holding reply and extension.

Where the register leaves something open (an extension with no proof that the customer was told), the deadline
has an earliest and a latest day, and only what falls between them cannot be judged.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
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


Ways: TypeAlias = tuple[Deadline, ...]
"""Every way in which the register can be understood, each with one due day; `latest` None for none at all."""


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
        if plain.doubt:
            return plain
    ways: Ways = (plain,)
    if clock.pause:
        ways = tuple(way for each in ways for way in _paused(each, clock, case, calendar, today))
    if clock.holding_reply:
        ways = tuple(way for each in ways for way in _held(each, clock, case, calendar, today))
    if clock.extension:
        extension = clock.extension
        ways = tuple(way for each in ways for way in _extended(each, extension, case, calendar, today))
    return ways[0] if len(ways) == 1 else _together(ways)


def _together(ways: Ways) -> Deadline:
    """Return one deadline for all that the register may mean: what it is in all of them, or lies between."""
    bounded = [way for way in ways if not way.endless and way.latest is not None]
    if not bounded:
        return ways[0]
    earliest = min((way.earliest for way in bounded), key=_end_of)
    latest = max((way.earliest for way in bounded), key=_end_of) if len(bounded) == len(ways) else None
    pause = ways[0].pause if all(way.pause == ways[0].pause for way in ways) else None
    doubt = next((way.doubt for way in ways if way.doubt), None)
    return replace(bounded[0], earliest=earliest, latest=latest, pause=pause, doubt=doubt)


def _end_of(due: date) -> tuple[date, time]:
    """Return what orders due days and moments; a day ends at its last moment."""
    return day_of(due), due.time() if isinstance(due, datetime) else time.max


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


def _paused(way: Deadline, clock: Clock, case: Case, calendar: Calendar, today: date) -> Ways:
    first, last = case.day("paused_from"), case.day("paused_until")
    broken = next((name for name in ("paused_from", "paused_until") if name in case.problems), None)
    beyond = first is not None and day_of(way.earliest) < first
    if beyond or any(step.kind == "promised" for step in way.steps):
        return (way,)
    if broken:
        return way, _never(way, f"the date in {broken} could not be read")
    if first is None:
        return (way,)
    if last is not None and last < first:
        return way, _never(way, "the pause ends before it began")
    proof = _decided(clock, case)
    if proof == "blank":
        return (replace(way, steps=_with(way, DeadlineStep("pause not counted", first, NOBODY_DECIDED))),)
    pause = Span(first, _capped_last(clock, first, last, calendar) or date.max)
    counted = _counting(pause, way, clock, calendar, today)
    return (way, replace(counted, doubt=proof)) if proof else (counted,)


NOBODY_DECIDED = "nobody is named as having decided it"


def _never(way: Deadline, doubt: str) -> Deadline:
    """Return the way in which no last day can be named."""
    return replace(way, latest=None, doubt=doubt)


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


def _counting(pause: Span, way: Deadline, clock: Clock, calendar: Calendar, today: date) -> Deadline:
    """Return the way with the pause; one that nobody has ended begins to count on its first day."""
    steps = _with(way, DeadlineStep("paused", pause.first))
    if pause.last == date.max:
        return replace(way, pause=pause, endless=True, steps=steps) if pause.first <= today else way
    due = first_due(clock, way.limit, way.day_one, calendar, pause=pause)
    return replace(way, earliest=due, latest=due, pause=pause, steps=steps)


# --- holding replies and extensions ------------------------------------------------------------------


def _held(way: Deadline, clock: Clock, case: Case, calendar: Calendar, today: date) -> Ways:
    holding = clock.holding_reply
    if holding is None or way.endless or way.latest is None:
        return (way,)
    due = first_due(clock, holding.limit, way.day_one, calendar, pause=way.pause)
    longer = replace(way, earliest=due, latest=due)
    sent = case.day(holding.sent)
    if holding.sent in case.problems:
        return way, replace(longer, doubt=way.doubt or f"the date in {holding.sent} could not be read")
    if sent is None or sent > today:
        return (way,)
    if sent <= day_of(way.earliest):
        return (replace(longer, steps=_with(way, DeadlineStep("held", sent))),)
    return (replace(way, steps=_with(way, DeadlineStep("held late", sent))),)


def _extended(way: Deadline, extension: Extension, case: Case, calendar: Calendar, today: date) -> Ways:
    if way.endless or way.latest is None:
        return (way,)
    old = day_of(way.earliest)
    cap = last_day(extension.at_most, old, calendar) if extension.at_most else None
    if "extended_to" in case.problems:
        unread = _never(way, way.doubt or "the date in extended_to could not be read")
        return way, unread if cap is None else replace(unread, earliest=cap, latest=cap)
    asked = case.day("extended_to")
    if asked is None or asked <= old:
        return (way,)
    new = asked if cap is None else min(asked, cap)
    fault = extension_fault(extension, case, old, today)
    if isinstance(fault, str):
        return (replace(way, steps=_with(way, DeadlineStep("not extended", asked, fault))),)
    longer = replace(way, earliest=new, latest=new)
    if isinstance(fault, Unknown):
        return way, replace(longer, doubt=way.doubt or unknown_reason(fault))
    step = DeadlineStep("extended" if new == asked else "capped", asked)
    return (replace(longer, steps=_with(way, step)),)


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


def fields_of_changes(clock: Clock) -> frozenset[str]:
    """Return the fields that may change the clock's last day; without them only the start decides it."""
    fields = set(triggers_of_changes(clock))
    if clock.pause:
        fields.update(("paused_until", "pause_decided_by"))
    if clock.extension:
        fields.update(("extension_reason", "extension_told_on"))
        fields.update(condition.field for condition in clock.extension.only_when)
    return frozenset(fields)


def triggers_of_changes(clock: Clock) -> frozenset[str]:
    """Return the fields of which one must be filled before any of `fields_of_changes` matters."""
    fields = {condition.field for other in clock.other_limits for condition in other.when}
    if clock.promised:
        fields.add(clock.promised)
    if clock.pause:
        fields.add("paused_from")
    if clock.holding_reply:
        fields.add(clock.holding_reply.sent)
    if clock.extension:
        fields.add("extended_to")
    return frozenset(fields)
