"""What a quality check found, as figures: how many of the cases checked passed, and each question alone."""

from collections.abc import Sequence

from complaints_sheet.core.quality import QUESTIONS, QualityCheck, latest_filled
from complaints_sheet.pack.figure import Figure, Group, share_of


def quality_figures(checks: Sequence[QualityCheck]) -> tuple[Figure, ...]:
    """Return the figures of the latest check that somebody has filled in; none where there is none."""
    latest = latest_filled(checks)
    if latest is None or not latest.filled:
        return ()
    return (_passed(latest), *(_answered(latest, question) for question in QUESTIONS))


def _passed(check: QualityCheck) -> Figure:
    passed = tuple(row.case for row in check.filled if row.passed)
    fell_short = tuple(row.case for row in check.filled if not row.passed)
    unfinished = tuple(row.case for row in check.rows if not row.complete)
    return share_of(
        "quality-check",
        "Quality check passed",
        Group("Passed", passed),
        Group("Fell short", fell_short),
        Group("Not checked yet", unfinished),
    )


def _answered(check: QualityCheck, question: str) -> Figure:
    def rows(answer: str) -> tuple[str, ...]:
        return tuple(row.case for row in check.rows if row.answers.get(question) == answer)

    return share_of(
        f"quality-{question}",
        f"Quality check: {QUESTIONS[question]}",
        Group("Yes", rows("yes")),
        Group("No", rows("no")),
        Group("Not readable", tuple(row.case for row in check.rows if question in row.unread)),
    )
