"""The outbox: every message is written here before anything is sent, and each step is committed on its own.

    queued ──claim──▶ sending ──committing──▶ committing ──sent──▶ sent
       ▲                 │                        │
       └── crash, retry ─┘                        └── crash, silence ──▶ unknown

Each step is a conditional update: it names the state it expects and says whether it won. A claim has an owner
and a lease: who lost theirs cannot set the second mark, and so never sends the final dot. A message that may
have been accepted is never queued again by itself.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Row,
    Table,
    Text,
    and_,
    bindparam,
    exists,
    func,
    insert,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from complaints_sheet.core.ledger import Guard, MailStep, OutboxEntry, OutboxState, Outgoing, Run, SentSet
from complaints_sheet.state.prepared import Prepared, quick_transaction
from complaints_sheet.state.tables import (
    LAST_SENT,
    MAIL_CHANNELS,
    MAIL_STEPS,
    OUTBOX,
    OUTBOX_CONTENTS,
    Moment,
)

LEASE = timedelta(minutes=10)
CUT_OFF = {
    "queued": "cut off before it was handed over",
    "unknown": "cut off while it was handed over",
}
_MOST_IN_A_QUERY = 500

ENTRIES = select(OUTBOX, OUTBOX_CONTENTS.c.content).select_from(
    OUTBOX.join(OUTBOX_CONTENTS, OUTBOX_CONTENTS.c.number == OUTBOX.c.number)
)
"""What `entry_of` needs of each message."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message that the server took: its number, when, and the server's words."""

    number: int
    at: datetime
    words: str


