"""Messages whose outcome is not known: found in the journal, queued again, or held for a person."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from complaints_sheet.app.workplace import Desk
from complaints_sheet.core.ledger import OutboxEntry
from complaints_sheet.core.messages import short_key
from complaints_sheet.errors import DeliveryError

WITNESSES = 5
"""How many messages that certainly went out the journal must show before its silence counts as proof."""

IN_THE_JOURNAL = "its copy is in the journal, so it went out"
NOT_THERE = "no copy of it is in the journal, so it did not go out"
BY_HAND = (
    "please look whether it went out, and say so: complaints-sheet outbox settle NUMBER --sent/--not-sent"
)


def settle(desk: Desk) -> None:
    """Settle what is not known of the desk's channel; where that is not possible now, each says why.

    A folder takes each message once, whatever happens, so nothing is unknown there. What left by a live
    channel is looked for in the journal after its settle time, and is never simply sent again: its copy
    proves that it went out; that there is none proves the opposite only where the journal shows the last
    messages that the server did accept. Without a journal a person has to look.
    """
    waiting = desk.state.outbox.entries("unknown", channel=desk.channel)
    if not desk.config.delivery.live:
        for each in waiting:
            desk.state.outbox.requeue(each.number, desk.now(), "the folder takes each message once")
        return
    ripe = [each for each in waiting if desk.now() - each.changed >= _settle_after(desk)]
    if ripe:
        _settled(desk, ripe)


def _settle_after(desk: Desk) -> timedelta:
    return desk.config.delivery.settle_after


def _settled(desk: Desk, ripe: Sequence[OutboxEntry]) -> None:
    if desk.config.delivery.journal is None:
        for each in ripe:
            _hold(desk, each, "no journal is set up")
        return
    known = desk.state.outbox.last_accepted(desk.channel, desk.now() - _settle_after(desk), WITNESSES)
    try:
        seen = _seen(desk, ripe, known)
    except DeliveryError as error:
        words = f"The journal cannot be read: {error.message} {error.next_step}"
        desk.state.outbox.note([each.number for each in ripe], words, "unknown")
        return
    proves = bool(known) and all(short_key(each.message) in seen for each in known)
    for each in ripe:
        _decide(desk, each, seen, proves=proves)


def _seen(desk: Desk, ripe: Sequence[OutboxEntry], known: Sequence[OutboxEntry]) -> Collection[str]:
    from complaints_sheet import mailbox

    every = (*ripe, *known)
    settings = desk.config.delivery.journal
    if settings is None:
        return frozenset()
    with mailbox.journal(settings) as box:
        return box.seen([short_key(each.message) for each in every], _since(every))


def _since(entries: Sequence[OutboxEntry]) -> datetime:
    """Return a moment before any of the messages can have gone; mailboxes search by whole days."""
    return min(each.queued for each in entries) - timedelta(days=1)


def _decide(desk: Desk, entry: OutboxEntry, seen: Collection[str], *, proves: bool) -> None:
    outbox = desk.state.outbox
    if short_key(entry.message) in seen:
        outbox.sent(entry.number, desk.now(), IN_THE_JOURNAL, told_at=entry.changed)
    elif proves:
        outbox.requeue(entry.number, desk.now(), NOT_THERE)
    else:
        _hold(desk, entry, "the journal does not show mail that certainly went out")


def _hold(desk: Desk, entry: OutboxEntry, why: str) -> None:
    desk.state.outbox.hold(entry.number, desk.now(), f"{entry.words}; {why}: {BY_HAND}", "unsettled")
