"""Who is handling this customer's case: search by name, by the start of a word or nearly right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from rapidfuzz.distance import JaroWinkler

from complaints_sheet.core.model import Case
from complaints_sheet.core.people import plain_name

FEWEST_LETTERS = 3
MOST_HITS = 20
_APART = str.maketrans("-'’", "   ")
_NEAR = 0.9  # for a word that is nearly the one typed


@dataclass(frozen=True, slots=True)
class Hit:
    """A case of a customer with this name: `how` is "exact" for words that start so, "near" for misspellings.

    `score` is from 0 to 1.
    """

    case: Case
    how: Literal["exact", "near"]
    score: float
    advice: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The hits, open cases first, then the most recent; `more` were left out.

    `refusal` says what to type instead, where too little was typed.
    """

    hits: tuple[Hit, ...]
    more: int = 0
    refusal: str = ""


def find(cases: Iterable[Case], typed: str) -> Answer:
    """Return the cases of customers with this name, at most 20: open first, exact first, then recent."""
    words = plain_name(typed).split()
    if sum(map(len, words)) < FEWEST_LETTERS:
        return Answer((), refusal=f"Please type at least {FEWEST_LETTERS} letters of the name.")
    found = []
    for case in cases:
        score = _score(words, plain_name(case.text("customer_name")))
        if score >= _NEAR:
            found.append(Hit(case, "exact" if score == 1.0 else "near", score, _advice(case)))
    found.sort(key=_order)
    return Answer(tuple(found[:MOST_HITS]), max(0, len(found) - MOST_HITS))


def _score(words: Sequence[str], name: str) -> float:
    """Return 1 where every word typed starts a word of the name, else how near the worst of them comes."""
    parts = {*name.split(), *name.translate(_APART).split()}
    return min(max((_nearness(word, part) for part in parts), default=0.0) for word in words)


def _nearness(word: str, part: str) -> float:
    if part.startswith(word):
        return 1.0
    return min(0.99, JaroWinkler.similarity(word, part)) if len(word) >= FEWEST_LETTERS else 0.0


def _order(hit: Hit) -> tuple[bool, bool, int, float, int]:
    received = hit.case.day("received_on") or date.min
    return not hit.case.open, hit.how == "near", -received.toordinal(), -hit.score, hit.case.row


def _advice(case: Case) -> str:
    owner = case.text("case_owner")
    if case.open and owner:
        return f"Pass the customer on to {owner}, who is handling it."
    if case.open:
        return "Nobody is named as handling it: take it, and type your name as the case owner."
    return "This one is closed: log a new row for a new complaint" + (
        f", and tell {owner}." if owner else "."
    )
