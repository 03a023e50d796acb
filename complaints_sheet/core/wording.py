"""Plain British wording for dates, numbers and lists, shared by mails, packs, messages and templates."""

import textwrap
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

from complaints_sheet.core.calendar import DAY_NAMES

MONTH_NAMES = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
CURRENCY_SIGNS = {"GBP": "£", "EUR": "€", "USD": "$"}
MAIL_WIDTH = 78  # columns of a plain mail that no program wraps again


def day_month(day: date) -> str:
    """Return the date as "23 Nov"."""
    return f"{day.day} {MONTH_NAMES[day.month - 1][:3]}"


def day_near(day: date, today: date) -> str:
    """Return the date as "23 Nov", with its year ("23 Nov 2025") where that could be misread.

    The year is printed when the date is not of this year and lies more than six months from `today`.
    """
    far = day.year != today.year and abs((day - today).days) > 183
    return f"{day_month(day)} {day.year}" if far else day_month(day)


def weekday_day(day: date) -> str:
    """Return the date as "Mon 23 Nov"."""
    return f"{DAY_NAMES[day.weekday()][:3]} {day_month(day)}"


def weekday_long(day: date) -> str:
    """Return the date as "Monday 23 November"."""
    return f"{DAY_NAMES[day.weekday()]} {day.day} {MONTH_NAMES[day.month - 1]}"


def long_date(day: date) -> str:
    """Return the date as "23 November 2026"."""
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"


def full_date(day: date) -> str:
    """Return the date as "Monday 23 November 2026"."""
    return f"{DAY_NAMES[day.weekday()]} {long_date(day)}"


def clock_time(moment: time | datetime) -> str:
    """Return the time of day as "07:55"."""
    return f"{moment.hour:02}:{moment.minute:02}"


def period(first: date, last: date) -> str:
    """Return a stretch of days as "9 to 22 November 2026", naming month and year once where it can."""
    if first == last:
        return long_date(first)
    if first.year != last.year:
        return f"{long_date(first)} to {long_date(last)}"
    start = str(first.day) if first.month == last.month else f"{first.day} {MONTH_NAMES[first.month - 1]}"
    return f"{start} to {long_date(last)}"


def period_short(first: date, last: date) -> str:
    """Return a stretch of days as "9 to 22 Nov" or "26 Oct to 8 Nov"."""
    if first == last:
        return day_month(first)
    same = (first.year, first.month) == (last.year, last.month)
    return f"{first.day if same else day_month(first)} to {day_month(last)}"


def number(value: int | float | Decimal, decimals: int = 0) -> str:
    """Return a number with thousands separated, as "1,234" or "1,234.5"."""
    return f"{value:,.{decimals}f}"


def money(amount: Decimal | int | float, currency: str = "GBP") -> str:
    """Return an amount as "£1,234.50", or "£25" where there are no pence; other currencies by their code."""
    pence = Decimal(str(amount)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    figure = f"{abs(pence):,.0f}" if pence == pence.to_integral_value() else f"{abs(pence):,.2f}"
    sign = CURRENCY_SIGNS.get(currency or "GBP", f"{currency} ")
    return f"{'-' if pence < 0 else ''}{sign}{figure}"


def percent(part: int, whole: int) -> str:
    """Return a share as "71%", never rounded up to 100% nor down to 0%; "-" of nothing."""
    if whole == 0:
        return "-"
    rounded = int(Decimal(part * 100 / whole).quantize(Decimal(1), ROUND_HALF_UP))
    if 0 < part < whole:
        rounded = min(max(rounded, 1), 99)
    return f"{rounded}%"


def count(how_many: int, one: str, many: str = "") -> str:
    """Return a number with its noun, as "1 row" or "2 rows"; `many` where adding s is wrong."""
    return f"{how_many:,} {plural(how_many, one, many)}"


def plural(how_many: int, one: str, many: str = "") -> str:
    """Return the noun alone in the right number: "row" for 1, else "rows"."""
    return one if how_many == 1 else many or f"{one}s"


def listing(words: Iterable[str], last: str = "and") -> str:
    """Return words as "a, b and c"."""
    parts = list(words)
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def shorten(text: str, most: int) -> str:
    """Return the text on one line of at most `most` characters, cut at a word and ended with … if longer."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    at_word = cut.rsplit(" ", 1)[0] if " " in cut[most // 2 :] else cut
    return at_word.rstrip(" ,.;:") + "…"


def sentence(text: str) -> str:
    """Return the text with a capital first letter and a full stop where it has no end of its own."""
    line = text.strip()
    if not line:
        return ""
    end = "" if line[-1] in ".!?…" else "."
    return f"{line[0].upper()}{line[1:]}{end}"


def wrap(text: str, indent: int = 0, width: int = MAIL_WIDTH) -> str:
    """Return the text filled to `width` columns, every line indented; a long address is never broken."""
    margin = " " * indent
    return textwrap.fill(
        " ".join(text.split()),
        width,
        initial_indent=margin,
        subsequent_indent=margin,
        break_long_words=False,
        break_on_hyphens=False,
    )


FILTERS: Mapping[str, Callable[..., str]] = MappingProxyType(
    {
        each.__name__: each
        for each in (
            day_month,
            day_near,
            weekday_day,
            weekday_long,
            long_date,
            full_date,
            clock_time,
            number,
            money,
            plural,
            listing,
            shorten,
            sentence,
            wrap,
        )
    }
)
"""What a template may call as a filter, by name: `{{ case.due | weekday_day }}`."""
