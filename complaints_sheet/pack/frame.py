"""The judged cases as one pandas table, a row per case, for grouping by period, department and theme.

Dates are day numbers (`date.toordinal`), 0 where there is none, so that a million of them compare quickly.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pandas as pd

from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import Case, Finding, Judgement, Place, Verdict
from complaints_sheet.core.wording import shorten
from complaints_sheet.pack.options import PackOptions
from complaints_sheet.pack.themes import theme_of

NO_DAY = 0
LONGEST_SILENCE_DAYS = 182
LONGEST_TEXT = 48  # characters of a department, an owner or a theme
NO_DEPARTMENT = "No department given"
CLOSING_FIELDS = ("closed_on", "resolved_on", "followed_up_on")

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Mask: TypeAlias = pd.Series[bool]
    Numbers: TypeAlias = NDArray[np.int64]
    Flags: TypeAlias = NDArray[np.bool_]
else:
    Mask = pd.Series


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """All cases of the registers: row i of `table` is `cases[i]`; `verdicts[i]` is the standard's."""

    table: pd.DataFrame
    cases: tuple[Case, ...]
    verdicts: tuple[Verdict | None, ...]
    recorded: frozenset[str]
    flagged: Mapping[str, frozenset[int]]  # rule to the positions of the cases it flagged
    not_run: frozenset[str]  # rules that could not be judged at all
    as_of: datetime
    options: PackOptions

    @property
    def today(self) -> date:
        """Return the local day of the as-of moment."""
        return self.as_of.date()

    def names(self, chosen: Mask) -> tuple[str, ...]:
        """Return the names of the chosen cases, in the order of the register."""
        return tuple(self.table.loc[chosen, "name"])

    def positions(self, chosen: Mask) -> tuple[int, ...]:
        """Return the positions of the chosen cases."""
        return tuple(int(each) for each in self.table.index[chosen])

    def mask(self, positions: Iterable[int]) -> Mask:
        """Return the mask of these positions."""
        chosen = np.zeros(len(self.cases), dtype=bool)
        chosen[list(positions)] = True
        return pd.Series(chosen, index=self.table.index, dtype=bool)

    def within(self, column: str, period: Period) -> Mask:
        """Return which cases have the column's day in the period."""
        return self.table[column].between(period.start.toordinal(), period.end.toordinal())

    def begins(self, until: date) -> int | None:
        """Return the day number of the first complaint up to a day, None where there is none.

        A date that stands more than half a year before every later one is taken for a slip, so that it does
        not stretch the charts over years without a register.
        """
        received = self.table["received"].unique()
        days = sorted(received[(received > 0) & (received <= until.toordinal())].tolist())
        for earlier, later in reversed(list(pairwise(days))):
            if later - earlier > LONGEST_SILENCE_DAYS:
                return int(later)
        return int(days[0]) if days else None

    def flags(self, rule: str) -> Mask:
        """Return which cases the rule flagged."""
        return self.mask(self.flagged.get(rule, ()))


def frame_of(judgements: Sequence[Judgement], options: PackOptions) -> Frame:
    """Return the cases of these registers, judged at the same moment, as one table."""
    cases = tuple(case for judgement in judgements for case in judgement.register.cases)
    clock = options.standard.clock
    verdicts = tuple(_standard(each, clock) for judgement in judgements for each in judgement.verdicts)
    recorded = frozenset(field for judgement in judgements for field in judgement.register.recorded)
    moment = judgements[0].as_of
    still_open = np.array([case.values.get("resolved") is not True for case in cases], dtype=bool)
    followed = _days(cases, "followed_up_on", recorded)
    departments = _tidy([case.text("department") for case in cases])
    table = pd.DataFrame(
        {
            "name": pd.Series(_names(cases), dtype=object),
            "department": departments.cat.rename_categories({"": NO_DEPARTMENT})
            if "" in departments.cat.categories
            else departments,
            "theme": _tidy([theme_of(case, options.themes) for case in cases]),
            "received": _days(cases, "received_on", recorded),
            "followed": followed,
            "closed": _closed(cases, still_open, followed, recorded, moment),
            "open": still_open,
            "due": _numbers([each.due if each else None for each in verdicts]),
            "outcome": _category([each.outcome if each else "not_applicable" for each in verdicts]),
        }
    )
    return Frame(
        table,
        cases,
        verdicts,
        recorded,
        _flagged(cases, [each for judgement in judgements for each in judgement.findings]),
        frozenset(each.rule for judgement in judgements for each in judgement.not_judged),
        moment,
        options,
    )


def _numbers(days: Iterable[object]) -> "Numbers":
    """Return the day numbers of dates, 0 where there is none."""
    return np.array([day.toordinal() if isinstance(day, date) else NO_DAY for day in days], dtype=np.int64)


