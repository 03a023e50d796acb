"""Reading a sheet of 10,000 rows from Google, beside a bare gspread `get_all_values` of the same server.

Run: python -m benchmarks.google [rows]
The server runs on this computer, in a process of its own, and makes each answer once. Measured is the work of
the program alone, in CPU seconds: fetching, and what is made of the answers. `get_all_values` gets shown text
in one call, without types, errors, hidden rows or merged cells. Printed are the medians of both, in turns,
their ratio, and the calls that a run makes of Google, tokens apart; the calls are what must not grow.
"""

import multiprocessing
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import gspread

from complaints_sheet.google_access import client
from complaints_sheet.sources import google as source
from complaints_sheet.sources.shelf import Shelf
from tests.files.making import HEADINGS
from tests.google_server.book import Book, worksheet
from tests.google_server.robot import key_file
from tests.google_server.server import google

ID = "1ten-thousand-rows"
ROUNDS = 9


def rows(count: int) -> list[tuple[object, ...]]:
    """Return a heading and this many complaints, alike from run to run."""
    rng = random.Random(0)
    found: list[tuple[object, ...]] = [HEADINGS]
    for number in range(count):
        received = date(2026, 1, 1) + timedelta(days=rng.randrange(320))
        followed = received + timedelta(days=rng.randrange(9)) if rng.random() < 0.9 else None
        issue = f"Complaint number {number} about {rng.choice(('a leak', 'noise', 'a bill', 'a visit'))}"
        done = "Y" if followed else "N"
        words = "Explained, apologised and put right on the day" if followed else None
        idea = "Ring before visiting" if rng.random() < 0.2 else None
        owner, department = rng.choice(("Amira Khan", "Tom Reid")), rng.choice(("Repairs", "Lettings"))
        found.append((owner, department, received, followed, done, f"Customer {number}", issue, words, idea))
    return found


def serve(count: int, folder: str, told: Connection) -> None:
    """Serve such a sheet until the parent says that it is done; tell it the address first."""
    with google() as known:
        known.remembers = True
        book = known.add(Book(ID, sheets=[worksheet("Register", rows(count))]))
        key_file(Path(folder), known)
        told.send(known.address)
        while (asked := told.recv()) != "done":
            if asked == "change":
                book.changed()
            told.send(len(known.calls))


def timed(task: Callable[[], object]) -> float:
    """Return the CPU seconds that the task took."""
    began = time.process_time()
    task()
    return time.process_time() - began


def main() -> int:
    """Print the ratio and the calls, and return 1 where a run makes more calls than it may."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = multiprocessing.get_context("spawn").Pipe()
        server = multiprocessing.get_context("spawn").Process(target=serve, args=(count, folder, theirs))
        server.start()
        try:
            return measured(count, Path(folder), ours)
        finally:
            ours.send("done")
            server.join()


def measured(count: int, folder: Path, told: Connection) -> int:
    """Print and return as `main`."""
    address = told.recv()
    settings = source.Settings(spreadsheet=ID, credentials=folder / "robot.json", address=address)
    signed_in = client(settings.access)

    sheet = gspread.Client(signed_in.auth, http_client=lambda *_: signed_in).open_by_key(ID).sheet1
    bare, whole = sheet.get_all_values, lambda: source.read_with(signed_in, settings)
    seconds: dict[str, list[float]] = {"get_all_values": [], "our reading": []}
    for turn in range(ROUNDS + 1):
        for name, task in (("get_all_values", bare), ("our reading", whole)):
            took = timed(task)
            if turn:
                seconds[name].append(took)
    medians = {name: statistics.median(each) for name, each in seconds.items()}
    ratio = medians["our reading"] / medians["get_all_values"]
    print(f"{count:,} rows, median of {ROUNDS}")
    for name, each in medians.items():
        print(f"  {name:20}{each * 1000:8.0f} ms")
    print(f"  ratio {ratio:.2f}")
    calls = calls_of(folder, settings, told)
    print(
        f"  calls: {calls['changed']} where the sheet changed (at most 3), {calls['unchanged']} where not (1)"
    )
    return 0 if calls == {"changed": 3, "unchanged": 1} else 1


def calls_of(folder: Path, settings: source.Settings, told: Connection) -> dict[str, int]:
    """Return how many calls a run makes over a changed register, and over one that did not change."""

    def counted(before: str) -> int:
        told.send(before)
        first: int = told.recv()
        source.read(settings, Shelf(folder, "main", writes=True))
        told.send("count")
        last: int = told.recv()
        return last - first

    counted("change")
    return {"changed": counted("change"), "unchanged": counted("count")}


if __name__ == "__main__":
    sys.exit(main())
