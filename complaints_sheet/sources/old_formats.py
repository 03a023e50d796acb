"""Reads .xls, .xlsb and .ods in a child process with a time limit and, where there is one, a memory limit."""

import json
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

from complaints_sheet.core.model import BadCell, Raw, Table
from complaints_sheet.errors import SourceError
from complaints_sheet.sources.child_read import PASSWORD
from complaints_sheet.sources.file_kinds import SAVE_AGAIN, password_protected
from complaints_sheet.sources.limits import Limits, too_large
from complaints_sheet.sources.modern import overlaid
from complaints_sheet.sources.zip_checks import damaged


def read_in_child(name: str, content: bytes, limits: Limits) -> tuple[Table, ...]:
    """Return the worksheets of the workbook; raises SourceError where it is damaged, locked or too large."""
    program = [sys.executable, "-m", "complaints_sheet.sources.child_read"]
    command = [*program, str(limits.memory_mb), str(limits.rows), str(limits.columns)]
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter and module, without a shell
            command, input=content, capture_output=True, timeout=limits.seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise SourceError(
            f"{name} was refused: reading it took more than {limits.seconds:g} seconds.",
            f"{SAVE_AGAIN} Or raise `limits: {{seconds: …}}` under `register` in config.yaml.",
        ) from error
    if done.returncode == PASSWORD:
        raise password_protected(name)
    if done.returncode:
        raise damaged(name, "it cannot be read to its end")
    return tuple(_table(name, sheet, limits) for sheet in json.loads(done.stdout))


def _table(name: str, sheet: dict[str, Any], limits: Limits) -> Table:
    last_row, last_column = sheet.get("too_large") or (0, 0)
    if last_row > limits.rows:
        raise too_large(name, f"{last_row:,} rows on the sheet {sheet['name']}", "rows", limits.rows)
    if last_column:
        raise too_large(
            name, f"{last_column:,} columns on the sheet {sheet['name']}", "columns", limits.columns
        )
    top, left = sheet["start"][0] + 1, sheet["start"][1] + 1
    bad = {(row, column): BadCell(kind, text) for row, column, kind, text in sheet.get("bad", ())}
    return Table(
        source=name,
        sheet=sheet["name"],
        rows=overlaid([[_raw(value) for value in row] for row in sheet["rows"]], top, left, bad),
        first_row=top,
        first_column=left,
        hidden=sheet["hidden"],
        hidden_rows=frozenset(sheet.get("hidden_rows", ())),
        merged=tuple(
            (top + 1, left + 1, bottom + 1, right + 1) for top, left, bottom, right in sheet["merged"]
        ),
    )


def _raw(value: Any) -> Raw:
    if not isinstance(value, list):
        return value  # type: ignore[no-any-return]  # JSON holds exactly the plain cells
    kind, content = value
    if kind == "seconds":
        return timedelta(seconds=content)
    return {"datetime": datetime, "date": date, "time": time}[kind].fromisoformat(content)  # type: ignore[attr-defined,no-any-return]
