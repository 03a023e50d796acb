"""The history: what a case held and when it changed, which rows are gone, and erasing a person's data."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import Connection, Engine, delete, insert, select, update

from complaints_sheet.core.findings import case_mark
from complaints_sheet.core.journal import Change, GoneCase, SeenLate, Story, case_id
from complaints_sheet.core.ledger import Run
from complaints_sheet.core.model import Case, Interval, Layout
from complaints_sheet.core.snapshots import Snapshot
from complaints_sheet.errors import ConfigError
from complaints_sheet.state.cells import changes_from_text, repacked, unpacked
from complaints_sheet.state.recalling import first_cells, parts, snapshots_of
from complaints_sheet.state.tables import (
    BREACHES,
    CASES,
    CHANGES,
    EDITS,
    FACES,
    OBSERVATIONS,
    OUTBOX,
    OUTBOX_CONTENTS,
    PAGES,
    REGISTERS,
    RUNS,
)

_NOWHERE = Layout("", "", 0, 0, {})


class History:
    """The journal of every case."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def story(self, number: int) -> Story | None:
        """Return all that is known of a case, from its first cells on, or None where there is none."""
        with self._engine.connect() as connection:
            case = connection.execute(select(CASES).where(CASES.c.number == number)).first()
            if case is None:
                return None
            began = first_cells(connection, [number]).get(number, Snapshot({}, {}))
            rows = connection.execute(
                select(CHANGES).where(CHANGES.c.case == number).order_by(CHANGES.c.number)
            )
            changes = tuple(
                Change(row.case, row.kind, changes_from_text(row.cells), row.why, row.run) for row in rows
            )
            return Story(number, case.register, case.first_run, _headings(connection, number), began, changes)

    def since(self, day: date) -> tuple[tuple[Run, tuple[Change, ...]], ...]:
        """Return the changes that runs of this local day and later saw, by run, oldest first."""
        with self._engine.connect() as connection:
            runs = connection.execute(select(RUNS).where(RUNS.c.today >= day).order_by(RUNS.c.number)).all()
            by_run: dict[int, list[Change]] = {row.number: [] for row in runs}
            for part in parts(sorted(by_run)):
                rows = connection.execute(
                    select(CHANGES).where(CHANGES.c.run.in_(part)).order_by(CHANGES.c.number)
                )
                for row in rows:
                    cells = changes_from_text(row.cells)
                    by_run[row.run].append(Change(row.case, row.kind, cells, row.why, row.run))
        return tuple((Run(*row), tuple(by_run[row.number])) for row in runs if by_run[row.number])

    def new_since(self, day: date) -> Mapping[int, tuple[int, ...]]:
        """Return the cases that runs of this local day and later saw first; the very first run sees none."""
        wanted = (
            select(CASES.c.first_run, CASES.c.number)
            .join(REGISTERS, REGISTERS.c.id == CASES.c.register)
            .join(RUNS, RUNS.c.number == CASES.c.first_run)
            .where(RUNS.c.today >= day, CASES.c.first_run != REGISTERS.c.first_run)
            .order_by(CASES.c.number)
        )
        found: dict[int, list[int]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(wanted):
                found.setdefault(row.first_run, []).append(row.number)
        return {run: tuple(numbers) for run, numbers in found.items()}

    def is_first(self, story: Story) -> bool:
        """Return True where the case was in its register when the memory began."""
        with self._engine.connect() as connection:
            first = connection.scalar(select(REGISTERS.c.first_run).where(REGISTERS.c.id == story.register))
        return first == story.first_run

    def late(self, number: int) -> tuple[SeenLate, ...]:
        """Return the clocks of a case that were ever shown as late, in the order they were."""
        wanted = select(BREACHES).where(BREACHES.c.case == number).order_by(BREACHES.c.run)
        with self._engine.connect() as connection:
            rows = connection.execute(wanted)
            return tuple(SeenLate(row.clock, row.policy, row.due, row.run) for row in rows)

    def observed(self, number: int) -> Mapping[str, Interval]:
        """Return what was seen to happen to a case, without a date of its own, between which two moments."""
        moments = self.moments()
        wanted = select(OBSERVATIONS).where(OBSERVATIONS.c.case == number).order_by(OBSERVATIONS.c.run)
        with self._engine.connect() as connection:
            rows = connection.execute(wanted)
            return {row.event: Interval(moments.get(row.after_run), moments[row.run]) for row in rows}

    def gone(self, register_id: str | None = None) -> tuple[GoneCase, ...]:
        """Return the cases that are no longer in their register, with their last cells, oldest case first."""
        wanted = (
            select(CASES, RUNS.c.today).join(RUNS, RUNS.c.number == CASES.c.gone_run).order_by(CASES.c.number)
        )
        if register_id is not None:
            wanted = wanted.where(CASES.c.register == register_id)
        with self._engine.connect() as connection:
            rows = connection.execute(wanted.where(CASES.c.gone.not_in(("forgotten", "same")))).all()
            cells = snapshots_of(connection, [row.number for row in rows])
            return tuple(
                GoneCase(
                    row.number,
                    row.register,
                    row.gone,
                    row.today,
                    cells[row.number],
                    _headings(connection, row.number),
                )
                for row in rows
            )

    def last_cells(self, numbers: Collection[int]) -> Mapping[int, Snapshot]:
        """Return the cells of these cases as they were seen last, by number; none of one forgotten."""
        with self._engine.connect() as connection:
            return snapshots_of(connection, numbers)

    def numbers(self) -> Mapping[int, str]:
        """Return every case ever known, by its number, with the id of its register."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(CASES.c.number, CASES.c.register))
            return {row.number: row.register for row in rows}

    def moments(self) -> Mapping[int, datetime]:
        """Return when each run looked at its registers (UTC), by its number."""
        with self._engine.connect() as connection:
            return {row.number: row.as_of for row in connection.execute(select(RUNS.c.number, RUNS.c.as_of))}

    def forget(self, run: Run, number: int, reason: str) -> tuple[str, ...]:
        """Erase a person's data, and return the Message-IDs of the mails that told of the case.

        The cells go, and the mails are emptied; id, date and reason stay. Backups must be made anew after it.
        ConfigError where there is no such case, or its row still stands in the register.
        """
        with self._engine.begin() as connection:
            case = connection.execute(select(CASES).where(CASES.c.number == number)).first()
            if case is None:
                raise ConfigError(
                    f"There is no case C-{number:05d}.", "`complaints-sheet history` lists the cases."
                )
            if case.gone_run is None:
                raise ConfigError(
                    f"C-{number:05d} is still in the register.",
                    "Delete its row there first, run once, and then forget it.",
                )
            _erase_cells(connection, number)
            erased = _erase_mail(connection, case.register, number)
            for table in (CHANGES, EDITS, BREACHES):
                connection.execute(delete(table).where(table.c.case == number))
            gone = {"gone": "forgotten", "print": None, "gone_run": run.number}
            connection.execute(update(CASES).where(CASES.c.number == number).values(gone))
            left = {"case": number, "run": run.number, "kind": "forgotten", "cells": "{}", "why": reason}
            connection.execute(insert(CHANGES).values(left))
        scrub(self._engine)
        return erased


def scrub(engine: Engine) -> None:
    """Overwrite what was erased: SQLite otherwise leaves it in free pages and in its write-ahead log."""
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def _headings(connection: Connection, number: int) -> dict[str, str]:
    """Return the heading of every column of a case: as first kept, then as the register has them now."""
    first = select(PAGES.c.columns).where(PAGES.c.first <= number).order_by(PAGES.c.first.desc()).limit(1)
    now = (
        select(FACES.c.columns)
        .join(CASES, CASES.c.register == FACES.c.register)
        .where(CASES.c.number == number)
    )
    return dict([*(connection.scalar(first) or ()), *(connection.scalar(now) or ())])


def _erase_cells(connection: Connection, number: int) -> None:
    """Rewrite the page that holds the first cells of a case, without them."""
    page = connection.execute(select(PAGES).where(PAGES.c.first <= number, PAGES.c.last >= number)).first()
    if page is None:
        return
    names = [name for name, _ in page.columns]
    rows = unpacked(page.cells, names)
    rows[number - page.first] = Snapshot({}, {})
    cells = repacked(rows, names)
    connection.execute(update(PAGES).where(PAGES.c.first == page.first).values(cells=cells))


def _erase_mail(connection: Connection, register: str, number: int) -> tuple[str, ...]:
    """Empty the messages that told of a case, and return their Message-IDs; those waiting are dropped."""
    mark = case_mark(Case(register, 0, _NOWHERE, {}, {}, (), case_id(number)))
    rows = connection.execute(
        select(OUTBOX.c.number, OUTBOX.c.message_id, OUTBOX.c.told, OUTBOX.c.state)
    ).all()
    erased = [row for row in rows if any(key.startswith(mark) for key in row.told)]
    for row in erased:
        told = {key: facts for key, facts in row.told.items() if not key.startswith(mark)}
        state = "dropped" if row.state in ("queued", "held") else row.state
        values = {"told": told, "state": state, "words": "erased on request"}
        connection.execute(update(OUTBOX).where(OUTBOX.c.number == row.number).values(values))
        content = update(OUTBOX_CONTENTS).where(OUTBOX_CONTENTS.c.number == row.number)
        connection.execute(content.values(content=b""))
    return tuple(row.message_id for row in erased)
