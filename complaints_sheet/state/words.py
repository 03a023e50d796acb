"""What people said: this finding is right."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Engine, delete, insert, select

from complaints_sheet.core.silence import Accepted
from complaints_sheet.state.tables import ACCEPTED


class Words:
    """Findings that were accepted as right, by key; the newest word counts."""

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
