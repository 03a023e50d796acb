"""What LibreOffice sees in workbooks before and after they were written into."""

import csv
from collections.abc import Sequence
from pathlib import Path

from tests.editing.others import in_batches
from tests.editing.trial import Fate

EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


def seen_otherwise(fates: Sequence[Fate], folder: Path) -> dict[str, str]:
    """Return, by name, what LibreOffice sees otherwise than it should; opened before and after, in batches.

    A workbook that LibreOffice could not open before is not looked at.
    """
    before, after = folder / "before", folder / "after"
    for each in (before, after):
        each.mkdir(parents=True)
    files = {}
    for number, fate in enumerate(fates):
        name = f"{number:04}{Path(fate.name).suffix}"
        files[name] = fate
        (before / name).write_bytes(fate.before)
        (after / name).write_bytes(fate.after)
    for each in (before, after):
        list(in_batches([each / name for name in files], each, EVERY_SHEET))
    found = {}
    for name, fate in files.items():
        fault = _difference(before / "made", after / "made", Path(name).stem, fate)
        if fault:
            found[fate.name] = fault
    return found


def _difference(before: Path, after: Path, stem: str, fate: Fate) -> str:
    old, new = ({each.name: each for each in place.glob(f"{stem}-*.csv")} for place in (before, after))
    if not old:
        return ""
    if old.keys() != new.keys():
        return "LibreOffice cannot open it, or sees other worksheets"
    changed = [name for name in old if old[name].read_bytes() != new[name].read_bytes()]
    if len(changed) != 1:
        return f"LibreOffice sees {len(changed)} changed worksheets"
    [name] = changed
    was, now = _cells(old[name]), _cells(new[name])
    ours = set(fate.cells)
    wrong = [
        place for place in was.keys() | now.keys() if was.get(place) != now.get(place) and place not in ours
    ]
    if wrong:
        return f"LibreOffice sees another value in row {wrong[0][0]}, column {wrong[0][1]}"
    empty = [place for place in ours if not now.get(place)]
    return f"LibreOffice sees nothing in row {empty[0][0]}" if empty else ""


def _cells(file: Path) -> dict[tuple[int, int], str]:
    with file.open(encoding="utf-8", newline="") as stream:
        return {
            (row, column): value
            for row, cells in enumerate(csv.reader(stream), 1)
            for column, value in enumerate(cells, 1)
            if value
        }
