"""How a worksheet was understood, in the few plain sentences that `check` prints."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from complaints_sheet.core.columns import folded
from complaints_sheet.core.fields import FIELDS, NINE_IDS
from complaints_sheet.core.model import Column, Layout, LeftOut

MOST_ROWS_NAMED = 6


def sentences(layout: Layout, cases: int, left_out: Sequence[LeftOut]) -> tuple[str, ...]:
    """Return where the headings stand, which column is which, what is not there, and what was left out."""
    where = f"Sheet {layout.sheet}: headings" if layout.sheet else "Headings"
    said = [
        f"{where} in row {layout.header_row}, {_count(cases, 'complaint')} below.",
        _columns(layout.columns),
    ]
    extra = [f"{each.heading} ({each.letter})" for each in layout.extra if each.heading]
    if extra:
        said.append(f"Kept as they are: {', '.join(extra)}.")
    missing = [FIELDS[field_id].heading for field_id in NINE_IDS if field_id not in layout.columns]
    if missing:
        said.append(f"Not recorded here: {', '.join(missing)}.")
    if left_out:
        said.append(f"Left out: {'; '.join(_reasons(left_out))}.")
    return tuple(said)


def _columns(columns: Mapping[str, Column]) -> str:
    named = [_named(column) for column in sorted(columns.values(), key=lambda each: each.number)]
    return f"Columns: {', '.join(named)}."


def _named(column: Column) -> str:
    heading = FIELDS[column.field].heading
    if folded(heading) == folded(column.heading):
        return f"{column.letter} {heading}"
    return f"{column.letter} “{column.heading}” as {heading}"


def _reasons(left_out: Sequence[LeftOut]) -> list[str]:
    rows: dict[str, list[int]] = defaultdict(list)
    for each in left_out:
        rows[each.reason.partition(" (")[0]].append(each.row)
    return [f"{_rows(numbers)} ({reason})" for reason, numbers in rows.items()]


def _rows(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"row {numbers[0]}"
    named = ", ".join(map(str, numbers[:MOST_ROWS_NAMED]))
    more = len(numbers) - MOST_ROWS_NAMED
    return f"rows {named}" + (f" and {more:,} more" if more > 0 else "")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
