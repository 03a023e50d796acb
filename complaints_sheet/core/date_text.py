"""Dates typed as text: what one text may mean, before the rest of the column has been looked at."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal, TypeAlias

# A year typed in two digits is suspected of being the day where it is far from every usual year.
USUAL_YEARS = range(2010, 2036)
FIRST_YEAR, LAST_YEAR = 1990, 2099  # outside it a year is a slip of the pen
NOT_YET = "is not a date yet"
FIRST_SERIAL, LAST_SERIAL = 32_874, 73_050  # the same years as Excel counts days

Sense: TypeAlias = Literal[
    "certain", "day first", "month first", "either", "no year", "two", "placeholder", "unreadable"
]


@dataclass(frozen=True, slots=True)
class DateText:
    """What a text may mean. `readings` holds one date; for "either" day first, then month first.

    For "no year" the readings carry the year 2000, day-first one before month-first one.
    """

    sense: Sense
    readings: tuple[date, ...] = ()
    why: str = ""
    year_first: date | None = None  # 25-11-03 might also be 3 November 2025


MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier enero gennaio januari janeiro styczen stycznia ionawr ene gen sty",
            "feb february februar fevrier febrero febbraio februari fevereiro luty lutego chwefror fev lut",
            "mar march marz maerz mars marzo maart marco marzec marca mawrth mrz mrt",
            "apr april avril abril aprile kwiecien kwietnia ebrill avr abr kwi",
            "may mai mayo maggio mei maio maj maja mag",
            "jun june juni juin junio giugno junho czerwiec czerwca mehefin giu cze",
            "jul july juli juillet julio luglio julho lipiec lipca gorffennaf lug lip juil",
            "aug august aout agosto augustus sierpien sierpnia awst ago sie",
            "sep sept september septembre septiembre settembre setembro wrzesien wrzesnia medi set wrz",
            "oct october oktober octobre octubre ottobre outubro pazdziernik pazdziernika hydref okt ott paz",
            "nov november novembre noviembre novembro listopad listopada tachwedd lis",
            "dec december dezember decembre diciembre dicembre dezembro grudzien grudnia rhagfyr dez dic gru",
        ),
        start=1,
    )
    for name in names.split()
}
PLACEHOLDERS = frozenset(
    [
        "tbc",
        "tba",
        "tbd",
        "n/a",
        "na",
        "n.a",
        "n.a.",
        "n/k",
        "nk",
        "none",
        "nil",
        "null",
        "-",
        "--",
        "---",
        "–",
        "—",
        "?",
        "??",
        "???",
        ".",
        "..",
        "...",
        "x",
        "xx",
        "xxx",
        "/",
        "//",
        "unknown",
        "not",
        "known",
        "pending",
        "ongoing",
        "awaiting",
        "waiting",
        "later",
        "soon",
        "asap",
        "today",
        "yesterday",
        "tomorrow",
        "see",
    ]
) | {
    "not yet",
    "see notes",
    "see email",
    "see above",
    "as above",
    "to follow",
    "not applicable",
    "to be confirmed",
}

WEEKDAY = re.compile(
    r"^(mon|tue|tues|wed|weds|thu|thur|thurs|fri|sat|sun)(day|nesday|sday|rsday|urday)?\.?,?\s+",
    re.IGNORECASE,
)
CLOCK = re.compile(
    r"[\s,T@]*(?:\bat\s+)?(?<!\d)(\d{1,2})[:.h](\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([ap])?\.?(?:m\.?)?\s*"
    r"(?:hrs?|uhr)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$|[\s,@]+(?:at\s+)?(\d{1,2})\s*([ap])\.?m\.?$",
    re.IGNORECASE,
)
ISO = re.compile(r"^(\d{4})([-/. ])(\d{1,2})\2(\d{1,2})$")
PACKED = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
NUMERIC = re.compile(r"^(\d{1,2})\s*([-/.\\ ,])+\s*(\d{1,2})\s*[-/.\\ ,]+\s*'?(\d{4}|\d{2})\.?$")
NO_YEAR = re.compile(r"^(\d{1,2})\s*[-/.]\s*(\d{1,2})\.?$")
WORDS = r"([^\W\d_]{3,12})\.?"
DAY = r"(\d{1,2})\s*(?:st|nd|rd|th|er|º|\.)?"
DAY_MONTH = re.compile(
    rf"^(?:the\s+)?{DAY}[\s\-/.,]*(?:of\s+|de\s+)?{WORDS}[\s\-/.,]*(?:de\s+)?(?:'?(\d{{4}}|\d{{2}}))?$",
    re.IGNORECASE,
)
MONTH_DAY = re.compile(rf"^{WORDS}[\s\-/.,]*{DAY}(?:[\s\-/.,]+'?(\d{{4}}|\d{{2}}))?$", re.IGNORECASE)
YEAR_MONTH_DAY = re.compile(rf"^(\d{{4}})[\s\-/.,]*{WORDS}[\s\-/.,]*{DAY}$", re.IGNORECASE)
INSIDE = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[-/.]\d{1,2}(?:[-/.]\d{2,4})?|\d{1,2}(?:st|nd|rd|th)?[\s\-]*[^\W\d_]{3,9}[\s\-]*(?:\d{4}|\d{2})?"
)


@lru_cache(maxsize=65_536)
def date_text(text: str) -> DateText:
    """Return what a cleaned, non-blank text may mean as a date."""
    plain = _folded(text)
    if plain.strip(" .!") in PLACEHOLDERS or plain in PLACEHOLDERS:
        return DateText("placeholder", why=NOT_YET)
    body, clock = _split_clock(WEEKDAY.sub("", plain))
    found = _whole(body)
    if found is None:
        return _pieces(plain)
    if clock is not None and found.sense in ("certain", "day first", "month first", "either"):
        return DateText(found.sense, tuple(datetime.combine(day, clock) for day in found.readings), found.why)
    return found


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("º", "").replace("ª", "")).casefold()
    plain = "".join(mark for mark in plain if not unicodedata.combining(mark))
    return " ".join(plain.translate(_UNSEEN_AND_DASHES).split())


_UNSEEN_AND_DASHES = str.maketrans(
    {
        **dict.fromkeys(
            map(chr, (0x200C, 0x200D, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))), ""
        ),
        "‐": "-",
        "‑": "-",
        "‒": "-",
        "–": "-",
        "—": "-",
        "−": "-",
        "⁄": "/",
        "∕": "/",
        "’": "'",
        "‘": "'",
    }
)


def _split_clock(text: str) -> tuple[str, time | None]:
    """Return the text without its time of day, and that time; midnight counts as no time."""
    found = CLOCK.search(text)
    if not found or found.start() < 4:
        return text, None
    hour, minute = int(found[1] or found[6]), int(found[2] or 0)
    half = (found[4] or found[7] or "").casefold()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59:
        return text, None
    rest = text[: found.start()].rstrip(" ,@t")
    if NUMERIC.match(rest) is None and _whole(rest) is None:
        return text, None  # "3.11.25" is no time of day
    clock = time(hour, minute, min(int(found[3] or 0), 59))
    return rest, (clock if clock != time(0) else None)


def _whole(text: str) -> DateText | None:
    """Return what the whole text means, or None where it is not one date."""
    if found := ISO.match(text) or PACKED.match(text):
        numbers = [int(part) for part in found.groups() if part.isdigit()]
        return _certain(*numbers)
    if found := NUMERIC.match(text):
        return _numeric(int(found[1]), int(found[3]), found[4])
    if found := NO_YEAR.match(text):
        return _no_year(int(found[1]), int(found[2]))
    if text.isdigit() and len(text) == 5:
        return _serial(int(text))
    return _named_month(text)


def _named_month(text: str) -> DateText | None:
    if found := DAY_MONTH.match(text):
        day, month, year = found.groups()
    elif found := MONTH_DAY.match(text):
        month, day, year = found.groups()
    elif found := YEAR_MONTH_DAY.match(text):
        year, month, day = found.groups()
    else:
        return None
    number = MONTHS.get(month)
    if number is None:
        return None
    if year is None:
        return _no_year(int(day), number, named=True)
    return _certain(_full_year(year), number, int(day))


def _full_year(year: str) -> int:
    number = int(year)
    return number if len(year) == 4 else number + (2000 if number < 70 else 1900)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _plausible(day: date | None) -> bool:
    return day is not None and FIRST_YEAR <= day.year <= LAST_YEAR


def _certain(year: int, month: int, day: int) -> DateText:
    found = _day(year, month, day)
    if found is None:
        return DateText("unreadable", why="is a day that does not exist")
    if not _plausible(found):
        return DateText("unreadable", why=f"has a year that cannot be right ({found.year})")
    return DateText("certain", (found,))


def _serial(number: int) -> DateText:
    if FIRST_SERIAL <= number <= LAST_SERIAL:
        return DateText("certain", (serial_date(number),), why="a day number")
    return DateText("unreadable", why="is a number, not a date")


def in_words(day: date) -> str:
    """Return the date as "3 November 2025", in English whatever the machine's language."""
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"


