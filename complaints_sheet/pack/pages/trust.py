"""Page 8: can I trust it?"""

from complaints_sheet.core.wording import clock_time, full_date, listing, long_date, period_short
from complaints_sheet.pack.blocks import Block, Cell, Column, Page, Pair, Paragraph, Table, text
from complaints_sheet.pack.briefing import Briefing, linked
from complaints_sheet.pack.definitions import definitions
from complaints_sheet.pack.options import Standard

TRUST = "trust"
SHOWN_OF_FINGERPRINT = 16  # characters; enough to compare by eye


def trust(briefing: Briefing) -> Page:
    """Return the register's health, the definitions, the standards and closed days used, and the sources."""
    return Page(
        TRUST,
        "Can I trust it?",
        "Trust and definitions",
        (
            Pair(_health(briefing), _health_by_department(briefing)),
            _restated(briefing),
            *dates(briefing),
            Paragraph(text(privacy(briefing))),
            _definitions(briefing),
            _sources(briefing),
        ),
    )


def _health(briefing: Briefing) -> Table:
    found = briefing.measures.health
    rows = tuple(
        (Cell(text(each.label[:1].upper() + each.label[1:])), Cell(linked(each)))
        for each in (found.with_gaps, *found.lines)
        if each.missing or each.value
    )
    checked = f"Register health: {found.rows.shown} rows of the period or still open"
    return Table(
        "health", checked, (Column("What is missing or odd", share=70), Column("Rows", numeric=True)), rows
    )


def _health_by_department(briefing: Briefing) -> Table:
    found = briefing.measures.health.by_department
    columns = (
        Column("Department", share=50),
        Column("Rows with a gap", numeric=True),
        Column("Rows", numeric=True),
    )
    rows = tuple((Cell(text(name)), Cell(linked(bad)), Cell(linked(rows))) for name, bad, rows in found)
    return Table("health-departments", "Gaps by department", columns, rows)


def _restated(briefing: Briefing) -> Block:
    measures = briefing.measures
    if measures.last_period is None:
        words = "Restated figures: no earlier pack was kept, so there is nothing to restate."
        return Paragraph(text(words))
    days = period_short(measures.last_period.start, measures.last_period.end)
    if not measures.restated:
        return Paragraph(text(f"Restated figures: none. What the last pack said of {days} still holds."))
    columns = (
        Column("Figure", share=28),
        Column("The last pack said", share=16),
        Column("Now", share=16),
        Column("Why"),
    )
    rows = tuple(
        tuple(Cell(text(words)) for words in (each.label, each.was, each.now, each.why))
        for each in measures.restated
    )
    return Table("restated", f"Restated figures of the last pack, {days}", columns, rows)


def dates(briefing: Briefing) -> tuple[Table, ...]:
    """Return the table of the dates to keep in mind, where the policies are known."""
    rows = tuple(
        tuple(Cell(text(words or "–")) for words in (each.what, each.when, each.note))
        for each in briefing.dates
    )
    columns = (Column("What", share=34), Column("When", share=28), Column("Details"))
    return (Table("dates", "Reviews, reports and records", columns, rows),) if rows else ()


def _definitions(briefing: Briefing) -> Table:
    rows = tuple((Cell(text(name)), Cell(text(meaning))) for name, meaning in definitions(briefing))
    return Table(
        "definitions", "What each figure means", (Column("Figure", share=28), Column("Meaning")), rows
    )


def _sources(briefing: Briefing) -> Table:
    as_of, options = briefing.measures.as_of, briefing.options
    policies = listing(f"{name} (version {version})" for name, version in briefing.policies) or "none"
    closed = (
        listing(f"{long_date(day)} ({why})" for day, why in sorted(briefing.closed_days.items())) or "none"
    )
    facts = [
        ("As at", f"{full_date(as_of.date())}, {clock_time(as_of)}"),
        ("Standards used", policies),
        *((("Headline standard", _standard(options.standard)),) if options.standard.clause else ()),
        ("Closed days in the last 12 weeks", closed),
        *(
            (f"Register “{each.name}”", _origin(each.rows, each.cases, each.fingerprint))
            for each in briefing.origins
        ),
        ("Made by", f"Complaints Sheet {options.version}".strip()),
    ]
    rows = tuple((Cell(text(name)), Cell(text(value))) for name, value in facts)
    return Table("sources", "Where it comes from", (Column("What", share=28), Column("Details")), rows)


def _standard(standard: Standard) -> str:
    default = " The procedure gives no number; this one is a house default." if standard.house_default else ""
    return f"{standard.label} (“{standard.clause}”).{default}"


def _origin(rows: int, cases: int, fingerprint: str) -> str:
    left_out = f", {rows - cases} left out" if rows != cases else ""
    return f"{rows} rows read, {cases} cases{left_out}; fingerprint {fingerprint[:SHOWN_OF_FINGERPRINT]}"


def privacy(briefing: Briefing, *, brief: bool = False) -> str:
    """Return what the pack shows of people, and what it may still give away; `brief` in two sentences."""
    options = briefing.options
    customers = (
        "This pack names customers." if options.customer_names else "This pack leaves customers' names out."
    )
    owners = "It names case owners." if options.owner_names else "It leaves case owners' names out."
    by = f" (as entered: {options.approved_by})" if options.approved_by else ""
    masked = (
        f"No free text is printed but the passages that somebody has approved{by}."
        if options.wide
        else "Free text can still name others: read it before passing this on."
        if brief
        else "A row's own names are masked in its free text; another person's name, an address or a place "
        "typed there can remain, so read the free text before passing the pack on."
    )
    remains = (
        "What remains: departments and themes are printed as typed, a case's reference leads to its row for "
        "those who have the register, and somebody who knows a case may recognise it from its date and "
        "department."
    )
    return f"{customers} {owners} {masked}" if brief else f"{customers} {owners} {masked} {remains}"
