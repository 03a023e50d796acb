"""Kill a run at one place, let the next run go on, and compare with a run that nothing disturbed."""

import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from complaints_sheet.state import open_state
from complaints_sheet.state.upkeep import health
from tests.kills.run import DIED, FIRST_DAY, rows
from tests.test_state_registers import saved


@dataclass(frozen=True)
class Fate:
    """What became of a killed run: differences from an undisturbed one, and mails of unknown outcome."""

    day: int
    place: int
    faults: tuple[str, ...]
    unknown: int


def places(folder: Path, day: int) -> int:
    """Return how many places a run of the day may die at, leaving what it wrote in the folder."""
    done = _child(folder, day)
    return int(done.stdout)


def killed(before: Path | None, folder: Path, day: int, place: int, undisturbed: dict[str, object]) -> Fate:
    """Return the fate of a run killed at a place, starting from a copy of `before`."""
    if before is not None:
        shutil.copytree(before, folder)
        shutil.copy(f"{before}.delivered", f"{folder}.delivered")
    died = _child(folder, day, place)
    if died.returncode != DIED:
        return Fate(day, place, (f"did not die but ended with {died.returncode}: {died.stderr[-300:]}",), 0)
    again = _child(folder, day)
    if again.returncode != 0:
        return Fate(day, place, (f"the next run failed: {again.stderr[-300:]}",), 0)
    seen = view(folder, day)
    faults = [
        f"{name} differ" for name in undisturbed if name != "outbox" and seen[name] != undisturbed[name]
    ]
    unknown = sum(state == "unknown" for state in seen["outbox"].values())
    faults += [
        f"{key} is {state}"
        for key, state in seen["outbox"].items()
        if state != undisturbed["outbox"].get(key) and state != "unknown"
    ]
    if seen["outbox"].keys() != undisturbed["outbox"].keys():
        faults.append("the outbox holds other messages")
    return Fate(day, place, tuple(faults), unknown)


def view(folder: Path, day: int) -> dict[str, object]:
    """Return what the memory holds, free of the numbers of runs."""
    handed_over = Counter(Path(f"{folder}.delivered").read_text(encoding="utf-8").split())
    with open_state(folder, dry_run=True) as state:
        recalled = state.registers.recall(saved(rows(day)), FIRST_DAY.date())
        numbers = [int(each.id[2:]) for each in recalled.register.cases]
        stories = {number: state.history.story(number) for number in range(1, max(numbers) + 3)}
        outbox = {each.message.key: each.state for each in state.outbox.entries()}
        repeated = [key for key, times in handed_over.items() if times > 1]
        lost = [key for key, at in outbox.items() if at == "sent" and not handed_over[key]]
        return {
            "cases": [
                (each.id, each.row, each.first_seen, dict(each.observed)) for each in recalled.register.cases
            ],
            "stories": {
                number: (story.now, [(each.kind, each.cells, each.why) for each in story.changes])
                for number, story in stories.items()
                if story
            },
            "findings": recalled.register.findings,
            "packs": [(each.meeting, each.figures) for each in state.packs.written("weekly")],
            "accepted": state.words.accepted(),
            "faults of the file": health(state.engine).faults,
            "mails repeated": repeated,
            "mails lost": lost,
            "outbox": outbox,
        }


def _child(folder: Path, day: int, place: int | None = None) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "tests.kills.run", str(folder), str(day)]
    if place is not None:
        command.append(str(place))
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
