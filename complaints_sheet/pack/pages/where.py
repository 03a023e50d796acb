"""Page 3: where, and about what?"""

from complaints_sheet.core.wording import count, listing, number
from complaints_sheet.pack.blocks import (
    Bar,
    BarChart,
    Block,
    Cell,
    Column,
    Note,
    Page,
    Paragraph,
    Run,
    Table,
    text,
)
from complaints_sheet.pack.briefing import Briefing, link_to, linked
from complaints_sheet.pack.places import ENOUGH_DUE, Department, Themes
from complaints_sheet.pack.recurring import FEWEST, Recurring
from complaints_sheet.pack.sentences import risen

MOST_BARS = 12
MOST_RECURRING = 5
EXAMPLE_LENGTH = 110  # characters


def where(briefing: Briefing) -> Page:
    """Return the departments, worst first, the themes beside their usual number, and possible repeats."""
    return Page(
        "where",
        "Where is it happening, and what is it about?",
        "Where and what",
        (
            *_departments(briefing),
            *_themes(briefing.measures.themes),
            *recurring_issues(briefing),
            *_repeats(briefing),
        ),
    )


def _departments(briefing: Briefing) -> tuple[Block, ...]:
    columns = (
        Column("Department", share=24),
        Column("Received", numeric=True),
        Column("In standard, 12 weeks", numeric=True),
        Column("Not judged", numeric=True),
        Column("Open past standard", numeric=True),
        Column("Oldest over by", numeric=True, share=20),
    )
    rows = tuple(_department(each) for each in briefing.measures.departments)
    note = f"Worst first. A percentage needs {ENOUGH_DUE} cases due in 12 weeks; else the counts are shown."
    return (Table("departments", "By department", columns, rows), Paragraph(text(note), "quiet"))


def _department(each: Department) -> tuple[Cell, ...]:
    share = each.in_standard
    shown = (
        f"{share.shown} ({share.numerator} of {share.denominator})"
        if share.shown.endswith("%")
        else share.shown
    )
    return (
        Cell(text(each.name)),
        Cell(linked(each.received)),
        Cell(linked(share, shown)),
        Cell(text(str(share.not_judged))),
        Cell(linked(each.open_past)),
        Cell(text(each.oldest.over if each.oldest else "–")),
    )


def _themes(found: Themes) -> tuple[Block, ...]:
    if not found.source:
        return (
            Note(
                "Themes",
                text(
                    "Not recorded in the register. Add a column “Theme”, or list keywords for each theme in "
                    "the "
                    "config, to see what complaints are about and which themes have risen."
                ),
            ),
        )
    bars = tuple(
        Bar(line.name, len(line.now.cases), line.usual, line.risen) for line in found.lines[:MOST_BARS]
    )
    told = [
        Paragraph((Run(risen(line), strong=True, link=link_to(line.now)),), "concern") for line in found.risen
    ]
    return (_bars(bars, found), *told, *_unclassified(found))


def _bars(bars: tuple[Bar, ...], found: Themes) -> BarChart:
    largest = ", ".join(f"{bar.label} {bar.value}" for bar in bars[:5]) or "none"
    usual = any(bar.usual is not None for bar in bars)
    return BarChart(
        "themes",
        "Themes in the last four weeks",
        f"Bar chart of complaints by theme in the last four weeks: {largest}.",
        bars,
        f"From {found.source}." + ("" if found.risen else " No theme has risen."),
        "The dark line marks the usual number: the mean of the six four-week blocks before. "
        "A theme has risen with 5 or more complaints and more than twice its usual number."
        if usual
        else "The register is too young for a usual number: that needs six earlier blocks of four weeks.",
    )


def _unclassified(found: Themes) -> tuple[Paragraph, ...]:
    figure = found.unclassified
    if not figure.denominator:
        return (Paragraph(text("No complaints were received in the last four weeks."), "quiet"),)
    share = f" ({number(100 * float(figure.value or 0))}%)"
    says = f"{figure.numerator} of {count(figure.denominator, 'complaint')}{share} have no theme."
    warning = " That is more than 15%, so read the themes with care." if found.too_vague else ""
    return (
        Paragraph((Run(says, link=link_to(figure)), Run(warning)), "concern" if found.too_vague else "quiet"),
    )


def _repeats(briefing: Briefing) -> tuple[Paragraph, ...]:
    figure = briefing.measures.happened.repeat
    if not figure.value:
        return (Paragraph(text("No customer name appears twice in the last 90 days."), "quiet"),)
    names = count(int(figure.value), "customer name appears", "customer names appear")
    return (
        Paragraph((Run(f"Possible repeats: {names} twice or more ({figure.note}).", link=link_to(figure)),)),
    )


def recurring_issues(briefing: Briefing) -> tuple[Block, ...]:
    """Return the issues that may be recurring, each with one complaint as an example and all its cases."""
    found = briefing.measures.recurring
    if not found:
        words = (
            f"Possibly recurring issues: none. No {FEWEST} complaints of the last half year are worded alike."
        )
        return (Paragraph(text(words), "quiet"),)
    columns = (
        Column("One of them says", share=48),
        Column("Complaints", numeric=True, share=13),
        Column("Department", share=17),
        Column("Cases"),
    )
    rows = tuple(_recurring(briefing, each) for each in found)
    left = len(rows) - MOST_RECURRING
    more = f"And {left} more in the annex." if left > 0 else ""
    note = (
        "Worded alike in the last half year, so possibly of one cause: somebody should look before saying so."
    )
    return (
        Table(
            "recurring", "Possibly recurring issues", columns, rows[:MOST_RECURRING], more, "",
            rows[MOST_RECURRING:],
        ),
        Paragraph(text(note), "quiet"),
    )  # fmt: skip


def _recurring(briefing: Briefing, each: Recurring) -> tuple[Cell, ...]:
    names = each.figure.cases
    some = listing(names[:4]) + (" …" if len(names) > 4 else "")
    return (
        Cell(text(briefing.said(each.example, "issue", EXAMPLE_LENGTH))),
        Cell(linked(each.figure)),
        Cell(text(listing(each.departments[:3]))),
        Cell(text(some)),
    )
