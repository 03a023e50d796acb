"""A new, half-filled row is left in peace for a set number of working days before it is asked about."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from complaints_sheet.core.lines import LineRules, is_fresh
from complaints_sheet.core.model import Judgement
from complaints_sheet.core.notice import MailRules
from complaints_sheet.core.notices import plan
from tests.mail_by_hand import CALENDAR, PEOPLE, ROLES, done, judged, row

LONDON = ZoneInfo("Europe/London")
THURSDAY = date(2026, 11, 19)


def seen_on(first: date, today: date, **cells: object) -> Judgement:
    moment = datetime(today.year, today.month, today.day, 9, tzinfo=LONDON)
    judgement = judged([done(date(2026, 11, 18), date(2026, 11, 19), **cells)], moment)
    register = judgement.register
    new = replace(register.cases[0], first_seen=first)
    return replace(judgement, register=replace(register, cases=(new,)))


def told(judgement: Judgement, grace_days: int) -> bool:
    rules = MailRules(lines=LineRules(grace_days=grace_days))
    return bool(plan([judgement], PEOPLE, ROLES, [], judgement.as_of, calendar=CALENDAR, rules=rules))


@pytest.mark.parametrize(
    ("grace_days", "first_told"),
    [
        (0, date(2026, 11, 19)),  # at once
        (1, date(2026, 11, 20)),  # the day itself is left in peace
        (2, date(2026, 11, 23)),  # Friday too; the weekend is no working day
        (3, date(2026, 11, 24)),
    ],
)
def test_the_gaps_of_a_new_row_are_told_after_its_grace(grace_days, first_told):
    days = [THURSDAY + timedelta(days=offset) for offset in range(8)]
    spoken = [day for day in days if told(seen_on(THURSDAY, day, resolution=""), grace_days)]
    assert spoken[0] == first_told


def test_a_customer_who_waits_is_told_of_at_once():
    moment = datetime(2026, 11, 20, 9, tzinfo=LONDON)
    judgement = judged([row(date(2026, 10, 1))], moment)
    register = judgement.register
    new = replace(register.cases[0], first_seen=moment.date())
    late = replace(judgement, register=replace(register, cases=(new,)))
    assert told(late, grace_days=5)


def test_a_row_that_nobody_owns_yet_is_not_asked_about_while_it_is_typed():
    moment = datetime(2026, 11, 20, 9, tzinfo=LONDON)
    judgement = judged([row(date(2026, 11, 20), case_owner=None)], moment)
    assert not told(judgement, grace_days=1)
    assert told(judgement, grace_days=0)


def test_a_date_received_in_the_future_gives_no_grace():
    judgement = judged([row(date(2026, 12, 20))], datetime(2026, 11, 20, 9, tzinfo=LONDON))
    assert not is_fresh(judgement.register.cases[0], date(2026, 11, 20), CALENDAR, 5)
