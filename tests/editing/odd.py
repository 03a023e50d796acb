"""The same register spelt as no usual writer spells it, and registers that must be refused."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator

from tests.editing.made import by_openpyxl

SHEET = "xl/worksheets/sheet1.xml"


def repacked(
    content: bytes,
    change: Callable[[str, bytes], bytes] = lambda _, part: part,
    *,
    packing: int = zipfile.ZIP_DEFLATED,
    more: dict[str, bytes] | None = None,
    stream: bool = False,
    comment: bytes = b"",
) -> bytes:
    """Return a workbook put together again, its parts changed on the way."""
    made = io.BytesIO()
    target = _OneWay(made) if stream else made
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", packing) as new,
    ):
        new.comment = comment
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, (2020, 2, 2, 2, 2, 2)), change(name, old.read(name)), packing)
        for name, part in (more or {}).items():
            new.writestr(zipfile.ZipInfo(name, (2020, 2, 2, 2, 2, 2)), part, packing)
    return made.getvalue()


class _OneWay(io.RawIOBase):
    """A stream that cannot go back, for which zipfile writes sizes behind the data."""

    def __init__(self, into: io.BytesIO) -> None:
        self._into = into

    def writable(self) -> bool:
        return True

    def write(self, content: bytes) -> int:  # type: ignore[override]
        return self._into.write(content)


def _in_sheet(change: Callable[[bytes], bytes]) -> Callable[[str, bytes], bytes]:
    return lambda name, part: change(part) if name == SHEET else part


def _prefixed(part: bytes) -> bytes:
    start = part.index(b"<worksheet")
    body = re.sub(rb"<(/?)([A-Za-z])", rb"<\1x:\2", part[start:])
    return part[:start] + body.replace(b"xmlns=", b"xmlns:x=", 1)


def _without_addresses(part: bytes) -> bytes:
    return re.sub(rb'(<(?:row|c)) r="[A-Z]*\d+"', rb"\1", part)


def _wide_gaps(part: bytes) -> bytes:
    return re.sub(rb'<(row|c) r="', rb"<\1\n   r = '", part).replace(b'" t="n"', b'\' t="n"')


def _single_quotes(part: bytes) -> bytes:
    start = part.index(b"<sheetData")
    end = part.index(b"</sheetData>")
    rows = re.sub(rb"<[a-z][^<>]*>", lambda tag: tag[0].replace(b'"', b"'"), part[start:end])
    return part[:start] + rows + part[end:]


def _greater_in_attributes(part: bytes) -> bytes:
    return part.replace(b"<row ", b'<row xmlns:z="urn:z" z:note="a > b /> c" ')


def _spaced(part: bytes) -> bytes:
    return part.replace(b"</row>", b"</row >\n  ").replace(b"</c>", b"</c\n>").replace(b"<row ", b"<row\t")


def _strict(name: str, part: bytes) -> bytes:
    new = part.replace(
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    old, instead = (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    )
    return new if name == "docProps/core.xml" else new.replace(old, instead)


def odd_spellings() -> Iterator[tuple[str, str, bytes]]:
    """Yield (maker, name, bytes) of registers that are right but spelt oddly; all can be written into."""
    plain = by_openpyxl(1004)
    sheets: dict[str, Callable[[bytes], bytes]] = {
        "prefixed": _prefixed,
        "without addresses": _without_addresses,
        "without any address, prefixed": lambda part: _prefixed(_without_addresses(part)),
        "single quotes": _single_quotes,
        "greater-than in attributes": _greater_in_attributes,
        "spaces in tags": _spaced,
        "a mark in front": lambda part: b"\xef\xbb\xbf" + part,
        "no declaration": lambda part: re.sub(rb"<\?xml.*?\?>\s*", b"", part),
        "comment above": lambda part: part.replace(b"<sheetData", b"<!-- <row> --><sheetData"),
        "comment below": lambda part: part.replace(b"</sheetData>", b"</sheetData><!-- <row r='9'> -->"),
        "empty rows": lambda part: part.replace(
            b"</sheetData>", b'<row r="99998"/><row r="99999" /></sheetData>'
        ),
        "spans": lambda part: part.replace(b"<row ", b'<row spans="1:12" '),
        "no dimension": lambda part: re.sub(rb"<dimension[^>]*/>", b"", part),
    }
    for name, change in sheets.items():
        yield "odd spelling", f"{name}.xlsx", repacked(plain, _in_sheet(change))
    yield "odd spelling", "strict.xlsx", repacked(plain, _strict)
    yield "odd spelling", "not packed.xlsx", repacked(plain, packing=zipfile.ZIP_STORED)
    yield "odd spelling", "sizes behind.xlsx", repacked(plain, stream=True)
    yield "odd spelling", "zip comment.xlsx", repacked(plain, comment=b"made by hand PK\x01\x02")
    yield (
        "odd spelling",
        "with macros.xlsm",
        repacked(plain, more={"xl/vbaProject.bin": bytes(range(256)) * 40}),
    )
    yield "odd spelling", "own part.xlsx", repacked(plain, more={"customXml/item1.xml": b"<own>1</own>"})


def _first(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda part: part.replace(old, new, 1)


def _last_cell(cell: bytes) -> Callable[[bytes], bytes]:
    """Return what puts another cell at the end of the first row."""
    return _first(b"</row>", cell + b"</row>")


def _utf_16(part: bytes) -> bytes:
    return part.decode().replace("UTF-8", "UTF-16").encode("utf-16")


def _latin_1(part: bytes) -> bytes:
    bare = re.sub(rb"<\?xml.*?\?>\s*", b"", part)
    return b'<?xml version="1.0" encoding="ISO-8859-1"?>' + bare


def to_refuse() -> Iterator[tuple[str, str, bytes, str]]:
    """Yield (maker, name, bytes, words of the reason) of workbooks that nobody may write into."""
    plain = by_openpyxl(1004)
    sheets: dict[str, tuple[Callable[[bytes], bytes], str]] = {
        "doctype": (_first(b"<worksheet", b"<!DOCTYPE worksheet><worksheet"), "entities"),
        "comment among rows": (_first(b"<row ", b"<!-- x --><row "), "comments"),
        "cdata": (_first(b"</row>", b"<![CDATA[ ]]></row>"), "comments"),
        "utf-16": (_utf_16, "UTF-16"),
        "latin-1": (_latin_1, "UTF-8"),
        "protected": (_first(b"</sheetData>", b'</sheetData><sheetProtection sheet="1"/>'), "protected"),
        "rows out of order": (_first(b'<row r="2"', b'<row r="1"'), "order"),
        "cells out of order": (_first(b'<c r="A2"', b'<c r="M2"'), "order"),
        "formula there": (_last_cell(b'<c r="N1"><f>1+1</f><v>2</v></c>'), "formula"),
        "kind of cell": (_last_cell(b'<c r="N1" vm="1"><v>2</v></c>'), "newer kind"),
        "spilled over": (
            _last_cell(b'<c r="Z1"><f t="array" ref="M1:Z2">1</f><v>2</v></c>'),
            "fills several",
        ),
        "versions": (_last_cell(b'<mc:AlternateContent xmlns:mc="urn:mc"/>'), "several versions"),
        "not whole": (_first(b"</row>", b""), "not well-formed"),
    }
    for name, (change, words) in sheets.items():
        yield "to be refused", f"{name}.xlsx", repacked(plain, _in_sheet(change)), words
    parts = {
        "signed": ({"_xmlsignatures/sig1.xml": b"<Signature/>"}, "signed"),
        "shared with revisions": ({"xl/revisions/revisionHeaders.xml": b"<headers/>"}, "shared"),
        "final": ({"docProps/custom.xml": b'<p name="_MarkAsFinal"/>'}, "final"),
    }
    for name, (more, words) in parts.items():
        yield "to be refused", f"{name}.xlsx", repacked(plain, more=more), words
    yield "to be refused", "something in front.xlsx", b"junk" + plain, ""
    yield "to be refused", "something behind.xlsx", plain + b"junk", ""
    yield "to be refused", "cut off.xlsx", plain[:-30], ""
    yield "to be refused", "no workbook.xlsx", b"name,date\nx,y\n", ""
