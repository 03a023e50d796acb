"""Dates as people type them, and the truth of each by the rules of README.md."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal, TypeAlias

from tests.ugly.truth import Expected, Serial, Verdict

Order: TypeAlias = Literal["dmy", "mdy", "ymd"]

MONTHS = (
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
GERMAN = (
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
)
FRENCH = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

NEAR_ROWS = 5
SHOWS_ITS_ORDER = 5  # so many plain dates, before anybody would say that the rows are in order
GRACE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Written:
    """A date cell as it was filled in: `true` is what was meant, `other` the second reading if any."""

    raw: object
    kind: str
    verdict: Verdict
    true: date | None = None
    other: date | None = None
    order: Order | None = None  # of a date written in figures
    decisive: bool = False

    @property
    def plain(self) -> date | None:
        """Return the day where any reader would see the same one."""
        if self.verdict != "must" or self.other is not None or self.true is None:
            return None
        return self.true.date() if isinstance(self.true, datetime) else self.true


BLANK = Written(None, "blank", "blank")

PLACEHOLDERS = (
    "TBC",
    "tbc",
    "n/a",
    "N/A",
    "-",
    "?",
    "ongoing",
    "Ongoing",
    "see email",
    "phoned twice",
    "awaiting",
    "pending",
    "Unknown",
    "not yet",
    "left voicemail",
    "TBA",
    "--",
    "chased",
)

IMPOSSIBLE = (
    "31/11/2025",
    "29/02/2025",
    "00/11/2025",
    "45/13/2025",
    "2025-13-45",
    "2025-02-30",
    "32 Nov 2025",
    "Nov 2025",
    "mid March",
    "week 12",
    "3/11/202",
    "13/13/2025",
    "31.06.2025",
)


def written(day: date, style: str, order: Order, rng: random.Random) -> Written:
    """Return the date in one of STYLES; figures are written in this order."""
    return STYLES[style](day, order, rng)


def _real(day: date, order: Order, rng: random.Random) -> Written:
    return Written(day, "real date", "must", day)


def _real_time(day: date, order: Order, rng: random.Random) -> Written:
    moment = datetime.combine(day, _clock(rng))
    return Written(moment, "date with a time", "must", moment)


def _clock(rng: random.Random) -> time:
    return time(rng.randint(8, 17), rng.choice((0, 5, 15, 30, 42)))


def serial_of(day: date) -> int:
    """Return Excel's number for the day (1900 system)."""
    return (day - date(1899, 12, 30)).days


def _serial(day: date, order: Order, rng: random.Random) -> Written:
    return Written(Serial(serial_of(day)), "serial number", "must", day)


def _text_serial(day: date, order: Order, rng: random.Random) -> Written:
    return Written(str(serial_of(day)), "serial number", "must", day)


def _iso(day: date, order: Order, rng: random.Random) -> Written:
    return Written(day.isoformat(), "text date, plain", "must", day)


def _iso_time(day: date, order: Order, rng: random.Random) -> Written:
    moment = datetime.combine(day, _clock(rng))
    return Written(
        rng.choice((moment.isoformat(), f"{moment:%Y-%m-%d %H:%M}")), "date with a time", "must", moment
    )


def _named(day: date, order: Order, rng: random.Random) -> Written:
    month, short = MONTHS[day.month - 1], MONTHS[day.month - 1][:3]
    forms = (
        f"{day.day} {short} {day.year}",
        f"{_nth(day.day)} {short} {day.year % 100}",
        f"{day.day:02}-{short}-{day.year % 100}",
        f"{day.day:02}-{short}-{day.year}",
        f"{day.day} {month} {day.year}",
        f"{_nth(day.day)} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"{short} {_nth(day.day)} {day.year}",
        f"{day.day}-{short.upper()}-{day.year}",
        f"{day.day} {month.lower()} {day.year}",
        f"{DAYS[day.weekday()][:3]} {day.day} {short} {day.year}",
        f"{DAYS[day.weekday()]}, {day.day} {month} {day.year}",
        f"{_nth(day.day)} of {month} {day.year}",
        f"{day.day}. {short} {day.year}",
        f"{day.day} {'Sept' if day.month == 9 else short} {day.year}",
    )
    return Written(_unseen(rng.choice(forms), rng), "text date, plain", "must", day)


