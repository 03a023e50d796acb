"""The closed days we count are those that were published; each difference is named here and decided."""

import json
from datetime import date, timedelta
from importlib.resources import files

import holidays
import pytest

from complaints_sheet.config.closed_days import CalendarConfig, calendar_from

PUBLISHED = json.loads(
    files("govuk_bank_holidays").joinpath("bank-holidays.json").read_text(encoding="utf-8")
)
FIRST, LAST = 2016, 2028

DECIDED = {
    # Proclaimed for Scotland after the list that the package stores was made; it counts as closed.
    ("SCT", date(2026, 6, 15)): "Scotland's participation in the FIFA World Cup final",
}


def published(division: str) -> set[date]:
    """Return the bank holidays of these years that the government published for a division."""
    days = {date.fromisoformat(event["date"]) for event in PUBLISHED[division]["events"]}
    return {day for day in days if FIRST <= day.year <= LAST}


def counted(country: str, subdivision: str, first: int = FIRST, last: int = LAST) -> dict[date, str]:
    """Return the closed days of these years that are no weekend days."""
    closed = calendar_from(CalendarConfig(country, subdivision), first, last).closed
    return {day: name for day, name in closed.items() if day.weekday() < 5 and first <= day.year <= last}


@pytest.mark.parametrize(
    ("division", "nation"),
    [
        ("england-and-wales", "ENG"),
        ("england-and-wales", "WLS"),
        ("scotland", "SCT"),
        ("northern-ireland", "NIR"),
    ],
)
def test_every_published_bank_holiday_counts_and_no_other_day_but_those_decided(division: str, nation: str):
    ours, theirs = counted("GB", nation), published(division)
    assert theirs - ours.keys() == set()
    beyond = {(nation, day): ours[day] for day in ours.keys() - theirs}
    assert beyond == {which: name for which, name in DECIDED.items() if which[0] == nation}


def test_the_published_lists_reach_over_all_the_years_compared():
    for division in ("england-and-wales", "scotland", "northern-ireland"):
        assert {day.year for day in published(division)} == set(range(FIRST, LAST + 1))


def easter_sunday(year: int) -> date:
    """Return Easter Sunday by Gauss's rule, in the form of Meeus."""
    century, of_century = divmod(year, 100)
    golden = year % 19
    shift = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - shift - of_century % 4) % 7
    late = (golden + 11 * shift + 22 * weekday) // 451
    month, day = divmod(shift + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def first_monday(year: int, month: int) -> date:
    day = date(year, month, 1)
    return day + timedelta(days=-day.weekday() % 7)


def irish_public_holidays(year: int) -> set[date]:
    """Return the public holidays of the Organisation of Working Time Act 1997, Second Schedule, as amended.

    A holiday that falls on a weekend has no substitute in the Act; an employee gets another day instead.
    """
    days = {date(year, 1, 1), date(year, 3, 17), date(year, 12, 25), date(year, 12, 26)}
    days |= {first_monday(year, month) for month in (5, 6, 8)}
    days |= {first_monday(year, 11) - timedelta(days=7), easter_sunday(year) + timedelta(days=1)}
    if year >= 2023:  # Saint Brigid: the first Monday of February, or 1 February where that is a Friday
        first = date(year, 2, 1)
        days.add(first if first.weekday() == 4 else first_monday(year, 2))
    if year == 2022:  # S.I. No. 50/2022: a day of remembrance, once
        days.add(date(2022, 3, 18))
    return days


@pytest.mark.parametrize("year", range(2010, 2030))
def test_irish_closed_days_are_those_of_the_statute(year: int):
    ours = counted("IE", "", year, year)
    assert set(ours) == {day for day in irish_public_holidays(year) if day.weekday() < 5}


def test_a_day_that_the_package_holidays_has_in_the_wrong_year_is_a_working_day():
    # The statute's list above decides: the Irish day of mourning of 14 September was in 2001.
    assert date(2011, 9, 14) in holidays.country_holidays("IE", years=2011)
    assert date(2011, 9, 14) not in counted("IE", "", 2011, 2011)


def test_easter_is_reckoned_as_the_church_does():
    known = [date(2010, 4, 4), date(2011, 4, 24), date(2016, 3, 27), date(2024, 3, 31), date(2026, 4, 5)]
    assert [easter_sunday(day.year) for day in known] == known
