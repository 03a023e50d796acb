"""An office with six mails to send: its sender is killed, and started again until all is quiet."""

import os
import traceback
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from multiprocessing import Pipe, Process
from pathlib import Path
from random import Random
from shutil import rmtree
from zoneinfo import ZoneInfo

from complaints_sheet import mailbox
from complaints_sheet.app.arming import binding_of
from complaints_sheet.app.judged import calendar_of
from complaints_sheet.app.sending import send_queued
from complaints_sheet.app.workplace import Desk
from complaints_sheet.config.settings import Config, load_config
from complaints_sheet.core.ledger import Outgoing
from complaints_sheet.core.messages import Letter, message, short_key
from complaints_sheet.state import open_state
from tests.postkills.points import AFTER_THE_END, POINTS, RECOVERING, SECOND_MARK, SETTLING, TALKING, Deaths
from tests.postkills.sink import Sink

MAILS = 6
ROBOT = "robot@example.org"
BEGIN = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Europe/London"))
BETWEEN_RUNS = timedelta(minutes=20)  # longer than a mail of unknown outcome is given to turn up
MOST_RUNS = 10
CONFIG = """organisation: {name: Example Homes, timezone: Europe/London, locale: en_GB}
register: {kind: excel, path: register.xlsx}
people:
PEOPLE
delivery:
  {kind: smtp, host: 127.0.0.1, port: PORT, security: none, auth: none, sender: robot@example.org,
   flood: 100000}
"""


@dataclass(frozen=True)
class Fate:
    """What became of the six mails: how often one came twice, never came, or waits for a person."""

    point: str
    kills: int
    duplicates: int
    lost: int
    held: int
    settled: int
    said: str = ""


def office(folder: Path, port: int, mails: int = MAILS, *, journal: bool = True) -> Config:
    """Return the config of an office with an owner for each mail, and with a journal or without."""
    folder.mkdir(parents=True, exist_ok=True)
    people = "\n".join(f"  - {{name: Owner {each}, email: owner{each}@example.org}}" for each in range(mails))
    file = folder / "config.yaml"
    file.write_text(CONFIG.replace("PEOPLE", people).replace("PORT", str(port)), encoding="utf-8")
    config = load_config(file)
    calendar_of(config.calendar, (), BEGIN)  # what a run would load first is loaded before its children begin
    kept = mailbox.Settings("journal.example.org", "robot", "NO_SUCH_PASSWORD") if journal else None
    return replace(config, delivery=replace(config.delivery, journal=kept))


def outgoing(
    trial: str, mails: int = MAILS, *, owners: int | None = None, sender: str = ROBOT, channel: str = "smtp"
) -> list[Outgoing]:
    """Return the mails of a trial, to so many owners in turn, queued under keys of their own."""
    found = []
    for each in range(mails):
        letter = Letter(
            key=f"owner-digest:{trial}:{each}",
            kind="notice",
            to_name=f"Owner {each % (owners or mails)}",
            to=f"owner{each % (owners or mails)}@example.org",
            from_name="Example Homes complaints",
            sender=sender,
            subject=f"{each} cases need you",
            text="A line of text. " * 40,
            html="<p>A line of text. </p>" * 40,
            date=BEGIN,
        )
        made = message(letter)
        found.append(
            Outgoing(
                f"{channel}:{made.key}",
                channel,
                made.kind,
                made.to,
                made.to,
                made.message_id,
                made.subject,
                made.content,
                {made.key: "told"},
                "first notice",
                made.sender,
            )
        )
    return found


def once(config: Config, moment: datetime, mails: Sequence[Outgoing]) -> None:
    """Do what a run does with mail: settle what a crash left, queue what is due, send what is queued."""
    with open_state(config.state.folder) as state:
        run = state.runs.begin("run", moment, moment.date(), moment)
        state.outbox.recover(moment)
        state.outbox.queue(mails, moment, run)
        send_queued(Desk(config, state, run, moment, False))
        state.runs.finish(run, "done", moment)


def arm(config: Config) -> None:
    """Switch mail on in a new memory."""
    with open_state(config.state.folder) as state:
        state.arming.arm(config.delivery.kind, BEGIN, binding_of(config, state), MAILS)


