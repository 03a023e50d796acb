"""The improvement log as values: what people typed in it, and what may be written where."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeAlias

from complaints_sheet.core.cells import clean, read_date, shown
from complaints_sheet.core.date_text import DateText
from complaints_sheet.core.ideas import STAGES, Answer, idea_id, idea_number
from complaints_sheet.core.log_columns import (
    BY_KEY,
    COLUMNS,
    COMMENT_COLUMNS,
    FREE_TEXT,
    HISTORY_HEADINGS,
    Kind,
    LogColumn,
)
from complaints_sheet.core.model import Raw, Table
from complaints_sheet.core.privacy import Fingerprints
from complaints_sheet.core.proposals import folded

SEARCHED_ROWS = 30  # the heading row is looked for among so many
TORN_ROWS = 3  # that must have each other's cells before the log counts as sorted badly


@dataclass(frozen=True, slots=True)
class LogRow:
    """One row of ideas: its row number, the idea it is about where that is clear, and its cells as text."""

    row: int
    number: int | None
    tag: str  # what stands in the column of the number
    cells: Mapping[str, str]
    veiled: frozenset[str] = frozenset()  # columns that hold a forgotten name, which `cells` has masked


@dataclass(frozen=True, slots=True)
class CommentRow:
    """One row of comments as it stands in the log."""

    row: int
    tag: str
    words: str
    who: str
    day: str
    pack: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where a worksheet of the log has its columns, by key, and where its rows end."""

    name: str
    heading_row: int
    columns: Mapping[str, int]
    last_row: int


@dataclass(frozen=True, slots=True)
class Log:
    """The log as it was read."""

    ideas: Sheet
    rows: tuple[LogRow, ...]
    comments: Sheet | None
    comment_rows: tuple[CommentRow, ...]
    history: Sheet | None


@dataclass(frozen=True, slots=True)
class Held:
    """What a cell is known to have held last; `ours` where the program wrote it and nobody changed it."""

    text: str
    ours: bool


Base: TypeAlias = Mapping[int, Mapping[str, Held]]
"""By the number of the idea and the key of the column: what each cell of the log held last."""

_NOTHING = Held("", ours=True)
_TICKS = frozenset({"yes", "y", "x", "done", "true", "✓", "✔"})


# --- reading -------------------------------------------------------------------------------------------


def log_from(tables: Sequence[Table], *, day_first: bool) -> Log | str:
    """Return the log in a workbook's worksheets, or why it cannot be told where it is, in plain words."""
    ideas = next(
        (found for each in tables if (found := _sheet(each, COLUMNS, ("number", "words", "stage")))), None
    )
    if ideas is None:
        return "no worksheet has the headings “Idea no.”, “Idea” and “Stage” in one row"
    table, sheet = ideas
    comments = next(
        (said for each in tables if (said := _sheet(each, COMMENT_COLUMNS, ("number", "words", "who")))),
        None,
    )
    rows = tuple(_rows(table, sheet, COLUMNS, day_first))
    return Log(
        sheet,
        tuple(LogRow(at, idea_number(cells["number"]), cells.pop("number"), cells) for at, cells in rows),
        comments[1] if comments else None,
        tuple(_comment_rows(*comments, day_first)) if comments else (),
        next((past for each in tables if (past := _history(each))), None),
    )


def _sheet(table: Table, wanted: Sequence[LogColumn], needed: Sequence[str]) -> tuple[Table, Sheet] | None:
    headings = {folded(column.heading): column.key for column in reversed(wanted)}
    for offset, row in enumerate(table.rows[:SEARCHED_ROWS]):
        found: dict[str, int] = {}
        for place, raw in enumerate(row):
            key = headings.get(folded(shown(raw))) if raw is not None else None
            if key is not None:
                found.setdefault(key, table.first_column + place)
        if all(key in found for key in needed):
            return table, Sheet(table.sheet, table.first_row + offset, found, _last_row(table))
    return None


def _last_row(table: Table) -> int:
    """Return the last row that holds anything: a spreadsheet program may keep a thousand empty ones."""
    filled = (at for at, row in enumerate(table.rows) if any(shown(raw) for raw in row))
    return table.first_row + max(filled, default=-1)


