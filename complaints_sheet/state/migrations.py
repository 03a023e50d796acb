"""The memory's versions, in order: each step is applied once, in one transaction with its own record.

A step that has been released is never changed: the next change is a new step at the end of `STEPS`. That is
why the steps are plain SQL and do not use `tables.py`, which only knows the newest version. `{serial}` and
`{bytes}` stand for what each database calls them.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, inspect, select
from sqlalchemy.exc import DBAPIError

from complaints_sheet.errors import ConfigError
from complaints_sheet.state.tables import MIGRATIONS

_RUNS_AND_MAIL = (
    """CREATE TABLE runs (
        number {serial}, kind TEXT NOT NULL, as_of VARCHAR(32) NOT NULL, today DATE NOT NULL,
        started VARCHAR(32) NOT NULL, finished VARCHAR(32), outcome TEXT, note TEXT NOT NULL)""",
    """CREATE TABLE outbox (
        number {serial}, "key" TEXT NOT NULL UNIQUE, channel TEXT NOT NULL, kind TEXT NOT NULL,
        receiver TEXT NOT NULL, sender TEXT NOT NULL, address TEXT NOT NULL, message_id TEXT NOT NULL,
        subject TEXT NOT NULL, content {bytes} NOT NULL, told JSON NOT NULL, reason TEXT NOT NULL,
        state TEXT NOT NULL, queued VARCHAR(32) NOT NULL, changed VARCHAR(32) NOT NULL,
        attempts INTEGER NOT NULL, words TEXT NOT NULL, run INTEGER)""",
    "CREATE INDEX outbox_state ON outbox (state)",
    """CREATE TABLE last_sent (
        receiver TEXT NOT NULL, kind TEXT NOT NULL, channel TEXT NOT NULL, told JSON NOT NULL,
        sent VARCHAR(32) NOT NULL, message_id TEXT NOT NULL, PRIMARY KEY (receiver, kind, channel))""",
    """CREATE TABLE packs (
        kind TEXT NOT NULL, meeting DATE NOT NULL, start DATE NOT NULL, "end" DATE NOT NULL,
        figures JSON NOT NULL, files JSON NOT NULL, made VARCHAR(32) NOT NULL, run INTEGER,
        PRIMARY KEY (kind, meeting))""",
)

_CASES_AND_JOURNAL = (
    """CREATE TABLE registers (
        id TEXT NOT NULL PRIMARY KEY, first_run INTEGER NOT NULL, run INTEGER NOT NULL,
        alarm TEXT NOT NULL)""",
    """CREATE TABLE faces (
        register TEXT NOT NULL PRIMARY KEY, reading TEXT NOT NULL, columns JSON NOT NULL,
        calculated JSON NOT NULL, numbers {bytes} NOT NULL, prints {bytes} NOT NULL,
        days {bytes} NOT NULL)""",
    """CREATE TABLE cases (
        number INTEGER NOT NULL PRIMARY KEY, register TEXT NOT NULL, first_run INTEGER NOT NULL,
        gone_run INTEGER, gone TEXT, print {bytes})""",
    "CREATE INDEX cases_gone ON cases (register, gone_run) WHERE gone_run IS NOT NULL",
    """CREATE TABLE pages (
        first INTEGER NOT NULL PRIMARY KEY, last INTEGER NOT NULL, columns JSON NOT NULL,
        cells {bytes} NOT NULL)""",
    """CREATE TABLE changes (
        number {serial}, "case" INTEGER NOT NULL, run INTEGER NOT NULL, kind TEXT NOT NULL,
        cells TEXT NOT NULL, why TEXT NOT NULL)""",
    'CREATE INDEX changes_case ON changes ("case")',
    "CREATE INDEX changes_run ON changes (run)",
    """CREATE TABLE observations (
        "case" INTEGER NOT NULL, event TEXT NOT NULL, after_run INTEGER NOT NULL, run INTEGER NOT NULL,
        PRIMARY KEY ("case", event))""",
    """CREATE TABLE edits (
        number {serial}, "case" INTEGER NOT NULL, run INTEGER NOT NULL, rule TEXT NOT NULL,
        field TEXT NOT NULL, severity TEXT NOT NULL, message TEXT NOT NULL)""",
    "CREATE INDEX edits_run ON edits (run)",
    """CREATE TABLE breaches (
        "case" INTEGER NOT NULL, clock TEXT NOT NULL, policy TEXT NOT NULL, due TEXT NOT NULL,
        run INTEGER NOT NULL, PRIMARY KEY ("case", clock, policy))""",
    """CREATE TABLE accepted (
        "key" TEXT NOT NULL PRIMARY KEY, register TEXT NOT NULL, facts TEXT NOT NULL, reason TEXT NOT NULL,
        day DATE NOT NULL)""",
)

_SNOOZED = ("CREATE TABLE snoozed (mark TEXT NOT NULL PRIMARY KEY, until DATE NOT NULL, day DATE NOT NULL)",)

_MAIL_THAT_LEAVES = (
    "ALTER TABLE outbox ADD COLUMN owner TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE outbox ADD COLUMN lease_until VARCHAR(32)",
    "ALTER TABLE outbox ADD COLUMN next_try VARCHAR(32)",
    "ALTER TABLE outbox ADD COLUMN held_by TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE outbox ADD COLUMN released VARCHAR(32)",
    """CREATE TABLE mail_steps (
        number {serial}, message INTEGER NOT NULL, at VARCHAR(32) NOT NULL, state TEXT NOT NULL,
        words TEXT NOT NULL)""",
    "CREATE INDEX mail_steps_message ON mail_steps (message)",
    """CREATE TABLE suspended (
        address TEXT NOT NULL PRIMARY KEY, since VARCHAR(32) NOT NULL, words TEXT NOT NULL,
        entry TEXT NOT NULL)""",
    """CREATE TABLE mail_channels (
        channel TEXT NOT NULL PRIMARY KEY, baseline VARCHAR(32), armed VARCHAR(32), host TEXT NOT NULL,
        place TEXT NOT NULL, registers JSON NOT NULL, prints JSON NOT NULL, expected INTEGER NOT NULL,
        rounds INTEGER NOT NULL, stopped TEXT NOT NULL, stopped_at VARCHAR(32), stops INTEGER NOT NULL,
        next_try VARCHAR(32), flood_day DATE)""",
)

_JOBS = (
    """CREATE TABLE jobs (
        "key" TEXT NOT NULL PRIMARY KEY, job TEXT NOT NULL, nominal DATE NOT NULL, due VARCHAR(32) NOT NULL,
        state TEXT NOT NULL, owner TEXT, lease_until VARCHAR(32), tries INTEGER NOT NULL,
        last_try VARCHAR(32), words TEXT NOT NULL)""",
    "CREATE INDEX jobs_due ON jobs (job, due)",
    "CREATE TABLE moments (name TEXT NOT NULL PRIMARY KEY, at VARCHAR(32) NOT NULL, words TEXT NOT NULL)",
)

_IMPROVEMENT_IDEAS = (
    "CREATE TABLE ideas (number INTEGER NOT NULL PRIMARY KEY, stage TEXT NOT NULL, facts JSON NOT NULL)",
    """CREATE TABLE wordings (
        number {serial}, "case" INTEGER NOT NULL, idea INTEGER NOT NULL, words TEXT NOT NULL,
        day DATE NOT NULL)""",
    'CREATE INDEX wordings_case ON wordings ("case")',
    """CREATE TABLE idea_events (
        number {serial}, idea INTEGER NOT NULL, day DATE NOT NULL, field TEXT NOT NULL,
        before TEXT NOT NULL, after TEXT NOT NULL, "by" TEXT NOT NULL, place TEXT NOT NULL)""",
    "CREATE INDEX idea_events_idea ON idea_events (idea)",
    """CREATE TABLE idea_comments (
        number {serial}, idea INTEGER, who TEXT NOT NULL, words TEXT NOT NULL, day DATE NOT NULL,
        place TEXT NOT NULL, pack DATE, listed INTEGER NOT NULL, about TEXT NOT NULL)""",
    "CREATE TABLE idea_log (name TEXT NOT NULL PRIMARY KEY, content JSON NOT NULL)",
)

_APPROVALS = (
    """CREATE TABLE approvals (
        number {serial}, edition TEXT NOT NULL, "end" DATE NOT NULL, who TEXT NOT NULL, day DATE NOT NULL,
        marks JSON NOT NULL, run INTEGER)""",
)

_RETURNED = (
    """CREATE TABLE returned (
        "key" TEXT NOT NULL PRIMARY KEY, at VARCHAR(32) NOT NULL, kind TEXT NOT NULL, sender TEXT NOT NULL,
        message INTEGER NOT NULL, words TEXT NOT NULL)""",
)

_CONTENTS_APART = (
    "CREATE TABLE outbox_contents (number INTEGER NOT NULL PRIMARY KEY, content {bytes} NOT NULL)",
    "INSERT INTO outbox_contents (number, content) SELECT number, content FROM outbox",
    "ALTER TABLE outbox DROP COLUMN content",
)

_WORDS = {
    "sqlite": {"serial": "INTEGER NOT NULL PRIMARY KEY", "bytes": "BLOB"},
    "postgresql": {"serial": "INTEGER GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY", "bytes": "BYTEA"},
}

STEPS: Sequence[tuple[str, Sequence[str]]] = (
    ("runs, outbox and packs", _RUNS_AND_MAIL),
    ("cases and their journal", _CASES_AND_JOURNAL),
    ("cases put off", _SNOOZED),
    ("mail that leaves", _MAIL_THAT_LEAVES),
    ("jobs and when they were done", _JOBS),
    ("improvement ideas", _IMPROVEMENT_IDEAS),
    ("free text approved for everyone", _APPROVALS),
    ("what came back to mail", _RETURNED),
    ("what mails say, apart from how they stand", _CONTENTS_APART),
)


def migrate(engine: Engine) -> int:
    """Bring the database to the newest version and return its number; ConfigError if it is newer."""
    applied = version(engine)
    if applied > len(STEPS):
        raise ConfigError(
            f"The memory was written by a newer version of this program "
            f"(its version {applied}, ours {len(STEPS)}).",
            "Use the newer version of the program, or bring back the backup made before the upgrade.",
        )
    for number in range(applied + 1, len(STEPS) + 1):
        with engine.begin() as connection:
            apply(connection, number)
    return len(STEPS)


def is_newest(engine: Engine) -> bool:
    """Return True where every step that this program knows is applied, in one cheap look."""
    try:
        with engine.connect() as connection:
            newest = connection.scalar(
                select(MIGRATIONS.c.number).order_by(MIGRATIONS.c.number.desc()).limit(1)
            )
    except DBAPIError:
        return False
    return newest == len(STEPS)


def version(engine: Engine) -> int:
    """Return the number of the newest step applied, 0 for an empty database."""
    if not inspect(engine).has_table("migrations"):
        return 0
    with engine.connect() as connection:
        return max(connection.scalars(select(MIGRATIONS.c.number)), default=0)


def apply(connection: Connection, number: int) -> None:
    """Apply one step, with the record that it was."""
    name, statements = STEPS[number - 1]
    words = _WORDS[connection.dialect.name]
    MIGRATIONS.create(connection, checkfirst=True)
    for statement in statements:
        connection.exec_driver_sql(statement.format(**words))
    connection.execute(MIGRATIONS.insert().values(number=number, name=name))
