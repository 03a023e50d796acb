"""From judgements to delivered mail: who is told what, written down first, then delivered one by one."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from complaints_sheet.app.workplace import Desk, Workplace
from complaints_sheet.core.alerts import Alert
from complaints_sheet.core.digests import TEMPLATES, Letterhead
from complaints_sheet.core.ledger import OutboxEntry, Outgoing, SentSet
from complaints_sheet.core.messages import Message, stored_message
from complaints_sheet.core.notice import Decision, Slot
from complaints_sheet.core.notices import decisions
from complaints_sheet.core.silence import all_of
from complaints_sheet.errors import DeliveryError

if TYPE_CHECKING:
    from complaints_sheet.config.settings import Config


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one message. `words` are the channel's, or why it was not delivered and what to do."""

    kind: str
    to: str
    subject: str
    reason: str
    delivered: bool
    words: str


@dataclass(frozen=True, slots=True)
class Mailing:
    """All mail of one run: what was delivered or could not be, and who was left in peace and why."""

    deliveries: tuple[Delivery, ...] = ()
    quiet: Mapping[str, int] = field(default_factory=dict)  # reason to number of people
    replaced: int = 0  # messages of an earlier day, never delivered, that today's take the place of


def mailing(work: Workplace, slot: Slot = "first") -> Mailing:
    """Deliver what is due to each person at the run's moment, and return what became of it.

    What was told is remembered per channel, so a second run on the same day delivers nothing again. In a dry
    run nothing is delivered, and what is returned is what would be.
    """
    outbox = work.state.outbox
    replaced = _drop_old(work)
    last_sent = outbox.last_sent(work.channel)
    decided = decisions(
        [all_of(each) for each in work.judgements],
        work.config.directory,
        work.config.roles,
        last_sent.values(),
        work.moment,
        calendar=work.calendar,
        rules=work.mail_rules,
        slot=slot,
    )
    outbox.queue(_outgoing(work, decided), at=work.moment, run=work.run)
    outbox.keep_told(_kept(decided, last_sent))
    deliveries = tuple(_deliver(work, each) for each in outbox.entries("queued", channel=work.channel))
    silent = (each.reason for each in decided if each.notice is None and each.reason != "nothing to say")
    return Mailing(deliveries, Counter(silent), replaced)


def alert(desk: Desk, said: Alert) -> Delivery:
    """Deliver one message about one thing at once, and return what became of it."""
    from complaints_sheet.mail import compose_alert

    config = desk.config
    head = letterhead(config, desk.moment)
    outgoing = _queued_as(
        desk, compose_alert(said, head, desk.moment, folders=config.templates), said.told, said.kind
    )
    desk.state.outbox.queue([outgoing], at=desk.moment, run=desk.run)
    waiting = desk.state.outbox.entries("queued", channel=desk.channel)
    for each in waiting:
        if each.message.key == outgoing.key:
            return _deliver(desk, each)
    return Delivery(said.kind, said.address, outgoing.subject, said.kind, True, "told before")


def _drop_old(work: Workplace) -> int:
    """Drop digests of an earlier day, which may no longer be true; return how many."""
    outbox, moment = work.state.outbox, work.moment
    waiting = [
        each for each in outbox.entries("queued", channel=work.channel) if each.message.kind in TEMPLATES
    ]
    old = [each for each in waiting if each.changed.astimezone(moment.tzinfo).date() < moment.date()]
    return sum(outbox.drop(each.number, moment, "not delivered on its day") for each in old)


def _outgoing(work: Workplace, decided: Iterable[Decision]) -> Iterator[Outgoing]:
    from complaints_sheet.mail import compose

    config, head = work.config, letterhead(work.config, work.moment)
    for notice in (each.notice for each in decided if each.notice is not None):
        message = compose(notice, head, work.mail_rules, work.moment, folders=config.templates)
        yield _queued_as(work, message, notice.told, notice.reason)


def _queued_as(desk: Desk, message: Message, told: Mapping[str, str], reason: str) -> Outgoing:
    return Outgoing(
        key=f"{desk.channel}:{message.key}",
        channel=desk.channel,
        kind=message.kind,
        receiver=message.to.casefold(),
        address=message.to,
        message_id=message.message_id,
        subject=message.subject,
        content=message.content,
        told=told,
        reason=reason,
        sender=message.sender,
    )


def letterhead(config: "Config", moment: datetime) -> Letterhead:
    """Return what stands at the head and foot of every mail written at the moment."""
    return Letterhead(
        organisation=config.organisation.name,
        read_at=moment,
        brand=config.brand,
        reply_to=config.roles.coordinator,
        digest_at=config.delivery.digest_at,
        language=config.organisation.locale.replace("_", "-"),
    )


def _kept(decided: Iterable[Decision], last_sent: Mapping[tuple[str, str], SentSet]) -> Iterator[SentSet]:
    """Yield what those who get nothing today are remembered as told, where it is less than before."""
    for each in decided:
        before = last_sent.get(((each.receiver.email or "").casefold(), each.kind))
        if each.notice is None and before is not None and dict(before.told) != dict(each.told):
            yield replace(before, told=each.told)


def _deliver(work: Desk, entry: OutboxEntry) -> Delivery:
    from complaints_sheet.channels import CHANNELS

    outbox, message, reason = work.state.outbox, stored_message(entry.message), entry.message.reason
    if work.dry_run:
        return Delivery(message.kind, message.to, message.subject, reason, True, "would be delivered")
    outbox.claim(entry.number, work.moment)
    deliver = CHANNELS[work.channel].deliver
    try:
        words = deliver(message, work.config.delivery.settings, partial(_about_to_commit, work, entry.number))
    except DeliveryError as error:
        outbox.retry(entry.number, work.moment, error.message)
        words = f"{error.message} {error.next_step}"
        return Delivery(message.kind, message.to, message.subject, reason, False, words)
    outbox.sent(entry.number, work.moment, words)
    return Delivery(message.kind, message.to, message.subject, reason, True, words)


def _about_to_commit(work: Desk, number: int) -> None:
    work.state.outbox.committing(number, work.moment)
