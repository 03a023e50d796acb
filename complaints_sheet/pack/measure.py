"""All figures of one pack, from the judged registers: the one place that puts them together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import Judgement
from complaints_sheet.core.quality import Sampled
from complaints_sheet.pack.figure import Figure
from complaints_sheet.pack.figures import PeriodFigures, period_figures
from complaints_sheet.pack.frame import Frame, frame_of
from complaints_sheet.pack.health import Health, health
from complaints_sheet.pack.ideas import Ideas, ideas
from complaints_sheet.pack.options import PackOptions, windows
from complaints_sheet.pack.places import Department, Themes, departments, themes, themes_in
from complaints_sheet.pack.recurring import Recurring, recurring
from complaints_sheet.pack.restated import LastPack, Restated, restated
from complaints_sheet.pack.sample import sample
from complaints_sheet.pack.series import Series, series
from complaints_sheet.pack.stock import (
    Flow,
    Overdue,
    ages,
    coming,
    flow,
    open_past,
    open_past_figure,
    open_too_long,
)


@dataclass(frozen=True, slots=True)
class Measures:
    """Everything a pack says in numbers, for one period and one as-of moment."""

    period: Period
    as_of: datetime
    happened: PeriodFigures
    flow: Flow
    overdue: tuple[Overdue, ...]
    open_past: Figure
    open_too_long: Figure
    ages: tuple[Figure, ...]
    departments: tuple[Department, ...]
    themes: Themes
    ideas: Ideas
    health: Health
    series: Series
    recorded: frozenset[str]
    coming: tuple[Overdue, ...]  # open, not late, due within the next five working days
    themes_in_period: tuple[Figure, ...]
    earlier_themes: tuple[tuple[Figure, ...], ...]  # of the three periods before, the latest first
    before: PeriodFigures  # the same figures for the stretch of days just before the period
    last_period: Period | None
    restated: tuple[Restated, ...]
    recurring: tuple[Recurring, ...]
    sample: tuple[Sampled, ...]  # of the quality check
    frame: Frame  # the cases themselves, for editions that count by other columns

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Return the figures that have a name of their own, each once, for keeping and comparing."""
        stock = (self.flow.opening, self.flow.closed, self.flow.closing, self.open_past, self.open_too_long)
        return (*self.happened.all, *stock, *self.ages, self.themes.unclassified, *self._health)

    @property
    def _health(self) -> tuple[Figure, ...]:
        return (self.health.rows, self.health.with_gaps, *self.health.lines)


def measure(
    judgements: Sequence[Judgement],
    period: Period,
    calendar: Calendar,
    options: PackOptions,
    last: LastPack | None = None,
) -> Measures:
    """Return every figure of the period; the registers must have been judged at the same moment.

    With the `last` pack, its figures are worked out again and those that differ are restated.
    """
    return measured(frame_of(judgements, options), period, calendar, last)


def measured(frame: Frame, period: Period, calendar: Calendar, last: LastPack | None = None) -> Measures:
    """Return every figure of the period from the cases as a table."""
    options = frame.options
    looks = windows(period)
    overdue = open_past(frame)
    return Measures(
        period,
        frame.as_of,
        period_figures(frame, period, calendar),
        flow(frame, period),
        overdue,
        open_past_figure(overdue, owner_names=options.owner_names),
        open_too_long(frame),
        ages(frame, calendar),
        departments(frame, looks, overdue),
        themes(frame, looks.four_weeks),
        ideas(frame, period),
        health(frame, period),
        series(frame, period),
        frame.recorded,
        coming(frame, calendar),
        themes_in(frame, period),
        tuple(themes_in(frame, each, f"earlier-{at}-theme") for at, each in enumerate(_earlier(period), 1)),
        period_figures(frame, period.before(period.days), calendar),
        last.period if last else None,
        restated(last, _again(frame, last.period, calendar)) if last else (),
        recurring(frame, period),
        sample(frame, period),
        frame,
    )


def _earlier(period: Period) -> tuple[Period, ...]:
    """Return the three periods of the same length before, the latest first."""
    first = period.before(period.days)
    second = first.before(period.days)
    return (first, second, second.before(period.days))


def _again(frame: Frame, period: Period, calendar: Calendar) -> tuple[Figure, ...]:
    """Return the figures of an earlier period that today's register can still tell."""
    stock = flow(frame, period)
    return (*period_figures(frame, period, calendar).all, stock.opening, stock.closed, stock.closing)
