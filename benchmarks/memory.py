"""What a memory costs on a 100,000-row register: a first run, an unchanged one, its size, shuffled rows.

Run: python -m benchmarks.memory [rows]
Goals: the first run at most 2.5 times `check` of the bare file, `run --dry-run` on the unchanged register
at most 1.3 times; the database at most 4 times the .xlsx; identity of a shuffled copy at most 1.5 times that
of an unchanged one.
"""

import random
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time

from benchmarks.large_register import write_register
from benchmarks.measure import costs, table
from complaints_sheet.core.cases import ReadOptions, register_from
from complaints_sheet.core.identity import match, settle
from complaints_sheet.core.matches import Known
from complaints_sheet.core.model import Case
from complaints_sheet.core.snapshots import fingerprints
from complaints_sheet.sources import excel

CONFIG = """organisation: {{name: Example Homes, timezone: Europe/London, locale: en_GB}}
register: {{kind: excel, path: {path}}}
state: {{folder: {folder}}}
"""
AT = ["--as-of", "2026-11-23T08:00"]


def main(rows: int) -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "register.xlsx"
        write_register(path, rows)
        print(f"{rows:,} rows; median of 5, in turns")
        print(table(_runs(folder, path), "check of the bare file"))
        size, file = path.stat().st_size, (folder / "memory" / "memory.sqlite3").stat().st_size
        print(f"database {file / 1e6:.1f} MB, {file / size:.2f} times the .xlsx of {size / 1e6:.1f} MB")
        _identity(path)


def _runs(folder: Path, path: Path):
    program = [sys.executable, "-m", "complaints_sheet"]
    config, fresh = folder / "config.yaml", folder / "fresh.yaml"
    config.write_text(CONFIG.format(path=path.name, folder="memory"), encoding="utf-8")
    fresh.write_text(CONFIG.format(path=path.name, folder="fresh"), encoding="utf-8")
    forget = f"import shutil; shutil.rmtree({str(folder / 'fresh')!r}, ignore_errors=True)"
    first = f"{forget}; import sys; sys.argv = ['', 'run', '-c', {str(fresh)!r}, *{AT!r}]; "
    first += "from complaints_sheet.cli import main; main()"
    _ = costs({"": [*program, "run", "-c", str(config), *AT]}, rounds=1)
    return costs(
        {
            "check of the bare file": [*program, "check", str(path), "--summary", *AT],
            "first run": [sys.executable, "-c", first],
            "run --dry-run, unchanged": [*program, "run", "-c", str(config), "--dry-run", *AT],
        }
    )


def _identity(path: Path) -> None:
    """Print the cost of recognising the rows of an unchanged file, and of one with its rows shuffled."""
    readings = excel.read(excel.Settings(kind="excel", path=path))
    cases = register_from(readings, ReadOptions()).cases
    known = Known(tuple(range(1, len(cases) + 1)), fingerprints(cases))
    order = list(range(len(cases)))
    random.Random(1).shuffle(order)
    # Copied in their new order, as reading the shuffled file would have made them.
    shuffled = [_copied(cases[place]) for place in order]
    unchanged = [_copied(case) for case in cases]
    same, moved = (
        _median(lambda: _recognised(unchanged, known)),
        _median(lambda: _recognised(shuffled, known)),
    )
    print(f"identity: unchanged {same:.2f} s, shuffled {moved:.2f} s, {moved / same:.2f} times")


def _copied(case: Case) -> Case:
    cells = tuple("".join(list(cell)) if isinstance(cell, str) else cell for cell in case.cells)
    return Case(case.register, case.row, case.layout, dict(case.values), {}, cells)


def _recognised(cases: list[Case], known: Known) -> None:
    found = match(fingerprints(cases), known)
    matching = settle(found, cases, {})
    assert not matching.removed


def _median(do: Callable[[], None], rounds: int = 5) -> float:
    samples = []
    for _ in range(rounds):
        began = process_time()
        do()
        samples.append(process_time() - began)
    return statistics.median(samples)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
