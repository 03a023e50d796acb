"""Looking after the database file: is it whole, a backup of it, and putting a backup back."""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from complaints_sheet.errors import ConfigError, DeliveryError

_NAME = "memory-{:%Y-%m-%dT%H%M%SZ}.sqlite3"


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the database is whole: what is wrong with it, and what to do."""

    faults: tuple[str, ...]
    advice: str = ""

    @property
    def whole(self) -> bool:
        """Return True where nothing is wrong."""
        return not self.faults


def health(engine: Engine) -> Health:
    """Return whether every page and index of the database can be read and agrees; takes a moment."""
    if engine.dialect.name != "sqlite":
        return Health(())
    with engine.connect() as connection:
        try:
            said = connection.exec_driver_sql("PRAGMA integrity_check(20)").scalars().all()
        except DBAPIError as error:
            said = [str(error.orig)]
    faults = tuple(str(each) for each in said if each != "ok")
    advice = "Stop all runs, move the file away, put the newest backup in its place, and run once."
    return Health(faults, advice if faults else "")


def back_up(engine: Engine, folder: Path, at: datetime) -> Path:
    """Return the file in the folder that now holds a whole copy of the database; `at` (aware) gives its name.

    It is written under another name first, so that a half-written copy is never taken for a backup.
    """
    if engine.dialect.name != "sqlite":
        raise ConfigError(
            "This memory is kept by a database server.", "Please back it up with the server's own tools."
        )
    target = folder / _NAME.format(at.astimezone(UTC))
    partial = target.with_suffix(".partial")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        os.close(os.open(partial, os.O_CREAT | os.O_WRONLY, 0o600))
        _copy(engine, partial)
        partial.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise DeliveryError(
            f"The backup could not be written to {folder} ({type(error).__name__}).",
            "Make room or choose another folder, and try again.",
        ) from error
    return target


def backups(folder: Path) -> Sequence[Path]:
    """Return the backups in the folder, newest first."""
    return sorted(folder.glob("memory-*.sqlite3"), reverse=True)


def _copy(engine: Engine, target: Path) -> None:
    connection = engine.raw_connection()
    try:
        source = connection.driver_connection
        if not isinstance(source, sqlite3.Connection):
            raise TypeError("not a SQLite connection")
        with closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
    finally:
        connection.close()
