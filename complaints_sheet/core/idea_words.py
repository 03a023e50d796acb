"""What is said of an idea: where it stands, the cells of its row in the log, and "You said, we did"."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from complaints_sheet.core.cells import clean
from complaints_sheet.core.ideas import STAGES, Comment, Effect, Event, Idea, Stage, as_text, idea_id
from complaints_sheet.core.log_columns import BY_KEY, FREE_TEXT
from complaints_sheet.core.privacy import masked
from complaints_sheet.core.proposals import Alike
from complaints_sheet.core.wording import count, listing, long_date, sentence, shorten

LONGEST_CELL = 2000  # characters
MOST_CASES = 12  # named in one cell


@dataclass(frozen=True, slots=True)
class Standing:
    """An idea with what stands around it: the cases behind it by name, comments, its effect, refusals."""

    idea: Idea
    cases: tuple[str, ...] = ()
    comments: int = 0
    effect: Effect | None = None
    refused: tuple[str, ...] = ()


def discreet(idea: Idea, customers: Iterable[str]) -> Idea:
    """Return the idea with the names of the customers behind it masked in whatever was typed about it."""
    for name in customers:
        typed = {key: masked(getattr(idea, key), name) for key in FREE_TEXT}
        idea = replace(idea, **typed)  # type: ignore[arg-type]
    return idea


def stands(about: Standing) -> str:
    """Return in one or two sentences where the idea stands and what it waits for."""
    say = _WHERE.get(about.idea.stage)
    words = say(about) if say else "New: for the next meeting."
    if not about.refused:
        return words
    return f"{words} Not taken yet: {' '.join(about.refused)}"


def _discussed(about: Standing) -> str:
    return f"Discussed on {long_date(about.idea.since)}. What is the next step?"


def _out(about: Standing) -> str:
    idea, so_far = about.idea, f"{count(about.comments, 'comment')} so far"
    if idea.circulated is None:
        return "The wider team is asked with the next run."
    until = f" until {long_date(idea.reply_by)}" if idea.reply_by else ""
    return f"Out for comment{until}; {so_far}."


def _agreed(about: Standing) -> str:
    idea = about.idea
    who = idea.owner or "nobody is named as its owner"
    when = f"by {long_date(idea.due)}" if idea.due else "no date is set"
    return f"Agreed on {long_date(idea.since)}: {who}, {when}."


def _implemented(about: Standing) -> str:
    idea = about.idea
    told = [
        f"{who} told on {long_date(day)}" if day else f"{who} not told yet"
        for who, day in (("staff", idea.staff_told), ("customers", idea.customers_told))
    ]
    return f"Implemented on {long_date(idea.since)}; {listing(told)}."


def _merged(about: Standing) -> str:
    return f"Merged into {idea_id(about.idea.into or 0)}."


def _declined(about: Standing) -> str:
    return sentence(f"Declined on {long_date(about.idea.since)}: {about.idea.reason}")


_WHERE = {
    "discussed": _discussed,
    "out for comment": _out,
    "agreed": _agreed,
    "implemented": _implemented,
    "merged": _merged,
    "declined": _declined,
}


def row_of(about: Standing, today: date) -> dict[str, str]:
    """Return the cells of the idea's row in the log, as text by column key."""
    idea, effect = about.idea, about.effect
    named = [*about.cases[:MOST_CASES], *(["…"] if len(about.cases) > MOST_CASES else [])]
    texts = {
        "number": idea.name,
        "stands": stands(about),
        "raised": as_text(idea.raised),
        "since": as_text(idea.since),
        "days": str(idea.days_in_stage(today)),
        "cases": str(len(about.cases)),
        "which": ", ".join(named),
        "before": str(effect.before) if effect else "",
        "after": str(effect.after) if effect else "",
    }
    decided = {key: as_text(getattr(idea, key)) for key in BY_KEY if key not in texts and hasattr(idea, key)}
    return {key: clean(text)[:LONGEST_CELL].strip() for key, text in (texts | decided).items()}


FIELD_WORDS: Mapping[str, str] = {
    "idea": "Idea",
    "circulated": "Wider team asked",
    "comment": "Comment",
    "mail": "E-mail",
} | {key: column.heading for key, column in BY_KEY.items()}
"""What the history calls each thing that can change."""


def event_cells(event: Event) -> tuple[str, ...]:
    """Return the row of an event on the history sheet, as text; the first cell is a date in ISO form."""
    return (
        event.day.isoformat(),
        idea_id(event.idea),
        FIELD_WORDS.get(event.field, event.field),
        "" if event.field == "mail" else clean(event.before)[:LONGEST_CELL],
        clean(event.after)[:LONGEST_CELL],
        event.by,
        event.place,
    )


# --- for the meeting -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IdeaReport:
    """What a meeting is told of the ideas: all of them, new comments, what was decided, what may be one.

    `by_case` finds the idea of a case by the case's id; `customers` are names to mask in what was typed about
    an idea. `since` is the meeting before, whose decisions are listed.
    """

    standings: tuple[Standing, ...]
    comments: tuple[Comment, ...] = ()
    decided: tuple[Event, ...] = ()
    alike: tuple[Alike, ...] = ()
    by_case: Mapping[str, Idea] = field(default_factory=dict)
    customers: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    since: date | None = None

    def at(self, *stages: Stage) -> tuple[Standing, ...]:
        """Return the ideas in these stages, the one that has waited longest first."""
        found = [each for each in self.standings if each.idea.stage in stages]
        return tuple(sorted(found, key=lambda each: (each.idea.since, each.idea.number)))

    @property
    def counts(self) -> tuple[tuple[Stage, int], ...]:
        """Return how many ideas are in each stage; every idea is in exactly one."""
        return tuple((stage, len(self.at(stage))) for stage in STAGES)


# --- you said, we did ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SaidDid:
    """One change as it is told to customers: what they said, what was done, when, and what came of it."""

    idea: str
    said: str
    did: str
    on: date
    came_of_it: str = ""
    approved: bool = False  # a person wrote or changed the words


def said_did(about: Standing) -> SaidDid:
    """Return the change of an implemented idea as customers are told it; nobody is named."""
    idea = about.idea
    said = f"You told us about: {idea.theme}." if idea.theme else "You told us that something was not right."
    people = len(about.cases)
    if idea.theme and people > 1:
        said = f"{people} of you told us about: {idea.theme}."
    return SaidDid(
        idea.name,
        said,
        sentence(idea.said or idea.proposal),
        idea.since,
        _came_of_it(about.effect),
        bool(idea.said),
    )


def _came_of_it(effect: Effect | None) -> str:
    """Return what the counts say, without claiming a cause; nothing before twelve weeks have passed."""
    if effect is None or not effect.whole or effect.before == 0:
        return ""
    return (
        f"In the twelve weeks before, {count(effect.before, 'complaint')} came in about this; "
        f"in the twelve weeks after, {effect.after:,}."
    )


def told_since(standings: Iterable[Standing], since: date | None = None) -> tuple[SaidDid, ...]:
    """Return every implemented change, the latest first; with `since` only those of that day and later."""
    made = [each for each in standings if each.idea.stage == "implemented"]
    chosen = [each for each in made if since is None or each.idea.since >= since]
    chosen.sort(key=lambda each: (each.idea.since, each.idea.number), reverse=True)
    return tuple(said_did(each) for each in chosen)


def short_words(ideas: Sequence[Idea], most: int = 60) -> str:
    """Return ideas in a few words, for a line on a screen."""
    return listing(f"{each.name} ({shorten(each.words, most)})" for each in ideas)
