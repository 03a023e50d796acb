"""Texts written into single cells of a workbook's bytes; all other parts of the file stay as they are."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias
from xml.parsers import expat

from complaints_sheet.errors import SourceError
from complaints_sheet.sources.sheet_edit import Cells, Places, Refused, Sheet, blocks, edited, opened
from complaints_sheet.sources.workbook_parts import (
    Range,
    corners,
    elements,
    read_book,
    targets,
    workbook_part,
)
from complaints_sheet.sources.zip_checks import Parts, damaged, open_parts
from complaints_sheet.sources.zip_edit import with_parts

Current: TypeAlias = Mapping[tuple[int, int], str]
"""What stands in cells now, by row and column."""

Wanted: TypeAlias = Callable[[Current], Cells]
"""From what stands in the cells asked for, to what is to stand where."""

Asked: TypeAlias = tuple[Places, Wanted]
"""Which cells of a worksheet to look at, and what to write after seeing them."""


def edited_workbook(
    name: str, content: bytes, asked: Mapping[str, Asked], *, unpacked_mb: int
) -> tuple[bytes, int]:
    """Return the workbook with the cells written, and how many cells that are; 0 and the same bytes for none.

    `asked` says for each worksheet which cells to look at, and a function that decides what to write after
    seeing them. SourceError, with the reason, for a workbook or a sheet that must not be written into.
    """
    parts = open_parts(name, content, unpacked_mb)
    _refuse_workbook(parts)
    there = {each.name: each.part for each in read_book(parts).sheets}
    new: dict[str, bytes] = {}
    count = 0
    for sheet, (places, wanted) in asked.items():
        part = there.get(sheet, "")
        if part not in parts.names:
            raise _nothing(name, f"there is no worksheet {sheet}")
        try:
            opened_sheet = opened(parts.whole(part), places)
            strings = _shared_strings(parts) if opened_sheet.shares_strings() else ()
            cells = wanted(opened_sheet.texts(strings))
            if cells:
                _refuse_cut_through(parts, part, opened_sheet, cells)
                new[part] = edited(opened_sheet, cells)
                count += sum(map(len, cells.values()))
        except Refused as refusal:
            raise _nothing(name, f"{refusal} (sheet {sheet})") from refusal
    if not new:
        return content, 0
    made = with_parts(parts, content, new)
    _verify(parts, made, new, unpacked_mb)
    return made, count


def _nothing(name: str, why: str) -> SourceError:
    return SourceError(
        f"Nothing was written into {name}: {why}.",
        "Everything else went on as usual. For a copy with every finding beside its cell: "
        "complaints-sheet check --mark copy.xlsx",
    )


def _verify(parts: Parts, made: bytes, new: Mapping[str, bytes], unpacked_mb: int) -> None:
    """Raise SourceError unless the new file reads back: the same directory, the parts as they should be."""
    again = open_parts(parts.name, made, unpacked_mb)
    before = {
        each.filename: (each.CRC, each.file_size, each.compress_size) for each in parts.archive.infolist()
    }
    after = {
        each.filename: (each.CRC, each.file_size, each.compress_size) for each in again.archive.infolist()
    }
    same = list(before) == list(after) and all(
        before[part] == after[part] for part in before.keys() - new.keys()
    )
    if not same or any(again.whole(part) != content for part, content in new.items()):
        raise damaged(parts.name, "what was to be written did not read back; the file itself was left alone")


# --- what is never written into --------------------------------------------------------------------------


def _refuse_workbook(parts: Parts) -> None:
    for why in _reasons(parts):
        raise _nothing(parts.name, why)


def _reasons(parts: Parts) -> Iterator[str]:
    names = parts.names
    if any(part.startswith("_xmlsignatures/") for part in names) or any(
        b"digital-signature" in parts.whole(part) for part in names if part.endswith(".rels")
    ):
        yield "it is digitally signed, and any change would break the signature"
    if any(part.startswith("xl/revisions/") for part in names):
        yield "it is a shared workbook of the old kind, which keeps its own list of changes"
    if b"_MarkAsFinal" in parts.whole("docProps/custom.xml"):
        yield "it is marked as final"
    page = workbook_part(parts)
    if page.endswith(".bin"):
        yield "it is a binary workbook (.xlsb)"
        return
    found = elements(parts, page)
    if any(name == "fileSharing" for name, _, _ in found):
        yield "it asks to be opened read-only, or wants a password to be changed"
    titles = [attributes.get("name", "") for name, attributes, _ in found if name == "sheet"]
    if len(set(titles)) != len(titles):
        yield "two of its worksheets have the same name"


def _refuse_cut_through(parts: Parts, part: str, sheet: Sheet, cells: Cells) -> None:
    """Raise Refused where sorting by a table or a filter would move a row without the cells written."""
    for kind, block in (*_tables(parts, part), *(("filter", each) for each in blocks(sheet, b"autoFilter"))):
        top, left, bottom, right = block
        columns = {column for row, wanted in cells.items() if top <= row <= bottom for column in wanted}
        if columns and not all(left <= column <= right for column in columns):
            raise Refused(
                f"the columns stand beside the {kind} and not in it, so sorting would leave them behind; "
                + _WIDEN[kind]
            )


_WIDEN = {
    "table": "drag the corner of the table over them, and save",
    "filter": "switch the filter off and on again with all headings selected, and save",
}


def _tables(parts: Parts, part: str) -> Iterator[tuple[str, Range]]:
    for target in targets(parts, part, "/table").values():
        if target in parts.names:
            _, attributes, _ = elements(parts, target)[0]
            if re.search(r"[A-Z]\$?\d", attributes.get("ref", "")):
                yield "table", corners(attributes["ref"])


def _shared_strings(parts: Parts) -> list[str]:
    """Return the workbook's shared strings, without the reading aids of East Asian writing."""
    found: list[list[str]] = []
    hearing = [False, False]  # inside a text; inside a reading aid

    def start(tag: str, _: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "si":
            found.append([])
        elif name == "t":
            hearing[0] = True
        elif name == "rPh":
            hearing[1] = True

    def end(tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "t":
            hearing[0] = False
        elif name == "rPh":
            hearing[1] = False

    def text(words: str) -> None:
        if hearing[0] and not hearing[1]:
            found[-1].append(words)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    where = next(iter(targets(parts, workbook_part(parts), "/sharedStrings").values()), "")
    try:
        parser.Parse(parts.whole(where), True)
    except (expat.ExpatError, IndexError) as error:
        raise damaged(parts.name, "its list of shared strings is not complete") from error
    return ["".join(words) for words in found]