def _history(table: Table) -> Sheet | None:
    for offset, row in enumerate(table.rows[:SEARCHED_ROWS]):
        texts = [shown(raw) for raw in row]
        if tuple(texts[: len(HISTORY_HEADINGS)]) == HISTORY_HEADINGS:
            columns = {name: table.first_column + at for at, name in enumerate(HISTORY_HEADINGS)}
            return Sheet(table.sheet, table.first_row + offset, columns, _last_row(table))
    return None


def _rows(
    table: Table, sheet: Sheet, wanted: Sequence[LogColumn], day_first: bool
) -> Iterator[tuple[int, dict[str, str]]]:
    kinds = {column.key: column.kind for column in wanted}
    for offset, row in enumerate(table.rows):
        at = table.first_row + offset
        if at <= sheet.heading_row:
            continue
        cells = {
            key: cell_text(kinds[key], _at(row, column - table.first_column), day_first=day_first)
            for key, column in sheet.columns.items()
        }
        if any(text for key, text in cells.items() if kinds[key] != "days"):
            yield at, cells


def _comment_rows(table: Table, sheet: Sheet, day_first: bool) -> Iterator[CommentRow]:
    for at, cells in _rows(table, sheet, COMMENT_COLUMNS, day_first):
        said = {column.key: cells.get(column.key, "") for column in COMMENT_COLUMNS}
        if said["words"]:
            yield CommentRow(at, said["number"], said["words"], said["who"], said["day"], said["pack"])


def _at(row: Sequence[Raw], place: int) -> Raw:
    return row[place] if 0 <= place < len(row) else None


def cell_text(kind: Kind, raw: Raw, *, day_first: bool) -> str:
    """Return a cell in the one form in which cells are compared: dates in ISO form, stages by their name.

    What cannot be understood stays as it was typed.
    """
    text = shown(raw)
    if kind in ("date", "told"):
        found = _day(raw, day_first=day_first)
        return found.isoformat() if found else text
    if kind == "stage":
        return next((stage for stage in STAGES if folded(stage) == folded(text)), text)
    if kind == "idea":
        number = idea_number(text)
        return idea_id(number) if number is not None else text
    return clean(text)


def _day(raw: Raw, *, day_first: bool) -> date | None:
    found = read_date(raw) if raw not in (None, "") else None
    if isinstance(found, DateText):
        if not found.readings or found.sense in ("no year", "two", "placeholder", "unreadable"):
            return None
        found = found.readings[-1] if found.sense == "either" and not day_first else found.readings[0]
    if isinstance(found, datetime):
        return found.date()
    return found if isinstance(found, date) else None


def answer(key: str, text: str, today: date) -> tuple[Answer, str]:
    """Return what a person's cell means, and why it cannot be taken (empty where it can)."""
    column = BY_KEY[key]
    if column.kind == "idea":
        number = idea_number(text)
        return number, "" if number is not None or not text else f"“{_short(text)}” is no idea number."
    if column.kind not in ("date", "told"):
        return text, ""
    if column.kind == "told" and text.casefold() in _TICKS:
        return today, ""
    day = iso_day(text)
    return day, "" if day or not text else f"{column.heading}: “{_short(text)}” is not a date."


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def iso_day(text: str) -> date | None:
    """Return the date of a text in ISO form, or None."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def veiled(log: Log, forgotten: Fingerprints) -> Log:
    """Return the log as it is taken over: forgotten names are masked wherever somebody's words hold one."""
    if not forgotten.parts:
        return log
    return replace(
        log,
        rows=tuple(_veiled_row(row, forgotten) for row in log.rows),
        comment_rows=tuple(
            replace(row, words=forgotten.masked(row.words), tag=forgotten.masked(row.tag))
            for row in log.comment_rows
        ),
    )


def _veiled_row(row: LogRow, forgotten: Fingerprints) -> LogRow:
    free = {key: forgotten.masked(row.cells[key]) for key in FREE_TEXT if key in row.cells}
    hidden = frozenset(key for key, text in free.items() if text != row.cells[key])
    return replace(row, cells={**row.cells, **free}, veiled=hidden) if hidden else row


# --- what people typed ---------------------------------------------------------------------------------


