"""Reading the memory of a register: its face, the cells of single cases, edits seen before."""

from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy import Connection, func, select

from complaints_sheet.core.edits import SHOWN_DAYS
from complaints_sheet.core.journal import Change, Edit, PastEdit, replayed
from complaints_sheet.core.model import Interval
from complaints_sheet.core.recollection import Face
from complaints_sheet.core.snapshots import FINGERPRINT_BYTES, Snapshot
from complaints_sheet.state.cells import changes_from_text, unpacked
from complaints_sheet.state.tables import (
    BREACHES,
    CASES,
    CHANGES,
    EDITS,
    FACES,
    OBSERVATIONS,
    PAGES,
    RUNS,
)

_AT_ONCE = 500  # values in one question to the database


def face_of(connection: Connection, register_id: str) -> Face | None:
    """Return the register as the last good run saw it, or None where none did."""
    row = connection.execute(select(FACES).where(FACES.c.register == register_id)).first()
    if row is None:
        return None
    prints = row.prints
    return Face(
        row.reading,
        tuple((name, heading) for name, heading in row.columns),
        _unpacked_numbers(row.numbers),
        [prints[start : start + FINGERPRINT_BYTES] for start in range(0, len(prints), FINGERPRINT_BYTES)],
        _unpacked_days(row.days),
        _removed(connection, register_id),
        _observed(connection, register_id),
        frozenset(row.calculated),
    )


def _unpacked_numbers(packed_numbers: bytes) -> Sequence[int]:
    numbers = array("I")
    numbers.frombytes(packed_numbers)
    return numbers.tolist()


def _unpacked_days(packed_days: bytes) -> Sequence[date | None]:
    ordinals = _unpacked_numbers(packed_days)
    days = {ordinal: date.fromordinal(ordinal) if ordinal else None for ordinal in set(ordinals)}
    return [days[ordinal] for ordinal in ordinals]


def _removed(connection: Connection, register_id: str) -> dict[bytes, list[int]]:
    gone = (
        select(CASES.c.print, CASES.c.number)
        .where(CASES.c.register == register_id, CASES.c.gone_run.is_not(None), CASES.c.print.is_not(None))
        .order_by(CASES.c.gone_run, CASES.c.number)
    )
    removed: dict[bytes, list[int]] = defaultdict(list)
    for row in connection.execute(gone):
        removed[row.print].append(row.number)
    return dict(removed)


def _observed(connection: Connection, register_id: str) -> dict[int, dict[str, Interval]]:
    moments = _moments(connection)
    rows = connection.execute(
        select(OBSERVATIONS)
        .join(CASES, CASES.c.number == OBSERVATIONS.c.case)
        .where(CASES.c.register == register_id)
    )
    observed: dict[int, dict[str, Interval]] = defaultdict(dict)
    for row in rows:
        observed[row.case][row.event] = Interval(moments.get(row.after_run), moments[row.run])
    return observed


def _moments(connection: Connection) -> dict[int, datetime]:
    return {row.number: row.as_of for row in connection.execute(select(RUNS.c.number, RUNS.c.as_of))}


def snapshots_of(connection: Connection, numbers: Collection[int]) -> dict[int, Snapshot]:
    """Return the last cells of these cases: their first ones, and every change since."""
    began = first_cells(connection, numbers)
    changes: dict[int, list[Change]] = defaultdict(list)
    for part in parts(sorted(numbers)):
        rows = connection.execute(select(CHANGES).where(CHANGES.c.case.in_(part)).order_by(CHANGES.c.number))
        for row in rows:
            cells = changes_from_text(row.cells)
            changes[row.case].append(Change(row.case, row.kind, cells, row.why, row.run))
    return {number: replayed(cells, changes.get(number, ())) for number, cells in began.items()}


def first_cells(connection: Connection, numbers: Collection[int]) -> dict[int, Snapshot]:
    """Return the cells that these cases began with."""
    if not numbers:
        return {}
    wanted = sorted(numbers)
    firsts = connection.scalars(select(PAGES.c.first).order_by(PAGES.c.first)).all()
    found: dict[int, Snapshot] = {}
    for index, group in groupby(wanted, key=lambda number: bisect_right(firsts, number) - 1):
        page = connection.execute(select(PAGES).where(PAGES.c.first == firsts[index])).one()
        snapshots = unpacked(page.cells, [name for name, _ in page.columns])
        found.update({number: snapshots[number - page.first] for number in group})
    return found


def parts(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield the numbers in parts that fit into one question to the database."""
    for start in range(0, len(numbers), _AT_ONCE):
        yield numbers[start : start + _AT_ONCE]


def past_edits(connection: Connection, register_id: str, today: date) -> list[PastEdit]:
    """Return the edits of the last two weeks, with the last cells of rows that are still missing."""
    rows = connection.execute(
        select(EDITS, RUNS.c.today, CASES.c.gone)
        .join(CASES, CASES.c.number == EDITS.c.case)
        .join(RUNS, RUNS.c.number == EDITS.c.run)
        .where(CASES.c.register == register_id, RUNS.c.today >= today - timedelta(days=SHOWN_DAYS))
        .order_by(EDITS.c.number)
    ).all()
    missing = snapshots_of(connection, {row.case for row in rows if row.gone == "removed"})
    return [
        PastEdit(
            Edit(row.case, row.rule, row.severity, row.message, row.field), row.today, missing.get(row.case)
        )
        for row in rows
    ]


def first_breaches(connection: Connection, register_id: str) -> Mapping[int, date]:
    """Return the local day on which each case was first shown as late."""
    rows = connection.execute(
        select(BREACHES.c.case, func.min(RUNS.c.today).label("day"))
        .join(CASES, CASES.c.number == BREACHES.c.case)
        .join(RUNS, RUNS.c.number == BREACHES.c.run)
        .where(CASES.c.register == register_id)
        .group_by(BREACHES.c.case)
    )
    return {row.case: row.day for row in rows}
