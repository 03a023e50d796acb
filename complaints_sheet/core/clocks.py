"""Every clock of a policy on a case: the verdicts, and the reckoning behind one of them.

Judging a register asks the same question often, so answers are remembered: two cases that agree in every
field that a clock looks at share one verdict.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from functools import lru_cache, partial
from itertools import chain
from typing import TypeAlias, TypeVar

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.contacts import same_day_verdict, updates_verdict
from complaints_sheet.core.deadlines import fields_of_changes
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
    verdict = in_scope(judging, case) or _BY_KIND[judging.clock.kind](judging, case)
    return reckoned(judging, case, verdict)


@lru_cache(maxsize=64)
def judge(policy: Policy, calendar: Calendar, as_of: datetime) -> Judge:
    """Return the function that gives a case its verdicts by this policy at this moment."""
    judgings = [judging_of(policy, clock, calendar, as_of) for clock in policy.clocks]
    each = [_remembering_judge(judging) for judging in judgings]

    def verdicts_of(case: Case) -> tuple[Verdict, ...]:
        return tuple([verdict_of(case) for verdict_of in each])

    return remembering(verdicts_of, lambda columns: frozenset(chain(*(_asked(j, columns) for j in judgings))))


def _remembering_judge(judging: Judging) -> Callable[[Case], Verdict]:
    """Return the clock's verdict function; whether it applies is remembered apart, as few marks decide it."""
    marks = fields_of_scope(judging.clock, judging.policy)
    scope = remembering(partial(in_scope, judging), lambda columns: marks & frozenset(columns))
    judged = _BY_KIND[judging.clock.kind]
    return remembering(lambda case: scope(case) or judged(judging, case), partial(_asked, judging))


_SELDOM_THE_SAME = frozenset({CONTACT_LOG, "extension_reason"})
_MOST_FIELDS = 5
"""With free text or more fields than this, hardly two cases agree in all: not worth remembering."""


def judging_of(policy: Policy, clock: Clock, calendar: Calendar, as_of: datetime) -> Judging:
    """Return one clock with all that judging needs; the policy's own calendar is the stronger one."""
    days = policy.own_calendar or calendar
    moment = AsOf.at(as_of)
    soon = days.working_day_after(moment.today)
    return Judging(clock, policy, days, moment, soon, fields_of_changes(clock))


Answer = TypeVar("Answer")


def remembering(
    ask: Callable[[Case], Answer], fields_asked: Callable[[Collection[str]], frozenset[str]]
) -> Callable[[Case], Answer]:
    """Return `ask`, asked only once for the cases of a sheet that agree in all the fields it looks at.

    `fields_asked` gives these fields for the columns of a sheet.
    """
    answers: dict[int, tuple[Layout, tuple[str, ...], dict[tuple[object, ...], Answer] | None]] = {}

    def remembered(case: Case) -> Answer:
        if case.observed or case.problems:
            return ask(case)
        known = answers.get(id(case.layout))
        if known is None:
            # The layout is kept with its answers, so that its id cannot come to mean another one.
            asked = tuple(sorted(fields_asked(case.layout.columns.keys())))
            often_the_same = len(asked) <= _MOST_FIELDS and _SELDOM_THE_SAME.isdisjoint(asked)
            known = answers[id(case.layout)] = (case.layout, asked, {} if often_the_same else None)
        _, asked, told = known
        if told is None:
            return ask(case)
        key = tuple(map(case.values.get, asked))
        try:
            return told[key]
        except KeyError:
            answer = told[key] = ask(case)
            return answer

    return remembered


def _asked(judging: Judging, columns: Collection[str]) -> frozenset[str]:
    """Return the fields, among these columns, on which the clock's verdict depends."""
    clock, policy = judging.clock, judging.policy
    without_a_mark = any(condition.field not in columns for condition in clock.only_when)
    fields = fields_of_scope(clock, policy) if without_a_mark else fields_of(clock, policy)
    return fields & frozenset(columns)


def fields_of(clock: Clock, policy: Policy) -> frozenset[str]:
    """Return every field that the clock's verdict may depend on."""
    fields = {"resolved", "received_on", *clock.starts, *clock.stops, *clock.contacts}
    fields.update(condition.field for condition in clock.met_at_once_when)
    if clock.early_resolution:
        fields.update(clock.early_resolution.resolved)
    return fields_of_scope(clock, policy).union(fields, fields_of_changes(clock))


def fields_of_scope(clock: Clock, policy: Policy) -> frozenset[str]:
    """Return the fields that decide whether the clock applies at all."""
    conditions = (*policy.out_of_scope, *clock.only_when, *clock.unless)
    fields = {condition.field for condition in conditions}
    if policy.effective_from or policy.effective_until:
        fields.add("received_on")
    if clock.converted_by:
        fields.add(clock.converted_by)
    return frozenset(fields)
