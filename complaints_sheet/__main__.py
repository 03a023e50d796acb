"""`python -m complaints_sheet`, the same as `complaints-sheet`."""

from complaints_sheet.cli import entry

entry()
