"""Which days do not count: weekends, the published holidays of a country or nation, and the office's own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from pydantic import Field

from complaints_sheet.config.sections import Sections, not_among
from complaints_sheet.config.typed import Line, one_line, span
from complaints_sheet.config.yaml_file import Part, Written
from complaints_sheet.core.calendar import Calendar

OFFICE_CLOSED = "Office closed"

NATIONS = {
    ("GB", "ENG"): "England and Wales",
    ("GB", "WLS"): "England and Wales",
    ("GB", "SCT"): "Scotland",
    ("GB", "NIR"): "Northern Ireland",
    ("IE", ""): "Ireland",
    ("US", ""): "United States",
    ("AU", ""): "Australia",
}

# Days that `holidays` lists and that were working days: Ireland's day of mourning was in 2001, not in 2011.
NOT_CLOSED = {("IE", ""): frozenset({date(2011, 9, 14)})}


@dataclass(frozen=True, slots=True)
class CalendarConfig:
    """The country and its part (ISO codes), and the office's own closed days, each with its name."""

    country: str = "GB"
    subdivision: str = "ENG"
    closed: Mapping[date, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return what to call these working days, such as "England and Wales"."""
        known = NATIONS.get((self.country, self.subdivision))
        return known or " ".join(part for part in (self.country, self.subdivision) if part)


def calendar_from(config: CalendarConfig, first_year: int, last_year: int) -> Calendar:
    """Return the working days of these years, both included; each closed day has its name.

    The office's own closed days keep their own names. Raises KeyError for a place without a published list.
    """
    published = _published(config.country, config.subdivision, first_year, last_year)
    return Calendar(config.name, {**published, **config.closed})


def _published(country: str, subdivision: str, first_year: int, last_year: int) -> dict[date, str]:
    years = range(first_year, last_year + 1)
    try:
        found = _country_class(country)(subdiv=subdivision or None, years=years, language="en_GB")
    except NotImplementedError:
        raise KeyError(f"{country} {subdivision}".strip()) from None
    wrong = NOT_CLOSED.get((country, subdivision), frozenset())
    named = {day: found[day].replace("(observed)", "(substitute day)") for day in sorted(found)}
    return {day: name for day, name in named.items() if day not in wrong}


@cache
def _country_class(code: str) -> Any:
    """Return the class in `holidays` of a country by its code; NotImplementedError where it has none.

    Asked for one country, `holidays` imports all two hundred and fifty of them, which takes longer than
    judging two thousand cases; so the module of this one is loaded by itself.
    """
    import holidays
    from holidays.registry import COUNTRIES

    for module, names in COUNTRIES.items():
        if code in names:
            place = Path(holidays.__file__).parent / "countries" / f"{module}.py"
            spec = spec_from_file_location(f"complaints_sheet_holidays_{module}", place)
            if spec is None or spec.loader is None or not place.is_file():  # packed some other way
                return getattr(holidays, code)
            found = module_from_spec(spec)
            spec.loader.exec_module(found)
            return getattr(found, code)
    raise NotImplementedError(code)


class CalendarSection(Written):
    """The section `calendar`."""

    country: Line = Field(
        default="GB", description="Whose public holidays count: a country code, or Scotland."
    )
    subdivision: Line = Field(
        default="", description="A nation, state or province: ENG, SCT, NIR, WLS, NSW … [ENG in GB]."
    )
    closed: Any = Field(
        default=(), description="Days the office is closed besides: dates, or one to another, with a name."
    )


_PLACES = {
    "England": ("GB", "ENG"),
    "England and Wales": ("GB", "ENG"),
    "Wales": ("GB", "WLS"),
    "Scotland": ("GB", "SCT"),
    "Northern Ireland": ("GB", "NIR"),
    "UK": ("GB", "ENG"),
    "United Kingdom": ("GB", "ENG"),
    "Ireland": ("IE", ""),
    "United States": ("US", ""),
    "USA": ("US", ""),
    "Australia": ("AU", ""),
}
_BY_NAME = {name.casefold(): place for name, place in _PLACES.items()}


def place_from(country: str, subdivision: str = "") -> CalendarConfig:
    """Return the place meant by a country's code or name, such as "Scotland", without closed days of its own.

    Great Britain without a nation means England and Wales. Raises ValueError naming the nearest known place.
    """
    code, nation = _BY_NAME.get(country.casefold(), (country.upper(), ""))
    usual = "ENG" if code == "GB" else ""
    place = CalendarConfig(code, subdivision or nation or usual)
    try:
        _published(place.country, place.subdivision, 2026, 2026)
    except KeyError:
        raise ValueError(_unknown_place(country, place)) from None
    return place


def _unknown_place(typed: str, place: CalendarConfig) -> str:
    import holidays

    places = holidays.list_supported_countries(include_aliases=False)
    if place.country in places:
        return not_among("subdivision", place.subdivision, places[place.country])
    return not_among("country", typed, (*_PLACES, *sorted(places)))


def calendar_config(sections: Sections) -> CalendarConfig:
    """Return whose holidays count and when the office is closed; notes places and days that are not known."""
    written = sections.section(CalendarSection, "calendar")
    place, wrong = CalendarConfig(), "country"
    try:
        place = place_from(written.country)
        wrong = "subdivision"
        place = place_from(written.country, written.subdivision)
    except ValueError as problem:
        sections.note(str(problem), "calendar", wrong)
    return replace(place, closed=dict(_closed(sections, written.closed)))


def _closed(sections: Sections, closed: Any) -> Iterator[tuple[date, str]]:
    """Yield each closed day with its name; notes what is not a date."""
    for way, typed, name in _typed_closures(closed):
        try:
            first, last = span(typed)
            named = one_line(str(name))
        except ValueError as problem:
            sections.note(
                str(problem), "calendar", "closed", *way, key=isinstance(way[-1] if way else 0, str)
            )
            continue
        for offset in range((last - first).days + 1):
            yield first + timedelta(days=offset), named


def _typed_closures(closed: Any) -> Iterator[tuple[tuple[Part, ...], Any, Any]]:
    """Yield where each closure stands, its date or dates as typed, and its name."""
    if isinstance(closed, dict):
        yield from (((typed,), typed, name) for typed, name in closed.items())
    elif isinstance(closed, (list, tuple)):
        for at, each in enumerate(closed):
            if isinstance(each, dict):
                yield from (((at, typed), typed, name) for typed, name in each.items())
            else:
                yield (at,), each, OFFICE_CLOSED
    else:
        yield (), closed, OFFICE_CLOSED
