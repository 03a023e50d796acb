"""What people said: this finding is right, this case can wait."""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import Engine, delete, insert, select

from complaints_sheet.core.silence import Accepted
from complaints_sheet.state.tables import ACCEPTED, SNOOZED


class Words:
    """Findings that were accepted as right, by key, and cases put off; the newest word counts."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def accepted(self) -> Mapping[str, Accepted]:
        """Return every finding accepted so far, by its key."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(ACCEPTED)).all()
        return {row.key: Accepted(row.key, row.register, row.facts, row.reason, row.day) for row in rows}

    def accept(self, words: Iterable[Accepted]) -> None:
        """Write down that these findings are right, in place of what was said of them before."""
        with self._engine.begin() as connection:
            for each in words:
                connection.execute(delete(ACCEPTED).where(ACCEPTED.c.key == each.key))
                row = {
                    "key": each.key,
                    "register": each.register,
                    "facts": each.facts,
                    "reason": each.reason,
                    "day": each.day,
                }
                connection.execute(insert(ACCEPTED).values(row))

    def withdraw(self, key: str) -> bool:
        """Let a finding speak again; return False where nobody had accepted it."""
        with self._engine.begin() as connection:
            return connection.execute(delete(ACCEPTED).where(ACCEPTED.c.key == key)).rowcount == 1

    def snoozed(self) -> Mapping[str, date]:
        """Return until which local day each case is put off, by the half of its keys that names the case."""
        with self._engine.connect() as connection:
            return {row.mark: row.until for row in connection.execute(select(SNOOZED))}

    def snooze(self, mark: str, until: date, day: date) -> None:
        """Put a case off until a local day, as asked on `day`; the newest word counts."""
        with self._engine.begin() as connection:
            connection.execute(delete(SNOOZED).where(SNOOZED.c.mark == mark))
            connection.execute(insert(SNOOZED).values(mark=mark, until=until, day=day))

    def forget(self, mark: str) -> None:
        """Erase everything that was said of one case."""
        with self._engine.begin() as connection:
            connection.execute(delete(SNOOZED).where(SNOOZED.c.mark == mark))
            connection.execute(delete(ACCEPTED).where(ACCEPTED.c.key.startswith(f"{mark}-")))
