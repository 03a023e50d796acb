"""Turning what a rule says of a case into a finding: its place, its owner, and a key that does not move.

A key has two halves, as in `k7f3q2m5-4d2xz`. The first names the case, the second what is said of it (rule,
field, clock, policy), so that a case that gains an id keeps the second half. Neither half depends on the
row number, on the order of the register or on any other row, except that rows equal in reference, or in
received, customer and issue, are numbered in the order of the file.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from hashlib import blake2b
from typing import TypeAlias

from complaints_sheet.core.model import Case, Finding, Flag, Severity

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"  # no 0 or 1, which look like letters
_PAIRS = tuple(first + second for first in _LETTERS for second in _LETTERS)  # ten bits each
_APART = "\x1f"  # cleaned cells never hold it, so two halves of a name cannot run together


Saying: TypeAlias = tuple[str, Severity, str | None, Flag]
"""What is said of a case: by which rule, how grave it is, under which policy, and the flag."""


def finding(case: Case, rule: str, severity: Severity, flag: Flag, ordinal: int = 1) -> Finding:
    """Return the finding for a flag on one case, with its place, its owner as typed and its stable key.

    The severity of the flag, where it has one, is the stronger word. `ordinal` tells apart rows that are
    otherwise equal (see `ordinals`).
    """
    return findings_of(case, ordinal, [(rule, flag.severity or severity, flag.policy, flag)])[0]


def findings_of(case: Case, ordinal: int, said: Iterable[Saying]) -> list[Finding]:
    """Return the findings for all that is said of one case, in the same order."""
    layout = case.layout
    mark = case_mark(case, ordinal)
    owner = case.text("case_owner") or None
    found = []
    for rule, severity, policy, flag in said:
        column = layout.columns.get(flag.field) if flag.field else None
        found.append(
            Finding(
                f"{mark}-{_what(rule, flag.field, flag.clock, policy, flag.about)}",
                rule,
                severity,
                flag.message,
                case.register,
                layout.sheet,
                case.row,
                flag.field,
                f"{column.letter}{case.row}" if column else None,
                flag.clock,
                policy,
                case.id,
                flag.due,
                owner,
                flag.clause,
                layout.source,
                layout.first_column,
            )
        )
    return found


def register_finding(register: str, rule: str, severity: Severity, flag: Flag) -> Finding:
    """Return the finding for a flag about the register as a whole: no row, no owner; as grave as given."""
    return Finding(
        key=f"{_mark(register)}-{_what(rule, flag.field, flag.clock, flag.policy, flag.about)}",
        rule=rule,
        severity=severity,
        message=flag.message,
        register=register,
        sheet="",
        row=None,
        field=flag.field,
        clock=flag.clock,
        policy=flag.policy,
        due=flag.due,
        clause=flag.clause,
    )


def rekeyed(found: Finding, case: Case, ordinal: int = 1) -> Finding:
    """Return a finding of this case under the name the case has now: its id, and the key with it."""
    what = found.key.rpartition("-")[2]
    return replace(found, key=f"{case_mark(case, ordinal)}-{what}", case=case.id)


def case_mark(case: Case, ordinal: int = 1) -> str:
    """Return the half of a key that names the case: 8 letters and digits, with the number of an equal row."""
    mark = _mark(_identity(case))
    return mark if ordinal == 1 else f"{mark}.{ordinal}"


def remembered_mark(register: str, case_id: str) -> str:
    """Return the half of a key that names a case of the memory, of which perhaps only the id is left."""
    return _mark(_remembered(register, case_id))


def ordinals(cases: Iterable[Case]) -> Mapping[Case, int]:
    """Return the number (2, 3 …) of each case that an earlier case of the same identity precedes."""
    seen: dict[str, int] = {}
    later: dict[Case, int] = {}
    for case in cases:
        if case.id is None:
            identity = _identity(case)
            number = seen.get(identity, 0) + 1
            seen[identity] = number
            if number > 1:
                later[case] = number
    return later


def _identity(case: Case) -> str:
    """Return what the case is recognised by: the memory's id, else its reference, else what it is about."""
    if case.id is not None:
        return _remembered(case.register, case.id)
    values = case.values
    ref = values.get("case_ref")
    if ref:
        return f"{case.register}{_APART}ref{_APART}{ref}".casefold()
    received = values.get("received_on") or _seen(case, "received_on")
    customer, issue = values.get("customer_name", ""), values.get("issue", "")
    return f"{case.register}{_APART}{received}{_APART}{customer}{_APART}{issue}".casefold()


def _remembered(register: str, case_id: str) -> str:
    return f"{register}{_APART}id{_APART}{case_id}"


def _seen(case: Case, field_id: str) -> str:
    """Return what a cell that was not understood shows, or nothing for a blank one."""
    problem = case.problems.get(field_id)
    return problem.seen if problem else ""


def _mark(identity: str) -> str:
    """Return the 40 bits that stand for a text, as 8 letters and digits."""
    bits = int.from_bytes(blake2b(identity.encode(), digest_size=5).digest(), "big")
    return _PAIRS[bits >> 30] + _PAIRS[bits >> 20 & 1023] + _PAIRS[bits >> 10 & 1023] + _PAIRS[bits & 1023]


@lru_cache(maxsize=4096)
def _what(rule: str, field: str | None, clock: str | None, policy: str | None, about: str) -> str:
    """Return the half of a key that names what is said: 5 letters and digits."""
    return _mark(_APART.join((rule, field or "", clock or "", policy or "", about)))[:5]
