"""Page 2: are we keeping our standards?"""

from collections.abc import Sequence
from dataclasses import replace

from complaints_sheet.core.wording import count, listing
from complaints_sheet.pack.blocks import Cell, Column, Page, Pair, Paragraph, Table, XmrChart, text
from complaints_sheet.pack.briefing import Briefing, linked
from complaints_sheet.pack.pages.aims import beside_aims
from complaints_sheet.pack.pages.glance import received_reading, standard_reading
from complaints_sheet.pack.sentences import how_to_read, shown, usual_range
from complaints_sheet.pack.stock import Flow
from complaints_sheet.pack.xmr import Xmr

STEP_TITLES = {7: "each week", 14: "each fortnight", 28: "every four weeks"}


def standards(briefing: Briefing) -> Page:
    """Return the two charts, the stock over the period, and the age of what is open."""
    found, aims = briefing.measures.series, beside_aims(briefing)
    return Page(
        "standards",
        "Are we keeping our standards?",
        "Standards",
        (
            replace(standard_chart(briefing), low=bool(aims.counts)),
            replace(_chart(briefing, found.received, share=False), low=bool(aims.counts)),
            Pair(_flow(briefing.measures.flow), _ages(briefing)),
            *_explained(briefing.measures.flow),
            *aims.blocks,
        ),
        counts=aims.counts,
    )


def standard_chart(briefing: Briefing) -> XmrChart:
    """Return the chart of the share in standard."""
    return _chart(briefing, briefing.measures.series.in_standard, share=True)


def _chart(briefing: Briefing, chart: Xmr, *, share: bool) -> XmrChart:
    step = briefing.measures.series.step_days
    standard = briefing.options.standard
    reading = standard_reading(briefing) if share else received_reading(briefing)
    subject = standard.label if share else "Complaints received"
    return XmrChart(
        "in-standard" if share else "received",
        f"{subject}, {STEP_TITLES.get(step, f'every {step} days')}",
        _alt(subject, chart, share=share),
        chart,
        share,
        reading.sentence,
        how_to_read(chart, step, share=share),
        100 * standard.target if share and standard.target is not None else None,
    )


def _alt(subject: str, chart: Xmr, *, share: bool) -> str:
    if not chart.points:
        return f"Line chart of {subject.lower()}. It has no points yet."
    first, last = chart.points[0], chart.points[-1]
    usual = usual_range(chart, share=share)
    marked = sum(mark != "usual" for mark in chart.marks)
    return (
        f"Line chart of {subject.lower()}, {count(len(chart.points), 'point')}, from "
        f"{shown(first.value, share=share)} "
        f"to {shown(last.value, share=share)}. {f'Usual range {usual}. ' if usual else ''}"
        f"{count(marked, 'point')} marked as a change."
    )


def _flow(stock: Flow) -> Table:
    steps = (("", stock.opening), ("+", stock.received), ("−", stock.closed), ("=", stock.closing))
    rows = tuple((Cell(text(f"{sign} {each.label}".strip())), Cell(linked(each))) for sign, each in steps)
    return Table(
        "flow",
        "From opening to closing",
        (Column("Over the period", share=70), Column("Complaints", numeric=True)),
        rows,
    )


def _explained(stock: Flow) -> tuple[Paragraph, ...]:
    if not stock.differences:
        return (Paragraph(text("Opening, received and closed add up to the closing number."), "quiet"),)
    named = listing(f"{group.label} ({_some(group.cases)})" for group in stock.differences)
    by = f"differ by {abs(stock.gap)}" if stock.gap else "agree only by chance"
    return (Paragraph(text(f"The two sides {by}: {named}."), "quiet"),)


def _some(names: Sequence[str]) -> str:
    return listing([*names[:5], *(["others"] if len(names) > 5 else [])])


def _ages(briefing: Briefing) -> Table:
    rows = tuple((Cell(text(each.label)), Cell(linked(each))) for each in briefing.measures.ages)
    return Table(
        "ages",
        "How old the open complaints are",
        (Column("Since received", share=70), Column("Open", numeric=True)),
        rows,
    )
