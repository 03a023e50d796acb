"""Putting an edition of the pack together: the briefing, its pages, and the cases behind its figures."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, cast

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import Judgement
from complaints_sheet.core.wording import clock_time, count, full_date, long_date
from complaints_sheet.core.wording import period as days
from complaints_sheet.pack.beside import NOTHING, Beside
from complaints_sheet.pack.blocks import (
    Card,
    Cards,
    CaseList,
    Cell,
    IdeaCard,
    Note,
    Pack,
    Page,
    Pair,
    Panel,
    Panels,
    Paragraph,
    Run,
    Table,
    text,
)
from complaints_sheet.pack.briefing import Briefing, Origin, case_list
from complaints_sheet.pack.circulation import approved_only
from complaints_sheet.pack.dates import reminders
from complaints_sheet.pack.figure import Figure
from complaints_sheet.pack.measure import measure
from complaints_sheet.pack.options import PackOptions
from complaints_sheet.pack.pages.trust import TRUST, privacy
from complaints_sheet.pack.quality import quality_figures

SAYS_IT_ITSELF = frozenset({TRUST, "published"})
_HOLDS_LINKS = (Page, Paragraph, Note, Cards, Panels, Panel, Table, Pair, Cell, IdeaCard)


def compose(
    briefing: Briefing,
    title: str,
    edition: str,
    writers: Sequence[Callable[[Briefing], Page]],
    *,
    only_linked: bool = False,
    dense: bool = False,
) -> Pack:
    """Return the pack of these pages; with `only_linked` it lists only linked figures' cases."""
    options, period = briefing.options, briefing.measures.period
    pages = _closed(briefing, tuple(writer(briefing) for writer in writers), brief=dense)
    links = set(_links(pages))
    lists = tuple(
        each
        for each in case_lists(briefing, pages, of_the_week=only_linked)
        if each.id in links or not only_linked
    )
    pack = Pack(
        title,
        options.organisation,
        facts(briefing),
        cast("tuple[Page, ...]", _alive(pages, {*(page.id for page in pages), *(each.id for each in lists)})),
        lists,
        f"{options.organisation}: {title}" if options.organisation else title,
        period.start,
        period.end,
        edition,
        tuple(replace(each, label=_listed_as(each)) for each in figures(briefing)),
        options.version,
        dense=dense,
    )
    return approved_only(pack, options.approved) if options.wide else pack


def public(pack: Pack) -> Pack:
    """Return the pack without what only its own organisation may see: sizes, figures and cases."""
    return replace(pack, facts=pack.facts[:1], figures=(), case_lists=())


def _closed(briefing: Briefing, pages: tuple[Page, ...], *, brief: bool) -> tuple[Page, ...]:
    """Return the pages with what the pack may still give away said at the end of the last one."""
    *others, last = pages
    if last.id in SAYS_IT_ITSELF:
        return pages
    said = Paragraph(text(privacy(briefing, brief=brief)), "quiet")
    return (*others, replace(last, blocks=(*last.blocks, said)))


def figures(briefing: Briefing) -> tuple[Figure, ...]:
    """Return the figures that have a name of their own, for keeping, comparing and the annex."""
    return (*briefing.measures.figures, *quality_figures(briefing.beside.checks))


def _alive(value: object, places: set[str]) -> object:
    """Return the pages with every link that leads nowhere in this edition taken off."""
    if isinstance(value, tuple):
        return tuple(_alive(each, places) for each in value)
    if isinstance(value, Run | Card):
        return value if value.link in places else replace(value, link="")
    if isinstance(value, _HOLDS_LINKS):
        parts: dict[str, Any] = {
            each.name: _alive(getattr(value, each.name), places) for each in fields(value)
        }
        return replace(value, **parts)
    return value


def _links(value: object) -> Iterator[str]:
    """Yield every place that something in the pages leads to."""
    if isinstance(value, tuple):
        for each in value:
            yield from _links(each)
    elif isinstance(value, Run):
        yield value.link
    elif is_dataclass(value):
        for field in fields(value):
            found = getattr(value, field.name)
            yield from (found,) if field.name == "link" else _links(found)


def brief(
    judgements: Sequence[Judgement],
    period: Period,
    calendar: Calendar,
    options: PackOptions,
    beside: Beside = NOTHING,
) -> Briefing:
    """Return what the pages are written from: the measures and where they come from."""
    twelve_weeks = period.back(84)
    registers = [judgement.register for judgement in judgements]
    return Briefing(
        measure(judgements, period, calendar, options, beside.last),
        options,
        tuple(
            Origin(each.name or each.id, each.source, each.rows, len(each.cases), each.fingerprint)
            for each in registers
        ),
        beside,
        tuple(dict.fromkeys(policy for judgement in judgements for policy in judgement.policies)),
        {day: why for day, why in calendar.closed.items() if twelve_weeks.holds(day)},
        tuple(judgements),
        reminders(judgements, beside.policies, calendar),
    )


def facts(briefing: Briefing) -> tuple[str, ...]:
    """Return what stands under the title: the days, the meeting, the moment and size of the register."""
    measures = briefing.measures
    rows = sum(origin.rows for origin in briefing.origins)
    beside = briefing.beside
    at = f", {clock_time(beside.meeting_at)}" if beside.meeting_at else ""
    meeting = (f"meeting {full_date(beside.meeting)}{at}",) if beside.meeting else ()
    read = f"register as at {long_date(briefing.today)}, {clock_time(measures.as_of)}, {count(rows, 'row')}"
    return (days(measures.period.start, measures.period.end), *meeting, read)


def case_lists(
    briefing: Briefing, pages: Sequence[Page] = (), *, of_the_week: bool = False
) -> Iterator[CaseList]:
    """Yield the cases behind each figure that has any, each list once; with `of_the_week` its themes too."""
    counts = (each for page in pages for each in page.counts)
    period_themes = briefing.measures.themes_in_period if of_the_week else ()
    seen: set[str] = set()
    for figure in (*_figures(briefing), *counts, *period_themes):
        if figure.groups and figure.id not in seen:
            seen.add(figure.id)
            yield case_list(replace(figure, label=_listed_as(figure)))


def _listed_as(figure: Figure) -> str:
    """Return a figure's label with what its page says around it."""
    kind = figure.id.split("-")[0]
    before = {
        "age": "Open, ",
        "theme": "Theme: ",
        "period": "Theme in the period: ",
        "health": "Register health: ",
    }.get(kind, "")
    return f"{before}{figure.label}"


def _figures(briefing: Briefing) -> Iterator[Figure]:
    measures = briefing.measures
    yield from figures(briefing)
    yield from (each.figure for each in measures.recurring)
    yield from (line.now for line in measures.themes.lines)
    for _, gaps, rows in measures.health.by_department:
        yield from (gaps, rows)
    for department in measures.departments:
        yield from (department.received, department.in_standard, department.open_past)
