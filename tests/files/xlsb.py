"""A small .xlsb writer for tests: no library that one can install writes this format."""

import io
import struct
import zipfile
from collections.abc import Sequence
from datetime import date

from tests.ugly.truth import Fault

CODES = {"#N/A": 0x2A, "#REF!": 0x17, "#DIV/0!": 0x07}
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BINARY = "application/vnd.ms-excel"


def xlsb(
    rows: Sequence[Sequence[object]], name: str = "Register", hidden: frozenset[int] = frozenset()
) -> bytes:
    """Return an .xlsb with these rows on one worksheet; rows to hide count from 1."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _types())
        archive.writestr("_rels/.rels", _relations(("rId1", "officeDocument", "xl/workbook.bin")))
        archive.writestr("xl/workbook.bin", _workbook(name))
        archive.writestr(
            "xl/_rels/workbook.bin.rels",
            _relations(("rId1", "worksheet", "worksheets/sheet1.bin"), ("rId2", "styles", "styles.bin")),
        )
        archive.writestr("xl/styles.bin", _styles())
        archive.writestr("xl/worksheets/sheet1.bin", _sheet(rows, hidden))
    return held.getvalue()


def _record(kind: int, body: bytes = b"") -> bytes:
    return _sevens(kind) + _sevens(len(body)) + body


def _sevens(number: int) -> bytes:
    """Return the number in seven bits a byte, the eighth saying that another byte follows."""
    parts = bytearray()
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


def _wide(text: str) -> bytes:
    encoded = text.encode("utf-16-le")
    return struct.pack("<I", len(encoded) // 2) + encoded


def _workbook(name: str) -> bytes:
    sheet = _record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide(name))
    properties = _record(153, struct.pack("<II", 0, 0) + _wide(""))
    return _record(131) + properties + _record(143) + sheet + _record(144) + _record(132)


def _styles() -> bytes:
    """Return styles with two cell formats: general, and the date format 14."""
    general, day = (struct.pack("<HHHHHBBI", 0, number, 0, 0, 0, 0, 0, 0) for number in (0, 14))
    formats = _record(617, struct.pack("<I", 2)) + _record(47, general) + _record(47, day) + _record(618)
    return _record(278) + formats + _record(279)


def _sheet(rows: Sequence[Sequence[object]], hidden: frozenset[int]) -> bytes:
    size = struct.pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)
    body = b"".join(_row(at, row, at + 1 in hidden) for at, row in enumerate(rows))
    return _record(129) + _record(148, size) + _record(145) + body + _record(146) + _record(130)


def _row(at: int, row: Sequence[object], hidden: bool) -> bytes:
    flags = 0x10 if hidden else 0
    head = _record(0, struct.pack("<IIHBBBI", at, 0, 300, 0, flags, 0, 0))
    return head + b"".join(_cell(column, value) for column, value in enumerate(row))


def _cell(column: int, value: object) -> bytes:
    place = struct.pack("<II", column, 1 if isinstance(value, date) else 0)
    if value is None:
        return _record(1, place)
    if isinstance(value, Fault):
        return _record(3, place + bytes([CODES[value.text]]))
    if isinstance(value, bool):
        return _record(4, place + bytes([value]))
    if isinstance(value, date):
        return _record(5, place + struct.pack("<d", (value - date(1899, 12, 30)).days))
    if isinstance(value, int | float):
        return _record(5, place + struct.pack("<d", value))
    return _record(6, place + _wide(str(value)))


XML = '<?xml version="1.0" encoding="UTF-8"?>'


def _relations(*kinds: tuple[str, str, str]) -> str:
    item = '<Relationship Id="{}" Type="' + OFFICE + '/{}" Target="{}"/>'
    items = "".join(item.format(*kind) for kind in kinds)
    return f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{items}</Relationships>'


def _types() -> str:
    parts = {
        "/xl/workbook.bin": "sheet.binary.macroEnabled.main",
        "/xl/worksheets/sheet1.bin": "worksheet",
        "/xl/styles.bin": "styles",
    }
    item = '<Override PartName="{}" ContentType="' + BINARY + '.{}"/>'
    items = "".join(item.format(*part) for part in parts.items())
    rels = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    )
    return f'{XML}<Types xmlns="{PACKAGE}/content-types">{rels}{items}</Types>'
