"""Print how well cases are followed through years of edits.

`python -m tests.edits [years] [offices] [first seed]`
"""

import sys
from time import perf_counter

from tests.edits.trial import Score, trial

WORKING_DAYS = 253


def main(years: int = 3, offices: int = 6, first: int = 0) -> None:
    print(
        f"{offices} offices with and {offices} without references, {years} years each, one run a working day"
    )
    heads = (
        "",
        "runs",
        "to follow",
        "changed",
        "equal",
        "followed",
        "lost",
        "wrong",
        "asked",
        "deleted",
        "found",
        "share",
    )
    print("{:<16}{:>7}{:>11}{:>9}{:>7}{:>11}{:>6}{:>7}{:>7}{:>9}{:>7}{:>11}".format(*heads))
    for references in (False, True):
        began = perf_counter()
        score = sum(
            (trial(seed, years * WORKING_DAYS, references) for seed in range(first, first + offices)), Score()
        )
        name = "with reference" if references else "no reference"
        print(
            f"{name:<16}{score.runs:>7}{score.to_follow:>11}{score.changed:>9}{score.equal:>7}{score.followed:>11}"
            f"{score.lost:>6}{score.wrong:>7}{score.asked:>7}{score.deleted:>9}{score.found:>7}"
            f"{100 * score.share_followed:>10.4f}%"
        )
        print("  recognised by", dict(score.how.most_common()), f"({perf_counter() - began:.0f} s)")
        for fault in score.faults[:20]:
            print("  ", fault)


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:]))
