"""Reads one workbook from stdin in a process of its own and writes its cells to stdout as JSON.

Started by `old_formats`: .xls, .xlsb and .ods cannot be scanned beforehand, and a hostile one can take the
whole process down, so that process must not be the one that sends the mail.
"""

import io
import json
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

PASSWORD, DAMAGED = 3, 4


def main(memory_mb: int, most_rows: int, most_columns: int) -> int:
    """Read, write and return the exit code: 0, PASSWORD or DAMAGED."""
    _limit_memory(memory_mb)
    import python_calamine

    content = sys.stdin.buffer.read()
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        sheets = [
            _sheet(book, meta, most_rows, most_columns)
            for meta in book.sheets_metadata
            if "Sheet" in str(meta.typ)
        ]
    except python_calamine.PasswordError:
        return PASSWORD
    except Exception as error:  # every kind of damage looks the same to the person at the keyboard
        sys.stderr.write(type(error).__name__)
        return DAMAGED
    _add_facts(content, sheets)
    sys.stdout.write(json.dumps(sheets))
    return 0


def _sheet(book: Any, meta: Any, most_rows: int, most_columns: int) -> dict[str, Any]:
    sheet = book.get_sheet_by_name(meta.name)
    hidden = "Visible" not in str(meta.visible)
    if sheet.start is None:
        return {"name": meta.name, "hidden": hidden, "start": [0, 0], "rows": [], "merged": []}
    (top, left), (bottom, right) = sheet.start, sheet.end
    if bottom >= most_rows or right >= most_columns:
        return {
            "name": meta.name,
            "hidden": hidden,
            "start": [top, left],
            "too_large": [bottom + 1, right + 1],
        }
    rows = [[_plain(value) for value in row] for row in sheet.to_python(skip_empty_area=True)]
    merged = [[*first, *last] for first, last in sheet.merged_cell_ranges or ()]
    return {"name": meta.name, "hidden": hidden, "start": [top, left], "rows": rows, "merged": merged}


def _add_facts(content: bytes, sheets: list[dict[str, Any]]) -> None:
    """Add to each sheet its error cells and hidden rows, for which the library has no word."""
    from complaints_sheet.sources.old_scans import scan_old

    try:
        facts = scan_old(content)
    except Exception as error:  # the cells were read; what could not be scanned is only not added
        sys.stderr.write(type(error).__name__)
        return
    for sheet in sheets:
        if found := facts.get(sheet["name"]):
            sheet["bad"] = [[*place, cell.kind, cell.text] for place, cell in found.bad.items()]
            sheet["hidden_rows"] = sorted(found.hidden_rows)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return ["datetime", value.isoformat()]
    if isinstance(value, date):
        return ["date", value.isoformat()]
    if isinstance(value, time):
        return ["time", value.isoformat()]
    if isinstance(value, timedelta):
        return ["seconds", value.total_seconds()]
    return value


def _limit_memory(memory_mb: int) -> None:
    try:
        import resource
    except ImportError:  # Windows: the time limit of the parent must do
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    wanted = memory_mb << 20
    resource.setrlimit(
        resource.RLIMIT_AS, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most)
    )


if __name__ == "__main__":
    sys.exit(main(*(int(limit) for limit in sys.argv[1:4])))
