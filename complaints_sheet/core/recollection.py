"""A register together with what the memory knows of it: ids, when first seen, what changed, what is gone."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import blake2b

from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.identity import match, settle
from complaints_sheet.core.journal import Change, Edit, case_id, differences, renamed
from complaints_sheet.core.matches import Exact, Known, Matching, Question
from complaints_sheet.core.model import Case, Interval, Register
from complaints_sheet.core.snapshots import Snapshot, column_names, fingerprints, snapshot

_MOST_ROWS = 20  # that must change at once before a column is taken for a formula
_FORM = 1  # of what `reading_of` stands for: raised when fingerprints are made in another way


@dataclass(frozen=True, slots=True)
class Face:
    """A register as the last good run saw it: its cases in order, their fingerprints and first days.

    `columns` are (name, heading) pairs. `days` are None for cases of the very first run. `removed` maps the
    last fingerprint of rows that are gone to their cases. `observed` are the events seen to happen, by case.
    """

    reading: str
    columns: tuple[tuple[str, str], ...]
    numbers: Sequence[int]
    prints: Sequence[bytes]
    days: Sequence[date | None]
    removed: Mapping[bytes, Sequence[int]] = field(default_factory=dict)
    observed: Mapping[int, Mapping[str, Interval]] = field(default_factory=dict)
    calculated: frozenset[str] = frozenset()  # columns that change by themselves: not part of a fingerprint


@dataclass(frozen=True, slots=True)
class Gone:
    """A case whose row is missing: its number and the cells it last had."""

    number: int
    cells: Snapshot


@dataclass(frozen=True, slots=True)
class Recollection:
    """A register as the memory sees it, ready to be judged and then remembered.

    `register.cases` have their id, first day and observed events; `numbers[i]` is the number of case i. `new`
    are places; `before` holds the former cells of the cases in `changes`. `same` is True where the file was
    read before, byte for byte, so that there is nothing to remember. `face` is None for the very first run.
    """

    register: Register
    today: date
    face: Face | None
    numbers: Sequence[int]
    prints: Sequence[bytes]
    new: tuple[int, ...] = ()
    changes: tuple[Change, ...] = ()
    before: Mapping[int, Snapshot] = field(default_factory=dict)
    places: Mapping[int, int] = field(default_factory=dict)  # of the cases in `changes`
    gone: tuple[Gone, ...] = ()
    returned: tuple[int, ...] = ()
    questions: tuple[Question, ...] = ()
    equals: tuple[tuple[int, ...], ...] = ()
    reused: tuple[int, ...] = ()
    calculated: frozenset[str] = frozenset()
    edits: tuple[Edit, ...] = ()
    alarm: str = ""  # why the run must stop, empty where it may go on
    same: bool = False

    @property
    def baseline(self) -> bool:
        """Return True for the very first run over this register."""
        return self.face is None


def reading_of(register: Register) -> str:
    """Return a text that stands for the file's bytes and for how rows and columns were understood."""
    parts = [str(_FORM), register.fingerprint, str(len(register.cases))]
    for layout in register.layouts:
        named = ";".join(f"{name}={column.number}" for name, column in column_names(layout))
        parts.append(f"{layout.source}|{layout.sheet}|{layout.header_row}|{layout.date_order}|{named}")
    return blake2b("\n".join(parts).encode("utf-8", "replace"), digest_size=16).hexdigest()


def columns_of(register: Register) -> tuple[tuple[str, str], ...]:
    """Return (name, heading) of every column of the register, once each."""
    named = (item for layout in register.layouts for item in column_names(layout))
    return tuple({name: (name, column.heading) for name, column in named}.values())


def unnamed(recalled: Recollection) -> Recollection:
    """Return the recollection with no ids on the cases that no run has remembered yet."""
    new = set(recalled.new)
    cases = tuple(
        replace(case, id=None) if place in new else case for place, case in enumerate(recalled.register.cases)
    )
    return replace(recalled, register=replace(recalled.register, cases=cases)) if new else recalled


def first_recollection(register: Register, today: date, next_number: int) -> Recollection:
    """Return a register never seen before: every row is a new case, and nothing was observed."""
    numbers = range(next_number, next_number + len(register.cases))
    cases = tuple(_known_cases(register.cases, numbers, (None,) * len(numbers), {}))
    prints = fingerprints(register.cases)
    return Recollection(
        replace(register, cases=cases), today, None, numbers, prints, new=tuple(range(len(numbers)))
    )


def same_recollection(register: Register, face: Face, today: date) -> Recollection:
    """Return a register whose file has not changed by a byte since the last good run."""
    cases = tuple(_known_cases(register.cases, face.numbers, face.days, face.observed))
    return Recollection(replace(register, cases=cases), today, face, face.numbers, face.prints, same=True)


