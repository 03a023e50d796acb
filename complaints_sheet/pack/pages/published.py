"""The table to publish: volume, reasons and what was done, with small numbers kept back."""

from collections.abc import Sequence

from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.wording import period
from complaints_sheet.pack.blocks import Block, Cell, Column, Note, Page, Pair, Paragraph, Table, text
from complaints_sheet.pack.breakdown import BLANK, breakdown
from complaints_sheet.pack.briefing import Briefing
from complaints_sheet.pack.figure import Figure, number_of
from complaints_sheet.pack.suppression import FEWEST, MARK, share_publishable, suppressed, total_shown

BY_COLUMN = (("upheld", "What we decided"), ("goodwill_kind", "How we put things right"))
NO_THEME = "Other reasons"
LAST = (NO_THEME, BLANK)
EXPLAINED = (
    f"{MARK} stands for fewer than {FEWEST}, or for a number kept back because it would give such a number "
    "away; a count of 0 is shown. No case, no name and no customer's words are shown. Somebody who knows "
    "of a complaint may still guess that it is among those counted."
)


def published(briefing: Briefing) -> Page:
    """Return the page for customers and the public: no case, no name, no free text, no small number."""
    measures = briefing.measures
    days = period(measures.period.start, measures.period.end)
    decided, put_right = (_by_column(briefing, field, title) for field, title in BY_COLUMN)
    blocks: tuple[Block, ...] = (
        _volume(briefing),
        *_side_by_side(_reasons(briefing), _counts("areas", "By service area", _by_department(briefing))),
        *_side_by_side(decided, put_right),
        Note(
            "What we changed",
            text("Write here what was changed because of these complaints, before this is published."),
        ),
        Paragraph(text(EXPLAINED), "quiet"),
    )
    return Page("published", f"What we heard from {days}", "Complaints", blocks, fresh=False)


def _side_by_side(left: Table | Note, right: Table | Note) -> tuple[Block, ...]:
    """Return two tables side by side, or one below the other where one is only a note."""
    if isinstance(left, Table) and isinstance(right, Table):
        return (Pair(left, right),)
    return (left, right)


def _by_column(briefing: Briefing, field: str, title: str) -> Table | Note:
    """Return the cases closed in the period by what a column says, those that say nothing last."""
    frame, days = briefing.measures.frame, briefing.measures.period
    if field not in frame.recorded:
        heading = FIELDS[field].heading
        return Note(title, text(f"Not recorded in the register. Add a column “{heading}”."))
    return _counts(field, title, breakdown(frame, frame.within("closed", days) & ~frame.table["open"], field))


def _volume(briefing: Briefing) -> Table:
    happened, flow = briefing.measures.happened, briefing.measures.flow
    standard = happened.in_standard
    part, whole = standard.numerator or 0, standard.denominator or 0
    share = standard.shown if share_publishable(part, whole) else "Too few to publish"
    rows = [
        ("Complaints received", total_shown([len(happened.received.cases)])),
        ("Complaints closed", total_shown([len(flow.closed.cases)])),
        (standard.label, share),
    ]
    cells = tuple((Cell(text(label)), Cell(text(shown))) for label, shown in rows)
    return Table("volume", "How many", (Column("", share=70), Column("Result", numeric=True)), cells)


def _reasons(briefing: Briefing) -> Table | Note:
    measures = briefing.measures
    if not measures.themes.source:
        words = "Not recorded in the register. Add a column “Theme”, or list keywords in the config."
        return Note("What they were about", text(words))
    themed = {name for each in measures.themes_in_period for name in each.cases}
    others = tuple(name for name in measures.happened.received.cases if name not in themed)
    rest = (number_of("no-theme", NO_THEME, others),) if others else ()
    return _counts("reasons", "What they were about", (*measures.themes_in_period, *rest))


def _by_department(briefing: Briefing) -> tuple[Figure, ...]:
    found = (each.received for each in briefing.measures.departments)
    names = (each.name for each in briefing.measures.departments)
    return tuple(
        number_of("", name, each.cases) for name, each in zip(names, found, strict=True) if each.cases
    )


def _counts(name: str, title: str, figures: Sequence[Figure]) -> Table:
    """Return the table of counts and their total, which gives no small number away."""
    ordered = sorted(figures, key=lambda each: (each.label in LAST, -len(each.cases), each.label))
    counts = [len(each.cases) for each in ordered]
    rows = [
        *((each.label, shown) for each, shown in zip(ordered, suppressed(counts), strict=True)),
        ("All", total_shown(counts)),
    ]
    cells = tuple((Cell(text(label)), Cell(text(shown))) for label, shown in rows) if counts else ()
    return Table(name, title, (Column("", share=70), Column("Complaints", numeric=True)), cells, "", "None.")
