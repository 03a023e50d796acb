"""The cells of one row as the memory keeps them: by column name, as typed, with what was understood of them.

A column's name is its field, or "+" and its heading in small letters where it has no field. Names do not
depend on where a column stands.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from hashlib import blake2b
from unicodedata import normalize

from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.model import Case, Column, Layout, Raw, Value

FINGERPRINT_BYTES = 16

_CELL_END = "\x1f"  # no cleaned cell holds it


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The cells of one row: `cells` as typed, without blanks; `understood` where a cell is not yet its value.

    `understood["received_on"]` is the date that the text "2 Nov 2026" was read as; a real date is its own
    value.
    """

    cells: Mapping[str, Raw]
    understood: Mapping[str, Value]

    def value(self, name: str) -> Value | Raw:
        """Return what the cell means: the value understood, else the cell as typed, None where blank."""
        found = self.understood.get(name)
        return found if found is not None else self.cells.get(name)

    def day(self, name: str) -> date | None:
        """Return the cell's date without its time, or None where it holds none."""
        found = self.value(name)
        if isinstance(found, datetime):
            return found.date()
        return found if isinstance(found, date) else None


def column_names(layout: Layout) -> Sequence[tuple[str, Column]]:
    """Return each column of a sheet with its name, in the order of the sheet."""
    named = [*layout.columns.items(), *((f"+{_folded(column.heading)}", column) for column in layout.extra)]
    return sorted(named, key=lambda each: each[1].number)


def snapshot(case: Case) -> Snapshot:
    """Return the cells of a case as the memory keeps them."""
    cells = {
        name: case.cells[place]
        for name, place in _places(case.layout)
        if place < len(case.cells) and case.cells[place] is not None and case.cells[place] != ""
    }
    understood = {
        name: value
        for name, value in case.values.items()
        if not isinstance(value, str) and value != _without_midnight(cells.get(name))
    }
    return Snapshot(cells, understood)


def kept_values(layout: Layout) -> Callable[[Case], dict[str, Value] | int]:
    """Return the function that gives what was understood of a case beyond its cells, 0 where nothing was."""
    typed = [
        (name, place)
        for name, place in _places(layout)
        if name in FIELDS and FIELDS[name].kind not in ("text", "name", "listed")
    ]

    def understood(case: Case) -> dict[str, Value] | int:
        values, cells, kept = case.values, case.cells, {}
        for name, place in typed:
            value = values.get(name)
            if value is not None and value != cells[place] and value != _without_midnight(cells[place]):
                kept[name] = value
        return kept or 0

    return understood


def fingerprints(cases: Iterable[Case], leave_out: frozenset[str] = frozenset()) -> list[bytes]:
    """Return 16 bytes for each case that stand for all its cells, wherever the row and its columns are.

    Moving a column or adding an empty one changes nothing. A date with the time 00:00 is the date, 5.0 is 5.
    `leave_out` are names of columns that do not count.
    """
    found = []
    layout: Layout | None = None
    plan: Sequence[tuple[str, int]] = ()
    for case in cases:
        if case.layout is not layout:
            layout = case.layout
            plan = [
                (f"{name}\x1e", place) for name, place in sorted(_places(layout)) if name not in leave_out
            ]
        cells = case.cells
        width = len(cells)
        text = "".join(
            [
                f"{name}{cells[place]}{_CELL_END}"
                for name, place in plan
                if place < width and cells[place] is not None and cells[place] != ""
            ]
        )
        text = text.replace(f".0{_CELL_END}", _CELL_END).replace(f" 00:00:00{_CELL_END}", _CELL_END)
        found.append(blake2b(text.encode("utf-8", "replace"), digest_size=FINGERPRINT_BYTES).digest())
    return found


def comparable(value: Value | Raw) -> str:
    """Return a value as text in which case, spaces and 00:00 do not count, for telling whether two agree."""
    if value is None or isinstance(value, str):
        return _folded(value or "")
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _without_midnight(raw: Raw) -> Raw:
    return raw.date() if isinstance(raw, datetime) and raw.time() == time() else raw


@lru_cache(maxsize=8192)
def _folded(text: str) -> str:
    return " ".join(normalize("NFKC", text).casefold().split())


def _places(layout: Layout) -> list[tuple[str, int]]:
    """Return the name of each column with its place in `Case.cells`."""
    return [(name, column.number - layout.first_column) for name, column in column_names(layout)]