def by_number(log: Log) -> tuple[Mapping[int, LogRow], tuple[LogRow, ...]]:
    """Return the first row of each idea, and the rows that repeat the number of one."""
    first: dict[int, LogRow] = {}
    again: list[LogRow] = []
    for row in log.rows:
        if row.number is not None:
            if row.number in first:
                again.append(row)
            else:
                first[row.number] = row
    return first, tuple(again)


def settled(log: Log, base: Base, intended: Mapping[int, Mapping[str, str]]) -> Base:
    """Return the base after a write that may or may not have come to its end."""
    rows, _ = by_number(log)
    after = {number: dict(cells) for number, cells in base.items()}
    for number, cells in intended.items():
        for key, text in cells.items():
            if number in rows and rows[number].cells.get(key, "") == text:
                after.setdefault(number, {})[key] = Held(text, ours=True)
    return after


def typed(row: LogRow, held: Mapping[str, Held]) -> dict[str, str]:
    """Return what people typed in a row since it was read last, of the columns in which they decide."""
    return {
        key: text
        for key, text in row.cells.items()
        if not BY_KEY[key].ours
        and text != held.get(key, _NOTHING).text
        and not (key == "stage" and not text)  # an emptied stage decides nothing
    }


def torn(log: Log, base: Base) -> bool:
    """Return True where some columns were sorted without the others, so that rows hold each other's cells."""
    rows, _ = by_number(log)
    known = [(rows[number], cells) for number, cells in base.items() if number in rows]
    return _moved_words(known) or _moved_decisions(known)


def _moved_words(known: Sequence[tuple[LogRow, Mapping[str, Held]]]) -> bool:
    words = {cells["words"].text for _, cells in known if "words" in cells}
    moved = [
        row
        for row, cells in known
        if "words" in cells
        and row.cells.get("words", "") != cells["words"].text
        and row.cells.get("words") in words
    ]
    return len(moved) >= 2


def _moved_decisions(known: Sequence[tuple[LogRow, Mapping[str, Held]]]) -> bool:
    keys = [column.key for column in COLUMNS if not column.ours]
    keys = [key for key in keys if known and key in known[0][0].cells]
    now = [tuple(row.cells.get(key, "") for key in keys) for row, _ in known]
    then = [tuple(cells.get(key, _NOTHING).text for key in keys) for _, cells in known]
    differ = sum(one != other for one, other in zip(now, then, strict=True))
    return differ >= TORN_ROWS and Counter(now) == Counter(then)


# --- what may be written -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Plan:
    """What the program would write into the log, and what its cells hold then.

    `cells` are (row, column key, text) of the ideas sheet; `new` are the ideas that need a row, with texts by
    key. `intended` is everything of it by idea, for after a crash.
    """

    cells: tuple[tuple[int, str, str], ...] = ()
    new: tuple[tuple[int, Mapping[str, str]], ...] = ()
    base: Base = field(default_factory=dict)
    intended: Mapping[int, Mapping[str, str]] = field(default_factory=dict)


def planned(log: Log | None, base: Base, wanted: Mapping[int, Mapping[str, str]]) -> Plan:
    """Return what to write so that the log shows `wanted`: texts by idea and column key.

    A cell is written only where it is blank or still holds what the program itself wrote there. What a person
    typed stays, whatever is wanted. A forgotten name that the program itself wrote is written over.
    """
    rows, _ = by_number(log) if log else ({}, ())
    cells: list[tuple[int, str, str]] = []
    after = {number: dict(held) for number, held in base.items() if number in wanted}
    intended: dict[int, dict[str, str]] = {}
    for number, texts in wanted.items():
        row = rows.get(number)
        if row is None:
            intended[number] = dict(texts)
            after[number] = {key: Held(text, ours=True) for key, text in texts.items()}
            continue
        for key, text in texts.items():
            if key not in row.cells or BY_KEY[key].kind == "days":
                continue
            held, now = after.get(number, {}).get(key, _NOTHING), row.cells[key]
            ours = held.ours and held.text == now
            if now == text and not (ours and key in row.veiled):
                after.setdefault(number, {})[key] = Held(text, held.ours if held.text == now else False)
            elif not now or ours:
                cells.append((row.row, key, text))
                intended.setdefault(number, {})[key] = text
                after.setdefault(number, {})[key] = Held(text, ours=True)
    new = tuple((number, texts) for number, texts in wanted.items() if number not in rows)
    return Plan(tuple(cells), new, after, intended)
