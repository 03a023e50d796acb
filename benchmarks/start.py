"""`complaints-sheet --help` against `python -c pass`.

Run: python -m benchmarks.start
Goal: at most 10 times, median of 20.
"""

import sys

from benchmarks.measure import costs, table

if __name__ == "__main__":
    found = costs(
        {
            "python -c pass": [sys.executable, "-c", "pass"],
            "complaints-sheet --help": [sys.executable, "-m", "complaints_sheet", "--help"],
        },
        rounds=20,
    )
    print("median of 20, in turns")
    print(table(found, "python -c pass"))
