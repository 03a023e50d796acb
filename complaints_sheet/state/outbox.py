"""The outbox: every message is written here before anything is sent, and each step is committed on its own.

    queued ──claim──▶ sending ──committing──▶ committing ──sent──▶ sent
       ▲                 │                        │
       └── crash, retry ─┘                        └── crash, silence ──▶ unknown

Each step is a conditional update: it names the state it expects and says whether it won. A message that may
have been accepted is never queued again by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, update

from complaints_sheet.core.ledger import OutboxEntry, OutboxState, Outgoing, Run, SentSet
from complaints_sheet.state.tables import LAST_SENT, OUTBOX


class Outbox:
    """Messages and how each stands, and what each receiver was last told."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def queue(self, messages: Iterable[Outgoing], at: datetime, run: Run | None = None) -> tuple[int, ...]:
        """Return the numbers of the messages now queued; one whose key was queued before is left out."""
        with self._engine.begin() as connection:
            return tuple(
                _insert(connection, _columns(message, at, run))
                for message in messages
                if not connection.scalar(select(OUTBOX.c.number).where(OUTBOX.c.key == message.key))
            )

    def entries(self, *states: OutboxState, channel: str | None = None) -> tuple[OutboxEntry, ...]:
        """Return the messages in any of the states (all of them where none is named), oldest first."""
        wanted = select(OUTBOX).order_by(OUTBOX.c.number)
        if states:
            wanted = wanted.where(OUTBOX.c.state.in_(states))
        if channel is not None:
            wanted = wanted.where(OUTBOX.c.channel == channel)
        with self._engine.connect() as connection:
            return tuple(_entry(row) for row in connection.execute(wanted))

    def entry(self, number: int) -> OutboxEntry | None:
        """Return one message by its number, or None."""
        with self._engine.connect() as connection:
            row = connection.execute(select(OUTBOX).where(OUTBOX.c.number == number)).first()
        return _entry(row) if row else None

    def counts(self) -> Mapping[str, int]:
        """Return how many messages stand in each state."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(OUTBOX.c.state, func.count().label("messages")).group_by(OUTBOX.c.state)
            )
            return {row.state: row.messages for row in rows}

    def claim(self, number: int, at: datetime) -> bool:
        """Return True if the queued message is now ours to send (first mark: `sending`)."""
        return self._move(number, ("queued",), "sending", at, attempts=OUTBOX.c.attempts + 1)

    def committing(self, number: int, at: datetime) -> bool:
        """Return True once the second mark is safely written: only then may the final dot be sent."""
        return self._move(number, ("sending",), "committing", at)

    def sent(self, number: int, at: datetime, words: str = "") -> bool:
        """Record that the message was accepted, and with it what its receiver has now been told."""
        with self._engine.begin() as connection:
            won = _change(
                connection, number, ("sending", "committing", "unknown", "held"), "sent", at, words=words
            )
            if won:
                row = connection.execute(select(OUTBOX).where(OUTBOX.c.number == number)).one()
                _remember_sent(connection, row)
        return won

    def retry(self, number: int, at: datetime, words: str) -> bool:
        """Queue a message again that certainly was not accepted; False after the second mark."""
        return self._move(number, ("sending",), "queued", at, words=words)

    def failed(self, number: int, at: datetime, words: str) -> bool:
        """Record that the message was refused for good, with the server's words."""
        return self._move(number, ("sending", "committing"), "failed", at, words=words)

    def unknown(self, number: int, at: datetime, words: str) -> bool:
        """Record that the message may have been accepted: it waits for its journal copy or for a person."""
        return self._move(number, ("committing",), "unknown", at, words=words)

    def hold(self, number: int, at: datetime, words: str) -> bool:
        """Keep a message back until a person releases it, and say why."""
        return self._move(number, ("queued", "unknown"), "held", at, words=words)

    def release(self, number: int, at: datetime) -> bool:
        """Queue a held or refused message again, on a person's word."""
        return self._move(number, ("held", "failed", "unknown"), "queued", at, words="released by hand")

    def drop(self, number: int, at: datetime, words: str) -> bool:
        """Never send a message that is no longer true, and say why."""
        return self._move(number, ("queued", "held", "unknown"), "dropped", at, words=words)

    def recover(self, at: datetime) -> tuple[int, int]:
        """Settle what a crash left: return how many are queued again, and how many are now unknown.

        Only the holder of the workspace's lock may ask this, since it takes every claim for a dead one.
        """
        with self._engine.begin() as connection:
            again = _sweep(connection, "sending", "queued", at, "cut off before it was handed over")
            lost = _sweep(connection, "committing", "unknown", at, "cut off while it was handed over")
        return again, lost

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
        self, number: int, expected: Sequence[OutboxState], state: OutboxState, at: datetime, **more: object
    ) -> bool:
        with self._engine.begin() as connection:
            return _change(connection, number, expected, state, at, **more)


def _change(
    connection: Connection,
    number: int,
    expected: Sequence[OutboxState],
    state: OutboxState,
    at: datetime,
    **more: object,
) -> bool:
    """Move one message on if it stands where expected, and return whether it did."""
    changed = connection.execute(
        update(OUTBOX)
        .where(OUTBOX.c.number == number, OUTBOX.c.state.in_(expected))
        .values(state=state, changed=at, **more)
    )
    return changed.rowcount == 1


def _insert(connection: Connection, columns: Mapping[str, object]) -> int:
    number: int = connection.execute(insert(OUTBOX).values(**columns).returning(OUTBOX.c.number)).scalar_one()
    return number


def _sweep(connection: Connection, old: OutboxState, new: OutboxState, at: datetime, words: str) -> int:
    return connection.execute(
        update(OUTBOX).where(OUTBOX.c.state == old).values(state=new, changed=at, words=words)
    ).rowcount


def _remember_sent(connection: Connection, row: Row[tuple[object, ...]]) -> None:
    """Replace what the receiver was last told by what this message told, in the same transaction."""
    key = {"receiver": row.receiver, "kind": row.kind, "channel": row.channel}
    connection.execute(delete(LAST_SENT).filter_by(**key))
    connection.execute(
        insert(LAST_SENT).values(**key, told=row.told, sent=row.changed, message_id=row.message_id)
    )


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
        "content": message.content,
        "told": dict(message.told),
        "reason": message.reason,
        "state": "queued",
        "queued": at,
        "changed": at,
        "attempts": 0,
        "words": "",
        "run": run.number if run else None,
    }


def _entry(row: Row[tuple[object, ...]]) -> OutboxEntry:
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
        row.number, message, row.state, row.queued, row.changed, row.attempts, row.words, row.run
    )
