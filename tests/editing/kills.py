"""A register written into again and again until killed: `python -m tests.editing.kills FILE`; see `trial`."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from complaints_sheet.core.calculated import STATUS
from complaints_sheet.core.status import RowStatus, SheetStatus
from complaints_sheet.sources.excel import Settings, StatusTask, write_status

ROOT = Path(__file__).parent.parent.parent
READY = "ready"


def task_for(path: Path, rows: int, says: str) -> StatusTask:
    """Return the task of writing the same words into all rows below a heading in row 1."""
    columns = dict(zip(STATUS, range(13, 17), strict=True))
    status = RowStatus("C-00001", "2026-11-23", says)
    sheet = SheetStatus(path.name, "Register", 1, columns, dict.fromkeys(range(2, rows + 2), status))
    mark = hashlib.sha256(path.read_bytes()).hexdigest()
    moment = datetime(2026, 11, 23, 8, tzinfo=UTC)
    return StatusTask(Settings(path=path), mark, (sheet,), moment, path.parent / "copies")


def quiet(path: Path) -> None:
    """Make a file look as if nobody had saved it for a while."""
    os.utime(path, (time.time() - 600,) * 2)


@dataclass(frozen=True)
class Kills:
    """How often a writer was killed, what stood there then, and how often it was something else."""

    kills: int
    original: int
    finished: int
    half: int


def killed(path: Path, rows: int, times: int, seed: int = 1) -> Kills:
    """Return what stood in the register after a writer was killed at random moments of its work.

    `path` holds a workbook with the sheet Register, headings in row 1, and this many rows.
    """
    chance = random.Random(seed)
    original = path.read_bytes()
    quiet(path)
    began = time.monotonic()
    [done] = write_status(task_for(path, rows, "Follow up"))
    lasts = time.monotonic() - began
    if done.problem:
        raise done.problem
    finished = path.read_bytes()
    counts = {original: 0, finished: 0}
    half = 0
    for _ in range(times):
        path.write_bytes(original)
        quiet(path)
        _clear(path)
        _kill_after(path, rows, chance.uniform(0, 1.3 * lasts))
        there = path.read_bytes()
        if there in counts:
            counts[there] += 1
        else:
            half += 1
    _clear(path)
    return Kills(times, counts[original], counts[finished], half)


def _clear(path: Path) -> None:
    path.with_name(f".{path.name}.part").unlink(missing_ok=True)


def _kill_after(path: Path, rows: int, seconds: float) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.editing.kills", str(path), str(rows)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdin is not None
        assert writer.stdout.readline().strip() == READY
        writer.stdin.write("go\n")
        writer.stdin.flush()
        time.sleep(seconds)
        writer.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)


def _write(path: Path, rows: int) -> None:
    import complaints_sheet.sources.safe_writing
    import complaints_sheet.sources.workbook_edit  # noqa: F401 - loaded before the clock of the kill runs

    task = task_for(path, rows, "Follow up")
    print(READY, flush=True)
    sys.stdin.readline()
    write_status(task)


if __name__ == "__main__":
    _write(Path(sys.argv[1]), int(sys.argv[2]))
