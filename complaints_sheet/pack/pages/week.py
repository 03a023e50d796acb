"""The weekly report on one page: how we did, what falls due, what is overdue, what it was about."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from complaints_sheet.core.wording import day_near, weekday_day
from complaints_sheet.pack.blocks import Cards, Cell, Column, Page, Pair, Paragraph, Run, Table, text
from complaints_sheet.pack.briefing import Briefing, counted, earlier, link_to, linked
from complaints_sheet.pack.figure import Figure
from complaints_sheet.pack.pages.glance import cards, standard_reading
from complaints_sheet.pack.pages.standards import standard_chart
from complaints_sheet.pack.sentences import headline
from complaints_sheet.pack.stock import Overdue

TOP_OVERDUE = 10
COMING = "Due in 5 working days"  # what a list of cases says before a department or an owner
TOP_THEMES = 6
ISSUE_LENGTH = 52  # characters


def week(briefing: Briefing) -> Page:
    """Return the page of the weekly report."""
    measures, standard = briefing.measures, briefing.options.standard
    label, counts = _counted(briefing)
    return Page(
        "glance",
        headline(measures.happened.in_standard, standard.words, standard.target, standard_reading(briefing)),
        "This week",
        (
            Cards(cards(briefing)),
            replace(standard_chart(briefing), low=True, how_to_read=""),
            Pair(_coming(briefing, label, counts), _changes(briefing)),
            _themes(briefing),
            _overdue(briefing, measures.overdue[:TOP_OVERDUE]),
        ),
        fresh=False,
        counts=(*counts, *_before(briefing)),
    )


def _counted(briefing: Briefing) -> tuple[str, tuple[Figure, ...]]:
    """Return what the cases falling due are counted by, and how many each has."""
    field, label = (
        ("case_owner", "Case owner") if briefing.options.owner_names else ("department", "Department")
    )
    due = briefing.measures.coming
    named = ((briefing.place(each.case, field) or f"no {label.lower()}", each.name) for each in due)
    return label, counted("coming", COMING, named)


def _coming(briefing: Briefing, label: str, counts: Sequence[Figure]) -> Table:
    due = {each.name: each.verdict.due for each in briefing.measures.coming}  # soonest first
    first = {each.id: next(due[name] for name in due if name in each.cases) for each in counts}
    soonest = sorted(counts, key=lambda each: (str(first[each.id] or ""), each.label))
    rows = tuple(
        (
            Cell(text(each.label.removeprefix(f"{COMING}: "))),
            Cell(text(_day(first[each.id]))),
            Cell(linked(each)),
        )
        for each in soonest
    )
    columns = (Column(label, share=50), Column("First due"), Column("Due", numeric=True))
    return Table("coming", "Due in the next 5 working days", columns, rows)


def _day(moment: date | None) -> str:
    return weekday_day(moment) if moment else "–"


def _themes(briefing: Briefing) -> Paragraph:
    found = briefing.measures.themes_in_period
    if not briefing.measures.themes.source:
        return Paragraph(
            text("Themes: not recorded in the register. Add a column “Theme” to see them."), "quiet"
        )
    if not found:
        return Paragraph(text("Themes: no complaint of this week has one."), "quiet")
    runs: list[Run] = [Run("Themes this week: ", strong=True)]
    for at, each in enumerate(found[:TOP_THEMES]):
        runs += [Run(", " if at else ""), Run(f"{each.label} {each.shown}", link=link_to(each))]
    left = len(found) - TOP_THEMES
    return Paragraph(text(*runs, f" and {left} more." if left > 0 else "."))


def _overdue(briefing: Briefing, found: Sequence[Overdue]) -> Table:
    left = len(briefing.measures.overdue) - len(found)
    columns = (Column("Case", share=12), Column("Department", share=18), Column("Due", share=10),
               Column("Over by", share=17), Column("Issue"))  # fmt: skip
    rows = tuple(
        (
            Cell(text(Run(each.name, strong=True))),
            Cell(text(briefing.place(each.case, "department") or "–")),
            Cell(text(day_near(each.verdict.due, briefing.today) if each.verdict.due else "–")),
            Cell(text(each.over), "concern"),
            Cell(text(briefing.said(each.case, "issue", ISSUE_LENGTH, "–"))),
        )
        for each in found
    )
    more = f"And {left} more in the register." if left > 0 else ""
    return Table(
        "overdue-cases", "Overdue, oldest first", columns, rows, more, "No open case is past the standard."
    )


def _before(briefing: Briefing) -> tuple[Figure, ...]:
    """Return the figures of the week before that stand beside those of this week."""
    before = briefing.measures.before
    return tuple(map(earlier, (before.received, before.in_standard, before.days_to_follow_up)))


def _changes(briefing: Briefing) -> Table:
    now, flow = briefing.measures.happened, briefing.measures.flow
    pairs = (*zip((now.received, now.in_standard, now.days_to_follow_up), _before(briefing), strict=True),
             (flow.closing, flow.opening))  # fmt: skip
    rows = tuple((Cell(text(each.label)), Cell(linked(each)), Cell(linked(last))) for each, last in pairs)
    columns = (
        Column("Figure", share=56),
        Column("This week", numeric=True),
        Column("The week before", numeric=True),
    )
    return Table("changes", "This week and the one before", columns, rows)
