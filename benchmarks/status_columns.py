"""Writing the program's own columns into 10,000 rows of a 20 MB workbook, against copying it by zipfile.

Run: python -m benchmarks.status_columns
Goal: at most 2.0 times copying the finished file through Python's zipfile, the one part packed anew.
The copy is spared all that writing needs: no reading of cells, no checks, no copy kept, nothing on the disk.
"""

import hashlib
import os
import random
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.large_register import HEADINGS, rows
from complaints_sheet.core.calculated import STATUS
from complaints_sheet.core.status import RowStatus, SheetStatus
from complaints_sheet.sources.excel import Settings, StatusTask, StatusWritten, write_status

ROWS = 10_000
LARGE_ROWS = 200_000
ROUNDS = 3
SHEET = "xl/worksheets/sheet1.xml"


def copied(path: Path, target: Path) -> None:
    """Copy a finished workbook, the register's part packed anew and the others as they come."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for each in old.infolist():
            packing = zipfile.ZIP_DEFLATED if each.filename == SHEET else zipfile.ZIP_STORED
            new.writestr(each.filename, old.read(each), packing)


def task_for(path: Path) -> StatusTask:
    """Return what to write: all four columns in 10,000 rows."""
    status = RowStatus("C-00012", "2026-11-23", "Follow up with the customer (2 working days over)")
    columns = dict(zip(STATUS, range(13, 17), strict=True))
    sheet = SheetStatus(path.name, "Register", 1, columns, dict.fromkeys(range(2, ROWS + 2), status))
    mark = hashlib.sha256(path.read_bytes()).hexdigest()
    return StatusTask(Settings(path=path), mark, (sheet,), datetime.now(UTC), path.parent / "copies")


def spent(what: Callable[[], object]) -> float:
    """Return the CPU seconds, of the system too, that a call takes."""
    before = time.process_time()
    what()
    return time.process_time() - before


def write_register(path: Path, count: int, weight: int) -> None:
    """Write a register with the program's own headings, and a picture of so many bytes beside it."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy", "constant_memory": True})
    sheet = book.add_worksheet("Register")
    sheet.write_row(0, 0, (*HEADINGS, *STATUS))
    for number, cells in enumerate(rows(count), start=1):
        sheet.write_row(number, 0, cells)
    book.close()
    if weight:
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/media/image1.jpeg", random.Random(1).randbytes(weight))
    os.utime(path, (time.time() - 600,) * 2)


def ratio(count: int, weight: int, folder: Path) -> tuple[float, float, float]:
    """Return MB, and the median CPU seconds of copying and of writing, taken in turns."""
    path, finished = folder / "register.xlsx", folder / "finished.xlsx"
    write_register(path, count, weight)
    original = path.read_bytes()
    copies, writes = [], []
    for turn in range(ROUNDS + 1):
        path.write_bytes(original)
        os.utime(path, (time.time() - 600,) * 2)
        task = task_for(path)
        done: list[StatusWritten] = []
        writing = spent(lambda task=task, done=done: done.extend(write_status(task)))
        if [each.cells for each in done] != [4 * ROWS]:
            sys.exit(str(done))
        finished.write_bytes(path.read_bytes())
        copying = spent(lambda: copied(finished, folder / "copy.xlsx"))
        if turn:  # the first turn loads modules
            writes.append(writing)
            copies.append(copying)
    return len(original) / (1 << 20), statistics.median(copies), statistics.median(writes)


def main() -> int:
    missed = False
    print(f"{'a workbook of':40}{'MB':>6}{'copy s':>9}{'write s':>9}{'ratio':>7}")
    for what, count, weight in (
        ("200,000 rows, 10,000 of them written", LARGE_ROWS, 0),
        ("10,000 rows and 19 MB of pictures", ROWS, 19 << 20),
    ):
        with tempfile.TemporaryDirectory() as name:
            size, copy, write = ratio(count, weight, Path(name))
        print(f"{what:40}{size:6.1f}{copy:9.2f}{write:9.2f}{write / copy:7.2f}")
        missed |= write > 2 * copy
    print("GOAL MISSED" if missed else "goal kept: at most 2.0 times the copy")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
