"""Tables that stand side by side on one worksheet: each is a register with headings of its own."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace

from complaints_sheet.core.cells import is_blank
from complaints_sheet.core.columns import column_letter
from complaints_sheet.core.heading_row import (
    FEWEST_FIELDS,
    FEWEST_HALVES,
    ROWS_SEARCHED,
    fields_of_line,
    find_heading,
    meant,
)
from complaints_sheet.core.model import Table

WHOSE = frozenset({"customer_name", "issue"})


def tables_side_by_side(table: Table, told: Mapping[str, str]) -> Sequence[Table]:
    """Return the tables of a worksheet from left to right; the worksheet itself where it holds but one.

    Another table begins where headings come again that the one before has: three fields or more of them,
    with the customer or the issue among them, so that the columns of a second stage stay with their row, and
    enough for headings of its own. `told` gives the heading of a field as the config does.
    """
    starts = [] if table.block else list(_where_repeated(table, told)) or list(_after_blanks(table, told))
    if not starts:
        return (table,)
    ends = [*starts, max(map(len, table.rows))]
    parts = [_cut(table, first, end) for first, end in zip([0, *starts], ends, strict=True)]
    return tuple(each for part in parts for each in tables_side_by_side(part, told))


def beside_note(table: Table) -> str:
    """Return in a sentence which of the tables side by side this one is, or "" for a whole worksheet."""
    if not table.beside:
        return ""
    last = table.first_column + max(map(len, table.rows)) - 1
    letters = f"{column_letter(table.first_column)} to {column_letter(last)}"
    return f"The sheet holds tables side by side; this one stands in columns {letters}."


def _after_blanks(table: Table, told: Mapping[str, str]) -> Iterator[int]:
    """Yield where a table begins to the right of blank columns, its headings in whichever row."""
    top = _top(table)
    bands = list(_bands(table))
    known: set[str] = set()
    start = 0
    for first, end in bands if len(bands) > 1 else ():
        band, rest = _cut(top, first, end), _cut(top, first, None)
        row = find_heading(band, told)
        if row is None:
            continue
        fields = set(meant(row).values())
        again = (fields | fields_of_line(rest, row.index)) & known
        if _again(again) and not _goes_on(_cut(top, start, first), band, row.index, told):
            yield first
            start = first
        known |= fields


def _goes_on(left: Table, band: Table, index: int, told: Mapping[str, str]) -> bool:
    """Return True where a line of headings goes on across the blank columns, so that the band is a part.

    Looked at are the line at `index`, which may head a table below the first, and the first one itself.
    """
    first = find_heading(left, told)
    return any(
        _one_line(fields_of_line(left, at), fields_of_line(band, at))
        for at in {index, first.index if first else index}
    )


def _one_line(here: Set[str], there: Set[str]) -> bool:
    """Return True where both name fields as headings do, and hardly any of them twice."""
    fewest = min(len(here), len(there))
    return fewest >= FEWEST_HALVES and 2 * len(here & there) < fewest


def _bands(table: Table) -> Iterator[tuple[int, int]]:
    """Yield the first and the end of each run of columns that are not blank at the top of the sheet."""
    top = _top(table).rows
    width = max(map(len, top), default=0)
    blank = [all(at >= len(row) or is_blank(row[at]) for row in top) for at in range(width)]
    first = None
    for at, is_empty in enumerate([*blank, True]):
        if is_empty and first is not None:
            yield first, at
            first = None
        elif not is_empty and first is None:
            first = at


def _where_repeated(table: Table, told: Mapping[str, str]) -> Iterator[int]:
    """Yield where the headings of one row begin again, whether or not blank columns stand between."""
    row = find_heading(_top(table), told)
    fields = meant(row) if row else {}
    seen: set[str] = set()
    start = 0
    for at, field in fields.items():
        rest = {name for place, name in fields.items() if place >= at}
        if field in seen and _again(rest & seen) and _fields(_cut(_top(table), at, None), told):
            start = _edge(table, fields, start, at)
            yield start
            seen = {name for place, name in fields.items() if start <= place < at}
        seen.add(field)


def _edge(table: Table, fields: Mapping[int, str], start: int, at: int) -> int:
    """Return the first column of the table whose first repeated heading stands at `at`.

    Columns that the table before has not stand before it, up to the blank columns.
    """
    first = next((first for first, end in _bands(table) if first <= at < end), at)
    between = {name for place, name in fields.items() if first <= place < at}
    later = {name for place, name in fields.items() if place >= at}
    return first if first > start and between.isdisjoint(later) else at


def _again(fields: Set[str]) -> bool:
    """Return True where headings that came before are enough to be those of another table."""
    return len(fields) >= FEWEST_FIELDS and not fields.isdisjoint(WHOSE)


def _fields(table: Table, told: Mapping[str, str]) -> set[str]:
    """Return the fields that the headings of the table name, none where it has no headings."""
    row = find_heading(table, told)
    return set(meant(row).values()) if row else set()


def _top(table: Table) -> Table:
    return replace(table, rows=table.rows[:ROWS_SEARCHED])


def _cut(table: Table, first: int, end: int | None) -> Table:
    """Return the columns from `first` up to `end` as a table; cells merged across them are left out."""
    left = table.first_column + first
    right = left + (end - first) if end is not None else None
    merged = tuple(each for each in table.merged if each[1] >= left and (right is None or each[3] < right))
    rows = [row[first:end] for row in table.rows]
    return replace(table, rows=rows, first_column=left, merged=merged, beside=True)
