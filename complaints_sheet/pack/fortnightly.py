"""The pack for the improvement meeting: eight pages, then the cases behind every figure."""

from collections.abc import Sequence

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import Judgement
from complaints_sheet.pack.beside import NOTHING, Beside
from complaints_sheet.pack.blocks import Pack
from complaints_sheet.pack.composing import brief, compose
from complaints_sheet.pack.options import PackOptions
from complaints_sheet.pack.pages.glance import glance
from complaints_sheet.pack.pages.improvement import earlier_ideas, new_ideas
from complaints_sheet.pack.pages.outcomes import outcomes
from complaints_sheet.pack.pages.overdue import overdue
from complaints_sheet.pack.pages.standards import standards
from complaints_sheet.pack.pages.trust import trust
from complaints_sheet.pack.pages.where import where

TITLE = "Complaints improvement meeting"


def fortnightly(
    judgements: Sequence[Judgement],
    period: Period,
    calendar: Calendar,
    options: PackOptions,
    beside: Beside = NOTHING,
) -> Pack:
    """Return the meeting's pack for the period, from registers judged at the same moment.

    With the last pack beside, figures that read differently now are restated on the last page.
    """
    briefing = brief(judgements, period, calendar, options, beside)
    pages = (glance, standards, where, overdue, new_ideas, earlier_ideas, outcomes, trust)
    return compose(briefing, TITLE, "fortnightly", pages)
