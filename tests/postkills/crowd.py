"""Schedulers and senders at once on one memory, killed at random: `python -m tests.postkills.crowd`."""

import os
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial, partialmethod
from pathlib import Path
from random import Random

from complaints_sheet.app.sending import send_queued
from complaints_sheet.app.workplace import Desk
from complaints_sheet.config.settings import Config
from complaints_sheet.core.ledger import Outgoing
from complaints_sheet.core.messages import short_key
from complaints_sheet.state import open_state
from complaints_sheet.state.outbox import Outbox
from tests.postkills.points import Deaths
from tests.postkills.trial import BEGIN, arm, office, outgoing, read_journal_from, sink

SCHEDULERS, SENDERS = 2, 4
LEASE = timedelta(seconds=2)
SETTLE_AFTER = timedelta(seconds=2)
AT_ONCE = 5  # mails that a scheduler writes down at a time
BETWEEN_KILLS = 0.25
LONGEST = 900.0


@dataclass(frozen=True)
class Outcome:
    """What became of all mails."""

    mails: int
    kills: int
    duplicates: int
    lost: int
    held: int
    settled: int


def crowd(folder: Path, mails: int, kills: int, seed: int = 1) -> Outcome:
    """Return what became of the mails when so many processes were killed while they worked side by side."""
    log = folder / "taken"
    with sink(log) as port:
        config = office(folder, port, mails)
        config = replace(config, delivery=replace(config.delivery, settle_after=SETTLE_AFTER))
        arm(config)
        written = outgoing("crowd", mails)
        begun = time.time()
        works: list[Callable[[], None]] = [
            *[partial(_schedule, config, log, written, begun)] * SCHEDULERS,
            *[partial(_send, config, log, begun)] * SENDERS,
        ]
        killed = _until_done(config, mails, works, kills, Random(seed))
        return _account(config, written, log, killed)


def _until_done(
    config: Config, mails: int, works: Sequence[Callable[[], None]], kills: int, random: Random
) -> int:
    """Keep every process at work, kill one at random times, and return how many were killed."""
    alive = [_child(work) for work in works]
    killed, end = 0, time.time() + LONGEST
    while time.time() < end:
        time.sleep(random.uniform(0.2, 1.8) * BETWEEN_KILLS)
        if killed < kills:
            place = random.randrange(len(works))
            _kill(alive[place])
            alive[place] = _child(works[place])
            killed += 1
        elif _done(config, mails):
            break
    for child in alive:
        _kill(child)
    return killed


def _kill(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _child(work: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    return child


def _done(config: Config, mails: int) -> bool:
    with open_state(config.state.folder, dry_run=True) as state:
        waiting = state.outbox.entries("queued", "sending", "committing", "unknown")
        return sum(state.outbox.counts().values()) == mails and not waiting


def _schedule(config: Config, log: Path, written: Sequence[Outgoing], begun: float) -> None:
    """Write the mails down, a few at a time, and send; both schedulers write the same ones."""
    _short_leases(log)
    while True:
        for start in range(0, len(written), AT_ONCE):
            with open_state(config.state.folder, alone=False) as state:
                state.outbox.queue(written[start : start + AT_ONCE], _now(begun))
            _round(config, begun)


def _send(config: Config, log: Path, begun: float) -> None:
    _short_leases(log)
    while True:
        _round(config, begun)


def _round(config: Config, begun: float) -> None:
    """Take over what dead senders left, and send what is queued."""
    moment = _now(begun)
    with open_state(config.state.folder, alone=False) as state:
        state.outbox.recover(moment, alone=False)
        run = state.runs.begin("send", moment, moment.date(), moment)
        send_queued(Desk(config, state, run, moment, False))
        state.runs.finish(run, "done", moment)


def _now(begun: float) -> datetime:
    return BEGIN + timedelta(seconds=time.time() - begun)


def _short_leases(log: Path) -> None:
    """Let a claim end soon, so that what the dead held is free within the time of a test."""
    read_journal_from(log, Deaths())
    claim_many, renew = Outbox.claim_many, Outbox.renew
    Outbox.claim_many = partialmethod(claim_many, lease=LEASE)  # type: ignore[assignment]
    Outbox.renew = partialmethod(renew, lease=LEASE)  # type: ignore[assignment]


def _account(config: Config, written: Sequence[Outgoing], log: Path, killed: int) -> Outcome:
    taken = Counter(line.split()[0] for line in log.read_text(encoding="utf-8").splitlines())
    with open_state(config.state.folder) as state:
        states = {each.message.key: each.state for each in state.outbox.entries()}
        settled = sum(
            any(step.state == "unknown" for step in state.outbox.steps(each.number))
            for each in state.outbox.entries()
        )
    times = [taken[short_key(each)] for each in written]
    held = sum(states.get(each.key) in ("held", "unknown") for each in written)
    lost = sum(taken[short_key(each)] == 0 and states.get(each.key) != "held" for each in written)
    return Outcome(len(written), killed, sum(max(0, each - 1) for each in times), lost, held, settled)


def main(mails: int = 1200, kills: int = 200) -> int:
    """Print what became of the mails, and return 1 where one came twice or was lost."""
    with tempfile.TemporaryDirectory() as name:
        found = crowd(Path(name), mails, kills)
    print(
        f"{SCHEDULERS} schedulers and {SENDERS} senders on one memory: {found.mails:,} mails, "
        f"{found.kills:,} kills, {found.settled:,} settled from the journal; "
        f"{found.duplicates} duplicates, {found.lost} lost, {found.held} held"
    )
    return 1 if found.duplicates or found.lost else 0


if __name__ == "__main__":
    sys.exit(main(*(int(each) for each in sys.argv[1:])))
