"""The weekly performance report: one page, and the cases behind its figures."""

from collections.abc import Sequence

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import Judgement
from complaints_sheet.pack.beside import NOTHING, Beside
from complaints_sheet.pack.blocks import Pack
from complaints_sheet.pack.composing import brief, compose
from complaints_sheet.pack.options import PackOptions
from complaints_sheet.pack.pages.week import week

TITLE = "Weekly complaints report"


def weekly(
    judgements: Sequence[Judgement],
    period: Period,
    calendar: Calendar,
    options: PackOptions,
    beside: Beside = NOTHING,
) -> Pack:
    """Return the week's report; `options.step_days` 7 gives a point a week where there are enough cases."""
    briefing = brief(judgements, period, calendar, options, beside)
    return compose(briefing, TITLE, "weekly", (week,), only_linked=True, dense=True)
