"""Whether mail may leave: each channel armed or not, bound to this machine and database, stopped or not."""

import hashlib
import json
import os
import sys
import uuid
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, insert, select, update

from complaints_sheet.core.ledger import Binding, MailChannel
from complaints_sheet.state.tables import MAIL_CHANNELS

FILE_NAME = "sending.json"
"""The file beside the database that remembers how often sending began: a restored database is behind it."""


class Arming:
    """How each channel stands. `place` names the database; the file in `folder` is only read in a dry run."""

    def __init__(self, engine: Engine, place: str, folder: Path, *, dry_run: bool) -> None:
        self._engine = engine
        self._file = folder / FILE_NAME
        self._dry_run = dry_run
        self.place = place

    def channel(self, name: str) -> MailChannel:
        """Return how a channel stands; one that was never used is not armed."""
        on_file = self._on_file().get(name)  # first, as it is written last: it is never ahead by itself
        with self._engine.connect() as connection:
            row = connection.execute(select(MAIL_CHANNELS).filter_by(channel=name)).first()
        if row is None:
            return MailChannel(name, rounds_on_file=on_file)
        return MailChannel(
            name,
            row.baseline,
            row.armed,
            Binding(row.host, row.place, tuple(row.registers), row.prints),
            row.expected,
            row.rounds,
            on_file,
            row.stopped,
            row.stopped_at,
            row.stops,
            row.next_try,
            row.flood_day,
        )

    def channels(self) -> tuple[MailChannel, ...]:
        """Return how every channel stands that was ever used, by name."""
        with self._engine.connect() as connection:
            names = connection.scalars(
                select(MAIL_CHANNELS.c.channel).order_by(MAIL_CHANNELS.c.channel)
            ).all()
        return tuple(self.channel(name) for name in names)

    def is_armed(self, name: str) -> bool:
        """Return True where a person armed the channel, whatever has changed since."""
        wanted = select(MAIL_CHANNELS.c.armed).filter_by(channel=name)
        with self._engine.connect() as connection:
            return connection.scalar(wanted) is not None

    def arm(self, name: str, at: datetime, binding: Binding, expected: int) -> None:
        """Let mail leave by this channel, from this machine, this database and these registers."""
        rounds = max(self.channel(name).rounds, self._on_file().get(name, 0))
        self._write(
            name,
            armed=at,
            baseline=at,
            host=binding.host,
            place=binding.place,
            registers=list(binding.registers),
            prints=dict(binding.prints),
            expected=expected,
            rounds=rounds,
            **_GOING,
        )
        self._remember(name, rounds)

    def disarm(self, name: str) -> None:
        """Let no mail leave by this channel, at once, also not by a run that is at work."""
        self._write(name, armed=None)

    def baseline(self, name: str, at: datetime) -> None:
        """Record that a run has shown what it would have sent."""
        self._write(name, baseline=at)

    def next_round(self, name: str) -> None:
        """Record that sending begins: in the database, then in the file, and only then may anything go."""
        with self._engine.begin() as connection:
            _ensure(connection, name)
            grown = update(MAIL_CHANNELS).filter_by(channel=name).values(rounds=MAIL_CHANNELS.c.rounds + 1)
            rounds = connection.scalar(grown.returning(MAIL_CHANNELS.c.rounds))
        self._remember(name, rounds or 0)

    def stop(self, name: str, at: datetime, words: str, next_try: datetime) -> None:
        """Record why nothing can go out by this channel, and when to try again."""
        with self._engine.begin() as connection:
            _ensure(connection, name)
            connection.execute(
                update(MAIL_CHANNELS)
                .filter_by(channel=name)
                .values(stopped=words, stopped_at=at, next_try=next_try, stops=MAIL_CHANNELS.c.stops + 1)
            )

    def go(self, name: str) -> None:
        """Record that mail goes out again, or may be tried again at once."""
        self._write(name, **_GOING)

    def accept_flood(self, name: str, day: date) -> None:
        """Record that a person said yes to more mail than usual on this local day."""
        self._write(name, flood_day=day)

    def _write(self, name: str, **values: object) -> None:
        with self._engine.begin() as connection:
            _ensure(connection, name)
            connection.execute(update(MAIL_CHANNELS).filter_by(channel=name).values(**values))

    def _on_file(self) -> dict[str, int]:
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(name): int(rounds) for name, rounds in found.items()} if isinstance(found, dict) else {}

    def _remember(self, name: str, rounds: int) -> None:
        if self._dry_run:
            return
        known = self._on_file()
        known[name] = max(rounds, known.get(name, 0))
        partial = self._file.with_suffix(f".{os.getpid()}.partial")
        with partial.open("w", encoding="utf-8") as file:
            json.dump(known, file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self._file)


_GOING = {"stopped": "", "stopped_at": None, "next_try": None, "stops": 0}


def _ensure(connection: Connection, name: str) -> None:
    if connection.execute(select(MAIL_CHANNELS.c.channel).filter_by(channel=name)).first() is None:
        connection.execute(insert(MAIL_CHANNELS).values(channel=name, **_UNUSED))


_UNUSED = {
    "host": "",
    "place": "",
    "registers": [],
    "prints": {},
    "expected": 0,
    "rounds": 0,
    "stopped": "",
    "stops": 0,
}


_WINDOWS_KEY = r"SOFTWARE\Microsoft\Cryptography"


def host_id() -> str:
    """Return a name for this machine that stays the same and tells nothing about it.

    It is made from the id that Windows or Linux gave the machine when it was installed, else from its network
    card's address. A clone of a whole machine cannot be told apart.
    """
    named = _windows_id() if sys.platform == "win32" else _linux_id()
    return hashlib.blake2b((named or f"{uuid.getnode():x}").encode(), digest_size=8).hexdigest()


def _linux_id() -> str:
    for place in (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id")):
        try:
            if found := place.read_text(encoding="ascii").strip():
                return found
        except (OSError, ValueError):
            continue
    return ""


def _windows_id() -> str:
    if sys.platform == "win32":
        import winreg

        try:
            rights = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _WINDOWS_KEY, 0, rights) as key:
                return str(winreg.QueryValueEx(key, "MachineGuid")[0])
        except OSError:
            return ""
    return ""
