"""Improvement ideas: what one is, the stages of its life, and what a decision about it changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, TypeAlias

from complaints_sheet.core.calendar import ONE_DAY

Stage: TypeAlias = Literal[
    "new", "discussed", "out for comment", "agreed", "implemented", "merged", "declined"
]

STAGES: tuple[Stage, ...] = (
    "new",
    "discussed",
    "out for comment",
    "agreed",
    "implemented",
    "merged",
    "declined",
)
"""Every stage, in the order of an idea's life (seed 001, Service Improvements)."""

LIVE: frozenset[Stage] = frozenset({"new", "discussed", "out for comment", "agreed"})
"""The stages of ideas that somebody still has to do something about."""

EFFECT_DAYS = 84  # twelve weeks before and after a change
NO_IDEA = frozenset({"", "-", "--", "n/a", "na", "nil", "no", "none", "tbc"})

Answer: TypeAlias = str | date | int | None
"""What a person decided about one field of an idea."""

DECIDED = (
    "stage",
    "solution",
    "reply_by",
    "owner",
    "due",
    "reason",
    "into",
    "decided_by",
    "approved_by",
    "decided_on",
    "staff_told",
    "customers_told",
    "said",
)
"""The fields of an idea that people decide; all others come from the register."""


@dataclass(frozen=True, slots=True)
class Idea:
    """One improvement idea. Names are as people entered them; a spreadsheet proves no identity.

    `words` are its proposer's, with the customer's name masked. `since` is the local day its stage began,
    `circulated` the day the wider team was asked. `into` is the number of the idea it was merged into.
    """

    number: int
    words: str
    raised: date
    since: date
    stage: Stage = "new"
    department: str = ""
    theme: str = ""
    solution: str = ""
    reply_by: date | None = None
    circulated: date | None = None
    owner: str = ""
    due: date | None = None
    reason: str = ""
    into: int | None = None
    decided_by: str = ""
    approved_by: str = ""
    decided_on: date | None = None
    staff_told: date | None = None
    customers_told: date | None = None
    said: str = ""

    @property
    def name(self) -> str:
        """Return what people call the idea: I-0007."""
        return idea_id(self.number)

    @property
    def live(self) -> bool:
        """Return True where somebody still has to do something about it."""
        return self.stage in LIVE

    @property
    def proposal(self) -> str:
        """Return what the wider team is asked about: the proposed solution, else the idea itself."""
        return self.solution or self.words

    def days_in_stage(self, today: date) -> int:
        """Return how many days it has been in its stage."""
        return max(0, (today - self.since).days)

    def late(self, today: date) -> bool:
        """Return True where it was to be done by a day that has passed."""
        return self.stage == "agreed" and self.due is not None and self.due < today


@dataclass(frozen=True, slots=True)
class Wording:
    """Words that one case proposed an idea in, and when they were first seen. `case` is its number."""

    case: int
    idea: int
    words: str
    day: date


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to an idea: which field changed, from what to what, and who entered it."""

    idea: int
    day: date
    field: str
    before: str
    after: str
    by: str = ""
    place: str = ""  # "the register", "the log", "the command line", "the program"
    number: int = 0


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody said about an idea, in their words; `idea` is None where it is not clear about which.

    `pack` is the meeting whose pack showed it first. `listed` is True once the log has a row for it.
    """

    idea: int | None
    who: str
    words: str
    day: date
    place: str
    number: int = 0
    pack: date | None = None
    listed: bool = False
    about: str = ""  # what stood in the column of the idea, where it is not clear


@dataclass(frozen=True, slots=True)
class Decided:
    """An idea after a decision, what changed, and what could not be taken as it was, by field."""

    idea: Idea
    events: tuple[Event, ...]
    refused: Mapping[str, str]


def idea_id(number: int) -> str:
    """Return what people call the idea: I-0007."""
    return f"I-{number:04d}"


def idea_number(text: str) -> int | None:
    """Return the number at the start of "I-0007", "i7", "7" or "I-0007 Text customers", or None."""
    first = text.strip().split(maxsplit=1)[0] if text.strip() else ""
    digits = first.casefold().removeprefix("i").lstrip("-– ").rstrip(":.,;")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else None


def is_idea(text: str) -> bool:
    """Return True where the cell holds an idea, and not a dash or "none"."""
    return text.strip().strip(".").casefold() not in NO_IDEA


