"""Whose complaints these are: the name, the time zone, and what the locale says about dates."""

import locale as known_locales
from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field

from complaints_sheet.config.sections import not_among
from complaints_sheet.config.typed import Line
from complaints_sheet.config.yaml_file import Written

MONTH_FIRST = frozenset({"US", "PH", "FM", "MH", "PW", "GU", "AS", "MP", "PR", "VI"})
"""Countries that write 3/14/2026."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """The organisation: its name, the zone of all its dates and times, its language and country (en_GB)."""

    name: str
    timezone: ZoneInfo
    locale: str

    @property
    def day_first(self) -> bool:
        """Return True where 3/4/2026 is read as 3 April."""
        return self.locale.rpartition("_")[2] not in MONTH_FIRST


def known_zone(typed: str) -> str:
    """Return the name of a time zone; raises ValueError naming the nearest one where it is not known."""
    try:
        return ZoneInfo(typed).key
    except (KeyError, ValueError, OSError):
        places = sorted(name for name in available_timezones() if "/" in name)
        raise ValueError(not_among("time zone", typed, ["Europe/London", *places])) from None


def known_locale(typed: str) -> str:
    """Return a locale as language_COUNTRY; raises ValueError naming the nearest one where it is not known."""
    names = {full.partition(".")[0].partition("@")[0] for full in known_locales.locale_alias.values()}
    codes = sorted(name for name in names if len(name) == 5 and "_" in name)
    language, _, country = typed.replace("-", "_").partition("_")
    asked = f"{language.lower()}_{country.upper()}"
    if asked not in codes:
        raise ValueError(not_among("locale", typed, ["en_GB", *codes]))
    return asked


class OrganisationSection(Written):
    """The section `organisation`."""

    name: Line = Field(default="", description="The organisation's name, as packs and mails show it.")
    timezone: Annotated[str, AfterValidator(known_zone)] = Field(
        default="Europe/London", description="The time zone of every date and hour, such as Europe/London."
    )
    locale: Annotated[str, AfterValidator(known_locale)] = Field(
        default="en_GB", description="Language and country; decides whether 3/4/2026 is 3 April or 4 March."
    )

    def organisation(self) -> Organisation:
        """Return the organisation as the program uses it."""
        return Organisation(self.name, ZoneInfo(self.timezone), self.locale)