def _days(cases: Sequence[Case], field: str, recorded: Set[str]) -> "Numbers":
    """Return the day numbers of one field, without a look at the cases where no register has it."""
    if field not in recorded:
        return np.zeros(len(cases), dtype=np.int64)
    return _numbers([case.values.get(field) for case in cases])


def _closed(
    cases: Sequence[Case], still_open: "Flags", followed: "Numbers", recorded: Set[str], moment: datetime
) -> "Numbers":
    """Return the day numbers of `closed_on`, worked out column by column."""
    closed = np.zeros(len(cases), dtype=np.int64)
    today = moment.date().toordinal()
    for field in CLOSING_FIELDS:
        days = followed if field == "followed_up_on" else _days(cases, field, recorded)
        closed = np.where((closed == NO_DAY) & (days > NO_DAY) & (days <= today), days, closed)
    closed[still_open] = NO_DAY
    for at in np.flatnonzero((closed == NO_DAY) & ~still_open).tolist():
        day = closed_on(cases[at], moment)  # as it was seen, where no column says
        closed[at] = day.toordinal() if day else NO_DAY
    return closed


def closed_on(case: Case, as_of: datetime) -> date | None:
    """Return the day a case was closed, or None where it is open or no date says.

    The date closed, else resolved, else followed up; else the day it was first observed as resolved. A date
    still to come says nothing.
    """
    if case.open:
        return None
    for field in CLOSING_FIELDS:
        day = case.day(field)
        if day and day <= as_of.date():
            return day
    seen = case.observed.get("resolved")
    return seen.until.astimezone(as_of.tzinfo).date() if seen and seen.after else None


def _standard(verdicts: Sequence[Verdict], clock: str) -> Verdict | None:
    if verdicts and verdicts[0].clock == clock:  # nearly always, and told faster
        return verdicts[0]
    return next((each for each in verdicts if each.clock == clock), None)


def _names(cases: Sequence[Case]) -> list[str]:
    """Return a name for each case that no other has: sheet or row are added only where they must be."""
    sheets = len({(case.source, case.sheet) for case in cases}) > 1
    names = [
        f"{case.sheet} {case.name}" if sheets and case.name.startswith("row ") else case.name
        for case in cases
    ]
    if len(set(names)) == len(names):
        return names
    often = Counter(names)
    named = [
        name
        if often[name] == 1
        else f"{name} ({case.sheet} row {case.row})"
        if sheets
        else f"{name} (row {case.row})"
        for name, case in zip(names, cases, strict=True)
    ]
    return named if len(set(named)) == len(named) else [f"{name} #{at}" for at, name in enumerate(named, 1)]


def _tidy(texts: Sequence[str]) -> "pd.Series[str]":
    """Return the texts with those that differ only in case or spacing spelt the most common way."""
    found = _category(texts)
    often = found.value_counts(sort=False)
    given: Counter[str] = Counter()
    for text, many in often.items():
        given[shorten(str(text), LONGEST_TEXT)] += int(many)
    best: dict[str, str] = {}
    for text, _ in given.most_common():
        best.setdefault(text.casefold(), text)
    spelt = [best[shorten(str(text), LONGEST_TEXT).casefold()] for text in found.cat.categories]
    tidy = list(dict.fromkeys(spelt))
    places = {text: at for at, text in enumerate(tidy)}
    again = np.array([places[text] for text in spelt], dtype=np.int64)
    return _categorical(again[found.cat.codes.to_numpy()], tidy)


def _category(texts: Sequence[str]) -> "pd.Series[str]":
    """Return texts of which most are alike as categories, in the order they first stand in the register."""
    places: dict[str, int] = {}
    codes = [places.setdefault(text, len(places)) for text in texts]
    return _categorical(np.array(codes, dtype=np.int64), list(places))


def _categorical(codes: "Numbers", names: Sequence[str]) -> "pd.Series[str]":
    categories: pd.Index[str] = pd.Index(list(names), dtype="str")
    return pd.Series(pd.Categorical.from_codes(codes, categories))


def _flagged(cases: Sequence[Case], findings: Iterable[Finding]) -> Mapping[str, frozenset[int]]:
    meant: dict[tuple[str, Place], list[str]] = {}
    for finding in findings:
        meant.setdefault((finding.register, finding.place), []).append(finding.rule)
    rows = {row for _, (_, _, row, _) in meant}
    found: dict[str, set[int]] = {}
    for at, case in enumerate(cases) if meant else ():
        if case.row in rows:
            for rule in meant.get((case.register, case.place), ()):
                found.setdefault(rule, set()).add(at)
    return {rule: frozenset(positions) for rule, positions in found.items()}
