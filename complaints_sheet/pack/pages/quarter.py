"""The pages that only the quarterly board report has: how we did, four quarters of themes, the response."""

from dataclasses import replace

from complaints_sheet.core.wording import period_short
from complaints_sheet.pack.blocks import (
    Block,
    Cards,
    Cell,
    Column,
    Note,
    Page,
    Panel,
    Panels,
    Paragraph,
    Run,
    Table,
    text,
)
from complaints_sheet.pack.breakdown import BLANK, breakdown, unnamed
from complaints_sheet.pack.briefing import Briefing, linked
from complaints_sheet.pack.figure import Figure
from complaints_sheet.pack.pages.glance import MOST_DIFFERENT, cards, different, standard_reading
from complaints_sheet.pack.sentences import headline

MOST_THEMES = 15
RESPONSE_LINES = 6


def quarter(briefing: Briefing) -> Page:
    """Return the first page of the board report, with room for the management to respond."""
    measures, standard = briefing.measures, briefing.options.standard
    return Page(
        "glance",
        headline(measures.happened.in_standard, standard.words, standard.target, standard_reading(briefing)),
        "At a glance",
        (
            Cards(cards(briefing)),
            Panels(
                (
                    Panel(
                        "What is different",
                        different(briefing)[:MOST_DIFFERENT],
                        empty="Nothing. No chart shows a change, and no theme has risen.",
                    ),
                    Panel(
                        "Management's response",
                        tuple(text("_" * 38) for _ in range(RESPONSE_LINES)),
                        numbered=True,
                    ),
                )
            ),
            Note(
                "Changes made and their effect",
                text(
                    "None are recorded yet. Ideas recorded as implemented return here with what they changed."
                ),
            ),
        ),
        fresh=False,
    )


def quarters_of_themes(briefing: Briefing) -> Page:
    """Return the themes of this quarter beside those of the three before."""
    measures = briefing.measures
    page = Page("quarters", "What have complaints been about, quarter by quarter?", "Four quarters", ())
    if not measures.themes.source:
        words = "Not recorded in the register. Add a column “Theme”, or list keywords in the config."
        return Page(page.id, page.title, page.short, (Note("Themes", text(words)),), fresh=False)
    before = [{each.label: each for each in themes} for themes in measures.earlier_themes]
    rows = tuple(
        (
            Cell(text(each.label)),
            Cell(linked(each)),
            *(
                Cell(linked(quarter[each.label]) if each.label in quarter else text("0"))
                for quarter in before
            ),
        )
        for each in measures.themes_in_period
    )
    columns = (Column("Theme", share=40), *(Column(days, numeric=True) for days in _quarters(briefing)))
    more = f"And {len(rows) - MOST_THEMES} more." if len(rows) > MOST_THEMES else ""
    table = Table(
        "theme-quarters",
        "Complaints received by theme, this quarter first",
        columns,
        rows[:MOST_THEMES],
        more,
        "No complaint of this quarter has a theme.",
        rows[MOST_THEMES:],
    )
    note = "Counts, not a claim of cause. A quarter before the register began counts as 0."
    causes = breakdown(measures.frame, measures.frame.within("received", measures.period), "root_cause")
    blocks: tuple[Block, ...] = (table, Paragraph(text(note), "quiet"), _causes(causes))
    counts = (*_earlier(briefing), *unnamed(causes))
    return Page(page.id, page.title, page.short, blocks, counts=counts)


def _earlier(briefing: Briefing) -> tuple[Figure, ...]:
    """Return the themes of the three quarters before, for the list of cases, each with its days."""
    days = _quarters(briefing)[1:]
    return tuple(
        replace(each, label=f"Theme, {when}: {each.label}")
        for when, themes in zip(days, briefing.measures.earlier_themes, strict=True)
        for each in themes
    )


def _causes(found: tuple[Figure, ...]) -> Block:
    """Return the root causes written down in the quarter, most often first."""
    if found and found[0].missing:
        words = "Not recorded in the register. Add a column “Root cause” to see what lies behind the themes."
        return Note("Root causes", text(words))
    rows = tuple(
        (Cell(text(Run(each.label, free=each.label != BLANK))), Cell(linked(each))) for each in found
    )
    columns = (Column("Root cause", share=70), Column("Complaints", numeric=True))
    return Table("root-causes", "Root causes of this quarter", columns, rows[:MOST_THEMES], "", "None.")


def _quarters(briefing: Briefing) -> tuple[str, ...]:
    period = briefing.measures.period
    names = [period_short(period.start, period.end)]
    for _ in briefing.measures.earlier_themes:
        period = period.before(period.days)
        names.append(period_short(period.start, period.end))
    return tuple(names)
