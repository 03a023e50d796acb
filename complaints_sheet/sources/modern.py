"""Reads .xlsx and .xlsm: every part checked, every worksheet scanned before the fast reader sees a byte."""

import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any

from complaints_sheet.core.columns import column_letter
from complaints_sheet.core.model import BadCell, Raw, Table
from complaints_sheet.errors import SourceError
from complaints_sheet.sources.file_kinds import password_protected
from complaints_sheet.sources.limits import Limits, too_large
from complaints_sheet.sources.sheet_scan import SheetFacts, scan_sheet
from complaints_sheet.sources.workbook_parts import Book, Range, SheetPart, read_book
from complaints_sheet.sources.zip_checks import Parts, check_all, damaged

MOST_STRAYS = 100
ROOMY_BLOCK_CELLS = 20_000_000


def read_modern(
    parts: Parts, content: bytes, limits: Limits, sheets: Sequence[str], table: str | None
) -> tuple[tuple[Table, ...], tuple[str, ...]]:
    """Return the worksheets wanted (all where `sheets` is empty) and plain notes; raises SourceError."""
    book = read_book(parts)
    wanted, block = _wanted(parts.name, book, sheets, table)
    parts_to_scan = {each.part for each in wanted}
    check_all(parts, skip=lambda part: part in parts_to_scan)
    facts = {each.name: scan_sheet(parts.name, each.part, _opener(parts, each.part)) for each in wanted}
    strays = {each.name: _strays(parts.name, each.name, facts[each.name], limits) for each in wanted}
    if any(strays.values()):
        content = _without(parts, {each.part: strays[each.name] for each in wanted if strays[each.name]})
    tables = _read(parts.name, content, book, wanted, facts)
    notes = tuple(_stray_note(sheet, cells) for sheet, cells in strays.items() if cells)
    return tuple(_cropped(each, block) if block else each for each in tables), notes


def sheet_missing(name: str, wanted: str, there: Sequence[str]) -> SourceError:
    """Return the error for a worksheet that the register does not have, with the nearest name."""
    from rapidfuzz import process

    nearest = process.extractOne(wanted, there, score_cutoff=60)
    names = ", ".join(there)
    return SourceError(
        f"{name} has no worksheet called {wanted}."
        + (f" The nearest name is {nearest[0]}." if nearest else ""),
        f"Its worksheets are: {names}. Correct `sheet` under `register` in config.yaml, or leave it out.",
    )


def _wanted(
    name: str, book: Book, sheets: Sequence[str], table: str | None
) -> tuple[tuple[SheetPart, ...], Range | None]:
    if table is not None:
        if table.casefold() not in book.ranges:
            names = ", ".join(sorted(book.ranges)) or "none"
            raise SourceError(
                f"{name} has no table or named range called {table}.",
                f"It has: {names}. Correct `table` under `register` in config.yaml, or leave it out.",
            )
        sheet, block = book.ranges[table.casefold()]
        return tuple(each for each in book.sheets if each.name.casefold() == sheet.casefold()), block
    if not sheets:
        return book.sheets, None
    folded = {sheet.strip().casefold() for sheet in sheets}
    found = tuple(each for each in book.sheets if each.name.strip().casefold() in folded)
    if not found:
        raise sheet_missing(name, sheets[0], [each.name for each in book.sheets])
    return found, None


def _opener(parts: Parts, part: str) -> Any:
    return lambda: parts.chunks(part)


def _strays(name: str, sheet: str, facts: SheetFacts, limits: Limits) -> tuple[tuple[int, int], ...]:
    """Return the few cells far from the others that would make the block too large; raises SourceError."""
    beyond = {(row, column) for row, column in facts.far if row > limits.rows or column > limits.columns}
    near = [place for place in facts.far if place not in beyond]
    last_row = max((row for row, _ in near), default=min(facts.last_row, 99_999))
    last_column = max((column for _, column in near), default=26)
    if last_row * last_column > ROOMY_BLOCK_CELLS and len(near) <= MOST_STRAYS:
        beyond.update(near)
    if len(beyond) <= MOST_STRAYS and (facts.last_row <= limits.rows or beyond):
        return tuple(sorted(beyond))
    rows = max((row for row, _ in beyond), default=facts.last_row)
    if rows > limits.rows:
        raise too_large(name, f"{rows:,} rows on the sheet {sheet}", "rows", limits.rows)
    columns = max((column for _, column in beyond), default=0)
    raise too_large(name, f"{columns:,} columns on the sheet {sheet}", "columns", limits.columns)


