"""Writing down what a run saw of a register; the caller's transaction makes it all or nothing."""

from array import array
from collections.abc import Iterator, Sequence
from itertools import groupby

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from complaints_sheet.core.ledger import Run
from complaints_sheet.core.model import Case
from complaints_sheet.core.observing import events
from complaints_sheet.core.recollection import Recollection, columns_of, reading_of
from complaints_sheet.core.snapshots import column_names
from complaints_sheet.state.cells import CASES_A_PAGE, changes_as_text, packed
from complaints_sheet.state.recalling import parts
from complaints_sheet.state.tables import CASES, CHANGES, EDITS, FACES, OBSERVATIONS, PAGES, REGISTERS


def write_seen(connection: Connection, register_id: str, run: Run) -> int | None:
    """Record that the run read the register well; return the last run before that did, or None."""
    before: int | None = connection.scalar(select(REGISTERS.c.run).where(REGISTERS.c.id == register_id))
    if before is None:
        row = {"id": register_id, "first_run": run.number, "run": run.number, "alarm": ""}
        connection.execute(insert(REGISTERS).values(row))
    else:
        seen = update(REGISTERS).where(REGISTERS.c.id == register_id).values(run=run.number, alarm="")
        connection.execute(seen)
    return before


def write_new(connection: Connection, run: Run, recalled: Recollection) -> None:
    """Write down new cases, with the cells they begin with."""
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


def write_changes(connection: Connection, run: Run, recalled: Recollection, gone: str) -> None:
    """Write down which cells changed and which rows came or went; `gone` says why rows went."""
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
    for part in parts(recalled.returned):
        back = update(CASES).where(CASES.c.number.in_(part))
        connection.execute(back.values(gone_run=None, gone=None, print=None))


def write_observations(connection: Connection, run: Run, recalled: Recollection, after: int) -> None:
    """Write down what was seen to happen between the run `after` and this one."""
    seen = list(events(recalled))
    if not seen:
        return
    again = delete(OBSERVATIONS).where(
        OBSERVATIONS.c.case == bindparam("number"), OBSERVATIONS.c.event == bindparam("what")
    )
    connection.execute(again, [{"number": number, "what": event} for number, event in seen])
    rows = [{"case": number, "event": event, "after_run": after, "run": run.number} for number, event in seen]
    connection.execute(insert(OBSERVATIONS), rows)


def write_face(connection: Connection, recalled: Recollection) -> None:
    """Write down the register as this run saw it, in place of what the last one saw."""
    register = recalled.register
    days = array("I", [case.first_seen.toordinal() if case.first_seen else 0 for case in register.cases])
    row = {
        "register": register.id,
        "reading": reading_of(register),
        "columns": [list(each) for each in columns_of(register)],
        "calculated": sorted(recalled.calculated),
        "numbers": array("I", recalled.numbers).tobytes(),
        "prints": b"".join(recalled.prints),
        "days": days.tobytes(),
    }
    connection.execute(delete(FACES).where(FACES.c.register == register.id))
    connection.execute(insert(FACES).values(row))


def write_edits(connection: Connection, run: Run, recalled: Recollection) -> None:
    """Write down the edits that somebody should look at."""
    rows = [
        {
            "case": each.number,
            "run": run.number,
            "rule": each.rule,
            "field": each.field,
            "severity": each.severity,
            "message": each.message,
        }
        for each in recalled.edits
    ]
    if rows:
        connection.execute(insert(EDITS), rows)
