"""The table to publish: no names, no cases, no free text, and small numbers kept back."""

from collections.abc import Sequence
from dataclasses import replace

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import Judgement
from complaints_sheet.pack.beside import NOTHING, Beside
from complaints_sheet.pack.blocks import Pack
from complaints_sheet.pack.composing import brief, compose, public
from complaints_sheet.pack.options import PackOptions
from complaints_sheet.pack.pages.published import published

TITLE = "Complaints we received"


def published_table(
    judgements: Sequence[Judgement],
    period: Period,
    calendar: Calendar,
    options: PackOptions,
    beside: Beside = NOTHING,
) -> Pack:
    """Return the table of the period, from registers judged at the same moment."""
    nobody = replace(options, customer_names=False, owner_names=False, wide=True, approved=frozenset())
    briefing = brief(judgements, period, calendar, nobody, beside)
    return public(compose(briefing, TITLE, "published", (published,), only_linked=True))
