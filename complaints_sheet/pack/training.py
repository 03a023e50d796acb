"""Training topics: what complaints of a quarter say that staff need to learn."""

from collections.abc import Sequence

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import Judgement
from complaints_sheet.pack.beside import NOTHING, Beside
from complaints_sheet.pack.blocks import Pack
from complaints_sheet.pack.composing import brief, compose
from complaints_sheet.pack.options import PackOptions
from complaints_sheet.pack.pages.training import training

TITLE = "Training topics from complaints"


def training_topics(
    judgements: Sequence[Judgement],
    period: Period,
    calendar: Calendar,
    options: PackOptions,
    beside: Beside = NOTHING,
) -> Pack:
    """Return the training topics of the period, from registers judged at the same moment."""
    briefing = brief(judgements, period, calendar, options, beside)
    return compose(briefing, TITLE, "training", (training,), only_linked=True)
