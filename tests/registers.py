"""Registers written as plain values, for tests: each row a mapping from field id to what was understood."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from complaints_sheet.core.fields import FIELDS, NINE_IDS
from complaints_sheet.core.model import Case, CellProblem, Column, Layout, Register, Value

SOURCE = "register.xlsx"


def letter(number: int) -> str:
    """Return the letters of a column: A for 1, AA for 27."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def layout(fields: Iterable[str] = NINE_IDS, rows: int = 0, sheet: str = "Register") -> Layout:
    """Return the layout of a sheet with a column for each of the fields, headings in row 1."""
    columns = {
        field: Column(field, number, letter(number), FIELDS[field].heading)
        for number, field in enumerate(fields, 1)
    }
    return Layout(SOURCE, sheet, 1, rows, columns)


def make_case(
    values: Mapping[str, Value],
    fields: Iterable[str] | None = None,
    row: int = 2,
    problems: Mapping[str, CellProblem] | None = None,
    known_as: str | None = None,
    first_seen: date | None = None,
    register: str = "main",
) -> Case:
    """Return one case; its sheet has the nine columns, and one for each other field that it uses."""
    if fields is None:
        fields = dict.fromkeys((*NINE_IDS, *values, *(problems or {})))
    where = layout(fields)
    raw = tuple(
        str(values[field]) if field in values and not isinstance(values[field], date) else values.get(field)
        for field in where.columns
    )
    return Case(register, row, where, dict(values), dict(problems or {}), raw, known_as, first_seen)


def make_register(rows: Sequence[Mapping[str, Value]], fields: Sequence[str] | None = None) -> Register:
    """Return a register of these rows, all on one sheet that has a column for every field used."""
    if fields is None:
        fields = tuple(dict.fromkeys((*NINE_IDS, *(field for row in rows for field in row))))
    where = layout(fields, rows=len(rows))
    cases = tuple(
        Case("main", number, where, dict(row), {}, tuple(row.get(field) for field in fields))
        for number, row in enumerate(rows, 2)
    )
    return Register("main", "Register", SOURCE, "0" * 64, (where,), cases, (), ())
