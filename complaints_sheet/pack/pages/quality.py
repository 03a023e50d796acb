"""The quality check: its sample, what the last one found, and the actions agreed."""

from collections.abc import Sequence

from complaints_sheet.core.quality import FEWEST, QUESTIONS, SHARE, Checked, latest_filled, open_actions
from complaints_sheet.core.wording import count, day_near, period_short
from complaints_sheet.pack.blocks import Block, Cell, Column, Note, Page, Paragraph, Run, Table, text
from complaints_sheet.pack.briefing import Briefing, linked
from complaints_sheet.pack.quality import quality_figures

ACTION_LENGTH = 160  # characters


def quality_sample(briefing: Briefing) -> Page:
    """Return the page of the sample: which cases were drawn, and what the register says of each."""
    found, closed = briefing.measures.sample, len(briefing.measures.flow.closed.cases)
    columns = (
        Column("Case", share=9),
        Column("Department", share=14),
        Column("Closed", share=9),
        *(Column(question, share=13 if " " in question else 16) for question in QUESTIONS.values()),
    )
    rows = tuple(
        (
            Cell(text(Run(each.case, strong=True))),
            Cell(text(each.department)),
            Cell(text(day_near(each.closed_on, briefing.today) if each.closed_on else "–")),
            *(Cell(text(each.register_says[question])) for question in QUESTIONS),
        )
        for each in found
    )
    title = f"{count(len(found), 'case')} drawn from {count(closed, 'case')} closed in the period"
    how = (
        f"One in {SHARE} of the closed cases, at least {FEWEST}, is drawn by chance. The draw follows from "
        "the period and the cases alone, so anybody can repeat it. Fill in the checklist beside this page; "
        "its answers and actions return in the next pack."
    )
    table = Table("sample", "What the register says of each", columns, rows, "", "No case was closed.")
    return Page("sample", title, "The sample", (Paragraph(text(how)), table), fresh=False)


def last_check(briefing: Briefing) -> Page:
    """Return the page of what the check before found."""
    first = Note("Quality check", text("This is the first one, so there is no earlier result."))
    blocks = quality(briefing) if briefing.beside.checks else (first,)
    return Page("last-check", "What did the last check find?", "The last check", blocks, fresh=False)


def quality(briefing: Briefing) -> tuple[Block, ...]:
    """Return the result of the latest quality check and the actions that are open, or what to do for one."""
    latest = latest_filled(briefing.beside.checks)
    if latest is None:
        return (
            Note(
                "Quality check",
                text("Not drawn yet. Draw one with: complaints-sheet pack --kind quality-check"),
            ),
        )
    days = period_short(latest.start, latest.end)
    if latest.problem:
        return (Note("Quality check", text(f"The checklist of {days} could not be read: {latest.problem}")),)
    if not latest.filled:
        words = f"{count(latest.drawn, 'closed case')} of {days} drawn; the checklist is not filled in yet."
        return (Note("Quality check", text(words)),)
    return (_results(briefing, days), _actions(briefing, open_actions(briefing.beside.checks)))


def _results(briefing: Briefing, days: str) -> Table:
    columns = (
        Column("Quality check", share=46),
        Column("Yes", numeric=True),
        Column("What stands behind it"),
    )
    rows = tuple(
        (
            Cell(text(each.label.removeprefix("Quality check: "))),
            Cell(linked(each)),
            Cell(text(each.base), "quiet"),
        )
        for each in quality_figures(briefing.beside.checks)
    )
    return Table("quality", f"Quality check of cases closed {days}", columns, rows)


def _actions(briefing: Briefing, rows: Sequence[Checked]) -> Table:
    named = briefing.options.owner_names
    columns = [Column("Case", share=14), Column("Action")]
    columns += [Column("Who", share=20)] if named else []
    columns.append(Column("By when", share=18))
    cells = tuple(
        (
            Cell(text(Run(row.case, strong=True))),
            Cell(text(_action(briefing, row))),
            *((Cell(text(row.who or "–")),) if named else ()),
            Cell(text(row.by or "–")),
        )
        for row in rows
    )
    return Table(
        "quality-actions", "Actions from quality checks, not done yet", tuple(columns), cells, "", "None."
    )


def _action(briefing: Briefing, row: Checked) -> Run:
    """Return what was agreed, with the names of its case and of the one who does it masked.

    The names of a case that is no longer in the register are not known any more, so nothing of it is shown.
    """
    frame = briefing.measures.frame
    at = next(iter(frame.positions(frame.table["name"] == row.case)), None)
    if at is None:
        return Run("Its case is no longer in the register: see the checklist.")
    return briefing.free(briefing.discreet(frame.cases[at], row.action), row.who, ACTION_LENGTH)
