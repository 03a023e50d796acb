"""When two customers are the same person, and two issues alike: strict about people, lenient about words."""

import re
import unicodedata
from functools import lru_cache

_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "sir", "dame", "lady", "lord"})
_MEN, _WOMEN = frozenset({"mr", "sir", "lord"}), frozenset({"mrs", "ms", "miss", "dame", "lady"})
_NOBODY = frozenset(
    {"anonymous", "anon", "unknown", "none", "customer", "resident", "tenant", "leaseholder", "neighbour"}
    | {"member", "various", "the", "caller", "n", "a", "na", "tbc", "test"}
)
_SPECIAL = _TITLES | _NOBODY
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("._-/&?", " ") | dict.fromkeys("'’‘`\"()", ""))
_COMMON = frozenset(
    word
    for line in (
        "about after again also been before being both call called came caller cannot complained complaining",
        "complaint could customer did does each ever everything from given has have having her him his home",
        "house into issue just made many more most much never new not now one only other our out over",
        "problem problems reported reports said same says she should since some still such than that the",
        "their them then there they this time told too very was were what when where which while who why",
        "will with without would you your",
    )
    for word in line.split()
)
_WORD = re.compile(r"[^\W\d_]{3,}")
_ENDINGS = ("ings", "ing", "ed", "es", "s")


def plain_customer(typed: str) -> str:
    """Return a customer's name for comparing, or nothing where it names nobody in particular.

    Case, accents, dots, apostrophes and hyphens do not count; "Birch, Maya" is "maya birch". A title is left
    out where two parts remain without it; "Mr Birch" and "Mrs Birch" stay two people.
    """
    plain = typed.lower() if typed.isascii() else _plain(typed)
    parts = plain.split()
    if len(parts) > 1 and _SPECIAL.isdisjoint(parts) and "".join(parts).isalnum():
        return " ".join(parts)
    surname, comma, first = plain.partition(",")
    parts = (f"{first} {surname}" if comma else surname).translate(_NOT_IN_NAMES).split()
    untitled = [part for part in parts if part not in _TITLES]
    if not untitled or _NOBODY.issuperset(untitled):
        return ""
    return " ".join(untitled if len(untitled) > 1 else parts)


def letters_of(name: str) -> tuple[str, ...]:
    """Return a key that a plain name shares with its own misspellings (see `same_person`): its letters.

    Nothing for a name that allows no slip, being one word or holding a digit.
    """
    parts = name.split()
    if len(parts) < 2 or not name.replace(" ", "").isalpha():
        return ()
    return "".join(sorted(set(name))), *(part[0] for part in parts)


def same_person(typed: str, other: str) -> bool:
    """Return True for two spellings of one name, by the strict reading: at most one slip of the keyboard.

    A slip is two neighbouring letters exchanged ("Brich") or a letter doubled ("Phillips"), but not the
    first letter, in one part of five letters or more of a name of two parts or more. Any other difference
    ("Joan" and "John", "Marian" and "Marion") makes two people, and so do the titles of a man and a
    woman.
    """
    if typed == other:
        return True
    parts, others = plain_customer(typed).split(), plain_customer(other).split()
    if len(parts) != len(others) or not parts or _titles_clash(typed, other):
        return False
    differing = [(part, also) for part, also in zip(parts, others, strict=True) if part != also]
    return not differing or (len(parts) > 1 and len(differing) == 1 and _slip(*differing[0]))


@lru_cache(maxsize=65536)
def issue_words(issue: str) -> frozenset[str]:
    """Return the telling words of an issue, without their endings: "Leaking taps again" is leak and tap."""
    words = _WORD.findall(_plain(issue))
    return frozenset(_stem(word) for word in words if word not in _COMMON)


def similar_issue(words: frozenset[str], others: frozenset[str], share: float) -> bool:
    """Return True where at least two telling words, and this share of the shorter issue's, are in both.

    One word in both is enough where it is all that both say.
    """
    if not words or not others:
        return False
    common = len(words & others)
    return (common >= 2 and common >= share * min(len(words), len(others))) or words == others


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(mark for mark in folded if not unicodedata.combining(mark))


def _slip(part: str, other: str) -> bool:
    """Return True where one of the two is the other with one slip of the keyboard after its first letter."""
    shorter, longer = sorted((part, other), key=len)
    at = next((n for n, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    if len(longer) < 5 or at == 0 or not (part + other).isalpha():
        return False
    if len(shorter) == len(longer):
        return shorter[at : at + 2] == longer[at : at + 2][::-1] and shorter[at + 2 :] == longer[at + 2 :]
    doubled = longer[at] == longer[at - 1]
    return len(longer) == len(shorter) + 1 and doubled and shorter[at:] == longer[at + 1 :]


def _titles_clash(typed: str, other: str) -> bool:
    mine, theirs = (frozenset(_plain(text).translate(_NOT_IN_NAMES).split()) for text in (typed, other))
    return bool((mine & _MEN and theirs & _WOMEN) or (mine & _WOMEN and theirs & _MEN))


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    return word.removesuffix("e")[:7]
