"""Improvement ideas as the register lists them: new in the period, and carried over with their age."""

from dataclasses import dataclass
from datetime import date

from complaints_sheet.core.ideas import is_idea
from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import Case
from complaints_sheet.pack.frame import Frame


@dataclass(frozen=True, slots=True)
class Idea:
    """One idea in the words of its proposer, the case it stands on, and how many share that case's theme."""

    name: str
    case: Case
    words: str
    theme: str
    raised_on: date | None

    def weeks_old(self, today: date) -> int | None:
        """Return its age in whole weeks, or None where its case has no date."""
        return (today - self.raised_on).days // 7 if self.raised_on else None


@dataclass(frozen=True, slots=True)
class Ideas:
    """The ideas of the register: `new` came with a case of the period, `carried` are older, oldest first."""

    new: tuple[Idea, ...]
    carried: tuple[Idea, ...]


def ideas(frame: Frame, period: Period) -> Ideas:
    """Return the ideas of cases received up to the end of the period; one without a date is carried over."""
    names, themes = frame.table["name"].tolist(), frame.table["theme"].tolist()
    found = [
        Idea(names[at], case, case.text("improvement_idea"), themes[at], case.day("received_on"))
        for at, case in enumerate(frame.cases)
        if is_idea(case.text("improvement_idea"))
    ]
    known = [each for each in found if each.raised_on is None or each.raised_on <= period.end]
    known.sort(key=lambda each: (each.raised_on or date.min, each.name))
    new = tuple(each for each in known if period.holds(each.raised_on))
    return Ideas(new, tuple(each for each in known if not period.holds(each.raised_on)))
