"""The journey: heartbeat by heartbeat through the years, the program beside the oracle."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from complaints_sheet.app.arming import binding_of
from complaints_sheet.app.ticking import Asked, tick
from complaints_sheet.state import open_state
from tests.years.office import (
    CONFIG,
    COORDINATOR,
    LONDON,
    MANAGER,
    OWNERS,
    SERVER,
    Clock,
    Mail,
    Register,
    Server,
    open_for_business,
)
from tests.years.oracle import CLOSES, OPENS, PATIENCE, Expected, Oracle, is_news, listed, working

if TYPE_CHECKING:
    from complaints_sheet.app.timetable import Plan

STEP = timedelta(minutes=10)
ADDRESS_TO_NAME = {address: name for name, address in OWNERS.items()}


@dataclass
class Found:
    """What the journey saw, and everything that was wrong."""

    counts: Counter[str] = field(default_factory=Counter)
    edits: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@contextmanager
def workspace() -> Iterator[Path]:
    """Yield an empty folder, in memory where the system has one: nothing here has to survive a power cut."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


def travel(first: date, days: int, seed: int, say: object = None) -> Found:
    """Return what was seen over so many days from the first; everything follows from the seed."""
    open_for_business()
    with workspace() as folder:
        return Journey(folder, first, seed).run(days, say)