class Outbox:
    """Messages and how each stands, and what each receiver was last told."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._mark = Prepared(engine, _MARK)
        self._mark_armed = Prepared(engine, _MARK_ARMED)
        self._taken = Prepared(engine, _ACCEPT)
        self._told = Prepared(engine, _KEEP_TOLD[engine.dialect.name])
        self._log = Prepared(engine, insert(MAIL_STEPS).values(message=0, at=None, state="", words=""))

    # --- writing messages down, and looking at them ---

    def queue(self, messages: Iterable[Outgoing], at: datetime, run: Run | None = None) -> tuple[int, ...]:
        """Write messages down and return their numbers; a key queued before is left out.

        A message that was dropped because it was no longer true makes way for another with its key; one that
        a person dropped does not.
        """
        wanted = {message.key: message for message in messages}
        with self._engine.begin() as connection:
            for key in _taken(connection, list(wanted)):
                del wanted[key]
            return tuple(_insert(connection, each, at, run) for each in wanted.values())

    def entries(self, *states: OutboxState, channel: str | None = None) -> tuple[OutboxEntry, ...]:
        """Return the messages in any of the states (all of them where none is named), oldest first."""
        wanted = ENTRIES.order_by(OUTBOX.c.number)
        if states:
            wanted = wanted.where(OUTBOX.c.state.in_(states))
        if channel is not None:
            wanted = wanted.where(OUTBOX.c.channel == channel)
        with self._engine.connect() as connection:
            return tuple(entry_of(row) for row in connection.execute(wanted))

    def entry(self, number: int) -> OutboxEntry | None:
        """Return one message by its number, or None."""
        with self._engine.connect() as connection:
            row = connection.execute(ENTRIES.where(OUTBOX.c.number == number)).first()
        return entry_of(row) if row else None

    def steps(self, number: int) -> tuple[MailStep, ...]:
        """Return what happened to a message besides being claimed, committed and sent, oldest first."""
        wanted = select(MAIL_STEPS).where(MAIL_STEPS.c.message == number).order_by(MAIL_STEPS.c.number)
        with self._engine.connect() as connection:
            return tuple(MailStep(row.at, row.state, row.words) for row in connection.execute(wanted))

    def counts(self) -> Mapping[str, int]:
        """Return how many messages stand in each state."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(OUTBOX.c.state, func.count().label("messages")).group_by(OUTBOX.c.state)
            )
            return {row.state: row.messages for row in rows}

    def sent_by_day(self, channel: str, since: datetime) -> Mapping[str, int]:
        """Return how many messages were sent over a channel on each day (UTC, as text) since a moment."""
        day = func.substr(type_coerce(OUTBOX.c.changed, Text), 1, 10).label("day")
        sent = select(day, func.count().label("messages")).where(
            OUTBOX.c.state == "sent", OUTBOX.c.channel == channel, OUTBOX.c.changed >= since
        )
        with self._engine.connect() as connection:
            return {row.day: row.messages for row in connection.execute(sent.group_by(day))}

    def last_accepted(self, channel: str, before: datetime, most: int) -> tuple[OutboxEntry, ...]:
        """Return the messages that the server said it accepted last, newest first.

        Only those are among them whose end nobody had to find out afterwards.
        """
        settled = select(MAIL_STEPS.c.message).where(MAIL_STEPS.c.state == "unknown")
        wanted = (
            ENTRIES.where(OUTBOX.c.channel == channel, OUTBOX.c.state == "sent", OUTBOX.c.changed <= before)
            .where(OUTBOX.c.number.not_in(settled))
            .order_by(OUTBOX.c.changed.desc())
            .limit(most)
        )
        with self._engine.connect() as connection:
            return tuple(entry_of(row) for row in connection.execute(wanted))

    # --- the two marks ---

    def claim(self, number: int, at: datetime, owner: str = "", lease: timedelta = LEASE) -> bool:
        """Return True if the queued message is now ours to send (first mark: `sending`)."""
        return bool(self.claim_many([number], at, owner, lease))

    def claim_many(
        self, numbers: Sequence[int], at: datetime, owner: str, lease: timedelta = LEASE
    ) -> frozenset[int]:
        """Return which of the queued messages are now the owner's to send, until the lease ends."""
        claimed = (
            update(OUTBOX)
            .where(OUTBOX.c.number.in_(numbers), OUTBOX.c.state == "queued")
            .where(or_(OUTBOX.c.next_try.is_(None), OUTBOX.c.next_try <= at))
            .values(
                state="sending",
                changed=at,
                attempts=OUTBOX.c.attempts + 1,
                owner=owner,
                lease_until=at + lease,
            )
            .returning(OUTBOX.c.number)
        )
        with self._engine.begin() as connection:
            return frozenset(connection.scalars(claimed))

    def renew(self, at: datetime, owner: str, lease: timedelta = LEASE) -> None:
        """Hold on to everything that the owner has claimed and not yet handed over."""
        mine = OUTBOX.c.owner == owner, OUTBOX.c.state == "sending", OUTBOX.c.lease_until > at
        with self._engine.begin() as connection:
            connection.execute(update(OUTBOX).where(*mine).values(lease_until=at + lease))

    def committing(
        self,
        number: int,
        at: datetime,
        owner: str = "",
        armed: str | None = None,
        accepted: Accepted | None = None,
    ) -> bool:
        """Return True once the second mark is safely written: only then may the final dot be sent.

        False where the claim is somebody else's by now, its lease has ended, or the channel called `armed` no
        longer is. The message `accepted` before is recorded with it, as each commit takes its time.
        """
        values = {"is_number": number, "is_owner": owner, "now": at, "is_armed": armed}
        with quick_transaction(self._engine) as cursor:
            if accepted is not None:
                self._accept(cursor, accepted, accepted.at)
            return (self._mark if armed is None else self._mark_armed).run(cursor, values) == 1

    def sent(self, number: int, at: datetime, words: str = "", told_at: datetime | None = None) -> bool:
        """Record that the message was accepted, and with it what its receiver has now been told.

        `told_at` is when that was, where it only turned out later: what was told since then stays.
        """
        with quick_transaction(self._engine, may_fade=told_at is None) as cursor:
            won = self._accept(cursor, Accepted(number, at, words), told_at or at)
            if won and told_at is not None:
                self._log.run(cursor, {"message": number, "at": at, "state": "sent", "words": words})
        return won

    def _accept(self, cursor: Any, accepted: Accepted, told_at: datetime) -> bool:
        """Record an accepted message and what it told, in the caller's transaction; True if there."""
        values = {"is_number": accepted.number, "now": accepted.at, "said": accepted.words}
        if self._taken.run(cursor, values) == 0:
            return False
        self._told.run(cursor, {"is_number": accepted.number, "now": told_at})
        return True

    # --- everything else that may happen to a message ---

    def put_back(self, owner: str, at: datetime, numbers: Collection[int] | None = None) -> None:
        """Queue again what the owner claimed and never tried; it does not count as an attempt."""
        mine = OUTBOX.c.owner == owner, OUTBOX.c.state == "sending"
        back = update(OUTBOX).where(*mine)
        if numbers is not None:
            back = back.where(OUTBOX.c.number.in_(numbers))
        with self._engine.begin() as connection:
            connection.execute(
                back.values(state="queued", changed=at, attempts=OUTBOX.c.attempts - 1, owner="")
            )

    def note(self, numbers: Sequence[int], words: str, state: OutboxState = "queued") -> None:
        """Say why messages in a state wait; nothing is written where that was said before."""
        with self._engine.begin() as connection:
            for part in _parts(numbers):
                waits = OUTBOX.c.number.in_(part), OUTBOX.c.state == state, OUTBOX.c.words != words
                connection.execute(update(OUTBOX).where(*waits).values(words=words))

    def lighten(self, number: int, at: datetime, content: bytes, words: str, owner: str = "") -> bool:
        """Replace the bytes of a queued message, or one that the owner has claimed; True if it still is."""
        mine = and_(OUTBOX.c.state == "sending", OUTBOX.c.owner == owner)
        ours = (
            update(OUTBOX)
            .where(OUTBOX.c.number == number, or_(OUTBOX.c.state == "queued", mine))
            .values(changed=at)
            .returning(OUTBOX.c.state)
        )
        apart = update(OUTBOX_CONTENTS).where(OUTBOX_CONTENTS.c.number == number)
        with self._engine.begin() as connection:
            state = connection.scalar(ours)
            if state is not None:
                connection.execute(apart.values(content=content))
                _log(connection, [number], at, state, words)
        return state is not None

    def retry(
        self, number: int, at: datetime, words: str, next_try: datetime | None = None, by: str = ""
    ) -> bool:
        """Queue again what the owner `by` certainly did not get accepted; False after the second mark."""
        return self._move(number, ("sending",), "queued", at, words, by=by, next_try=next_try, owner="")

    def not_taken(self, number: int, at: datetime, owner: str, lease: timedelta = LEASE) -> None:
        """Take the second mark back: the server has said that it did not take the message."""
        mine = OUTBOX.c.number == number, OUTBOX.c.owner == owner, OUTBOX.c.state == "committing"
        with self._engine.begin() as connection:
            connection.execute(
                update(OUTBOX).where(*mine).values(state="sending", changed=at, lease_until=at + lease)
            )

    def requeue(self, number: int, at: datetime, words: str) -> bool:
        """Queue a message again whose outcome was not known, now that it is known not to have gone out."""
        return self._move(number, ("unknown",), "queued", at, words, next_try=None, owner="")

    def failed(self, number: int, at: datetime, words: str, by: str = "") -> bool:
        """Record that a message, queued or claimed `by` this owner, was refused for good."""
        return self._move(number, ("queued", "sending", "committing"), "failed", at, words, by=by)

    def unknown(self, number: int, at: datetime, words: str, by: str = "") -> bool:
        """Record that what `by` sent may have been accepted: the journal copy or a person will tell."""
        return self._move(number, ("committing",), "unknown", at, words, by=by)

    def hold(self, number: int, at: datetime, words: str, by: Guard = "") -> bool:
        """Keep a message back until a person releases it, and say why."""
        return self._move(number, ("queued", "unknown"), "held", at, words, held_by=by)

    def release(self, number: int, at: datetime, words: str = "released by hand") -> bool:
        """Queue a held or refused message again, on a person's word."""
        return self._move(
            number,
            ("held", "failed", "unknown"),
            "queued",
            at,
            words,
            held_by="",
            released=at,
            next_try=None,
            attempts=0,
        )

    def drop(self, number: int, at: datetime, words: str, by: Guard = "") -> bool:
        """Never send a message that is no longer true, or that a person does not want sent, and say why."""
        return self._move(
            number, ("queued", "sending", "held", "unknown"), "dropped", at, words, held_by=by, owner=""
        )

    def recover(self, at: datetime, *, alone: bool = True) -> tuple[int, int]:
        """Settle what a crash left: return how many are queued again, and how many are now unknown.

        The holder of the workspace's lock is alone, and takes every claim for a dead one. Where others may be
        sending from the same database, only claims whose lease has ended are dead.
        """
        with self._engine.begin() as connection:
            again = _sweep(connection, "sending", "queued", at, alone=alone)
            lost = _sweep(connection, "committing", "unknown", at, alone=alone)
        return again, lost

    # --- what was told ---

    def last_sent(self, channel: str) -> Mapping[tuple[str, str], SentSet]:
        """Return what each receiver was last told over a channel, by (receiver, kind)."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(LAST_SENT).where(LAST_SENT.c.channel == channel)).all()
        return {
            (row.receiver, row.kind): SentSet(
                row.receiver, row.kind, row.channel, row.told, row.sent, row.message_id
            )
            for row in rows
        }

    def keep_told(self, sets: Iterable[SentSet]) -> None:
        """Replace what receivers were last told by less of it: what is gone is news if it returns."""
        with self._engine.begin() as connection:
            for each in sets:
                connection.execute(
                    update(LAST_SENT)
                    .filter_by(receiver=each.receiver, kind=each.kind, channel=each.channel)
                    .values(told=dict(each.told))
                )

    def _move(
        self,
        number: int,
        expected: Sequence[OutboxState],
        state: OutboxState,
        at: datetime,
        words: str,
        *,
        by: str | None = None,
        **more: object,
    ) -> bool:
        """Move a message to a state; given `by`, only where nobody else has claimed it. True if moved."""
        moved = (
            update(OUTBOX)
            .where(OUTBOX.c.number == number, OUTBOX.c.state.in_(expected))
            .values(state=state, changed=at, words=words, **more)
        )
        if by is not None:
            moved = moved.where(or_(OUTBOX.c.state == "queued", OUTBOX.c.owner == by))
        with self._engine.begin() as connection:
            won = connection.execute(moved).rowcount == 1
            if won:
                _log(connection, [number], at, state, words)
        return won


_MARK = (
    update(OUTBOX)
    .where(OUTBOX.c.number == bindparam("is_number"), OUTBOX.c.owner == bindparam("is_owner"))
    .where(OUTBOX.c.state == "sending", OUTBOX.c.lease_until > bindparam("now"))
    .values(state="committing", changed=bindparam("now"))
)
_MARK_ARMED = _MARK.where(
    exists(
        select(MAIL_CHANNELS.c.channel).where(
            MAIL_CHANNELS.c.channel == bindparam("is_armed"), MAIL_CHANNELS.c.armed.is_not(None)
        )
    )
)
_ACCEPT = (
    update(OUTBOX)
    .where(OUTBOX.c.number == bindparam("is_number"))
    .where(or_(*(OUTBOX.c.state == state for state in ("sending", "committing", "unknown", "held"))))
    .values(
        state="sent", changed=bindparam("now"), words=bindparam("said"), held_by="", next_try=None, owner=""
    )
)
_TOLD = select(
    OUTBOX.c.receiver,
    OUTBOX.c.kind,
    OUTBOX.c.channel,
    OUTBOX.c.told,
    bindparam("now", type_=Moment),
    OUTBOX.c.message_id,
).where(OUTBOX.c.number == bindparam("is_number"))


def _keep_told(
    dialect: Callable[[Table], sqlite.Insert] | Callable[[Table], postgresql.Insert],
) -> sqlite.Insert | postgresql.Insert:
    """Return the statement that replaces what a receiver was last told, unless that was later."""
    kept = dialect(LAST_SENT).from_select(
        ["receiver", "kind", "channel", "told", "sent", "message_id"], _TOLD
    )
    newer = kept.excluded
    return kept.on_conflict_do_update(
        index_elements=["receiver", "kind", "channel"],
        set_={"told": newer.told, "sent": newer.sent, "message_id": newer.message_id},
        where=newer.sent >= LAST_SENT.c.sent,
    )


_KEEP_TOLD = {"sqlite": _keep_told(sqlite.insert), "postgresql": _keep_told(postgresql.insert)}


def _taken(connection: Connection, keys: Sequence[str]) -> Iterator[str]:
    """Yield the keys that are taken, once messages dropped by a guard have given theirs up."""
    for part in _parts(keys):
        known = select(OUTBOX.c.number, OUTBOX.c.key, OUTBOX.c.state, OUTBOX.c.held_by)
        for row in connection.execute(known.where(OUTBOX.c.key.in_(part))).all():
            if row.state == "dropped" and row.held_by != "hand":
                given_up = update(OUTBOX).where(OUTBOX.c.number == row.number)
                connection.execute(given_up.values(key=f"{row.key}#{row.number}"))
            else:
                yield row.key


def _insert(connection: Connection, message: Outgoing, at: datetime, run: Run | None) -> int:
    queued = insert(OUTBOX).values(**_columns(message, at, run)).returning(OUTBOX.c.number)
    number: int = connection.execute(queued).scalar_one()
    connection.execute(insert(OUTBOX_CONTENTS).values(number=number, content=message.content))
    return number


def _sweep(connection: Connection, old: OutboxState, new: OutboxState, at: datetime, *, alone: bool) -> int:
    dead = update(OUTBOX).where(OUTBOX.c.state == old)
    if not alone:
        dead = dead.where(or_(OUTBOX.c.lease_until.is_(None), OUTBOX.c.lease_until <= at))
    words = CUT_OFF[new]
    swept = dead.values(state=new, changed=at, words=words, owner="").returning(OUTBOX.c.number)
    numbers = connection.scalars(swept).all()
    _log(connection, numbers, at, new, words)
    return len(numbers)


def _log(
    connection: Connection, numbers: Sequence[int], at: datetime, state: OutboxState, words: str
) -> None:
    if numbers:
        connection.execute(
            insert(MAIL_STEPS),
            [{"message": number, "at": at, "state": state, "words": words} for number in numbers],
        )


def _parts(values: Sequence[str] | Sequence[int]) -> Iterator[Sequence[str] | Sequence[int]]:
    for start in range(0, len(values), _MOST_IN_A_QUERY):
        yield values[start : start + _MOST_IN_A_QUERY]


def _columns(message: Outgoing, at: datetime, run: Run | None) -> dict[str, object]:
    return {
        "key": message.key,
        "channel": message.channel,
        "kind": message.kind,
        "receiver": message.receiver,
        "sender": message.sender,
        "address": message.address,
        "message_id": message.message_id,
        "subject": message.subject,
        "told": dict(message.told),
        "reason": message.reason,
        "state": "queued",
        "queued": at,
        "changed": at,
        "attempts": 0,
        "words": "",
        "run": run.number if run else None,
    }


def entry_of(row: Row[tuple[object, ...]]) -> OutboxEntry:
    """Return a row of the table as a value."""
    message = Outgoing(
        row.key,
        row.channel,
        row.kind,
        row.receiver,
        row.address,
        row.message_id,
        row.subject,
        row.content,
        row.told,
        row.reason,
        row.sender,
    )
    return OutboxEntry(
        row.number,
        message,
        row.state,
        row.queued,
        row.changed,
        row.attempts,
        row.words,
        row.run,
        row.next_try,
        row.held_by,
        row.released,
    )
