"""Whether a date fits its place: among those of the rows around it, beside the others of its row."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from operator import sub
from typing import TYPE_CHECKING, cast

from complaints_sheet.core.date_text import DateText

if TYPE_CHECKING:
    from complaints_sheet.core.date_order import DateColumn

LATER_THAN_RECEIVED = frozenset(
    (
        *("acknowledged_on", "followed_up_on", "responded_on", "resolved_on", "closed_on", "escalated_on"),
        *("holding_reply_on", "passed_on", "investigated_on", "written_response_on", "last_contact_on"),
        "confirmed_on",
    )
)
NEAR_ROWS = 5
GRACE = timedelta(days=7)
LONGEST_GAP = timedelta(days=62)
FEWEST_PAIRS = 3
SMALLEST_JUMP_DAYS = 21  # swapping day and month moves a date by 29 days at least


def plain_day(day: date) -> date:
    """Return the date without its time."""
    return day.date() if isinstance(day, datetime) else day


class Places:
    """The dates of one table that any reader would see alike, by field and row: the measure for others."""

    def __init__(self, columns: "Mapping[str, DateColumn]") -> None:
        self.columns = columns
        self.days = {name: _sure_days(column.cells) for name, column in columns.items()}
        self.rows = {
            name: [at for at, day in enumerate(days) if day is not None] for name, days in self.days.items()
        }
        self.steps = {name: _steps(days) for name, days in self.days.items()}
        self.directions = {name: _direction(steps) for name, steps in self.steps.items()}

    def doubt(self) -> None:
        """Mark the typed dates whose chosen reading is impossible in its place while the other one fits."""
        for name, column in self.columns.items():
            if not column.has_open or not column.order:
                continue
            first = 0 if column.order == "day first" else 1
            for at, found in enumerate(column.cells):
                if isinstance(found, DateText) and found.sense == "either":
                    chosen, other = found.readings[first], found.readings[1 - first]
                    if self._out_of_place(name, at, plain_day(chosen), plain_day(other)):
                        column.doubtful.add(at)

    def suspect_swaps(self) -> None:
        """Mark the real dates that do not fit their place, where they would with day and month swapped."""
        for name, column in self.columns.items():
            if _imported_swapped(column):
                column.swapped.update(at for at, found in enumerate(column.cells) if _could_be_swapped(found))
                continue
            for at in self._jumps(name):
                found = column.cells[at]
                if _could_be_swapped(found):
                    day = plain_day(found)
                    other = day.replace(month=day.day, day=day.month)
                    if self._out_of_place(name, at, day, other, strict=True):
                        column.swapped.add(at)

    def _jumps(self, name: str) -> set[int]:
        """Return the rows whose date is far from its neighbours', or before the date received."""
        jumps: set[int] = set()
        rows, steps = self.rows[name], self.steps[name]
        if max(map(abs, steps), default=0) > SMALLEST_JUMP_DAYS:
            for at, step in enumerate(steps):
                if abs(step) > SMALLEST_JUMP_DAYS:
                    jumps.update(rows[at : at + 2])
        received = self.days.get("received_on", ())
        partners = LATER_THAN_RECEIVED & self.days.keys() if name == "received_on" else {name}
        for partner in partners & LATER_THAN_RECEIVED if received else ():
            pairs = zip(received, self.days[partner], strict=True)
            jumps.update(at for at, (one, later) in enumerate(pairs) if one and later and later < one)
        return jumps

    def _out_of_place(self, name: str, at: int, wrong: date, right: date, *, strict: bool = False) -> bool:
        """Return True where one reading cannot stand here and the other can.

        With `strict` a date that fits its neighbours is not suspected because of another date of its row.
        """
        if self.directions[name]:
            fits = self._fits(name, at, wrong)
            if not fits and self._fits(name, at, right) and self._beside(name, at, right):
                return True
            if strict:
                return False
        if self._beside(name, at, wrong):
            return False
        return self._beside(name, at, right) and (not strict or self._close(name, at, right))

    def _partners(self, name: str, at: int) -> list[tuple[date, bool]]:
        """Return the other sure dates of the row, each with whether it must be the later one."""
        if name == "received_on":
            others = [(self.days[each][at], True) for each in LATER_THAN_RECEIVED & self.days.keys()]
        elif name in LATER_THAN_RECEIVED and "received_on" in self.days:
            others = [(self.days["received_on"][at], False)]
        else:
            others = []
        return [(day, later) for day, later in others if day is not None]

    def _beside(self, name: str, at: int, day: date) -> bool:
        return all(day <= other if later else day >= other for other, later in self._partners(name, at))

    def _close(self, name: str, at: int, day: date) -> bool:
        return all(abs(day - other) <= LONGEST_GAP for other, _ in self._partners(name, at))

    def _fits(self, name: str, at: int, day: date) -> bool:
        """Return True where the day lies between the nearest sure dates above and below, with some grace."""
        days = self.days[name]
        above = next((near for near in reversed(days[max(0, at - NEAR_ROWS) : at]) if near), None)
        below = next((near for near in days[at + 1 : at + 1 + NEAR_ROWS] if near), None)
        low, high = (above, below) if self.directions[name] > 0 else (below, above)
        return (low is None or day >= low - GRACE) and (high is None or day <= high + GRACE)


def _sure_days(cells: Sequence[object]) -> Sequence[date | None]:
    """Return each cell's sure date, or None; a column of real dates and blanks is what it holds."""
    if {date, type(None)}.issuperset(map(type, cells)):
        return cast("Sequence[date | None]", cells)
    return [_sure(found) for found in cells]


def _sure(found: object) -> date | None:
    if isinstance(found, DateText):
        return (
            plain_day(found.readings[0]) if found.sense in ("certain", "day first", "month first") else None
        )
    return plain_day(found) if isinstance(found, date) else None


def _steps(days: Sequence[date | None]) -> list[int]:
    """Return how many days lie from each date to the next one below."""
    known = [day.toordinal() for day in days if day is not None]
    return list(map(sub, known[1:], known))


def _direction(steps: Sequence[int]) -> int:
    """Return 1 where the dates run upwards row by row, -1 where downwards, 0 where in no order."""
    up, down = sum(map((0).__lt__, steps)), sum(map((0).__gt__, steps))
    if up + down < FEWEST_PAIRS or min(up, down) > 0.3 * (up + down):
        return 0
    return 1 if up > down else -1


def _could_be_swapped(found: object) -> bool:
    if not isinstance(found, date):
        return False
    return found.day <= 12 and found.day != found.month


def _imported_swapped(column: "DateColumn") -> bool:
    """Return True for the mark of a text file opened with the wrong locale.

    Every date Excel could turn around became a real one, and every other one stayed text.
    """
    typed = column.votes.get("day first", 0) + column.votes.get("month first", 0)
    if typed < 3 or column.votes.get("either"):
        return False
    real = [found for found in column.cells if isinstance(found, date)]
    return len(real) >= 4 and all(found.day <= 12 for found in real)
