"""The weekly feedback review: every contact of the week and every open case."""

from collections.abc import Sequence

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import Judgement
from complaints_sheet.pack.beside import NOTHING, Beside
from complaints_sheet.pack.blocks import Pack
from complaints_sheet.pack.composing import brief, compose
from complaints_sheet.pack.options import PackOptions
from complaints_sheet.pack.pages.review import came_in, still_open

TITLE = "Weekly feedback review"


def review(
    judgements: Sequence[Judgement],
    period: Period,
    calendar: Calendar,
    options: PackOptions,
    beside: Beside = NOTHING,
) -> Pack:
    """Return the review of the week, from registers judged at the same moment."""
    briefing = brief(judgements, period, calendar, options, beside)
    return compose(briefing, TITLE, "review", (came_in, still_open), only_linked=True)
