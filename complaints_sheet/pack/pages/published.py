"""The table to publish: volume, reasons and what was done, with small numbers kept back."""

from collections.abc import Sequence

from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.wording import period
from complaints_sheet.pack.blocks import Block, Cell, Column, Note, Page, Paragraph, Table, text
from complaints_sheet.pack.breakdown import breakdown
from complaints_sheet.pack.briefing import Briefing
from complaints_sheet.pack.figure import Figure, number_of
from complaints_sheet.pack.suppression import FEWEST, MARK, share_publishable, suppressed, total_shown

BY_COLUMN = (("upheld", "What we decided"), ("goodwill_kind", "How we put things right"))
NO_THEME = "Other reasons"


def published(briefing: Briefing) -> Page:
    """Return the page for customers and the public: no case, no name, no free text, no small number."""
    measures = briefing.measures
    days = period(measures.period.start, measures.period.end)
    closed = measures.frame.within("closed", measures.period) & ~measures.frame.table["open"]
    blocks: list[Block] = [
        _volume(briefing),
        _reasons(briefing),
        _counts("departments", "By service area", _by_department(briefing)),
    ]
    for field, title in BY_COLUMN:
        if field in measures.recorded:
            blocks.append(_counts(field, title, breakdown(measures.frame, closed, field)))
        else:
            heading = FIELDS[field].heading
            blocks.append(Note(title, text(f"Not recorded in the register. Add a column “{heading}”.")))
    blocks += [
        Note(
            "What we changed",
            text("Write here what was changed because of these complaints, before this is published."),
        ),
        Paragraph(
            text(
                f"{MARK} stands for fewer than {FEWEST}, or for a number kept back because it would give "
                "such a number away. A count of 0 is shown."
            ),
            "quiet",
        ),
        Paragraph(
            text(
                "No case, no name and no customer's words are shown. Somebody who knows of a complaint may "
                "still guess that it is among those counted."
            ),
            "quiet",
        ),
    ]
    return Page("published", f"What we heard from {days}", "Complaints", tuple(blocks), fresh=False)


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


def _reasons(briefing: Briefing) -> Block:
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
    ordered = sorted(figures, key=lambda each: (-len(each.cases), each.label))
    counts = [len(each.cases) for each in ordered]
    rows = [
        *((each.label, shown) for each, shown in zip(ordered, suppressed(counts), strict=True)),
        ("All", total_shown(counts)),
    ]
    cells = tuple((Cell(text(label)), Cell(text(shown))) for label, shown in rows) if counts else ()
    return Table(name, title, (Column("", share=70), Column("Complaints", numeric=True)), cells, "", "None.")
