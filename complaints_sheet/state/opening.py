"""Opening the memory: the lock, the migrations, and the rule that nothing is lost when the power goes."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from complaints_sheet.errors import BusyError, ConfigError, DeliveryError, Stopped
from complaints_sheet.state.arming import Arming
from complaints_sheet.state.history import History
from complaints_sheet.state.ideas import Ideas
from complaints_sheet.state.jobs import Jobs
from complaints_sheet.state.migrations import is_newest, migrate
from complaints_sheet.state.outbox import Outbox
from complaints_sheet.state.packs import Packs
from complaints_sheet.state.place import locked, prepare, refuse_share
from complaints_sheet.state.registers import Registers
from complaints_sheet.state.replies import Replies
from complaints_sheet.state.runs import Runs
from complaints_sheet.state.suspended import Addresses
from complaints_sheet.state.words import Words

FILE_NAME = "memory.sqlite3"


@dataclass(frozen=True, slots=True)
class State:
    """The open memory, in rooms. The first lines of the package show one run."""

    runs: Runs
    registers: Registers
    history: History
    outbox: Outbox
    packs: Packs
    words: Words
    jobs: Jobs
    ideas: Ideas
    arming: Arming
    addresses: Addresses
    replies: Replies
    engine: Engine
    file: Path | None  # None where the database is not a file, or is a private copy


@contextmanager
def open_state(
    folder: Path, url: str | None = None, *, dry_run: bool = False, alone: bool = True
) -> Iterator[State]:
    """Return the memory kept in the folder (or behind the database URL), open for the time of a `with`.

    Only one run may hold it (BusyError). With `dry_run` it is a copy in memory: no lock, no file, no change.
    Without `alone` it is open beside a run: for a look, and for claims and conditional updates.
    ConfigError where the folder or the database cannot be used, with what to do.
    """
    with ExitStack() as stack:
        if dry_run:
            engine = _copy(folder, url)
        elif alone:
            prepare(folder)
            stack.enter_context(locked(folder))
            engine = _engine(folder, url)
        else:
            engine = _newest(folder, url)
        stack.callback(engine.dispose)
        if alone or dry_run:
            _bring_up_to_date(engine, folder)
        file = None if dry_run or url else folder / FILE_NAME
        rooms = (
            Runs(engine),
            Registers(engine),
            History(engine),
            Outbox(engine),
            Packs(engine),
            Words(engine),
            Jobs(engine),
            Ideas(engine),
            Arming(engine, _name(folder, url), folder, dry_run=dry_run),
            Addresses(engine),
            Replies(engine),
        )
        try:
            yield State(*rooms, engine, file)
        except OperationalError as error:
            raise _trouble(error, file or folder) from error


def _newest(folder: Path, url: str | None) -> Engine:
    """Return the database, brought up to date under the lock where that was not done yet."""
    there = url is not None or (folder / FILE_NAME).exists()
    mark = (folder, url, there and url is None and (folder / FILE_NAME).stat().st_ino)
    if mark not in _KNOWN_AS_NEWEST:
        if not there or not is_newest(_beside(folder, url)):
            with open_state(folder, url):
                pass
        if there:
            _KNOWN_AS_NEWEST.add(mark)
    return _beside(folder, url)


_KNOWN_AS_NEWEST: set[tuple[Path, str | None, int | bool]] = set()  # so that each file is asked once


@lru_cache(maxsize=8)
def _beside(folder: Path, url: str | None) -> Engine:
    """Return the one engine for all looks: it keeps what it made of a question, never a connection."""
    return _engine(folder, url)


def _name(folder: Path, url: str | None) -> str:
    """Return what the database is called, by which a copy of it is told apart."""
    if url is None:
        return str((folder / FILE_NAME).resolve())
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return str(Path(address.database or "").resolve())
    return address.set(password=None).render_as_string()


def _engine(folder: Path, url: str | None) -> Engine:
    if url is not None:
        return _engine_by_url(url)
    file = folder / FILE_NAME
    if not file.exists():
        os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))
    engine = create_engine(f"sqlite:///{file}")
    _settle_sqlite(engine)
    return engine


def _engine_by_url(url: str) -> Engine:
    try:
        address = make_url(url)
        if address.get_backend_name() == "sqlite" and address.database:
            refuse_share(Path(address.database).parent)
        engine = create_engine(address)
    except (ArgumentError, ImportError) as error:
        raise ConfigError(
            "The database address under `state: {url: ...}` cannot be used.",
            "Write it as `postgresql+psycopg://name@host/database`, or leave it out to use a file.",
        ) from error
    if engine.dialect.name == "sqlite":
        _settle_sqlite(engine)
    return engine


def _copy(folder: Path, url: str | None) -> Engine:
    """Return a private copy of the memory, empty where there is none yet."""
    if url is not None and not url.startswith("sqlite"):
        raise ConfigError(
            "A trial run without writing needs the memory in a file.",
            "Leave out `state: {url: ...}`, or `--dry-run`.",
        )
    source = folder / FILE_NAME if url is None else Path(make_url(url).database or "")
    copy = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
    if source.is_file():
        # An idle database is opened as unchanging, since a plain read would leave files beside it.
        idle = not source.with_name(source.name + "-wal").exists()
        address = f"{source.absolute().as_uri()}?{'immutable=1' if idle else 'mode=ro'}"
        original = sqlite3.connect(address, uri=True)
        try:
            original.backup(copy)
        except sqlite3.DatabaseError as error:
            raise _damaged(source) from error
        finally:
            original.close()
    engine = create_engine("sqlite://", creator=lambda: copy, poolclass=StaticPool)
    _settle_sqlite(engine)
    return engine


def _settle_sqlite(engine: Engine) -> None:
    """Make transactions begin when we say so, and survive a power cut once committed."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for setting in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "busy_timeout = 10000",
        ):
            connection.execute(f"PRAGMA {setting}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _bring_up_to_date(engine: Engine, folder: Path) -> None:
    try:
        migrate(engine)
    except DBAPIError as error:
        raise _damaged(folder / FILE_NAME) from error


def _trouble(error: OperationalError, place: Path) -> Stopped:
    """Return what a database that refuses to work means for the person at the keyboard.

    Whatever was being written is undone as a whole, so that the next run simply does it again.
    """
    said = str(error.orig).casefold()
    if "locked" in said or "busy" in said:
        return BusyError(f"Another program holds the memory {place}.", "Close it, then run again.")
    if "full" in said:
        return DeliveryError(
            f"There is no room left on the disk that holds the memory, {place}.",
            "Make room, then run again: nothing was left half written.",
        )
    if "malformed" in said or "not a database" in said:
        return _damaged(place)
    return DeliveryError(
        f"The memory cannot be read or written: {place}.",
        "Check that the disk is there and that you may write to the folder, then run again.",
    )


def _damaged(file: Path) -> ConfigError:
    return ConfigError(
        f"The memory cannot be opened: {file}.",
        "If the disk is full, make room. If the file is damaged, move it away and put the last "
        "backup in its place; `complaints-sheet doctor` says more.",
    )
