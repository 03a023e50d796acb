"""The tables of the memory, and how times and days are kept in them."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Column,
    Date,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.engine import Dialect


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept as ISO text in UTC of one width, so that it sorts; naive moments are refused."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> str | None:
        """Return the text to store for an aware moment."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be kept")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, _dialect: Dialect) -> datetime | None:
        """Return the aware moment, in UTC, that the text stands for."""
        return None if value is None else datetime.fromisoformat(value)


METADATA = MetaData()

MIGRATIONS = Table(
    "migrations",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("name", Text, nullable=False),
)

RUNS = Table(
    "runs",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("as_of", Moment, nullable=False),
    Column("today", Date, nullable=False),
    Column("started", Moment, nullable=False),
    Column("finished", Moment),
    Column("outcome", Text),
    Column("note", Text, nullable=False, default=""),
)

SIGHTINGS = Table(
    "sightings",
    METADATA,
    Column("register", Text, primary_key=True),
    Column("fingerprint", LargeBinary(16), primary_key=True),
    Column("day", Date),  # NULL: seen by the very first run of this register
)

OUTBOX = Table(
    "outbox",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("channel", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("receiver", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("told", JSON, nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("queued", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("words", Text, nullable=False, default=""),
    Column("run", Integer),
)

LAST_SENT = Table(
    "last_sent",
    METADATA,
    Column("receiver", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("told", JSON, nullable=False),
    Column("sent", Moment, nullable=False),
    Column("message_id", Text, nullable=False),
)

PACKS = Table(
    "packs",
    METADATA,
    Column("kind", Text, primary_key=True),
    Column("meeting", Date, primary_key=True),
    Column("start", Date, nullable=False),
    Column("end", Date, nullable=False),
    Column("figures", JSON, nullable=False),
    Column("files", JSON, nullable=False),
    Column("made", Moment, nullable=False),
    Column("run", Integer),
)
