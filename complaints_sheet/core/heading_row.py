"""Finding the heading row: below titles and notes, in one line or two, with merged cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from operator import itemgetter

from complaints_sheet.core.cells import clean
from complaints_sheet.core.columns import NEAR, column_letter, folded, matches, share_that_fits
from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.mapping import Headed, meanings
from complaints_sheet.core.model import Column, Raw, Table

ROWS_SEARCHED = 100
ROWS_SEARCHED_WHOLE = 2_000
FEWEST_FIELDS = 3
FEWEST_HALVES = 2
LONGEST_HEADING = 200
WHO_OR_WHAT = frozenset({"customer_name", "issue", "case_owner", "resolution"})


@dataclass(frozen=True, slots=True)
class HeadingRow:
    """Where the headings stand: `index` of their last line in `table.rows`, how many lines, their words."""

    index: int
    lines: int
    names: tuple[str, ...]  # one for each column, empty where there is none
    groups: tuple[str, ...]  # the heading above it, where there are two lines


def find_heading(table: Table, told: Mapping[str, str]) -> HeadingRow | None:
    """Return the first row that names nearly as many fields as the best one; None if no row will do."""
    stop = 1 if table.block else ROWS_SEARCHED
    for near in (False, True):  # slips of the keyboard are looked for only where nothing else is found
        scored = [
            (score, row)
            for index in range(min(stop, len(table.rows)))
            for row in _candidates(table, index)
            if (score := _score(row, told, near=near)) is not None
        ]
        if scored:
            found = _first_good(scored)
            return found if near else _misspelt_above(table, found, told) or found
    return None


def _misspelt_above(table: Table, found: HeadingRow, told: Mapping[str, str]) -> HeadingRow | None:
    """Return a row above whose headings are misspelt, or None: a short table may stand above a long one."""
    enough = 0.6 * (_score(found, told, near=True) or 0)
    for index in range(found.index):
        for row in _candidates(table, index):
            if (_score(row, told, near=True) or 0) >= enough:
                return row
    return None


def _first_good(scored: Sequence[tuple[float, HeadingRow]]) -> HeadingRow:
    """Return the first good row, or the same headings told in two lines where that names more of them."""
    best = max(score for score, _ in scored)
    first = next(row for score, row in scored if score >= 0.6 * best)
    nearby = [(score, -row.index, row) for score, row in scored if 0 <= row.index - first.index <= 1]
    return max(nearby, key=lambda each: each[:2])[2]


def later_headings(table: Table, first: HeadingRow, told: Mapping[str, str]) -> list[HeadingRow]:
    """Return the headings of further tables below the first, whose columns stand in another order.

    Where the same headings stand in the same columns, it is the first table going on.
    """
    current, found = first, []
    width = len(first.names)
    suspects = _heading_words(table.rows[first.index + 1 :], _dated_columns(first, told), width)
    below = range(first.index + 1, len(table.rows))
    for index in below if suspects else ():
        row = table.rows[index]
        if not suspects.isdisjoint(row[:width]):
            better = _heading_at(table, index, told)
            if better is not None and meant(better) != meant(current):
                found.append(better)
                current = better
    return found


def _dated_columns(row: HeadingRow, told: Mapping[str, str]) -> frozenset[int]:
    """Return the columns of dates and of yes and no: words in them are few, and a heading is soon seen."""
    kinds = {
        at: _kinds(name or group, told)
        for at, (name, group) in enumerate(zip(row.names, row.groups, strict=True))
    }
    return frozenset(at for at, found in kinds.items() if found & {"date", "yes_no"})


def _kinds(heading: str, told: Mapping[str, str]) -> set[str]:
    fields = {field_id for _, field_id in meanings(heading)} | {
        each for each, name in told.items() if name == heading
    }
    return {FIELDS[field_id].kind for field_id in fields}


def _heading_words(rows: Sequence[Sequence[Raw]], dated: frozenset[int], width: int) -> set[str]:
    """Return the cells that may be headings; in large tables only the columns with few words are searched."""
    shortest = min(map(len, rows), default=0)
    words: set[Raw] = set()
    for at in dated:
        same = at < shortest  # every row reaches so far, as they do unless the file is a CSV
        words |= set(map(itemgetter(at), rows)) if same else {row[at] for row in rows if at < len(row)}
    near = len(words) <= ROWS_SEARCHED_WHOLE
    found = {raw for raw in words if type(raw) is str and _may_be_heading(raw, near=near)}
    if len(rows) <= ROWS_SEARCHED_WHOLE:
        others = {raw for row in rows for raw in row[:width]} - words
        found |= {raw for raw in others if type(raw) is str and _may_be_heading(raw, near=False)}
    return found


def _may_be_heading(raw: str, *, near: bool) -> bool:
    if not 2 < len(raw) < LONGEST_HEADING:
        return False
    slips = near and not any(mark.isdigit() for mark in raw)
    return bool(matches(raw, near=slips))


def _heading_at(table: Table, index: int, told: Mapping[str, str]) -> HeadingRow | None:
    scored = [(_score(row, told, near=True) or 0.0, -row.lines, row) for row in _candidates(table, index)]
    score, _, row = max(scored, key=lambda each: each[:2], default=(0.0, 0, None))
    return row if score >= FEWEST_FIELDS else None


def meant(row: HeadingRow) -> dict[int, str]:
    """Return the field that each column names, for telling whether two heading rows say the same."""
    found = {}
    for at, (name, group) in enumerate(zip(row.names, row.groups, strict=True)):
        fields = meanings(name or group, group if name else "")
        if fields:
            found[at] = fields[0][1]
    return found


def fields_of_line(table: Table, index: int) -> set[str]:
    """Return the fields that the row at this index names as headings; none where it holds a date."""
    if share_that_fits("date", table.rows[index]):
        return set()
    return max((set(meant(row).values()) for row in _candidates(table, index)), key=len, default=set())


def heads(table: Table, row: HeadingRow, stop: int) -> tuple[Headed, ...]:
    """Return the columns of the table, each with its heading and its cells up to row index `stop`."""
    below = _columns_below(table.rows[row.index + 1 : stop], len(row.names))
    found = []
    for at, (name, group) in enumerate(zip(row.names, row.groups, strict=True)):
        number = table.first_column + at
        heading = " ".join(filter(None, (group, name))) if row.lines == 2 else name
        column = Column("", number, column_letter(number), heading)
        if name or group or any(below[at]):
            found.append(Headed(column, meanings(name or group, group if name else ""), below[at]))
    return tuple(found)


def _columns_below(rows: Sequence[Sequence[Raw]], width: int) -> Sequence[Sequence[Raw]]:
    """Return the cells column by column; short rows count as blank at their end."""
    if not rows:
        return [()] * width
    if set(map(len, rows)) != {width}:
        return (list(zip_longest(*rows)) + [(None,) * len(rows)] * width)[: max(width, 1)]
    return list(zip(*rows, strict=True))


def _candidates(table: Table, index: int) -> list[HeadingRow]:
    names = _names(table.rows[index])
    if sum(map(bool, names)) < 2:
        return []
    single = HeadingRow(index, 1, names, ("",) * len(names))
    if index == 0 or table.block:
        return [single]
    above = _spread(table, index - 1, len(names))
    if _typed_cells(table.rows[index]) or _halves(above, names) < FEWEST_HALVES:
        return [single]
    return [single, HeadingRow(index, 2, names, above)]


def _typed_cells(row: Sequence[Raw]) -> bool:
    """Return True where the row holds dates or numbers: then it is no heading's second line."""
    return any(raw is not None and not isinstance(raw, str) for raw in row)


