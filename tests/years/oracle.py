"""The slow oracle: who should get which mail at a heartbeat, counted day by day, with nothing of the program.

It knows the office's rules as they are printed in the mails: digests from 08:00 (or a person's own hour and
days) on working days; a row is told when it is new, has another due date, comes nearer, or reaches 0, 3, 5
and then every further 5 working days past its date, 8 times at most; from 14:00 what falls due today and was
not told; nothing outside 07:00 to 19:00.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from tests.years.office import LONDON, OWN_DAYS, OWN_HOUR, OWNERS, Row

# England and Wales, gov.uk/bank-holidays, typed from the page.
CLOSED = {
    date.fromisoformat(day)
    for day in (
        "2025-12-25", "2025-12-26",
        "2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25", "2026-08-31", "2026-12-25",
        "2026-12-28",
        "2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03", "2027-05-31", "2027-08-30", "2027-12-27",
        "2027-12-28", "2028-01-03",
    )
}  # fmt: skip
STEPS = (0, 3, 5, 10, 15, 20, 25, 30)
OPENS, CLOSES = time(7), time(19)
FIRST_HOURS, SECOND_HOUR = (time(8), time(9, 30)), time(14)
PATIENCE = timedelta(hours=4, minutes=10)  # the longest pause after a mail was refused for now

Stand = tuple[str, date | None, int]  # group, due, step


def working(day: date) -> bool:
    """Return True for a working day."""
    return day.weekday() < 5 and day not in CLOSED


def working_days(after: date, until: date) -> int:
    """Return how many working days lie after one day up to another, counted one by one."""
    return sum(working(after + timedelta(days=n)) for n in range(1, (until - after).days + 1))


def stands(row: Row, today: date) -> Stand | None:
    """Return how a row stands for its owner's list, or None where it is not to be listed."""
    if row.closed is not None:
        return None
    due, counted = row.received, 0
    while counted < 5:
        due += timedelta(days=1)
        counted += working(due)
    over = working_days(due, today) if today > due else 0
    if row.snoozed is not None and row.snoozed > today and over <= 10:
        return None
    if today > due:
        return "over", due, sum(step <= over for step in STEPS)
    left = working_days(today, due)
    if left == 0:
        return "today", due, 1
    if left <= 2:
        return "soon", due, 1
    monday = today - timedelta(days=today.weekday())
    first_of_week = not any(working(monday + timedelta(days=n)) for n in range(today.weekday()))
    return ("week", due, 1) if first_of_week and due <= monday + timedelta(days=6) else None


def listed(rows: Sequence[Row], owner: str, today: date) -> dict[str, Stand]:
    """Return how each row of an owner stands that is to be listed."""
    found = ((row.ref, stands(row, today)) for row in rows if row.owner == owner)
    return {ref: stand for ref, stand in found if stand is not None}


def is_news(now: Mapping[str, Stand], told: Mapping[str, Stand]) -> bool:
    """Return True where something on the list is worth a mail."""
    return any(
        ref not in told or told[ref][0] != group or told[ref][1] != due or told[ref][2] < step
        for ref, (group, due, step) in now.items()
    )


@dataclass
class Expected:
    """What should leave at one heartbeat: the owners who get a first or a second digest."""

    first: set[str] = field(default_factory=set)
    second: set[str] = field(default_factory=set)
    held: bool = False


@dataclass
class Oracle:
    """What each owner was told, which decisions of the day were made, and who still waits for mail."""

    told: dict[str, dict[str, Stand]] = field(default_factory=lambda: {name: {} for name in OWNERS})
    told_on: dict[str, date] = field(default_factory=dict)
    latest: datetime | None = None
    decided: set[tuple[date, time]] = field(default_factory=set)
    waits: dict[str, datetime] = field(default_factory=dict)  # since when mail could leave and has not
    blurred: dict[str, date] = field(default_factory=dict)  # whose mail of this day waited for the server

    def beat(self, now: datetime, rows: Sequence[Row]) -> Expected:
        """Return what should leave at this moment of the office's clock, with the register as it is."""
        if self.latest is not None and now < self.latest - timedelta(minutes=5):
            return Expected(held=True)
        self.latest = max(self.latest or now, now)
        local = now.astimezone(LONDON)
        today, hour = local.date(), local.time()
        found = Expected()
        if not working(today) or hour >= CLOSES:
            return found
        due = [each for each in FIRST_HOURS if each <= hour and (today, each) not in self.decided]
        if due:
            self.decided |= {(today, each) for each in due}
            for owner in OWNERS:
                self._first(owner, rows, local, found)
        if hour >= SECOND_HOUR and (today, SECOND_HOUR) not in self.decided:
            self.decided.add((today, SECOND_HOUR))
            for owner in OWNERS:
                self._second(owner, rows, today, found)
        return found

    def _first(self, owner: str, rows: Sequence[Row], local: datetime, found: Expected) -> None:
        today = local.date()
        now, told = listed(rows, owner, today), self.told[owner]
        quiet = (
            self.told_on.get(owner) == today
            or (owner == OWN_HOUR and local.time() < time(9, 30))
            or (owner == OWN_DAYS and local.weekday() not in (0, 3))
        )
        if not quiet and is_news(now, told):
            found.first.add(owner)
            return
        self.told[owner] = {ref: stand for ref, stand in told.items() if ref in now}

    def _second(self, owner: str, rows: Sequence[Row], today: date, found: Expected) -> None:
        if owner == OWN_DAYS and today.weekday() not in (0, 3):
            return
        now, told = listed(rows, owner, today), self.told[owner]
        new = any(stand[0] == "today" and ref not in told for ref, stand in now.items())
        if new and owner not in found.first:
            found.second.add(owner)

    def sent(self, owner: str, rows: Sequence[Row], today: date, lines: frozenset[str], second: bool) -> None:
        """Remember what an owner has now been told."""
        now = listed(rows, owner, today)
        if second:
            self.told[owner] = {**self.told[owner], **{ref: now[ref] for ref in lines if ref in now}}
        else:
            before = self.told[owner]
            self.told[owner] = {ref: _stepped(stand, before.get(ref)) for ref, stand in now.items()}
        self.told_on[owner] = today


def _stepped(now: Stand, before: Stand | None) -> Stand:
    same = before is not None and before[:2] == now[:2]
    return (now[0], now[1], max(now[2], before[2])) if before is not None and same else now
