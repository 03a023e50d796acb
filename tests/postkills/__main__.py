"""Print the kill table: `python -m tests.postkills [RUNS] [--no-journal]`; each run kills a sender."""

import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.postkills.points import POINTS
from tests.postkills.trial import Fate, trials


def fates(seeds: Sequence[int], *, journal: bool = True) -> list[Fate]:
    """Return the fate of each seeded run."""
    with tempfile.TemporaryDirectory() as name:
        return list(trials(Path(name), seeds, journal=journal))


def together(runs: int, *, journal: bool = True) -> list[Fate]:
    """Return the fates of so many runs, on every core."""
    cores = os.cpu_count() or 1
    with ProcessPoolExecutor(cores) as pool:
        parts = [pool.submit(fates, range(start, runs, cores), journal=journal) for start in range(cores)]
        return [fate for part in parts for fate in part.result()]


def main(runs: int = 2000, *, journal: bool = True) -> int:
    """Print the table and return 1 where a mail came twice or was lost."""
    by_point = defaultdict(list)
    for fate in together(runs, journal=journal):
        by_point[fate.point].append(fate)
    heads = ("runs", "kills", "mails settled", "duplicates", "lost", "held")
    print(f"{'killed at':<24}" + "".join(f"{head:>15}" for head in heads))
    every: list[Fate] = []
    for point in POINTS:
        _line(point, by_point[point])
        every += by_point[point]
    _line("all", every)
    for fate in every:
        if fate.said:
            print(f"{fate.point}: {fate.said}")
    return 1 if any(fate.duplicates or fate.lost or fate.said for fate in every) else 0


def _line(name: str, found: Sequence[Fate]) -> None:
    sums = [
        sum(getattr(fate, each) for fate in found)
        for each in ("kills", "settled", "duplicates", "lost", "held")
    ]
    print(f"{name:<24}" + "".join(f"{number:>15,}" for number in (len(found), *sums)))


if __name__ == "__main__":
    asked = [each for each in sys.argv[1:] if each.isdecimal()]
    sys.exit(main(*(int(each) for each in asked), journal="--no-journal" not in sys.argv))
