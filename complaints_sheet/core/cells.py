"""One raw cell understood: text cleaned once, yes or no, money, a listed value, a date, or a problem."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from complaints_sheet.core.date_text import (
    FIRST_SERIAL,
    FIRST_YEAR,
    LAST_SERIAL,
    LAST_YEAR,
    PLACEHOLDERS,
    USUAL_YEARS,
    DateText,
    date_text,
    in_words,
    serial_date,
)
from complaints_sheet.core.model import BadCell, CellProblem, CellProblemKind, Money, Raw

LONGEST_SEEN = 120

YES = frozenset(
    [
        "y",
        "yes",
        "yep",
        "yeah",
        "true",
        "t",
        "1",
        "✓",
        "✔",
        "☑",
        "✅",
        "√",
        "ok",
        "closed",
        "resolved",
        "complete",
        "completed",
        "done",
        "finished",
        "ja",
        "oui",
        "si",
        "tak",
    ]
)
NO = frozenset(
    [
        "n",
        "no",
        "nope",
        "false",
        "f",
        "0",
        "✗",
        "✘",
        "☐",
        "❌",
        "×",
        "open",
        "outstanding",
        "unresolved",
        "incomplete",
        "nein",
        "non",
        "nee",
        "nie",
    ]
) | {"not yet", "in progress", "not resolved", "still open", "not closed", "not complete", "not done"}

DROPPED = {
    **dict.fromkeys((*range(9), *range(0x0E, 0x20), 0x7F, *range(0x80, 0x85), *range(0x86, 0xA0))),
    **dict.fromkeys((0xAD, 0x200B, 0x2060, 0xFEFF, 0xFFFE, 0xFFFF, *range(0xFDD0, 0xFDF0))),
    **dict.fromkeys(plane << 16 | last for plane in range(1, 17) for last in (0xFFFE, 0xFFFF)),
    **dict.fromkeys((0x0B, 0x0C, 0x85, 0x2028, 0x2029), "\n"),
    **dict.fromkeys((0x09, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " "),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}
ESCAPED_RETURN = re.compile("_x000[Dd]_")


def clean(text: str) -> str:
    """Return the text without control characters, odd blanks and half characters; line breaks are kept."""
    if text.isprintable():
        text = text.strip()
        return text if text.isascii() else unicodedata.normalize("NFC", text)
    text = ESCAPED_RETURN.sub("", text).replace("\r\n", "\n").replace("\r", "\n").translate(DROPPED)
    return unicodedata.normalize("NFC", text).strip()


def shown(raw: Raw) -> str:
    """Return the cell as a person sees it: whole numbers without ".0", dates as 2025-11-03."""
    if raw is None or isinstance(raw, str):
        return clean(raw or "")
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float):
        return f"{raw:.0f}" if raw.is_integer() and abs(raw) < 1e16 else repr(raw)
    if isinstance(raw, datetime | time):
        return raw.isoformat(timespec="minutes").replace("T", " ")
    return raw.text if isinstance(raw, BadCell) else str(raw)


def is_blank(raw: Raw) -> bool:
    """Return True where the cell holds nothing a person could see."""
    return raw is None or raw == "" or (isinstance(raw, str) and not clean(raw))


def read_text(raw: Raw) -> str | CellProblem | None:
    """Return the cleaned text, None for a blank cell, or the problem."""
    if isinstance(raw, str):
        return clean(raw) or None
    return bad_cell(raw) if isinstance(raw, BadCell) else shown(raw) or None


def read_name(raw: Raw) -> str | CellProblem | None:
    """Return the cleaned text on one line, None for a blank cell, or the problem."""
    found = read_text(raw)
    return " ".join(found.split()) if isinstance(found, str) else found


def bad_cell(raw: BadCell) -> CellProblem:
    """Return the problem of a cell that holds an error or a formula never calculated."""
    if raw.kind == "error":
        return CellProblem("error", raw.text, f"the cell shows the error {raw.text}")
    return CellProblem("not calculated", raw.text, "the cell holds a formula that was never calculated")


def spellings(yes: tuple[str, ...] = (), no: tuple[str, ...] = ()) -> Mapping[str, bool]:
    """Return all known spellings of yes and no, with those of the settings added and winning."""
    known = {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}
    return known | {_plain(each): True for each in yes} | {_plain(each): False for each in no}


ANSWER_FIRST = re.compile(r"^(y|yes|n|no)\s*(?:[-–—(,;:.]|\s\d)")


def read_yes_no(raw: Raw, known: Mapping[str, bool]) -> bool | CellProblem | None:
    """Return yes or no by the known spellings, None for a blank cell, or the problem."""
    if raw is None or isinstance(raw, bool):
        return raw
    if isinstance(raw, BadCell):
        return bad_cell(raw)
    text = shown(raw)
    plain = _plain(text)
    placeholder = plain in PLACEHOLDERS and plain != "x"
    first = ANSWER_FIRST.match(plain)
    answer = plain if not first or placeholder or "?" in plain or plain in known else first[1]
    if not text or answer in known:
        return known.get(answer)
    kind: CellProblemKind = "placeholder" if placeholder else "unreadable"
    return CellProblem(kind, _short(text), f"{_quoted(text)} is neither yes nor no")


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).strip(" .!*'\"\ufe0f")


CURRENCIES = {
    **dict.fromkeys(("£", "gbp", "pounds"), "GBP"),
    **dict.fromkeys(("€", "eur", "euro", "euros"), "EUR"),
    **dict.fromkeys(("$", "usd"), "USD"),
    **dict.fromkeys(("zł", "pln"), "PLN"),
    "chf": "CHF",
}
MONEY = re.compile(
    r"^(?P<open>\()?(?P<sign>[-+])?\s*(?P<before>[£€$]|gbp|eur|usd|pln|chf|kr)?\s*(?P<inner>[-+])?\s*"
    r"(?P<number>\d[\d.,' ]*|[.,]\d+)\s*"
    r"(?P<after>[£€$p]|gbp|eur|euros?|usd|pln|chf|zł|kr|pounds)?\s*(?P<late>-)?\)?$"
)


def read_money(raw: Raw, words: Collection[str] = ()) -> Money | CellProblem | None:
    """Return the amount, None for a blank cell, or the problem; `words` beside it are passed over."""
    if isinstance(raw, BadCell):
        return bad_cell(raw)
    if isinstance(raw, float | int) and not isinstance(raw, bool) and abs(raw) < 1e15:
        return Money(Decimal(str(round(raw, 2))))
    text = shown(raw)
    if not text:
        return None
    plain = _plain(text).replace("−", "-")
    for word in words:
        plain = plain.removeprefix(_plain(word)).removesuffix(_plain(word)).strip()
    found = MONEY.match(plain) if isinstance(raw, str) else None
    amount = (
        _amount(found["number"], bool(found["before"] or found["after"]), found["after"]) if found else None
    )
    if found is None or amount is None:
        kind: CellProblemKind = "unreadable" if any(mark.isdigit() for mark in plain) else "placeholder"
        return CellProblem(kind, _short(text), f"{_quoted(text)} is not an amount of money")
    negative = bool(found["sign"] == "-" or found["inner"] == "-" or found["late"] or found["open"])
    pence = found["after"] == "p"
    currency = "GBP" if pence else CURRENCIES.get(found["before"] or found["after"] or "", "")
    amount = amount / 100 if pence else amount
    return Money(-amount if negative else amount, currency)


def _amount(typed: str, has_currency: bool, after: str | None) -> Decimal | None:
    """Return the number with the comma and the point understood, or None where they contradict each other."""
    digits = typed.strip().replace("'", "").replace(" ", "")
    comma, point = digits.rfind(","), digits.rfind(".")
    if comma >= 0 and point >= 0:
        decimal = "," if comma > point else "."
    else:
        mark = "," if comma >= 0 else "."
        groups = digits.split(mark)
        grouped = (
            len(groups) > 1 and all(len(group) == 3 for group in groups[1:]) and 1 <= len(groups[0]) <= 3
        )
        if grouped and len(groups) == 2 and mark == "." and not (has_currency and after == "€"):
            return None if not has_currency else Decimal(digits)
        if len(groups) > 2 and not grouped:
            return None
        decimal = ("." if mark == "," else ",") if grouped else mark
    whole, _, rest = digits.partition(decimal)
    other = "," if decimal == "." else "."
    if other in rest or not re.fullmatch(rf"\d*|\d{{1,3}}(?:{re.escape(other)}\d{{3}})+", whole):
        return None
    try:
        return Decimal(f"{whole.replace(other, '') or '0'}.{rest or '0'}")
    except InvalidOperation:
        return None


def listed_values(listed: Mapping[str, tuple[str, ...]]) -> Mapping[str, str]:
    """Return each spelling of a listed field, folded, with the value it means."""
    return {_plain(each): value for value, others in listed.items() for each in (value, *others)}


def read_listed(raw: Raw, known: Mapping[str, str], *, strict: bool) -> str | CellProblem | None:
    """Return the listed value, None for a blank cell, or the problem; not strict keeps other text."""
    found = read_name(raw)
    if not isinstance(found, str):
        return found
    value = known.get(_plain(found))
    if value is not None or not strict:
        return value or found
    if _plain(found) in PLACEHOLDERS:
        return CellProblem("placeholder", _short(found), f"{_quoted(found)} is not one of the listed answers")
    return CellProblem("unreadable", _short(found), f"{_quoted(found)} is not one of the listed answers")


def read_date(raw: Raw, epoch_1904: bool = False) -> date | DateText | CellProblem | None:
    """Return the date, for text what it may mean, None for a blank cell, or the problem."""
    if isinstance(raw, date):
        whole = not isinstance(raw, datetime) or raw.time().replace(microsecond=0) != time(0)
        moment = raw.replace(microsecond=0) if isinstance(raw, datetime) else raw
        return _plausible(moment if whole else date(raw.year, raw.month, raw.day), raw)
    if raw is None or isinstance(raw, str):
        text = clean(raw or "")
        return date_text(text) if text else None
    if isinstance(raw, BadCell):
        return bad_cell(raw)
    if isinstance(raw, float | int) and not isinstance(raw, bool):
        return _number_as_date(raw, epoch_1904)
    what = "a time of day or a length of time" if isinstance(raw, time | timedelta) else "yes or no"
    return CellProblem("unreadable", shown(raw), f"{_quoted(shown(raw))} is {what}, not a date")


def _number_as_date(raw: float, epoch_1904: bool) -> date | CellProblem:
    shift = 1_462 if epoch_1904 else 0
    if FIRST_SERIAL <= raw + shift <= LAST_SERIAL:
        return serial_date(raw, epoch_1904)
    packed = date_text(shown(raw)) if 19_900_101 <= raw <= 20_991_231 and raw == int(raw) else None
    if packed is not None and packed.sense == "certain":
        return packed.readings[0]
    return CellProblem("unreadable", shown(raw), f"{_quoted(shown(raw))} is a number, not a date")


def _plausible(day: date, raw: Raw) -> date | CellProblem:
    if FIRST_YEAR <= day.year <= LAST_YEAR:
        return day
    return CellProblem("unreadable", shown(raw), f"{_quoted(shown(raw))} has a year that cannot be right")


def date_problem(text: str, found: DateText) -> CellProblem:
    """Return the problem of a text that the column could not settle as one date."""
    quoted = _quoted(text)
    if found.sense in ("placeholder", "unreadable"):
        return CellProblem(found.sense, _short(text), f"{quoted} {found.why}", found.readings)
    if found.sense in ("no year", "two"):
        readings = found.readings if found.sense == "two" else ()  # without a year it might mean any
        return CellProblem("ambiguous", _short(text), f"{quoted} {found.why}", readings)
    readings = found.readings
    if found.year_first is not None and readings[0].year not in USUAL_YEARS:
        readings = (found.year_first, *readings)
    meanings = " or ".join(map(in_words, readings))
    return CellProblem("ambiguous", _short(text), f"{quoted} could be {meanings}", readings)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SEEN else text[: LONGEST_SEEN - 1] + "…"


def _quoted(text: str) -> str:
    return f"“{_short(' '.join(text.split()))}”"
