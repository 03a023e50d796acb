"""Random registers round the four sources: `python -m tests.sources4 [--registers N] [--first SEED]`."""

import argparse
import random
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from complaints_sheet.core.cases import ReadOptions
from tests.google_server.server import Google, google
from tests.sources4.ways import ALL, TYPED, as_texts, differences
from tests.ugly.registers import _names, _office, _page
from tests.ugly.truth import Sheet

REGISTERS = 500


def sheets_of(seed: int) -> tuple[list[Sheet], ReadOptions]:
    """Return the worksheets of a random register, and what its office says of its dates."""
    rng = random.Random(seed)
    office = replace(_office(rng), file="ods", from_1904=False)
    sheets = [_page(name, office, rng).sheet for name in _names(office, rng)]
    for sheet in sheets:
        sheet.merged.clear()  # the .ods files written here have no merged cells
        for place, value in sheet.cells.items():
            if isinstance(value, str):  # an .ods file cannot hold control characters at all
                sheet.cells[place] = "".join(mark for mark in value if mark >= " " or mark in "\n\t")
    return sheets, ReadOptions(day_first=office.day_first)


def compared(seed: int, folder: Path, server: Google) -> list[str]:
    """Return how the four sources differ over one register, as typed values and as texts alone."""
    sheets, options = sheets_of(seed)
    typed = differences(sheets, TYPED, folder, server, options)
    texts = differences([as_texts(sheets[0])], ALL, folder, server, options)
    return [*typed, *(f"as texts: {each}" for each in texts)]


def main() -> int:
    """Print the differences and return 1 where there are any."""
    parser = argparse.ArgumentParser(prog="python -m tests.sources4")
    parser.add_argument("--registers", type=int, default=REGISTERS)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    differ = 0
    with google() as server, tempfile.TemporaryDirectory() as folder:
        for seed in range(asked.first, asked.first + asked.registers):
            found = compared(seed, Path(folder), server)
            differ += bool(found)
            for each in found[:3]:
                print(f"register {seed}: {each}")
        unlike = sorted(set(server.unlike))
        print("\n".join(unlike[:10]))
    print(f"{asked.registers} registers in four ways: {differ} differ.")
    return 1 if differ or unlike else 0


if __name__ == "__main__":
    sys.exit(main())
