"""Delivering what is queued: every guard first, then one message after the other, each step written down."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias
from uuid import uuid4

from complaints_sheet.app.arming import stop_file, why_off
from complaints_sheet.app.settling import settle
from complaints_sheet.app.workplace import TEST, Desk
from complaints_sheet.core.alerts import ALERT_TEMPLATES
from complaints_sheet.core.guards import (
    SWITCH_ON,
    TOO_OLD_TO_SEND_BY,
    flood,
    flood_limit,
    next_try,
    opening,
    outside_domains,
    stop_pause,
    wrong_recipient,
)
from complaints_sheet.core.ledger import OutboxEntry, OutboxState
from complaints_sheet.core.messages import Message, stored_message
from complaints_sheet.core.people import Directory
from complaints_sheet.core.wording import clock_time, weekday_day
from complaints_sheet.errors import ClaimLost, DeliveryError, SourceError

if TYPE_CHECKING:
    from complaints_sheet.channels import Deliver
    from complaints_sheet.state.outbox import Accepted

BATCH = 100  # claimed at once: one commit, and one round on file
STRIKES = 3  # so many messages in a row that nobody took: the rest waits
MOST_PAUSES = 5  # so many times in a row the server may ask to wait
PAUSE_SECONDS = 60.0
USUAL_OVER = timedelta(days=30)

Untrue: TypeAlias = Callable[[OutboxEntry], str]
"""Says why a message is no longer true, or nothing."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one message. `words` are the channel's, or why it was not delivered and what to do.

    `state` is how it stands in the outbox now. It `waits` where nothing is wrong and nobody has to do
    anything: outside the hours for mail.
    """

    kind: str
    to: str
    subject: str
    reason: str
    delivered: bool
    words: str
    number: int | None = None
    state: OutboxState = "queued"
    waits: bool = False

    @property
    def needs_a_look(self) -> bool:
        """Return True where the message has not gone out and somebody may have to do something."""
        return not (self.delivered or self.waits or self.state == "dropped")


def send_queued(
    desk: Desk,
    *,
    look_again: Callable[[], Untrue] | None = None,
    only: str | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> tuple[Delivery, ...]:
    """Deliver what is queued for the desk's channel, and return what became of each message.

    `look_again` reads the registers anew and returns what tells whether a message is still true; it is asked
    once they were read more than five minutes ago. With `only`, the key of one message, no other is touched.
    In a dry run nothing is delivered, and what is returned is what would be.
    """
    if only is None and not desk.dry_run:
        settle(desk)
    suspended = {} if desk.dry_run else _suspended(desk)
    queued = desk.state.outbox.entries("queued", channel=desk.channel)
    entries = [each for each in queued if only is None or each.message.key == only]
    if desk.dry_run:
        return tuple(_fate(each, "would be delivered", delivered=True) for each in entries)
    kept = list(_kept_back(desk, entries, suspended))
    back = {each.number for each in kept}
    entries = [each for each in entries if each.number not in back]
    if entries and (shut := _shut(desk)):
        return (*kept, *_waiting(desk, entries, shut))
    flooded = list(_flooded(desk, entries))
    held = {each.number for each in flooded}
    entries = [each for each in entries if each.number not in held]
    return (*kept, *flooded, *(_Sender(desk, look_again, pause).send(entries) if entries else ()))


# --- what keeps everything back ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Shut:
    """Why nothing may leave now; `waits` where that is as it should be."""

    words: str
    waits: bool = False


def _shut(desk: Desk) -> _Shut | None:
    """Return why nothing may leave by a live channel at this moment, or None; a folder is always open."""
    delivery = desk.config.delivery
    if not delivery.live:
        return None
    return _switched_off(desk) or _stopped(desk) or _closed_hours(desk)


def _switched_off(desk: Desk) -> _Shut | None:
    if stop := stop_file(desk.config):
        return _Shut(f"All mail is held by the file {stop}. Delete it to go on.")
    if _is_test(desk):
        return None
    arming, kind = desk.state.arming, desk.config.delivery.kind
    off = why_off(desk.config, desk.state)
    if arming.channel(kind).baseline is None:
        arming.baseline(kind, desk.now())
        off = off or "This was the first run: it shows what it would have sent."
    return _Shut(f"{off} {SWITCH_ON}") if off else None


def _stopped(desk: Desk) -> _Shut | None:
    kept = desk.state.arming.channel(desk.config.delivery.kind)
    if not kept.stopped or kept.next_try is None or kept.next_try <= desk.now():
        return None
    again = clock_time(kept.next_try.astimezone(desk.moment.tzinfo))
    return _Shut(f"{kept.stopped} It is tried again at {again}, or at once after `outbox release --all`.")


def _closed_hours(desk: Desk) -> _Shut | None:
    from complaints_sheet.app.judged import calendar_of

    calendar = calendar_of(desk.config.calendar, (), desk.moment)
    opens = opening(desk.now(), desk.config.delivery.hours, calendar)
    if opens is None:
        return None
    return _Shut(
        f"outside the hours for mail: waits until {clock_time(opens)} on {weekday_day(opens.date())}", True
    )


def _waiting(desk: Desk, entries: Sequence[OutboxEntry], shut: _Shut) -> Iterator[Delivery]:
    desk.state.outbox.note([each.number for each in entries], shut.words)
    for each in entries:
        yield _fate(each, shut.words, waits=shut.waits)


def _is_test(desk: Desk) -> bool:
    return desk.channel.endswith(TEST)


# --- what keeps one message back --------------------------------------------------------------------------


def _kept_back(
    desk: Desk, entries: Sequence[OutboxEntry], suspended: Mapping[str, str]
) -> Iterator[Delivery]:
    """Yield what became of messages that may not go to their address, or not now; they are not claimed."""
    delivery, outbox, now = desk.config.delivery, desk.state.outbox, desk.now()
    allowed = _allowed(desk)
    for each in entries:
        message = each.message
        if wrong := wrong_recipient(message.address, message.content, allowed):
            outbox.failed(each.number, now, wrong)
            yield _fate(each, wrong, "failed")
        elif delivery.live and (outside := outside_domains(message.address, delivery.allowed_domains)):
            outbox.hold(each.number, now, outside, "domain")
            yield _fate(each, outside, "held")
        elif refused := suspended.get(message.address.casefold()):
            words = f"the address was refused before: {refused}"
            outbox.hold(each.number, now, words, "suspended")
            yield _fate(each, words, "held")
        elif each.next_try is not None and each.next_try > now:
            again = clock_time(each.next_try.astimezone(desk.moment.tzinfo))
            yield _fate(each, f"{each.words} It is tried again at {again}.")


def _allowed(desk: Desk) -> frozenset[str]:
    """Return every address that mail may go to, folded: those of the directory, or the test address."""
    config = desk.config
    if _is_test(desk):
        return frozenset({(config.delivery.test_address or "").casefold()})
    people = (person.email for person in config.directory.people if person.email)
    team = (each.email or "" for each in config.mail.rules.routes.get("wider team", ()))
    return frozenset(each.casefold() for each in (*people, *config.roles.wider_team, *team))


def _suspended(desk: Desk) -> dict[str, str]:
    """Return what the server said of each suspended address, once those edited since are free again."""
    state, found = desk.state, {}
    for address, each in state.addresses.suspended().items():
        if each.entry == directory_entry(address, desk.config.directory):
            found[address] = each.words
        else:
            state.addresses.lift(address)
            for held in state.outbox.entries("held", channel=desk.channel):
                if held.held_by == "suspended" and held.message.address.casefold() == address:
                    state.outbox.release(held.number, desk.now(), "the people list was corrected")
    return found


def directory_entry(address: str, directory: Directory) -> str:
    """Return what stands for the entry of an address in the people list: it changes when that is edited."""
    return "; ".join(
        repr(each) for each in directory.people if (each.email or "").casefold() == address.casefold()
    )


def _flooded(desk: Desk, entries: Sequence[OutboxEntry]) -> Iterator[Delivery]:
    """Yield the messages that are held because they are far more than usual; messages about one thing go."""
    if not desk.config.delivery.live or _is_test(desk) or not entries:
        return
    kept, outbox = desk.state.arming.channel(desk.channel), desk.state.outbox
    many = [each for each in entries if each.released is None and each.message.kind not in ALERT_TEMPLATES]
    if kept.flood_day == desk.moment.date() or len(many) == 0:
        return
    by_day = dict(outbox.sent_by_day(desk.channel, desk.now() - USUAL_OVER))
    midnight = desk.moment.replace(hour=0, minute=0, second=0, microsecond=0)
    today = sum(outbox.sent_by_day(desk.channel, midnight).values())
    limit = flood_limit(by_day, kept.expected, desk.config.delivery.flood)
    if words := flood(len(many), today, limit):
        for each in many:
            outbox.hold(each.number, desk.now(), words, "flood")
            yield _fate(each, f"{words}: if that is right, complaints-sheet outbox release --all", "held")


# --- one message after the other --------------------------------------------------------------------------


@dataclass(slots=True)
class _Sender:
    """One round of sending, from the first claim to the last message. It owns what it claims."""

    desk: Desk
    look_again: Callable[[], Untrue] | None
    pause: Callable[[float], None]
    owner: str = field(default_factory=lambda: uuid4().hex)
    strikes: int = 0
    over: str = ""  # why the round ends before its last message
    untrue: Untrue | None = None
    read: float = 0.0  # on the run's stopwatch, when the registers were read
    last_start: float | None = None
    was_stopped: bool = False  # the round before could send nothing
    accepted: "Accepted | None" = None  # taken by the server, and written down with the next mark

    def send(self, entries: Sequence[OutboxEntry]) -> list[Delivery]:
        """Return what became of each message; one that another sender took is left out."""
        self.read = self.desk.started
        self.was_stopped = bool(self.desk.state.arming.channel(self.desk.config.delivery.kind).stopped)
        fates: list[Delivery] = []
        try:
            with ExitStack() as stack:
                deliver = self._session(stack)
                for start in range(0, len(entries), BATCH):
                    fates += self._part(entries[start : start + BATCH], deliver)
        finally:
            self._write_down()
            self.desk.state.outbox.put_back(self.owner, self.desk.now())
        return fates

    def _write_down(self) -> None:
        """Record the message that was accepted last, where no next one does so with its own mark."""
        if self.accepted is not None:
            done, self.accepted = self.accepted, None
            self.desk.state.outbox.sent(done.number, done.at, done.words)

    def _session(self, stack: ExitStack) -> "Deliver":
        from complaints_sheet.channels import CHANNELS

        delivery = self.desk.config.delivery
        try:
            return stack.enter_context(CHANNELS[delivery.kind].session(delivery.settings))
        except DeliveryError as error:
            no_connection = error

        def refused(_message: Message, _before_commit: Callable[[], None]) -> str:
            raise no_connection

        return refused

    def _part(self, entries: Sequence[OutboxEntry], deliver: "Deliver") -> Iterator[Delivery]:
        if self.over:
            yield from (_fate(each, self.over) for each in entries)
            return
        desk = self.desk
        claimed = desk.state.outbox.claim_many([each.number for each in entries], desk.now(), self.owner)
        if claimed and self._bound:
            desk.state.arming.next_round(desk.config.delivery.kind)
        for each in entries:
            if each.number in claimed:
                yield from self._one(each, deliver)

    @property
    def _bound(self) -> bool:
        """Return True where mail leaves because the channel is armed."""
        return self.desk.config.delivery.live and not _is_test(self.desk)

    def _one(self, entry: OutboxEntry, deliver: "Deliver") -> Iterator[Delivery]:
        self._before()
        if self.over:
            yield _fate(entry, self.over)
        elif words := self.untrue(entry) if self.untrue else "":
            self.desk.state.outbox.drop(entry.number, self.desk.now(), words)
            yield _fate(entry, words, "dropped")
        else:
            yield from self._tried(entry, deliver)

    def _before(self) -> None:
        """Find out whether the round may go on; keep to the rate, and look at the registers again."""
        if self.over:
            return
        if self.desk.stopping():
            self.over = "waits: the program was asked to stop"
        elif self._bound and (stop := stop_file(self.desk.config)):
            self.over = f"All mail is held by the file {stop}. Delete it to go on."
        else:
            self._keep_to_the_rate()
            self._look_again()

    def _keep_to_the_rate(self) -> None:
        rate = self.desk.config.delivery.rate_per_minute
        if rate is not None and self.desk.config.delivery.live:
            if self.last_start is not None:
                self._wait(self.last_start + 60.0 / rate - time.monotonic())
            self.last_start = time.monotonic()

    def _wait(self, seconds: float) -> None:
        """Wait, holding on to what is claimed, until the time is over or the program is asked to stop."""
        if seconds <= 0:
            return
        self._write_down()
        self.desk.state.outbox.renew(self.desk.now(), self.owner)
        while seconds > 0 and not self.desk.stopping():
            self.pause(min(seconds, 1.0))
            seconds -= 1.0

    def _look_again(self) -> None:
        if self.look_again is None or not self.desk.config.delivery.live:
            return
        if time.monotonic() - self.read <= TOO_OLD_TO_SEND_BY.total_seconds():
            return
        self._write_down()
        self.desk.state.outbox.renew(self.desk.now(), self.owner)
        try:
            self.untrue = self.look_again()
        except SourceError as error:
            self.over = f"The register was to be read again before sending. {error.message}"
        self.read = time.monotonic()

    def _tried(self, entry: OutboxEntry, deliver: "Deliver") -> Iterator[Delivery]:
        for _ in range(MOST_PAUSES):
            try:
                words = self._handed_over(entry, deliver)
            except ClaimLost:
                yield from self._lost(entry)
                return
            except DeliveryError as error:
                if error.refused or error.too_large:
                    self.desk.state.outbox.not_taken(entry.number, self.desk.now(), self.owner)
                found = self._without_files(entry, error)
                if isinstance(found, OutboxEntry):
                    entry = found
                    continue
                if found.fault != "slow":
                    yield self._faulted(entry, found)
                    return
                self.over = (
                    f"waits: {error.message} Set `rate_per_minute` under `delivery` to what is allowed."
                )
                self._wait(PAUSE_SECONDS if error.pause is None else error.pause)
            else:
                yield self._accepted(entry, words)
                return
        yield _fate(entry, self.over)

    def _handed_over(self, entry: OutboxEntry, deliver: "Deliver") -> str:
        largest = self.desk.config.delivery.largest
        if len(entry.message.content) > largest:
            raise DeliveryError(f"larger than {largest // 1_000_000} MB", fault="message", too_large=True)
        return deliver(stored_message(entry.message), lambda: self._about_to_commit(entry.number))

    def _without_files(self, entry: OutboxEntry, error: DeliveryError) -> OutboxEntry | DeliveryError:
        """Return the message without its files where it was refused for its size, else what is to be told."""
        if not error.too_large:
            return error
        from complaints_sheet.app.lightening import lighter

        try:
            return lighter(self.desk, entry, self.owner) or error
        except DeliveryError as not_kept:
            return not_kept

    def _about_to_commit(self, number: int) -> None:
        armed = self.desk.config.delivery.kind if self._bound else None
        outbox = self.desk.state.outbox
        done, self.accepted = self.accepted, None
        if not outbox.committing(number, self.desk.now(), self.owner, armed, done):
            raise ClaimLost("Another sender has taken this message over, or mail was switched off.")

    def _accepted(self, entry: OutboxEntry, words: str) -> Delivery:
        from complaints_sheet.state.outbox import Accepted

        desk = self.desk
        self.accepted = Accepted(entry.number, desk.now(), words)
        if desk.config.delivery.journal is None:
            self._write_down()  # nothing could tell later that it was accepted
        if self.was_stopped:
            desk.state.arming.go(desk.config.delivery.kind)
        self.strikes, self.over, self.was_stopped = 0, "", False
        return _fate(entry, words, "sent", delivered=True)

    def _lost(self, entry: OutboxEntry) -> Iterator[Delivery]:
        if self._bound and not self.desk.state.arming.is_armed(self.desk.config.delivery.kind):
            self.over = f"Mail was switched off while it was going out. {SWITCH_ON}"
            yield _fate(entry, self.over)

    def _faulted(self, entry: OutboxEntry, error: DeliveryError) -> Delivery:
        """Write down what a fault means for this message, and for those behind it."""
        self._write_down()
        state, now, number = self.desk.state, self.desk.now(), entry.number
        words = f"{error.message} {error.next_step}".strip()
        match error.fault:
            case "stop":
                self._stop(words)
                return _fate(entry, words)
            case "address":
                state.outbox.failed(number, now, error.message, self.owner)
                person = directory_entry(entry.message.address, self.desk.config.directory)
                state.addresses.suspend(entry.message.address, now, error.message, person)
                return _fate(entry, words, "failed")
            case "message":
                state.outbox.failed(number, now, error.message, self.owner)
                return _fate(entry, words, "failed")
            case "unknown":
                state.outbox.unknown(number, now, error.message, self.owner)
                return _fate(entry, words, "unknown")
            case _:
                return self._later(entry, error.message, words)

    def _stop(self, words: str) -> None:
        kind, arming, now = self.desk.config.delivery.kind, self.desk.state.arming, self.desk.now()
        arming.stop(kind, now, words, now + stop_pause(arming.channel(kind).stops))
        self.over = words

    def _later(self, entry: OutboxEntry, said: str, words: str) -> Delivery:
        """Queue a message again, or give up after two days; the rest waits after three in a row."""
        outbox, now = self.desk.state.outbox, self.desk.now()
        self.strikes += 1
        if self.strikes >= STRIKES:
            self.over = words
        live = self.desk.config.delivery.live
        pause = next_try(entry.attempts + 1) if live else timedelta(0)
        if pause is None:
            outbox.failed(entry.number, now, f"given up after two days: {said}", self.owner)
            return _fate(entry, words, "failed")
        if not outbox.retry(entry.number, now, said, now + pause if live else None, self.owner):
            outbox.unknown(entry.number, now, said, self.owner)
            return _fate(entry, words, "unknown")
        return _fate(entry, words)


def _fate(
    entry: OutboxEntry,
    words: str,
    state: OutboxState = "queued",
    *,
    delivered: bool = False,
    waits: bool = False,
) -> Delivery:
    message = entry.message
    return Delivery(
        message.kind,
        message.address,
        message.subject,
        message.reason,
        delivered,
        words,
        entry.number,
        state,
        waits,
    )
