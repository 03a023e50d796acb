"""Findings that a person called right: silent, shown and counted, until their facts change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import blake2b

from complaints_sheet.core.likeness import KEY_FIELDS
from complaints_sheet.core.lines import is_checked
from complaints_sheet.core.model import AcceptedFinding, Case, Finding, Judgement
from complaints_sheet.core.snapshots import comparable

_WAITING = frozenset({"clock-breached", "clock-due-soon", "open-too-long"})
_FACTS = (*KEY_FIELDS, "case_owner", "department", "followed_up_on", "resolved", "resolution")


@dataclass(frozen=True, slots=True)
class Accepted:
    """A finding that is right as it is: why, since when, and the facts it was accepted for."""

    key: str
    register: str
    facts: str
    reason: str
    day: date


@dataclass(frozen=True, slots=True)
class Heard:
    """Findings to act on, and those that are silent, each with why it was accepted."""

    findings: tuple[Finding, ...]
    silent: tuple[tuple[Finding, Accepted], ...]


def heard(findings: Iterable[Finding], cases: Iterable[Case], accepted: Mapping[str, Accepted]) -> Heard:
    """Return the findings without those accepted for the facts they still have; `accepted` is by key."""
    if not accepted:
        return Heard(tuple(findings), ())
    by_id = {case.id: case for case in cases}
    speaking: list[Finding] = []
    silent: list[tuple[Finding, Accepted]] = []
    for found in findings:
        word = accepted.get(found.key)
        if word is not None and word.facts == facts(found, by_id.get(found.case)):
            silent.append((found, word))
        else:
            speaking.append(found)
    return Heard(tuple(speaking), tuple(silent))


def quietened(judgement: Judgement, accepted: Mapping[str, Accepted]) -> Judgement:
    """Return the judgement with the findings that were accepted kept apart; `accepted` is by key."""
    if not accepted:
        return judgement
    said = heard(judgement.findings, judgement.register.cases, accepted)
    apart = tuple(AcceptedFinding(found, word.reason, word.day) for found, word in said.silent)
    return replace(judgement, findings=said.findings, accepted=apart)


def all_of(judgement: Judgement) -> Judgement:
    """Return the judgement with accepted findings among the others, as they were found."""
    if not judgement.accepted:
        return judgement
    found = (*judgement.findings, *(each.finding for each in judgement.accepted))
    return replace(judgement, findings=found, accepted=())


def accept(found: Finding, case: Case | None, reason: str, day: date) -> Accepted:
    """Return the word that a finding is right as it is, for the facts it has now."""
    return Accepted(found.key, found.register, facts(found, case), reason, day)


def checked(
    findings: Iterable[Finding], cases: Iterable[Case], accepted: Mapping[str, Accepted], day: date
) -> tuple[Accepted, ...]:
    """Return the words given in the register's own `checked` column that are not yet known.

    A text there accepts whatever gap is found in the row at that time, once: when the facts change, it speaks
    again until somebody types another text. A customer who waits is never silenced by a cell.
    """
    words = {case.id: case for case in cases if case.id and is_checked(case)}
    new = []
    for found in findings if words else ():
        case = words.get(found.case or "")
        if case is None or (case.open and found.rule in _WAITING):
            continue
        reason = f"checked: {case.text('checked')}"
        known = accepted.get(found.key)
        if known is None or known.reason != reason:
            new.append(accept(found, case, reason, day))
    return tuple(new)


def facts(found: Finding, case: Case | None) -> str:
    """Return a text that stands for the facts of a finding; it changes with them and with nothing else.

    They are the due date, the cell that the finding is about, and what the case is about and how it stands.
    """
    parts = [found.rule, str(found.due or "")]
    if case is not None:
        names = dict.fromkeys((*((found.field,) if found.field else ()), *_FACTS))
        parts += [f"{name}={comparable(case.values.get(name)) or _seen(case, name)}" for name in names]
    return blake2b("\x1f".join(parts).encode("utf-8", "replace"), digest_size=8).hexdigest()


def _seen(case: Case, name: str) -> str:
    problem = case.problems.get(name)
    return problem.seen if problem else ""