def decided(
    idea: Idea, wanted: Mapping[str, Answer], today: date, known: Mapping[int, Idea], *, by: str, place: str
) -> Decided:
    """Return the idea after what people decided on the local day `today`.

    An idea is declined only with a reason, and merged only into another one that does not lead back to it;
    otherwise it stays in its stage, and everything else that was decided counts all the same.
    """
    refused = dict(_refused(idea, wanted, today, known))
    taken = {
        field: value
        for field, value in wanted.items()
        if field not in refused and value != getattr(idea, field)
    }
    after = replace(idea, **taken)  # type: ignore[arg-type]
    if after.stage != idea.stage:
        after = _moved(idea, after, taken, today)
    elif "decided_on" in taken and after.decided_on and after.stage != "new":
        after = replace(after, since=after.decided_on)
    if after.stage != "merged" and after.into is not None and "into" not in taken:
        after = replace(after, into=None)
    who = by or str(
        wanted.get("decided_by") or ""
    )  # a name from an earlier decision says nothing of this one
    events = tuple(
        Event(idea.number, today, field, as_text(getattr(idea, field)), as_text(value), who, place)
        for field, value in taken.items()
    )
    return Decided(after, events, refused)


def _moved(before: Idea, after: Idea, taken: Mapping[str, Answer], today: date) -> Idea:
    """Return an idea that came into another stage: on the day it was decided, where that is known."""
    day = after.decided_on if "decided_on" in taken and after.decided_on else today
    after = replace(after, since=day)
    if after.stage == "out for comment":
        stale = "reply_by" not in taken and before.reply_by is not None and before.reply_by < today
        after = replace(after, circulated=None, reply_by=None if stale else after.reply_by)
    return after


def _refused(
    idea: Idea, wanted: Mapping[str, Answer], today: date, known: Mapping[int, Idea]
) -> Iterable[tuple[str, str]]:
    """Yield what cannot be taken as it was decided, and why, in words for the person who decided it."""
    stage = wanted.get("stage", idea.stage)
    into = wanted.get("into", idea.into)
    day = wanted.get("decided_on")
    if isinstance(day, date) and day > today:
        yield "decided_on", "The day of the decision lies in the future."
    trouble = _merging(idea, into, known) if isinstance(into, int) else ""
    if trouble:
        yield "into", trouble
    if "stage" not in wanted or stage == idea.stage:
        return
    if stage not in STAGES:
        yield "stage", "Choose a stage from the list."
    elif stage == "declined" and not wanted.get("reason", idea.reason):
        yield "stage", "To decline it, write the reason."
    elif stage == "merged" and (trouble or into is None):
        yield "stage", trouble or "To merge it, write into which idea."


def _merging(idea: Idea, into: int, known: Mapping[int, Idea]) -> str:
    """Return why the idea cannot be merged into another one, empty where it can."""
    if into not in known:
        return f"There is no idea {idea_id(into)}."
    if idea.number in {into, *_line(into, known)}:
        return f"{idea.name} cannot be merged into itself."
    return ""


def _line(number: int, known: Mapping[int, Idea]) -> tuple[int, ...]:
    """Return the ideas that an idea was merged into, one after another."""
    line: list[int] = []
    at = known.get(number)
    while at is not None and at.stage == "merged" and at.into is not None and at.into not in line:
        line.append(at.into)
        at = known.get(at.into)
    return tuple(line)


def in_the_end(number: int, known: Mapping[int, Idea]) -> int:
    """Return the number of the idea that stands for this one: itself, or what it was merged into."""
    line = _line(number, known)
    return line[-1] if line else number


def as_text(value: object) -> str:
    """Return a decided value as the history keeps it: dates in ISO form, ideas by their id."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return idea_id(value) if isinstance(value, int) else str(value)


# --- the complaints behind it --------------------------------------------------------------------------


def behind(wordings: Iterable[Wording], known: Mapping[int, Idea]) -> Mapping[int, tuple[int, ...]]:
    """Return the numbers of the cases behind each idea, those of ideas merged into it included, in order."""
    found: dict[int, set[int]] = {number: set() for number in known}
    for each in wordings:
        for number in {each.idea, *_line(each.idea, known)} & found.keys():
            found[number].add(each.case)
    return {number: tuple(sorted(cases)) for number, cases in found.items()}


@dataclass(frozen=True, slots=True)
class Effect:
    """Complaints of an idea's theme in the 12 weeks before a change and after it: counts, no claim of cause.

    `days_after` are the days that have passed of the twelve weeks after it. None where the idea has no theme.
    """

    before: int
    after: int
    days_after: int

    @property
    def whole(self) -> bool:
        """Return True once twelve weeks have passed since the change."""
        return self.days_after >= EFFECT_DAYS


def effect(idea: Idea, received: Sequence[date], today: date) -> Effect | None:
    """Return the effect of an implemented idea, given the days on which complaints of its theme came in."""
    if idea.stage != "implemented" or not idea.theme:
        return None
    start = idea.since
    last = min(start + timedelta(days=EFFECT_DAYS) - ONE_DAY, today)
    before = sum(start - timedelta(days=EFFECT_DAYS) <= day < start for day in received)
    after = sum(start <= day <= last for day in received)
    return Effect(before, after, max(0, (last - start).days + 1))
