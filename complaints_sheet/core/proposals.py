"""Which idea is this cell: every proposal of the registers becomes one idea, none lost and none twice."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from rapidfuzz.fuzz import ratio, token_set_ratio, token_sort_ratio

from complaints_sheet.core.ideas import Event, Idea, Wording, in_the_end

AN_EDIT = 70  # agreement, of 100, from which new words in a cell are the same idea said again
ALIKE = 72  # agreement from which two ideas are offered for merging
A_PART = 95  # agreement from which one text is as good as part of the other
FEWEST_WORDS = 3  # that two ideas must share before they are alike
_MARKS = re.compile(r"[\W_]+")
_SMALL_WORDS = frozenset(
    [
        *("a", "all", "an", "and", "any", "are", "as", "at", "be", "before", "by", "can"),
        *("could", "do", "each", "every", "for", "from", "get", "give", "had", "has", "have", "if"),
        *("in", "into", "is", "it", "its", "keep", "let", "make", "more", "not", "of", "on"),
        *("one", "or", "our", "out", "put", "send", "should", "so", "that", "the", "their", "them"),
        *("then", "there", "they", "this", "to", "up", "us", "use", "we", "when", "who", "will"),
        *("with", "would", "you"),
    ]
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The idea of one case as its row stands now, the customer's name masked; `case` is its number."""

    case: int
    words: str
    day: date
    department: str = ""
    theme: str = ""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the registers' cells add to what is known: new ideas, ideas said anew, words, and the history."""

    new: tuple[Idea, ...]
    changed: tuple[Idea, ...]
    wordings: tuple[Wording, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """Two ideas that may be one: the newer, the older, and how far they agree, of 100."""

    idea: Idea
    other: Idea
    score: int


@lru_cache(maxsize=65536)
def folded(words: str) -> str:
    """Return words as they are compared: case, spacing and marks do not count."""
    return _MARKS.sub(" ", words.casefold()).strip()


def gathered(
    proposals: Iterable[Proposal],
    wordings: Sequence[Wording],
    ideas: Mapping[int, Idea],
    today: date,
    next_number: int,
) -> Gathered:
    """Return what these proposals add.

    Words a case has used before are the idea they were. Other words are the same idea said anew where they
    read like an edit of its last ones. Else they are a new idea, unless a live idea has exactly these words:
    then the case stands behind that one too. Nothing is ever taken away.
    """
    book = _Book(wordings, ideas, today, next_number)
    for each in proposals:
        book.hear(each)
    return Gathered(
        tuple(book.ideas[number] for number in book.new),
        tuple(book.ideas[number] for number in book.changed - book.new),
        tuple(book.heard),
        tuple(book.events),
    )


class _Book:
    """What is known while the proposals of one run are gone through."""

    def __init__(
        self, wordings: Iterable[Wording], ideas: Mapping[int, Idea], today: date, next_number: int
    ) -> None:
        self.ideas = dict(ideas)
        self.today = today
        self.next_number = next_number
        self.new: set[int] = set()
        self.changed: set[int] = set()
        self.heard: list[Wording] = []
        self.events: list[Event] = []
        self._by_case: dict[int, list[Wording]] = {}
        self._by_words: dict[str, int] = {folded(each.words): each.number for each in ideas.values()}
        for each in wordings:
            self._by_case.setdefault(each.case, []).append(each)
            self._by_words[folded(each.words)] = each.idea

    def hear(self, said: Proposal) -> None:
        """Put down one proposal."""
        key = folded(said.words)
        before = self._by_case.get(said.case, [])
        if any(folded(each.words) == key for each in before):
            self._placed_anew(said, before)
            return
        edited = max(before, key=lambda each: _agreement(each.words, said.words), default=None)
        if edited is not None and reads_like(edited.words, said.words):
            self._said_anew(edited, said)
            return
        number = self._by_words.get(key)
        if number is None or not self.ideas[in_the_end(number, self.ideas)].live:
            number = self._new(said)
        self._keep(said, number)

    def _new(self, said: Proposal) -> int:
        number, self.next_number = self.next_number, self.next_number + 1
        day = min(said.day, self.today)
        self.ideas[number] = Idea(number, said.words, day, day, "new", said.department, said.theme)
        self.new.add(number)
        self.events.append(Event(number, self.today, "idea", "", said.words, "", "the register"))
        return number

    def _said_anew(self, edited: Wording, said: Proposal) -> None:
        idea = self.ideas[edited.idea]
        if idea.words == edited.words:
            self.ideas[idea.number] = replace(idea, words=said.words, theme=said.theme or idea.theme)
            self.changed.add(idea.number)
        self.events.append(
            Event(idea.number, self.today, "idea", edited.words, said.words, "", "the register")
        )
        self._keep(said, idea.number)

    def _placed_anew(self, said: Proposal, before: Sequence[Wording]) -> None:
        """Take over another theme or department of the row that first proposed the idea."""
        idea = self.ideas[before[-1].idea]
        theme, department = said.theme or idea.theme, said.department or idea.department
        first = folded(idea.words) == folded(said.words)
        if first and (theme, department) != (idea.theme, idea.department):
            self.ideas[idea.number] = replace(idea, theme=theme, department=department)
            self.changed.add(idea.number)

    def _keep(self, said: Proposal, number: int) -> None:
        wording = Wording(said.case, number, said.words, self.today)
        self.heard.append(wording)
        self._by_case.setdefault(said.case, []).append(wording)
        self._by_words.setdefault(folded(said.words), number)


def reads_like(one: str, other: str) -> bool:
    """Return True where the one text reads like an edit of the other: a slip mended, words added or moved."""
    return _agreement(one, other) >= AN_EDIT


def _agreement(one: str, other: str) -> float:
    first, second = folded(one), folded(other)
    alone = max(ratio(first, second), token_sort_ratio(first, second))
    shared = set(first.split()) & set(second.split())
    whole = token_set_ratio(first, second) if len(shared) >= FEWEST_WORDS else 0.0
    return max(alone, whole if whole >= A_PART else 0.0)


def alike(ideas: Iterable[Idea]) -> tuple[Alike, ...]:
    """Return live ideas that may be the same as an earlier one, best first; nobody merges them but a person.

    An idea that was declined or implemented is offered too, so that its reason is seen before it is repeated.
    """
    known = sorted((each for each in ideas if each.stage != "merged"), key=lambda each: each.number)
    plain = {each.number: _content(each.words) for each in known}
    found = [pair for at, idea in enumerate(known) for pair in _like(idea, known[:at], plain)]
    return tuple(sorted(found, key=lambda each: (-each.score, each.idea.number)))


def _like(idea: Idea, earlier: Iterable[Idea], plain: Mapping[int, str]) -> Iterator[Alike]:
    words = plain[idea.number]
    for other in earlier:
        if not (idea.live or other.live):
            continue
        shared = len(set(words.split()) & set(plain[other.number].split()))
        if words == plain[other.number] or shared >= FEWEST_WORDS:
            score = max(
                token_sort_ratio(words, plain[other.number]),
                0.9 * token_set_ratio(words, plain[other.number]),
            )
            if score >= ALIKE:
                yield Alike(idea, other, round(score))


def _content(words: str) -> str:
    """Return the words that carry the meaning, each without its ending, in order of the alphabet."""
    found = {word for word in folded(words).split() if word not in _SMALL_WORDS}
    return " ".join(sorted(_stem(word) for word in found))


def _stem(word: str) -> str:
    for ending in ("ing", "ers", "ed", "es", "er", "s"):
        if len(word) - len(ending) >= 4 and word.endswith(ending):
            return word.removesuffix(ending)
    return word
