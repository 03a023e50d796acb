"""Keeping a customer's name out of what is sent: masking it inside free text."""

import re
from collections.abc import Container
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from complaints_sheet.core.people import plain_name

MASK = "[customer]"
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_TITLES = frozenset(
    {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "rev", "sir", "dame", "lady", "lord"}
    | {"master", "mister", "and", "the", "of"}
)
_LEADING_TITLE = re.compile(r"\b(?:mr|mrs|ms|miss|mx|dr|prof|rev|sir|dame|lady|lord)\.?\s+$", re.IGNORECASE)


def masked(text: str, name: str) -> str:
    """Return the text with every part of the name replaced by "[customer]".

    A part is a word of three letters or more, in any case and with or without accents, alone, hyphenated or
    with 's. Shorter parts count only as typed in the name ("Li" but not "li"). Neighbouring parts become one
    mask, and a title before it goes too.
    """
    parts = _parts(name)
    return _masked(text, parts) if parts and _may_hold(text, parts) else text


def _masked(text: str, parts: Container[str]) -> str:
    pieces: list[str] = []
    done = 0
    for word in _WORD.finditer(text):
        if not _is_part(word.group(), parts):
            continue
        between = text[done : word.start()]
        if not (pieces and pieces[-1] == MASK and not between.strip()):
            pieces += [_LEADING_TITLE.sub("", between), MASK]
        ending = word.group()[-2:]
        done = word.end() - (2 if ending.casefold() in {"'s", "’s"} else 0)
    return "".join([*pieces, text[done:]])


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """The parts of forgotten names as salted fingerprints: they find a name again, and tell it to nobody.

    Whoever holds the memory could still try names one by one against them.
    """

    salt: str = ""
    parts: frozenset[str] = frozenset()

    def with_name(self, name: str) -> "Fingerprints":
        """Return these fingerprints, and those of one more name."""
        return Fingerprints(self.salt, self.parts | {self._of(part) for part in _parts(name)})

    def masked(self, text: str) -> str:
        """Return the text with every part of a forgotten name replaced by "[customer]"."""
        return _masked(text, self) if self.parts and text else text

    def __contains__(self, part: object) -> bool:
        return self._of(str(part)) in self.parts

    def _of(self, part: str) -> str:
        return blake2b(
            part.encode("utf-8", "surrogatepass"), key=self.salt.encode(), digest_size=8
        ).hexdigest()


def _may_hold(text: str, parts: frozenset[str]) -> bool:
    """Return False where no part stands anywhere in the text: most texts name nobody, and this is quick."""
    folded = plain_name(text)
    return any(part in folded or part in text for part in parts)


@lru_cache(maxsize=4096)
def _parts(name: str) -> frozenset[str]:
    """Return the words of a name as they are looked for: long ones folded, short ones as typed."""
    words = [part for word in _WORD.findall(name) for part in (word, *re.split(r"['’\-]", word))]
    long = {plain_name(word) for word in words if len(word) >= 3}
    short = {word for word in words if len(word) == 2 and word[0].isupper()}
    return frozenset(word for word in long | short if word.casefold() not in _TITLES)


def _is_part(word: str, parts: Container[str]) -> bool:
    bare = word[:-2] if word[-2:].casefold() in {"'s", "’s"} else word
    candidates = (bare, *re.split(r"['’\-]", bare)) if len(bare) > 2 else (bare,)
    return any(each in parts or (len(each) >= 3 and plain_name(each) in parts) for each in candidates if each)
