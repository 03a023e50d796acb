"""A register together with what the memory knows of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from complaints_sheet.core.model import Register
from complaints_sheet.core.snapshots import fingerprints


@dataclass(frozen=True, slots=True)
class Recollection:
    """A register as the memory sees it: its cases with what is known of each, ready to be judged.

    `baseline` is True where the memory had never seen this register. `fingerprints[i]` belongs to
    `register.cases[i]`.
    """

    register: Register
    baseline: bool
    fingerprints: tuple[bytes, ...]
    new: frozenset[bytes] = frozenset()


def recollect(register: Register, known: Mapping[bytes, date | None] | None, today: date) -> Recollection:
    """Return the register with the day each of its cases was first seen.

    `known` maps the fingerprints seen before to that day (None: seen by the very first run); None where the
    register has never been seen. A row not known is first seen today, except by the very first run.
    """
    prints = tuple(fingerprints(register.cases))
    if known is None:
        return Recollection(register, True, prints, frozenset(prints))
    days = [known.get(each, today) for each in prints]
    cases = tuple(
        replace(case, first_seen=day) if day else case for case, day in zip(register.cases, days, strict=True)
    )
    return Recollection(replace(register, cases=cases), False, prints, frozenset(prints) - known.keys())
