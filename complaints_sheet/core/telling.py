"""What somebody was told last, what is true now, and whether the difference is worth another mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.wording import count, day_near, listing, plural

Reason: TypeAlias = Literal[
    "first notice",  # nothing was told before, something is to be told now
    "new cases added",  # something that was not in the last mail
    "case changed",  # a case that was coming is due or past its standard, or needs something else
    "due date changed",
    "escalated",  # a case reached the next level of managers: `words` name the level
    "repeat",  # still there after the printed number of working days, which `words` name
    "all resolved",  # nothing is left of what was told: no mail, and the memory is cleared
    "nothing to say",  # nothing needs them, or it was told already and the next step is not due: no mail
    "muted",  # a mail is kept back whatever there is to say: `words` name why
]

SENDS: frozenset[Reason] = frozenset(
    {"first notice", "new cases added", "case changed", "due date changed", "escalated", "repeat"}
)

TOLD_ALREADY = "told already, and the next step is not due"


@dataclass(frozen=True, slots=True)
class Steps:
    """When a thing that stays is told again, in working days: at these, then every so many."""

    at: tuple[int, ...] = (0, 3, 5)
    then_every: int = 5
    most: int = 8

    def days(self) -> tuple[int, ...]:
        """Return the working days of every step, in order."""
        listed = sorted(self.at)[: self.most]
        last = listed[-1] if listed else 0
        more = (last + self.then_every * extra for extra in range(1, self.most - len(listed) + 1))
        return (*listed, *(more if self.then_every > 0 else ()))

    def reached(self, working_days: int) -> int:
        """Return how many steps have been reached after so many working days."""
        return sum(day <= working_days for day in self.days())

    def day_of(self, step: int) -> int:
        """Return the working days after which a step is reached; 0 for the first of all."""
        days = self.days()
        return days[min(step, len(days)) - 1] if step > 0 and days else 0

    def words(self) -> str:
        """Return the rule in words: "at once, after 3 and 5 working days, then every 5, at most 8 times"."""
        later = [str(day) for day in sorted(self.at) if day > 0]
        parts = [
            *(["at once"] if 0 in self.at else []),
            *([f"after {listing(later)} working {plural(int(later[-1]), 'day')}"] if later else []),
            *([f"then every {count(self.then_every, 'working day')}"] if self.then_every > 0 else []),
        ]
        return f"{', '.join(parts)}, at most {count(self.most, 'time')}"


@dataclass(frozen=True, slots=True)
class Mark:
    """How one thing stands now: what kind of urgency, when due, and the step or level it has reached.

    `waits` is True for a thing without a due day, whose steps count from the day it was first told. `after`
    is the number of working days after which its step is reached.
    """

    group: str
    due: date | None = None
    step: int = 1
    waits: bool = False
    after: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """How one thing stood when it was last told, and the day it was first told."""

    group: str
    due: date | None
    step: int
    first: date

    def as_text(self) -> str:
        """Return the facts as one line of text, for the memory."""
        return f"{self.group}|{self.due or ''}|{self.step}|{self.first}"


def told_from_text(text: str) -> Told | None:
    """Return the facts back from the memory's line, or None where the line is not one of ours."""
    parts = text.split("|")
    try:
        group, due, step, first = parts
        return Told(group, date.fromisoformat(due) if due else None, int(step), date.fromisoformat(first))
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Change:
    """Why a mail goes or stays, in a word and in a sentence; what is new in it; and what to remember then.

    `notes` says something of each key ("new", "reminder, first sent 3 Nov"), nothing in a first notice.
    `told` is what to remember once the mail is delivered, or at once where no mail goes: what is resolved is
    forgotten, so that it counts as new if it comes back.
    """

    reason: Reason
    words: str
    notes: Mapping[str, str]
    told: Mapping[str, Told]


def stepped(mark: Mark, told: Told | None, steps: Steps, today: date, calendar: Calendar) -> Mark:
    """Return the mark of a waiting thing with the step it has reached since it was first told."""
    if not mark.waits or told is None:
        return mark
    step = max(1, steps.reached(calendar.working_days_between(told.first, today)))
    return Mark(mark.group, mark.due, step, waits=True, after=steps.day_of(step))


def change(now: Mapping[str, Mark], last: Mapping[str, Told], today: date, escalates: bool = False) -> Change:
    """Return what has changed between what was told last and how things stand now, with the named reason.

    With `escalates`, a higher step is another level of managers, and nothing else is worth a mail.
    """
    kept = {key: told for key, told in last.items() if key in now}
    if not now:
        return Change("all resolved", "", {}, {}) if last else Change("nothing to say", "", {}, {})
    found = {key: _difference(mark, last.get(key), escalates) for key, mark in now.items()}
    met = set(found.values())
    reasons = [reason for reason in _ORDER if reason in met]
    if not reasons:
        return Change("nothing to say", TOLD_ALREADY, {}, kept)
    first: Reason = "first notice" if not last else reasons[0]
    notes = {key: _note(found[key], now[key], last.get(key), today) for key in now} if last else {}
    told = {key: _told(mark, last.get(key), today) for key, mark in now.items()}
    return Change(first, _words(first, now, found), notes, told)


_ORDER: tuple[Reason, ...] = ("new cases added", "case changed", "escalated", "due date changed", "repeat")


def _difference(mark: Mark, told: Told | None, escalates: bool) -> Reason:
    if told is None:
        return "new cases added"
    if escalates:
        return "escalated" if mark.step > told.step else "nothing to say"
    if mark.due and told.due and mark.due != told.due:
        return "due date changed"
    if mark.group != told.group:
        return "case changed"
    return "repeat" if mark.step > told.step else "nothing to say"


def _told(mark: Mark, told: Told | None, today: date) -> Told:
    return Told(mark.group, mark.due, max(mark.step, _step(mark, told)), told.first if told else today)


def _step(mark: Mark, told: Told | None) -> int:
    return told.step if told and told.group == mark.group and told.due == mark.due else 0


def _note(found: Reason, mark: Mark, told: Told | None, today: date) -> str:
    if found == "new cases added":
        return "new"
    if told is None:
        return ""
    first = f"first sent {day_near(told.first, today)}"
    return {
        "repeat": f"reminder, {first}",
        "escalated": f"now at level {mark.step}, {first}",
        "due date changed": "due date changed",
    }.get(found, "")


def _words(first: Reason, now: Mapping[str, Mark], found: Mapping[str, Reason]) -> str:
    """Return why the mail goes, as it is printed: "2 new, and 3 repeats after 3 and 5 working days"."""
    if first == "first notice":
        return "the first notice"
    by_reason = {reason: [now[key] for key, each in found.items() if each == reason] for reason in _ORDER}
    return listing(_said(reason, marks) for reason, marks in by_reason.items() if marks)


def _said(reason: Reason, marks: Sequence[Mark]) -> str:
    number = len(marks)
    if reason == "new cases added":
        return f"{number} new"
    if reason == "case changed":
        return f"{number} changed since last time"
    if reason == "due date changed":
        return f"{number} with a new due date"
    if reason == "escalated":
        return f"{number} escalated to level {listing(map(str, sorted({each.step for each in marks})))}"
    days = sorted({each.after for each in marks})
    return f"{count(number, 'repeat')} after {listing(map(str, days))} working {plural(days[-1], 'day')}"
