"""Reading a register whose sheet is formatted down to the last row Excel has, against python-calamine alone.

Run: python -m benchmarks.empty_rows
Goal: a file of 20 MB with 1,048,576 formatted rows, nearly all empty, in at most 2.0 times the bare read.
"""

import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

from benchmarks.measure import costs, table
from complaints_sheet.core.fields import NINE

ROWS = 1_048_576
FILLED = 5_000
COLUMNS = 9

BARE = "from python_calamine import load_workbook as l; l({0!r}).get_sheet_by_index(0).to_python()"
OURS = """
from pathlib import Path
from complaints_sheet.core.cases import ReadOptions, register_from
from complaints_sheet.sources.excel import Settings, read
register = register_from(read(Settings(path=Path({0!r}))), ReadOptions())
assert len(register.cases) == {1}, len(register.cases)
"""


def write_register(path: Path) -> None:
    """Write the nine columns, some rows of complaints, and formats in every row below them."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet("Register")
    boxed = book.add_format({"border": 1})
    sheet.write_row(0, 0, [field.heading for field in NINE])
    for row in range(1, ROWS):
        if row <= FILLED:
            day = date(2024, 1, 2) + timedelta(days=row % 900)
            sheet.write_row(
                row, 0, ["Amira Khan", "Repairs", day, day, "Y", f"Customer {row}", f"Leak {row}"]
            )
        else:
            for column in range(COLUMNS):
                sheet.write_blank(row, column, None, boxed)
    book.close()


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.xlsx"
        write_register(path)
        megabytes = path.stat().st_size / 1e6
        found = costs(
            {
                "python-calamine, bare read": [sys.executable, "-c", BARE.format(str(path))],
                "complaints_sheet, read and understood": [
                    sys.executable,
                    "-c",
                    OURS.format(str(path), FILLED),
                ],
            },
            folder=Path(folder),
        )
    print(f"{ROWS:,} formatted rows, {FILLED:,} complaints, {megabytes:.0f} MB; median of 5, in turns")
    print(table(found, "python-calamine, bare read"))


if __name__ == "__main__":
    main()
