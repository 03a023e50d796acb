"""A register's tables become cases: headings to fields, cells to values, and what could not be understood."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from complaints_sheet.core import cells as cell
from complaints_sheet.core.date_order import DateColumn, find_orders, reading
from complaints_sheet.core.date_text import DateText
from complaints_sheet.core.fields import FIELDS, NINE_IDS, Field
from complaints_sheet.core.findings import finding, ordinals
from complaints_sheet.core.heading_row import find_heading, heads
from complaints_sheet.core.left_out import why_left_out
from complaints_sheet.core.mapping import chosen_columns
from complaints_sheet.core.model import (
    Case,
    CellProblem,
    Column,
    Finding,
    Flag,
    Layout,
    LeftOut,
    Raw,
    Reading,
    Register,
    Severity,
    Table,
    Value,
)
from complaints_sheet.errors import SourceError

# Listed fields whose other values are kept as typed: nothing is decided by them.
OPEN_LISTS = frozenset({"channel", "goodwill_kind"})
FEW_VALUES = 4


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the config says about reading: columns by field id, sheets, spellings of yes and no.

    `day_first` is the order of the locale, used only where nothing in the register settles it; None leaves
    such dates ambiguous.
    """

    register: str = "main"
    name: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    sheets: tuple[str, ...] = ()
    day_first: bool | None = True
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()


@dataclass(slots=True)
class _Sheet:
    """One worksheet understood."""

    layout: Layout
    cases: list[Case]
    left_out: list[LeftOut]


def register_from(readings: Sequence[Reading], options: ReadOptions) -> Register:
    """Return the register that these files hold; raises SourceError where nothing in them is a register."""
    sheets: list[_Sheet] = []
    notes = [note for each in readings for note in each.notes]
    for table in (table for each in readings for table in each.tables):
        if options.sheets and table.sheet and table.sheet.casefold() not in map(str.casefold, options.sheets):
            continue
        found = _sheet(table, options)
        if found is not None:
            sheets.append(found)
        elif any(any(row) for row in table.rows):
            notes.append(
                f"The sheet {table.sheet or table.source} was not read: no row of it looks like the headings."
            )
    if not sheets:
        raise _no_heading(readings)
    cases = tuple(case for sheet in sheets for case in sheet.cases)
    return Register(
        id=options.register,
        name=options.name,
        source=", ".join(each.source for each in readings),
        fingerprint="".join(each.fingerprint for each in readings),
        layouts=tuple(sheet.layout for sheet in sheets),
        cases=cases,
        findings=_findings(cases),
        left_out=tuple(row for sheet in sheets for row in sheet.left_out),
        notes=tuple(notes),
    )


def _no_heading(readings: Sequence[Reading]) -> SourceError:
    names = ", ".join(each.tables[0].source if each.tables else each.source for each in readings)
    if not any(any(row) for each in readings for table in each.tables for row in table.rows):
        return SourceError(
            f"{names} is empty: no worksheet holds anything.",
            "Check that this is the right file and that the last save or sync went through.",
        )
    wanted = ", ".join(FIELDS[field_id].heading for field_id in NINE_IDS)
    return SourceError(
        f"{names} has no row that looks like the headings of a complaints register.",
        f"Give the columns headings such as: {wanted}. Or say in config.yaml which heading is which: "
        "columns: {case_owner: Handler}",
    )


def _sheet(table: Table, options: ReadOptions) -> _Sheet | None:
    row = find_heading(table, options.columns)
    if row is None:
        return None
    place = f"Sheet {table.sheet}" if table.sheet else table.source
    columns_found = heads(table, row)
    chosen = chosen_columns(columns_found, options.columns, place)
    if not chosen.columns:
        return None
    cells_of = {headed.column.number: headed.cells for headed in columns_found}
    parsed, orders = _parsed(
        {each: cells_of[column.number] for each, column in chosen.columns.items()},
        chosen.columns,
        table,
        options,
    )
    taken = {column.number for column in chosen.columns.values()}
    layout = Layout(
        source=table.source,
        sheet=table.sheet,
        header_row=table.first_row + row.index,
        rows=0,
        columns=chosen.columns,
        extra=tuple(head.column for head in columns_found if head.column.number not in taken),
        first_column=table.first_column,
        date_order=next((each.order for each in orders if each.order in ("day first", "month first")), ""),
        notes=(*chosen.notes, *_order_notes(orders)),
    )
    return _built(layout, table.rows[row.index + 1 :], parsed, options.register)


# --- cells to values -------------------------------------------------------------------------------


@dataclass(slots=True)
class _Parsed:
    """One column understood: a value or None for each row below the heading, and the problems by row index."""

    values: Sequence[Value | None]
    problems: Mapping[int, CellProblem]


def _parsed(
    cells: Mapping[str, Sequence[Raw]], columns: Mapping[str, Column], table: Table, options: ReadOptions
) -> tuple[dict[str, _Parsed], list[DateColumn]]:
    """Return every recognised column understood, and how the orders of typed dates were settled."""
    known = cell.spellings(options.yes, options.no)
    parsed: dict[str, _Parsed] = {}
    dated: list[DateColumn] = []
    for field_id, raws in cells.items():
        each = FIELDS[field_id]
        if each.kind == "date":
            found = _each(raws, lambda raw: cell.read_date(raw, table.epoch_1904))
            dated.append(DateColumn(field_id, columns[field_id].letter, found))
        else:
            over = _texts if each.kind in ("text", "name") else _each
            parsed[field_id] = _split(over(raws, _reader(each, known)))
    find_orders(dated, options.day_first)
    for column in dated:
        parsed[column.field] = _split(_dates(column, cells[column.field]))
    return parsed, dated


