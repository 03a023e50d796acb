"""Cells merged over several rows: what they show counts for each of those rows, as a person reads it."""

from collections.abc import Iterator
from dataclasses import replace

from complaints_sheet.core.cells import is_blank
from complaints_sheet.core.columns import column_letter
from complaints_sheet.core.model import Raw, Table


def filled_down(table: Table, header_row: int) -> Table:
    """Return the table with cells merged down a column, below the heading, filled in each of their rows.

    Rows that hold nothing else stay blank: a merge that runs on below the table adds no complaints.
    """
    merges = list(_merges(table, header_row))
    if not merges:
        return table
    rows: list[list[Raw]] = [list(row) for row in table.rows]
    for first, last, at in merges:
        shown = rows[first][at] if first < len(rows) and at < len(rows[first]) else None
        for row in rows[first + 1 : last + 1]:
            if not is_blank(shown) and any(not is_blank(raw) for raw in row):
                row.extend([None] * (at + 1 - len(row)))
                row[at] = shown
    return replace(table, rows=rows)


def merged_note(table: Table, header_row: int, last_row: int) -> str:
    """Return a sentence naming the columns with cells merged over rows between those two, or ""."""
    columns = sorted(
        {at for first, _, at in _merges(table, header_row) if table.first_row + first <= last_row}
    )
    letters = ", ".join(column_letter(table.first_column + at) for at in columns)
    what = "column" if len(columns) == 1 else "columns"
    return f"Cells merged over several rows count for each of them ({what} {letters})." if columns else ""


def _merges(table: Table, header_row: int) -> Iterator[tuple[int, int, int]]:
    """Yield the first and last index in `table.rows` and the index in the row, for merges down one column."""
    for first_row, first_column, last_row, last_column in table.merged:
        at = first_column - table.first_column
        if first_column == last_column and last_row > first_row > header_row and at >= 0:
            yield first_row - table.first_row, last_row - table.first_row, at