def found_by_print(register: Register, face: Face) -> tuple[list[bytes], Exact]:
    """Return the fingerprints of today's rows, and the rows they are enough to recognise."""
    prints = fingerprints(register.cases, face.calculated)
    return prints, match(prints, Known(face.numbers, face.prints, face.removed))


def recollect(
    register: Register,
    face: Face,
    found: tuple[list[bytes], Exact],
    snapshots: Mapping[int, Snapshot],
    *,
    today: date,
    next_number: int,
) -> Recollection:
    """Return a register that changed: every row recognised or new, with what changed in it.

    `found` comes from `found_by_print`; `snapshots` holds the last cells of its `left_known`. New cases are
    numbered from `next_number`.
    """
    prints, exact = found
    snapshots = _under_todays_names(register, face, snapshots)
    matching = settle(exact, register.cases, snapshots)
    new = tuple(place for place, each in enumerate(matching.matches) if each.number is None)
    new_numbers = dict(zip(new, range(next_number, next_number + len(new)), strict=True))
    numbers = [
        new_numbers[place] if each.number is None else each.number
        for place, each in enumerate(matching.matches)
    ]
    first_days = dict(zip(face.numbers, face.days, strict=True))
    days = [first_days.get(number, today) for number in numbers]
    cases = tuple(_known_cases(register.cases, numbers, days, face.observed))
    changes = tuple(_changes(register, matching, exact, snapshots))
    calculated = face.calculated | _calculated(changes, len(register.cases))
    if calculated:
        changes = tuple(_without(changes, calculated))
    if calculated != face.calculated:
        prints = fingerprints(register.cases, calculated)
    return Recollection(
        replace(register, cases=cases),
        today,
        face,
        numbers,
        prints,
        new=new,
        changes=changes,
        before={each.number: snapshots[each.number] for each in changes if each.number in snapshots},
        places={numbers[place]: place for place in exact.left if place not in new_numbers},
        gone=tuple(Gone(number, snapshots[number]) for number in matching.removed),
        returned=tuple(each.number for each in changes if each.kind == "returned"),
        questions=matching.questions,
        equals=matching.equals,
        reused=matching.reused,
        calculated=calculated,
    )


def _changes(
    register: Register, matching: Matching, found: Exact, snapshots: Mapping[int, Snapshot]
) -> Iterator[Change]:
    for place in found.left:
        each = matching.matches[place]
        if each.number is None:
            continue
        if each.how == "returned":
            yield Change(each.number, "returned", {}, each.why)
            continue
        cells = differences(snapshots[each.number], snapshot(register.cases[place]))
        if cells:
            yield Change(each.number, "changed", cells, each.why)


def _calculated(changes: Sequence[Change], rows: int) -> frozenset[str]:
    """Return the columns without a field that changed in most rows at once: a formula, such as days open."""
    counts = Counter(name for change in changes for name in change.cells if name not in FIELDS)
    return frozenset(name for name, count in counts.items() if count >= _MOST_ROWS and 2 * count > rows)


def _without(changes: Sequence[Change], columns: frozenset[str]) -> Iterator[Change]:
    """Yield the changes without these columns, leaving out those of which nothing is left."""
    for change in changes:
        cells = {name: cell for name, cell in change.cells.items() if name not in columns}
        if cells or change.kind != "changed":
            yield replace(change, cells=cells)


def _under_todays_names(
    register: Register, face: Face, snapshots: Mapping[int, Snapshot]
) -> Mapping[int, Snapshot]:
    """Return cells kept under a column's former name under the name that its heading has today."""
    columns = columns_of(register)
    if columns == face.columns:
        return snapshots
    now = {heading: name for name, heading in columns}
    then = dict(face.columns)
    return {number: renamed(each, then, now) for number, each in snapshots.items()}


def _known_cases(
    cases: Sequence[Case],
    numbers: Sequence[int],
    days: Sequence[date | None],
    observed: Mapping[int, Mapping[str, Interval]],
) -> Iterator[Case]:
    """Yield each case with what is known of it; written out, since a register may have 100,000 of them."""
    for case, number, day in zip(cases, numbers, days, strict=True):
        seen = observed.get(number, {})
        if "received_on" in seen and case.recorded("received_on"):
            seen = {event: interval for event, interval in seen.items() if event != "received_on"}
        yield Case(
            case.register,
            case.row,
            case.layout,
            case.values,
            case.problems,
            case.cells,
            case_id(number),
            day,
            seen,
        )