def _nth(number: int) -> str:
    ending = "th" if 10 < number < 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _unseen(text: str, rng: random.Random) -> str:
    """Return the text, now and then with blanks and marks that nobody sees."""
    if rng.random() < 0.88:
        return text
    return rng.choice(
        (f" {text} ", f"{text}\u00a0", f"\u200e{text}", text.replace(" ", "\u00a0"), f"{text}\n")
    )


def _figures(day: date, order: Order, rng: random.Random) -> Written:
    """Return the date as 03/11/2025, in the order and with a mark that this order is used with."""
    if order == "ymd":
        return _iso(day, order, rng)
    mark = rng.choice("///.-" if order == "dmy" else "///-")
    return figures(day, order, mark, rng)


def figures(day: date, order: Order, mark: str, rng: random.Random, clock: time | None = None) -> Written:
    """Return the date in figures with this mark between them."""
    first, second = (day.day, day.month) if order == "dmy" else (day.month, day.day)
    pad, short = rng.random() < 0.7, rng.random() < 0.25
    year = f"{day.year % 100:02}" if short else str(day.year)
    text = mark.join((f"{first:02}" if pad else str(first), f"{second:02}" if pad else str(second), year))
    true: date = day
    if clock:
        text += f" {clock:%H:%M}"
        true = datetime.combine(day, clock)
    return _in_figures(_unseen(text, rng), day, true, order, timed=clock is not None)


def _in_figures(text: str, day: date, true: date, order: Order, timed: bool) -> Written:
    if day.day == day.month or day.day > 12:
        kind = "date with a time" if timed else "text date, plain"
        return Written(text, kind, "must", true, order=order, decisive=day.day > 12)
    other = date(day.year, day.day, day.month)
    return Written(text, "text date, two readings", "unsure", true, other, order)


def _figures_time(day: date, order: Order, rng: random.Random) -> Written:
    if order == "ymd":
        return _iso_time(day, order, rng)
    return figures(day, order, "/", rng, _clock(rng))


def _no_year(day: date, order: Order, rng: random.Random) -> Written:
    if order == "ymd" or rng.random() < 0.5:
        return Written(f"{day.day} {MONTHS[day.month - 1][:3]}", "text date, with good will", "may", day)
    first, second = (day.day, day.month) if order == "dmy" else (day.month, day.day)
    return Written(f"{first}/{second}", "text date, with good will", "may", day)


def _compact(day: date, order: Order, rng: random.Random) -> Written:
    number = day.year * 10000 + day.month * 100 + day.day
    return Written(rng.choice((str(number), number)), "text date, with good will", "may", day)


def _with_words(day: date, order: Order, rng: random.Random) -> Written:
    short = MONTHS[day.month - 1][:3]
    if order == "mdy" or day.day < 13:
        text = rng.choice(
            (f"{day.day} {short} {day.year} (by email)", f"phoned {day.day} {short} {day.year}")
        )
    else:
        figures = f"{day.day}/{day.month}/{day.year}"
        text = rng.choice((f"{figures} LM", f"{figures}?", f"{figures} - left message", f"c. {figures}"))
    return Written(text, "text date, with good will", "may", day)


def _foreign(day: date, order: Order, rng: random.Random) -> Written:
    name = rng.choice((f"{day.day}. {GERMAN[day.month - 1]} ", f"{day.day} {FRENCH[day.month - 1]} "))
    return Written(f"{name}{day.year}", "text date, with good will", "may", day)


def _placeholder(day: date, order: Order, rng: random.Random) -> Written:
    return Written(rng.choice(PLACEHOLDERS), "placeholder or unreadable", "problem")


def _impossible(day: date, order: Order, rng: random.Random) -> Written:
    return Written(rng.choice((*IMPOSSIBLE, 2025, 99999999)), "placeholder or unreadable", "problem")


def _two(day: date, order: Order, rng: random.Random) -> Written:
    later = day + timedelta(days=rng.randint(1, 5))
    first, second = (
        (
            f"{each.day} {MONTHS[each.month - 1][:3]} {each.year}",
            f"{each.day:02}/{each.month:02}/{each.year}",
        )[order == "dmy"]
        for each in (day, later)
    )
    text = rng.choice(("{}, {}", "{} and {}", "{} & {}", "{} / {}", "{}\n{}")).format(first, second)
    return Written(text, "placeholder or unreadable", "problem")


