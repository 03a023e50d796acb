"""Page 7: what do we tell customers and staff?"""

from complaints_sheet.pack.blocks import Cell, Column, Page, Table, Tone, text
from complaints_sheet.pack.briefing import Briefing, linked
from complaints_sheet.pack.figure import Figure
from complaints_sheet.pack.pages.decided import you_said
from complaints_sheet.pack.pages.quality import quality


def outcomes(briefing: Briefing) -> Page:
    """Return satisfaction, goodwill and cost, and what could be told once decisions are recorded."""
    happened = briefing.measures.happened
    told = (
        happened.first_contact,
        happened.days_to_follow_up,
        happened.handling,
        happened.outcome,
        happened.goodwill,
        happened.failures,
        happened.failure_cost,
    )
    columns = (
        Column("Figure", share=34),
        Column("Result", numeric=True, share=18),
        Column("What stands behind it"),
    )
    return Page(
        "outcomes",
        "What do we tell customers and staff?",
        "Customers and staff",
        (
            Table("results", "Results for customers", columns, tuple(_row(briefing, each) for each in told)),
            you_said(briefing),
            *quality(briefing),
        ),
    )


def _row(briefing: Briefing, figure: Figure) -> tuple[Cell, ...]:
    aim = briefing.options.aims.beside(figure.id)
    parts = (figure.base if not figure.note else "", figure.note, aim)
    behind = "; ".join(part for part in parts if part)
    unknown = f"; {figure.not_judged} could not be judged" if figure.note and figure.not_judged else ""
    tone: Tone = "quiet" if figure.missing else "plain"
    return Cell(text(figure.label)), Cell(linked(figure), tone), Cell(text(behind + unknown), "quiet")
