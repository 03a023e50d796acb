"""The registers: what the memory knows of each row, and writing down what a run saw, all or nothing."""

from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import Connection, Engine, bindparam, delete, func, insert, select, update

from complaints_sheet.core.collection import collection_paused
from complaints_sheet.core.journal import Change, replayed
from complaints_sheet.core.ledger import Run
from complaints_sheet.core.model import Case, Interval, Register
from complaints_sheet.core.observing import events
from complaints_sheet.core.recollection import (
    Face,
    Recollection,
    columns_of,
    first_recollection,
    found_by_print,
    reading_of,
    recollect,
    same_recollection,
)
from complaints_sheet.core.snapshots import FINGERPRINT_BYTES, Snapshot, column_names
from complaints_sheet.state.cells import CASES_A_PAGE, changes_as_text, changes_from_text, packed, unpacked
from complaints_sheet.state.tables import CASES, CHANGES, FACES, OBSERVATIONS, PAGES, REGISTERS, RUNS

_AT_ONCE = 500  # values in one question to the database


class Registers:
    """What is known of the rows of each register."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._next_number = 0

    def recall(self, register: Register, today: date) -> Recollection:
        """Return the register with what the memory knows of its cases; nothing is written.

        `today` is the local date. New cases get their numbers here, and keep them once remembered.
        """
        with self._engine.connect() as connection, collection_paused():
            face = _face(connection, register.id)
            if face is None:
                recalled = first_recollection(register, today, self._numbers(connection, len(register.cases)))
            elif face.reading == reading_of(register) and len(face.numbers) == len(register.cases):
                recalled = same_recollection(register, face, today)
            else:
                found = found_by_print(register, face)
                snapshots = _snapshots(connection, found[1].left_known)
                first = self._numbers(connection, len(found[1].left))
                recalled = recollect(register, face, found, snapshots, today=today, next_number=first)
        return recalled

    def remember(self, run: Run, recalled: Recollection, *, rollover: bool = False) -> None:
        """Write down what the run saw of the register, in one transaction; nothing new adds no row.

        With `rollover` the rows that are missing stay in last year's file: they are not removed.
        """
        register = recalled.register
        with self._engine.begin() as connection:
            after = _seen(connection, register.id, run)
            if recalled.same:
                return
            _write_new(connection, run, recalled)
            _write_changes(connection, run, recalled, "rolled over" if rollover else "removed")
            if after is not None:
                _write_observations(connection, run, recalled, after)
            _write_face(connection, recalled)

    def alarm(self, register_id: str, words: str) -> bool:
        """Return True where the circuit breaker has not said this already; an empty text calls it off."""
        changed = (
            update(REGISTERS)
            .where(REGISTERS.c.id == register_id, REGISTERS.c.alarm != words)
            .values(alarm=words)
        )
        with self._engine.begin() as connection:
            return connection.execute(changed).rowcount == 1

    def _numbers(self, connection: Connection, count: int) -> int:
        """Return the first of so many numbers that no case has."""
        if not self._next_number:
            self._next_number = (connection.scalar(select(func.max(CASES.c.number))) or 0) + 1
        first = self._next_number
        self._next_number += count
        return first


# --- reading ---------------------------------------------------------------------------------------


def _face(connection: Connection, register_id: str) -> Face | None:
    row = connection.execute(select(FACES).where(FACES.c.register == register_id)).first()
    if row is None:
        return None
    alarm = connection.scalar(select(REGISTERS.c.alarm).where(REGISTERS.c.id == register_id)) or ""
    prints = row.prints
    return Face(
        row.reading,
        tuple((name, heading) for name, heading in row.columns),
        _unpacked_numbers(row.numbers),
        [prints[start : start + FINGERPRINT_BYTES] for start in range(0, len(prints), FINGERPRINT_BYTES)],
        _unpacked_days(row.days),
        _removed(connection, register_id),
        _observed(connection, register_id),
        alarm,
    )


def _unpacked_numbers(packed_numbers: bytes) -> Sequence[int]:
    numbers = array("I")
    numbers.frombytes(packed_numbers)
    return numbers.tolist()


def _unpacked_days(packed_days: bytes) -> Sequence[date | None]:
    ordinals = _unpacked_numbers(packed_days)
    days = {ordinal: date.fromordinal(ordinal) if ordinal else None for ordinal in set(ordinals)}
    return [days[ordinal] for ordinal in ordinals]


def _removed(connection: Connection, register_id: str) -> dict[bytes, int]:
    gone = (
        select(CASES.c.print, CASES.c.number)
        .where(CASES.c.register == register_id, CASES.c.gone_run.is_not(None), CASES.c.print.is_not(None))
        .order_by(CASES.c.gone_run, CASES.c.number)
    )
    return {row.print: row.number for row in connection.execute(gone)}


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


def _snapshots(connection: Connection, numbers: Collection[int]) -> dict[int, Snapshot]:
    """Return the last cells of these cases: their first ones, and every change since."""
    began = _first_cells(connection, numbers)
    changes: dict[int, list[Change]] = defaultdict(list)
    for part in _parts(sorted(numbers)):
        rows = connection.execute(select(CHANGES).where(CHANGES.c.case.in_(part)).order_by(CHANGES.c.number))
        for row in rows:
            cells = changes_from_text(row.cells)
            changes[row.case].append(Change(row.case, row.kind, cells, row.why, row.run))
    return {number: replayed(cells, changes.get(number, ())) for number, cells in began.items()}


def _first_cells(connection: Connection, numbers: Collection[int]) -> dict[int, Snapshot]:
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


def _parts(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), _AT_ONCE):
        yield numbers[start : start + _AT_ONCE]


# --- writing ---------------------------------------------------------------------------------------


def _seen(connection: Connection, register_id: str, run: Run) -> int | None:
    """Record that the run read the register well; return the last run before that did, or None."""
    before: int | None = connection.scalar(select(REGISTERS.c.run).where(REGISTERS.c.id == register_id))
    if before is None:
        row = {"id": register_id, "first_run": run.number, "run": run.number, "alarm": ""}
        connection.execute(insert(REGISTERS).values(row))
    else:
        seen = update(REGISTERS).where(REGISTERS.c.id == register_id).values(run=run.number, alarm="")
        connection.execute(seen)
    return before


def _write_new(connection: Connection, run: Run, recalled: Recollection) -> None:
    if not recalled.new:
        return
    register = recalled.register
    numbers = [recalled.numbers[place] for place in recalled.new]
    rows = [{"number": number, "register": register.id, "first_run": run.number} for number in numbers]
    connection.execute(insert(CASES), rows)
    cases = [register.cases[place] for place in recalled.new]
    connection.execute(insert(PAGES), list(_pages(cases, numbers[0])))


def _pages(cases: Sequence[Case], first: int) -> Iterator[dict[str, object]]:
    """Yield the pages of new cases, numbered one after the other from `first`."""
    for _, same_layout in groupby(cases, key=lambda case: id(case.layout)):
        group = list(same_layout)
        layout = group[0].layout
        columns = [[name, column.heading] for name, column in column_names(layout)]
        for start in range(0, len(group), CASES_A_PAGE):
            part = group[start : start + CASES_A_PAGE]
            yield {
                "first": first,
                "last": first + len(part) - 1,
                "columns": columns,
                "cells": packed(part, layout),
            }
            first += len(part)


def _write_changes(connection: Connection, run: Run, recalled: Recollection, gone: str) -> None:
    changes = [
        {
            "case": each.number,
            "run": run.number,
            "kind": each.kind,
            "cells": changes_as_text(each.cells),
            "why": each.why,
        }
        for each in recalled.changes
    ]
    changes += [
        {"case": each.number, "run": run.number, "kind": gone, "cells": "{}", "why": ""}
        for each in recalled.gone
    ]
    if changes:
        connection.execute(insert(CHANGES), changes)
    prints = (
        dict(zip(recalled.face.numbers, recalled.face.prints, strict=True))
        if recalled.face and recalled.gone
        else {}
    )
    for each in recalled.gone:
        values = {"gone_run": run.number, "gone": gone, "print": prints[each.number]}
        connection.execute(update(CASES).where(CASES.c.number == each.number).values(values))
    for part in _parts(recalled.returned):
        back = update(CASES).where(CASES.c.number.in_(part))
        connection.execute(back.values(gone_run=None, gone=None, print=None))


def _write_observations(connection: Connection, run: Run, recalled: Recollection, after: int) -> None:
    seen = list(events(recalled))
    if not seen:
        return
    again = delete(OBSERVATIONS).where(
        OBSERVATIONS.c.case == bindparam("number"), OBSERVATIONS.c.event == bindparam("what")
    )
    connection.execute(again, [{"number": number, "what": event} for number, event in seen])
    rows = [{"case": number, "event": event, "after_run": after, "run": run.number} for number, event in seen]
    connection.execute(insert(OBSERVATIONS), rows)


def _write_face(connection: Connection, recalled: Recollection) -> None:
    register = recalled.register
    days = array("I", [case.first_seen.toordinal() if case.first_seen else 0 for case in register.cases])
    row = {
        "register": register.id,
        "reading": reading_of(register),
        "columns": [list(each) for each in columns_of(register)],
        "numbers": array("I", recalled.numbers).tobytes(),
        "prints": b"".join(recalled.prints),
        "days": days.tobytes(),
    }
    connection.execute(delete(FACES).where(FACES.c.register == register.id))
    connection.execute(insert(FACES).values(row))
