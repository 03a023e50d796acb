"""Many workbooks of many makers, written into and looked at by others: `python -m tests.editing`."""
