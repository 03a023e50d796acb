"""What a worksheet's XML says that the fast reader does not: errors, formulas, hidden rows, far cells.

Nearly all writers spell cells `<c r="A1" …>`; those are scanned by patterns at C speed. Anything else
(another prefix, single quotes, cells without an address) is scanned by the standard library's XML parser.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from xml.parsers import expat

from complaints_sheet.core.columns import column_number
from complaints_sheet.core.model import BadCell
from complaints_sheet.sources.zip_checks import damaged

PREFIXED = re.compile(rb"<\w+:worksheet\b")
# Only cells beyond column Z or row 99,999 can make the block large: they are told from all others.
ODD_CELL = re.compile(rb'<c(?! r="[A-Z]\d{1,5}")[^>]*>')
USUAL_CELL = re.compile(rb'<c r="[A-Z]+\d+"')
ODD_ROW = re.compile(rb'<row(?! r="\d)[\s/>]')
ROW = re.compile(rb'<row r="(\d+)"')
HIDDEN_ROW = re.compile(rb'<row r="(\d+)"[^>]*\bhidden="(?:1|true)"')
FAR_CELL = re.compile(rb'<c r="([A-Z]{2,}|[A-Z](?=\d{6}))(\d+)"(?:[^>]*[^/])?>')
ERROR_CELL = re.compile(
    rb'<c r="([A-Z]+)(\d+)"[^>]*\bt="e"[^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?<v>([^<]*)</v>', re.DOTALL
)
FORMULA_CELL = re.compile(
    rb'<c r="([A-Z]+)(\d+)"([^>]*)>\s*<f(?:[^>]*/>|[^>]*>([^<]*)</f>)\s*(<v>[^<]+</v>|<v ?/>|<v></v>|)',
    re.DOTALL,
)
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref=["\']([A-Z]+)(\d+):([A-Z]+)(\d+)["\']')
# A byte of each mark that the XML of a sheet of plain values seldom or never holds.
RAREST = {b"<!": b"!", b"<f": b"f", b'"e"': b"e", b'hidden="': b"d", b"mergeCell": b"m"}
LONGEST_SHOWN = 80
LARGEST_ROW_BYTES = 64 << 20


@dataclass(slots=True)
class SheetFacts:
    """What the scan of one worksheet found; rows and columns count from 1."""

    last_row: int = 0  # the last row that may hold a value
    bad: dict[tuple[int, int], BadCell] = field(default_factory=dict)
    far: list[tuple[int, int]] = field(default_factory=list)  # cells beyond column Z or row 99,999
    hidden_rows: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def scan_sheet(name: str, part: str, open_chunks: Callable[[], Iterator[bytes]]) -> SheetFacts:
    """Return the facts of one worksheet; raises SourceError where its part is damaged or no XML."""
    facts = _plain_scan(name, open_chunks())
    if facts is None:
        scan = _CarefulScan()
        try:
            for chunk in open_chunks():
                scan.parser.Parse(chunk)
            scan.parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise damaged(name, f"its part {part} is not complete") from error
        facts = scan.facts
    return facts


def _plain_scan(name: str, chunks: Iterable[bytes]) -> SheetFacts | None:
    """Return the facts by pattern, or None where the part is spelt in an unusual way."""
    facts = SheetFacts()
    tail = b""
    for number, piece in enumerate(_whole_rows(name, chunks)):
        if number == 0 and PREFIXED.search(piece):
            return None
        last_value = _last_value(piece)
        if last_value >= 0:
            odd = _odd_cells(piece)
            if odd is None:
                return None
            _scan_rows(piece, last_value, odd, facts)
        if _has(piece, b'hidden="'):
            facts.hidden_rows.update(map(int, HIDDEN_ROW.findall(piece)))
        tail = tail + piece if _has(tail, b"mergeCell") else piece
    for column, row, last_column, last_row in MERGED.findall(tail):
        facts.merged.append((int(row), _number(column), int(last_row), _number(last_column)))
    return facts


def _whole_rows(name: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same bytes cut before a row, so that no pattern is ever cut in two."""
    rest = b""
    for chunk in chunks:
        piece = rest + chunk
        cut = piece.rfind(b"<row ")
        if cut <= 0:
            rest = piece
            if len(rest) > LARGEST_ROW_BYTES:
                raise damaged(name, "one of its rows is far too large")
            continue
        yield piece[:cut]
        rest = piece[cut:]
    yield rest


