"""A return as CSV: what a spreadsheet would run as a formula is made plain text."""

import csv
import io
from datetime import date

from complaints_sheet.core.returns import Figure, Return

_RUNS = ("=", "+", "-", "@", "\t", "\r")


def write(table: Return) -> str:
    """Return the table as CSV text with the headings first; None is an empty cell, dates are 2026-11-23."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows([[_cell(each) for each in row] for row in table.rows])
    return text.getvalue()


def _cell(value: Figure) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_RUNS) else value
    return str(value)
