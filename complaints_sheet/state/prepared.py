"""Statements that run for every message: compiled once, and executed without detours."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.sql.elements import ClauseElement

from complaints_sheet.state.tables import Moment

_MOMENT = Moment()


class Prepared:
    """One statement as the database's own driver takes it; the values it always has are kept with it."""

    def __init__(self, engine: Engine, statement: ClauseElement) -> None:
        self._engine = engine
        self._statement = statement

    @cached_property
    def _compiled(self) -> tuple[str, list[str] | None, Mapping[str, object]]:
        """Return the text, the order of its values (None where they go by name), and the values."""
        compiled: Any = self._statement.compile(self._engine)
        return (
            str(compiled),
            compiled.positiontup,
            {name: each.value for name, each in compiled.binds.items()},
        )

    def run(self, cursor: Any, given: Mapping[str, object]) -> int:
        """Execute it, and return how many rows it changed; moments are aware."""
        text, order, always = self._compiled
        values = {name: _bound(given.get(name, value)) for name, value in always.items()}
        cursor.execute(text, values if order is None else [values[name] for name in order])
        return int(cursor.rowcount)


def _bound(value: object) -> object:
    return _MOMENT.process_bind_param(value, None) if isinstance(value, datetime) else value  # type: ignore[arg-type]


@contextmanager
def quick_transaction(engine: Engine, *, may_fade: bool = False) -> Iterator[Any]:
    """Yield a cursor of the driver within one transaction, committed at the end, undone on any error.

    Once committed it outlives a power cut, unless it `may_fade`: then it outlives the end of this program,
    however sudden, and a power cut only with the next transaction. That spares a wait for the disk.
    """
    connection = engine.raw_connection()
    sqlite = engine.dialect.name == "sqlite"
    try:
        cursor = connection.cursor()
        if may_fade and sqlite:
            cursor.execute("PRAGMA synchronous = NORMAL")
        if sqlite:
            cursor.execute("BEGIN IMMEDIATE")
        elif may_fade:
            cursor.execute("SET LOCAL synchronous_commit TO OFF")
        yield cursor
        connection.commit()
    except BaseException as error:
        connection.rollback()
        if isinstance(error, engine.dialect.loaded_dbapi.OperationalError):
            raise OperationalError("", {}, error) from error
        raise
    finally:
        if may_fade and sqlite:
            connection.cursor().execute("PRAGMA synchronous = FULL")
        connection.close()