def _halves(above: Sequence[str], names: Sequence[str]) -> int:
    """Return how many columns have a heading only when their two lines are read together."""
    return sum(
        bool(group and name and matches(f"{group} {name}", near=False))
        for group, name in zip(above, names, strict=True)
    )


def _names(row: Sequence[Raw]) -> tuple[str, ...]:
    return tuple(
        " ".join(clean(raw).split()) if isinstance(raw, str) and len(raw) <= LONGEST_HEADING else ""
        for raw in row
    )


def _spread(table: Table, index: int, width: int) -> tuple[str, ...]:
    """Return the texts of a row with those of merged cells repeated across the cells they cover."""
    names = list(_names(table.rows[index])) + [""] * width
    number = table.first_row + index
    for first_row, first_column, last_row, last_column in table.merged:
        left = first_column - table.first_column
        if first_row <= number <= last_row and 0 <= left < width:
            for at in range(left + 1, min(last_column - table.first_column + 1, width)):
                names[at] = names[at] or names[left]
    return tuple(names[:width])


def _score(row: HeadingRow, told: Mapping[str, str], *, near: bool) -> float | None:
    """Return how many fields the row names, counting uncertain ones less; None if it cannot be a heading."""
    wanted = {folded(heading): field_id for field_id, heading in told.items()}
    found: dict[str, float] = {}
    for name, group in zip(row.names, row.groups, strict=True):
        plain = folded(name or group)
        if plain in wanted:
            found[wanted[plain]] = 1.0
            continue
        for rank, field_id in meanings(name or group, group if name else "", near=near)[:2]:
            weight = 1.0 if rank < NEAR else 0.6 if rank == NEAR else 0.4
            found[field_id] = max(found.get(field_id, 0), weight)
    dated = any(FIELDS[field_id].kind in ("date", "yes_no") for field_id in found)
    if len(found) < FEWEST_FIELDS or not dated or not WHO_OR_WHAT & set(found):
        return None
    # With two lines equally good as one, one line is the simpler reading.
    return sum(found.values()) - 0.05 * (row.lines - 1)
