"""What came back to the mail that was sent: each message is heard once, with the comments that it brought."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Engine, func, insert, select

from complaints_sheet.core.ideas import Comment
from complaints_sheet.core.ledger import OutboxEntry, Returned
from complaints_sheet.state.outbox import ENTRIES, entry_of
from complaints_sheet.state.tables import IDEA_COMMENTS, IDEA_EVENTS, OUTBOX, RETURNED


class Replies:
    """The messages that came back."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def known(self, keys: Collection[str]) -> frozenset[str]:
        """Return those of the messages that were heard before."""
        with self._engine.connect() as connection:
            return frozenset(connection.scalars(select(RETURNED.c.key).where(RETURNED.c.key.in_(keys))))

    def last(self) -> datetime | None:
        """Return when the newest message was heard, or None."""
        with self._engine.connect() as connection:
            newest: datetime | None = connection.scalar(select(func.max(RETURNED.c.at)))
        return newest

    def hear(self, found: Returned, comments: Sequence[Comment] = ()) -> None:
        """Write down a message and the comments that it brought, all or nothing."""
        rows = [asdict(each) | {"listed": int(each.listed)} for each in comments]
        for row in rows:
            del row["number"]
        with self._engine.begin() as connection:
            connection.execute(insert(RETURNED).values(**asdict(found)))
            if rows:
                connection.execute(insert(IDEA_COMMENTS), rows)

    def returned(self, kind: str = "") -> tuple[Returned, ...]:
        """Return what came back, oldest first: everything, or one kind."""
        wanted = select(RETURNED).order_by(RETURNED.c.at, RETURNED.c.key)
        if kind:
            wanted = wanted.where(RETURNED.c.kind == kind)
        with self._engine.connect() as connection:
            rows = connection.execute(wanted).all()
        return tuple(Returned(row.key, row.at, row.kind, row.sender, row.message, row.words) for row in rows)

    def sent(self, short_keys: Collection[str]) -> tuple[OutboxEntry, ...]:
        """Return the mails that went out under any of the short keys of their Message-IDs."""
        found = []
        with self._engine.connect() as connection:
            for each in short_keys:
                named = OUTBOX.c.message_id.like(f"<cs.{each}@%")
                found += [entry_of(row) for row in connection.execute(ENTRIES.where(named)).all()]
        return tuple(found)

    def ideas(self, key: str) -> tuple[int, ...]:
        """Return the ideas that a mail with this key told of."""
        told = select(IDEA_EVENTS.c.idea).where(IDEA_EVENTS.c.field == "mail", IDEA_EVENTS.c.before == key)
        with self._engine.connect() as connection:
            return tuple(dict.fromkeys(connection.scalars(told.order_by(IDEA_EVENTS.c.idea))))
