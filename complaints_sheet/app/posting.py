"""`outbox`: look at messages and say why each went; release, drop or settle them; free an address."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from complaints_sheet.app.arming import mail_troubles
from complaints_sheet.app.looking import Sight, sight
from complaints_sheet.core.findings import remembered_mark
from complaints_sheet.core.journal import case_id
from complaints_sheet.core.ledger import MailStep, OutboxEntry, OutboxState, Run
from complaints_sheet.core.routing import one_address
from complaints_sheet.core.telling import Told, told_from_text
from complaints_sheet.errors import ConfigError

DONE: tuple[OutboxState, ...] = ("sent", "dropped")
NEEDS_A_PERSON: tuple[OutboxState, ...] = ("failed", "held", "unknown")


@dataclass(frozen=True, slots=True)
class Messages:
    """Messages, oldest first, and what keeps mail back, in sentences."""

    entries: tuple[OutboxEntry, ...]
    troubles: tuple[str, ...] = ()

    @property
    def needs_a_person(self) -> bool:
        """Return True where mail is held, refused or of unknown outcome, or kept back altogether."""
        return bool(self.troubles) or any(each.state in NEEDS_A_PERSON for each in self.entries)


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a message told: of which case (its id, else the mark in its key), and how it stood."""

    case: str
    told: Told | None
    words: str


@dataclass(frozen=True, slots=True)
class MessageStory:
    """One message: to whom and why, what it told, the run that wrote it, and everything that happened to it.

    `name` is whose address it is in the people list now, empty where it is nobody's.
    """

    entry: OutboxEntry
    name: str
    run: Run | None
    facts: tuple[Fact, ...]
    steps: tuple[MailStep, ...]
    as_of: datetime


def messages(config_file: Path, *, everything: bool, as_of: str | None, now: datetime) -> Messages:
    """Return the messages that wait or need a person; all of them where asked, oldest first."""
    with sight(config_file, as_of=as_of, now=now) as seen:
        entries = seen.state.outbox.entries()
        troubles = mail_troubles(seen.config, seen.state, seen.moment)
    wanted = entries if everything else tuple(each for each in entries if each.state not in DONE)
    return Messages(wanted, troubles)


def message_of(number: int, config_file: Path, *, as_of: str | None, now: datetime) -> MessageStory:
    """Return one message by its number with its story; ConfigError where there is none."""
    with sight(config_file, as_of=as_of, now=now) as seen:
        entry = _entry(seen, number)
        names = {each.email.casefold(): each.name for each in seen.config.directory.people if each.email}
        return MessageStory(
            entry,
            names.get(entry.message.receiver.casefold(), ""),
            seen.state.runs.numbered(entry.run) if entry.run is not None else None,
            tuple(_facts(seen, entry)),
            seen.state.outbox.steps(number),
            seen.moment,
        )


def _facts(seen: Sight, entry: OutboxEntry) -> Iterator[Fact]:
    """Yield what the message told; a case is called by its id also after it has left the register."""
    wanted = {key.partition(":")[0].partition("-")[0] for key in entry.message.told}
    ids = {
        mark: case_id(number)
        for number, register in seen.state.history.numbers().items()
        if (mark := remembered_mark(register, case_id(number))) in wanted
    }
    for key, words in entry.message.told.items():
        mark = key.partition(":")[0].partition("-")[0]
        yield Fact(ids.get(mark, mark), told_from_text(words), words)


def release(
    number: int, config_file: Path, *, as_of: str | None, now: datetime, dry_run: bool
) -> OutboxEntry:
    """Let a held or refused message go out with the next run; ConfigError where it does not wait for that."""
    with sight(config_file, as_of=as_of, now=now, writes=not dry_run) as seen:
        entry = _entry(seen, number)
        if entry.state not in ("held", "failed") or entry.held_by == "unsettled":
            raise _cannot(entry, "released", "Only a message that is held or was refused can be released.")
        seen.state.outbox.release(number, seen.moment)
        return _entry(seen, number)


def release_all(
    config_file: Path, *, as_of: str | None, now: datetime, dry_run: bool
) -> tuple[OutboxEntry, ...]:
    """Say yes to a flood, try a stopped server again, and return the messages that go with the next run.

    Messages of unknown outcome, and those to suspended addresses, are not among them.
    """
    with sight(config_file, as_of=as_of, now=now, writes=not dry_run) as seen:
        state, kind = seen.state, seen.config.delivery.kind
        state.arming.accept_flood(kind, seen.moment.date())
        state.arming.go(kind)
        held = [each for each in state.outbox.entries("held") if each.held_by in ("", "flood", "domain")]
        for each in held:
            state.outbox.release(each.number, seen.moment)
        return tuple(_entry(seen, each.number) for each in held)


def release_address(
    address: str, config_file: Path, *, as_of: str | None, now: datetime, dry_run: bool
) -> tuple[OutboxEntry, ...]:
    """Send to a suspended address again, and return the messages that waited for that.

    ConfigError where the address is not suspended.
    """
    with sight(config_file, as_of=as_of, now=now, writes=not dry_run) as seen:
        if not seen.state.addresses.lift(address):
            raise ConfigError(
                f"{address} is not suspended.", "`complaints-sheet outbox list` shows what is held, and why."
            )
        held = [
            each
            for each in seen.state.outbox.entries("held")
            if each.held_by == "suspended" and each.message.address.casefold() == address.casefold()
        ]
        for each in held:
            seen.state.outbox.release(each.number, seen.moment)
        return tuple(_entry(seen, each.number) for each in held)


def is_address(text: str) -> bool:
    """Return True where a text is an address rather than the number of a message."""
    return one_address(text) is not None


def drop(number: int, config_file: Path, *, as_of: str | None, now: datetime, dry_run: bool) -> OutboxEntry:
    """Never send a message; ConfigError where it has gone out already."""
    with sight(config_file, as_of=as_of, now=now, writes=not dry_run) as seen:
        entry = _entry(seen, number)
        if not seen.state.outbox.drop(number, seen.moment, "dropped by hand", "hand"):
            raise _cannot(entry, "dropped", "Only a message that has not gone out can be dropped.")
        return _entry(seen, number)


def settle(
    number: int, config_file: Path, *, went_out: bool, as_of: str | None, now: datetime, dry_run: bool
) -> OutboxEntry:
    """Say of a message whose outcome is not known whether it went out; if not, it goes with the next run."""
    with sight(config_file, as_of=as_of, now=now, writes=not dry_run) as seen:
        entry = _entry(seen, number)
        if entry.state != "unknown" and entry.held_by != "unsettled":
            raise _cannot(entry, "settled", "Only a message whose outcome is not known needs settling.")
        if went_out:
            seen.state.outbox.sent(number, seen.moment, "settled by hand: it went out", told_at=entry.changed)
        else:
            seen.state.outbox.release(number, seen.moment, "settled by hand: it did not go out")
        return _entry(seen, number)


def _entry(seen: Sight, number: int) -> OutboxEntry:
    entry = seen.state.outbox.entry(number)
    if entry is None:
        raise ConfigError(f"There is no message {number}.", "`complaints-sheet outbox list` shows them.")
    return entry


def _cannot(entry: OutboxEntry, done: str, why: str) -> ConfigError:
    return ConfigError(f"Message {entry.number} is {entry.state}, so it cannot be {done}.", why)