STYLES = {
    "real": _real,
    "real with time": _real_time,
    "serial": _serial,
    "text serial": _text_serial,
    "iso": _iso,
    "iso with time": _iso_time,
    "named": _named,
    "figures": _figures,
    "figures with time": _figures_time,
    "no year": _no_year,
    "compact": _compact,
    "with words": _with_words,
    "foreign": _foreign,
    "placeholder": _placeholder,
    "impossible": _impossible,
    "two dates": _two,
}
ODD = ("no year", "compact", "with words", "foreign", "placeholder", "placeholder", "impossible", "two dates")


def swapped(cell: Written) -> Written:
    """Return a real date as Excel swaps it on entry, or the cell itself where it cannot be swapped."""
    day = cell.true
    if not isinstance(cell.raw, date) or day is None or day.day > 12 or day.day == day.month:
        return cell
    return Written(day.replace(month=day.day, day=day.month), "swapped real date", "swapped", day)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the sheet and the office say about the order of day and month in one column."""

    setting: Order  # what the office says of itself
    hint: Order | None  # what the heading says: dd/mm/yyyy
    in_order: Literal[1, -1, 0]  # ascending, descending, no order


def expected(
    column: Sequence[Written], evidence: Evidence, partner: Sequence[Written], partner_is_later: bool | None
) -> list[Expected]:
    """Return the truth of each cell of one date field on one worksheet (README, text dates).

    `partner` is the other date of the row; `partner_is_later` is None where there is none.
    """
    orders = [cell.order for cell in column if cell.decisive]
    shown = sum(cell.plain is not None for cell in column) >= SHOWS_ITS_ORDER
    truths = []
    for at, cell in enumerate(column):
        out_of_place = _impossible_in_place(
            at, column, evidence.in_order if shown else 0, partner, partner_is_later
        )
        if cell.verdict == "swapped":
            truths.append(Expected(cell.kind, "swapped", cell.raw, visible=out_of_place))
        elif cell.other is None:
            truths.append(Expected(cell.kind, cell.verdict, cell.true))
        else:
            verdict = _two_readings(cell, orders, evidence, out_of_place)
            truths.append(Expected(cell.kind, verdict, cell.true))
    return truths


def _two_readings(
    cell: Written, orders: list[Order | None], evidence: Evidence, out_of_place: bool
) -> Verdict:
    """Return what may become of a date with two readings: rules 1 to 5."""
    if len(set(orders)) == 2:
        return "may" if out_of_place else "unsure"
    shown = orders[0] if orders else evidence.hint or evidence.setting
    if shown != cell.order:
        return "may" if out_of_place else "misled"
    return "must" if len(orders) >= 2 else "may"


def _impossible_in_place(
    at: int,
    column: Sequence[Written],
    in_order: int,
    partner: Sequence[Written],
    partner_is_later: bool | None,
) -> bool:
    """Return True where the reading that is not meant cannot stand here, and the one that is meant can."""
    cell = column[at]
    wrong = cell.raw if cell.verdict == "swapped" else cell.other
    if not isinstance(wrong, date) or cell.true is None:
        return False
    right = cell.true.date() if isinstance(cell.true, datetime) else cell.true
    wrong = wrong.date() if isinstance(wrong, datetime) else wrong
    other = partner[at].plain if partner_is_later is not None else None
    if other is not None:
        wrong_way = wrong > other if partner_is_later else wrong < other
        right_way = right <= other if partner_is_later else right >= other
        if wrong_way and right_way:
            return True
    return in_order != 0 and _fits(right, at, column, in_order) and not _fits(wrong, at, column, in_order)


def _fits(day: date, at: int, column: Sequence[Written], in_order: int) -> bool:
    """Return True where the day lies between the nearest plain dates above and below, with some grace."""
    above = next((near for near in map(_plain, reversed(column[max(0, at - NEAR_ROWS) : at])) if near), None)
    below = next((near for near in map(_plain, column[at + 1 : at + 1 + NEAR_ROWS]) if near), None)
    low, high = (above, below) if in_order > 0 else (below, above)
    return (low is None or day >= low - GRACE) and (high is None or day <= high + GRACE)


def _plain(cell: Written) -> date | None:
    return cell.plain


def with_raw(cell: Written, raw: object) -> Written:
    """Return the same truth written as another value, as a file format without dates must."""
    return replace(cell, raw=raw)
