"""Simulated years against a slow oracle. Run: python -m tests.years [--weeks N] [--first DAY --days N]

Without options two years in three parts, each an office of its own, with a heartbeat every ten minutes.
Prints what was seen and every difference.
"""

import argparse
import sys
from datetime import date
from time import process_time

from tests.years.journey import travel

PARTS = ((date(2026, 1, 5), 182, 1), (date(2026, 7, 6), 183, 3), (date(2027, 1, 5), 364, 2))
SPRING = date(2026, 3, 16)  # a few weeks from here cross a clock change, Good Friday and Easter Monday


def main() -> int:
    """Print a table for each part, and return 1 where anything differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.years")
    parser.add_argument("--weeks", type=int, help="so many weeks in spring instead of two years")
    parser.add_argument("--first", type=date.fromisoformat, help="the first day, instead of two years")
    parser.add_argument("--days", type=int, default=365, help="how many days from there [365]")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if asked.weeks:
        return _part(SPRING, asked.weeks * 7, asked.seed)
    if asked.first:
        return _part(asked.first, asked.days, asked.seed)
    return max(_part(*part) for part in PARTS)


def _part(first: date, days: int, seed: int) -> int:
    began = process_time()
    found = travel(first, days, seed, lambda line: print(line, file=sys.stderr, flush=True))
    print(
        f"{days} days from {first}, a heartbeat every ten minutes, seed {seed}; "
        f"{process_time() - began:.0f} CPU s"
    )
    for name, number in sorted(found.counts.items()):
        print(f"  {name:44}{number:8,}")
    edits = ", ".join(f"{number} {name}" for name, number in sorted(found.edits.items()))
    print(f"  edits: {edits}")
    print(f"different from the oracle: {len(found.wrong)}")
    for line in found.wrong[:20]:
        print(f"  {line}")
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
