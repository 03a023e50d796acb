"""The weekly feedback review: everything that came in this week, and every case that is open."""

from collections.abc import Sequence

from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.wording import count, day_near
from complaints_sheet.pack.blocks import Block, Cell, Column, Note, Page, Pair, Paragraph, Run, Table, text
from complaints_sheet.pack.breakdown import breakdown
from complaints_sheet.pack.briefing import Briefing, link_to, linked
from complaints_sheet.pack.figure import Figure
from complaints_sheet.pack.pages.where import recurring_issues

MOST_ROWS = 40
ISSUE_LENGTH = 110  # characters
TO_SETTLE = (
    "Is it logged as the right kind? Has it an owner? Does a customer wait for an answer? Is there something "
    "to learn from it, or somebody to thank?"
)


def came_in(briefing: Briefing) -> Page:
    """Return what came in during the week: how many, of which kind and over which channel, line by line."""
    measures = briefing.measures
    chosen = measures.frame.within("received", measures.period)
    found = measures.frame.positions(chosen)
    title = f"{count(len(found), 'contact was', 'contacts were')} logged this week."
    kinds, channels = (breakdown(measures.frame, chosen, field) for field in ("contact_type", "channel"))
    blocks: tuple[Block, ...] = (
        Pair(
            _kinds(kinds, "contact_type", "Of which kind"),
            _kinds(channels, "channel", "How they came"),
        ),
        _cases(briefing, "this-week", "What was said this week", found, "Nothing was logged this week."),
        *recurring_issues(briefing),
    )
    return Page("glance", title, "This week", blocks, fresh=False, counts=(*kinds, *channels))


def _kinds(found: Sequence[Figure], field: str, title: str) -> Table:
    if found and found[0].missing:
        empty = f"Not recorded in the register. Add a column “{FIELDS[field].heading}”."
        return Table(f"by-{field}", title, (Column("Kind"), Column("Number", numeric=True)), (), "", empty)
    rows = tuple((Cell(text(each.label)), Cell(linked(each))) for each in found)
    return Table(f"by-{field}", title, (Column("Kind", share=70), Column("Number", numeric=True)), rows)


def still_open(briefing: Briefing) -> Page:
    """Return every open case, the oldest first."""
    frame = briefing.measures.frame
    received = frame.table["received"]
    found = sorted(frame.positions(frame.table["open"]), key=lambda at: (received[at] == 0, received[at], at))
    summary = f"{count(len(found), 'case is', 'cases are')} open; {_late(briefing.measures.open_past)}."
    blocks: tuple[Block, ...] = (
        Paragraph((Run(summary, link=link_to(briefing.measures.open_past)),)),
        _cases(briefing, "open-cases", "Every open case, oldest first", found, "No case is open."),
        Note("For each contact of the week, settle", text(TO_SETTLE)),
    )
    return Page("open", "What is still open?", "Open cases", blocks, fresh=False)


def _late(figure: Figure) -> str:
    return f"{figure.shown} of them past the standard" if figure.value else "none of them past the standard"


def _cases(briefing: Briefing, name: str, title: str, found: Sequence[int], empty: str) -> Table:
    options = briefing.options
    columns = [Column("Case", share=10), Column("Department", share=15)]
    columns += [Column("Owner", share=15)] if options.owner_names else []
    columns += [Column("Customer", share=15)] if options.customer_names else []
    columns += [Column("Received", share=12), Column("Due", share=10), Column("Issue")]
    rows = tuple(_row(briefing, at) for at in found)
    left = len(rows) - MOST_ROWS
    more = f"And {left} more in the register." if left > 0 else ""
    return Table(name, title, tuple(columns), rows[:MOST_ROWS], more, empty, rows[MOST_ROWS:])


def _row(briefing: Briefing, at: int) -> tuple[Cell, ...]:
    frame, options, today = briefing.measures.frame, briefing.options, briefing.today
    case, verdict = frame.cases[at], frame.verdicts[at]
    received, due = case.day("received_on"), verdict.due if verdict else None
    late = bool(verdict and case.open and verdict.outcome == "breached")
    cells = [
        Cell(text(Run(str(frame.table.at[at, "name"]), strong=True))),
        Cell(text(briefing.place(case, "department") or "–")),
    ]
    if options.owner_names:
        cells.append(Cell(text(briefing.place(case, "case_owner") or "no owner")))
    if options.customer_names:
        cells.append(Cell(text(briefing.place(case, "customer_name") or "–")))
    return (
        *cells,
        Cell(text(day_near(received, today) if received else "–")),
        Cell(text(day_near(due, today) if due else "–"), "concern" if late else "plain"),
        Cell(text(briefing.said(case, "issue", ISSUE_LENGTH, "–"))),
    )
