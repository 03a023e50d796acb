"""What a tick with nothing to do costs over 5,000 open findings, against reading them from the database.

Run: python -m benchmarks.tick [findings]
Goal: a tick with nothing due at most 1.2 times reading the open findings, as the memory keeps them: what each
person was told of each case, and the breaches observed. Each is done in one process, in turns, and its CPU
time is the median of its rounds.
"""

import statistics
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import process_time

from complaints_sheet.app.ticking import Asked, tick
from complaints_sheet.app.timetable import Plan
from complaints_sheet.state import open_state
from complaints_sheet.state.recalling import first_breaches

ROUNDS = 41
OWNERS = 40
CONFIG = """organisation: {name: Example Homes, timezone: Europe/London, locale: en_GB}
register: {path: register.csv}
state: {folder: memory}
"""
HEADINGS = (
    "Case Owner,Department,Date received,Date followed-up with customer,"
    "Resolved and followed up (Y/N),Customer Name,Issue,Resolution,Proposed Improvement Idea"
)
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def main(findings: int) -> None:
    """Print the costs and their ratio."""
    with tempfile.TemporaryDirectory() as name:
        config = _office(Path(name), findings)
        plan = tick(Asked(config, AT - timedelta(days=1))).plan
        told = tick(Asked(config, AT), plan)
        print(f"{findings:,} open findings; {', '.join(each.occurrence.key for each in told.ran)}")
        moments = (AT + timedelta(minutes=minute) for minute in range(1, 10_000))
        costs: dict[str, list[float]] = {"a tick with nothing due": [], "reading the open findings": []}
        for _ in range(ROUNDS):
            costs["a tick with nothing due"].append(_cost(lambda: _nothing(config, next(moments), told.plan)))
            costs["reading the open findings"].append(_cost(lambda: _read(config.parent, findings)))
    base = statistics.median(costs["reading the open findings"])
    for what, samples in costs.items():
        print(f"{what:34}{statistics.median(samples) * 1000:8.1f} ms{statistics.median(samples) / base:8.2f}")


def _cost(do: Callable[[], None]) -> float:
    began = process_time()
    do()
    return process_time() - began


def _nothing(config: Path, now: datetime, plan: Plan) -> None:
    """Tick, and make sure that nothing was due."""
    done = tick(Asked(config, now), plan)
    assert not done.ran, done.ran


def _read(folder: Path, findings: int) -> None:
    """Read the open findings as the memory keeps them: what was told of each case, since when it is late."""
    with open_state(folder / "memory", alone=False) as state:
        told = state.outbox.last_sent("folder")
        known = {key for (_, kind), sent in told.items() if kind == "owner digest" for key in sent.told}
        with state.engine.connect() as connection:
            late = first_breaches(connection, "main")
    assert len(known) == len(late) == findings, (len(known), len(late))


def _office(folder: Path, findings: int) -> Path:
    """Write an office whose register has so many open complaints, all past their standard."""
    names = _names()
    people = "\n".join(
        f"  - {{name: {owner}, email: owner{number}@example.org}}" for number, owner in enumerate(names)
    )
    config = folder / "config.yaml"
    config.write_text(f"{CONFIG}people:\n{people}\n", encoding="utf-8")
    received = date(2026, 10, 1)
    rows = (
        (names[number % OWNERS], "Repairs", received + timedelta(days=number % 30), number)
        for number in range(findings)
    )
    lines = [
        f"{owner},{department},{day},,N,Customer {number},Matter {number} waits,,"
        for owner, department, day, number in rows
    ]
    (folder / "register.csv").write_text("\n".join([HEADINGS, *lines]) + "\n", encoding="utf-8")
    return config


def _names() -> list[str]:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return [f"Owner {first}{second}" for first in letters for second in letters][:OWNERS]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
