"""Cells as bytes: typed values as JSON, the first cells of many cases in one compressed page."""

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from complaints_sheet.core.journal import CellChange
from complaints_sheet.core.model import BadCell, Case, Layout, Money
from complaints_sheet.core.snapshots import Snapshot, column_names, kept_values

CASES_A_PAGE = 64
_SPEED = 1  # of zlib: three times as fast as its usual, for a quarter more bytes


def packed(cases: Sequence[Case], layout: Layout) -> bytes:
    """Return the cells of cases of one layout, as typed, with what was understood of them."""
    places = [column.number - layout.first_column for _, column in column_names(layout)]
    width = max(places, default=-1) + 1
    in_order = places == list(range(width))
    understood = kept_values(layout)
    rows = []
    for case in cases:
        cells = case.cells
        if len(cells) < width:
            cells = (*cells, *(None,) * (width - len(cells)))
        row = cells[:width] if in_order else [cells[place] for place in places]
        rows.append((row, understood(case)))
    return zlib.compress(_dumps(rows).encode("utf-8", "surrogatepass"), _SPEED)


def unpacked(page: bytes, names: Sequence[str]) -> list[Snapshot]:
    """Return the cells of every case of a page; `names` are its columns."""
    rows = _loads(zlib.decompress(page).decode("utf-8", "surrogatepass"))
    return [
        Snapshot(
            {name: cell for name, cell in zip(names, row, strict=True) if cell is not None and cell != ""},
            understood or {},
        )
        for row, understood in rows
    ]


def repacked(rows: Sequence[Snapshot], names: Sequence[str]) -> bytes:
    """Return a page of these cells, for rewriting one from which a person's data were erased."""
    plain = [([row.cells.get(name) for name in names], dict(row.understood) or 0) for row in rows]
    return zlib.compress(_dumps(plain).encode("utf-8", "surrogatepass"), _SPEED)


def changes_as_text(cells: Mapping[str, CellChange]) -> str:
    """Return changed cells as text."""
    return _dumps({name: [each.before, each.after, each.understood] for name, each in cells.items()})


def changes_from_text(text: str) -> dict[str, CellChange]:
    """Return the changed cells that the text holds."""
    return {name: CellChange(*each) for name, each in _loads(text).items()}


def _dumps(value: object) -> str:
    return json.dumps(value, default=_tagged, ensure_ascii=False, separators=(",", ":"))


def _loads(text: str) -> Any:
    return json.loads(text, object_hook=_untagged)


def _tagged(value: object) -> dict[str, object]:
    """Return a value that JSON has no word for under the mark of its type."""
    for kind, (mark, write, _) in _MARKS.items():
        if isinstance(value, kind):
            return {mark: write(value)}
    raise TypeError(f"a cell cannot hold a {type(value).__name__}")


def _untagged(found: dict[str, Any]) -> Any:
    if len(found) == 1:
        ((mark, value),) = found.items()
        if mark in _READERS:
            return _READERS[mark](value)
    return found


_MARKS: Mapping[type, tuple[str, Callable[[Any], object], Callable[[Any], object]]] = {
    datetime: ("=t", datetime.isoformat, datetime.fromisoformat),  # before date, since it is one
    date: ("=d", date.isoformat, date.fromisoformat),
    time: ("=h", time.isoformat, time.fromisoformat),
    timedelta: ("=s", lambda it: [it.days, it.seconds, it.microseconds], lambda parts: timedelta(*parts)),
    Decimal: ("=n", str, Decimal),
    Money: ("=m", lambda it: [str(it.amount), it.currency], lambda parts: Money(Decimal(parts[0]), parts[1])),
    BadCell: ("=b", lambda it: [it.kind, it.text], lambda parts: BadCell(*parts)),
}
_READERS = {mark: read for mark, _, read in _MARKS.values()}
