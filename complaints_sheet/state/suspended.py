"""Addresses that a mail server refused: nothing goes there until their entry is edited."""

from datetime import datetime

from sqlalchemy import Engine, delete, insert, select

from complaints_sheet.core.ledger import Suspended
from complaints_sheet.state.tables import SUSPENDED


class Addresses:
    """The suspended addresses, folded to small letters."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def suspended(self) -> dict[str, Suspended]:
        """Return every suspended address with what the server said."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(SUSPENDED).order_by(SUSPENDED.c.since)).all()
        return {row.address: Suspended(row.address, row.since, row.words, row.entry) for row in rows}

    def suspend(self, address: str, at: datetime, words: str, entry: str) -> None:
        """Send nothing to an address any more; `entry` stands for its person in the directory."""
        folded = address.casefold()
        with self._engine.begin() as connection:
            connection.execute(delete(SUSPENDED).filter_by(address=folded))
            connection.execute(insert(SUSPENDED).values(address=folded, since=at, words=words, entry=entry))

    def lift(self, address: str) -> bool:
        """Return True where the address was suspended and no longer is."""
        with self._engine.begin() as connection:
            return connection.execute(delete(SUSPENDED).filter_by(address=address.casefold())).rowcount == 1
