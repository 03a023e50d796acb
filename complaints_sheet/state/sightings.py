"""When each row of a register was first seen."""

from datetime import date

from sqlalchemy import Engine, insert, select

from complaints_sheet.core.ledger import Run
from complaints_sheet.core.model import Register
from complaints_sheet.core.recollection import Recollection, recollect
from complaints_sheet.state.tables import SIGHTINGS


class Registers:
    """What the memory knows of the rows of each register."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def recall(self, register: Register, today: date) -> Recollection:
        """Return the register with what the memory knows of its cases; nothing is written."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(SIGHTINGS.c.fingerprint, SIGHTINGS.c.day).where(SIGHTINGS.c.register == register.id)
            ).all()
        return recollect(register, {row.fingerprint: row.day for row in rows} or None, today)

    def remember(self, run: Run, recollection: Recollection) -> None:
        """Write down the rows not seen before, in one transaction."""
        day = None if recollection.baseline else run.today
        register = recollection.register.id
        rows = [{"register": register, "fingerprint": each, "day": day} for each in sorted(recollection.new)]
        if rows:
            with self._engine.begin() as connection:
                connection.execute(insert(SIGHTINGS), rows)
