"""The quarterly board report over 13 weeks: no names, and no customer's words unless approved."""

from collections.abc import Sequence
from dataclasses import replace

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import Judgement
from complaints_sheet.pack.beside import NOTHING, Beside
from complaints_sheet.pack.blocks import Pack
from complaints_sheet.pack.composing import brief, compose
from complaints_sheet.pack.options import PackOptions
from complaints_sheet.pack.pages.outcomes import outcomes
from complaints_sheet.pack.pages.quarter import quarter, quarters_of_themes
from complaints_sheet.pack.pages.standards import standards
from complaints_sheet.pack.pages.trust import trust
from complaints_sheet.pack.pages.where import where

TITLE = "Quarterly complaints report to the board"
STEP_DAYS = 28  # the charts' points


def quarterly(
    judgements: Sequence[Judgement],
    period: Period,
    calendar: Calendar,
    options: PackOptions,
    beside: Beside = NOTHING,
) -> Pack:
    """Return the board's report for the period (13 weeks is usual), whatever the options say of names."""
    discreet = replace(options, customer_names=False, owner_names=False, wide=True, step_days=STEP_DAYS)
    briefing = brief(judgements, period, calendar, discreet, beside)
    pages = (quarter, standards, where, quarters_of_themes, outcomes, trust)
    return compose(briefing, TITLE, "quarterly", pages, only_linked=True)
