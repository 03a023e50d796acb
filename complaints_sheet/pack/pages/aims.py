"""The figures that have a target, or a published figure to compare with, and how they were before."""

from collections.abc import Mapping
from dataclasses import dataclass

from complaints_sheet.core.meetings import Period
from complaints_sheet.pack.aims import MEASURES
from complaints_sheet.pack.blocks import Block, Cell, Column, Paragraph, Table, text
from complaints_sheet.pack.briefing import Briefing, earlier, linked
from complaints_sheet.pack.figure import Figure, Group, share_of
from complaints_sheet.pack.limits import LABELS, Limit, limits
from complaints_sheet.pack.quality import quality_figures

NONE_SET = (
    "Targets and published figures: none are entered. Enter them in the settings as “pack: targets:” and "
    "“pack: compare:”, each published figure with its source and year."
)
UNKNOWN = "No procedure in use has it"


@dataclass(frozen=True, slots=True)
class BesideAims:
    """What a page says of targets and published figures, and the figures of its own whose cases it lists."""

    blocks: tuple[Block, ...]
    counts: tuple[Figure, ...] = ()


def beside_aims(briefing: Briefing) -> BesideAims:
    """Return each figure with a target or a published figure, and the period before; else what to enter."""
    aims = briefing.options.aims
    if not aims.measures:
        return BesideAims((Paragraph(text(NONE_SET), "quiet"),))
    now, before = _now(briefing), _before(briefing)
    columns = (
        Column("Figure", share=26),
        Column("Now", numeric=True, share=16),
        Column("Period before", numeric=True, share=16),
        Column("Target set by you", numeric=True, share=14),
        Column("Published elsewhere (source, year)"),
    )
    rows = tuple(
        (
            Cell(text(now[measure].label if measure in now else measure)),
            _cell(now.get(measure), UNKNOWN if measure not in before else "–"),
            _cell(before.get(measure), "–"),
            Cell(text(aims.target(measure) or "–")),
            Cell(text(aims.published(measure) or "–")),
        )
        for measure in aims.measures
    )
    shown = [each.get(measure) for each in (now, before) for measure in aims.measures]
    counts = tuple(each for each in shown if each is not None)
    return BesideAims((Table("targets", "Targets and published figures", columns, rows),), counts)


def _cell(figure: Figure | None, blank: str) -> Cell:
    """Return a figure with its base."""
    if figure is None:
        return Cell(text(blank), "quiet")
    base = f" ({figure.numerator} of {figure.denominator})" if figure.shown.endswith("%") else ""
    return Cell(linked(figure, f"{figure.shown}{base}"), "quiet" if figure.missing else "plain")


def _now(briefing: Briefing) -> Mapping[str, Figure]:
    measures = briefing.measures
    figures = (*measures.figures, *quality_figures(briefing.beside.checks))
    return _by_measure(briefing, figures, measures.period)


def _before(briefing: Briefing) -> Mapping[str, Figure]:
    """Return the figures of the period before, as today's register tells them; what is open has none."""
    period = briefing.measures.period
    found = _by_measure(briefing, briefing.measures.before.all, period.before(period.days))
    return {measure: earlier(figure) for measure, figure in found.items()}


def _by_measure(briefing: Briefing, figures: tuple[Figure, ...], period: Period) -> Mapping[str, Figure]:
    by_id = {each.id: each for each in figures}
    known = {measure: by_id[figure_id] for measure, (figure_id, _) in MEASURES.items() if figure_id in by_id}
    wanted = set(briefing.options.aims.measures) - set(MEASURES)
    return known | (_limits(briefing, wanted, period) if wanted else {})


def _limits(briefing: Briefing, wanted: set[str], period: Period) -> dict[str, Figure]:
    """Return the time limits of these ids; one that several procedures have is one figure."""
    titles = {clock.id: clock.title for policy in briefing.beside.policies for clock in policy.clocks}
    found: dict[str, list[Limit]] = {}
    for each in limits(briefing.judgements, briefing.measures.frame, period):
        if each.clock in wanted:
            found.setdefault(each.clock, []).append(each)
    return {clock: _together(clock, titles.get(clock, clock), each) for clock, each in found.items()}


def _together(clock: str, title: str, found: list[Limit]) -> Figure:
    met, breached, unknown = (
        Group(label, tuple(name for each in found for name in each.cases(label))) for label in LABELS.values()
    )
    return share_of(f"limits-{clock}", title, met, breached, unknown)
