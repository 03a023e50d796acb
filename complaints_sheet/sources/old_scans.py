"""What .xls, .xlsb and .ods say that the spreadsheet library does not: error cells and hidden rows.

The library gives a blank for an error cell. Runs in the child process of `child_read`, where a hostile file
can do no harm; whatever is broken here only means that nothing is added.
"""

import io
import re
import struct
import zipfile
from collections.abc import Iterator, Mapping
from xml.parsers import expat

from complaints_sheet.core.model import BadCell
from complaints_sheet.sources.compound_file import MARK, stream
from complaints_sheet.sources.sheet_scan import LONGEST_SHOWN, SheetFacts

ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
MOST_REPEATED = 1_000  # a longer run of equal cells or rows is empty space below or beside the table


def scan_old(content: bytes) -> Mapping[str, SheetFacts]:
    """Return the facts of each worksheet by its name, as far as they can be read."""
    if content.startswith(MARK):
        return _xls(stream(content, ("Workbook", "Book", "WORKBOOK", "BOOK")))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if "content.xml" in archive.namelist():
            return _ods(archive.read("content.xml"))
        return _xlsb(archive)


# --- .xls: a stream of records -----------------------------------------------------------------------

BEGIN, END, BOUND_SHEET, ROW, FORMULA, BOOL_OR_ERROR = 0x0809, 0x000A, 0x0085, 0x0208, 0x0006, 0x0205


def _xls(book: bytes) -> dict[str, SheetFacts]:
    found = {}
    for kind, body in _records(book, 0):
        if kind == BOUND_SHEET:
            found[_sheet_name(body)] = _xls_sheet(book, int(struct.unpack_from("<I", body)[0]))
    return found


def _records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records of one substream; those of charts inside it are passed over."""
    depth = 0
    while at + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, at)
        depth += (kind == BEGIN) - (kind == END)
        if depth <= 0:
            return
        if depth == 1:
            yield kind, book[at + 4 : at + 4 + length]
        at += 4 + length


def _sheet_name(body: bytes) -> str:
    length, wide = body[6], body[7] & 1
    return body[8 : 8 + length * (1 + wide)].decode("utf-16-le" if wide else "latin-1", "replace")


def _xls_sheet(book: bytes, start: int) -> SheetFacts:
    facts = SheetFacts()
    for kind, body in _records(book, start):
        if kind == ROW and len(body) >= 16 and body[12] & 0x20:
            facts.hidden_rows.add(struct.unpack_from("<H", body)[0] + 1)
        elif kind == BOOL_OR_ERROR and len(body) >= 8 and body[7]:
            _note_error(facts, *_place(body), body[6])
        elif kind == FORMULA and len(body) >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2:
            _note_error(facts, *_place(body), body[8])
    return facts


def _place(body: bytes) -> tuple[int, int]:
    row, column = struct.unpack_from("<HH", body)
    return int(row), int(column)


def _note_error(facts: SheetFacts, row: int, column: int, code: int) -> None:
    facts.bad[row + 1, column + 1] = BadCell("error", ERRORS.get(code, "#ERROR"))


# --- .xlsb: records with numbers of seven bits a byte ---------------------------------------------------

ROW_BEGINS, CELL_ERROR, FORMULA_ERROR, BUNDLED_SHEET = 0, 3, 11, 156


def _xlsb(archive: zipfile.ZipFile) -> dict[str, SheetFacts]:
    relations = archive.read("xl/_rels/workbook.bin.rels").decode("utf-8", "replace")
    tags = re.findall(r"<Relationship\b[^>]*>", relations)
    targets = {_attribute(tag, "Id"): _attribute(tag, "Target") for tag in tags}
    found = {}
    for kind, body in _small_records(archive.read("xl/workbook.bin")):
        if kind == BUNDLED_SHEET:
            relation, at = _wide_text(body, 8)
            name, _ = _wide_text(body, at)
            found[name] = _xlsb_sheet(archive.read("xl/" + targets[relation].removeprefix("/xl/")))
    return found


def _attribute(tag: str, name: str) -> str:
    match = re.search(rf'\b{name}="([^"]*)"', tag)
    return match[1] if match else ""


def _wide_text(body: bytes, at: int) -> tuple[str, int]:
    """Return a text that begins with its length in characters, and where it ends."""
    end = at + 4 + 2 * int(struct.unpack_from("<I", body, at)[0])
    return body[at + 4 : end].decode("utf-16-le", "replace"), end


def _small_records(part: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(part):
        kind, at = _number(part, at, 2)
        length, at = _number(part, at, 4)
        yield kind, part[at : at + length]
        at += length


def _number(part: bytes, at: int, most_bytes: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, and where it ends; kinds keep their upper bit as published."""
    value = 0
    for turn in range(most_bytes):
        byte = part[at]
        value |= (byte & 0x7F) << (7 * turn)
        at += 1
        if not byte & 0x80:
            break
    return value, at


