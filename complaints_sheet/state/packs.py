"""The packs: which meeting each was for, with which figures, in which files; and what may go to everyone."""

from sqlalchemy import Engine, Row, delete, insert, select

from complaints_sheet.core.ledger import Approval, PackRecord
from complaints_sheet.state.tables import APPROVALS, PACKS


class Packs:
    """Packs written, one for each kind and meeting; writing one again replaces its record."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, pack: PackRecord) -> None:
        """Record that the pack was written."""
        with self._engine.begin() as connection:
            connection.execute(
                delete(PACKS).where(PACKS.c.kind == pack.kind, PACKS.c.meeting == pack.meeting)
            )
            connection.execute(
                insert(PACKS).values(
                    kind=pack.kind,
                    meeting=pack.meeting,
                    start=pack.start,
                    end=pack.end,
                    figures=dict(pack.figures),
                    files=list(pack.files),
                    made=pack.made,
                    run=pack.run,
                )
            )

    def written(self, kind: str | None = None) -> tuple[PackRecord, ...]:
        """Return the packs of the kind, or of every kind, oldest meeting first."""
        wanted = select(PACKS).order_by(PACKS.c.meeting, PACKS.c.kind)
        if kind is not None:
            wanted = wanted.where(PACKS.c.kind == kind)
        with self._engine.connect() as connection:
            rows = connection.execute(wanted).all()
        return tuple(_pack(row) for row in rows)

    def approve(self, approval: Approval) -> None:
        """Record that somebody approved passages of free text for everyone."""
        with self._engine.begin() as connection:
            connection.execute(
                insert(APPROVALS).values(
                    edition=approval.edition,
                    end=approval.end,
                    who=approval.who,
                    day=approval.day,
                    marks=list(approval.marks),
                    run=approval.run,
                )
            )

    def approvals(self) -> tuple[Approval, ...]:
        """Return every approval, the oldest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(APPROVALS).order_by(APPROVALS.c.number)).all()
        return tuple(
            Approval(row.edition, row.end, row.who, row.day, tuple(row.marks), row.run) for row in rows
        )


def _pack(row: Row[tuple[object, ...]]) -> PackRecord:
    return PackRecord(
        row.kind, row.meeting, row.start, row.end, row.figures, tuple(row.files), row.made, row.run
    )