class Journey:
    """One office, its clock, the program and the oracle."""

    def __init__(self, folder: Path, first: date, seed: int) -> None:
        self.random = Random(seed)
        self.folder = folder
        self.start = datetime.combine(first, datetime.min.time(), LONDON).astimezone(UTC)
        (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
        self.register = Register(folder / "register.csv", self.random, first)
        self.clock = Clock(Random(seed + 1))
        self.oracle = Oracle()
        self.found = Found()
        self.plan: Plan | None = None
        self.server_down_until: datetime | None = None
        SERVER.__dict__.update(Server().__dict__)

    def run(self, days: int, say: object = None) -> Found:
        """Go through the days, and return what was seen."""
        self._arm()
        for beat in range(days * 144):
            true = self.start + beat * STEP
            self._people(true)
            self._server(true)
            now = self.clock.beat(true)
            if now is None:
                self.found.counts["heartbeats missed"] += 1
                continue
            self._beat(now)
            if callable(say) and beat % (144 * 30) == 0:
                say(f"{true.date()}: {len(SERVER.taken)} mails, {len(self.found.wrong)} wrong")
        self._books()
        return self.found

    def _arm(self) -> None:
        """Make the first tick, and switch mail on, as a person does after looking at what would go."""
        now = self.start - timedelta(hours=6)
        done = tick(Asked(self.folder / "config.yaml", now))
        self.plan = done.plan
        with open_state(self.folder / ".complaints") as state:
            state.arming.arm("simulated", now, binding_of(done.plan.config, state), 0)
        self.oracle.latest = now

    def _people(self, true: datetime) -> None:
        local = true.astimezone(LONDON)
        if self.random.random() < (0.03 if 8 <= local.hour < 18 and local.weekday() < 5 else 0.001):
            self.found.edits.update(self.register.edit(local.date()))

    def _server(self, true: datetime) -> None:
        if self.server_down_until is None and self.random.random() < 1 / (6 * 24 * 5):
            hours = self.random.choice((1, 2, 3, 6, 26))
            self.server_down_until = true + timedelta(hours=hours)
            self.found.counts["mail server outages"] += 1
        if self.server_down_until is not None and true >= self.server_down_until:
            self.server_down_until = None
        SERVER.up = self.server_down_until is None

    def _beat(self, now: datetime) -> None:
        expected = self.oracle.beat(now, self.register.rows)
        SERVER.now, before = now, len(SERVER.taken)
        done = tick(Asked(self.folder / "config.yaml", now), self.plan)
        self.plan = done.plan
        self.found.counts["heartbeats"] += 1
        self.found.counts["heartbeats held"] += bool(done.held)
        for ran in done.ran:
            self.found.counts[f"job {ran.outcome}"] += 1
            self.register.gone *= ran.outcome != "done"
            if ran.outcome == "failed":
                self._wrong(now, f"{ran.occurrence.key} failed: {ran.words}")
        if bool(done.held) != expected.held:
            self._wrong(now, f"held: {done.held!r}, by the oracle {expected.held}")
        mails = SERVER.taken[before:]
        for mail in mails:
            self._look_at(mail, now)
        self._compare(now, expected, [mail for mail in mails if mail.kind == "owner digest"])

    def _look_at(self, mail: Mail, now: datetime) -> None:
        """Hold one mail against what must never be."""
        local = now.astimezone(LONDON)
        self.found.counts[f"mail: {mail.kind}"] += 1
        if not working(local.date()) or not OPENS <= local.time() < CLOSES:
            self._wrong(now, f"{mail.kind} to {mail.to} outside hours")
        rows = {row.ref: row for row in self.register.rows}
        if mail.kind in ("owner digest", "manager exceptions"):
            for ref in mail.rows:
                if ref not in rows:
                    self._wrong(now, f"{mail.kind} about {ref}, which was removed")
                elif rows[ref].closed:
                    self._wrong(now, f"{mail.kind} about {ref}, which is closed")
        if mail.kind == "owner digest":
            self._look_at_digest(mail, now)
        elif mail.to not in (MANAGER, COORDINATOR):
            self._wrong(now, f"{mail.kind} to {mail.to}")

    def _look_at_digest(self, mail: Mail, now: datetime) -> None:
        today = now.astimezone(LONDON).date()
        right = listed(self.register.rows, ADDRESS_TO_NAME[mail.to], today)
        for ref in mail.rows - right.keys():
            self._wrong(now, f"digest to {mail.to} about {ref}: paused, or somebody else's")
        if not mail.second and mail.rows != right.keys():
            self._wrong(now, f"digest to {mail.to} lists {sorted(mail.rows)}, not {sorted(right)}")

    def _compare(self, now: datetime, expected: Expected, digests: list[Mail]) -> None:
        """Hold the digests of one heartbeat against the oracle's."""
        today, oracle = now.astimezone(LONDON).date(), self.oracle
        got = {(ADDRESS_TO_NAME[mail.to], mail.second): mail for mail in digests}
        wanted = {(name, False) for name in expected.first} | {(name, True) for name in expected.second}
        for name, second in wanted:
            self.found.counts["reminders legitimate"] += 1
            if (name, second) in got:
                continue
            if SERVER.up and oracle.blurred.get(name) != today:
                self._wrong(now, f"no {'second ' * second}digest to {name}")
            oracle.blurred[name] = today
            oracle.waits.setdefault(name, now)
        for (name, second), mail in got.items():
            if (name, second) not in wanted and oracle.blurred.get(name) != today:
                self._wrong(now, f"a {'second ' * second}digest to {name} that nobody asked for")
            if oracle.waits.pop(name, None):
                self.found.counts["reminders late, after the server was away"] += 1
            oracle.sent(name, self.register.rows, today, mail.rows, second)
        self._look_at_what_waits(now, expected)

    def _look_at_what_waits(self, now: datetime, expected: Expected) -> None:
        """Mail that waited must go soon after the server is back, unless it is over or no longer true."""
        local, oracle = now.astimezone(LONDON), self.oracle
        for name, since in list(oracle.waits.items()):
            over = oracle.blurred.get(name) != local.date() or local.time() >= CLOSES
            if over:
                del oracle.waits[name]
                self.found.counts["reminders left to the next working day"] += 1
            elif not SERVER.up or expected.held:
                oracle.waits[name] = now
            elif now - since > PATIENCE:
                if self._still_news(name, local.date()):
                    self._wrong(now, f"the mail of {name} has waited since {since}")
                del oracle.waits[name]
                self.found.counts["reminders no longer needed"] += 1

    def _still_news(self, name: str, today: date) -> bool:
        return is_news(listed(self.register.rows, name, today), self.oracle.told[name])

    def _books(self) -> None:
        """Hold the books of the workspace against themselves: nothing sent twice, every pack once."""
        if SERVER.doubled:
            self.found.wrong.append(f"taken twice: {SERVER.doubled[:5]}")
        packs = sorted((self.folder / "packs").glob("*improvement meeting pack.html"))
        self.found.counts["packs"] = len(packs)
        self.found.counts["outages"], self.found.counts["clock steps"] = (
            self.clock.outages,
            self.clock.stepped,
        )
        self.found.counts["mail refused for now"] = SERVER.refused

    def _wrong(self, now: datetime, words: str) -> None:
        self.found.wrong.append(f"{now.astimezone(LONDON):%a %Y-%m-%d %H:%M}: {words}")