def _xlsb_sheet(part: bytes) -> SheetFacts:
    facts, row = SheetFacts(), 0
    for kind, body in _small_records(part):
        if kind == ROW_BEGINS and len(body) >= 12:
            row = int(struct.unpack_from("<I", body)[0])
            if body[11] & 0x10:
                facts.hidden_rows.add(row + 1)
        elif kind in (CELL_ERROR, FORMULA_ERROR) and len(body) >= 9:
            _note_error(facts, row, int(struct.unpack_from("<I", body)[0]), body[8])
    return facts


# --- .ods: XML with runs of equal cells -------------------------------------------------------------------


def _ods(content: bytes) -> dict[str, SheetFacts]:
    scan = _OdsScan()
    scan.parser.Parse(content, True)
    return scan.found


class _OdsScan:
    """Follows rows and cells through content.xml."""

    def __init__(self) -> None:
        self.found: dict[str, SheetFacts] = {}
        self.facts = SheetFacts()
        self.row = self.column = self.rows = self.columns = 0
        self.error = self.hidden = False
        self.value_type = self.formula = ""
        self.text: list[str] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def _characters(self, text: str) -> None:
        self.text.append(text)

    def _start(self, tag: str, given: dict[str, str]) -> None:
        if tag == "table:table":
            self.facts = self.found.setdefault(given.get("table:name", ""), SheetFacts())
            self.row = 0
        elif tag == "table:table-row":
            self.rows, self.column = _repeated(given, "table:number-rows-repeated"), 0
            self.hidden = given.get("table:visibility", "visible") != "visible"
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self.columns = _repeated(given, "table:number-columns-repeated")
            self.value_type = given.get("office:value-type", given.get("calcext:value-type", ""))
            self.error = given.get("calcext:value-type") == "error"
            self.formula = given.get("table:formula", "")
            self.text.clear()

    def _end(self, tag: str) -> None:
        if tag in ("table:table-cell", "table:covered-table-cell"):
            self._cell("".join(self.text).strip())
            self.column += self.columns
        elif tag == "table:table-row":
            if self.hidden and self.rows <= MOST_REPEATED:
                self.facts.hidden_rows.update(range(self.row + 1, self.row + self.rows + 1))
            self.row += self.rows

    def _cell(self, shown: str) -> None:
        """Note a cell that shows an error, or whose formula has no value."""
        bad = None
        if self.error or (self.formula and shown in ERRORS.values()):
            bad = BadCell("error", shown or "#ERROR")
        elif self.formula and not self.value_type and not shown:
            bad = BadCell("not calculated", self.formula[self.formula.find("=") :][:LONGEST_SHOWN])
        if bad and self.rows <= MOST_REPEATED and self.columns <= MOST_REPEATED:
            for row in range(self.row + 1, self.row + self.rows + 1):
                for column in range(self.column + 1, self.column + self.columns + 1):
                    self.facts.bad[row, column] = bad


def _repeated(given: dict[str, str], name: str) -> int:
    return max(1, int(given.get(name, "1")))
