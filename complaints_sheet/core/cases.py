"""A register's tables become cases: headings to fields, cells to values, and what could not be understood."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from complaints_sheet.core import cells as cell
from complaints_sheet.core.calculated import BESIDE, calculated, has_status_columns, status_heading
from complaints_sheet.core.collection import collection_paused
from complaints_sheet.core.column_values import ColumnValues, called, column_values, date_values, found_dates
from complaints_sheet.core.date_order import ONE_ORDER, DateColumn, find_orders, order_in_heading, order_notes
from complaints_sheet.core.date_text import in_words
from complaints_sheet.core.fields import FIELDS, NINE_IDS
from complaints_sheet.core.findings import finding, ordinals
from complaints_sheet.core.heading_row import HeadingRow, find_heading, heads, later_headings
from complaints_sheet.core.left_out import why_left_out
from complaints_sheet.core.mapping import Headed, chosen_columns
from complaints_sheet.core.merged_cells import filled_down, merged_note
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
from complaints_sheet.core.side_by_side import beside_note, tables_side_by_side
from complaints_sheet.core.understanding import sentences
from complaints_sheet.errors import SourceError

FEW_VALUES = 4


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the config says about reading: columns by field id, sheets, spellings of yes and no.

    `departments` gives the name for each folded spelling of those that are known.

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
    money: tuple[str, ...] = ()
    departments: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Block:
    """One table of a worksheet while it is being understood. Row indices count below its heading."""

    layout: Layout
    body: Sequence[Sequence[Raw]]
    cells: Mapping[str, Sequence[Raw]]  # by field
    table: Table  # what it stands in: the worksheet, or its part of one that holds tables side by side
    dates: dict[str, DateColumn] = field(default_factory=dict)
    next_heading: int = 0  # how many lines at the end of the body are the headings of the next table


@dataclass(slots=True)
class _Understood:
    """A table understood: its layout, its cases, and the rows that are none."""

    layout: Layout
    cases: list[Case]
    left_out: list[LeftOut]
    suspects: list[tuple[Case, str]]  # real dates that Excel may have swapped, by field


def register_from(readings: Sequence[Reading], options: ReadOptions) -> Register:
    """Return the register that these files hold; raises SourceError where nothing in them is a register."""
    with collection_paused():
        return _register(readings, options)


def _register(readings: Sequence[Reading], options: ReadOptions) -> Register:
    understood: list[_Understood] = []
    wanted = {sheet.strip().casefold() for sheet in options.sheets}
    notes = [note for each in readings for note in each.notes]
    sheets = {table.sheet for each in readings for table in each.tables}
    silent = BESIDE if sheets >= BESIDE else frozenset()
    for table in (table for each in readings for table in each.tables):
        if wanted and table.sheet and table.sheet.strip().casefold() not in wanted:
            continue
        blocks = [
            block for part in tables_side_by_side(table, options.columns) for block in _blocks(part, options)
        ]
        if blocks:
            understood += _understood(table, blocks, options)
        elif table.sheet not in silent and any(any(row) for row in table.rows):
            notes.append(f"{_place(table)} was not read: no row of it looks like the headings of a register.")
    if not understood:
        raise _no_heading(readings)
    cases = tuple(case for each in understood for case in each.cases)
    return Register(
        id=options.register,
        name=options.name,
        source=", ".join(each.source for each in readings),
        fingerprint="".join(each.fingerprint for each in readings),
        layouts=tuple(each.layout for each in understood),
        cases=cases,
        findings=_findings(cases, [suspect for each in understood for suspect in each.suspects]),
        left_out=tuple(row for each in understood for row in each.left_out),
        notes=tuple(notes),
    )


def _place(table: Table) -> str:
    return f"The sheet {table.sheet}" if table.sheet else table.source


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


# --- a worksheet to its tables ---------------------------------------------------------------------


def _blocks(table: Table, options: ReadOptions) -> list[_Block]:
    """Return the tables of the worksheet, each with its headings mapped; empty where there are none."""
    first = find_heading(table, options.columns)
    if first is None:
        return []
    table = filled_down(table, table.first_row + first.index)
    rows = [first, *later_headings(table, first, options.columns)]
    stops = [row.index - row.lines + 1 for row in rows[1:]]
    blocks = [
        _block(table, row, stop, options) for row, stop in zip(rows, [*stops, len(table.rows)], strict=True)
    ]
    for block, row in zip(blocks, rows[1:], strict=False):
        block.next_heading = row.lines
    return [block for block in blocks if block.layout.columns]


def _block(table: Table, row: HeadingRow, stop: int, options: ReadOptions) -> _Block:
    everything = heads(table, row, stop)
    columns_found, body = _typed_columns(everything, table, table.rows[row.index + 1 : stop])
    chosen = chosen_columns(columns_found, options.columns, _place(table))
    cells = {headed.column.number: headed.cells for headed in columns_found}
    taken = {column.number for column in chosen.columns.values()}
    lines = (
        f" The headings stand in rows {table.first_row + row.index - 1} and {table.first_row + row.index}."
    )
    layout = Layout(
        source=table.source,
        sheet=table.sheet,
        header_row=table.first_row + row.index,
        rows=0,
        columns=chosen.columns,
        extra=tuple(head.column for head in columns_found if head.column.number not in taken),
        own=_own_columns(everything),
        first_column=table.first_column,
        notes=(*chosen.notes, *([lines] if row.lines == 2 else [])),
    )
    by_field = {field_id: cells[column.number] for field_id, column in chosen.columns.items()}
    return _Block(layout, body, by_field, table)


def _own_columns(found: Sequence[Headed]) -> tuple[Column, ...]:
    """Return the columns that the program fills in itself, if they are all there."""
    if not has_status_columns(head.column.heading for head in found):
        return ()
    return tuple(head.column for head in found if status_heading(head.column.heading))


def _typed_columns(
    found: tuple[Headed, ...], table: Table, body: Sequence[Sequence[Raw]]
) -> tuple[tuple[Headed, ...], Sequence[Sequence[Raw]]]:
    """Return the columns that people fill in, and the rows without calculated ones and our own."""
    ours = calculated(head.column.heading for head in found)
    if not ours:
        return found, body
    places = {head.column.number - table.first_column for head in found if head.column.heading in ours}
    typed = tuple(head for head in found if head.column.heading not in ours)
    return typed, [
        tuple(None if place in places else raw for place, raw in enumerate(cells)) for cells in body
    ]


def _understood(table: Table, blocks: Sequence[_Block], options: ReadOptions) -> list[_Understood]:
    """Return the tables of one worksheet understood; their dates are settled together."""
    for block in blocks:
        for field_id, raws in block.cells.items():
            if FIELDS[field_id].kind == "date":
                column = block.layout.columns[field_id]
                hint = order_in_heading(column.heading)
                found = found_dates(raws, table.epoch_1904)
                block.dates[field_id] = DateColumn(field_id, column.letter, found, hint=hint)
    find_orders([block.dates for block in blocks], options.day_first)
    known = cell.spellings(options.yes, options.no)
    return [_built(block, _values(block, known, options), options.register) for block in blocks]


def _values(block: _Block, known: Mapping[str, bool], options: ReadOptions) -> dict[str, ColumnValues]:
    found = {
        field_id: date_values(block.dates[field_id], raws)
        if field_id in block.dates
        else column_values(field_id, raws, known, options.money)
        for field_id, raws in block.cells.items()
    }
    if options.departments and "department" in found:
        found["department"] = called(found["department"], options.departments)
    return found


def _layout_notes(layout: Layout, block: _Block, first_row: int) -> tuple[str, ...]:
    table = block.table
    last_row = first_row + len(block.body)
    hidden = sum(first_row <= row < last_row for row in table.hidden_rows)
    notes = [*layout.notes, *order_notes(block.dates.values())]
    if beside := beside_note(block.table):
        notes.append(beside)
    if table.hidden:
        notes.append("The sheet is hidden in Excel; it was read all the same.")
    if merged := merged_note(table, first_row - 1, last_row - 1):
        notes.append(merged)
    if hidden:
        notes.append(f"{hidden} hidden or filtered row{'s were' if hidden > 1 else ' was'} read as well.")
    return tuple(notes)


# --- rows to cases ---------------------------------------------------------------------------------


def _built(block: _Block, parsed: Mapping[str, ColumnValues], register: str) -> _Understood:
    """Return the cases and the rows left out. Every row that is not blank is one or the other."""
    layout, body = block.layout, block.body
    problems = _problems_by_row(parsed)
    fields = tuple(parsed)
    first_row = layout.header_row + 1
    kept: list[tuple[int, dict[str, Value], dict[str, CellProblem]]] = []
    left_out: list[LeftOut] = []
    nothing: dict[str, CellProblem] = {}
    for at, row_values in enumerate(zip(*(each.values for each in parsed.values()), strict=True)):
        # Not strict: the lengths are equal, and asking costs a hundred thousand times.
        values = {name: value for name, value in zip(fields, row_values, strict=False) if value is not None}
        slips = problems.get(at, nothing)
        if slips or len(values) < FEW_VALUES:
            why = why_left_out(body[at], values, slips, layout.columns, layout.first_column)
            if why is not None:
                if why:
                    left_out.append(LeftOut(layout.source, layout.sheet, first_row + at, why))
                continue
        kept.append((at, values, slips))
    end = first_row + len(body)
    bands = _bands_above(block, kept)
    if bands:
        del kept[-bands:]
    left_out += (
        LeftOut(layout.source, layout.sheet, row, "headings of the next table")
        for row in range(end - bands, end + block.next_heading)
    )
    layout = replace(
        layout,
        rows=len(kept) + len(left_out),
        date_order=next((each.order for each in block.dates.values() if each.order in ONE_ORDER), ""),
        notes=(*sentences(layout, len(kept), left_out), *_layout_notes(layout, block, first_row)),
    )
    cases = [Case(register, first_row + at, layout, values, slips, body[at]) for at, values, slips in kept]
    return _Understood(layout, cases, left_out, _suspects(block, cases, first_row))


def _bands_above(
    block: _Block, kept: Sequence[tuple[int, dict[str, Value], Mapping[str, CellProblem]]]
) -> int:
    """Return how many rows just above the next headings are words over its columns, such as "Key dates"."""
    count = 0
    last = len(block.body) - 1
    for at, values, _ in reversed(kept) if block.next_heading else ():
        plain = all(isinstance(value, str) for value in values.values())
        if at != last - count or not plain or len(values) > FEW_VALUES:
            break
        count += 1
    return count


def _suspects(block: _Block, cases: Sequence[Case], first_row: int) -> list[tuple[Case, str]]:
    """Return the cases whose real dates Excel may have swapped, with the field."""
    rows = {(first_row + at, column.field_id) for column in block.dates.values() for at in column.swapped}
    return (
        [(case, field_id) for case in cases for field_id in block.dates if (case.row, field_id) in rows]
        if rows
        else []
    )


def _problems_by_row(parsed: Mapping[str, ColumnValues]) -> dict[int, dict[str, CellProblem]]:
    found: dict[int, dict[str, CellProblem]] = {}
    for field_id, column in parsed.items():
        for at, problem in column.problems.items():
            found.setdefault(at, {})[field_id] = problem
    return found


def _findings(cases: Sequence[Case], suspects: Sequence[tuple[Case, str]]) -> tuple[Finding, ...]:
    """Return a finding for every cell not understood or suspected, in the order of the register."""
    said: dict[Case, list[tuple[str, Severity, Flag]]] = {}
    for case in cases:
        if case.problems:
            said[case] = [
                (*_rule(each), Flag(_sentence(name, each), field=name))
                for name, each in case.problems.items()
            ]
    for case, field_id in suspects:
        said.setdefault(case, []).append(
            ("swapped-date", "low", Flag(_swapped_sentence(case, field_id), field=field_id))
        )
    if not said:
        return ()
    order = ordinals(cases)
    return tuple(
        finding(case, rule, severity, flag, order.get(case, 1))
        for case in cases
        for rule, severity, flag in said.get(case, ())
    )


def _rule(problem: CellProblem) -> tuple[str, Severity]:
    return ("ambiguous-date" if problem.kind == "ambiguous" else "unreadable-value"), "medium"


def _sentence(field_id: str, problem: CellProblem) -> str:
    return f"{FIELDS[field_id].heading}: {problem.message}."


def _swapped_sentence(case: Case, field_id: str) -> str:
    day = case.day(field_id)
    assert day is not None  # noqa: S101  # only read dates are suspected
    return (
        f"{FIELDS[field_id].heading}: {in_words(day)} does not fit the dates around it, but "
        f"{in_words(day.replace(month=day.day, day=day.month))} would; Excel may have swapped day and month."
    )
