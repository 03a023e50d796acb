"""What every job of one run works with: the config, the open memory, the moment, the working days."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.ledger import Run
from complaints_sheet.core.model import Judgement
from complaints_sheet.core.notice import MailRules
from complaints_sheet.core.policy import Policy

if TYPE_CHECKING:
    from complaints_sheet.config.settings import Config
    from complaints_sheet.state import State


def never() -> bool:
    """Return False: nobody asks this run to stop."""
    return False


@dataclass(frozen=True, slots=True)
class Desk:
    """One run before any register is judged. `moment` is aware, in the organisation's time zone.

    With `dry_run` the memory is a copy, and nothing may be written or delivered. `stopping` says whether the
    run was asked to stop: the message in hand is finished, and no other begun.
    """

    config: "Config"
    state: "State"
    run: Run
    moment: datetime
    dry_run: bool
    stopping: Callable[[], bool] = field(default=never, kw_only=True)

    @property
    def channel(self) -> str:
        """Return the kind of channel that mail leaves by."""
        return self.config.delivery.kind


@dataclass(frozen=True, slots=True)
class Workplace(Desk):
    """One run's config, memory and judgements; `mail_rules` hold what people accepted or put off."""

    calendar: Calendar
    judgements: tuple[Judgement, ...]
    policies: Sequence[Policy]
    mail_rules: MailRules