def killed(
    config: Config,
    log: Path,
    seed: int,
    points: Sequence[str] = POINTS,
    deaths: type[Deaths] = Deaths,
    *,
    real_journal: bool = False,
) -> Fate:
    """Return the fate of the mails of one seeded trial: one to three kills, then runs until all is quiet."""
    random = Random(seed)
    mails = outgoing(f"{seed}", channel=config.delivery.kind)
    journal = None if real_journal else log
    point = points[seed % len(points)]
    plan = [*_before(point, random), (point, random.randint(1, MAILS if _each_mail(point) else 1))]
    plan += [(random.choice(points), random.randint(1, 3)) for _ in range(random.choice((0, 0, 1)))]
    kills, moment = 0, BEGIN
    for where, nth in plan:
        kills += dies(config, moment, mails, journal, where, nth, kind=deaths)
        moment += BETWEEN_RUNS
    for _ in range(MOST_RUNS):
        if dies(config, moment, mails, journal, kind=deaths):
            return Fate(point, kills, 0, 0, 0, 0, "a run that nobody killed has died")
        moment += BETWEEN_RUNS
        if quiet(config):
            break
    return _account(config, mails, log, point, kills)


def _each_mail(point: str) -> bool:
    return point in (*TALKING[2:], *SECOND_MARK, *AFTER_THE_END[:-1])


def _before(point: str, random: Random) -> list[tuple[str, int]]:
    """Return the kill that has to come first for a point to be reached at all."""
    if point in SETTLING:  # the run in between sees that a mail was cut off; only a later one settles it
        return [(random.choice((*SECOND_MARK[1:], *AFTER_THE_END[:2])), random.randint(1, MAILS)), ("", 1)]
    if point in RECOVERING:
        return [(random.choice((*TALKING, *SECOND_MARK, *AFTER_THE_END)), random.randint(1, MAILS))]
    return []


def dies(
    config: Config,
    moment: datetime,
    mails: Sequence[Outgoing],
    log: Path | None,
    point: str = "",
    nth: int = 1,
    *,
    kind: type[Deaths] = Deaths,
) -> bool:
    """Run once in a process of its own, and return whether it was killed; `log` stands for the journal."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            deaths = kind(point, nth)
            deaths.listen()
            if log is not None:
                read_journal_from(log, deaths)
            once(config, moment, mails)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(f"a run failed at {point}")
    return False


def read_journal_from(log: Path, deaths: Deaths) -> None:
    """Let the list of what the server took stand for the journal, where a copy of each mail would be."""

    class Taken:
        def seen(self, message_keys: Collection[str], _since: datetime) -> frozenset[str]:
            found = frozenset(line.split()[0] for line in log.read_text(encoding="utf-8").splitlines())
            deaths.reached("journal read")
            return found & frozenset(message_keys)

    mailbox.journal = lambda _settings: nullcontext(Taken())  # type: ignore[assignment]


def quiet(config: Config) -> bool:
    with open_state(config.state.folder) as state:
        return not state.outbox.entries("queued", "sending", "committing", "unknown")


def _account(config: Config, mails: Sequence[Outgoing], log: Path, point: str, kills: int) -> Fate:
    taken = Counter(line.split()[0] for line in log.read_text(encoding="utf-8").splitlines())
    with open_state(config.state.folder) as state:
        entries = {each.message.key: each for each in state.outbox.entries()}
        settled = sum(
            any(step.state == "unknown" for step in state.outbox.steps(each.number))
            for each in entries.values()
        )
    duplicates = lost = held = 0
    for mail in mails:
        entry = entries.get(mail.key)
        times = taken[short_key(mail)]
        duplicates += max(0, times - 1)
        if entry is not None and entry.state in ("held", "unknown"):
            held += 1
        elif times == 0 or entry is None or entry.state != "sent":
            lost += 1
    return Fate(point, kills, duplicates, lost, held, settled)


def trials(folder: Path, seeds: Sequence[int], *, journal: bool = True) -> Iterator[Fate]:
    """Yield the fate of each seeded trial, all against one mail server."""
    log = folder / "taken"
    with sink(log) as port:
        config = office(folder, port, journal=journal)
        for seed in seeds:
            own = replace(config, state=replace(config.state, folder=folder / f"memory-{seed}"))
            arm(own)
            yield killed(own, log, seed)
            rmtree(own.state.folder)


@contextmanager
def sink(log: Path) -> Iterator[int]:
    """Run a mail server in a process of its own for the time of a `with`, and yield its port."""
    here, there = Pipe()

    def serve() -> None:
        with Sink(log) as server:
            there.send(server.port)
            server.serve_forever()

    process = Process(target=serve, daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        process.kill()
        process.join()
