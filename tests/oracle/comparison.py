"""The oracle beside the program: the same rows, calendars and moments, and every difference."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import holidays

from complaints_sheet.config.closed_days import NOT_CLOSED, CalendarConfig, calendar_from
from complaints_sheet.config.policies import load_policies
from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.clocks import verdicts
from complaints_sheet.core.model import Case, CellProblem, Layout, Verdict
from complaints_sheet.core.policy import PolicyChoice
from tests.oracle.draws import Draw, moment_of_judging
from tests.oracle.facts import Answer, Drawn, day_of
from tests.oracle.policy_files import SHIPPED, Version, versions
from tests.oracle.reckoner import Reckoner
from tests.registers import layout

FIRST, LAST = date(2010, 1, 1), date(2029, 12, 31)
NATIONS = {
    "England and Wales": ("GB", "ENG", ZoneInfo("Europe/London")),
    "Scotland": ("GB", "SCT", ZoneInfo("Europe/London")),
    "Northern Ireland": ("GB", "NIR", ZoneInfo("Europe/London")),
    "Ireland": ("IE", "", ZoneInfo("Europe/Dublin")),
}
ABROAD = {
    "United States": ("US", "", ZoneInfo("America/New_York")),
    "Australia": ("AU", "", ZoneInfo("Australia/Sydney")),
}
EVERYWHERE = NATIONS | ABROAD


@dataclass(frozen=True)
class Compared:
    """One clock on one row, and what the oracle and the program say of it."""

    policy: str
    nation: str
    clock: str
    moment: datetime
    row: Drawn
    oracle: Answer
    program: Verdict


@dataclass(frozen=True)
class Count:
    """How much was compared for one policy and nation, and what was found."""

    rows: int
    outcomes: Counter[str]
    differences: tuple[Compared, ...]

    @property
    def verdicts(self) -> int:
        return self.outcomes.total()


def compared(
    policy: str,
    nation: str,
    share: float = 1.0,
    folder: Path = SHIPPED,
    calendar: Calendar | None = None,
) -> Count:
    """Return the comparison of every day received of twenty years, or of a share drawn by a fixed seed.

    `calendar` is what the program reckons with, where it is not the nation's.
    """
    rows = 0
    outcomes: Counter[str] = Counter()
    found: list[Compared] = []
    for received in _days(policy, nation, share):
        rows += 1
        for each in _one_row(policy, nation, received, folder, calendar or calendar_of(nation)):
            outcomes[each.oracle.outcome] += 1
            if not _agree(each.oracle, each.program):
                found.append(each)
    return Count(rows, outcomes, tuple(found))


def nations_of(policy: str, folder: Path = SHIPPED) -> tuple[str, ...]:
    """Return where the policy is reckoned: on its own calendar where it names one, else in four nations."""
    own = _versions(policy, folder)[0].content.get("calendar")
    return (own,) if own else tuple(NATIONS)


def _days(policy: str, nation: str, share: float) -> Iterator[date]:
    chance = Random(f"{policy} {nation}")
    day = FIRST
    while day <= LAST:
        if share >= 1 or chance.random() < share:
            yield day
        day += timedelta(days=1)


def _one_row(
    policy: str, nation: str, received: date, folder: Path, calendar: Calendar
) -> Iterator[Compared]:
    chance = Random(f"{policy} {nation} {received}")
    version = _in_force(policy, folder, received)
    moment = moment_of_judging(received, chance)
    row = _draw(policy, folder, version.name).row(received, chance)
    oracle = Reckoner(version, _closed(nation), moment)
    case = as_case(row)
    chosen = _choice(policy, folder, nation).policies_for(case)[0]
    zone = EVERYWHERE[nation][2]
    assert chosen.version == version.name
    for verdict in verdicts(case, chosen, calendar, moment.replace(tzinfo=zone)):
        answer = oracle.answer(version.clocks[verdict.clock], row)
        yield Compared(policy, nation, verdict.clock, moment, row, answer, verdict)


def _in_force(policy: str, folder: Path, received: date) -> Version:
    """Return the version in force on the day: the last that had begun, else the first."""
    known = _versions(policy, folder)
    begun = [version for version in known if version.begins is None or version.begins <= received]
    return begun[-1] if begun else known[0]


def _agree(answer: Answer, verdict: Verdict) -> bool:
    if answer.outcome != verdict.outcome or answer.due_soon != verdict.due_soon:
        return False
    late = (verdict.late_by.value, verdict.late_by.unit) if verdict.late_by else None
    if answer.late != late:
        return False
    if answer.outcome not in {"met", "breached", "running"} or not answer.sure:
        return True
    pairs = ((answer.start, verdict.start), (answer.due, verdict.due), (answer.stop, verdict.stop))
    return all(_same(ours, theirs) for ours, theirs in pairs)


def _same(ours: date | None, theirs: date | None) -> bool:
    both_timed = isinstance(ours, datetime) and isinstance(theirs, datetime)
    return ours == theirs if both_timed else day_of(ours) == day_of(theirs)


def as_case(row: Drawn) -> Case:
    """Return the row as the program sees it."""
    problems = dict.fromkeys(row.unreadable, CellProblem("unreadable", "??", "This cell could not be read."))
    return Case("main", 2, _layout(row.columns), row.values, problems, ())


@cache
def _layout(columns: frozenset[str]) -> Layout:
    return layout(sorted(columns))


@cache
def _versions(policy: str, folder: Path) -> list[Version]:
    return versions(folder, policy)


@cache
def _draw(policy: str, folder: Path, name: str) -> Draw:
    return Draw(next(version for version in _versions(policy, folder) if version.name == name))


@cache
def _choice(policy: str, folder: Path, nation: str) -> PolicyChoice:
    # A policy with a calendar of its own is given the office's closed days when it is read.
    return PolicyChoice(load_policies([policy], folder, dict.fromkeys(_one_off(nation), "Closed")))


@cache
def _one_off(nation: str) -> frozenset[date]:
    """Return the office's own closed days: some sixty over the years, any day of the week."""
    chance = Random(f"closed {nation}")
    return frozenset(FIRST + timedelta(days=chance.randrange((LAST - FIRST).days)) for _ in range(60))


@cache
def _closed(nation: str) -> frozenset[date]:
    country, subdivision, _ = EVERYWHERE[nation]
    published = holidays.country_holidays(country, subdiv=subdivision or None, years=range(2009, 2033))
    wrong = NOT_CLOSED.get((country, subdivision), frozenset())
    return (frozenset(published) - wrong) | _one_off(nation)


@cache
def calendar_of(nation: str) -> Calendar:
    """Return the nation's working days as the program has them."""
    country, subdivision, _ = EVERYWHERE[nation]
    own = dict.fromkeys(_one_off(nation), "Office closed")
    return calendar_from(CalendarConfig(country, subdivision, own), 2009, 2032)
