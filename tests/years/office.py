"""A simulated office: its config, its register as a file that people edit, its mail server, its clock."""

import csv
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from random import Random
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from complaints_sheet.channels import CHANNELS, Channel
from complaints_sheet.config import delivery
from complaints_sheet.core.messages import Message
from complaints_sheet.errors import DeliveryError

LONDON = ZoneInfo("Europe/London")
OWNERS = {
    "Amira Khan": "amira.khan@example.org",
    "Tom Ashworth": "tom.ashworth@example.org",
    "Beth Holroyd": "beth.holroyd@example.org",
    "Peter Lau": "peter.lau@example.org",
}
MANAGER, COORDINATOR = "lucy.marsh@example.org", "dana.hughes@example.org"
OWN_HOUR = "Beth Holroyd"  # wants her mail at 09:30
# Rows taken out between two readings: at five of few the program stops and asks, which is tried elsewhere.
MOST_GONE = 4
FEWEST_OPEN = 10
OWN_DAYS = "Peter Lau"  # wants his mail on Mondays and Thursdays
CONFIG = """organisation: {name: Example Homes, timezone: Europe/London}
register: {path: register.csv}
people:
  - {name: Amira Khan, email: amira.khan@example.org, manager: Lucy Marsh}
  - {name: Tom Ashworth, email: tom.ashworth@example.org, manager: Lucy Marsh}
  - {name: Beth Holroyd, email: beth.holroyd@example.org, manager: Lucy Marsh, digest_at: "09:30"}
  - {name: Peter Lau, email: peter.lau@example.org, manager: Lucy Marsh, digest_days: [Monday, Thursday]}
  - {name: Lucy Marsh, email: lucy.marsh@example.org, manager: Dana Hughes}
  - {name: Dana Hughes, email: dana.hughes@example.org}
roles: {coordinator: Dana Hughes}
delivery: {kind: simulated, flood: 1000}
mail: {most_lines: 200}
meeting: {first: 2026-01-06, pack_before: 1 working day}
schedule: {sync: "12:00", weekly: no, packs: yes, backup: "01:30", status_page: no}
rules: {row-removed: off, owner-changed: off, date-moved: off, reopened: off, duplicate-row: off,
  repeat-customer: off, silent-department: off, uncertain-row: off, reference-reused: off, review-due: off}
state: {folder: .complaints}
"""
HEADINGS = (
    "Reference", "Case Owner", "Department", "Date received", "Date followed-up with customer",
    "Resolved and followed up (Y/N)", "Customer Name", "Issue", "Resolution", "Proposed Improvement Idea",
    "Snooze until",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One complaint as it stands in the register."""

    ref: str
    owner: str
    received: date
    closed: date | None = None
    snoozed: date | None = None

    def cells(self) -> tuple[str, ...]:
        """Return the cells of the row, as people type them."""
        done = self.closed is not None
        number = int(self.ref[2:])
        return (
            self.ref,
            self.owner,
            ("Repairs", "Lettings", "Billing")[number % 3],
            self.received.isoformat(),
            self.closed.isoformat() if self.closed else "",
            "Y" if done else "N",
            f"Customer number {number}",
            f"Matter {number} was not put right as promised",
            "Put right" if done else "",
            "",
            self.snoozed.isoformat() if self.snoozed else "",
        )


class Register:
    """The register of the office, edited at random as people do."""

    def __init__(self, path: Path, random: Random, today: date) -> None:
        self.path, self.random = path, random
        self.number = 0
        self.gone = 0  # rows taken out since the program last read the file
        self.rows: list[Row] = []
        for days in range(60, 0, -2):
            self._new(today - timedelta(days=days))
        for row in list(self.rows):
            if self.random.random() < 0.7:
                self._replace(row, closed=min(today, row.received + timedelta(days=4)))
        self.save()

    def _new(self, received: date) -> None:
        self.number += 1
        self.rows.append(Row(f"R-{self.number:05}", self.random.choice(tuple(OWNERS)), received))

    def _replace(self, row: Row, **values: object) -> None:
        self.rows[self.rows.index(row)] = replace(row, **values)

    def edit(self, today: date) -> dict[str, int]:
        """Make one or two random edits on this local day, save, and return how many of each kind."""
        made: dict[str, int] = {}
        for _ in range(self.random.choice((1, 1, 2))):
            kind, act = self.random.choices(
                (
                    ("new", lambda _row: self._new(today)),
                    ("closed", lambda row: self._replace(row, closed=today, snoozed=None)),
                    ("other owner", lambda row: self._replace(row, owner=self._other(row.owner))),
                    ("due date changed", lambda row: self._replace(row, received=self._near(row, today))),
                    ("paused", lambda row: self._replace(row, snoozed=today + timedelta(days=self._days()))),
                    ("resumed", lambda row: self._replace(row, snoozed=None)),
                    ("removed", self._remove),
                    ("moved", self._shuffled),
                ),
                weights=(30, 30, 10, 8, 8, 4, 3, 7),
            )[0]
            waiting = [row for row in self.rows if row.closed is None]
            if (kind == "new" and len(waiting) > 40) or (kind == "removed" and self.gone >= MOST_GONE):
                continue
            if len(waiting) < FEWEST_OPEN:  # complaints never cease
                self._new(today)
                made["new"] = made.get("new", 0) + 1
            else:
                act(self.random.choice(waiting))
                made[kind] = made.get(kind, 0) + 1
        self._tidy(today)
        self.save()
        return made

    def _other(self, owner: str) -> str:
        return self.random.choice([name for name in OWNERS if name != owner])

    def _near(self, row: Row, today: date) -> date:
        return min(today, row.received + timedelta(days=self.random.choice((-5, -3, -1, 1, 3, 5))))

    def _days(self) -> int:
        return self.random.randint(1, 12)

    def _shuffled(self, _row: Row) -> None:
        self.random.shuffle(self.rows)

    def _tidy(self, today: date) -> None:
        """Carry old closed rows over into another file, a few at a time, so that the register stays small."""
        old = [row for row in self.rows if row.closed and (today - row.closed).days > 45]
        for row in old[: min(2, MOST_GONE - self.gone)]:
            self._remove(row)

    def _remove(self, row: Row) -> None:
        self.rows.remove(row)
        self.gone += 1

    def save(self) -> None:
        """Write the file as a spreadsheet program does: whole, under its name."""
        part = self.path.with_suffix(".part")
        with part.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADINGS)
            writer.writerows(row.cells() for row in self.rows)
        part.replace(self.path)


@dataclass(frozen=True)
class Mail:
    """A mail as the server took it: when by the office's clock, for whom, of what kind, about which rows."""

    at: datetime
    to: str
    kind: str
    second: bool
    rows: frozenset[str]


@dataclass
class Server:
    """The mail server: what it took, and whether it is up."""

    up: bool = True
    now: datetime | None = None
    taken: list[Mail] = field(default_factory=list)
    refused: int = 0
    keys: set[str] = field(default_factory=set)
    doubled: list[str] = field(default_factory=list)

    def take(self, message: Message, before_commit: Callable[[], None]) -> str:
        """Take one message, or refuse it for now."""
        if not self.up:
            self.refused += 1
            raise DeliveryError("The mail server is away.", fault="later")
        before_commit()
        if message.key in self.keys:
            self.doubled.append(message.key)
        self.keys.add(message.key)
        body = message_from_bytes(message.content, policy=default).get_body(("plain",))
        rows = frozenset(re.findall(r"^\* (R-\d{5})", body.get_content() if body else "", re.MULTILINE))
        self.taken.append(Mail(self.now, message.to, message.kind, message.key.endswith(":second"), rows))
        return "250 taken"


SERVER = Server()


class Settings(BaseModel):
    """The simulated server has no settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["simulated"] = "simulated"


@contextmanager
def session(_settings: Settings) -> Iterator[Callable[[Message, Callable[[], None]], str]]:
    """Yield what takes one message."""
    yield SERVER.take


def open_for_business() -> None:
    """Make the simulated server a live channel that a config may name."""
    CHANNELS["simulated"] = Channel(Settings, session, live=True)
    delivery.KINDS["simulated"] = Settings


@dataclass
class Clock:
    """The office's computer: its clock may be wrong, and it may be off."""

    random: Random
    wrong_by: timedelta = timedelta()
    off_until: datetime | None = None
    stepped: int = 0
    outages: int = 0

    def beat(self, true: datetime) -> datetime | None:
        """Return what the computer's clock says at a true moment, or None where it is off."""
        luck = self.random.random()
        if self.off_until is None and luck < 1 / (6 * 24 * 12):  # every dozen days
            hours = self.random.choice((1, 2, 4, 8, 14, 30, 60, 9 * 24))
            self.off_until, self.outages = true + timedelta(hours=hours), self.outages + 1
        if self.off_until is not None:
            if true < self.off_until:
                return None
            self.off_until = None
        if self.random.random() < 1 / (6 * 24 * 20):
            self.wrong_by = timedelta(minutes=self.random.choice((-180, -60, -20, -3, 0, 0, 7, 45, 170)))
            self.stepped += 1
        elif self.wrong_by and self.random.random() < 1 / 40:
            self.wrong_by = timedelta()  # set right again
        return true + self.wrong_by
