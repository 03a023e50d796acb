"""The improvement log and the memory: what people typed is taken, what they have to see is written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from complaints_sheet.app.improvement_log import LogFile, made_log, open_by, read_log, replaced, rewritten
from complaints_sheet.app.workplace import Desk
from complaints_sheet.core.columns import column_letter
from complaints_sheet.core.idea_words import event_cells
from complaints_sheet.core.ideas import Comment, Event, Idea, decided, idea_id
from complaints_sheet.core.improvement_log import (
    Base,
    Held,
    Log,
    LogRow,
    Plan,
    Sheet,
    answer,
    by_number,
    log_from,
    planned,
    settled,
    torn,
    typed,
    veiled,
)
from complaints_sheet.core.log_columns import BY_KEY, HISTORY_HEADINGS
from complaints_sheet.core.log_comments import Heard, heard
from complaints_sheet.core.proposals import folded
from complaints_sheet.errors import SourceError
from complaints_sheet.workbooks.improvement_log import SheetEdit, stage_label

COPIES = "improvement log"


@dataclass(frozen=True, slots=True)
class Exchange:
    """The log as it was read, and what of it could be taken.

    `numbered` are rows that get the number of an idea; `refused` says by idea what could not be taken.
    """

    file: LogFile
    log: Log
    base: Base
    numbered: Mapping[int, int] = field(default_factory=dict)
    refused: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def taken_in(desk: Desk) -> tuple[Exchange | None, tuple[str, ...]]:
    """Take over what people typed in the log, and return it with notes; None where it cannot be used now."""
    path = desk.config.ideas.log
    if path is None:
        return None, ()
    try:
        file = _there(desk, path)
    except SourceError as error:
        return None, (f"The improvement log was not read. {error.message} {error.next_step}".strip(),)
    found = log_from(file.tables, day_first=desk.config.organisation.day_first)
    if isinstance(found, str):
        return None, (f"{path.name} was not read: {found}. Put the heading back, or move the file away.",)
    memory = desk.state.ideas.log()
    found = veiled(found, memory.forgotten)
    if not file.path.exists():
        found_base: Base = {}
    else:
        found_base = settled(found, memory.base, memory.intended)
    if torn(found, found_base):
        return None, (
            f"{path.name} was not read: some columns were sorted without the others, so rows hold each "
            "other's cells. Undo the sorting, or bring back an earlier version of the file.",
        )
    known = dict(desk.state.ideas.known())
    taking = _Taking(desk.moment.date(), known, found, found_base)
    taking.take()
    desk.state.ideas.decide(taking.changed.values(), taking.events)
    _hear(desk, taking.log, known)
    desk.state.ideas.keep_log(replace(memory, base=taking.base, intended={}))
    exchange = Exchange(file, taking.log, taking.base, taking.numbered, taking.refused)
    return exchange, (*file.notes, *taking.notes)


def _there(desk: Desk, path: Path) -> LogFile:
    """Return the log, or a new one where there is none; SourceError where that cannot be told now."""
    file = read_log(path)
    if file is not None:
        return file
    if open_by(path):
        raise SourceError(f"{path.name} is open, and is being saved.", "It is read on the next run.")
    if not path.parent.is_dir():
        raise SourceError(f"There is no folder {path.parent}.", "Check `log` under `ideas` in config.yaml.")
    return made_log(path, desk.config.brand.name or desk.config.organisation.name)


class _Taking:
    """What people typed, taken over row by row."""

    def __init__(self, today: date, known: dict[int, Idea], log: Log, base: Base) -> None:
        self.today, self.known, self.log = today, known, log
        self.base = {number: dict(cells) for number, cells in base.items()}
        self.changed: dict[int, Idea] = {}
        self.events: list[Event] = []
        self.refused: dict[int, tuple[str, ...]] = {}
        self.numbered: dict[int, int] = {}
        self.notes: list[str] = []

    def take(self) -> None:
        """Take over every row; those without a number first get one."""
        self._number_rows()
        rows, again = by_number(self.log)
        for row in again:
            self.notes.append(
                f"Row {row.row} of the log repeats {idea_id(row.number or 0)} and was not read."
            )
        for number, row in rows.items():
            if number not in self.known:
                self.notes.append(f"Row {row.row} of the log: there is no idea {idea_id(number)}.")
                continue
            edits = typed(row, self.base.get(number, {}))
            if edits:
                self._take_row(number, edits)

    def _take_row(self, number: int, edits: Mapping[str, str]) -> None:
        answers, refused = {}, {}
        for key, text in edits.items():
            value, trouble = answer(key, text, self.today)
            if trouble:
                refused[key] = trouble
            else:
                answers[key] = value
        after = decided(self.known[number], answers, self.today, self.known, by="", place="the log")
        refused |= after.refused
        if after.events:
            self.known[number] = self.changed[number] = after.idea
            self.events.extend(after.events)
        if refused:
            self.refused[number] = tuple(dict.fromkeys(refused.values()))
        held = self.base.setdefault(number, {})
        held.update({key: Held(text, ours=False) for key, text in edits.items() if key not in refused})

    def _number_rows(self) -> None:
        """Give a number to each row in which somebody wrote an idea without one."""
        rows, _ = by_number(self.log)
        without = {folded(each.words): number for number, each in self.known.items() if number not in rows}
        listed = {folded(each.words): number for number, each in self.known.items() if number in rows}
        found: list[LogRow] = []
        for row in self.log.rows:
            words = row.cells.get("words", "")
            if row.number is not None or row.tag or not words:
                if row.tag and row.number is None:
                    self.notes.append(f"Row {row.row} of the log: “{row.tag[:20]}” is no idea number.")
                found.append(row)
                continue
            key = folded(words)
            if key in listed and self.known[listed[key]].live:
                self.notes.append(f"Row {row.row} of the log says the same as {idea_id(listed[key])}.")
                found.append(row)
                continue
            number = without.pop(key, None) or self._new(words)
            listed[key] = self.numbered[row.row] = number
            found.append(replace(row, number=number))
        self.log = replace(self.log, rows=tuple(found))

    def _new(self, words: str) -> int:
        number = max(self.known, default=0) + 1
        self.known[number] = self.changed[number] = Idea(number, words, self.today, self.today)
        self.events.append(Event(number, self.today, "idea", "", words, "", "the log"))
        return number


def _hear(desk: Desk, log: Log, known: Mapping[int, Idea]) -> None:
    found = heard(log.comment_rows, desk.state.ideas.comments(), known, desk.moment.date())
    desk.state.ideas.hear([comment for _, comment in found.new], found.changed)


# --- writing -------------------------------------------------------------------------------------------


def brought_up_to_date(
    desk: Desk, exchange: Exchange, wanted: Mapping[int, Mapping[str, str]]
) -> tuple[str, ...]:
    """Write into the log what it has to show, and return why that has to wait, if it does.

    What is meant to be written is committed first, so that after a crash the cells are known to be ours.
    """
    ideas = desk.state.ideas
    if not exchange.file.path.exists() and not wanted:
        return ()  # no log is made before there is an idea
    memory = ideas.log()
    plan = planned(exchange.log, exchange.base, wanted)
    comments = ideas.comments()
    events = ideas.events(after=memory.events if exchange.file.path.exists() else 0)
    edits = [*_edits(exchange, plan, comments, known=set(wanted), today=desk.moment.date(), events=events)]
    if not edits or desk.dry_run:
        ideas.keep_log(replace(memory, base=plan.base))
        return ()
    if open_by(exchange.file.path):
        return (f"{exchange.file.path.name} is open; it is brought up to date once it is closed.",)
    try:
        content = rewritten(exchange.file, edits)
    except SourceError as error:
        return (f"{error.message} {error.next_step}",)
    ideas.keep_log(replace(memory, intended=plan.intended))
    why = replaced(exchange.file, content, desk.config.state.folder / COPIES, desk.moment)
    if why:
        return (why,)
    last = events[-1].number if events else memory.events
    ideas.keep_log(replace(memory, base=plan.base, intended={}, events=last))
    if exchange.log.comments is not None:
        ideas.hear([], [replace(each, listed=True) for each in comments if not each.listed])
    return ()


def _edits(
    exchange: Exchange,
    plan: Plan,
    comments: Sequence[Comment],
    *,
    known: set[int],
    today: date,
    events: Sequence[Event],
) -> Iterator[SheetEdit]:
    log = exchange.log
    columns = log.ideas.columns
    cells = {(row, columns[key]): _shown(key, text) for row, key, text in plan.cells if key in columns}
    for row, number in exchange.numbered.items():
        cells[row, columns["number"]] = ("text", idea_id(number))
    rows = [_row(texts, log.ideas) for _, texts in plan.new]
    if cells or rows:
        yield _edit(log.ideas, cells, rows)
    if log.comments is not None:
        yield from _comment_edits(log, log.comments, comments, known, today)
    if log.history is not None and events:
        kinds = ("date", *("text",) * (len(HISTORY_HEADINGS) - 1))
        past = [dict(enumerate(zip(kinds, event_cells(each), strict=True))) for each in events]
        first = min(log.history.columns.values())
        yield _edit(log.history, {}, [{first + at: cell for at, cell in row.items()} for row in past])


def _comment_edits(
    log: Log, sheet: Sheet, comments: Sequence[Comment], known: set[int], today: date
) -> Iterator[SheetEdit]:
    found: Heard = heard(log.comment_rows, comments, known, today)
    rows = {row.row: row for row in log.comment_rows}
    cells: dict[tuple[int, int], tuple[str, str]] = {}
    for each in comments:
        row = rows.get(found.rows.get(each.number, 0))
        if row is None:
            continue
        if not row.day and "day" in sheet.columns:
            cells[row.row, sheet.columns["day"]] = ("date", each.day.isoformat())
        if not row.pack and each.pack and "pack" in sheet.columns:
            cells[row.row, sheet.columns["pack"]] = ("date", each.pack.isoformat())
    new = [
        {
            sheet.columns[key]: (kind, text)
            for key, kind, text in (
                ("number", "text", idea_id(each.idea) if each.idea else each.about),
                ("words", "text", each.words),
                ("who", "text", each.who),
                ("day", "date", each.day.isoformat()),
                ("pack", "date", each.pack.isoformat() if each.pack else ""),
            )
            if key in sheet.columns
        }
        for each in comments
        if not each.listed
    ]
    if cells or new:
        yield _edit(sheet, cells, new)


def _edit(
    sheet: Sheet,
    cells: Mapping[tuple[int, int], tuple[str, str]],
    rows: Iterable[Mapping[int, tuple[str, str]]],
) -> SheetEdit:
    return SheetEdit(sheet.name, max(sheet.last_row, sheet.heading_row), cells, tuple(rows))


def _row(texts: Mapping[str, str], sheet: Sheet) -> dict[int, tuple[str, str]]:
    """Return a whole row of the ideas sheet; the days in its stage are counted by the spreadsheet itself."""
    cells = {sheet.columns[key]: _shown(key, text) for key, text in texts.items() if key in sheet.columns}
    if "days" in sheet.columns and "since" in sheet.columns:
        since = f"{column_letter(sheet.columns['since'])}{{row}}"
        formula = f'IF({since}="","",TODAY()-{since})'
        cells[sheet.columns["days"]] = ("days", f"{formula}|{texts.get('days', '0')}")
    return cells


def _shown(key: str, text: str) -> tuple[str, str]:
    """Return a cell with its kind, as the workbook writes it."""
    kind = BY_KEY[key].kind
    if kind == "stage":
        return "text", stage_label(text)
    return ("date", text) if kind in ("date", "told") else (kind, text)
