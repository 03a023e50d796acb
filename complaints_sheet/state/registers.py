"""The registers: what the memory knows of each row, and writing down what a run saw, all or nothing."""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import Connection, Engine, func, insert, select, update

from complaints_sheet.core.breaker import Limits
from complaints_sheet.core.collection import collection_paused
from complaints_sheet.core.edits import looked_over
from complaints_sheet.core.journal import case_number
from complaints_sheet.core.ledger import Run
from complaints_sheet.core.model import Case, Judgement, Register
from complaints_sheet.core.recollection import (
    Recollection,
    first_recollection,
    found_by_print,
    reading_of,
    recollect,
    same_recollection,
    unnamed,
)
from complaints_sheet.core.retention import usually_kept
from complaints_sheet.errors import SourceError
from complaints_sheet.state.joining import join
from complaints_sheet.state.recalling import face_of, first_breaches, past_edits, snapshots_of
from complaints_sheet.state.remembering import (
    write_changes,
    write_edits,
    write_face,
    write_new,
    write_observations,
    write_seen,
)
from complaints_sheet.state.tables import BREACHES, CASES, REGISTERS, RUNS


class Registers:
    """What is known of the rows of each register."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._next_number = 0

    def recall(
        self,
        register: Register,
        today: date,
        *,
        name_new: bool = True,
        limits: Limits | None = None,
        kept: Callable[[Case], date | None] = usually_kept,
    ) -> Recollection:
        """Return the register with what the memory knows of its cases; nothing is written.

        `today` is the local date. New cases get their ids here, and keep them once remembered; a mere look
        (`name_new=False`) leaves them without. Findings about edits are added to the register's own. Where
        `alarm` is not empty, the run must stop. `limits` say how much may be missing, `kept` until when the
        record of a case must be kept.
        """
        recalled = self._recalled(register, today, limits, kept)
        return recalled if name_new else unnamed(recalled)

    def _recalled(
        self,
        register: Register,
        today: date,
        limits: Limits | None,
        kept: Callable[[Case], date | None],
    ) -> Recollection:
        with self._engine.connect() as connection, collection_paused():
            face = face_of(connection, register.id)
            if face is None:
                return first_recollection(register, today, self._numbers(connection, len(register.cases)))
            if face.reading == reading_of(register) and len(face.numbers) == len(register.cases):
                recalled = same_recollection(register, face, today)
            else:
                found = found_by_print(register, face)
                snapshots = snapshots_of(connection, found[1].left_known)
                first = self._numbers(connection, len(found[1].left))
                recalled = recollect(register, face, found, snapshots, today=today, next_number=first)
            breached = first_breaches(connection, register.id) if recalled.changes else {}
            return looked_over(recalled, past_edits(connection, register.id, today), breached, limits, kept)

    def remember(
        self, run: Run, recalled: Recollection, *, accept: bool = False, rollover: bool = False
    ) -> None:
        """Write down what the run saw of the register, in one transaction; nothing new adds no row.

        SourceError where the circuit breaker says stop, unless a person said `accept`. With `rollover` the
        rows that are missing stay in last year's file: they are not removed, and nothing stops.
        """
        if recalled.alarm and not accept and not rollover:
            raise SourceError(
                f"{recalled.alarm} Nothing was sent and nothing was marked as removed.",
                "Look at the file: it may be half saved, or sorted badly. If all is as it should be, go on "
                "with `complaints-sheet run --accept`.",
            )
        register = recalled.register
        with self._engine.begin() as connection, collection_paused():
            after = write_seen(connection, register.id, run)
            if recalled.same:
                return
            write_new(connection, run, recalled)
            write_changes(connection, run, recalled, "rolled over" if rollover else "removed")
            if after is not None:
                write_observations(connection, run, recalled, after)
            if not rollover:
                write_edits(connection, run, recalled)
            write_face(connection, recalled)

    def join(self, run: Run, new: int, old: int) -> str:
        """Let a row taken for a new case be an older one, all or nothing; return why it cannot be, or "".

        The next run finds the older case in the row's place.
        """
        with self._engine.begin() as connection:
            return join(connection, run, new, old)

    def last_looked(self, register_id: str) -> datetime | None:
        """Return the moment (UTC) of the last run that read the register well, or None before any."""
        wanted = (
            select(RUNS.c.as_of)
            .join(REGISTERS, REGISTERS.c.run == RUNS.c.number)
            .where(REGISTERS.c.id == register_id)
        )
        with self._engine.connect() as connection:
            found: datetime | None = connection.scalar(wanted)
        return found

    def alarm(self, register_id: str, words: str) -> bool:
        """Return True where the circuit breaker has not said this already, so that it is told once.

        The next good run calls it off. Of a register that no run has read yet nothing can be kept: True.
        """
        known = select(REGISTERS.c.id).where(REGISTERS.c.id == register_id)
        changed = (
            update(REGISTERS)
            .where(REGISTERS.c.id == register_id, REGISTERS.c.alarm != words)
            .values(alarm=words)
        )
        with self._engine.begin() as connection:
            return connection.execute(changed).rowcount == 1 or connection.scalar(known) is None

    def observe_breaches(self, run: Run, judgement: Judgement) -> int:
        """Return how many clocks were seen as late for the first time; each is written down once."""
        late = {
            (number, verdict.clock, verdict.policy): verdict.due
            for case, of_case in zip(judgement.register.cases, judgement.verdicts, strict=True)
            for verdict in of_case
            if verdict.outcome == "breached" and (number := case_number(case.id or ""))
        }
        if not late:
            return 0
        with self._engine.begin() as connection:
            known = {
                tuple(row)
                for row in connection.execute(select(BREACHES.c.case, BREACHES.c.clock, BREACHES.c.policy))
            }
            rows = [
                {"case": number, "clock": clock, "policy": policy, "due": str(due or ""), "run": run.number}
                for (number, clock, policy), due in late.items()
                if (number, clock, policy) not in known
            ]
            if rows:
                connection.execute(insert(BREACHES), rows)
        return len(rows)

    def _numbers(self, connection: Connection, count: int) -> int:
        """Return the first of so many numbers that no case has."""
        if not self._next_number:
            self._next_number = (connection.scalar(select(func.max(CASES.c.number))) or 0) + 1
        first = self._next_number
        self._next_number += count
        return first
