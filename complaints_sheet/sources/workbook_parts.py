"""Where things are inside an .xlsx: which part holds which sheet, what is hidden, tables and named ranges."""

import posixpath
import re
from dataclasses import dataclass
from xml.parsers import expat

from complaints_sheet.core.columns import column_number
from complaints_sheet.sources.zip_checks import Parts, damaged

Range = tuple[int, int, int, int]
"""First row, first column, last row, last column; all count from 1."""


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One worksheet: its name, the part that holds it, and whether Excel hides it."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Book:
    """The contents page of a workbook. `ranges` holds Excel Tables and named ranges by lower-case name."""

    sheets: tuple[SheetPart, ...]
    epoch_1904: bool
    ranges: dict[str, tuple[str, Range]]  # name -> (sheet name, range)


Element = tuple[str, dict[str, str], str]
"""An element's local name, its attributes by local name, and its text."""


def elements(parts: Parts, part: str) -> list[Element]:
    """Return the elements of a small XML part in document order; raises SourceError where it is no XML."""
    found: list[tuple[str, dict[str, str], list[str]]] = []
    parser = expat.ParserCreate()

    def start(tag: str, attributes: dict[str, str]) -> None:
        plain = {name.rpartition(":")[2]: value for name, value in attributes.items()}
        found.append((tag.rpartition(":")[2], plain, []))

    def text(words: str) -> None:
        found[-1][2].append(words)

    parser.StartElementHandler = start
    parser.CharacterDataHandler = text
    try:
        parser.Parse(parts.whole(part), True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise damaged(parts.name, f"its part {part} is not complete") from error
    return [(name, attributes, "".join(texts)) for name, attributes, texts in found]


def read_book(parts: Parts) -> Book:
    """Return the contents page of the workbook; raises SourceError where there is none."""
    where = workbook_part(parts)
    page = elements(parts, where)
    sheet_parts = targets(parts, where, "/worksheet")
    sheets = tuple(
        SheetPart(
            attributes.get("name", ""),
            sheet_parts[attributes["id"]],
            attributes.get("state", "visible") != "visible",
        )
        for name, attributes, _ in page
        if name == "sheet" and attributes.get("id", "") in sheet_parts
    )
    epoch_1904 = any(
        name == "workbookPr" and attributes.get("date1904") in ("1", "true") for name, attributes, _ in page
    )
    ranges = _named_ranges(page) | _excel_tables(parts, sheets)
    return Book(sheets, epoch_1904, ranges)


def workbook_part(parts: Parts) -> str:
    """Return the name of the part that lists the worksheets; raises SourceError where there is none."""
    for target in targets(parts, "", "/officeDocument").values():
        if target in parts.names:
            return target
    if "xl/workbook.xml" not in parts.names:
        raise damaged(parts.name, "it has no list of worksheets")
    return "xl/workbook.xml"


def targets(parts: Parts, part: str, kind: str) -> dict[str, str]:
    """Return the parts of one kind that a part refers to, by relationship id."""
    folder, _, base = part.rpartition("/")
    rels = f"{folder}/_rels/{base}.rels".lstrip("/")
    found = {}
    if rels in parts.names:
        for name, attributes, _ in elements(parts, rels):
            target = attributes.get("Target", "").replace("\\", "/")
            if name == "Relationship" and attributes.get("Type", "").endswith(kind):
                path = target if target.startswith("/") else f"/{folder}/{target}"
                found[attributes.get("Id", "")] = posixpath.normpath(path).lstrip("/")
    return found


def _named_ranges(page: list[Element]) -> dict[str, tuple[str, Range]]:
    found = {}
    for name, attributes, text in page:
        place = re.fullmatch(r"'?(.+?)'?!(\$?[A-Z]+\$?\d+:\$?[A-Z]+\$?\d+)", text.strip())
        if name == "definedName" and place:
            sheet = place[1].replace("''", "'")
            found[attributes.get("name", "").casefold()] = (sheet, corners(place[2]))
    return found


def _excel_tables(parts: Parts, sheets: tuple[SheetPart, ...]) -> dict[str, tuple[str, Range]]:
    found = {}
    for sheet in sheets:
        for target in targets(parts, sheet.part, "/table").values():
            if target not in parts.names:
                continue
            _, attributes, _ = elements(parts, target)[0]
            for name in (attributes.get("displayName"), attributes.get("name")):
                if name and ":" in attributes.get("ref", ""):
                    found[name.casefold()] = (sheet.name, corners(attributes["ref"]))
    return found


def corners(reference: str) -> Range:
    """Return the corners of a reference such as "A3:K200" or "$A$3:$K$200"."""
    found = re.findall(r"([A-Z]+)(\d+)", reference.replace("$", "").upper())
    (first_column, first_row), (last_column, last_row) = found[0], found[-1]
    return int(first_row), column_number(first_column), int(last_row), column_number(last_column)
