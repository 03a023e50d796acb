"""The runs: when each began, what it was for and how it ended."""

from datetime import date, datetime

from sqlalchemy import Engine, Row, insert, select, update

from complaints_sheet.core.ledger import Run, RunOutcome
from complaints_sheet.state.tables import RUNS


class Runs:
    """The runs of this workspace. A run without an end is running, or was cut off."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, kind: str, as_of: datetime, today: date, started: datetime) -> Run:
        """Return the run, recorded as begun; `as_of` and `started` are aware, `today` is the local date."""
        with self._engine.begin() as connection:
            number = connection.execute(
                insert(RUNS)
                .values(kind=kind, as_of=as_of, today=today, started=started, note="")
                .returning(RUNS.c.number)
            ).scalar_one()
        return Run(number, kind, as_of, today, started)

    def finish(self, run: Run, outcome: RunOutcome, finished: datetime, note: str = "") -> None:
        """Record how the run ended; `note` is a sentence without names or values from the register."""
        with self._engine.begin() as connection:
            connection.execute(
                update(RUNS)
                .where(RUNS.c.number == run.number)
                .values(outcome=outcome, finished=finished, note=note)
            )

    def last(self, kind: str, outcome: RunOutcome | None = "done") -> Run | None:
        """Return the newest run of the kind that ended so (any end where `outcome` is None), or None."""
        wanted = select(RUNS).where(RUNS.c.kind == kind).order_by(RUNS.c.number.desc()).limit(1)
        if outcome is not None:
            wanted = wanted.where(RUNS.c.outcome == outcome)
        with self._engine.connect() as connection:
            row = connection.execute(wanted).first()
        return _run(row) if row else None

    def since(self, day: date) -> tuple[Run, ...]:
        """Return the runs of this local day and later, oldest first."""
        wanted = select(RUNS).where(RUNS.c.today >= day).order_by(RUNS.c.number)
        with self._engine.connect() as connection:
            return tuple(_run(row) for row in connection.execute(wanted))

    def numbered(self, number: int) -> Run | None:
        """Return one run by its number, or None."""
        with self._engine.connect() as connection:
            row = connection.execute(select(RUNS).where(RUNS.c.number == number)).first()
        return _run(row) if row else None

    def latest(self, limit: int = 20) -> tuple[Run, ...]:
        """Return the newest runs of any kind, newest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(RUNS).order_by(RUNS.c.number.desc()).limit(limit)).all()
        return tuple(_run(row) for row in rows)


def _run(row: Row[tuple[object, ...]]) -> Run:
    return Run(row.number, row.kind, row.as_of, row.today, row.started, row.finished, row.outcome, row.note)
