"""Whole columns understood at once: equal cells read once, typed dates by all the evidence of the sheet."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from complaints_sheet.core import cells as cell
from complaints_sheet.core.date_order import DateColumn, reading
from complaints_sheet.core.date_text import DateText
from complaints_sheet.core.fields import FIELDS, Field
from complaints_sheet.core.model import CellProblem, Raw, Value
from complaints_sheet.core.people import plain_name

# Listed fields whose other values are kept as typed: nothing is decided by them.
OPEN_LISTS = frozenset({"channel", "goodwill_kind"})


@dataclass(slots=True)
class ColumnValues:
    """One column understood: a value or None for each row below the heading, and problems by row index."""

    values: Sequence[Value | None]
    problems: Mapping[int, CellProblem]


def column_values(
    field_id: str, raws: Sequence[Raw], known: Mapping[str, bool], money: Collection[str] = ()
) -> ColumnValues:
    """Return a column that holds no dates, understood.

    `known` are the spellings of yes and no, `money` the words that may stand beside an amount.
    """
    each = FIELDS[field_id]
    over = _texts if each.kind in ("text", "name") else every
    return _split(over(raws, _reader(each, known, money)))


def called(column: ColumnValues, names: Mapping[str, str]) -> ColumnValues:
    """Return a column in which each known spelling (folded) is the name it means; others are as typed."""
    distinct = {
        text: names.get(plain_name(text), text) for text in set(column.values) if isinstance(text, str)
    }
    values = [distinct.get(value, value) if isinstance(value, str) else value for value in column.values]
    return ColumnValues(values, column.problems)


def found_dates(raws: Sequence[Raw], epoch_1904: bool) -> Sequence[Any]:
    """Return each cell of a date column read by itself; text stays open until the sheet is looked at."""
    return every(raws, lambda raw: cell.read_date(raw, epoch_1904))


def date_values(column: DateColumn, raws: Sequence[Raw]) -> ColumnValues:
    """Return a date column understood, once the order of its typed dates is known."""
    if not column.votes:
        return _split(column.cells)
    return _split([_date(column, at, found, raws[at]) for at, found in enumerate(column.cells)])


def _date(column: DateColumn, at: int, found: object, raw: Raw) -> object:
    if not isinstance(found, DateText):
        return found
    day = None if at in column.doubtful else reading(column, found)
    return day or cell.date_problem(cell.shown(raw), found)


def every(raws: Sequence[Raw], read: Callable[[Raw], Any]) -> Sequence[Any]:
    """Return every cell read; equal cells are read once, for registers repeat themselves."""
    kinds = set(map(type, raws))
    if bool in kinds and not kinds.isdisjoint((int, float)):
        return [read(raw) for raw in raws]  # True and 1 are equal, and are not the same cell
    memo = {raw: read(raw) for raw in set(raws)}
    return list(map(memo.__getitem__, raws))


def _texts(raws: Sequence[Raw], read: Callable[[Raw], Any]) -> Sequence[Any]:
    """Return every cell read as text or as a name; most need no cleaning, which is told without a call."""
    return [
        raw or None
        if type(raw) is str and raw.isascii() and raw.isprintable() and raw.strip() == raw and "  " not in raw
        else read(raw)
        for raw in raws
    ]


def _reader(each: Field, known: Mapping[str, bool], money: Collection[str]) -> Callable[[Raw], Any]:
    if each.kind == "yes_no":
        return lambda raw: cell.read_yes_no(raw, known)
    if each.kind == "money":
        return lambda raw: cell.read_money(raw, money)
    if each.kind == "listed":
        values = cell.listed_values(each.listed)
        return lambda raw: cell.read_listed(raw, values, strict=each.id not in OPEN_LISTS)
    return cell.read_name if each.kind == "name" else cell.read_text


def _split(found: Sequence[Any]) -> ColumnValues:
    if CellProblem not in set(map(type, found)):
        return ColumnValues(found, {})
    problems = {at: each for at, each in enumerate(found) if type(each) is CellProblem}
    return ColumnValues([None if type(each) is CellProblem else each for each in found], problems)
