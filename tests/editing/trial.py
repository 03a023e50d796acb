"""One workbook written into, and looked at by readers that share nothing with the editor."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import openpyxl
from lxml import etree
from python_calamine import CalamineWorkbook

from complaints_sheet.core.columns import column_letter
from complaints_sheet.errors import SourceError
from complaints_sheet.sources.sheet_edit import Refused, opened
from complaints_sheet.sources.workbook_edit import edited_workbook
from complaints_sheet.sources.workbook_parts import SheetPart, read_book
from complaints_sheet.sources.zip_checks import open_parts

MOST_ROWS = 60
UNPACKED_MB = 512
BESIDE_ALL = 100
WORDS = ("C-00012", "2026-11-23", "Follow up: <b> & \"q\" ]]> 'é' 😀\nsecond line", "2026-11-23 08:00")
OTHER_WORDS = ("C-00013", "", "Nothing for now", "2026-11-24 08:00")

Grid = Mapping[tuple[int, int], object]
Written = Mapping[int, Mapping[int, str]]


@dataclass(frozen=True)
class Fate:
    """What became of one workbook: "edited", "refused", "not a register" or "wrong", and why."""

    maker: str
    name: str
    outcome: str
    why: str = ""
    before: bytes = b""
    after: bytes = b""
    sheet: str = ""
    cells: tuple[tuple[int, int], ...] = ()


def tried(maker: str, name: str, content: bytes, beside: int = 0) -> Fate:
    """Return what became of a workbook: texts are written beside its rows, then others over them.

    They stand to the right of the column `beside`, or of everything where it is 0.
    """
    try:
        sheet, rows, column = _place(name, content)
    except (SourceError, Refused) as problem:
        return Fate(maker, name, "refused", str(problem))
    if not rows:
        return Fate(maker, name, "not a register", "its worksheets hold no values")
    column = beside + 1 if beside else column
    wanted = {row: dict(zip(range(column, column + 4), WORDS, strict=True)) for row in rows}
    others = {row: dict(zip(range(column, column + 4), OTHER_WORDS, strict=True)) for row in rows}
    try:
        after = _edited(name, content, sheet.name, wanted)
    except SourceError as refusal:
        return Fate(maker, name, "refused", refusal.message)
    places = tuple((row, each) for row, cells in wanted.items() for each in cells)
    fate = Fate(maker, name, "edited", "", content, after, sheet.name, places)
    try:
        again = _edited(name, after, sheet.name, others)
        faults = [*_faults(content, after, sheet, wanted), *_faults(content, again, sheet, others)]
        if _edited(name, content, sheet.name, wanted) != after:
            faults.append("the same edit gave other bytes")
        if _edited(name, again, sheet.name, others) is not again:
            faults.append("writing what is there already changed the file")
    except Exception as error:
        faults = [repr(error)]
    return fate if not faults else Fate(maker, name, "wrong", "; ".join(faults))


def _edited(name: str, content: bytes, sheet: str, wanted: Written) -> bytes:
    def changed(there: Mapping[tuple[int, int], str]) -> Written:
        found = {
            row: {column: text for column, text in cells.items() if there[row, column] != text}
            for row, cells in wanted.items()
        }
        return {row: cells for row, cells in found.items() if cells}

    places = {row: tuple(cells) for row, cells in wanted.items()}
    return edited_workbook(name, content, {sheet: (places, changed)}, unpacked_mb=UNPACKED_MB)[0]


def _place(name: str, content: bytes) -> tuple[SheetPart, list[int], int]:
    """Return the first worksheet with values, some of its rows, and the first column free in all of them."""
    parts = open_parts(name, content, UNPACKED_MB)
    problem: Refused | None = None
    for sheet in read_book(parts).sheets:
        if sheet.part not in parts.names:
            continue
        try:
            opened(parts.whole(sheet.part), {})
        except Refused as refusal:
            problem = problem or refusal
            continue
        try:
            grid = _by_lxml(parts.whole(sheet.part))[0]
        except etree.XMLSyntaxError:
            return sheet, [1], BESIDE_ALL  # must be refused: it is no XML
        if grid:
            rows = sorted({row for row, _ in grid})
            return sheet, rows[:: max(1, len(rows) // MOST_ROWS)][:MOST_ROWS], _free_column(grid)
    if problem and "holds no rows" not in str(problem):
        raise problem
    return SheetPart("", "", hidden=False), [], 0


def _free_column(grid: Grid) -> int:
    return min(max(column for _, column in grid) + 1, 16_380)


# --- what must be so afterwards --------------------------------------------------------------------------


def _faults(before: bytes, after: bytes, sheet: SheetPart, wanted: Written) -> Iterator[str]:
    yield from _archive_faults(before, after, sheet.part)
    with zipfile.ZipFile(io.BytesIO(before)) as old, zipfile.ZipFile(io.BytesIO(after)) as new:
        yield from _xml_faults(old.read(sheet.part), new.read(sheet.part), wanted)
    yield from _reader_faults(before, after, sheet.name, wanted)


def _archive_faults(before: bytes, after: bytes, edited: str) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(before)) as old, zipfile.ZipFile(io.BytesIO(after)) as new:
        if old.namelist() != new.namelist() or old.comment != new.comment:
            yield "the parts are others, or in another order"
        if broken := new.testzip():
            yield f"{broken} does not match its checksum"
        for name in old.namelist():
            if name != edited and _raw(before, old, name) != _raw(after, new, name):
                yield f"{name} is not the same, byte for byte"


def _raw(content: bytes, archive: zipfile.ZipFile, name: str) -> bytes:
    """Return an entry's header and data up to the next entry."""
    start = archive.getinfo(name).header_offset
    later = [each.header_offset for each in archive.infolist() if each.header_offset > start]
    return content[start : min(later, default=archive.start_dir)]


