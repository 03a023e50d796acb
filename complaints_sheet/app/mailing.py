"""From judgements to delivered mail: who is told what, written down first, then delivered one by one."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from complaints_sheet.app.receiving import coordinating
from complaints_sheet.app.sending import Delivery, Untrue, send_queued
from complaints_sheet.app.workplace import TEST, Desk, Workplace
from complaints_sheet.core.alerts import Alert, rang_alert
from complaints_sheet.core.digests import TEMPLATES, Letterhead, RegisterPlace
from complaints_sheet.core.findings import case_mark
from complaints_sheet.core.ledger import OutboxEntry, Outgoing, SentSet
from complaints_sheet.core.mail_trouble import Trouble, mail_alert
from complaints_sheet.core.messages import Attachment, Message, redirected
from complaints_sheet.core.notice import Decision, Slot
from complaints_sheet.core.notices import decisions
from complaints_sheet.core.silence import all_of

if TYPE_CHECKING:
    from complaints_sheet.config.registers import RegisterConfig
    from complaints_sheet.config.settings import Config


SLOTS: tuple[Slot, ...] = ("first", "second")
NEEDS_A_PERSON = ("failed", "held", "unknown")
LET_GO = ("", "flood", "suspended", "domain")  # what waits for no person, or only for a yes


@dataclass(frozen=True, slots=True)
class Mailing:
    """All mail of one run: what was delivered or could not be, and who was left in peace and why."""

    deliveries: tuple[Delivery, ...] = ()
    quiet: Mapping[str, int] = field(default_factory=dict)  # reason to number of people
    replaced: int = 0  # messages of an earlier day, never delivered, that today's take the place of
    written: tuple[Outgoing, ...] = ()  # what was decided to go, as it would be handed over


def mailing(work: Workplace, slot: Slot = "first") -> Mailing:
    """Deliver what is due to each person at the run's moment, and return what became of it.

    What was told is remembered per channel, so a second run on the same day delivers nothing again. In a dry
    run nothing is delivered, and what is returned is what would be.
    """
    outbox = work.state.outbox
    last_sent = outbox.last_sent(work.channel)
    replaced, anew = _decided_anew(work)
    decided = _decided(work, slot)
    _pass_calls_on(work)
    told_anew = {each.receiver for each in anew}  # their first digest says what a second one would
    written = tuple(
        each for each in _outgoing(work, decided) if slot == "first" or each.receiver not in told_anew
    )
    outbox.queue((*anew, *written), at=work.moment, run=work.run)
    outbox.keep_told(_kept(decided, last_sent))
    deliveries = send_queued(work, look_again=partial(_look_again, work))
    _tell_of_trouble(work, deliveries)
    silent = (each.words or each.reason for each in decided if each.notice is None and _is_kept(each))
    return Mailing(deliveries, Counter(silent), replaced, written)


def sent_again(work: Workplace) -> Mailing:
    """Deliver what waits, decided anew as things stand now; nobody else is written to."""
    replaced, anew = _decided_anew(work)
    _pass_calls_on(work)
    work.state.outbox.queue(anew, at=work.moment, run=work.run)
    deliveries = send_queued(work, look_again=partial(_look_again, work))
    _tell_of_trouble(work, deliveries)
    return Mailing(deliveries, replaced=replaced)


def _decided_anew(work: Workplace) -> tuple[int, tuple[Outgoing, ...]]:
    """Let go of waiting digests that are true no more; return how many, and what takes their place."""
    waiting = {each.message.key for each in work.state.outbox.entries("queued", "held", channel=work.channel)}
    if not waiting:
        return 0, ()
    by_slot = {slot: _decided(work, slot) for slot in SLOTS}
    replaced = sum(_let_go(work, _untrue(work, decided, slot)) for slot, decided in by_slot.items())
    anew = (each for decided in by_slot.values() for each in _outgoing(work, decided))
    return replaced, tuple(each for each in anew if each.key in waiting)


def alert(desk: Desk, said: Alert, attachments: Sequence[Attachment] = ()) -> Delivery:
    """Deliver one message about one thing at once, with any files, and return what became of it."""
    from complaints_sheet.mail import compose_alert

    config = desk.config
    head = letterhead(config, desk.moment)
    message = compose_alert(said, head, desk.moment, folders=config.templates, attachments=attachments)
    outgoing = _queued_as(desk, message, said.told, said.kind)
    desk.state.outbox.queue([outgoing], at=desk.moment, run=desk.run)
    for delivery in send_queued(desk, only=outgoing.key):
        return delivery
    return Delivery(said.kind, said.address, outgoing.subject, said.kind, True, "told before")


def _decided(work: Workplace, slot: Slot) -> tuple[Decision, ...]:
    return decisions(
        [all_of(each) for each in work.judgements],
        work.config.directory,
        work.config.roles,
        work.state.outbox.last_sent(work.channel).values(),
        work.moment,
        calendar=work.calendar,
        rules=work.mail_rules,
        slot=slot,
    )


def _let_go(work: Workplace, untrue: Untrue) -> int:
    """Drop digests that wait and are no longer true; return how many. They make way for today's."""
    outbox = work.state.outbox
    waiting = outbox.entries("queued", "held", channel=work.channel)
    given_up = ((each, untrue(each)) for each in waiting if each.held_by in LET_GO)
    return sum(outbox.drop(each.number, work.moment, why) for each, why in given_up if why)


