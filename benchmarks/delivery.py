"""Sending 2,000 digests over one connection, with both marks in the memory, against a bare smtplib loop.

Run: python -m benchmarks.delivery [mails] [rounds]
Goal: at least 70 % of the rate of the bare loop, which sends the same bytes, those of the sample register's
digests, to the same local aiosmtpd; with a journal and without one. The second mark of each mail waits for
the disk, so a busy one shows.
"""

import os
import shutil
import smtplib
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from email.parser import BytesHeaderParser
from email.policy import SMTP
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
from complaints_sheet.core.messages import Message, stored_message
from complaints_sheet.state import open_state

GOAL = 0.70
BARE, WHOLE = "bare smtplib loop", "outbox, guards and both marks"
ALONE = "the same without a journal"
MONDAY = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Europe/London"))
ROOT = Path(__file__).parent.parent
CONFIG = """organisation: {name: Example Homes, timezone: Europe/London, locale: en_GB}
register: register.xlsx
people:
PEOPLE
delivery:
  {kind: smtp, host: 127.0.0.1, port: PORT, security: none, auth: none, sender: robot@example.org,
   flood: 100000, journal: {host: 127.0.0.1, user: robot@example.org}}
"""


def main(mails: int, rounds: int) -> None:
    """Print the median rate of each way, and its ratio to the bare loop."""
    with tempfile.TemporaryDirectory() as name, _server() as port:
        folder = Path(name)
        digests = _digests(folder)
        outgoing = [_outgoing(number, digests[number % len(digests)]) for number in range(mails)]
        messages = [stored_message(each) for each in outgoing]
        config = _config(folder, port, {each.address for each in outgoing})
        ways: dict[str, Callable[[], float]] = {
            BARE: lambda: _bare(port, messages),
            "channel alone": lambda: _channel(config, messages),
            WHOLE: lambda: _whole(config, outgoing),
            ALONE: lambda: _whole(_without_journal(config), outgoing),
        }
        size = statistics.median(map(len, digests))
        print(f"{mails:,} mails (median {size:,.0f} bytes) to aiosmtpd, median of {rounds} rounds in turns")
        seconds: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(rounds):
            for way, send in ways.items():
                seconds[way].append(send())
        rates = {way: mails / statistics.median(taken) for way, taken in seconds.items()}
        for way, rate in rates.items():
            print(f"{way:32}{rate:8.0f} a second{rate / rates[BARE]:8.2f}")
        print(f"(one commit on this disk takes {_commit_ms(folder):.2f} ms just now)")
        reached = min(rates[WHOLE], rates[ALONE]) / rates[BARE]
        print(f"goal {GOAL:.2f}, both ways: {'reached' if reached >= GOAL else 'missed'}")


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


def _without_journal(config: Config) -> Config:
    """Return the config without the journal: then each mail that is taken is written down by itself."""
    return replace(config, delivery=replace(config.delivery, journal=None))


def _commit_ms(folder: Path, commits: int = 200) -> float:
    """Return how long SQLite takes to be sure of one small change, in milliseconds."""
    with closing(sqlite3.connect(folder / "commits.sqlite3", isolation_level=None)) as database:
        database.executescript("PRAGMA journal_mode = wal; PRAGMA synchronous = full; CREATE TABLE t (n)")
        began = perf_counter()
        for number in range(commits):
            database.execute("INSERT INTO t VALUES (?)", (number,))
        return (perf_counter() - began) / commits * 1000


def _config(folder: Path, port: int, addresses: Collection[str]) -> Config:
    people = "\n".join(
        f"  - {{name: Owner {each}, email: {address}}}" for each, address in enumerate(addresses)
    )
    file = folder / "benchmark.yaml"
    file.write_text(CONFIG.replace("PEOPLE", people).replace("PORT", str(port)), encoding="utf-8")
    return load_config(file)


def _digests(folder: Path) -> list[bytes]:
    """Return the digests of the sample register, as they would go on its Monday."""
    for name in ("config.yaml", "sample_register.xlsx"):
        shutil.copy(ROOT / name, folder)
    program = [sys.executable, "-m", "complaints_sheet", "remind", "--as-of", "2026-11-23T08:00"]
    subprocess.run(
        program, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True, capture_output=True
    )
    return [each.read_bytes() for each in sorted((folder / "outbox").glob("*.eml"))]


def _outgoing(number: int, content: bytes) -> Outgoing:
    headers = BytesHeaderParser(policy=SMTP).parsebytes(content)
    address = headers["To"].addresses[0].addr_spec
    return Outgoing(
        key=f"smtp:owner digest:{address}:{number}",
        channel="smtp",
        kind="owner digest",
        receiver=address,
        address=address,
        message_id=str(headers["Message-ID"]),
        subject=str(headers["Subject"]),
        content=content,
        told={f"clock-breached:main:{number}:{each}": "2026-11-16" for each in range(3)},
        reason="first notice",
        sender=headers["From"].addresses[0].addr_spec,
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