def _by_lxml(content: bytes) -> tuple[dict[tuple[int, int], str], bytes]:
    """Return every cell in its canonical spelling, by place; and the rest of the sheet without them."""
    tree = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    cells: dict[tuple[int, int], str] = {}
    data = next(tree.iterchildren("{*}sheetData"))
    number = 0
    for row in data.iterchildren("{*}row"):
        number = int(row.get("r", number + 1))
        column = 0
        for cell in row.iterchildren("{*}c"):
            address = cell.attrib.pop("r", None)
            column = _column(address) if address else column + 1
            cell.tail = None
            cells[number, column] = etree.tostring(cell, method="c14n").decode()
            row.remove(cell)
        row.attrib.pop("spans", None)
        row.text = None
    for each in tree.iterchildren("{*}dimension"):
        each.attrib.pop("ref", None)
    return cells, etree.tostring(tree, method="c14n")


def _column(address: str) -> int:
    number = 0
    for letter in address.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number


def _xml_faults(before: bytes, after: bytes, wanted: Written) -> Iterator[str]:
    (old, old_rest), (new, new_rest) = _by_lxml(before), _by_lxml(after)
    if old_rest != new_rest:
        yield "something beside the cells changed"
    ours = {(row, column) for row, cells in wanted.items() for column in cells}
    for place in (old.keys() | new.keys()) - ours:
        if old.get(place) != new.get(place):
            yield f"the cell {_address(place)} changed"
    for row, cells in wanted.items():
        for column, text in cells.items():
            made = new.get((row, column))
            words = "".join(etree.fromstring(made).itertext()) if made else ""
            if words != text:
                yield f"{_address((row, column))} says {words!r}"


def _address(place: tuple[int, int]) -> str:
    return f"{column_letter(place[1])}{place[0]}"


def _reader_faults(before: bytes, after: bytes, sheet: str, wanted: Written) -> Iterator[str]:
    """Yield what calamine and openpyxl see otherwise than they should; only if they could read it before."""
    small = max(column for cells in wanted.values() for column in cells) < 500 and max(wanted) < 50_000
    if small and (old := _by_calamine(before, sheet)) is not None:
        new = _by_calamine(after, sheet)
        expected = {**old} | {
            (row, column): text for row, cells in wanted.items() for column, text in cells.items()
        }
        if new != {place: value for place, value in expected.items() if value != ""}:
            yield "calamine reads another table"
    if small and _by_openpyxl(before, sheet) is not None:
        book = _by_openpyxl(after, sheet)
        if book is None:
            yield "openpyxl cannot open it"
        for row, cells in wanted.items() if book is not None else ():
            for column, text in cells.items():
                if (book.cell(row, column).value or "") != text:
                    yield f"openpyxl sees {book.cell(row, column).value!r} in {_address((row, column))}"


def _by_calamine(content: bytes, sheet: str) -> dict[tuple[int, int], object] | None:
    try:
        found = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(sheet)
    except Exception:
        return None
    return {
        (row, column): value
        for row, cells in enumerate(found.to_python(skip_empty_area=False), 1)
        for column, value in enumerate(cells, 1)
        if value != ""
    }


def _by_openpyxl(content: bytes, sheet: str) -> Any:
    try:
        book = openpyxl.load_workbook(io.BytesIO(content))
    except Exception:
        return None
    return book[sheet] if sheet in book.sheetnames else None
