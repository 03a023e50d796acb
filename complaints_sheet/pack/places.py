"""Where complaints come from and what they are about: departments, themes, and the register's own gaps."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from complaints_sheet.core.meetings import Period
from complaints_sheet.pack.figure import Figure, Group, number_of, share_of
from complaints_sheet.pack.figures import in_standard
from complaints_sheet.pack.frame import Frame
from complaints_sheet.pack.options import Windows
from complaints_sheet.pack.stock import Overdue
from complaints_sheet.pack.themes import UNCLASSIFIED

if TYPE_CHECKING:
    import pandas as pd

ENOUGH_DUE = 20  # a department's percentage needs so many cases due in twelve weeks
RISEN_AT = 5  # complaints in four weeks
EARLIER_BLOCKS = 6  # blocks of four weeks behind "usual"
BLOCK_DAYS = 28
TOO_MANY_UNCLASSIFIED = 0.15


@dataclass(frozen=True, slots=True)
class Department:
    """How one department stands. `oldest` is its oldest open case past the standard."""

    name: str
    received: Figure
    in_standard: Figure
    open_past: Figure
    oldest: Overdue | None


def departments(frame: Frame, looks: Windows, overdue: tuple[Overdue, ...]) -> tuple[Department, ...]:
    """Return the departments with a case in the last twelve weeks or open now, worst first.

    Worst: most open past the standard, then the lowest share in standard.
    """
    table = frame.table
    active = (
        frame.within("received", looks.twelve_weeks) | frame.within("due", looks.twelve_weeks) | table["open"]
    )
    found = [
        _department(frame, str(name), f"department-{at}", looks, overdue)
        for at, name in enumerate(sorted(table.loc[active, "department"].unique()), 1)
    ]
    return tuple(sorted(found, key=_worst_first))


def _department(
    frame: Frame, name: str, mark: str, looks: Windows, overdue: tuple[Overdue, ...]
) -> Department:
    here = frame.table["department"] == name
    names = set(frame.names(here & frame.table["open"]))
    mine = [each for each in overdue if each.name in names]
    received = frame.names(here & frame.within("received", looks.period))
    share = in_standard(frame, looks.twelve_weeks, here, ENOUGH_DUE)
    late = tuple(each.name for each in mine)
    return Department(
        name,
        number_of(f"{mark}-received", f"{name}: received", received),
        replace(share, id=f"{mark}-in-standard", label=f"{name}: in standard, 12 weeks"),
        number_of(f"{mark}-open-past", f"{name}: open past the standard", late),
        mine[0] if mine else None,
    )


def _worst_first(each: Department) -> tuple[float, float, str]:
    share = each.in_standard.value
    return (-len(each.open_past.cases), 2.0 if share is None else float(share), each.name)


@dataclass(frozen=True, slots=True)
class ThemeLine:
    """One theme in the last four weeks; `usual` is the mean of the six earlier blocks, None without them."""

    name: str
    now: Figure
    usual: float | None

    @property
    def risen(self) -> bool:
        """Return True with five or more in four weeks and more than twice the usual number."""
        many = len(self.now.cases)
        return self.usual is not None and many >= RISEN_AT and many > 2 * self.usual


@dataclass(frozen=True, slots=True)
class Themes:
    """The themes of the last four weeks, most first; `unclassified` says how many have none."""

    lines: tuple[ThemeLine, ...]
    unclassified: Figure
    source: str  # "the Theme column", "keywords", or "" where the register has neither

    @property
    def risen(self) -> tuple[ThemeLine, ...]:
        """Return the themes that rose."""
        return tuple(each for each in self.lines if each.risen)

    @property
    def too_vague(self) -> bool:
        """Return True where more than 15% of the complaints have no theme."""
        share = self.unclassified.value
        return share is not None and float(share) > TOO_MANY_UNCLASSIFIED


def themes(frame: Frame, four_weeks: Period) -> Themes:
    """Return the themes of the four weeks beside their usual number."""
    table = frame.table
    recent = frame.within("received", four_weeks)
    usual = _usual(frame, four_weeks)
    named = recent & (table["theme"] != UNCLASSIFIED)
    lines = [
        ThemeLine(
            str(name),
            number_of(f"theme-{at}", str(name), frame.names(recent & (table["theme"] == name))),
            usual(str(name)) if usual else None,
        )
        for at, name in enumerate(sorted(table.loc[named, "theme"].unique()), 1)
    ]
    unclassified = share_of(
        "unclassified",
        "Without a theme",
        Group("Without a theme", frame.names(recent & ~named)),
        Group("With a theme", frame.names(named)),
        Group("", ()),
    )
    return Themes(
        tuple(sorted(lines, key=lambda line: (-len(line.now.cases), line.name))), unclassified, _source(frame)
    )


def themes_in(frame: Frame, period: Period, mark: str = "period-theme") -> tuple[Figure, ...]:
    """Return how many complaints of each theme the period brought, most first; `mark` begins their ids."""
    table = frame.table
    here = frame.within("received", period) & (table["theme"] != UNCLASSIFIED)
    found = [
        number_of(f"{mark}-{at}", str(name), frame.names(here & (table["theme"] == name)))
        for at, name in enumerate(sorted(table.loc[here, "theme"].unique()), 1)
    ]
    return tuple(sorted(found, key=lambda each: (-len(each.cases), each.label)))


class _Usual:
    """The mean of each theme's six earlier blocks."""

    def __init__(self, counts: "pd.Series[int]") -> None:
        self._counts = counts

    def __call__(self, theme: str) -> float:
        return float(self._counts.get(theme, 0)) / EARLIER_BLOCKS


def _usual(frame: Frame, four_weeks: Period) -> _Usual | None:
    """Return how often each theme came in the six blocks before, or None where the register is younger."""
    earlier = four_weeks.before(EARLIER_BLOCKS * BLOCK_DAYS)
    begins = frame.begins(four_weeks.end)
    if begins is None or begins > earlier.start.toordinal() + BLOCK_DAYS:
        return None
    return _Usual(frame.table.loc[frame.within("received", earlier)].groupby("theme", observed=True).size())


def _source(frame: Frame) -> str:
    for field, words in (("theme", "the Theme column"), ("category", "the Category column")):
        if field in frame.recorded:
            return words
    return "keywords in the issue" if frame.options.themes else ""
