"""The jobs: which occurrence was done, by whom and how it ended, and the moments the clock is held against.

    due ──claim──▶ running ──▶ done
     ▲                │
     │                ├──▶ failed ──claim, after a while──▶ running
     └── let go, cut off

An occurrence is claimed by a conditional update, and only the owner of the claim may say how it ended. What
will never run is recorded as skipped, what belongs to the time before the program as baseline.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, Row, and_, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from complaints_sheet.core.due import MOST_TRIES, Ended, JobRun, Occurrence
from complaints_sheet.state.tables import JOBS, MOMENTS

LEASE = timedelta(minutes=30)


class Jobs:
    """What is on record of the jobs of this workspace."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def moments(self) -> Mapping[str, tuple[datetime, str]]:
        """Return the moments kept (UTC) by name, each with its words."""
        with self._engine.connect() as connection:
            return {row.name: (row.at, row.words) for row in connection.execute(select(MOMENTS))}

    def keep_moments(self, moments: Mapping[str, tuple[datetime, str] | None]) -> None:
        """Keep these moments, each with its words; one that is None is forgotten."""
        with self._engine.begin() as connection:
            for name, kept in moments.items():
                if kept is None:
                    connection.execute(delete(MOMENTS).where(MOMENTS.c.name == name))
                    continue
                at, words = kept
                known = update(MOMENTS).where(MOMENTS.c.name == name).values(at=at, words=words)
                if connection.execute(known).rowcount == 0:
                    connection.execute(insert(MOMENTS).values(name=name, at=at, words=words))

    def since(self, oldest: Mapping[str, datetime]) -> tuple[JobRun, ...]:
        """Return the recorded occurrences of each job that were due at or after its own moment, or more."""
        short, long = _by_age(oldest)
        found: list[JobRun] = []
        with self._engine.connect() as connection:
            for jobs in filter(None, (short, long)):
                since = min(oldest[job] for job in jobs)
                wanted = select(JOBS).where(JOBS.c.job.in_(jobs), JOBS.c.due >= since)
                found += map(_run, connection.execute(wanted))
        return tuple(found)

    def run(self, key: str) -> JobRun | None:
        """Return the record of one occurrence, or None."""
        with self._engine.connect() as connection:
            row = connection.execute(select(JOBS).where(JOBS.c.key == key)).first()
        return _run(row) if row else None

    def last(self, jobs: Collection[str]) -> Mapping[str, JobRun]:
        """Return the newest occurrence on record of each of the jobs, by job."""
        mine = JOBS.c.job.in_(jobs)
        greatest = func.max(JOBS.c.due).label("due")
        newest = select(JOBS.c.job, greatest).where(mine).group_by(JOBS.c.job).subquery()
        wanted = select(JOBS).join(newest, and_(JOBS.c.job == newest.c.job, JOBS.c.due == newest.c.due))
        with self._engine.connect() as connection:
            return {run.job: run for run in map(_run, connection.execute(wanted))}

    def record(self, occurrences: Iterable[tuple[Occurrence, str]], state: Ended, at: datetime) -> int:
        """Record occurrences that do not run, each with its words; return how many were not known yet.

        One that was tried before keeps its tries.
        """
        recorded = 0
        with self._engine.begin() as connection:
            for occurrence, words in occurrences:
                recorded += _insert(connection, occurrence, state=state, words=words, tries=0, at=at)
                connection.execute(
                    update(JOBS)
                    .where(JOBS.c.key == occurrence.key, JOBS.c.state.in_(("due", "failed")))
                    .values(state=state, words=words)
                )
        return recorded

    def claim(self, occurrence: Occurrence, owner: str, at: datetime) -> bool:
        """Return True if the occurrence is now this owner's to run, for as long as the lease lasts."""
        claimed = {"state": "running", "owner": owner, "lease_until": at + LEASE, "last_try": at}
        with self._engine.begin() as connection:
            if _insert(connection, occurrence, tries=1, words="", at=at, **claimed):
                return True
            free = or_(JOBS.c.state.in_(("due", "failed")), _lapsed(at))
            changed = connection.execute(
                update(JOBS)
                .where(JOBS.c.key == occurrence.key, free)
                .values(**claimed, tries=JOBS.c.tries + 1)
            )
        return changed.rowcount == 1

    def renew(self, owner: str, at: datetime) -> None:
        """Lengthen the leases of what the owner is running, so that nobody takes it for cut off."""
        with self._engine.begin() as connection:
            connection.execute(
                update(JOBS)
                .where(JOBS.c.state == "running", JOBS.c.owner == owner)
                .values(lease_until=at + LEASE)
            )

    def ended(self, key: str, owner: str, state: Ended, at: datetime, words: str = "") -> bool:
        """Record how a claimed occurrence ended; False where the claim was lost meanwhile."""
        return self._leave(key, owner, {"state": state, "words": words, "last_try": at})

    def let_go(self, key: str, owner: str, words: str) -> bool:
        """Give a claimed occurrence back untouched: it is due again, and this does not count as a try."""
        return self._leave(key, owner, {"state": "due", "words": words, "tries": JOBS.c.tries - 1})

    def recover(self, at: datetime, owner: str, *, alone: bool) -> int:
        """Make due again what somebody else was running when they were cut off; return how many.

        Only who holds the workspace's lock is `alone`; else the others' leases must have run out.
        """
        cut_off = JOBS.c.state == "running" if alone else _lapsed(at)
        with self._engine.begin() as connection:
            free = {"owner": None, "lease_until": None}
            spent = JOBS.c.tries >= MOST_TRIES
            connection.execute(
                update(JOBS)
                .where(cut_off, JOBS.c.owner != owner, spent)
                .values(state="failed", words=f"cut off {MOST_TRIES} times", **free)
            )
            return connection.execute(
                update(JOBS)
                .where(cut_off, JOBS.c.owner != owner)
                .values(state="due", words="cut off", **free)
            ).rowcount

    def _leave(self, key: str, owner: str, values: Mapping[str, object]) -> bool:
        with self._engine.begin() as connection:
            changed = connection.execute(
                update(JOBS)
                .where(JOBS.c.key == key, JOBS.c.state == "running", JOBS.c.owner == owner)
                .values(owner=None, lease_until=None, **values)
            )
        return changed.rowcount == 1


def _by_age(oldest: Mapping[str, datetime]) -> tuple[list[str], list[str]]:
    """Return the jobs looked at for some days only, and those looked at for weeks: a question each."""
    if not oldest:
        return [], []
    newest = max(oldest.values())
    short = [job for job, moment in oldest.items() if newest - moment < timedelta(days=7)]
    return short, [job for job in oldest if job not in short]


def _lapsed(at: datetime) -> ColumnElement[bool]:
    return and_(JOBS.c.state == "running", JOBS.c.lease_until < at)


def _insert(connection: Connection, occurrence: Occurrence, *, at: datetime, **columns: object) -> bool:
    """Return True if the occurrence was not on record and is now."""
    values = {"last_try": at, **columns}
    new = insert(JOBS).values(
        key=occurrence.key, job=occurrence.job, nominal=occurrence.nominal, due=occurrence.moment, **values
    )
    if connection.scalar(select(JOBS.c.key).where(JOBS.c.key == occurrence.key)):
        return False
    try:
        with connection.begin_nested():
            connection.execute(new)
    except IntegrityError:  # somebody else was a moment faster
        return False
    return True


def _run(row: Row[tuple[object, ...]]) -> JobRun:
    return JobRun(
        row.key, row.job, row.nominal, row.due, row.state, row.tries, row.last_try, row.lease_until, row.words
    )
