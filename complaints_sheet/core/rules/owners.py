"""Rules about who looks after a case: names that nobody in the people list bears, or that two bear."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from rapidfuzz import fuzz, process

from complaints_sheet.core.model import Case, Flag
from complaints_sheet.core.people import Directory, Person, plain_name
from complaints_sheet.core.rules.registry import rule
from complaints_sheet.core.wording import count, listing

_BETWEEN_NAMES = re.compile(r"[/&+;]|\band\b", re.IGNORECASE)
LIKE_ENOUGH = 75  # of 100; below it a suggestion puzzles more than it helps


@rule("medium", scope="register", needs=("case_owner",))
def unknown_owner(cases: Sequence[Case], today: date, directory: Directory) -> Iterable[tuple[Case, Flag]]:
    """The owner's name is not, or not clearly, one of the people listed; it is never guessed."""
    words: dict[str, str] = {}
    for case in cases:
        typed = case.values.get("case_owner")
        if not isinstance(typed, str):
            continue
        said = words.get(typed)
        if said is None:
            said = words[typed] = _what_is_wrong(typed, directory)
        if said:
            yield case, Flag(said, field="case_owner", severity=None if case.open else "low")


@rule("medium", scope="register", needs=("case_owner",))
def owner_without_address(
    cases: Sequence[Case], today: date, directory: Directory
) -> Iterable[tuple[None, Flag]]:
    """Somebody who has open cases is listed without an e-mail address, so nobody can write to them."""
    waiting: dict[str, int] = {}
    for case in cases:
        typed = case.values.get("case_owner")
        if isinstance(typed, str) and case.open:
            waiting[typed] = waiting.get(typed, 0) + 1
    for person, open_cases in _without_address(waiting, directory).items():
        said = (
            f"{person} has {count(open_cases, 'open case')} but no e-mail address in the people list, "
            "so the coordinator is told instead."
        )
        yield None, Flag(said, field="case_owner", about=plain_name(person))


@rule("low", scope="register", needs=("case_owner",))
def owner_not_trained(
    cases: Sequence[Case], today: date, directory: Directory
) -> Iterable[tuple[None, Flag]]:
    """Somebody who has open cases has no training on the list; only where days of training are listed."""
    if not any(person.trained for person in directory.people):
        return
    waiting: Counter[str] = Counter()
    for case in cases:
        person = directory.match(case.text("case_owner")) if case.open and case.text("case_owner") else None
        if person and (person.trained is None or person.trained > today):
            waiting[person.name] += 1
    for name, open_cases in waiting.items():
        said = (
            f"{name} has {count(open_cases, 'open case')} but no training in handling complaints on "
            "the people list. Has it been booked?"
        )
        yield None, Flag(said, field="case_owner", about=plain_name(name))


def _without_address(waiting: dict[str, int], directory: Directory) -> dict[str, int]:
    """Return the number of open cases of each person who has no address."""
    found: dict[str, int] = {}
    for typed, open_cases in waiting.items():
        person = directory.match(typed)
        if person and not person.email:
            found[person.name] = found.get(person.name, 0) + open_cases
    return found


def _what_is_wrong(typed: str, directory: Directory) -> str:
    """Return a sentence about a name that does not mean exactly one person, or nothing."""
    meant = directory.by_name.get(plain_name(typed), ())
    if len(meant) == 1:
        return ""
    if meant:
        return f"“{typed}” could be {_either(meant)}. Please put the full name."
    if _several(typed, directory):
        return f"“{typed}” looks like more than one person. Who of them sees it through to the end?"
    like = suggestions(typed, directory)
    asks = f"Is it {_either(like)}?" if like else "Please put the name as it stands there."
    return f"“{typed}” is not in the people list. {asks}"


def _several(typed: str, directory: Directory) -> bool:
    """Return True where the name falls into parts, such as "Amira / Tom", that each look like somebody."""
    parts = [part for part in _BETWEEN_NAMES.split(typed) if part.strip()]
    return len(parts) > 1 and all(suggestions(part, directory, 1) for part in parts)


def suggestions(typed: str, directory: Directory, most: int = 3) -> tuple[Person, ...]:
    """Return the people whose names look most like a name as typed, best first; never used to choose one."""
    wanted = plain_name(typed)
    choices = {
        plain_name(name): person for person in directory.people for name in (person.name, *person.also)
    }
    close = process.extract(wanted, choices.keys(), scorer=_likeness, score_cutoff=LIKE_ENOUGH, limit=most)
    return tuple({choices[name].name: choices[name] for name, _, _ in close}.values())


def _likeness(typed: str, name: str, **_: object) -> float:
    """Return how alike two folded names are, 0 to 100; a part of a name, or its start, counts as alike."""
    whole = fuzz.ratio(typed, name)
    parts = (fuzz.ratio(typed, part) for part in name.split())
    begins = any(part.startswith(typed) for part in name.split()) and len(typed) > 2
    return max(whole, *parts, fuzz.token_sort_ratio(typed, name), 90.0 if begins else 0.0)


def _either(people: Sequence[Person]) -> str:
    return listing((person.name for person in people), "or")
