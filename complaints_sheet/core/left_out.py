"""Which rows below the heading are no complaints, and why: totals, repeated headings, sections, notes."""

import re
from collections.abc import Mapping, Sequence

from complaints_sheet.core.cells import is_blank, shown
from complaints_sheet.core.columns import folded
from complaints_sheet.core.model import CellProblem, Column, Raw, Value

SUBSTANCE = ("received_on", "customer_name", "issue", "resolution", "followed_up_on")
TOTAL = re.compile(
    r"^(?:grand |sub[- ]?|overall )?totals?\b.{0,40}$"
    r"|^(?:sum|count|average|avg|mean|median|maximum|minimum)\b.{0,30}$"
    r"|^(?:number|no\.?|total number) of (?:complaints|cases|rows|issues)\b.{0,30}$",
    re.IGNORECASE,
)
HINT = re.compile(
    r"^[\[(].*[\])]$|^(?:dd?|mm?)[-/. ](?:dd?|mm?)[-/. ]yy(?:yy)?$|^y\s*/\s*n$|^yes\s*/\s*no$"
    r"|^(?:free )?text$|^e\.?g\.?\b.*$|^drop ?down( list)?$|^choose\b.*$|^select\b.*$|^enter\b.*$"
    r"|^required$|^optional$",
    re.IGNORECASE,
)
FEW = 4


def why_left_out(
    cells: Sequence[Raw],
    values: Mapping[str, Value],
    problems: Mapping[str, CellProblem],
    columns: Mapping[str, Column],
    first_column: int,
) -> str | None:
    """Return why a row is no complaint; "" for a blank row; None for a complaint."""
    filled = [(at, raw) for at, raw in enumerate(cells) if not is_blank(raw)]
    if not filled:
        return ""
    if _repeats_heading(cells, columns, first_column):
        return "repeated heading"
    texts = [shown(raw) for _, raw in filled if isinstance(raw, str)]
    if len(texts) == len(filled) > 1 and sum(bool(HINT.match(text)) for text in texts) > len(texts) / 2:
        return "hints about what to type"
    if any(TOTAL.match(text) for text in texts) and _only_counts(values, filled):
        return "totals row"
    return (
        _thin(filled, values, problems, columns, first_column) if len(values) + len(problems) < FEW else None
    )


def _only_counts(values: Mapping[str, Value], filled: list[tuple[int, Raw]]) -> bool:
    """Return True where there is no date in the row and, beside one label, hardly anything but numbers."""
    words = sum(isinstance(raw, str) for _, raw in filled)
    return "received_on" not in values and (words <= 1 or len(filled) < FEW)


def _thin(
    filled: list[tuple[int, Raw]],
    values: Mapping[str, Value],
    problems: Mapping[str, CellProblem],
    columns: Mapping[str, Column],
    first_column: int,
) -> str | None:
    if len(filled) == 1:
        at, raw = filled[0]
        serves = next((each.field for each in columns.values() if each.number == first_column + at), None)
        # Alone in the first column of the table stand its notes and section names.
        if serves in ("customer_name", "issue") and first_column + at > min(
            each.number for each in columns.values()
        ):
            return None
        return f"only one cell is filled in ({_brief(shown(raw))})"
    if any(field in values or field in problems for field in SUBSTANCE):
        return None
    if not values and not problems:
        return "nothing in any column that was recognised"
    return "no date, customer or issue yet"


def _repeats_heading(cells: Sequence[Raw], columns: Mapping[str, Column], first_column: int) -> bool:
    same = 0
    for column in columns.values():
        at = column.number - first_column
        raw = cells[at] if at < len(cells) else None
        if isinstance(raw, str) and raw and len(raw) < 200:
            words, heading = folded(raw), folded(column.heading)
            # Of a heading in two lines, each line may come again by itself.
            same += bool(words) and (
                heading == words or f" {heading} ".startswith(f" {words} ") or heading.endswith(f" {words}")
            )
    return same >= 2


def _brief(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= 40 else one_line[:39] + "…"
