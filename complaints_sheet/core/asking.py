"""Asking the rules: each is given what it has a parameter for, once, and then asked case by case."""

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import PurePath
from typing import Any

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.fields import DATE_IDS
from complaints_sheet.core.findings import Saying
from complaints_sheet.core.model import Case, Layout, RuleFault, Severity, Verdict
from complaints_sheet.core.people import Directory
from complaints_sheet.core.policy import Policy
from complaints_sheet.core.rules import RULES, Rule
from complaints_sheet.core.rules.reach import outside
from complaints_sheet.core.rules.settings import options_of
from complaints_sheet.core.rules.settled import settled

_SEVERITIES: Mapping[object, Severity] = {"high": "high", "medium": "medium", "low": "low"}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What rules may ask for besides the case. `roles` gives the names of those who hold a role."""

    today: date
    calendar: Calendar
    directory: Directory | None = None
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    settings: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    departments: Mapping[str, str] = field(default_factory=dict)  # folded spelling to name


@dataclass(frozen=True, slots=True)
class _Ask:
    """One rule ready to be asked about the cases of one sheet; only case, day and verdicts are open."""

    rule: Rule
    call: Callable[..., Iterable[Any]]
    severity: Severity | None
    policy: Policy | None = None
    with_verdicts: bool = False

    @property
    def policy_id(self) -> str | None:
        return self.policy.id if self.policy else None


@dataclass(frozen=True, slots=True)
class _Asks:
    """What to ask about a case, what to ask about a settled one, and the policies that leave cases out.

    The layout is kept, so that its id cannot come to mean another one.
    """

    all: tuple[_Ask, ...]
    of_settled: tuple[_Ask, ...]
    bounded: tuple[Policy, ...]
    layout: Layout


class Asking:
    """The rules of one judgement, each with what it asked for; it remembers what failed."""

    def __init__(self, rules: Mapping[str, Rule], circumstances: Circumstances) -> None:
        self.circumstances = circumstances
        self.rules = tuple(rule for rule in rules.values() if self._can_be_asked(rule))
        self.faults: dict[str, RuleFault] = {}
        self._bound: dict[tuple[int, tuple[Policy, ...]], _Asks] = {}

    def of_case(
        self, case: Case, verdicts: tuple[Verdict, ...], policies: tuple[Policy, ...]
    ) -> list[Saying] | None:
        """Return what the rules say of one case, or None; a rule that raises is noted, the others go on."""
        said: list[Saying] | None = None
        today = self.circumstances.today
        asks = self._bound.get((id(case.layout), policies)) or self._bind_all(case.layout, policies)
        chosen = asks.of_settled if settled(case, verdicts, today) else asks.all
        if not chosen:
            return None
        beyond = [policy for policy in asks.bounded if outside(case, policy)]
        for ask in chosen:
            if beyond and ask.policy in beyond:
                continue
            try:
                flags = (
                    ask.call(case, today, verdicts=verdicts) if ask.with_verdicts else ask.call(case, today)
                )
                for flag in flags:
                    said = said or []
                    severity = ask.severity or flag.severity or ask.rule.severity
                    said.append((ask.rule.id, severity, flag.policy or ask.policy_id, flag))
            except Exception as error:
                self._note(ask.rule, error)
        return said

    def of_register(
        self, cases: Sequence[Case], verdicts: Sequence[tuple[Verdict, ...]], policies: tuple[Policy, ...]
    ) -> Iterator[tuple[Case | None, Saying]]:
        """Yield what the rules that look at all cases together say, each with its case or None."""
        layouts = {id(case.layout): case.layout for case in cases}
        for rule in self.rules:
            if rule.scope == "register":
                call = self._bind(rule, policies)
                given = {"verdicts": verdicts} if "verdicts" in rule.takes else {}
                severity = self._severity(rule)
                judged = _with_columns(rule, cases, layouts)
                try:
                    for case, flag in call(judged, self.circumstances.today, **given):
                        grave = severity or flag.severity or rule.severity
                        yield case, (rule.id, grave, flag.policy, flag)
                except Exception as error:
                    self._note(rule, error)

    def _can_be_asked(self, rule: Rule) -> bool:
        off = self.circumstances.settings.get(rule.id, {}).get("off") is True
        return not off and not self.lacks_people(rule)

    def lacks_people(self, rule: Rule) -> bool:
        """Return True for a rule that asks for the people where none are listed."""
        directory = self.circumstances.directory
        return rule.needs_people and (directory is None or not directory.people)

    def _bind_all(self, layout: Layout, policies: tuple[Policy, ...]) -> "_Asks":
        """Return what to ask about the cases of a sheet under these policies, kept for the next of them."""
        every = tuple(self._bound_for(layout, policies))
        speak = (ask for ask in every if not all(map(ask.rule.quiet_when_settled, policies)))
        bounded = tuple(policy for policy in policies if policy.out_of_scope)
        asks = self._bound[id(layout), policies] = _Asks(every, tuple(speak), bounded, layout)
        return asks

    def _bound_for(self, layout: Layout, policies: tuple[Policy, ...]) -> Iterator[_Ask]:
        for rule in self.rules:
            if lacking(rule, layout):
                continue
            verdicts, severity = "verdicts" in rule.takes, self._severity(rule)
            if rule.scope == "case":
                yield _Ask(rule, self._bind(rule, policies, layout), severity, None, verdicts)
            elif rule.scope == "policy":
                for policy in filter(rule.when, policies):
                    yield _Ask(rule, self._bind(rule, policies, layout, policy), severity, policy, verdicts)

    def _bind(
        self,
        rule: Rule,
        policies: tuple[Policy, ...],
        layout: Layout | None = None,
        policy: Policy | None = None,
    ) -> Callable[..., Iterable[Any]]:
        """Return the rule's function with its options and all that it takes but case, day and verdicts."""
        own = policy or (policies[0] if policies else None)
        columns = layout.columns if layout else {}
        supplied: dict[str, object] = {
            "policy": own,
            "policies": policies,
            "calendar": (own and own.own_calendar) or self.circumstances.calendar,
            "directory": self.circumstances.directory,
            "departments": self.circumstances.departments,
            "roles": self.circumstances.roles,
            "date_fields": tuple(each for each in DATE_IDS if each in columns),
        }
        given = {name: supplied[name] for name in rule.takes if name in supplied}
        given |= options_of(rule, self.circumstances.settings)
        return partial(rule.function, **given) if given else rule.function

    def _severity(self, rule: Rule) -> Severity | None:
        return severity_set(rule.id, self.circumstances.settings)

    def _note(self, rule: Rule, error: Exception) -> None:
        if rule.id not in self.faults:
            custom = RULES.get(rule.id) is not rule
            self.faults[rule.id] = RuleFault(rule.id, type(error).__name__, _frames(error), custom)


def severity_set(rule_id: str, settings: Mapping[str, Mapping[str, object]]) -> Severity | None:
    """Return the severity that the config gives a rule, or None where it gives none."""
    return _SEVERITIES.get(settings.get(rule_id, {}).get("severity"))


def lacking(rule: Rule, layout: Layout) -> tuple[str, ...]:
    """Return the fields that the rule needs and for which the sheet has no column."""
    return tuple(field_id for field_id in rule.needs if field_id not in layout.columns)


def _with_columns(rule: Rule, cases: Sequence[Case], layouts: Mapping[int, Layout]) -> Sequence[Case]:
    """Return the cases of those sheets that have every column the rule needs."""
    without = {number for number, layout in layouts.items() if lacking(rule, layout)}
    return [case for case in cases if id(case.layout) not in without] if without else cases


def _frames(error: Exception) -> str:
    """Return where it happened, innermost last, without any value: file name, line and function."""
    frames = traceback.extract_tb(error.__traceback__)
    return "\n".join(f"{PurePath(each.filename).name}:{each.lineno} {each.name}" for each in frames[1:])
