"""The same rows in Google Sheets: whatever a test reads from a workbook must read the same from there."""

import atexit
import re
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path

from complaints_sheet.core.cases import ReadOptions
from complaints_sheet.core.model import Register
from tests.google_server.book import ERRORS
from tests.google_server.server import Google, google
from tests.sources4.ways import read, said
from tests.ugly.truth import Fault, Formula, Sheet

CODED = re.compile(r"_x[0-9A-Fa-f]{4}_")


@cache
def _place() -> tuple[Google, Path]:
    """Return a server and a folder that last as long as the tests."""
    held = ExitStack()
    atexit.register(held.close)
    return held.enter_context(google()), Path(held.enter_context(tempfile.TemporaryDirectory()))


def same_in_google(
    found: Register, name: str, rows: Sequence[Sequence[object]], options: ReadOptions | None = None
) -> None:
    """Fail where Google Sheets with these rows would be understood in another way than the workbook was."""
    cells = {
        (down, across): _as_excel(value)
        for down, row in enumerate(rows, 1)
        for across, value in enumerate(row, 1)
    }
    if any(isinstance(each, Formula) or CODED.search(str(each)) for each in cells.values()):
        return  # neither a formula that was never calculated nor Excel's coded characters exist in Google
    server, folder = _place()
    theirs = read("google", [Sheet(name, cells)], folder, server, options or ReadOptions())
    assert said(theirs, one_sheet=False) == said(found, one_sheet=False)
    assert server.unlike == []


def _as_excel(value: object) -> object:
    """Return what becomes of a value that is typed into a workbook: a formula or an error from some texts."""
    if isinstance(value, str) and value in ERRORS:
        return Fault(value)
    if isinstance(value, str) and value.startswith("=") and len(value) > 1:
        return Formula(value[1:])
    return value
