"""Simulated years against a slow oracle. Run: python -m tests.years [--weeks N] [--first DAY --days N]

Without options two years, with a heartbeat every ten minutes; prints what was seen and every difference.
"""

import argparse
import sys
from datetime import date
from time import process_time

from tests.years.journey import travel

FIRST = date(2026, 1, 5)
SPRING = date(2026, 3, 16)  # a few weeks from here cross a clock change, Good Friday and Easter Monday


def main() -> int:
    """Print the table, and return 1 where anything differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.years")
    parser.add_argument("--weeks", type=int, help="so many weeks in spring instead of two years")
    parser.add_argument("--first", type=date.fromisoformat, default=FIRST, help="the first day [2026-01-05]")
    parser.add_argument("--days", type=int, default=729, help="how many days [729]")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    days = asked.weeks * 7 if asked.weeks else asked.days
    began = process_time()
    say = None if asked.weeks else lambda line: print(line, file=sys.stderr, flush=True)
    found = travel(SPRING if asked.weeks else asked.first, days, asked.seed, say)
    print(
        f"{days} days, a heartbeat every ten minutes, seed {asked.seed}; {process_time() - began:.0f} CPU s"
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
