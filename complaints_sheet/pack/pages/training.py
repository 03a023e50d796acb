"""Training topics: what complaints say that staff need to learn, and the lessons written down."""

from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.ideas import NO_IDEA
from complaints_sheet.core.wording import count, listing
from complaints_sheet.pack.blocks import Block, Cell, Column, Note, Page, Paragraph, Run, Table, text
from complaints_sheet.pack.breakdown import BLANK, breakdown, unnamed
from complaints_sheet.pack.briefing import Briefing, linked
from complaints_sheet.pack.figure import Figure

MOST_ROWS = 40
MOST_NAMED = 6
LESSON_LENGTH = 160  # characters


def training(briefing: Briefing) -> Page:
    """Return the training topics of the period, then the root causes and the lessons."""
    topics, causes = _by(briefing, "training_need"), _by(briefing, "root_cause")
    named = [each for each in topics if each.label != BLANK and not each.missing]
    behind = sum(len(each.cases) for each in named)
    title = (
        f"{count(len(named), 'training topic')} from {count(behind, 'complaint')}."
        if named
        else "No training topic was written down."
    )
    blocks: tuple[Block, ...] = (
        _table(briefing, "training_need", "Topics, most complaints first", topics),
        _table(briefing, "root_cause", "Root causes", causes),
        *_lessons(briefing),
        Note(
            "Everybody knows the procedure",
            text("Whoever joined in this period: have they been shown the complaints procedure? Names: ____"),
        ),
    )
    return Page("training", title, "Training topics", blocks, fresh=False, counts=unnamed(topics, causes))


def _by(briefing: Briefing, field: str) -> tuple[Figure, ...]:
    frame = briefing.measures.frame
    return breakdown(frame, frame.within("received", briefing.measures.period), field)


def _table(briefing: Briefing, field: str, title: str, found: tuple[Figure, ...]) -> Block:
    heading = FIELDS[field].heading
    if found and found[0].missing:
        words = (
            f"Not recorded in the register. Add a column “{heading}” to see them, and how often each comes."
        )
        return Note(title, text(words))
    columns = (
        Column(heading, share=32),
        Column("Complaints", numeric=True, share=14),
        Column("Departments", share=24),
        Column("Cases"),
    )
    rows = tuple(
        (
            Cell(text(Run(each.label, free=each.label != BLANK))),
            Cell(linked(each)),
            Cell(text(_departments(briefing, each))),
            Cell(text(_some(each.cases))),
        )
        for each in found
    )
    return Table(field.replace("_", "-"), title, columns, rows[:MOST_ROWS], "", "None.", rows[MOST_ROWS:])


def _departments(briefing: Briefing, figure: Figure) -> str:
    table = briefing.measures.frame.table
    return listing(sorted(set(table.loc[table["name"].isin(figure.cases), "department"])))


def _some(names: tuple[str, ...]) -> str:
    more = len(names) - MOST_NAMED
    return listing([*names[:MOST_NAMED], f"{more} more"]) if more > 0 else listing(names)


def _lessons(briefing: Briefing) -> tuple[Block, ...]:
    """Return the lessons of the cases closed in the period, and how many closed cases say nothing of one."""
    frame, period = briefing.measures.frame, briefing.measures.period
    if "lesson" not in frame.recorded:
        heading = FIELDS["lesson"].heading
        words = (
            f"Not recorded in the register. Add a column “{heading}”, and write “none” where there is none."
        )
        return (Note("Lessons", text(words)),)
    closed = frame.positions(~frame.table["open"] & frame.within("closed", period))
    said = {at: frame.cases[at].text("lesson").strip() for at in closed}
    learnt = [at for at, words in said.items() if words.strip(".").casefold() not in NO_IDEA]
    blank = sum(not words for words in said.values())
    rows = tuple(
        (
            Cell(text(Run(str(frame.table.at[at, "name"]), strong=True))),
            Cell(text(str(frame.table.at[at, "department"]))),
            Cell(text(briefing.said(frame.cases[at], "lesson", LESSON_LENGTH))),
        )
        for at in learnt
    )
    columns = (Column("Case", share=12), Column("Department", share=20), Column("Lesson"))
    none = len(said) - len(learnt) - blank
    summary = (
        f"Of {count(len(said), 'case')} closed, {len(learnt)} name a lesson, {none} say that there is none, "
        f"and {blank} say nothing."
    )
    return (
        Table(
            "lessons",
            "Lessons",
            columns,
            rows[:MOST_ROWS],
            "",
            "No lesson was written down.",
            rows[MOST_ROWS:],
        ),
        Paragraph(text(summary), "quiet"),
    )
