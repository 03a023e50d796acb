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
    Column("told", JSON, nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("queued", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("words", Text, nullable=False, default=""),
    Column("run", Integer),
    Column("owner", Text, nullable=False, default=""),  # the token of the sender that claimed it
    Column("lease_until", Moment),  # until when the claim holds
    Column("next_try", Moment),  # not before this
    Column("held_by", Text, nullable=False, default=""),  # the guard that keeps it back, or "hand"
    Column("released", Moment),  # when a person said that it may go although a guard held it
)

OUTBOX_CONTENTS = Table(
    "outbox_contents",  # apart from the messages, whose rows are written again at each step
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

MAIL_STEPS = Table(
    "mail_steps",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("message", Integer, nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("words", Text, nullable=False),
)

SUSPENDED = Table(
    "suspended",
    METADATA,
    Column("address", Text, primary_key=True),
    Column("since", Moment, nullable=False),
    Column("words", Text, nullable=False),
    Column("entry", Text, nullable=False),  # stands for the person's entry in the directory at that time
)

RETURNED = Table(
    "returned",
    METADATA,
    Column("key", Text, primary_key=True),  # stands for the message that came back
    Column("at", Moment, nullable=False),
    Column("kind", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("message", Integer, nullable=False),  # the mail of ours, by its number in the outbox
    Column("words", Text, nullable=False),
)

MAIL_CHANNELS = Table(
    "mail_channels",
    METADATA,
    Column("channel", Text, primary_key=True),
    Column("baseline", Moment),  # when the first run showed what it would have sent
    Column("armed", Moment),
    Column("host", Text, nullable=False, default=""),
    Column("place", Text, nullable=False, default=""),
    Column("registers", JSON, nullable=False, default=list),
    Column("prints", JSON, nullable=False, default=dict),  # fingerprints of config, templates, own rules
    Column("expected", Integer, nullable=False, default=0),  # how many mails were shown when it was armed
    Column("rounds", Integer, nullable=False, default=0),  # how often sending began, also kept in a file
    Column("stopped", Text, nullable=False, default=""),  # why nothing can go out, in the server's words
    Column("stopped_at", Moment),
    Column("stops", Integer, nullable=False, default=0),
    Column("next_try", Moment),
    Column("flood_day", Date),  # the local day on which a person said yes to a flood
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

APPROVALS = Table(
    "approvals",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("edition", Text, nullable=False),
    Column("end", Date, nullable=False),
    Column("who", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("marks", JSON, nullable=False),  # of the passages approved; never their words
    Column("run", Integer),
)

REGISTERS = Table(
    "registers",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("first_run", Integer, nullable=False),
    Column("run", Integer, nullable=False),  # the last one that read it well
    Column("alarm", Text, nullable=False),  # what the circuit breaker said last, so that it is told once
)

FACES = Table(
    "faces",
    METADATA,
    Column("register", Text, primary_key=True),
    Column("reading", Text, nullable=False),  # stands for the file's bytes and how they were understood
    Column("columns", JSON, nullable=False),  # [[name, heading], ...]
    Column("calculated", JSON, nullable=False),  # names of columns that change by themselves
    Column("numbers", LargeBinary, nullable=False),  # of the cases, in the order of the file, 4 bytes each
    Column("prints", LargeBinary, nullable=False),  # their fingerprints, 16 bytes each
    Column("days", LargeBinary, nullable=False),  # when first seen, 4 bytes each, 0 for the baseline
)

CASES = Table(
    "cases",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("register", Text, nullable=False),
    Column("first_run", Integer, nullable=False),
    Column("gone_run", Integer),  # the run that missed the row; NULL while it stands in the register
    Column("gone", Text),  # "removed", "rolled over", "same" (as another case) or "forgotten"
    Column("print", LargeBinary(16)),  # the last fingerprint of a row that is gone
)

PAGES = Table(
    "pages",
    METADATA,
    Column("first", Integer, primary_key=True),  # numbers of the cases whose first cells it holds
    Column("last", Integer, nullable=False),
    Column("columns", JSON, nullable=False),  # [[name, heading], ...]
    Column("cells", LargeBinary, nullable=False),
)

CHANGES = Table(
    "changes",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("case", Integer, nullable=False),
    Column("run", Integer, nullable=False),
    Column("kind", Text, nullable=False),  # see ChangeKind
    Column("cells", Text, nullable=False),  # {name: [before, after, understood]}
    Column("why", Text, nullable=False),
)

OBSERVATIONS = Table(
    "observations",
    METADATA,
    Column("case", Integer, primary_key=True),
    Column("event", Text, primary_key=True),
    Column("after_run", Integer, nullable=False),
    Column("run", Integer, nullable=False),
)

EDITS = Table(
    "edits",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("case", Integer, nullable=False),
    Column("run", Integer, nullable=False),
    Column("rule", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("message", Text, nullable=False),
)

BREACHES = Table(
    "breaches",
    METADATA,
    Column("case", Integer, primary_key=True),
    Column("clock", Text, primary_key=True),
    Column("policy", Text, primary_key=True),
    Column("due", Text, nullable=False),
    Column("run", Integer, nullable=False),  # the first that showed it as late
)

ACCEPTED = Table(
    "accepted",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("register", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("day", Date, nullable=False),
)

SNOOZED = Table(
    "snoozed",
    METADATA,
    Column("mark", Text, primary_key=True),  # the half of every key that names the case
    Column("until", Date, nullable=False),
    Column("day", Date, nullable=False),
)

JOBS = Table(
    "jobs",
    METADATA,
    Column("key", Text, primary_key=True),  # "pack:2026-11-24", the job and its nominal local day
    Column("job", Text, nullable=False),
    Column("nominal", Date, nullable=False),
    Column("due", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("owner", Text),
    Column("lease_until", Moment),
    Column("tries", Integer, nullable=False),
    Column("last_try", Moment),
    Column("words", Text, nullable=False),
)

MOMENTS = Table(
    "moments",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("words", Text, nullable=False),
)

IDEAS = Table(
    "ideas",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("stage", Text, nullable=False),
    Column("facts", JSON, nullable=False),  # every other field of the idea; days in ISO form
)

WORDINGS = Table(
    "wordings",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("case", Integer, nullable=False),
    Column("idea", Integer, nullable=False),
    Column("words", Text, nullable=False),
    Column("day", Date, nullable=False),
)

IDEA_EVENTS = Table(
    "idea_events",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("idea", Integer, nullable=False),
    Column("day", Date, nullable=False),
    Column("field", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("place", Text, nullable=False),
)

IDEA_COMMENTS = Table(
    "idea_comments",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("idea", Integer),  # NULL where it is not clear about which
    Column("who", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("place", Text, nullable=False),
    Column("pack", Date),  # the meeting whose pack showed it first
    Column("listed", Integer, nullable=False),
    Column("about", Text, nullable=False),
)

IDEA_LOG = Table(
    "idea_log",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("content", JSON, nullable=False),
)
