"""The compliance statement: every clause of a policy, what covers it, and how it stands on a register now."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Literal, TypeAlias

from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.model import Judgement, Outcome
from complaints_sheet.core.policy import Approval, Clause, NeededWhen, Policy, Referral, Step
from complaints_sheet.core.wording import count, listing, percent

State: TypeAlias = Literal["kept", "not kept", "cannot be judged", "in place", "not yet"]
"""Kept and not kept are shown by the register; "in place" is what no register can show."""

STATES: tuple[State, ...] = ("not kept", "cannot be judged", "not yet", "kept", "in place")
"""Every state, the gravest first."""

_NO_COLUMN = "no column for "


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


@dataclass(frozen=True, slots=True)
class Statement:
    """How every clause of one policy stands on one register; `cases` are those that it judges."""

    policy: Policy
    register: str
    as_of: datetime
    cases: int
    standings: tuple[Standing, ...]

    @property
    def counts(self) -> Mapping[State, int]:
        """Return how many clauses stand in each state, the gravest state first; 0 where none does."""
        counted = Counter(each.state for each in self.standings)
        return {state: counted[state] for state in STATES}

    @property
    def columns(self) -> Mapping[str, tuple[Clause, ...]]:
        """Return, for each column that the register would need, the clauses that wait for it."""
        needed: dict[str, list[Clause]] = {}
        for each in self.standings:
            if each.state == "cannot be judged":
                for field in each.needs:
                    needed.setdefault(field, []).append(each.clause)
        most_first = sorted(needed.items(), key=lambda each: -len(each[1]))
        return {field: tuple(clauses) for field, clauses in most_first}


Elsewhere: TypeAlias = Mapping[tuple[str, str], Cover]
"""How those things stand that no register shows, such as a report or a setting, by kind and name."""

NOTHING_ELSE: Elsewhere = MappingProxyType({})


def statement(policy: Policy, judgement: Judgement, elsewhere: Elsewhere = NOTHING_ELSE) -> Statement:
    """Return the compliance statement of one policy on one register."""
    judged = sum(any(each.policy == policy.id for each in of_case) for of_case in judgement.verdicts)
    register = judgement.register
    found = standings(policy, judgement, elsewhere)
    return Statement(policy, register.name or register.source, judgement.as_of, judged, found)


def standings(
    policy: Policy, judgement: Judgement, elsewhere: Elsewhere = NOTHING_ELSE
) -> tuple[Standing, ...]:
    """Return how every clause of the policy stands on the register, in the order of the document."""
    facts = _Facts(policy, judgement, elsewhere)
    return tuple(_standing(clause, facts) for clause in policy.clauses)


def cover_words(policy: Policy, cover: Cover) -> str:
    """Return what covers a clause in words, such as "time limit: Acknowledge the complaint"."""
    kind, name = cover.kind, cover.name
    titles = {
        "clock": {each.id: f"time limit: {each.title}" for each in policy.clocks},
        "step": {each.id: f"step: {each.title}" for each in policy.steps},
        "report": {each.id: f"report: {each.name}" for each in policy.reports},
        "field": {name: f"column “{FIELDS[name].heading}”"} if kind == "field" else {},
        "approval": {name: "confirmation before the answer"},
        "referral": {each.id: f"referral to the {each.to}" for each in policy.referrals},
        "check": {name: f"check: {name.replace('-', ' ')}"},
        "command": {name: f"command: complaints-sheet {name}"},
        "config": {name: f"setting: {name}"},
    }
    return titles.get(kind, {}).get(name, f"{kind}: {name}")


def _standing(clause: Clause, facts: "_Facts") -> Standing:
    covers = tuple(facts.cover(kind, name) for kind, name in clause.covered_by)
    states = {cover.state for cover in covers}
    return Standing(clause, next((state for state in STATES if state in states), "not yet"), covers)


class _Facts:
    """What is known of the register for one policy: outcomes by clock, findings by rule, columns."""

    def __init__(self, policy: Policy, judgement: Judgement, elsewhere: Elsewhere) -> None:
        self.policy = policy
        self.elsewhere = elsewhere
        self.failed = frozenset(fault.rule for fault in judgement.faults)
        self.recorded = judgement.register.recorded
        self.cases = len(judgement.register.cases)
        self.outcomes: Mapping[str, Counter[Outcome]] = _outcomes(policy, judgement)
        found = [each for each in judgement.findings if each.policy in {None, policy.id}]
        self.findings = Counter(each.rule for each in found)
        self.by_clause = Counter((each.rule, each.clause, each.field) for each in found)
        self.lacking = {
            (each.rule, each.clock): each.reason
            for each in judgement.not_judged
            if each.policy in {None, policy.id}
        }

    def cover(self, kind: str, name: str) -> Cover:
        """Return how one covering thing stands."""
        if (kind, name) in self.elsewhere:
            return self.elsewhere[kind, name]
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
        decided, breached, unknown = (
            outcomes["met"] + outcomes["breached"],
            outcomes["breached"],
            outcomes["cannot_judge"],
        )
        clock = self.policy.clock(name)
        if not clock.ours:
            return Cover(kind, name, "in place", f"the customer's own time; {outcomes['running']} running")
        fields = (*clock.starts[-1:], *clock.stops[:1], *(each.field for each in clock.only_when))
        needs = tuple(field for field in fields if field not in self.recorded)
        columns = listing([f"“{FIELDS[field].heading}”" for field in needs])
        said = f"{_said(outcomes)}; needs a column for {columns}" if needs and unknown else _said(outcomes)
        if not decided:
            return Cover(
                kind, name, "cannot be judged" if unknown else "kept", said, needs if unknown else ()
            )
        return Cover(kind, name, "not kept" if breached else "kept", said, needs)

    def _rule(self, kind: str, name: str) -> Cover:
        found = self.findings[name]
        if name in self.failed:
            return Cover(kind, name, "cannot be judged", "the rule failed; see the log")
        if found:
            noticed = name in _NOTICING
            return Cover(kind, name, "in place" if noticed else "not kept", count(found, "finding"))
        lacking = [reason for (rule, _), reason in self.lacking.items() if rule == name]
        fields = tuple(each.removeprefix(_NO_COLUMN) for each in lacking if each.startswith(_NO_COLUMN))
        if fields:
            return self._needing(kind, name, fields)
        if lacking:
            return Cover(kind, name, "cannot be judged", lacking[0])
        return Cover(kind, name, "kept", "no findings")

    def _field(self, kind: str, name: str) -> Cover:
        if name in self.recorded:
            return Cover(kind, name, "in place", "the register has it")
        return self._needing(kind, name, (name,))

    def _fields_of_part(self, kind: str, name: str) -> Cover:
        fields = tuple(dict.fromkeys(_fields_of(self.policy, kind, name)))
        missing = tuple(field for field in fields if field not in self.recorded)
        # Of a step, any one field is enough; of everything else, all are needed.
        if missing and (kind != "step" or len(missing) == len(fields)):
            return self._needing(kind, name, missing)
        found = self._found(kind, name, fields)
        if found:
            return Cover(kind, name, "not kept", count(found, "finding"))
        return Cover(kind, name, "kept", "checked on every case, no findings")

    def _found(self, kind: str, name: str, fields: Sequence[str]) -> int:
        """Return how many findings are about this part: those that cite its clause and one of its fields."""
        clause = _clause_of(self.policy, kind, name)
        return sum(
            times
            for (rule, cited, field), times in self.by_clause.items()
            if rule in _RULES_OF_PART[kind] and cited == clause and field in {None, *fields}
        )

    def _needing(self, kind: str, name: str, fields: tuple[str, ...]) -> Cover:
        columns = listing([f"“{FIELDS[field].heading}”" for field in fields])
        return Cover(kind, name, "cannot be judged", f"needs a column for {columns}", fields)


def _said(outcomes: Mapping[Outcome, int]) -> str:
    """Return the figures of a clock in words: numerator, denominator and how many could not be judged."""
    met, decided = outcomes["met"], outcomes["met"] + outcomes["breached"]
    running, unknown = outcomes["running"] + outcomes["paused"], outcomes["cannot_judge"]
    parts = [f"in time {met} of {decided} ({percent(met, decided)})"] if decided else []
    parts += [f"{count(running, 'case')} running"] if decided or running else []
    parts += [f"{count(unknown, 'case')} cannot be judged"] if unknown else []
    return "; ".join(parts) or "no case of it yet"


_NOTICING = frozenset(
    {
        "clock-due-soon",
        "duplicate-row",
        "late-appeal",
        "owner-named-in-issue",
        "repeat-customer",
        "silent-department",
    }
)
"""Rules that notice something to look at: their findings show that the clause is seen to, not broken."""

_RULES_OF_PART = {
    "step": ("step-skipped",),
    "approval": ("not-confirmed",),
    "referral": ("referral-open",),
    "check": ("detail-missing", "closing-incomplete"),
}


def _clause_of(policy: Policy, kind: str, name: str) -> str | None:
    parts: Mapping[str, Sequence[Step | Approval | Referral | NeededWhen]] = {
        "step": policy.steps,
        "approval": policy.approvals,
        "referral": policy.referrals,
        "check": (*policy.needed_when, *policy.closing),
    }
    return next((part.clause for part in parts[kind] if part.id == name), None)


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
