"""Rules about departments: one that nobody knows, and one that has stopped writing complaints down."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from rapidfuzz import fuzz, process

from complaints_sheet.core.model import Case, Flag
from complaints_sheet.core.people import plain_name
from complaints_sheet.core.rules.phrases import day_name
from complaints_sheet.core.rules.registry import rule
from complaints_sheet.core.wording import count, listing

YEAR = timedelta(days=365)
LIKE_ENOUGH = 80  # of 100; below it a suggestion puzzles more than it helps


@dataclass(frozen=True, slots=True)
class _Rhythm:
    """How often something was logged in the year up to its last day."""

    last: date
    cases: int
    days: int  # from the first of them to the last
    longest_gap: int  # days

    @property
    def a_month(self) -> int:
        """Return the number of cases in a usual month of 30 days, at least 1."""
        return max(1, round(self.cases * 30 / max(self.days, 30)))

    def is_silent(self, on: date, at_least: int, times: float, days: int) -> bool:
        """Return True where the silence is far longer than any of its own gaps and than so many days."""
        silence = (on - self.last).days
        return self.cases >= at_least and silence >= days and silence > times * self.longest_gap


@rule("medium", scope="register", needs=("department",))
def unknown_department(
    cases: Sequence[Case], today: date, departments: Mapping[str, str] = {}
) -> Iterable[tuple[Case, Flag]]:
    """The department is not one of those listed in the config; the nearest is suggested, never assumed."""
    words: dict[str, str] = {}
    for case in cases if departments else ():
        typed = case.values.get("department")
        if not isinstance(typed, str):
            continue
        said = words.get(typed)
        if said is None:
            said = words[typed] = _what_is_wrong(typed, departments)
        if said:
            yield case, Flag(said, field="department", severity=None if case.open else "low")


def _what_is_wrong(typed: str, departments: Mapping[str, str]) -> str:
    """Return a sentence about a department that is not listed, or nothing."""
    if plain_name(typed) in departments:
        return ""
    like = _nearest(typed, departments)
    asks = f"Is it {listing(like, 'or')}?" if like else "Please put one that is."
    return f"“{typed}” is not in the list of departments. {asks}"


def _nearest(typed: str, departments: Mapping[str, str]) -> tuple[str, ...]:
    """Return the departments whose spellings look most like what was typed, best first, at most two."""
    close = process.extract(
        plain_name(typed), departments.keys(), scorer=fuzz.WRatio, score_cutoff=LIKE_ENOUGH, limit=4
    )
    return tuple(dict.fromkeys(departments[spelling] for spelling, _, _ in close))[:2]


@rule("low", scope="register", needs=("received_on", "department"))
def silent_department(
    cases: Sequence[Case], today: date, at_least: int = 8, times: float = 2, days: int = 21
) -> Iterable[tuple[None, Flag]]:
    """A department that logs complaints regularly has logged none for far longer than its own gaps.

    Looked at: departments with `at_least` cases in the year up to their last one. Silent: nothing for at
    least `days` days, and for more than `times` the longest gap of that year. Where the register as a
    whole has gone silent, that is said once instead.
    """
    names, dates = _dates(cases, today)
    whole = _rhythm([day for found in dates.values() for day in found])
    if whole is not None and whole.is_silent(today, at_least, times, days):
        yield None, Flag(_said("The register", whole, today), field="department")
        return
    for department, found in dates.items():
        rhythm = _rhythm(found)
        if rhythm is not None and rhythm.is_silent(today, at_least, times, days):
            yield None, Flag(_said(names[department], rhythm, today), field="department", about=department)


def _dates(cases: Sequence[Case], today: date) -> tuple[dict[str, str], dict[str, list[date]]]:
    """Return each department's name as first typed, and the days its complaints came in, by folded name."""
    folded: dict[str, str] = {}
    names: dict[str, str] = {}
    dates: dict[str, list[date]] = {}
    for case in cases:
        department, received = case.values.get("department"), case.day("received_on")
        if isinstance(department, str) and received is not None and received <= today:
            plain = folded.get(department)
            if plain is None:
                plain = folded[department] = plain_name(department)
                names.setdefault(plain, department)
                dates.setdefault(plain, [])
            dates[plain].append(received)
    return names, dates


def _rhythm(days: list[date]) -> _Rhythm | None:
    if not days:
        return None
    last = max(days)
    of_the_year = sorted(day for day in days if day > last - YEAR)
    gaps = ((later - earlier).days for earlier, later in pairwise(of_the_year))
    return _Rhythm(last, len(of_the_year), (last - of_the_year[0]).days, max(gaps, default=0))


def _said(who: str, rhythm: _Rhythm, today: date) -> str:
    return (
        f"{who} usually logs about {rhythm.a_month} a month and never went longer than "
        f"{count(rhythm.longest_gap, 'day')} without one, but nothing has been logged since "
        f"{day_name(rhythm.last, today)} ({count((today - rhythm.last).days, 'day')}). "
        "Are complaints being written down?"
    )
