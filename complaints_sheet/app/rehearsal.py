"""Every kind of mail, and the pack, written once from today's registers and thrown away."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from complaints_sheet.app.judged import calendar_of, judged, judging_of
from complaints_sheet.app.mailing import letterhead
from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import Judgement, Register
from complaints_sheet.core.notices import decisions

if TYPE_CHECKING:
    from complaints_sheet.config.settings import Config

NOON = time(12)


def rehearse(config: "Config", registers: Sequence[Register], now: datetime) -> None:
    """Write one mail of each kind and the pack with the office's own templates; nothing is kept or delivered.

    Raises ConfigError naming the template and line that cannot be written. `now` is aware.
    """
    by_id = {register.id: register for register in registers}
    settings = [each for each in config.registers if each.id in by_id]
    if not settings:
        return
    local = now.astimezone(config.organisation.timezone)
    calendar = calendar_of(config.calendar, registers, local)
    moment = datetime.combine(calendar.working_day_on_or_after(local.date()), NOON, tzinfo=local.tzinfo)
    judgements = [judged(by_id[each.id], judging_of(config, each), moment) for each in settings]
    _mails(config, judgements, moment, calendar)
    if any((folder / "pack").is_dir() for folder in config.templates):
        _pack(config, judgements, moment, calendar)


def _mails(config: "Config", judgements: Sequence[Judgement], moment: datetime, calendar: Calendar) -> None:
    from complaints_sheet.mail import compose

    rules, head = config.mail.rules, letterhead(config, moment)
    decided = decisions(
        judgements, config.directory, config.roles, (), moment, calendar=calendar, rules=rules
    )
    notices = {each.notice.kind: each.notice for each in decided if each.notice}
    for notice in notices.values():
        compose(notice, head, rules, moment, folders=config.templates)


def _pack(config: "Config", judgements: Sequence[Judgement], moment: datetime, calendar: Calendar) -> None:
    from complaints_sheet.formats import FORMATS
    from complaints_sheet.pack.fortnightly import fortnightly
    from complaints_sheet.pack.options import PackOptions

    yesterday = moment.date() - timedelta(days=1)
    period = Period(yesterday - timedelta(days=13), yesterday)
    pack = fortnightly(judgements, period, calendar, PackOptions(organisation=config.organisation.name))
    FORMATS["html"](pack, config.brand, config.templates)
