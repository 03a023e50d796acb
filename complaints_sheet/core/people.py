"""The people directory: who is meant by a name in the register, matched exactly or not at all."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the program may write to. `manager` and `deputy` name other people in the directory.

    `away` are stretches of local days, both ends included, on which the deputy stands in. `digest_days` are
    the weekdays (0 is Monday) on which the person wants mail, every one of them where it is empty, and
    `digest_at` the local hour before which they want none, where it is not the usual one. `trained` is the
    day of their training in handling complaints.
    """

    name: str
    email: str | None = None
    also: tuple[str, ...] = ()
    title: str = ""
    department: str = ""
    manager: str | None = None
    deputy: str | None = None
    away: tuple[tuple[date, date], ...] = ()
    digest_days: frozenset[int] = frozenset()
    digest_at: time | None = None
    trained: date | None = None

    def is_away(self, day: date) -> bool:
        """Return True on a day the person said to be away."""
        return any(first <= day <= last for first, last in self.away)


_MARKS_TO_SPACES = str.maketrans(".,_", "   ")


def plain_name(text: str) -> str:
    """Return a name folded for matching: case, accents, dots and spaces do not count."""
    if text.isascii():
        return " ".join(text.lower().translate(_MARKS_TO_SPACES).split())
    folded = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(" " if mark in ".,_" else mark for mark in folded if not unicodedata.combining(mark))
    return " ".join(letters.split())


@dataclass(frozen=True, slots=True)
class Directory:
    """Everybody in the config. An address is only ever taken from here, never from a cell."""

    people: tuple[Person, ...]
    by_name: Mapping[str, tuple[Person, ...]]

    def match(self, typed: str) -> Person | None:
        """Return the one person meant by a name, a spelling or an address; None where none or two fit."""
        found = self.by_name.get(plain_name(typed), ())
        return found[0] if len(found) == 1 else None


def directory(people: Iterable[Person]) -> Directory:
    """Return the directory of these people, found by name, other spellings and address."""
    everybody = tuple(people)
    by_name: dict[str, list[Person]] = defaultdict(list)
    for person in everybody:
        spellings = {plain_name(text) for text in (person.name, *person.also, person.email or "") if text}
        for spelling in spellings:
            by_name[spelling].append(person)
    return Directory(everybody, {name: tuple(found) for name, found in by_name.items()})
