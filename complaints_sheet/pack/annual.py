"""The annual review of the procedure, with the year of evidence it needs: no names of customers."""

from collections.abc import Sequence
from dataclasses import replace

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import Judgement
from complaints_sheet.pack.beside import NOTHING, Beside
from complaints_sheet.pack.blocks import Pack
from complaints_sheet.pack.composing import brief, compose
from complaints_sheet.pack.options import PackOptions
from complaints_sheet.pack.pages.annual import limits_kept, procedure_year, what_was_found
from complaints_sheet.pack.pages.outcomes import outcomes
from complaints_sheet.pack.pages.standards import standards
from complaints_sheet.pack.pages.trust import trust
from complaints_sheet.pack.pages.where import where

TITLE = "Annual review of the complaints procedure"
STEP_DAYS = 28  # the charts' points


def annual(
    judgements: Sequence[Judgement],
    period: Period,
    calendar: Calendar,
    options: PackOptions,
    beside: Beside = NOTHING,
) -> Pack:
    """Return the year's evidence for the review, from registers judged at the same moment."""
    discreet = replace(options, customer_names=False, step_days=STEP_DAYS)
    briefing = brief(judgements, period, calendar, discreet, beside)
    return compose(
        briefing,
        TITLE,
        "annual",
        (procedure_year, limits_kept, what_was_found, standards, where, outcomes, trust),
        only_linked=True,
    )
