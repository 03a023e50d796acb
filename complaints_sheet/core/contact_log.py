"""The dates in a contact log cell: one cell of free text in which people note each call and letter."""

import re
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(
    r"(?<![\w/.-])(?:"
    r"(?P<iso>\d{4}-\d{1,2}-\d{1,2})"
    r"|(?P<one>\d{1,2})[/.-](?P<two>\d{1,2})[/.-](?P<short>\d{4}|\d{2})"
    r"|(?P<day>\d{1,2})(?:st|nd|rd|th)?[ -](?P<month>[a-z]{3})[a-z]*[ -](?P<year>\d{4}|\d{2})"
    r")(?![\w/])",
    re.IGNORECASE,
)


def logged_days(text: str, *, month_first: bool = False) -> tuple[date, ...]:
    """Return the days named in the text, in its order; a date without a year is not one.

    12/11/2026, 12.11.26, 2026-11-12 and 12 Nov 2026 are read; a two-digit year is of this century.
    """
    found = (_day(match.groups(), month_first) for match in _DATE.finditer(text))
    return tuple([day for day in found if day is not None])


def _day(parts: tuple[str | None, ...], month_first: bool) -> date | None:
    iso, one, two, short, spelt, name, year_of_name = (part or "" for part in parts)
    if one:
        year, month, day = (short, one, two) if month_first else (short, two, one)
    elif iso:
        year, month, day = iso.split("-")
    else:
        year, month, day = year_of_name, _month_number(name), spelt
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        return None


def _month_number(name: str) -> str:
    short = name[:3].lower()
    return str(_MONTHS.index(short) + 1) if short in _MONTHS else "0"