def serial_date(number: float, epoch_1904: bool = False) -> date:
    """Return the date (with its time, where there is one) that Excel means by a day number."""
    moment = datetime(1904, 1, 1) if epoch_1904 else datetime(1899, 12, 30)  # noqa: DTZ001  # naive by design
    moment += timedelta(days=int(number), seconds=round((number - int(number)) * 86_400))
    return moment if moment.time() != time(0) else moment.date()


def _numeric(first: int, second: int, year_text: str) -> DateText:
    year = _full_year(year_text)
    day_first, month_first = _day(year, second, first), _day(year, first, second)
    backwards = _day(2000 + first, second, int(year_text)) if len(year_text) == 2 else None
    readings = tuple(dict.fromkeys(day for day in (day_first, month_first) if day is not None))
    if not readings:
        unclear = "has its day, month and year in an order that is not clear"
        return DateText("unreadable", (backwards,), unclear) if backwards else _certain(year, second, first)
    if not _plausible(readings[0]):
        return DateText("unreadable", why=f"has a year that cannot be right ({year})")
    sense: Sense = "either" if len(readings) == 2 else "certain"
    if day_first is None or month_first is None:
        sense = "month first" if day_first is None else "day first"
    backwards = backwards if first >= 10 and _plausible(backwards) else None
    return DateText(sense, readings, year_first=backwards)


def _no_year(first: int, second: int, *, named: bool = False) -> DateText:
    day_first, month_first = _day(2000, second, first), None if named else _day(2000, first, second)
    readings = tuple(day for day in (day_first, month_first) if day is not None)
    if not readings:
        return DateText("unreadable", why="is not a date")
    return DateText("no year", readings, why="has no year")


def _pieces(text: str) -> DateText:
    """Return what is said of a text that is not one date: two dates, words without digits, or neither."""
    inside = tuple(_dates_inside(text))
    if len(inside) >= 2:
        return DateText(
            "two", tuple(day for each in inside for day in each.readings[:1]), why="holds more than one date"
        )
    if not any(mark.isdigit() for mark in text):
        return DateText("placeholder", why="is not a date")
    if inside:
        return DateText("unreadable", inside[0].readings, why="holds other words beside a date")
    return DateText("unreadable", why="is not a date")


def _dates_inside(text: str) -> Iterator[DateText]:
    for found in INSIDE.finditer(text):
        each = _whole(found[0].strip(" -"))
        if each is not None and each.sense != "unreadable":
            yield each
