"""Whether typed dates have the day or the month first, told from all the evidence a sheet holds.

Evidence, strongest first: dates that can only be read one way (25/11/2025), a hint in the heading, the order
of the rows and the other dates of each row, the other columns, the setting. What none of it settles stays
ambiguous. Real dates that Excel may have swapped while they were typed are only suspected (`date_places`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any, Literal, TypeAlias

from complaints_sheet.core.date_places import LATER_THAN_RECEIVED, Places, plain_day
from complaints_sheet.core.date_text import USUAL_YEARS, DateText
from complaints_sheet.core.model import CellProblem

Found: TypeAlias = date | DateText | CellProblem | None
Order: TypeAlias = Literal["day first", "month first", "mixed", ""]
OUTWEIGHS_SETTING = 5  # dates of another column that can only be read the other way; fewer leave it open
ONE_ORDER = frozenset({"day first", "month first"})

DAY_FIRST_HINT = re.compile(r"\bdd?\s*[-/. ]\s*mm?\s*[-/. ]\s*[yj]{2}", re.IGNORECASE)
MONTH_FIRST_HINT = re.compile(r"\bmm?\s*[-/. ]\s*dd?\s*[-/. ]\s*[yj]{2}", re.IGNORECASE)


@dataclass(slots=True)
class DateColumn:
    """One date column as read cell by cell, its order and why, and the cells in doubt (by row index)."""

    field_id: str
    letter: str
    cells: Sequence[Any]  # of Found
    hint: Order = ""
    order: Order = ""
    why: str = ""
    votes: Mapping[str, int] = field(default_factory=dict)
    doubtful: set[int] = field(default_factory=set)
    swapped: set[int] = field(default_factory=set)

    @property
    def has_open(self) -> bool:
        """Return True where some cell could be read either way."""
        return bool(self.votes.get("either"))


Dates: TypeAlias = Mapping[str, DateColumn]
"""The date columns of one table, by field."""


def order_in_heading(heading: str) -> Order:
    """Return the order that a heading such as "Received (dd/mm/yyyy)" asks for, "" where it is silent."""
    if DAY_FIRST_HINT.search(heading):
        return "day first"
    return "month first" if MONTH_FIRST_HINT.search(heading) else ""


def find_orders(tables: Sequence[Dates], day_first: bool | None) -> None:
    """Settle `order`, `why`, `doubtful` and `swapped` of all date columns of a worksheet together.

    `day_first` is the setting; None leaves what nothing else settles ambiguous.
    """
    for table in tables:
        for column in table.values():
            column.votes = _votes(column.cells)
    undecided = set()
    for field_id in {name for table in tables for name in table}:
        same = [table[field_id] for table in tables if field_id in table]
        order, why = _order_by_votes(same)
        for column in same:
            column.order, column.why = order, why
        if not order and any(column.has_open for column in same):
            undecided.add(field_id)
    if undecided:
        _settle(tables, undecided, day_first)
    for table in tables:
        places = Places(table)
        places.doubt()
        places.suspect_swaps()


def reading(column: DateColumn, found: DateText) -> date | None:
    """Return the one date that a text means in this column, or None where it stays open."""
    if found.sense in ("certain", "day first", "month first"):
        day = found.readings[0]
    elif found.sense == "either" and column.order in ONE_ORDER:
        day = found.readings[0 if column.order == "day first" else 1]
    else:
        return None
    if found.year_first is not None and day.year not in USUAL_YEARS and found.year_first.year in USUAL_YEARS:
        return None
    return day


def order_notes(columns: Iterable[DateColumn]) -> list[str]:
    """Return a sentence for each column whose typed dates needed an order."""
    notes = []
    for each in columns:
        if each.has_open and each.order in ONE_ORDER:
            notes.append(f"Typed dates in column {each.letter} are read {each.order}: {each.why}.")
        elif each.has_open:
            why = f": {each.why}" if each.why else ""
            count = each.votes["either"]
            what = "1 typed date" if count == 1 else f"{count} typed dates"
            notes.append(f"In column {each.letter} the order of day and month of {what} is not certain{why}.")
    return notes


def _votes(cells: Sequence[Found]) -> dict[str, int]:
    votes: dict[str, int] = {}
    if DateText in set(map(type, cells)):
        for found in cells:
            if isinstance(found, DateText):
                votes[found.sense] = votes.get(found.sense, 0) + 1
    return votes


def _order_by_votes(columns: Sequence[DateColumn]) -> tuple[Order, str]:
    day = sum(column.votes.get("day first", 0) for column in columns)
    month = sum(column.votes.get("month first", 0) for column in columns)
    if day and month:
        return "mixed", f"{_dates(day)} can only be day first and {_dates(month)} only month first"
    if day:
        return "day first", f"{_dates(day)} can only be read that way"
    if month:
        return "month first", f"{_dates(month)} can only be read that way"
    return "", ""


def _dates(count: int) -> str:
    return "1 date" if count == 1 else f"{count} dates"


def _settle(tables: Sequence[Dates], undecided: set[str], day_first: bool | None) -> None:
    setting: Order = "" if day_first is None else "day first" if day_first else "month first"
    by_rows, misfits, against = _order_by_rows(tables, undecided, setting)
    by_others = _order_by_others(tables, setting)
    for table in tables:
        for column in table.values():
            if column.field_id not in undecided:
                continue
            if column.hint:
                column.order, column.why = column.hint, "the heading says so"
            elif by_rows:
                column.order = by_rows
                column.why = f"read the other way, {_dates(misfits)} would be out of order"
            elif by_others:
                column.order, column.why = by_others.order, f"column {by_others.letter} is"
            elif setting and not against and not _spoken_against(tables, setting):
                column.order = setting
                column.why = "the setting says so, and nothing in the register speaks against it"


def _spoken_against(tables: Sequence[Dates], setting: Order) -> bool:
    """Return True where another column of the sheet shows an order that is not the setting."""
    return any(column.order not in ("", setting) for table in tables for column in table.values())


def _order_by_rows(tables: Sequence[Dates], undecided: set[str], setting: Order) -> tuple[Order, int, bool]:
    """Return the order that the places of the dates show, how many show it, and whether to doubt the setting.

    Against the setting it takes three dates that would be out of order, and none under the other reading.
    """
    day = sum(_misfits(table, undecided, "day first") for table in tables)
    month = sum(_misfits(table, undecided, "month first") for table in tables)
    order: Order = "day first" if day < month else "month first"
    fewer, more = sorted((day, month))
    if setting and order != setting:
        return (order, more, True) if more >= 3 and not fewer else ("", 0, fewer * 2 < more)
    return (order, more, False) if more >= 2 and fewer * 5 < more else ("", 0, False)


def _order_by_others(tables: Sequence[Dates], setting: Order) -> DateColumn | None:
    """Return a column whose order the others share; a few dates of it do not outweigh the setting."""
    known = [column for table in tables for column in table.values() if column.order]
    orders = {column.order for column in known}
    votes = sum(column.votes.get(order, 0) for column in known for order in ONE_ORDER)
    if len(orders) != 1 or orders == {"mixed"} or (votes < OUTWEIGHS_SETTING and orders != {setting}):
        return None
    return known[0]


def _misfits(table: Dates, undecided: set[str], order: Order) -> int:
    """Return how many dates of a table are out of order when the undecided columns are read in this order."""
    days = {
        field_id: _days(column, order if field_id in undecided else column.order)
        for field_id, column in table.items()
    }
    misfits = sum(_inversions(each) for field_id, each in days.items() if field_id in undecided)
    received = days.get("received_on", ())
    for field_id in LATER_THAN_RECEIVED & days.keys() if received else ():
        if undecided & {field_id, "received_on"}:
            pairs = zip(received, days[field_id], strict=True)
            misfits += sum(
                first is not None and later is not None and later < first for first, later in pairs
            )
    return misfits


def _days(column: DateColumn, order: Order) -> list[date | None]:
    at = 0 if order == "day first" else 1 if order == "month first" else None
    return [_day(found, at) for found in column.cells]


def _day(found: Found, at: int | None) -> date | None:
    if isinstance(found, DateText):
        if found.sense in ("certain", "day first", "month first"):
            return plain_day(found.readings[0])
        return plain_day(found.readings[at]) if found.sense == "either" and at is not None else None
    return plain_day(found) if isinstance(found, date) else None


def _inversions(days: Sequence[date | None]) -> int:
    """Return how many neighbours are out of order, in whichever direction the rows mostly run."""
    known = [day for day in days if day is not None]
    down = sum(one > other for one, other in pairwise(known))
    up = sum(one < other for one, other in pairwise(known))
    return min(down, up)
