"""The quality check: a sample of the closed cases, and what the check before it found."""

from collections.abc import Sequence

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import Judgement
from complaints_sheet.pack.beside import NOTHING, Beside
from complaints_sheet.pack.blocks import Pack
from complaints_sheet.pack.composing import brief, compose
from complaints_sheet.pack.options import PackOptions
from complaints_sheet.pack.pages.quality import last_check, quality_sample

TITLE = "Quality check of closed complaints"


def quality_check(
    judgements: Sequence[Judgement],
    period: Period,
    calendar: Calendar,
    options: PackOptions,
    beside: Beside = NOTHING,
) -> Pack:
    """Return the sample of the period, and what the last check found; judged at one moment."""
    briefing = brief(judgements, period, calendar, options, beside)
    return compose(briefing, TITLE, "quality-check", (quality_sample, last_check), only_linked=True)
