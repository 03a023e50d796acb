"""Print the kill table: `python -m tests.kills [every]` kills at every place, or at every n-th."""

import os
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.kills.trial import killed, places, view


def main(every: int = 1) -> int:
    print(f"{'run':<12}{'places':>8}{'kills':>8}{'right':>8}{'wrong':>8}{'mails of unknown outcome':>27}")
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        for day, label in ((0, "first"), (1, "next day")):
            before = base / f"day{day - 1}" if day else None
            reference = base / f"day{day}"
            if before is not None:
                _copy(before, reference)
            count = places(reference, day)
            undisturbed = view(reference, day)
            chosen = range(1, count + 1, every)
            with ThreadPoolExecutor(os.cpu_count()) as together:
                fates = list(
                    together.map(
                        lambda place, before=before, day=day, undisturbed=undisturbed: killed(
                            before, base / f"{day}-{place}", day, place, undisturbed
                        ),
                        chosen,
                    )
                )
            bad = [fate for fate in fates if fate.faults]
            wrong += len(bad)
            unknown = sum(fate.unknown for fate in fates)
            print(f"{label:<12}{count:>8}{len(fates):>8}{len(fates) - len(bad):>8}{len(bad):>8}{unknown:>27}")
            for fate in bad[:10]:
                print(f"  at {fate.place}: {'; '.join(fate.faults)}")
    return 1 if wrong else 0


def _copy(before: Path, after: Path) -> None:
    shutil.copytree(before, after)
    shutil.copy(f"{before}.delivered", f"{after}.delivered")


if __name__ == "__main__":
    sys.exit(main(*(int(each) for each in sys.argv[1:])))
