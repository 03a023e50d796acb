"""Working days: published holidays by nation, the office's own closures, and their names."""

from datetime import date

import pytest

from complaints_sheet.config.closed_days import CalendarConfig, calendar_from, place_from


def closed(country: str, year: int, subdivision: str = "") -> dict[date, str]:
    return dict(calendar_from(place_from(country, subdivision), year, year).closed)


def test_england_and_wales_are_the_default():
    calendar = calendar_from(CalendarConfig(), 2026, 2027)
    assert calendar.name == "England and Wales"
    weekdays = [day for day in sorted(calendar.closed) if day.year == 2026 and day.weekday() < 5]
    assert weekdays == [
        date(2026, 1, 1),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 5, 4),
        date(2026, 5, 25),
        date(2026, 8, 31),
        date(2026, 12, 25),
        date(2026, 12, 28),
    ]
    assert calendar.why_closed(date(2026, 4, 3)) == "Good Friday"
    assert calendar.why_closed(date(2026, 12, 26)) == "Saturday"
    assert calendar.is_working(date(2026, 12, 24))


def test_the_single_holidays_of_coronation_and_funeral_are_known():
    assert date(2022, 9, 19) in closed("England", 2022)
    assert date(2023, 5, 8) in closed("Wales", 2023)


def test_other_nations_have_their_own_days():
    assert date(2026, 4, 6) not in closed("Scotland", 2026)
    assert {date(2026, 1, 2), date(2026, 11, 30)} <= closed("Scotland", 2026).keys()
    assert {date(2026, 3, 17), date(2026, 7, 13)} <= closed("Northern Ireland", 2026).keys()
    assert closed("Ireland", 2026)[date(2026, 10, 26)] == "October Bank Holiday"
    assert closed("US", 2026)[date(2026, 11, 26)] == "Thanksgiving Day"
    assert date(2026, 1, 26) in closed("AU", 2026, "NSW")


def test_the_offices_own_closed_days_keep_their_names_and_win():
    own = {date(2026, 12, 24): "Office closed", date(2026, 12, 25): "Closed all week"}
    calendar = calendar_from(CalendarConfig(closed=own), 2026, 2026)
    assert calendar.why_closed(date(2026, 12, 24)) == "Office closed"
    assert calendar.why_closed(date(2026, 12, 25)) == "Closed all week"


def test_only_the_years_asked_for_are_known():
    assert {day.year for day in calendar_from(CalendarConfig(), 2024, 2026).closed} == {2024, 2025, 2026}


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("scotland", ("GB", "SCT")),
        ("gb", ("GB", "ENG")),
        ("UK", ("GB", "ENG")),
        ("Northern Ireland", ("GB", "NIR")),
        ("ie", ("IE", "")),
    ],
)
def test_places_may_be_named_as_people_say_them(typed, place):
    found = place_from(typed)
    assert (found.country, found.subdivision) == place


def test_a_place_without_a_published_list_is_refused_with_the_nearest():
    with pytest.raises(ValueError, match='did you mean "Scotland"'):
        place_from("Scotlnd")
    with pytest.raises(KeyError):
        calendar_from(CalendarConfig("XX", ""), 2026, 2026)
