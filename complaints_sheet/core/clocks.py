"""Every clock of a policy on a case: the verdicts, and the reckoning behind one of them.

Judging a register asks the same question often, so answers are remembered: two cases that agree in every
field that a clock looks at share one verdict.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import lru_cache, partial
from itertools import chain
from typing import TypeAlias, TypeVar

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.contacts import same_day_verdict, updates_verdict
from complaints_sheet.core.deadlines import fields_of_changes, triggers_of_changes
from complaints_sheet.core.events import CONTACT_LOG
from complaints_sheet.core.model import Case, Layout, Reckoning, Verdict
from complaints_sheet.core.outcomes import AsOf, Judging, deadline_verdict, in_scope
from complaints_sheet.core.policy import Clock, Policy
from complaints_sheet.core.reckoning import reckoned

Judge: TypeAlias = Callable[[Case], tuple[Verdict, ...]]

_BY_KIND: dict[str, Callable[[Judging, Case], Verdict]] = {
    "deadline": deadline_verdict,
    "window": deadline_verdict,
    "same day": same_day_verdict,
    "updates": updates_verdict,
}


def verdicts(case: Case, policy: Policy, calendar: Calendar, as_of: datetime) -> tuple[Verdict, ...]:
    """Return how every clock of the policy stands on the case, in the policy's order.

    `as_of` is aware, in the organisation's zone. A policy with a calendar of its own is judged by that one.
    """
    return judge(policy, calendar, as_of)(case)


def reckoning(case: Case, policy: Policy, clock_id: str, calendar: Calendar, as_of: datetime) -> Reckoning:
    """Return one clock's verdict with its working, as a person would do it on paper.

    Raises KeyError where the policy has no such clock.
    """
    judging = judging_of(policy, policy.clock(clock_id), calendar, as_of)
    return reckoned(judging, case, _verdict(judging, case))


@lru_cache(maxsize=64)
def judge(policy: Policy, calendar: Calendar, as_of: datetime) -> Judge:
    """Return the function that gives a case its verdicts by this policy at this moment."""
    judgings = [judging_of(policy, clock, calendar, as_of) for clock in policy.clocks]
    sheets: dict[int, tuple[Layout, Judge]] = {}

    def verdicts_of(case: Case) -> tuple[Verdict, ...]:
        if case.observed or case.problems:
            return tuple([_verdict(judging, case) for judging in judgings])
        known = sheets.get(id(case.layout))
        if known is None:
            # The layout is kept with its answers, so that its id cannot come to mean another one.
            known = sheets[id(case.layout)] = (case.layout, _of_sheet(judgings, case.layout.columns.keys()))
        return known[1](case)

    return verdicts_of


def _of_sheet(judgings: Sequence[Judging], columns: Collection[str]) -> Judge:
    """Return the judge of the cases of one sheet, who remembers; few marks decide whether a clock applies."""
    present = frozenset(columns)
    marks = frozenset(chain(*(fields_of_scope(judging) for judging in judgings))) & present
    outside = remembering(lambda case: tuple([in_scope(judging, case) for judging in judgings]), marks)
    inside = [_inside(judging, present) for judging in judgings]

    def verdicts_of(case: Case) -> tuple[Verdict, ...]:
        return tuple([found or ask(case) for found, ask in zip(outside(case), inside, strict=True)])

    together = marks.union(*(_asked(judging, present) for judging in judgings))
    return remembering(verdicts_of, together) if _repeats(together) else verdicts_of


def _inside(judging: Judging, present: frozenset[str]) -> Callable[[Case], Verdict]:
    """Return the verdict function of a clock that applies; remembered where nothing rare is filled in."""
    ask = partial(_BY_KIND[judging.clock.kind], judging)
    rare = (judging.triggers | (_SELDOM_THE_SAME & direct_fields(judging))) & present
    usual = (direct_fields(judging) & present) - rare
    return remembering(ask, usual, rare) if _repeats(usual) else ask


def _verdict(judging: Judging, case: Case) -> Verdict:
    return in_scope(judging, case) or _BY_KIND[judging.clock.kind](judging, case)


def _repeats(fields: Collection[str]) -> bool:
    """Return True where cases often agree in all these fields: there are few, and none is free text."""
    return len(fields) <= _MOST_FIELDS and _SELDOM_THE_SAME.isdisjoint(fields)


_SELDOM_THE_SAME = frozenset({CONTACT_LOG, "extension_reason"})
_MOST_FIELDS = 5


def judging_of(policy: Policy, clock: Clock, calendar: Calendar, as_of: datetime) -> Judging:
    """Return one clock with all that judging needs; the policy's own calendar is the stronger one."""
    days = policy.own_calendar or calendar
    moment = AsOf.at(as_of)
    soon = days.working_day_after(moment.today)
    return Judging(clock, policy, days, moment, soon, fields_of_changes(clock), triggers_of_changes(clock))


Answer = TypeVar("Answer")


def remembering(
    ask: Callable[[Case], Answer], fields: Collection[str], rare: frozenset[str] = frozenset()
) -> Callable[[Case], Answer]:
    """Return `ask`, asked only once for all cases that agree in these fields, the only ones it looks at.

    A case with any of the `rare` fields filled is asked about anew each time.
    """
    answers: dict[tuple[object, ...], Answer] = {}
    looked_at = tuple(sorted(fields))

    def remembered(case: Case) -> Answer:
        if rare and not rare.isdisjoint(case.values):
            return ask(case)
        key = tuple(map(case.values.get, looked_at))
        try:
            return answers[key]
        except KeyError:
            answer = answers[key] = ask(case)
            return answer

    return remembered


def _asked(judging: Judging, present: frozenset[str]) -> frozenset[str]:
    """Return the fields, among these columns, on which a clock that applies depends; none if none can."""
    without_a_mark = any(condition.field not in present for condition in judging.clock.only_when)
    return frozenset() if without_a_mark else fields_of(judging) & present


def fields_of(judging: Judging) -> frozenset[str]:
    """Return every field on which the verdict of a clock that applies may depend."""
    return judging.changes | direct_fields(judging)


def direct_fields(judging: Judging) -> frozenset[str]:
    """Return the fields that matter even where nothing has moved the last day."""
    clock = judging.clock
    fields = {"resolved", *clock.starts, *clock.stops, *clock.contacts}
    fields.update(condition.field for condition in clock.met_at_once_when)
    if clock.early_resolution:
        fields.update(clock.early_resolution.resolved)
    return frozenset(fields)


def fields_of_scope(judging: Judging) -> frozenset[str]:
    """Return the fields that decide whether the clock applies at all."""
    clock, policy = judging.clock, judging.policy
    conditions = (*policy.out_of_scope, *clock.only_when, *clock.unless)
    fields = {condition.field for condition in conditions}
    if policy.effective_from or policy.effective_until:
        fields.add("received_on")
    if clock.converted_by:
        fields.add(clock.converted_by)
    return frozenset(fields)
