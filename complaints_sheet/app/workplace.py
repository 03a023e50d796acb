"""What every job of one run works with: the config, the open memory, the moment, the working days."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.ledger import Run
from complaints_sheet.core.model import Judgement
from complaints_sheet.core.notice import MailRules
from complaints_sheet.core.policy import Policy

if TYPE_CHECKING:
    from complaints_sheet.config.settings import Config
    from complaints_sheet.state import State


TEST = " test"


def never() -> bool:
    """Return False: nobody asks this run to stop."""
    return False


@dataclass(frozen=True, slots=True)
class Desk:
    """One run before any register is judged. `moment` is aware, in the organisation's time zone.

    With `dry_run` the memory is a copy, and nothing may be written or delivered. `stopping` says whether the
    run was asked to stop: the message in hand is finished, and no other begun. `started` is the stopwatch of
    the run, from which its registers were read.
    """

    config: "Config"
    state: "State"
    run: Run
    moment: datetime
    dry_run: bool
    stopping: Callable[[], bool] = field(default=never, kw_only=True)
    started: float = field(default_factory=monotonic, kw_only=True)

    @property
    def channel(self) -> str:
        """Return the channel that mail leaves by, under whose name what was told is remembered.

        Until mail is switched on, a test address gets everything, over a channel of its own.
        """
        delivery = self.config.delivery
        if delivery.test_address is None or not delivery.live or self.state.arming.is_armed(delivery.kind):
            return delivery.kind
        return f"{delivery.kind}{TEST}"

    def now(self) -> datetime:
        """Return the run's moment plus, where mail really leaves, the time that has passed since."""
        if not self.config.delivery.live:
            return self.moment
        return self.moment + timedelta(seconds=monotonic() - self.started)


@dataclass(frozen=True, slots=True)
class Workplace(Desk):
    """One run's config, memory and judgements; `mail_rules` hold what people accepted or put off.

    `unchanged` is True where every register is, byte for byte, as the last good run read it.
    """

    calendar: Calendar
    judgements: tuple[Judgement, ...]
    policies: Sequence[Policy]
    mail_rules: MailRules
    unchanged: bool = field(default=False, kw_only=True)
