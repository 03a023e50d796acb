"""What the program's own columns in the register say: row by row, and which of their cells have to change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from complaints_sheet.core.calculated import CASE_REF, CHECKED_AT, DUE_BY, NEEDS, STATUS, status_heading
from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.columns import column_letter
from complaints_sheet.core.lines import Line, LineRules, is_fresh, lines_of
from complaints_sheet.core.model import Case, Judgement, Layout, Verdict
from complaints_sheet.core.wording import clock_time, listing, shorten
from complaints_sheet.errors import SourceError

NOTHING = "Nothing for now"
NOBODY = "Decide who looks after it"
LONGEST = 250


@dataclass(frozen=True, slots=True)
class RowStatus:
    """What the program says of one row: its case, the day the next thing is due, what it needs."""

    case: str
    due_by: str
    needs: str


@dataclass(frozen=True, slots=True)
class SheetStatus:
    """The program's own columns of one table: their numbers by heading, and what is to stand in each row."""

    source: str
    sheet: str
    header_row: int
    columns: Mapping[str, int]
    rows: Mapping[int, RowStatus]


def sheet_statuses(
    judgement: Judgement,
    today: date,
    calendar: Calendar,
    rules: LineRules,
    accepted: frozenset[str] = frozenset(),
) -> tuple[SheetStatus, ...]:
    """Return what the program's own columns should say, table by table.

    `accepted` are the keys of findings that somebody accepted. SourceError where the columns are not there,
    with where to type their headings.
    """
    said = {line.case: line for line in lines_of(judgement, today, calendar, rules, accepted)}
    rows: dict[int, dict[int, RowStatus]] = {}
    for case, verdicts in zip(judgement.register.cases, judgement.verdicts, strict=True):
        fresh = is_fresh(case, today, calendar, rules.grace_days)
        status = _status(case, verdicts, said.get(case), is_new=fresh)
        rows.setdefault(id(case.layout), {})[case.row] = status
    layouts = {id(case.layout): case.layout for case in judgement.register.cases}
    _refuse_side_by_side([*layouts.values()])
    return tuple(
        SheetStatus(layout.source, layout.sheet, layout.header_row, _columns(layout), rows[mark])
        for mark, layout in layouts.items()
    )


def _status(case: Case, verdicts: Sequence[Verdict], line: Line | None, *, is_new: bool) -> RowStatus:
    return RowStatus(case.id or "", _due_by(verdicts), shorten(_needs(case, line, is_new=is_new), LONGEST))


def _needs(case: Case, line: Line | None, *, is_new: bool) -> str:
    """Return what the digest says of the case, without addresses of cells: sorting would make them wrong."""
    if line is not None and not line.is_checked:
        return f"{line.action} ({line.over_words})" if line.over_words else line.action
    if case.open and not case.text("case_owner") and not is_new:
        return NOBODY
    return NOTHING


def _due_by(verdicts: Sequence[Verdict]) -> str:
    """Return the first day that something is still due, "2026-11-23", or "" where no clock waits."""
    due = [
        each.due
        for each in verdicts
        if each.due is not None and each.stop is None and each.outcome in ("running", "breached")
    ]
    return min(map(_stamp, due), default="")


def _stamp(moment: date | datetime) -> str:
    """Return a day, or a moment, so that sorting the texts sorts the days."""
    if isinstance(moment, datetime):
        return f"{moment.date().isoformat()} {clock_time(moment)}"
    return moment.isoformat()


def _columns(layout: Layout) -> Mapping[str, int]:
    found = {status_heading(column.heading): column.number for column in layout.own}
    if len(found) == len(layout.own) == len(STATUS):
        return found
    if layout.own:
        raise SourceError(
            f"Nothing was written into {layout.source}: a heading of its own columns stands twice in row "
            f"{layout.header_row} of the sheet {layout.sheet}.",
            "Delete the second one.",
        )
    last = max(column.number for column in (*layout.columns.values(), *layout.extra))
    cells = listing(f"{column_letter(last + 1 + at)}{layout.header_row}" for at in range(len(STATUS)))
    raise SourceError(
        f"Nothing was written into {layout.source}: the sheet {layout.sheet} has no columns for it yet.",
        f"Type these four headings, once, into {cells} of that sheet, and save: {', '.join(STATUS)}.",
    )


def _refuse_side_by_side(layouts: Sequence[Layout]) -> None:
    """Raise SourceError where two tables share rows: a row would then have to say two things."""
    seen: set[tuple[str, str, int]] = set()
    for layout in layouts:
        mark = (layout.source, layout.sheet, layout.first_column)
        others = {each for each in seen if each[:2] == mark[:2]}
        if others and mark not in others:
            raise SourceError(
                f"Nothing was written into {layout.source}: its sheet {layout.sheet} holds several tables "
                "side by side.",
                "Put each table on a worksheet of its own.",
            )
        seen.add(mark)


# --- which cells have to change --------------------------------------------------------------------------


def changed_cells(
    status: SheetStatus, now_there: Mapping[tuple[int, int], str], moment: datetime
) -> dict[int, dict[int, str]]:
    """Return the texts to write, by row and column, from what stands there now.

    A row is stamped anew where it says something else, and once a day. SourceError where a cell holds what
    the program did not write: every row it wrote has a stamp, and people's own words are never overwritten.
    """
    found: dict[int, dict[int, str]] = {}
    stamp = f"{moment.date().isoformat()} {clock_time(moment)}"
    for row, each in status.rows.items():
        there = {heading: now_there[row, column] for heading, column in status.columns.items()}
        _refuse_words_of_others(status, row, there)
        wanted = {CASE_REF: each.case, DUE_BY: each.due_by, NEEDS: each.needs}
        changed = {heading: text for heading, text in wanted.items() if there[heading] != text}
        if changed or there[CHECKED_AT][:10] != stamp[:10]:
            changed[CHECKED_AT] = stamp
            found[row] = {status.columns[heading]: text for heading, text in changed.items()}
    return found


def _refuse_words_of_others(status: SheetStatus, row: int, there: Mapping[str, str]) -> None:
    if there[CHECKED_AT].strip():
        return
    for heading in STATUS:
        if there[heading].strip():
            cell = f"{column_letter(status.columns[heading])}{row}"
            raise SourceError(
                f"Nothing was written into {status.source}: {cell} ({heading}) on the sheet {status.sheet} "
                "holds something that the program did not write.",
                "If the column is your own, give it another heading. If not, empty the cell.",
            )
