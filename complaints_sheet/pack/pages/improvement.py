"""Pages 5 and 6: which ideas do we discuss, and what became of earlier ones?"""

from complaints_sheet.core.wording import count, day_near, listing, plural
from complaints_sheet.pack.blocks import Block, Cell, Column, IdeaCard, Note, Page, Paragraph, Table, text
from complaints_sheet.pack.briefing import Briefing
from complaints_sheet.pack.ideas import Idea
from complaints_sheet.pack.pages.decided import earlier

CHOICES = ("Take forward", "Merge with", "Decline, because")
MOST_CARDS = 12
MOST_CARRIED = 20
IDEA_LENGTH = 400  # characters
LINE_LENGTH = 140


def new_ideas(briefing: Briefing) -> Page:
    """Return one block for each idea that came with a complaint of the period."""
    found = [each for each in briefing.measures.ideas.new if undecided(briefing, each)]
    blocks: list[Block] = [_card(briefing, idea) for idea in found[:MOST_CARDS]]
    if len(found) > MOST_CARDS:
        blocks.append(Paragraph(text(f"And {len(found) - MOST_CARDS} more in the register.")))
    if not found:
        blocks.append(Paragraph(text("No idea came with a complaint of this period.", _waiting(briefing))))
    return Page("ideas", "Which ideas do we discuss?", "New ideas", tuple(blocks))


def _waiting(briefing: Briefing) -> str:
    """Return how many earlier ideas wait for a decision, where they can be found; empty where none does."""
    report = briefing.beside.ideas
    waiting = len(report.at("new", "discussed")) if report is not None else 0
    found = f"{count(waiting, 'earlier idea')} {plural(waiting, 'waits', 'wait')}"
    return f" {found} for a decision: they stand on the next page, longest first." if waiting else ""


def undecided(briefing: Briefing, idea: Idea) -> bool:
    """Return False where the idea of a case was decided about already."""
    report = briefing.beside.ideas
    known = report.by_case.get(idea.case.id or "") if report else None
    return known is None or known.stage == "new"


def _card(briefing: Briefing, idea: Idea) -> IdeaCard:
    department = briefing.place(idea.case, "department")
    report = briefing.beside.ideas
    known = report.by_case.get(idea.case.id or "") if report else None
    title = f"{known.name}, from {idea.name}" if known else f"Idea from {idea.name}"
    return IdeaCard(
        title + (f", {department}" if department else ""),
        text(briefing.said(idea.case, "improvement_idea", IDEA_LENGTH)),
        text(briefing.said(idea.case, "issue", IDEA_LENGTH, "Not recorded in the register.")),
        text(_behind(briefing, idea)),
        text("Not recorded yet: ask its proposer."),
        CHOICES,
    )


def _behind(briefing: Briefing, idea: Idea) -> str:
    line = next(
        (each for each in briefing.measures.themes.lines if idea.theme and each.name == idea.theme), None
    )
    if line is None:
        return f"1 complaint ({idea.name}); it has no theme, so others like it are not counted."
    names = line.now.cases
    some = listing(names[:6]) + (" …" if len(names) > 6 else "")
    verb = plural(len(names), "complaint", "complaints")
    return f"{len(names)} {verb} about “{line.name}” in the last four weeks ({some})."


def earlier_ideas(briefing: Briefing) -> Page:
    """Return what became of earlier ideas; without a memory of them, those carried over with their age."""
    if briefing.beside.ideas is not None:
        blocks = tuple(earlier(briefing, briefing.beside.ideas))
        return Page("earlier-ideas", "What became of earlier ideas?", "Earlier ideas", blocks)
    found = briefing.measures.ideas.carried
    left = len(found) - MOST_CARRIED
    columns = (
        Column("Case", share=10),
        Column("Department", share=18),
        Column("Raised", share=12),
        Column("Weeks", numeric=True, share=8),
        Column("Idea"),
    )
    rows = tuple(_line(briefing, idea) for idea in found)
    table = Table(
        "carried-over",
        "Carried over, oldest first",
        columns,
        rows[:MOST_CARRIED],
        f"And {left} more in the register." if left > 0 else "",
        "No earlier ideas.",
        rows[MOST_CARRIED:],
    )
    note = Note(
        "Decisions and what came of them",
        text(
            "Not recorded yet. Once the meeting's decisions are recorded, each idea shows its stage, its "
            "owner, the "
            "comments of the wider team, and complaints before and after the change."
        ),
    )
    summary = f"{count(len(found), 'idea')} carried over from earlier periods, in the words of the register."
    return Page(
        "earlier-ideas",
        "What became of earlier ideas?",
        "Earlier ideas",
        (Paragraph(text(summary)), table, note),
    )


def _line(briefing: Briefing, idea: Idea) -> tuple[Cell, ...]:
    age = idea.weeks_old(briefing.today)
    return (
        Cell(text(idea.name)),
        Cell(text(briefing.place(idea.case, "department") or "–")),
        Cell(text(day_near(idea.raised_on, briefing.today) if idea.raised_on else "–")),
        Cell(text("–" if age is None else str(age))),
        Cell(text(briefing.said(idea.case, "improvement_idea", LINE_LENGTH))),
    )
