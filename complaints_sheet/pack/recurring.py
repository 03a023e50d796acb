"""Possibly recurring issues: complaints of half a year whose words are alike, for a person to look at."""

from dataclasses import dataclass

from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import Case
from complaints_sheet.core.rules.sameness import issue_words
from complaints_sheet.pack.figure import Figure, Group
from complaints_sheet.pack.frame import Frame

DAYS = 182
MOST_COMPARED = 500  # the latest ones; each is compared with each
ALIKE = 75  # of 100, by rapidfuzz's token_set_ratio over the telling words
FEWEST_WORDS = 2  # telling words; a single one is alike to too much
FEWEST = 3  # complaints that make an issue possibly recurring


@dataclass(frozen=True, slots=True)
class Recurring:
    """Complaints that may be about one thing; `example` is the one that the others are most like."""

    figure: Figure
    example: Case
    departments: tuple[str, ...]


def recurring(frame: Frame, period: Period) -> tuple[Recurring, ...]:
    """Return the possibly recurring issues up to the end of the period, most complaints first."""
    recent = frame.positions(frame.within("received", period.back(DAYS)))
    received = frame.table["received"].tolist()
    recent = tuple(sorted(recent, key=lambda at: -received[at])[:MOST_COMPARED])
    words = {at: issue_words(frame.cases[at].text("issue")) for at in recent}
    telling = sorted(at for at in recent if len(words[at]) >= FEWEST_WORDS)
    groups = _alike([" ".join(sorted(words[at])) for at in telling])
    found = [[telling[each] for each in group] for group in groups if len(group) >= FEWEST]
    return tuple(_recurring(frame, number, group) for number, group in enumerate(found, 1))


def _recurring(frame: Frame, number: int, group: list[int]) -> Recurring:
    names, departments = frame.table["name"], frame.table["department"]
    label = f"Possibly recurring issue {number}"
    cases = tuple(str(names[at]) for at in sorted(group))
    figure = Figure(f"recurring-{number}", label, str(len(group)), len(group), groups=(Group(label, cases),))
    return Recurring(
        figure, frame.cases[group[0]], tuple(dict.fromkeys(str(departments[at]) for at in sorted(group)))
    )


def _alike(texts: list[str]) -> list[list[int]]:
    """Return groups of positions, the largest first; the first of each is what its others are alike to.

    A text is alike to the first of its group itself, never only to another member, so that a chain of small
    likenesses joins nothing.
    """
    if not texts:
        return []
    from rapidfuzz import fuzz, process

    scores = process.cdist(texts, texts, scorer=fuzz.token_set_ratio, score_cutoff=ALIKE)
    near = [set(row.nonzero()[0].tolist()) for row in scores]
    left, groups = set(range(len(texts))), []
    while left:
        first = max(left, key=lambda at: (len(near[at] & left), -at))
        group = near[first] & left
        if len(group) < FEWEST:
            break
        groups.append([first, *sorted(group - {first})])
        left -= group
    return groups
