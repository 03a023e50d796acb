"""Every edition of the pack by its id. A new one is its module, a line here and one in core/editions."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import Judgement
from complaints_sheet.pack.annual import annual
from complaints_sheet.pack.beside import Beside
from complaints_sheet.pack.blocks import Pack
from complaints_sheet.pack.fortnightly import fortnightly
from complaints_sheet.pack.options import PackOptions
from complaints_sheet.pack.published import published_table
from complaints_sheet.pack.quality_check import quality_check
from complaints_sheet.pack.quarterly import quarterly
from complaints_sheet.pack.review import review
from complaints_sheet.pack.training import training_topics
from complaints_sheet.pack.weekly import weekly

Maker: TypeAlias = Callable[[Sequence[Judgement], Period, Calendar, PackOptions, Beside], Pack]

MAKERS: Mapping[str, Maker] = {
    "fortnightly": fortnightly,
    "weekly": weekly,
    "review": review,
    "quarterly": quarterly,
    "annual": annual,
    "published": published_table,
    "training": training_topics,
    "quality-check": quality_check,
}
