"""The editions of the pack and who they are for: their names, their days, and what they are called."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

EditionId: TypeAlias = Literal[
    "fortnightly", "weekly", "review", "quarterly", "annual", "published", "training", "quality-check"
]
Circulation: TypeAlias = Literal["meeting", "manager", "everyone"]
"""Who a pack is for. Only the manager's may name case owners; everyone's has no free text unless approved."""

CIRCULATIONS: tuple[Circulation, ...] = ("meeting", "manager", "everyone")


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition: how many days it covers (None: those of the meeting), its file's words, what it is."""

    id: EditionId
    days: int | None
    file: str
    what: str


MEETING_PACK: EditionId = "fortnightly"
QUALITY_CHECK: EditionId = "quality-check"

EDITIONS: Mapping[EditionId, Edition] = {
    each.id: each
    for each in (
        Edition(MEETING_PACK, None, "complaints pack to this day", "the meeting's pack"),
        Edition("weekly", 7, "weekly complaints report", "the week on one page"),
        Edition("review", 7, "weekly feedback review", "every contact of the week and every open case"),
        Edition("quarterly", 91, "quarterly complaints report", "the board's report of 13 weeks"),
        Edition("annual", 365, "annual procedure review", "a year of evidence for reviewing the procedure"),
        Edition("published", 91, "complaints we received", "a table to publish, small numbers kept back"),
        Edition("training", 91, "training topics", "what complaints say about training"),
        Edition(QUALITY_CHECK, None, "quality check", "a sample of closed cases and its checklist"),
    )
}

LATER_WORDS: Mapping[Circulation, str] = {
    "meeting": "",
    "manager": ", for the manager",
    "everyone": ", for everyone",
}
"""What a file's name ends with."""
