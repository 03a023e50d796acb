"""`check` on a 100,000-row register against merely reading it: python-calamine, and pandas with openpyxl.

Run: python -m benchmarks.check [rows]
Goals: check at most 4.0 times the bare read in CPU, 3 times in memory; at least 4 times faster than pandas.
"""

import sys
import tempfile
from pathlib import Path

from benchmarks.large_register import write_register
from benchmarks.measure import costs, table

BARE = "from python_calamine import load_workbook as l; l({0!r}).get_sheet_by_index(0).to_python()"
PANDAS = "import pandas; pandas.read_excel({0!r}, engine='openpyxl')"


def main(rows: int) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.xlsx"
        write_register(path, rows)
        python = [sys.executable, "-c"]
        check = [sys.executable, "-m", "complaints_sheet", "check", str(path), "--as-of", "2026-11-23T08:00"]
        found = costs(
            {
                "python-calamine, bare read": [*python, BARE.format(str(path))],
                "complaints-sheet check --summary": [*check, "--summary"],
                "pandas.read_excel with openpyxl": [*python, PANDAS.format(str(path))],
            },
            folder=Path(folder),
        )
    print(f"{rows:,} rows; median of 5, in turns")
    print(table(found, "python-calamine, bare read"))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
