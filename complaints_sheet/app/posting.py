"""`outbox`: look at the messages, release, drop or settle one."""

from datetime import datetime
from pathlib import Path

from complaints_sheet.app.looking import Sight, sight
from complaints_sheet.core.ledger import OutboxEntry
from complaints_sheet.errors import ConfigError

DONE = ("sent", "dropped")


def messages(
    config_file: Path, *, everything: bool, as_of: str | None, now: datetime
) -> tuple[OutboxEntry, ...]:
    """Return the messages that wait or need a person; all of them where asked, oldest first."""
    with sight(config_file, as_of=as_of, now=now) as seen:
        entries = seen.state.outbox.entries()
    return entries if everything else tuple(each for each in entries if each.state not in DONE)


def message_of(number: int, config_file: Path, *, as_of: str | None, now: datetime) -> OutboxEntry:
    """Return one message by its number; ConfigError where there is none."""
    with sight(config_file, as_of=as_of, now=now) as seen:
        return _entry(seen, number)


def release(
    number: int, config_file: Path, *, as_of: str | None, now: datetime, dry_run: bool
) -> OutboxEntry:
    """Let a held or refused message go out with the next run; ConfigError where it does not wait for that."""
    with sight(config_file, as_of=as_of, now=now, writes=not dry_run) as seen:
        entry = _entry(seen, number)
        if entry.state not in ("held", "failed"):
            raise _cannot(entry, "released", "Only a message that is held or was refused can be released.")
        seen.state.outbox.release(number, seen.moment)
        return _entry(seen, number)


def drop(number: int, config_file: Path, *, as_of: str | None, now: datetime, dry_run: bool) -> OutboxEntry:
    """Never send a message; ConfigError where it has gone out already."""
    with sight(config_file, as_of=as_of, now=now, writes=not dry_run) as seen:
        entry = _entry(seen, number)
        if not seen.state.outbox.drop(number, seen.moment, "dropped by hand"):
            raise _cannot(entry, "dropped", "Only a message that has not gone out can be dropped.")
        return _entry(seen, number)


def settle(
    number: int, config_file: Path, *, went_out: bool, as_of: str | None, now: datetime, dry_run: bool
) -> OutboxEntry:
    """Say of a message whose outcome is not known whether it went out; if not, it goes with the next run."""
    with sight(config_file, as_of=as_of, now=now, writes=not dry_run) as seen:
        entry = _entry(seen, number)
        if entry.state != "unknown":
            raise _cannot(entry, "settled", "Only a message whose outcome is not known needs settling.")
        if went_out:
            seen.state.outbox.sent(number, seen.moment, "settled by hand: it went out")
        else:
            seen.state.outbox.release(number, seen.moment)
        return _entry(seen, number)


def _entry(seen: Sight, number: int) -> OutboxEntry:
    entry = seen.state.outbox.entry(number)
    if entry is None:
        raise ConfigError(f"There is no message {number}.", "`complaints-sheet outbox list` shows them.")
    return entry


def _cannot(entry: OutboxEntry, done: str, why: str) -> ConfigError:
    return ConfigError(f"Message {entry.number} is {entry.state}, so it cannot be {done}.", why)
