"""The judged cases as one pandas table, a row per case, for grouping by period, department and theme.

Dates are day numbers (`date.toordinal`), 0 where there is none, so that a million of them compare quickly.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import pandas as pd

from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import Case, Finding, Judgement, Verdict
from complaints_sheet.core.wording import shorten
from complaints_sheet.pack.options import PackOptions, Standard
from complaints_sheet.pack.themes import theme_of

NO_DAY = 0
LONGEST_SILENCE_DAYS = 182
LONGEST_TEXT = 48  # characters of a department, an owner or a theme
NO_DEPARTMENT = "No department given"

if TYPE_CHECKING:
    Mask: TypeAlias = pd.Series[bool]
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

    def within(self, column: str, period: Period) -> Mask:
        """Return which cases have the column's day in the period."""
        return self.table[column].between(period.start.toordinal(), period.end.toordinal())

    def begins(self, until: date) -> int | None:
        """Return the day number of the first complaint up to a day, None where there is none.

        A date that stands more than half a year before every later one is taken for a slip, so that it does
        not stretch the charts over years without a register.
        """
        received = self.table["received"]
        days = sorted(set(received[(received > 0) & (received <= until.toordinal())]))
        for earlier, later in reversed(list(pairwise(days))):
            if later - earlier > LONGEST_SILENCE_DAYS:
                return int(later)
        return int(days[0]) if days else None

    def flags(self, rule: str) -> Mask:
        """Return which cases the rule flagged."""
        return pd.Series(self.table.index.isin(list(self.flagged.get(rule, ()))), index=self.table.index)


def frame_of(judgements: Sequence[Judgement], options: PackOptions) -> Frame:
    """Return the cases of these registers, judged at the same moment, as one table."""
    cases = tuple(case for judgement in judgements for case in judgement.register.cases)
    verdicts = tuple(
        _standard(each, options.standard) for judgement in judgements for each in judgement.verdicts
    )
    zone = judgements[0].as_of
    table = pd.DataFrame(
        {
            "name": _names(cases),
            "department": _tidy(case.text("department") for case in cases),
            "owner": _tidy(case.text("case_owner") for case in cases),
            "theme": _tidy(theme_of(case, options.themes) for case in cases),
            "received": [_number(case.day("received_on")) for case in cases],
            "followed": [_number(case.day("followed_up_on")) for case in cases],
            "closed": [_number(closed_on(case, zone)) for case in cases],
            "open": [case.open for case in cases],
            "due": [_number(each.due if each else None) for each in verdicts],
            "outcome": [each.outcome if each else "not_applicable" for each in verdicts],
        }
    )
    table["department"] = table["department"].replace("", NO_DEPARTMENT)
    return Frame(
        table.astype(
            {"open": bool, "received": "int64", "followed": "int64", "closed": "int64", "due": "int64"}
        ),
        cases,
        verdicts,
        frozenset(field for judgement in judgements for field in judgement.register.recorded),
        _flagged(cases, [each for judgement in judgements for each in judgement.findings]),
        frozenset(each.rule for judgement in judgements for each in judgement.not_judged),
        zone,
        options,
    )


def closed_on(case: Case, as_of: datetime) -> date | None:
    """Return the day a case was closed, or None where it is open or no date says.

    The date closed, else resolved, else followed up; else the day it was first observed as resolved. A date
    still to come says nothing.
    """
    if case.open:
        return None
    for field in ("closed_on", "resolved_on", "followed_up_on"):
        day = case.day(field)
        if day and day <= as_of.date():
            return day
    seen = case.observed.get("resolved")
    return seen.until.astimezone(as_of.tzinfo).date() if seen and seen.after else None


def _standard(verdicts: Iterable[Verdict], standard: Standard) -> Verdict | None:
    return next((each for each in verdicts if each.clock == standard.clock), None)


def _number(day: date | None) -> int:
    return day.toordinal() if day else NO_DAY


def _names(cases: Sequence[Case]) -> list[str]:
    """Return a name for each case that no other has: sheet or row are added only where they must be."""
    sheets = len({(case.source, case.sheet) for case in cases}) > 1
    names = [
        f"{case.sheet} {case.name}" if sheets and case.name.startswith("row ") else case.name
        for case in cases
    ]
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


def _tidy(texts: Iterable[str]) -> list[str]:
    """Return the texts with those that differ only in case or spacing spelt the most common way."""
    given = [shorten(text, LONGEST_TEXT) for text in texts]
    spellings = Counter(given)
    best: dict[str, str] = {}
    for text, _ in spellings.most_common():
        best.setdefault(text.casefold(), text)
    return [best[text.casefold()] for text in given]


def _flagged(cases: Sequence[Case], findings: Iterable[Finding]) -> Mapping[str, frozenset[int]]:
    place = {(case.register, case.place): at for at, case in enumerate(cases)}
    found: dict[str, set[int]] = {}
    for finding in findings:
        at = place.get((finding.register, finding.place))
        if at is not None:
            found.setdefault(finding.rule, set()).add(at)
    return {rule: frozenset(positions) for rule, positions in found.items()}
