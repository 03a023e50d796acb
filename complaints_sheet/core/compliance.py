"""The compliance statement: every clause of a policy, what covers it, and how it stands on a register now."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.model import Judgement, Outcome
from complaints_sheet.core.policy import Clause, Policy
from complaints_sheet.core.wording import count, listing, percent

State: TypeAlias = Literal["kept", "not kept", "cannot be judged", "in place", "not yet"]
"""Kept and not kept are shown by the register; "in place" is what no register can show."""

_GRAVEST_FIRST: tuple[State, ...] = ("not kept", "cannot be judged", "kept", "in place")


@dataclass(frozen=True, slots=True)
class Cover:
    """One thing that covers a clause: its kind and name, how it stands, and the figures in words.

    `needs` are the fields without which it cannot be judged.
    """

    kind: str
    name: str
    state: State
    said: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """How one clause stands: the gravest state of what covers it, or "not yet" with the reason."""

    clause: Clause
    state: State
    covers: tuple[Cover, ...]

    @property
    def needs(self) -> tuple[str, ...]:
        """Return the fields for which the register needs a column before the clause can be judged."""
        return tuple(dict.fromkeys(field for cover in self.covers for field in cover.needs))


def standings(policy: Policy, judgement: Judgement) -> tuple[Standing, ...]:
    """Return how every clause of the policy stands on the register, in the order of the document."""
    facts = _Facts(policy, judgement)
    return tuple(_standing(clause, facts) for clause in policy.clauses)


def _standing(clause: Clause, facts: "_Facts") -> Standing:
    covers = tuple(facts.cover(kind, name) for kind, name in clause.covered_by)
    states = {cover.state for cover in covers}
    return Standing(clause, next((state for state in _GRAVEST_FIRST if state in states), "not yet"), covers)


class _Facts:
    """What is known of the register for one policy: outcomes by clock, findings by rule, columns."""

    def __init__(self, policy: Policy, judgement: Judgement) -> None:
        self.policy = policy
        self.recorded = judgement.register.recorded
        self.cases = len(judgement.register.cases)
        self.outcomes: Mapping[str, Counter[Outcome]] = _outcomes(policy, judgement)
        self.findings = Counter(
            found.rule for found in judgement.findings if found.policy in {None, policy.id}
        )
        self.lacking = {
            (each.rule, each.clock): each.reason
            for each in judgement.not_judged
            if each.policy in {None, policy.id}
        }

    def cover(self, kind: str, name: str) -> Cover:
        """Return how one covering thing stands."""
        known = {
            "clock": self._clock,
            "rule": self._rule,
            "field": self._field,
            "step": self._fields_of_part,
            "approval": self._fields_of_part,
            "referral": self._fields_of_part,
            "check": self._fields_of_part,
        }.get(kind)
        return known(kind, name) if known else Cover(kind, name, "in place", "in place")

    def _clock(self, kind: str, name: str) -> Cover:
        outcomes = self.outcomes.get(name, Counter())
        met, breached, unknown = outcomes["met"], outcomes["breached"], outcomes["cannot_judge"]
        clock = self.policy.clock(name)
        said = f"in time {met} of {met + breached} ({percent(met, met + breached)})"
        said += f"; {count(outcomes['running'] + outcomes['paused'], 'case')} running"
        said += f"; {count(unknown, 'case')} cannot be judged" if unknown else ""
        if not clock.ours:
            return Cover(kind, name, "in place", f"the customer's own time; {outcomes['running']} running")
        fields = (*clock.starts[-1:], *clock.stops[:1], *(each.field for each in clock.only_when))
        needs = tuple(field for field in fields if field not in self.recorded)
        if not met + breached:
            return Cover(
                kind, name, "cannot be judged" if unknown else "kept", said, needs if unknown else ()
            )
        return Cover(kind, name, "not kept" if breached else "kept", said, needs)

    def _rule(self, kind: str, name: str) -> Cover:
        found = self.findings[name]
        lacking = next((reason for (rule, _), reason in self.lacking.items() if rule == name), None)
        if found:
            return Cover(kind, name, "not kept", count(found, "finding"))
        return (
            Cover(kind, name, "cannot be judged", lacking)
            if lacking
            else Cover(kind, name, "kept", "no findings")
        )

    def _field(self, kind: str, name: str) -> Cover:
        if name in self.recorded:
            return Cover(kind, name, "in place", f"the register has a column for “{FIELDS[name].heading}”")
        return self._needing(kind, name, (name,))

    def _fields_of_part(self, kind: str, name: str) -> Cover:
        fields = tuple(dict.fromkeys(_fields_of(self.policy, kind, name)))
        missing = tuple(field for field in fields if field not in self.recorded)
        # Of a step, any one field is enough; of everything else, all are needed.
        if missing and (kind != "step" or len(missing) == len(fields)):
            return self._needing(kind, name, missing)
        return Cover(kind, name, "in place", "checked on every case")

    def _needing(self, kind: str, name: str, fields: tuple[str, ...]) -> Cover:
        columns = listing([f"“{FIELDS[field].heading}”" for field in fields])
        return Cover(kind, name, "cannot be judged", f"needs a column for {columns}", fields)


def _outcomes(policy: Policy, judgement: Judgement) -> dict[str, Counter[Outcome]]:
    outcomes: dict[str, Counter[Outcome]] = {clock.id: Counter() for clock in policy.clocks}
    for of_case in judgement.verdicts:
        for verdict in of_case:
            if verdict.policy == policy.id and verdict.clock in outcomes:
                outcomes[verdict.clock][verdict.outcome] += 1
    return outcomes


def _fields_of(policy: Policy, kind: str, name: str) -> Iterator[str]:
    if kind == "step":
        yield from (field for step in policy.steps if step.id == name for field in step.done_by)
    if kind == "approval":
        for approval in policy.approvals:
            if approval.id == name:
                yield from (approval.before, approval.on)
    if kind == "referral":
        for referral in policy.referrals:
            if referral.id == name:
                yield from (condition.field for condition in referral.when)
    if kind == "check":
        for needed in (*policy.needed_when, *policy.closing):
            if needed.id == name:
                yield from ((needed.when_recorded,) if needed.when_recorded else ())
                yield from (condition.field for condition in needed.when)
                yield from needed.fields