def _pass_calls_on(work: Workplace) -> None:
    """Where somebody else looks after a case by now, let word of a call that waits go to them instead."""
    for entry in work.state.outbox.entries("queued", channel=work.channel):
        if entry.message.kind != "customer rang":
            continue
        cases = (case for each in work.judgements for case in each.register.cases)
        case = next((each for each in cases if case_mark(each) in entry.message.told), None)
        said = case and rang_alert(
            case,
            work.config.directory,
            work.config.roles,
            entry.queued.astimezone(work.moment.tzinfo),
            customer_names=work.config.mail.customer_names,
        )
        if said and said.address.casefold() != entry.message.receiver:
            work.state.outbox.drop(entry.number, work.moment, "somebody else looks after the case now")
            alert(work, said)


def _untrue(desk: Desk, decided: Iterable[Decision], slot: Slot) -> Untrue:
    """Return what says why a waiting message is no longer true; every digest is decided anew."""
    told = {f"{desk.channel}:{each.notice.key}": each.notice.told for each in decided if each.notice}

    def why(entry: OutboxEntry) -> str:
        message = entry.message
        if message.kind not in TEMPLATES:
            return ""
        if entry.queued.astimezone(desk.moment.tzinfo).date() < desk.moment.date():
            return "not delivered on its day"
        if message.key.endswith(":second") != (slot == "second"):
            return ""
        if message.key not in told:
            return "no longer true, or somebody else's now"
        return "" if dict(told[message.key]) == dict(message.told) else "the register has changed since"

    return why


def _look_again(work: Workplace) -> Untrue:
    """Read and judge the registers anew; return what says why a waiting message is not true any more."""
    from complaints_sheet.app.looking import Sight, judged_now

    moment = work.now()
    judgements = judged_now(Sight(work.config, work.state, moment))
    anew = replace(work, moment=moment, judgements=judgements)
    of_each = [_untrue(anew, _decided(anew, slot), slot) for slot in SLOTS]
    return lambda entry: next(filter(None, (why(entry) for why in of_each)), "")


def _tell_of_trouble(desk: Desk, deliveries: Iterable[Delivery]) -> None:
    """Tell the coordinator at once of mail that needs a person; of each once."""
    if desk.dry_run:
        return
    troubles = [each for each in deliveries if each.state in NEEDS_A_PERSON]
    said = mail_alert(
        [Trouble(each.number or 0, each.to, each.words) for each in troubles], coordinating(desk), desk.moment
    )
    if said is not None:
        alert(desk, said)


def _outgoing(work: Workplace, decided: Iterable[Decision]) -> Iterator[Outgoing]:
    notices = [each.notice for each in decided if each.notice is not None]
    if not notices:
        return  # and nothing that makes mails is loaded
    from complaints_sheet.app.digest_letters import with_letters
    from complaints_sheet.mail import compose

    config, head = work.config, letterhead(work.config, work.moment)
    for each in notices:
        notice, files = with_letters(work, each)
        message = compose(
            notice, head, work.mail_rules, work.moment, folders=config.templates, attachments=files
        )
        yield _queued_as(work, message, notice.told, notice.reason_words)


def _is_kept(decided: Decision) -> bool:
    """Return True where somebody who has, or had, something to be told is not written to."""
    return decided.reason != "nothing to say" or bool(decided.words)


def _queued_as(desk: Desk, message: Message, told: Mapping[str, str], reason: str) -> Outgoing:
    """Return the message as it is queued: as a test where a test address gets everything for now."""
    receiver = message.to.casefold()
    test_address = desk.config.delivery.test_address
    if test_address is not None and desk.channel.endswith(TEST):
        message = redirected(message, test_address)
    return Outgoing(
        key=f"{desk.channel}:{message.key}",
        channel=desk.channel,
        kind=message.kind,
        receiver=receiver,
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
        reply_to=None
        if config.delivery.replies
        else config.roles.coordinator,  # the program reads them itself
        registers=_places(config),
        digest_at=config.delivery.digest_at,
        language=config.organisation.locale.replace("_", "-"),
        sender=getattr(config.delivery.settings, "sender", ""),
        sender_name=getattr(config.delivery.settings, "sender_name", ""),
    )


def _places(config: "Config") -> tuple[RegisterPlace, ...]:
    """Return where each register is opened; named where there are several."""
    several = len(config.registers) > 1
    return tuple(
        RegisterPlace(each.name if several else "", each.link.replace("{row}", "1"), _path(each))
        for each in config.registers
    )


def _path(register: "RegisterConfig") -> str:
    path = getattr(register.source, "path", None)
    return str(path) if path is not None else ""


def _kept(decided: Iterable[Decision], last_sent: Mapping[tuple[str, str], SentSet]) -> Iterator[SentSet]:
    """Yield what those who get nothing today are remembered as told, where it is less than before."""
    for each in decided:
        before = last_sent.get(((each.receiver.email or "").casefold(), each.kind))
        if each.notice is None and before is not None and dict(before.told) != dict(each.told):
            yield replace(before, told=each.told)