def _odd_cells(piece: bytes) -> list[bytes] | None:
    """Return the tags of cells beyond column Z or row 99,999; None where the spelling is unusual."""
    tags = ODD_CELL.findall(piece)
    cells = (tag for tag in tags if tag[2:3].isspace() or tag[2:3] in b"/>")  # not <col> …
    if not all(map(USUAL_CELL.match, cells)):
        return None
    return None if ODD_ROW.search(piece) or _has(piece, b"<!") else tags


def _has(piece: bytes, mark: bytes) -> bool:
    """Return True where the mark stands in the piece. Its rarest byte is looked for first, far faster."""
    return RAREST[mark] in piece and mark in piece


def _last_value(piece: bytes) -> int:
    """Return where the last value or formula begins, -1 where the piece holds nothing but formats."""
    at = piece.rfind(b"<v")
    return at if at >= 0 else max(piece.rfind(b"<is"), piece.rfind(b"<f"))


def _scan_rows(piece: bytes, last_value: int, odd: list[bytes], facts: SheetFacts) -> None:
    last_row = ROW.match(piece, max(piece.rfind(b"<row ", 0, last_value), 0))
    facts.last_row = max(facts.last_row, int(last_row[1]) if last_row else 0)
    far = (FAR_CELL.match(tag) for tag in odd)
    facts.far += [(int(found[2]), _number(found[1])) for found in far if found]
    if _has(piece, b'"e"'):
        for column, row, text in ERROR_CELL.findall(piece):
            facts.bad[int(row), _number(column)] = _error(text.decode("utf-8", "replace"))
    if _has(piece, b"<f"):
        _scan_formulas(piece, facts)


def _scan_formulas(piece: bytes, facts: SheetFacts) -> None:
    for found in FORMULA_CELL.finditer(piece):
        column, row, attributes, formula, value = found.groups()
        # An empty result of a calculated formula is spelt t="str": that is a blank, not a gap in the file.
        if len(value) <= len(b"<v></v>") and b't="str"' not in attributes:
            facts.bad[int(row), _number(column)] = _not_calculated(
                (formula or b"").decode("utf-8", "replace")
            )


def _error(text: str) -> BadCell:
    return BadCell("error", unescape(text).strip()[:LONGEST_SHOWN])


def _not_calculated(formula: str) -> BadCell:
    return BadCell("not calculated", ("=" + unescape(formula))[:LONGEST_SHOWN])


def _number(letters: bytes) -> int:
    return column_number(letters.decode("ascii"))


class _CarefulScan:
    """Collects the same facts from the events of the XML parser."""

    def __init__(self) -> None:
        self.facts = SheetFacts()
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.in_rows = False
        self.row = self.column = 0
        self.kind = ""
        self.texts: dict[str, str] = {}
        self.open_text: str | None = None

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "sheetData":
            self.in_rows = True
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif self.in_rows and name == "row":
            self.row, self.column = int(attributes.get("r", self.row + 1)), 0
            if attributes.get("hidden") in ("1", "true"):
                self.facts.hidden_rows.add(self.row)
        elif self.in_rows and name == "c":
            address = re.fullmatch(r"([A-Z]+)(\d+)", attributes.get("r", ""))
            self.column = column_number(address[1]) if address else self.column + 1
            self.row = int(address[2]) if address else self.row
            self.kind, self.texts = attributes.get("t", ""), {}
        elif self.in_rows and name in ("v", "f", "is"):
            self.open_text = name
            self.texts[name] = ""

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "sheetData":
            self.in_rows = False
        elif name == self.open_text:
            self.open_text = None
        elif self.in_rows and name == "c":
            self._cell()

    def _text(self, text: str) -> None:
        if self.open_text:
            self.texts[self.open_text] += text

    def _cell(self) -> None:
        facts, place, texts = self.facts, (self.row, self.column), self.texts
        self.texts = {}
        if not texts:
            return
        facts.last_row = max(facts.last_row, self.row)
        if self.column > 26 or self.row > 99_999:
            facts.far.append(place)
        if self.kind == "e":
            facts.bad[place] = _error(texts.get("v", ""))
        elif "f" in texts and not texts.get("v") and self.kind != "str":
            facts.bad[place] = _not_calculated(texts["f"])

    def _merge(self, ref: str) -> None:
        corners = re.fullmatch(r"([A-Z]+)(\d+):([A-Z]+)(\d+)", ref)
        if corners:
            first, last = (
                (int(corners[2]), column_number(corners[1])),
                (int(corners[4]), column_number(corners[3])),
            )
            self.facts.merged.append((*first, *last))
