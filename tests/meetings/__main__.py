"""Print what became of every idea, cell and comment in a year of 26 improvement meetings.

`python -m tests.meetings [meetings] [first seed] [years]`
"""

import contextlib
import io
import shutil
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from tests.meetings.trial import year


def main(meetings: int = 26, first: int = 0, years: int = 1) -> int:
    faults = 0
    for seed in range(first, first + years):
        began = perf_counter()
        every = 5 if shutil.which("soffice") else 0
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
            score = year(Path(folder), seed, meetings, with_libreoffice=every)
        stages = ", ".join(f"{number} {stage}" for stage, number in score.stages.most_common())
        print(f"seed {seed}: {score.meetings} meetings, {score.runs} runs, {score.waited} with the log open")
        print(f"  {score.typed} ideas typed, each accounted for in one stage: {score.ideas} ideas ({stages})")
        print(f"  {score.cells} looks at cells that people typed in the log; {score.comments} comments")
        print(f"  {score.mails} mails; {len(score.faults)} faults ({perf_counter() - began:.0f} s)")
        for fault in score.faults[:20]:
            print("   ", fault)
        faults += len(score.faults)
    return min(faults, 1)


if __name__ == "__main__":
    raise SystemExit(main(*(int(each) for each in sys.argv[1:])))
