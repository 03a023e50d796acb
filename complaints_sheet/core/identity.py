"""Which remembered case is this row: fingerprints of rows, and what the memory knows of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import blake2b

from complaints_sheet.core.model import Case, Layout, Register

FINGERPRINT_BYTES = 16


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


def fingerprints(cases: Sequence[Case]) -> tuple[bytes, ...]:
    """Return 16 bytes for each case that stand for all its cells, wherever the row and its columns are.

    Cells are named by their field, or by their heading where they have none, so moving a column or adding an
    empty one changes nothing. A date with the time 00:00 is the date, and 5.0 is 5.
    """
    plans: dict[int, list[tuple[str, int]]] = {}
    found = []
    for case in cases:
        plan = plans.get(id(case.layout))
        if plan is None:
            plan = plans[id(case.layout)] = _plan(case.layout)
        cells = case.cells
        width = len(cells)
        text = "".join(
            [
                f"{name}{cells[place]}\x1f"
                for name, place in plan
                if place < width and cells[place] is not None and cells[place] != ""
            ]
        )
        plain = text.replace(".0\x1f", "\x1f").replace(" 00:00:00\x1f", "\x1f")
        found.append(blake2b(plain.encode("utf-8", "replace"), digest_size=FINGERPRINT_BYTES).digest())
    return tuple(found)


def _plan(layout: Layout) -> list[tuple[str, int]]:
    """Return the name of each column, in the order of the names, with its place in `Case.cells`."""
    fields = [(f"{field_id}\x1e", column) for field_id, column in layout.columns.items()]
    extra = [(f"+{column.heading.strip().casefold()}\x1e", column) for column in layout.extra]
    return sorted((name, column.number - layout.first_column) for name, column in (*fields, *extra))


def recollect(register: Register, known: dict[bytes, date | None] | None, today: date) -> Recollection:
    """Return the register with the day each of its cases was first seen.

    `known` maps the fingerprints seen before to that day (None: seen by the very first run); None where the
    register has never been seen. A row not known is first seen today, except by the very first run.
    """
    prints = fingerprints(register.cases)
    if known is None:
        return Recollection(register, True, prints, frozenset(prints))
    days = [known.get(each, today) for each in prints]
    cases = tuple(
        replace(case, first_seen=day) if day else case for case, day in zip(register.cases, days, strict=True)
    )
    return Recollection(replace(register, cases=cases), False, prints, frozenset(prints) - known.keys())
