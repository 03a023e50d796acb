"""What a pack is made from beside the registers: its meeting, the policies, and what the memory knows."""

from dataclasses import dataclass
from datetime import date, time

from complaints_sheet.core.idea_words import IdeaReport
from complaints_sheet.core.policy import Policy
from complaints_sheet.core.quality import QualityCheck
from complaints_sheet.pack.restated import LastPack


@dataclass(frozen=True, slots=True)
class Beside:
    """What a pack is made from beside the registers; everything may be missing.

    `meeting` is None for a pack that belongs to no meeting; `last` is the pack before this one.
    """

    meeting: date | None = None
    meeting_at: time | None = None
    last: LastPack | None = None
    policies: tuple[Policy, ...] = ()
    checks: tuple[QualityCheck, ...] = ()
    ideas: IdeaReport | None = None


NOTHING = Beside()
