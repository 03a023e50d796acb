"""Joining a row that was taken for a new case to the older case it is, because a person said so."""

from array import array

from sqlalchemy import Connection, Table, delete, insert, select, update

from complaints_sheet.core.journal import case_id, differences
from complaints_sheet.core.ledger import Run
from complaints_sheet.core.recollection import Face
from complaints_sheet.state.cells import changes_as_text
from complaints_sheet.state.recalling import face_of, snapshots_of
from complaints_sheet.state.tables import (
    BREACHES,
    CASES,
    CHANGES,
    FACES,
    OBSERVATIONS,
    REGISTERS,
    RUNS,
    WORDINGS,
)

SAME = "A person said that this row is the same case."


def join(connection: Connection, run: Run, new: int, old: int) -> str:
    """Let the row of one case stand for an older one from here on; return why it cannot be, or nothing.

    The older case goes on with the row's cells as a change, and takes what was observed of the row. The newer
    case is closed and points to it. The row must stand in the register, the older case's row must be gone.
    """
    cases = {
        row.number: row for row in connection.execute(select(CASES).where(CASES.c.number.in_([new, old])))
    }
    there, gone = cases.get(new), cases.get(old)
    if there is None or gone is None or there.register != gone.register or new == old:
        return f"{case_id(new)} and {case_id(old)} are not two cases of one register."
    face = face_of(connection, there.register)
    if there.gone_run is not None or face is None or new not in face.numbers:
        return f"The row of {case_id(new)} is no longer in the register."
    if gone.gone != "removed":
        return f"The row of {case_id(old)} is still in the register, or was not missed by a run yet."
    cells = snapshots_of(connection, [new, old])
    changes = [
        {
            "case": old,
            "run": run.number,
            "kind": "returned",
            "cells": changes_as_text(differences(cells[old], cells[new])),
            "why": SAME,
        },
        {"case": new, "run": run.number, "kind": "same", "cells": "{}", "why": case_id(old)},
    ]
    connection.execute(insert(CHANGES), changes)
    back = {"gone_run": None, "gone": None, "print": None}
    connection.execute(update(CASES).where(CASES.c.number == old).values(back))
    left = {"gone_run": run.number, "gone": "same", "print": None}
    connection.execute(update(CASES).where(CASES.c.number == new).values(left))
    _take_over(connection, new, old)
    _in_its_place(connection, there.register, face, new, old)
    return ""


def _take_over(connection: Connection, new: int, old: int) -> None:
    """Give the older case what was observed of the row, where the like was not observed of it before."""
    for table, name in ((BREACHES, "clock"), (OBSERVATIONS, "event")):
        known = list(connection.scalars(select(table.c[name]).where(table.c.case == old)))
        of_new = table.c.case == new
        connection.execute(update(table).where(of_new, table.c[name].not_in(known)).values(case=old))
        connection.execute(delete(table).where(of_new))
    _renumber(connection, WORDINGS, new, old)


def _renumber(connection: Connection, table: Table, new: int, old: int) -> None:
    connection.execute(update(table).where(table.c.case == new).values(case=old))


def _in_its_place(connection: Connection, register: str, face: Face, new: int, old: int) -> None:
    """Let the register's face show the older case where the row stands, first seen when that one was."""
    place = list(face.numbers).index(new)
    numbers, days = list(face.numbers), [day.toordinal() if day else 0 for day in face.days]
    numbers[place] = old
    days[place] = _first_day(connection, register, old)
    values = {"numbers": array("I", numbers).tobytes(), "days": array("I", days).tobytes()}
    connection.execute(update(FACES).where(FACES.c.register == register).values(values))


def _first_day(connection: Connection, register: str, number: int) -> int:
    """Return the day on which a case was first seen, as a number, 0 where it was there from the first run."""
    first = connection.scalar(select(CASES.c.first_run).where(CASES.c.number == number))
    if first == connection.scalar(select(REGISTERS.c.first_run).where(REGISTERS.c.id == register)):
        return 0
    day = connection.scalar(select(RUNS.c.today).where(RUNS.c.number == first))
    return day.toordinal() if day else 0
