"""One register judged at one moment: every clock, every rule, and what could not be judged."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from complaints_sheet.core.asking import Asking, Circumstances, lacking, severity_set
from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.clocks import judge as clocks_of
from complaints_sheet.core.findings import Saying, findings_of, ordinals, register_finding, rekeyed
from complaints_sheet.core.model import Case, Finding, Judgement, Layout, NotJudged, Register, Verdict
from complaints_sheet.core.people import Directory
from complaints_sheet.core.policy import Policy, PolicyChoice
from complaints_sheet.core.rules import RULES, Rule
from complaints_sheet.core.rules.settings import setting_mistakes
from complaints_sheet.errors import ConfigError

NO_COLUMN = "no column for "


def judge(
    register: Register,
    policies: PolicyChoice,
    calendar: Calendar,
    as_of: datetime,
    directory: Directory | None = None,
    *,
    options: Mapping[str, Mapping[str, object]] = {},
    roles: Mapping[str, tuple[str, ...]] = {},
    rules: Mapping[str, Rule] = RULES,
    departments: Mapping[str, str] = {},
) -> Judgement:
    """Return everything judged about the register at `as_of` (aware, in the organisation's zone).

    `options` are the settings of each rule, `roles` the names of those who hold a role ("director"),
    `departments` the name that each known spelling of a department (folded) means. A rule that raises is
    named in `faults` and the others go on. Raises ConfigError for a setting that means nothing.
    """
    mistakes = setting_mistakes(options, rules)
    if mistakes:
        raise ConfigError(
            " ".join(each.message for each in mistakes), "Please correct `rules` in the config."
        )
    chosen = [policies.policies_for(case) for case in register.cases]
    verdicts = tuple(_verdicts(register.cases, chosen, calendar, as_of))
    asking = Asking(rules, Circumstances(as_of.date(), calendar, directory, roles, options, departments))
    numbers = ordinals(register.cases)
    findings = _told_apart(
        (
            *_found_while_reading(register, numbers, options),
            *_found(register, verdicts, chosen, asking, numbers),
        )
    )
    return Judgement(
        register,
        as_of,
        verdicts,
        findings,
        (*_rules_not_judged(register.cases, chosen, rules, asking), *_clocks_not_judged(verdicts)),
        tuple(
            dict.fromkeys(
                (policy.id, policy.version) for of_case in dict.fromkeys(chosen) for policy in of_case
            )
        ),
        tuple(asking.faults.values()),
    )


def _verdicts(
    cases: Sequence[Case], chosen: Sequence[tuple[Policy, ...]], calendar: Calendar, as_of: datetime
) -> Iterable[tuple[Verdict, ...]]:
    clocks = {
        policy: clocks_of(policy, calendar, as_of) for of_case in dict.fromkeys(chosen) for policy in of_case
    }
    for case, policies in zip(cases, chosen, strict=True):
        if len(policies) == 1:
            yield clocks[policies[0]](case)
        else:
            yield tuple(verdict for policy in policies for verdict in clocks[policy](case))


def _found(
    register: Register,
    verdicts: tuple[tuple[Verdict, ...], ...],
    chosen: Sequence[tuple[Policy, ...]],
    asking: Asking,
    numbers: Mapping[Case, int],
) -> Iterable[Finding]:
    """Yield the findings of the rules in the order of the register; those about the register itself last."""
    together: dict[Case | None, list[Saying]] = {}
    policies = tuple(dict.fromkeys(policy for of_case in dict.fromkeys(chosen) for policy in of_case))
    for about, said in asking.of_register(register.cases, verdicts, policies):
        together.setdefault(about, []).append(said)
    for case, of_case, policies_of_case in zip(register.cases, verdicts, chosen, strict=True):
        alone = asking.of_case(case, of_case, policies_of_case)
        beside = together.get(case) if together else None
        if alone or beside:
            yield from findings_of(case, numbers.get(case, 1), (*(alone or ()), *(beside or ())))
    for rule, severity, _, flag in together.get(None, ()):
        yield register_finding(register.id, rule, severity, flag)


def _found_while_reading(
    register: Register, numbers: Mapping[Case, int], options: Mapping[str, Mapping[str, object]]
) -> Iterable[Finding]:
    """Yield the findings about cells under the name that each case has now, as grave as is set."""
    if not register.findings:
        return
    cases = {case.place: case for case in register.cases}
    for found in register.findings:
        if options.get(found.rule, {}).get("off") is True:
            continue
        severity = severity_set(found.rule, options) or found.severity
        case = cases.get(found.place)
        named = rekeyed(found, case, numbers.get(case, 1)) if case else found
        yield replace(named, severity=severity) if severity != named.severity else named


def _told_apart(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings with a number added to a key that an earlier one has already."""
    seen: Counter[str] = Counter()
    apart: list[Finding] = []
    for found in findings:
        seen[found.key] += 1
        times = seen[found.key]
        apart.append(found if times == 1 else replace(found, key=f"{found.key}.{times}"))
    return tuple(apart)


def _rules_not_judged(
    cases: Sequence[Case], chosen: Sequence[tuple[Policy, ...]], rules: Mapping[str, Rule], asking: Asking
) -> Iterable[NotJudged]:
    """Yield, once each, the rules that lack the people or a column, with the number of cases they miss."""
    for rule in rules.values():
        if asking.lacks_people(rule) and cases:
            yield NotJudged(rule.id, None, None, "no people are listed in the config", len(cases))
    layouts = {id(case.layout): case.layout for case in cases}
    alike = Counter((id(case.layout), policies) for case, policies in zip(cases, chosen, strict=True))
    missing: Counter[tuple[str, str | None, str]] = Counter()
    for (layout, policies), how_many in alike.items():
        for each in _missing(asking.rules, layouts[layout], policies):
            missing[each] += how_many
    for (rule_id, policy, field), how_many in missing.items():
        yield NotJudged(rule_id, None, policy, NO_COLUMN + field, how_many)


def _missing(
    rules: Iterable[Rule], layout: Layout, policies: tuple[Policy, ...]
) -> dict[tuple[str, str | None, str], None]:
    """Return (rule, policy, field) for each column that rules and policies ask for and the sheet lacks."""
    missing: dict[tuple[str, str | None, str], None] = {}
    for rule in rules:
        missing |= {(rule.id, None, field): None for field in lacking(rule, layout)}
        for policy in policies:
            if rule.when(policy):
                named = policy.id if rule.scope == "policy" else None
                missing |= {(rule.id, named, field): None for field in rule.lacks(policy, layout.columns)}
    return missing


def _clocks_not_judged(verdicts: Sequence[tuple[Verdict, ...]]) -> Iterable[NotJudged]:
    """Yield, once each, the clocks that lack a column, with the number of cases."""
    missing: Counter[tuple[str, str, str]] = Counter()
    alike = dict(zip(map(id, verdicts), verdicts, strict=True))  # cases that agree share their verdicts
    for each, cases in Counter(map(id, verdicts)).items():
        for verdict in alike[each]:
            if verdict.outcome == "cannot_judge" and verdict.reason and verdict.reason.startswith(NO_COLUMN):
                missing[verdict.clock, verdict.policy, verdict.reason] += cases
    for (clock, policy, reason), cases in missing.items():
        yield NotJudged("clock-breached", clock, policy, reason, cases)