def _stray_note(sheet: str, cells: tuple[tuple[int, int], ...]) -> str:
    named = ", ".join(f"{column_letter(column)}{row}" for row, column in cells[:5])
    if len(cells) == 1:
        return f"On the sheet {sheet}, the cell {named} far from the table was not read. Delete it in Excel."
    return f"On the sheet {sheet}, {len(cells)} cells far from the table were not read: {named}."


def _without(parts: Parts, strays: dict[str, tuple[tuple[int, int], ...]]) -> bytes:
    """Return the workbook, in memory only, without those cells."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
        for part in sorted(parts.names):
            xml = parts.whole(part)
            for row, column in strays.get(part, ()):
                xml = _without_cell(parts.name, xml, f"{column_letter(column)}{row}")
            copy.writestr(part, xml)
    return target.getvalue()


def _without_cell(name: str, xml: bytes, address: str) -> bytes:
    start = rf'<(\w+:)?c\b[^>]*\br=["\']{address}["\']'.encode()
    fewer, count = re.subn(start + rb"(?:[^>]*/>|[^>]*[^/]>.*?</(?:\w+:)?c>)", b"", xml, flags=re.DOTALL)
    if not count:
        raise SourceError(
            f"{name} has a cell far away from everything else, at {address}.",
            "Delete that cell in Excel and save.",
        )
    return fewer


def _read(
    name: str, content: bytes, book: Book, wanted: Sequence[SheetPart], facts: dict[str, SheetFacts]
) -> list[Table]:
    import python_calamine

    try:
        workbook = python_calamine.load_workbook(io.BytesIO(content))
        return [
            _table(name, workbook.get_sheet_by_name(each.name), each, book, facts[each.name])
            for each in wanted
        ]
    except python_calamine.PasswordError as error:
        raise password_protected(name) from error
    except BaseException as error:
        # A panic of the Rust library is no Exception; what a person pressed is let through.
        if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError, SourceError)):
            raise
        raise damaged(name, "its worksheets cannot be read") from error


def _table(name: str, sheet: Any, part: SheetPart, book: Book, facts: SheetFacts) -> Table:
    rows: list[list[Raw]] = sheet.to_python(skip_empty_area=True)
    top, left = sheet.start or (0, 0)
    return Table(
        source=name,
        sheet=part.name,
        rows=overlaid(rows, top + 1, left + 1, facts.bad),
        first_row=top + 1,
        first_column=left + 1,
        hidden=part.hidden,
        hidden_rows=frozenset(facts.hidden_rows),
        merged=tuple(facts.merged),
        epoch_1904=book.epoch_1904,
    )


def overlaid(
    rows: list[list[Raw]], first_row: int, first_column: int, bad: dict[tuple[int, int], BadCell]
) -> list[list[Raw]]:
    """Return the rows with the error cells and uncalculated formulas that the fast reader left blank."""
    width = max(map(len, rows[:1]), default=0)
    for (row, column), cell in bad.items():
        down, across = row - first_row, column - first_column
        if down < 0 or across < 0:  # above or left of every value: nothing of a table can be there
            continue
        while down >= len(rows):
            rows.append([""] * width)
        cells = rows[down]
        cells.extend([""] * (across + 1 - len(cells)))
        cells[across] = cell
    return rows


def _cropped(table: Table, block: Range) -> Table:
    from dataclasses import replace

    first_row, first_column, last_row, last_column = block
    left, top = max(first_column - table.first_column, 0), max(first_row - table.first_row, 0)
    rows = table.rows[top : last_row - table.first_row + 1]
    cells = [row[left : last_column - table.first_column + 1] for row in rows]
    return replace(
        table, rows=cells, first_row=table.first_row + top, first_column=table.first_column + left, block=True
    )
