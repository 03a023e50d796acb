"""Single cells of a worksheet's XML written by splicing bytes: everything else stays as it was, to the byte.

No comment, CDATA section or instruction may stand among the rows, and what comes out is parsed strictly: in
XML that is well-formed and plain, a tag is what it looks like to the patterns below.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from typing import TypeAlias
from xml.parsers import expat
from xml.sax.saxutils import escape

from complaints_sheet.core.columns import column_letter, column_number
from complaints_sheet.sources.workbook_parts import Range, corners
from complaints_sheet.workbook_cells import RUN_BY_EXCEL, cell_text

Cells: TypeAlias = Mapping[int, Mapping[int, str]]
"""What is to stand where: row number, then column number, both from 1, to a text."""

Places: TypeAlias = Mapping[int, Sequence[int]]
"""Columns from left to right, by row."""

_ATTRIBUTES = rb"""((?:\s+[^\s=<>]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(/?)>"""
_ATTRIBUTE = re.compile(rb"""([^\s=<>"']+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')""")
_ROOT = re.compile(rb"<(?:([^\s<>/:!?]+):)?worksheet[\s>]")
_ADDRESS = re.compile(rb'r="([A-Z]{1,3})\d')
LAST_COLUMN = 16_384


class Refused(Exception):
    """Nothing may be written into this sheet; the message completes "Nothing was written: …"."""


@dataclass(frozen=True, slots=True)
class _Names:
    """The patterns of a sheet's elements, by the prefix that it gives them."""

    prefix: bytes
    row: re.Pattern[bytes]
    cell: re.Pattern[bytes]
    row_end: re.Pattern[bytes]
    cell_end: re.Pattern[bytes]

    def any_of(self, name: bytes) -> re.Pattern[bytes]:
        """Return the pattern of the opening tags of an element."""
        return re.compile(rb"<" + self.prefix + name + _ATTRIBUTES)


def _names(prefix: bytes) -> _Names:
    quoted = re.escape(prefix)
    return _Names(
        prefix,
        re.compile(rb"<" + quoted + rb"row" + _ATTRIBUTES),
        re.compile(rb"<" + quoted + rb"c" + _ATTRIBUTES),
        re.compile(rb"</" + quoted + rb"row\s*>"),
        re.compile(rb"</" + quoted + rb"c\s*>"),
    )


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell as it stands: its place in the bytes, its attributes, and its contents."""

    column: int
    start: int
    end: int
    attributes: bytes
    inside: bytes


@dataclass(frozen=True, slots=True)
class _Row:
    """A row as it stands: its opening tag, where its cells begin and end, and the last of them."""

    number: int
    tag: tuple[int, int]
    attributes: bytes
    inside: tuple[int, int]
    closed: bool  # True for `<row/>`
    cells: Sequence[_Cell]


@dataclass(slots=True)
class _Splices:
    """Bytes that take the place of others; the rest is copied."""

    content: bytes
    pieces: list[bytes] = field(default_factory=list)
    at: int = 0

    def put(self, start: int, end: int, new: bytes) -> None:
        self.pieces += (self.content[self.at : start], new)
        self.at = end

    def whole(self) -> bytes:
        return b"".join((*self.pieces, self.content[self.at :]))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet's XML, taken apart only as far as needed to write into the places asked for."""

    content: bytes
    names: _Names
    data: tuple[int, int]  # what stands between the tags of sheetData
    places: Places
    rows: Mapping[int, _Row]  # those asked for
    styles: Sequence[tuple[int, int, bytes]]  # first and last column, and the style of its empty cells

    def texts(self, shared: Sequence[str]) -> dict[tuple[int, int], str]:
        """Return what stands in the places: text, a number as typed, "" where blank."""
        found = {(row, column): "" for row, columns in self.places.items() for column in columns}
        for row in self.rows.values():
            for cell in row.cells:
                if (row.number, cell.column) in found:
                    found[row.number, cell.column] = self._text(cell, shared)
        return found

    def shares_strings(self) -> bool:
        """Return True where one of the cells keeps its text in the workbook's list of shared strings."""
        return any(
            cell.column in self.places[row.number] and _attribute(cell.attributes, b"t") == b"s"
            for row in self.rows.values()
            for cell in row.cells
        )

    def _text(self, cell: _Cell, shared: Sequence[str]) -> str:
        kind = _attribute(cell.attributes, b"t")
        if kind == b"inlineStr":
            return "".join(_spoken(cell.inside, self.names.prefix))
        value = re.search(rb"<" + re.escape(self.names.prefix) + rb"v[^<>]*>([^<]*)<", cell.inside)
        text = unescape(value[1].decode("utf-8")) if value else ""
        return shared[int(text)] if kind == b"s" and text else text


def opened(content: bytes, places: Places) -> Sheet:
    """Return a worksheet's XML ready for edits in these places; raises Refused where it is not fit for them.

    Whether it is well-formed is told by `edited`: of XML that is not, nothing is ever written.
    """
    root = _ROOT.search(content)
    if root is None:
        raise Refused("it is no ordinary worksheet")
    names = _names(root[1] + b":" if root[1] else b"")
    first = names.any_of(b"sheetData").search(content)
    last = content.rfind(b"</" + names.prefix + b"sheetData")
    if first is None or first[2] or last < 0:
        raise Refused("the sheet holds no rows")
    data = (first.end(), last)
    if content.find(b"<!", *data) >= 0 or content.find(b"<?", *data) >= 0:
        raise Refused("there are comments or unusual sections among its rows")
    if content.find(b"AlternateContent", *data) >= 0:
        raise Refused("some of its cells are kept in several versions")
    found = _Reader(content, names, data)
    rows = found.usual_rows(places) or found.any_rows(places)
    missing = places.keys() - rows.keys()
    if missing:
        raise Refused(f"row {min(missing)} is not in the file")
    return Sheet(content, names, data, places, rows, _column_styles(content, names, data[0]))


def edited(sheet: Sheet, cells: Cells) -> bytes:
    """Return the XML with these texts in these cells; an empty text empties a cell and keeps its look.

    Raises Refused for a cell that must not be written (a formula, one of a merged block …), and where the
    result is not strictly well-formed XML.
    """
    _refuse_sheet(sheet, cells)
    splices = _Splices(sheet.content)
    _widen_dimension(sheet, cells, splices)
    for number in sorted(cells):
        _edit_row(sheet, sheet.rows[number], cells[number], splices)
    new = splices.whole()
    _parse_strictly(new)
    return new


def safe_text(text: str) -> str:
    """Return text as it may stand in somebody's register: never run as a formula, no control characters."""
    return cell_text(f"'{text}" if text.startswith(RUN_BY_EXCEL) else text)


# --- taking it apart -------------------------------------------------------------------------------------


def _parse_strictly(content: bytes) -> None:
    """Raise Refused unless the bytes are well-formed XML in UTF-8 without a document type."""
    parser = expat.ParserCreate()
    declared: list[str] = []

    def declaration(_version: str, encoding: str | None, _standalone: int) -> None:
        declared.append((encoding or "utf-8").casefold())

    def doctype(*_: object) -> None:
        raise Refused("its XML has a document type, which no workbook needs")

    parser.XmlDeclHandler = declaration
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise Refused("its XML is not well-formed") from error
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or not set(declared) <= {"utf-8", "utf8"}:
        raise Refused("its XML is not written in UTF-8")


@dataclass(frozen=True, slots=True)
class _Reader:
    """Finds rows and their cells among the bytes."""

    content: bytes
    names: _Names
    data: tuple[int, int]

    def usual_rows(self, places: Places) -> dict[int, _Row]:
        """Return the rows asked for where all are spelt `<row r="7" …>`, in order; empty where not.

        Those between are skipped at the speed of a search.
        """
        found: dict[int, _Row] = {}
        at = self.data[0]
        head = b"<" + self.names.prefix + b'row r="%d"'
        for number in sorted(places):
            start = self.content.find(head % number, at, self.data[1])
            opening = self.names.row.match(self.content, start) if start >= 0 else None
            if opening is None:
                return {}
            found[number] = self._row(number, opening, places[number])
            at = found[number].inside[1]
        return found

    def any_rows(self, places: Places) -> dict[int, _Row]:
        """Return the rows asked for, however they are spelt."""
        found: dict[int, _Row] = {}
        number, at = 0, self.data[0]
        while opening := self.names.row.search(self.content, at, self.data[1]):
            named = _attribute(opening[1], b"r")
            last, number = number, int(named) if named else number + 1
            if number <= last:
                raise Refused("its rows are out of order")
            row = self._row(number, opening, places.get(number, ()))
            if number in places:
                found[number] = row
            at = row.inside[1]
        return found

    def _row(self, number: int, opening: re.Match[bytes], columns: Sequence[int]) -> _Row:
        inside = (opening.end(), opening.end())
        if not opening[2]:
            closing = self.names.row_end.search(self.content, opening.end(), self.data[1])
            if closing is None:
                raise Refused("its rows cannot be told apart")
            inside = (opening.end(), closing.start())
        cells = tuple(self._cells(number, inside, columns)) if columns else ()
        return _Row(number, opening.span(), opening[1], inside, bool(opening[2]), cells)

    def _cells(self, row: int, inside: tuple[int, int], columns: Sequence[int]) -> Iterator[_Cell]:
        """Yield the cells of a row from left to right; those well before the columns may be left out."""
        content, names = self.content, self.names
        column, at = 0, self._start_near(row, inside, columns)
        while opening := names.cell.search(content, at, inside[1]):
            address = _attribute(opening[1], b"r")
            last, column = column, _column(address) if address else column + 1
            if column <= last:
                raise Refused(f"the cells of row {row} are out of order")
            end, within = opening.end(), b""
            if not opening[2]:
                closing = names.cell_end.search(content, opening.end(), inside[1])
                if closing is None:
                    raise Refused("its cells cannot be told apart")
                end, within = closing.end(), content[opening.end() : closing.start()]
            yield _Cell(column, opening.start(), end, opening[1], within)
            at = end

    def _start_near(self, row: int, inside: tuple[int, int], columns: Sequence[int]) -> int:
        """Return where to begin to look for columns: at the first of them, else at the row's last cell.

        Nearly always the wanted columns are the last ones, and a row need not be read from its beginning.
        """
        content, (start, end) = self.content, inside
        cell = b"<" + self.names.prefix + b"c "
        first = content.find(cell + b'r="%b%d"' % (_letters(columns[0]), row), start, end)
        if first >= 0:
            return first
        last = content.rfind(cell, start, end)
        found = _ADDRESS.match(content, last + len(cell)) if last >= 0 else None
        if found is None or _column(found[1]) >= columns[0]:
            return start
        for column in columns:
            if content.find(b'"%b%d"' % (_letters(column), row), start, last) >= 0:
                return start
        return last


@lru_cache(maxsize=1024)
def _letters(column: int) -> bytes:
    return column_letter(column).encode("ascii")


@lru_cache(maxsize=4096)
def _letters_column(letters: bytes) -> int:
    return column_number(letters.decode("ascii"))


def _column(address: bytes) -> int:
    return _letters_column(address.rstrip(b"0123456789"))


def _attribute(attributes: bytes, name: bytes) -> bytes:
    """Return the value of an attribute, b"" where it is not there."""
    if name not in attributes:
        return b""
    for each in _ATTRIBUTE.finditer(attributes):
        if each[1] == name:
            return each[2] if each[2] is not None else each[3]
    return b""


def _spoken(inside: bytes, prefix: bytes) -> Iterator[str]:
    """Yield the texts of an inline string, without the reading aids of East Asian writing."""
    quoted = re.escape(prefix)
    plain = re.sub(rb"<" + quoted + rb"rPh[\s>].*?</" + quoted + rb"rPh\s*>", b"", inside, flags=re.DOTALL)
    for each in re.finditer(rb"<" + quoted + rb"t(?:\s[^<>]*)?>([^<]*)<", plain):
        yield unescape(each[1].decode("utf-8"))


def _column_styles(content: bytes, names: _Names, end: int) -> list[tuple[int, int, bytes]]:
    found = []
    for each in names.any_of(b"col").finditer(content, 0, end):
        style = _attribute(each[1], b"style")
        if style:
            first, last = _attribute(each[1], b"min"), _attribute(each[1], b"max")
            found.append((int(first or 1), int(last or LAST_COLUMN), style))
    return found


# --- what is never written into --------------------------------------------------------------------------


def _refuse_sheet(sheet: Sheet, cells: Cells) -> None:
    content, names = sheet.content, sheet.names
    if names.any_of(b"sheetProtection").search(content):
        raise Refused("the sheet is protected")
    for block in blocks(sheet, b"mergeCell"):
        if _touched(cells, block):
            raise Refused(f"cells are merged where it would write (row {block[0]})")
    for block in _validated(sheet):
        if _touched(cells, block):
            raise Refused(f"a rule for what may be typed covers the cells (data validation, row {block[0]})")
    for each in names.any_of(b"f").finditer(content, *sheet.data):
        kind, reference = _attribute(each[1], b"t"), _attribute(each[1], b"ref")
        if kind in (b"array", b"dataTable") and reference and _touched(cells, corners(reference.decode())):
            raise Refused("a formula that fills several cells reaches where it would write")


def blocks(sheet: Sheet, element: bytes) -> Iterator[Range]:
    """Yield the corners that the `ref` of an element such as mergeCell or autoFilter names."""
    for each in sheet.names.any_of(element).finditer(sheet.content):
        reference = _attribute(each[1], b"ref").decode("ascii", "replace")
        if re.search(r"[A-Z]\$?\d", reference):
            yield corners(reference)


def _validated(sheet: Sheet) -> Iterator[Range]:
    """Yield the blocks that data validation covers, also the kind that only newer versions of Excel know."""
    content = sheet.content[sheet.data[1] :]
    rules = sheet.names.any_of(b"dataValidation").finditer(content)
    listed = [_attribute(each[1], b"sqref") for each in rules]
    for section in re.finditer(rb"<\w+:dataValidation[\s>].*?</\w+:dataValidation\s*>", content, re.DOTALL):
        listed += re.findall(rb"<\w+:sqref[^<>]*>([^<]*)<", section[0])
    for reference in b" ".join(listed).split():
        if re.search(rb"[A-Z]\$?\d", reference):
            yield corners(reference.decode("ascii", "replace"))


def _touched(cells: Cells, block: Range) -> bool:
    first_row, first, last_row, last = block
    return any(
        first_row <= row <= last_row and any(first <= column <= last for column in columns)
        for row, columns in cells.items()
    )


def _refuse_cell(row: _Row, cell: _Cell, prefix: bytes) -> None:
    place = f"{column_letter(cell.column)}{row.number}"
    if re.search(rb"<" + re.escape(prefix) + rb"f[\s/>]", cell.inside):
        raise Refused(f"{place} holds a formula")
    if _attribute(cell.attributes, b"cm") or _attribute(cell.attributes, b"vm"):
        raise Refused(f"{place} holds a value of a newer kind than text")


# --- putting it together ---------------------------------------------------------------------------------


def _edit_row(sheet: Sheet, row: _Row, wanted: Mapping[int, str], splices: _Splices) -> None:
    columns = sorted(wanted)
    new_tag = _widened(row.attributes, columns)
    prefix = sheet.names.prefix
    if row.closed:
        made = b"".join(_made(sheet, row, column, None, wanted[column]) for column in columns)
        splices.put(*row.tag, b"<" + prefix + b"row" + new_tag + b">" + made + b"</" + prefix + b"row>")
        return
    if new_tag != row.attributes:
        splices.put(*row.tag, b"<" + prefix + b"row" + new_tag + b">")
    left = list(columns)
    for cell in row.cells:
        before = b""
        while left and left[0] < cell.column:
            before += _made(sheet, row, left[0], None, wanted[left.pop(0)])
        if before:
            splices.put(cell.start, cell.start, before)
        if left and left[0] == cell.column:
            _refuse_cell(row, cell, prefix)
            splices.put(cell.start, cell.end, _made(sheet, row, cell.column, cell, wanted[left.pop(0)]))
    rest = b"".join(_made(sheet, row, column, None, wanted[column]) for column in left)
    if rest:
        splices.put(row.inside[1], row.inside[1], rest)


def _made(sheet: Sheet, row: _Row, column: int, there: _Cell | None, text: str) -> bytes:
    """Return a cell with its text, in the look it has or that an empty cell has there."""
    prefix = sheet.names.prefix
    style = _attribute(there.attributes, b"s") if there else _empty_style(sheet, row, column)
    head = b'<%bc r="%b%d"' % (prefix, _letters(column), row.number) + (b' s="%b"' % style if style else b"")
    if not text:
        return head + b"/>" if there else b""
    return head + b' t="inlineStr">' + _inside(prefix, text) + b"</" + prefix + b"c>"


@lru_cache(maxsize=4096)
def _inside(prefix: bytes, text: str) -> bytes:
    """Return what stands in a cell that holds a text; most texts come again and again."""
    words = escape(safe_text(text)).replace("\r", "&#13;").encode("utf-8")
    kept = b' xml:space="preserve"' if text != text.strip() or "\n" in text else b""
    return b"<%bis><%bt%b>%b</%bt></%bis>" % (prefix, prefix, kept, words, prefix, prefix)


def _empty_style(sheet: Sheet, row: _Row, column: int) -> bytes:
    if _attribute(row.attributes, b"customFormat") in (b"1", b"true"):
        return _attribute(row.attributes, b"s")
    return next((style for first, last, style in sheet.styles if first <= column <= last), b"")


def _widened(attributes: bytes, columns: Sequence[int]) -> bytes:
    """Return a row's attributes with its hint of which columns are filled, `spans`, wide enough."""
    spans = _attribute(attributes, b"spans")
    if not spans:
        return attributes
    found = re.fullmatch(rb"(\d+):(\d+)", spans)
    if not found:
        return re.sub(rb"\s+spans\s*=\s*(?:\"[^\"]*\"|'[^']*')", b"", attributes)
    first, last = min(int(found[1]), columns[0]), max(int(found[2]), columns[-1])
    wide = b"%d:%d" % (first, last)
    if wide == spans:
        return attributes
    return re.sub(rb"(\sspans\s*=\s*[\"'])[\d:]+", rb"\g<1>" + wide, attributes)


def _widen_dimension(sheet: Sheet, cells: Cells, splices: _Splices) -> None:
    """Widen the hint of which block of the sheet is filled, where it is there and too narrow."""
    found = sheet.names.any_of(b"dimension").search(sheet.content, 0, sheet.data[0])
    reference = _attribute(found[1], b"ref").decode("ascii", "replace") if found else ""
    if found is None or not re.fullmatch(r"[A-Z]+\d+(:[A-Z]+\d+)?", reference):
        return
    top, left, bottom, right = corners(reference)
    columns = [column for wanted in cells.values() for column in wanted]
    top, bottom = min(top, *cells), max(bottom, *cells)
    left, right = min(left, *columns), max(right, *columns)
    wide = f"{column_letter(left)}{top}:{column_letter(right)}{bottom}"
    if (top, left, bottom, right) != corners(reference):
        tag = found[0].replace(reference.encode("ascii"), wide.encode("ascii"), 1)
        splices.put(*found.span(), tag)
