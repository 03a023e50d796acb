"""Putting an edition of the pack together: the briefing, its pages, and the cases behind its figures."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date, time
from typing import Any, cast

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import Judgement
from complaints_sheet.core.wording import clock_time, count, full_date, long_date
from complaints_sheet.core.wording import period as days
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
)
from complaints_sheet.pack.briefing import Briefing, Origin, case_list
from complaints_sheet.pack.figure import Figure
from complaints_sheet.pack.measure import measure
from complaints_sheet.pack.options import PackOptions
from complaints_sheet.pack.restated import LastPack

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
    pages = tuple(writer(briefing) for writer in writers)
    links = set(_links(pages))
    lists = tuple(
        each for each in case_lists(briefing, of_the_week=only_linked) if each.id in links or not only_linked
    )
    return Pack(
        title,
        options.organisation,
        facts(briefing),
        cast("tuple[Page, ...]", _alive(pages, {*(page.id for page in pages), *(each.id for each in lists)})),
        lists,
        f"{options.organisation}: {title}" if options.organisation else title,
        period.start,
        period.end,
        edition,
        briefing.measures.figures,
        options.version,
        dense,
    )


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
    *,
    meeting: date | None = None,
    meeting_at: time | None = None,
    last: LastPack | None = None,
) -> Briefing:
    """Return what the pages are written from: the measures and where they come from."""
    twelve_weeks = period.back(84)
    registers = [judgement.register for judgement in judgements]
    return Briefing(
        measure(judgements, period, calendar, options, last),
        options,
        tuple(
            Origin(each.name or each.id, each.source, each.rows, len(each.cases), each.fingerprint)
            for each in registers
        ),
        meeting,
        meeting_at,
        tuple(dict.fromkeys(policy for judgement in judgements for policy in judgement.policies)),
        {day: why for day, why in calendar.closed.items() if twelve_weeks.holds(day)},
    )


def facts(briefing: Briefing) -> tuple[str, ...]:
    """Return what stands under the title: the days, the meeting, the moment and size of the register."""
    measures = briefing.measures
    rows = sum(origin.rows for origin in briefing.origins)
    at = f", {clock_time(briefing.meeting_at)}" if briefing.meeting_at else ""
    meeting = (f"meeting {full_date(briefing.meeting)}{at}",) if briefing.meeting else ()
    read = f"register as at {long_date(briefing.today)}, {clock_time(measures.as_of)}, {count(rows, 'row')}"
    return (days(measures.period.start, measures.period.end), *meeting, read)


def case_lists(briefing: Briefing, *, of_the_week: bool = False) -> Iterator[CaseList]:
    """Yield the cases behind each figure that has any, each list once; with `of_the_week` its themes too."""
    period_themes = briefing.measures.themes_in_period if of_the_week else ()
    seen: set[str] = set()
    for figure in (*_figures(briefing), *period_themes):
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
    yield from measures.figures
    yield from (line.now for line in measures.themes.lines)
    for department in measures.departments:
        yield from (department.received, department.in_standard, department.open_past)