def _reader(each: Field, known: Mapping[str, bool]) -> Callable[[Raw], Any]:
    if each.kind == "yes_no":
        return lambda raw: cell.read_yes_no(raw, known)
    if each.kind == "money":
        return cell.read_money
    if each.kind == "listed":
        values = cell.listed_values(each.listed)
        return lambda raw: cell.read_listed(raw, values, strict=each.id not in OPEN_LISTS)
    return cell.read_name if each.kind == "name" else cell.read_text


def _each(raws: Sequence[Raw], read: Callable[[Raw], Any]) -> Sequence[Any]:
    """Return every cell read; equal cells are read once, for registers repeat themselves."""
    kinds = set(map(type, raws))
    if bool in kinds and not kinds.isdisjoint((int, float)):
        return [read(raw) for raw in raws]  # True and 1 are equal, and are not the same cell
    memo = {raw: read(raw) for raw in set(raws)}
    return list(map(memo.__getitem__, raws))


def _texts(raws: Sequence[Raw], read: Callable[[Raw], Any]) -> Sequence[Any]:
    """Return every cell read as text; most need no cleaning, which is told without a call."""
    return [
        raw or None
        if type(raw) is str and raw.isascii() and raw.isprintable() and raw.strip() == raw and "  " not in raw
        else read(raw)
        for raw in raws
    ]


def _split(found: Sequence[Any]) -> _Parsed:
    problems = {at: each for at, each in enumerate(found) if type(each) is CellProblem}
    if not problems:
        return _Parsed(found, problems)
    return _Parsed([None if type(each) is CellProblem else each for each in found], problems)


def _dates(column: DateColumn, raws: Sequence[Raw]) -> Sequence[date | CellProblem | None]:
    if not column.votes:
        return column.cells  # type: ignore[return-value]  # without votes no cell is text
    return [_date(column, found, raw) for found, raw in zip(column.cells, raws, strict=True)]


def _date(column: DateColumn, found: object, raw: Raw) -> date | CellProblem | None:
    if not isinstance(found, DateText):
        return found  # type: ignore[return-value]  # a date, a problem or None
    return reading(column, found) or cell.date_problem(cell.shown(raw), found)


def _order_notes(orders: Sequence[DateColumn]) -> list[str]:
    """Return a sentence for each column whose typed dates needed an order."""
    notes = []
    for each in orders:
        if each.has_open and each.order in ("day first", "month first"):
            notes.append(f"Typed dates in column {each.letter} are read {each.order}: {each.why}.")
        elif each.has_open:
            count = each.votes["either"]
            why = f": {each.why}" if each.why else ""
            notes.append(f"Column {each.letter} holds {count} typed dates whose order is not certain{why}.")
    return notes


# --- rows to cases ---------------------------------------------------------------------------------


def _built(
    layout: Layout, body: Sequence[Sequence[Raw]], parsed: Mapping[str, _Parsed], register: str
) -> _Sheet:
    """Return the sheet's cases and the rows left out. Every row that is not blank is one or the other."""
    problems = _problems_by_row(parsed)
    fields = tuple(parsed)
    first_row = layout.header_row + 1
    kept: list[tuple[int, dict[str, Value], dict[str, CellProblem]]] = []
    left_out: list[LeftOut] = []
    nothing: dict[str, CellProblem] = {}
    for at, row_values in enumerate(zip(*(each.values for each in parsed.values()), strict=True)):
        values = {name: value for name, value in zip(fields, row_values, strict=True) if value is not None}
        slips = problems.get(at, nothing)
        if slips or len(values) < FEW_VALUES:
            why = why_left_out(body[at], values, slips, layout.columns, layout.first_column)
            if why is not None:
                if why:
                    left_out.append(LeftOut(layout.source, layout.sheet, first_row + at, why))
                continue
        kept.append((at, values, slips))
    layout = replace(layout, rows=len(kept) + len(left_out))
    cases = [Case(register, first_row + at, layout, values, slips, body[at]) for at, values, slips in kept]
    return _Sheet(layout, cases, left_out)


def _problems_by_row(parsed: Mapping[str, _Parsed]) -> dict[int, dict[str, CellProblem]]:
    found: dict[int, dict[str, CellProblem]] = {}
    for field_id, column in parsed.items():
        for at, problem in column.problems.items():
            found.setdefault(at, {})[field_id] = problem
    return found


def _findings(cases: Sequence[Case]) -> tuple[Finding, ...]:
    """Return a finding for every cell that was not understood, in the order of the register."""
    troubled = [case for case in cases if case.problems]
    if not troubled:
        return ()
    order = ordinals(cases)
    return tuple(
        finding(case, *_rule(problem), Flag(_sentence(field_id, problem), field=field_id), order.get(case, 1))
        for case in troubled
        for field_id, problem in case.problems.items()
    )


def _rule(problem: CellProblem) -> tuple[str, Severity]:
    if problem.kind == "ambiguous":
        return "ambiguous-date", "medium"
    return "unreadable-value", "medium"


def _sentence(field_id: str, problem: CellProblem) -> str:
    return f"{FIELDS[field_id].heading}: {problem.message}."
