"""Whether typed dates have the day or the month first, told from all the evidence a sheet holds.

Evidence, strongest first: dates that can only be read one way (25/11/2025), the order of the rows and of the
other dates of each row, the other columns, the setting. What none of it settles stays ambiguous.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Literal, TypeAlias

from complaints_sheet.core.date_text import DateText
from complaints_sheet.core.model import CellProblem

Found: TypeAlias = date | DateText | CellProblem | None
Order: TypeAlias = Literal["day first", "month first", "mixed", ""]

LATER_THAN_RECEIVED = frozenset(
    [
        "acknowledged_on",
        "followed_up_on",
        "responded_on",
        "resolved_on",
        "closed_on",
        "escalated_on",
        "holding_reply_on",
        "passed_on",
        "investigated_on",
        "written_response_on",
        "last_contact_on",
        "confirmed_on",
    ]
)
# A year typed in two digits is suspected of being the day where it is far from every other year.
USUAL_YEARS = range(2010, 2036)
NEAR_DAYS = 60


@dataclass(slots=True)
class DateColumn:
    """One date column as read cell by cell, and the order that was found for it, and why."""

    field: str
    letter: str
    cells: Sequence[Found]
    order: Order = ""
    why: str = ""
    votes: Mapping[str, int] = field(default_factory=dict)

    @property
    def has_open(self) -> bool:
        """Return True where some cell could be read either way."""
        return bool(self.votes.get("either"))


def find_orders(columns: Sequence[DateColumn], day_first: bool | None) -> None:
    """Settle `order` and `why` of each column from all of them together; `day_first` is the setting."""
    for column in columns:
        column.votes = _votes(column.cells)
        column.order, column.why = _order_by_votes(column)
    undecided = [column for column in columns if column.has_open and not column.order]
    if not undecided:
        return
    order, why = _order_by_rows(columns, undecided)
    if not order:
        order, why = _order_by_others(columns)
    if not order and day_first is not None:
        order = "day first" if day_first else "month first"
        why = "the setting says so, and nothing in the register speaks against it"
        if _misfits(columns, undecided, order) > _misfits(columns, undecided, _other(order)):
            order, why = "", ""
    for column in undecided:
        column.order, column.why = order, why


def reading(column: DateColumn, found: DateText) -> date | None:
    """Return the one date that a text means in this column, or None where it stays open."""
    if found.sense in ("certain", "day first", "month first"):
        day = found.readings[0]
    elif found.sense == "either" and column.order in ("day first", "month first"):
        day = found.readings[0 if column.order == "day first" else 1]
    else:
        return None
    if found.year_first is not None and day.year not in USUAL_YEARS and found.year_first.year in USUAL_YEARS:
        return None
    return day


def _votes(cells: Sequence[Found]) -> dict[str, int]:
    votes: dict[str, int] = {}
    for found in cells:
        if type(found) is DateText:
            votes[found.sense] = votes.get(found.sense, 0) + 1
    return votes


def _order_by_votes(column: DateColumn) -> tuple[Order, str]:
    day, month = column.votes.get("day first", 0), column.votes.get("month first", 0)
    if day and month:
        return "mixed", f"{_dates(day)} can only be day first and {_dates(month)} only month first"
    if day:
        return "day first", f"{_dates(day)} can only be read that way"
    if month:
        return "month first", f"{_dates(month)} can only be read that way"
    return "", ""


def _dates(count: int) -> str:
    return "1 date" if count == 1 else f"{count} dates"


def _order_by_rows(columns: Sequence[DateColumn], undecided: Sequence[DateColumn]) -> tuple[Order, str]:
    day, month = (_misfits(columns, undecided, order) for order in ("day first", "month first"))
    why = "read the other way, {} would be out of order with the rows around or the other dates of the row"
    if month >= 2 and day * 5 < month:
        return "day first", why.format(_dates(month))
    if day >= 2 and month * 5 < day:
        return "month first", why.format(_dates(day))
    return "", ""


def _order_by_others(columns: Sequence[DateColumn]) -> tuple[Order, str]:
    known = [column for column in columns if column.order]
    orders = {column.order for column in known}
    if len(orders) == 1 and known[0].order != "mixed":
        return known[0].order, f"so it is in column {known[0].letter}"
    return "", ""


def _other(order: Order) -> Order:
    return "month first" if order == "day first" else "day first"


def _misfits(columns: Sequence[DateColumn], undecided: Sequence[DateColumn], order: Order) -> int:
    """Return how many dates are out of order when the undecided columns are read in the given order."""
    days = {column.field: _days(column, order if column in undecided else column.order) for column in columns}
    misfits = sum(_inversions(days[column.field]) for column in undecided)
    received = days.get("received_on")
    if received is None:
        return misfits
    open_fields = {column.field for column in undecided}
    for field_id in LATER_THAN_RECEIVED & days.keys():
        if field_id in open_fields or "received_on" in open_fields:
            misfits += sum(
                first is not None and later is not None and later < first
                for first, later in zip(received, days[field_id], strict=True)
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


def plain_day(day: date) -> date:
    """Return the date without its time."""
    return day.date() if isinstance(day, datetime) else day


def _inversions(days: Sequence[date | None]) -> int:
    """Return how many neighbours are out of order, in whichever direction the rows mostly run."""
    known = [day for day in days if day is not None]
    down = sum(one > other for one, other in pairwise(known))
    up = sum(one < other for one, other in pairwise(known))
    return min(down, up)
