"""Sending 2,000 mails over one connection, with both marks in the memory, against a bare smtplib loop.

Run: python -m benchmarks.delivery [mails] [rounds]
Goal: at least 70 % of the rate of the bare loop, which sends the same bytes to the same local aiosmtpd.
"""

import smtplib
import socket
import sqlite3
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

from aiosmtpd.controller import Controller

from complaints_sheet.app.arming import binding_of
from complaints_sheet.app.sending import send_queued
from complaints_sheet.app.workplace import Desk
from complaints_sheet.channels import smtp
from complaints_sheet.config.settings import Config, load_config
from complaints_sheet.core.ledger import Outgoing
from complaints_sheet.core.messages import Letter, Message, message, stored_message
from complaints_sheet.state import open_state

GOAL = 0.70
BARE, WHOLE = "bare smtplib loop", "with the outbox and both marks"
MONDAY = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Europe/London"))
ROBOT = "robot@example.org"
PEOPLE = 100
CONFIG = """organisation: {name: Example Homes, timezone: Europe/London, locale: en_GB}
register: register.xlsx
people:
PEOPLE
delivery:
  {kind: smtp, host: 127.0.0.1, port: PORT, security: none, auth: none, sender: robot@example.org,
   flood: 100000}
"""


def main(mails: int, rounds: int) -> None:
    """Print the median rate of each way, and its ratio to the bare loop."""
    with tempfile.TemporaryDirectory() as name, _server() as port:
        folder = Path(name)
        outgoing = [_outgoing(number) for number in range(mails)]
        messages = [stored_message(each) for each in outgoing]
        config = _config(folder, port)
        ways: dict[str, Callable[[], float]] = {
            BARE: lambda: _bare(port, messages),
            "channel alone": lambda: _channel(config, messages),
            WHOLE: lambda: _whole(config, outgoing),
        }
        print(
            f"{mails:,} mails of {len(messages[0].content):,} bytes to aiosmtpd, median of {rounds}, in turns"
        )
        seconds: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(rounds):
            for way, send in ways.items():
                seconds[way].append(send())
        rates = {way: mails / statistics.median(taken) for way, taken in seconds.items()}
        for way, rate in rates.items():
            print(f"{way:32}{rate:8.0f} a second{rate / rates[BARE]:8.2f}")
        print(f"(one commit on this disk takes {_commit_ms(folder):.2f} ms just now)")
        reached = rates[WHOLE] / rates[BARE]
        print(f"goal {GOAL:.2f}: {'reached' if reached >= GOAL else 'missed'}")


def _bare(port: int, messages: Sequence[Message]) -> float:
    """Return the seconds that a loop takes which anybody would write."""
    began = perf_counter()
    with smtplib.SMTP("127.0.0.1", port, "example.org") as server:
        for each in messages:
            server.sendmail(each.sender, [each.to], each.content)
    return perf_counter() - began


def _channel(config: Config, messages: Sequence[Message]) -> float:
    """Return the seconds that the channel takes where nothing is written down."""
    assert isinstance(config.delivery.settings, smtp.Settings)
    began = perf_counter()
    with smtp.session(config.delivery.settings) as deliver:
        for each in messages:
            deliver(each, lambda: None)
    return perf_counter() - began


def _whole(config: Config, outgoing: Sequence[Outgoing]) -> float:
    """Return the seconds that a run takes to send what is queued, every guard and both marks included."""
    with tempfile.TemporaryDirectory() as memory, open_state(Path(memory)) as state:
        run = state.runs.begin("run", MONDAY, MONDAY.date(), MONDAY)
        state.arming.arm("smtp", MONDAY, binding_of(config, state), len(outgoing))
        state.outbox.queue(outgoing, MONDAY, run)
        began = perf_counter()
        sent = send_queued(Desk(config, state, run, MONDAY, False))
        taken = perf_counter() - began
    assert all(each.delivered for each in sent), next(each for each in sent if not each.delivered)
    assert len(sent) == len(outgoing)
    return taken


def _commit_ms(folder: Path, commits: int = 200) -> float:
    """Return how long SQLite takes to be sure of one small change, in milliseconds."""
    with closing(sqlite3.connect(folder / "commits.sqlite3", isolation_level=None)) as database:
        database.executescript("PRAGMA journal_mode = wal; PRAGMA synchronous = full; CREATE TABLE t (n)")
        began = perf_counter()
        for number in range(commits):
            database.execute("INSERT INTO t VALUES (?)", (number,))
        return (perf_counter() - began) / commits * 1000


def _config(folder: Path, port: int) -> Config:
    people = "\n".join(
        f"  - {{name: Owner {each}, email: owner{each}@example.org}}" for each in range(PEOPLE)
    )
    file = folder / "config.yaml"
    file.write_text(CONFIG.replace("PEOPLE", people).replace("PORT", str(port)), encoding="utf-8")
    return load_config(file)


def _outgoing(number: int) -> Outgoing:
    owner = f"owner{number % PEOPLE}@example.org"
    made = message(
        Letter(
            key=f"owner digest:{owner}:{number}",
            kind="owner digest",
            to_name=f"Owner {number % PEOPLE}",
            to=owner,
            from_name="Example Homes complaints",
            sender=ROBOT,
            subject="Complaints: 2 overdue (Mon 23 Nov)",
            text="A line of plain text about a case.\n" * 25,
            html="<p>A line of text about a case, with its style.</p>\n" * 30,
            date=MONDAY,
        )
    )
    told = {f"clock-breached:main:{number}:{each}": "2026-11-16" for each in range(3)}
    return Outgoing(
        key=f"smtp:{made.key}",
        channel="smtp",
        kind=made.kind,
        receiver=owner,
        address=owner,
        message_id=made.message_id,
        subject=made.subject,
        content=made.content,
        told=told,
        reason="first notice",
        sender=made.sender,
    )


class _Sink:
    async def handle_DATA(self, _server: object, _session: object, _envelope: object) -> str:  # noqa: N802
        return "250 2.0.0 taken"


def _serve(ready: Connection) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    controller = Controller(_Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    ready.send(port)
    ready.recv()
    controller.stop()


@contextmanager
def _server() -> Iterator[int]:
    """Run aiosmtpd in a process of its own, and yield its port."""
    spawn = get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=_serve, args=(there,), daemon=True)
    process.start()
    there.close()
    try:
        yield here.recv()
    finally:
        here.send("stop")
        process.join()


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 2000,
        int(sys.argv[2]) if len(sys.argv) > 2 else 5,
    )
