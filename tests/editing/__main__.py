"""The table of workbooks and outcomes: `python -m tests.editing [workbooks made here] [--here]`.

With `--here` nothing is fetched. Workbooks named after it are tried as well.
"""

import shutil
import sys
import tempfile
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.editing.made import LAST, made
from tests.editing.odd import odd_spellings, to_refuse
from tests.editing.office import seen_otherwise
from tests.editing.others import made_by_excel, saved_by_libreoffice
from tests.editing.trial import Fate, tried

OUTCOMES = ("edited", "refused", "not a register", "wrong")


def fates(count: int, folder: Path, *, fetch: bool = True, own: Sequence[Path] = ()) -> list[Fate]:
    """Return what became of this many workbooks made here, others, and those that must be refused."""
    warnings.simplefilter("ignore")
    found = [tried(*book) for book in _books(count, folder, fetch=fetch, own=own)]
    for maker, name, content, words in to_refuse():
        fate = tried(maker, name, content, LAST + 1)
        right = fate.outcome == "refused" and words in fate.why
        found.append(fate if right else Fate(maker, name, "wrong", f"{fate.outcome}: {fate.why}"))
    if shutil.which("soffice"):
        faults = seen_otherwise([each for each in found if each.outcome == "edited"], folder / "looked at")
        found = [
            Fate(each.maker, each.name, "wrong", faults[each.name]) if each.name in faults else each
            for each in found
        ]
    return found


def _books(count: int, folder: Path, *, fetch: bool, own: Sequence[Path]) -> Iterator[tuple[str, str, bytes]]:
    yield from made(count)
    yield from odd_spellings()
    if shutil.which("soffice"):
        yield from saved_by_libreoffice(made(max(count // 3, 1)), folder / "saved")
    if fetch:
        yield from made_by_excel(folder / "fetched")
    for path in own:
        yield "given", path.name, path.read_bytes()


def table(found: Sequence[Fate]) -> str:
    """Return the counts by maker and outcome, then every reason for a refusal with how often it was given."""
    counts = Counter((each.maker, each.outcome) for each in found)
    makers = list(dict.fromkeys(each.maker for each in found))
    lines = [f"{'made by':<16}{'workbooks':>10}" + "".join(f"{each:>16}" for each in OUTCOMES)]
    for maker in (*makers, "all"):
        row = [
            sum(number for (by, what), number in counts.items() if what == each and maker in (by, "all"))
            for each in OUTCOMES
        ]
        lines.append(f"{maker:<16}{sum(row):>10}" + "".join(f"{each:>16}" for each in row))
    reasons: dict[str, int] = defaultdict(int)
    for each in found:
        if each.outcome == "refused":
            reasons[each.why.replace(each.name, "the file")] += 1
    lines += ["", "refused because"]
    lines += [f"{number:>6}  {why}" for why, number in sorted(reasons.items(), key=lambda item: -item[1])]
    lines += [f" wrong  {each.name}: {each.why}" for each in found if each.outcome == "wrong"]
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    own = [Path(each) for each in arguments if each.endswith((".xlsx", ".xlsm"))]
    count = next((int(each) for each in arguments if each.isdigit()), 150)
    with tempfile.TemporaryDirectory() as name:
        found = fates(count, Path(name), fetch="--here" not in arguments, own=own)
    print(table(found))
    if not shutil.which("soffice"):
        print("LibreOffice is not installed here, so it has not looked at them.")
    return 1 if any(each.outcome == "wrong" for each in found) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
