"""A person with LibreOffice: opens the log, edits it by a macro, saves it in its own format and closes it."""

import subprocess
from pathlib import Path
from xml.sax.saxutils import escape

MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="{name}"
 script:language="StarBasic">
{code}
</script:module>
"""
LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"
 library:readonly="false" library:passwordprotected="false">
<library:element library:name="Module1"/></library:library>
"""
EDIT = """Sub Edit
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden" : hidden(0).Value = True
  Dim saving(0) As New com.sun.star.beans.PropertyValue
  saving(0).Name = "FilterName" : saving(0).Value = "Calc MS Excel 2007 XML"
  Dim document, sheet, comments, area
  document = StarDesktop.loadComponentFromURL("{url}", "_blank", 0, hidden())
  sheet = document.Sheets.getByName("Ideas")
  comments = document.Sheets.getByName("Comments")
{steps}
  document.storeAsURL("{url}", saving())
  document.close(True)
End Sub
"""


def edited(log: Path, steps: str, profile: Path) -> None:
    """Open the log, run these lines of Basic with `sheet`, `comments` and `document`, save and close it."""
    basic = profile / "user" / "basic"
    if not (basic / "Standard").is_dir():
        _soffice(profile, "--terminate_after_init")
    (basic / "Standard").mkdir(parents=True, exist_ok=True)
    code = EDIT.format(url=log.absolute().as_uri(), steps=steps)
    (basic / "Standard" / "script.xlb").write_text(LIBRARY, encoding="utf-8")
    module = MODULE.format(name="Module1", code=escape(code, {'"': "&quot;"}))
    (basic / "Standard" / "Module1.xba").write_text(module, encoding="utf-8")
    before = log.read_bytes()
    _soffice(profile, "macro:///Standard.Module1.Edit")
    assert log.read_bytes() != before, "LibreOffice did not save the log"


def _soffice(profile: Path, *arguments: str) -> None:
    installation = f"-env:UserInstallation={profile.absolute().as_uri()}"
    command = ["soffice", installation, "--headless", "--norestore", *arguments]
    subprocess.run(command, check=True, timeout=90, capture_output=True)


def sort(column: int, rows: int, *, first_row: int = 3, columns: int = 25, descending: bool = False) -> str:
    """Return the lines that sort whole rows by a column, counted from 0; `first_row` is the first idea."""
    return f"""
  area = sheet.getCellRangeByPosition(0, {first_row}, {columns - 1}, {first_row + rows - 1})
  Dim key(0) As New com.sun.star.table.TableSortField
  key(0).Field = {column} : key(0).IsAscending = {"False" if descending else "True"}
  Dim order(1) As New com.sun.star.beans.PropertyValue
  order(0).Name = "SortFields" : order(0).Value = key()
  order(1).Name = "ContainsHeader" : order(1).Value = False
  area.sort(order())
"""


def type_into(row: int, column: int, text: str, sheet: str = "sheet") -> str:
    """Return the line that types a text into a cell, row and column counted from 0, as a person does."""
    quoted = text.replace('"', '""')
    return f'  {sheet}.getCellByPosition({column}, {row}).setFormula("{quoted}")\n'


def hide(rows: range) -> str:
    """Return the lines that hide rows, as a filter does."""
    return "".join(f"  sheet.Rows.getByIndex({row}).IsVisible = False\n" for row in rows)
