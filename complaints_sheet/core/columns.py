"""Which heading means which field: folding, synonyms, word order, near misses, and what the cells say."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TypeAlias, TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

from complaints_sheet.core.cells import NO, YES, clean, read_date, read_money, read_yes_no, shown, spellings
from complaints_sheet.core.date_text import NOT_YET, DateText
from complaints_sheet.core.fields import FIELDS, Kind
from complaints_sheet.core.model import BadCell, Raw

EXACT, SYNONYM, WORDS, NEAR, PERHAPS = range(5)
SAMPLE_CELLS = 200
FEWEST_CELLS = 3  # one or two words, a "TBC" or a note below the table, say nothing of what a column holds
LONGEST_HEADING = 80
MOST_SLIPS = 2
_Key = TypeVar("_Key")

Match: TypeAlias = tuple[int, str]
"""How well a heading names a field (EXACT is best), and the field's id."""


def column_letter(number: int) -> str:
    """Return the letters of a column: A for 1, AA for 27."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(maxsize=4096)
def column_number(letters: str) -> int:
    """Return the number of a column: 1 for A, 27 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


# --- folding ---------------------------------------------------------------------------------------

HINT = re.compile(
    r"[\[(]\s*(?:y\s*/?\s*n|yes\s*/?\s*no|[dmyj]{1,4}[-/. ][dmyj]{1,4}[-/. ][dmyj]{2,4}|date|"
    r"optional|required|€|\$|if any|"
    r"if known|if applicable|free text|drop ?down|please .*|see .*|text|name)\s*[\])]"
    r"|(?<![\w/])(?:y/n|yes/no|dd/mm/yy(?:yy)?|mm/dd/yy(?:yy)?)(?![\w/])"
)
YES_NO_HINT = re.compile(r"\by\s*/\s*n\b|\byes\s*/\s*no\b", re.IGNORECASE)
BRACKETED = re.compile(r"[\[(][^\])]*[\])]")
MOJIBAKE = re.compile("[ÂÃâ][\u0080-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
LEFT_OUT_WORDS = frozenset(
    ["the", "of", "a", "an", "was", "is", "and", "with", "please", "our", "your", "e.g", "eg"]
)


def mended(text: str) -> str:
    """Return text whose UTF-8 was once read as Windows' encoding as it was meant; other text unchanged."""
    if MOJIBAKE.search(text):
        for encoding in ("cp1252", "latin-1"):
            try:
                return text.encode(encoding).decode("utf-8")
            except (UnicodeEncodeError, UnicodeDecodeError):
                continue
    return text


@lru_cache(maxsize=8192)
def folded(heading: str) -> str:
    """Return a heading for comparing: no case, accents, punctuation, or hints such as "(Y/N)"."""
    plain = unicodedata.normalize("NFKD", mended(clean(heading))).casefold()
    plain = "".join(mark for mark in plain if not unicodedata.combining(mark))
    plain = HINT.sub(" ", plain.replace("’", "'").replace("‘", "'").replace("`", "'")).replace("'", "")
    plain = plain.replace("&", " and ").replace("@", " at ").replace("£", " £ ")
    words = re.sub(r"[^\w#£]+|_", " ", plain).split()
    return " ".join(words)


def _bag(plain: str) -> frozenset[str]:
    return frozenset(plain.split()) - LEFT_OUT_WORDS


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    exact: Mapping[str, tuple[Match, ...]]
    bags: Mapping[frozenset[str], tuple[Match, ...]]
    sure: Mapping[str, str]  # folded headings that mean one field, for near misses


@lru_cache(maxsize=1)
def _vocabulary() -> _Vocabulary:
    exact: dict[str, dict[str, int]] = defaultdict(dict)
    for each in FIELDS.values():
        for rank, headings in (
            (EXACT, (each.heading,)),
            (SYNONYM, (*each.also, each.id)),
            (PERHAPS, each.perhaps),
        ):
            for heading in headings:
                exact[folded(heading)].setdefault(each.id, rank)
    bags: dict[frozenset[str], dict[str, int]] = defaultdict(dict)
    for plain, fields in exact.items():
        for field, rank in fields.items():
            if len(_bag(plain)) > 1:
                bags[_bag(plain)].setdefault(field, max(rank, WORDS))
    sure = {
        plain: min(fields, key=fields.__getitem__)
        for plain, fields in exact.items()
        if min(fields.values()) < NEAR
    }
    return _Vocabulary(_ranked(exact), _ranked(bags), sure)


def _ranked(found: Mapping[_Key, Mapping[str, int]]) -> dict[_Key, tuple[Match, ...]]:
    return {
        key: tuple(sorted((rank, field) for field, rank in fields.items())) for key, fields in found.items()
    }


@lru_cache(maxsize=8192)
def matches(heading: str, *, near: bool = True) -> tuple[Match, ...]:
    """Return the fields that a heading may name, best first; empty where it names none.

    `near` lets a slip of the keyboard pass, which takes longer to tell.
    """
    words = _vocabulary()
    plain = folded(heading)
    if not plain or len(plain) > LONGEST_HEADING:
        return ()
    for candidate in dict.fromkeys((plain, folded(BRACKETED.sub(" ", heading)))):
        found = words.exact.get(candidate) or words.bags.get(_bag(candidate))
        if found:
            return _of_hinted_kind(heading, found)
    return _near(plain) if near else ()


def _of_hinted_kind(heading: str, found: tuple[Match, ...]) -> tuple[Match, ...]:
    """Return the fields of the kind that a hint such as "(Y/N)" asks for, or all where none is of it."""
    if not YES_NO_HINT.search(heading):
        return found
    return tuple(match for match in found if FIELDS[match[1]].kind == "yes_no") or found


def _near(plain: str) -> tuple[Match, ...]:
    """Return the one field whose heading is a slip of the keyboard away, if there is just one."""
    best: dict[str, int] = {}
    sure = _vocabulary().sure
    alike = process.extract(plain, sure.keys(), scorer=OSA.distance, score_cutoff=MOST_SLIPS, limit=None)
    for known, _, _ in alike:
        slips = _slips(plain, known) if len(known) >= 5 else None
        if slips is not None:
            best[sure[known]] = min(slips, best.get(sure[known], slips))
    nearest = [field for field, slips in best.items() if slips == min(best.values())]
    return ((NEAR, nearest[0]),) if len(nearest) == 1 else ()


def _slips(plain: str, known: str) -> int | None:
    """Return how many keys were hit wrongly, or None where it is another word rather than a slip."""
    total = 0
    typed, meant = plain.split(), known.split()
    if len(typed) != len(meant):
        joined = OSA.distance(plain.replace(" ", ""), known.replace(" ", ""))
        return 1 if joined == 0 else None
    for one, other in zip(typed, meant, strict=True):
        slips = OSA.distance(one, other)
        allowed = 0 if len(other) < 4 else 1 if len(other) < 10 else 2
        if slips > allowed or (slips and any(mark.isdigit() for mark in one + other)):
            return None
        total += slips
    return total if total <= MOST_SLIPS else None


# --- what the cells say ----------------------------------------------------------------------------

_KNOWN = spellings()


def share_that_fits(kind: Kind, cells: Iterable[Raw]) -> float | None:
    """Return the share of the cells, 0 to 1, that look like the kind of field; None where none can say."""
    good = bad = words = 0
    for raw in cells:
        verdict = _fits(kind, raw)
        good, bad = good + (verdict is True), bad + (verdict is False)
        words += verdict is False and isinstance(raw, str)
        if good + bad >= SAMPLE_CELLS:
            break
    silent = not good and bad == words < FEWEST_CELLS
    return None if silent else good / (good + bad)


def _fits(kind: Kind, raw: Raw) -> bool | None:
    text = shown(raw)
    if not text or isinstance(raw, BadCell):
        return None
    if kind == "date":
        return _is_date(raw)
    if kind in ("yes_no", "money"):
        found = read_yes_no(raw, _KNOWN) if kind == "yes_no" else read_money(raw)
        return None if _is_placeholder(found) else not hasattr(found, "kind")
    if kind == "listed":
        return len(text) < 60 and not _is_date(raw)
    return _is_wording(raw, text)


def _is_wording(raw: Raw, text: str) -> bool | None:
    """Return whether a cell holds words; None where it is too short to say, or a number."""
    if not isinstance(raw, str):
        return False if isinstance(raw, date) else None
    return None if len(text) < 3 else not _is_date(raw) and text.casefold() not in YES | NO


def _is_date(raw: Raw) -> bool | None:
    found = read_date(raw)
    if isinstance(found, DateText):
        return None if found.why == NOT_YET else bool(found.readings)
    return None if _is_placeholder(found) else found is not None and not hasattr(found, "kind")


def _is_placeholder(found: object) -> bool:
    return getattr(found, "kind", "") == "placeholder"
