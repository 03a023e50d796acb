"""Page 4: which cases need someone today?"""

from collections.abc import Sequence

from complaints_sheet.core.wording import count, day_near
from complaints_sheet.pack.blocks import Block, Cell, Column, Page, Paragraph, Run, Table, text
from complaints_sheet.pack.briefing import Briefing, counted, link_to, linked
from complaints_sheet.pack.figure import Figure
from complaints_sheet.pack.stock import Overdue

MOST_ROWS = 40
BY = "Overdue"  # what a list of cases says before a department or an owner
ISSUE_LENGTH = 110  # characters


def overdue(briefing: Briefing) -> Page:
    """Return the overdue cases, oldest first, without customers' names, and how many each has."""
    found = briefing.measures.overdue
    label, counts = _by_whom(briefing, found)
    return Page(
        "overdue",
        "Which cases need someone today?",
        "Overdue cases",
        (_list(briefing, found), *_counts(label, counts), *_too_long(briefing)),
        counts=counts,
    )


def _list(briefing: Briefing, found: Sequence[Overdue]) -> Table:
    options = briefing.options
    columns = [Column("Case", share=9), Column("Department", share=15)]
    if options.owner_names:
        columns.append(Column("Owner", share=14))
    if options.customer_names:
        columns.append(Column("Customer", share=14))
    columns += [
        Column("Received", share=11),
        Column("Due", share=9),
        Column("Over by", share=17),
        Column("Issue"),
    ]
    rows = tuple(_row(briefing, each) for each in found)
    left = len(found) - MOST_ROWS
    return Table(
        "overdue-cases",
        "Open past the standard, oldest first",
        tuple(columns),
        rows[:MOST_ROWS],
        f"And {left} more in the register." if left > 0 else "",
        "No open case is past the standard.",
        rows[MOST_ROWS:],
    )


def _row(briefing: Briefing, each: Overdue) -> tuple[Cell, ...]:
    case, today, options = each.case, briefing.today, briefing.options
    received, due = case.day("received_on"), each.verdict.due
    cells = [Cell(text(Run(each.name, strong=True))), Cell(text(briefing.place(case, "department") or "–"))]
    if options.owner_names:
        cells.append(Cell(text(briefing.place(case, "case_owner") or "no owner")))
    if options.customer_names:
        cells.append(Cell(text(briefing.place(case, "customer_name") or "–")))
    cells += [
        Cell(text(day_near(received, today) if received else "–")),
        Cell(text(day_near(due, today) if due else "–")),
        Cell(text(each.over), "concern"),
        Cell(text(briefing.said(case, "issue", ISSUE_LENGTH, "–"))),
    ]
    return tuple(cells)


def _by_whom(briefing: Briefing, found: Sequence[Overdue]) -> tuple[str, tuple[Figure, ...]]:
    """Return what the overdue cases are counted by, and how many each has."""
    field, label = (
        ("case_owner", "Case owner") if briefing.options.owner_names else ("department", "Department")
    )
    named = ((briefing.place(each.case, field) or f"no {label.lower()}", each.name) for each in found)
    return label, counted("overdue-by", BY, named)


def _counts(label: str, found: Sequence[Figure]) -> tuple[Block, ...]:
    if not found:
        return ()
    rows = tuple((Cell(text(each.label.removeprefix(f"{BY}: "))), Cell(linked(each))) for each in found)
    columns = (Column(label, share=70), Column("Overdue", numeric=True))
    return (Table("overdue-by", f"Overdue by {label.lower()}", columns, rows),)


def _too_long(briefing: Briefing) -> tuple[Paragraph, ...]:
    figure = briefing.measures.open_too_long
    if not figure.value:
        return ()
    many = count(int(figure.value), "more case has", "more cases have")
    words = f"{many} been followed up, or need no follow-up, but stayed open too long."
    return (Paragraph((Run(words, link=link_to(figure)),)),)
