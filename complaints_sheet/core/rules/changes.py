"""Rules about what should have moved a deadline and did not: extensions, pauses, holding replies."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.deadlines import Deadline, DeadlineStep, deadline
from complaints_sheet.core.model import Case, Flag, Verdict
from complaints_sheet.core.people import plain_name
from complaints_sheet.core.policy import Clock, Policy
from complaints_sheet.core.rules.phrases import day_name
from complaints_sheet.core.rules.registry import NOTHING, rule
from complaints_sheet.core.wording import listing


@rule("medium", scope="policy", when=lambda policy: any(clock.extension for clock in policy.clocks))
def extension_not_valid(
    case: Case, today: date, *, policy: Policy, calendar: Calendar, verdicts: tuple[Verdict, ...]
) -> Iterable[Flag]:
    """An extension does not count, or not in full: no reason, too long, or the customer not told in time."""
    if "extended_to" not in case.values:
        return
    for clock, verdict, due, step in _changes(case, policy, calendar, verdicts, today):
        if clock.extension and step.kind in {"not extended", "capped"} and step.day:
            day = day_name(step.day, today)
            if step.kind == "capped":
                last = day_name(due.latest or due.earliest, today)
                said = f"the extension to {day} counts only until {last}, the longest that the policy allows."
            else:
                said = f"the extension to {day} does not count: {step.why}."
            yield _flag(clock, verdict, said, "extended_to", clock.extension.clause)


@rule("medium", scope="policy", when=lambda policy: any(clock.pause for clock in policy.clocks))
def pause_undecided(
    case: Case,
    today: date,
    *,
    policy: Policy,
    calendar: Calendar,
    verdicts: tuple[Verdict, ...],
    roles: Mapping[str, tuple[str, ...]] = {},
) -> Iterable[Flag]:
    """A pause does not count, as nobody decided it, or it was decided by somebody who may not."""
    if "paused_from" not in case.values:
        return
    name = plain_name(case.text("pause_decided_by"))
    for clock, verdict, _, step in _changes(case, policy, calendar, verdicts, today):
        if clock.pause is None:
            continue
        who = f"the {listing(clock.pause.decided_by, 'or')}"
        if step.kind == "pause not counted":
            said = f"the pause does not count: {step.why}. It is for {who} to decide."
            yield _flag(clock, verdict, said, "pause_decided_by", clock.pause.clause)
        elif step.kind == "paused" and name and not _may_decide(name, clock.pause.decided_by, roles):
            said = f"the pause was decided by {case.text('pause_decided_by')}; it is for {who} to decide."
            yield _flag(clock, verdict, said, "pause_decided_by", clock.pause.clause)


@rule("low", scope="policy", when=lambda policy: any(clock.holding_reply for clock in policy.clocks))
def holding_reply_late(
    case: Case, today: date, *, policy: Policy, calendar: Calendar, verdicts: tuple[Verdict, ...]
) -> Iterable[Flag]:
    """A holding reply went out after the limit had ended, so the longer limit does not apply."""
    for clock, verdict, _, step in _changes(case, policy, calendar, verdicts, today):
        if clock.holding_reply and step.kind == "held late" and step.day:
            day = day_name(step.day, today)
            said = f"the holding reply of {day} came after the limit, so the longer limit does not apply."
            yield _flag(clock, verdict, said, clock.holding_reply.sent, clock.holding_reply.clause)


@rule("medium", scope="policy", when=lambda policy: any(_must_be_told(clock) for clock in policy.clocks))
def customer_not_told(
    case: Case, today: date, policy: Policy, verdicts: tuple[Verdict, ...]
) -> Iterable[Flag]:
    """An answer is late and nothing shows that the customer was told of the delay."""
    if not case.open or not case.blank("extension_told_on"):
        return NOTHING
    flags = NOTHING
    for verdict in verdicts:
        if verdict.policy == policy.id and verdict.outcome == "breached" and verdict.stop is None:
            clock = policy.clock(verdict.clock)
            if _must_be_told(clock):
                said = "late, and nothing shows that the customer knows. Please ring and agree a new date."
                clause = clock.extension.clause if clock.extension else None
                flags = (*flags, _flag(clock, verdict, said, "extension_told_on", clause))
    return flags


def _must_be_told(clock: Clock) -> bool:
    return clock.extension is not None and clock.extension.told_before_due


def _changes(
    case: Case, policy: Policy, calendar: Calendar, verdicts: tuple[Verdict, ...], today: date
) -> Iterator[tuple[Clock, Verdict, Deadline, DeadlineStep]]:
    """Yield each thing that moved a deadline of this policy, or would have, where it was not met anyway."""
    for verdict in verdicts:
        if verdict.policy != policy.id or verdict.start is None:
            continue
        if verdict.outcome in {"breached", "running", "paused"}:
            clock = policy.clock(verdict.clock)
            due = deadline(clock, case, verdict.start, calendar, today)
            if isinstance(due, Deadline):
                for step in due.steps:
                    yield clock, verdict, due, step


def _may_decide(name: str, who: tuple[str, ...], roles: Mapping[str, tuple[str, ...]]) -> bool:
    """Return True for a name meant by these roles or names; also where nobody is known to hold a role."""
    if not who:
        return True
    held = [holder for each in who for holder in roles.get(each, ())]
    return not held or name in {plain_name(each) for each in (*who, *held)}


def _flag(clock: Clock, verdict: Verdict, said: str, field: str, clause: str | None) -> Flag:
    due = verdict.due
    return Flag(
        f"{clock.title}: {said}",
        field=field,
        clock=clock.id,
        policy=verdict.policy,
        due=due.date() if isinstance(due, datetime) else due,
        clause=clause or clock.clause,
    )
