"""The pack for the improvement meeting: eight pages, then the cases behind every figure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, time

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import Judgement
from complaints_sheet.core.wording import clock_time, count, full_date, long_date
from complaints_sheet.core.wording import period as days
from complaints_sheet.pack.blocks import CaseList, Pack
from complaints_sheet.pack.briefing import Briefing, Origin, case_list
from complaints_sheet.pack.figure import Figure
from complaints_sheet.pack.measure import measure
from complaints_sheet.pack.options import PackOptions
from complaints_sheet.pack.pages.glance import glance
from complaints_sheet.pack.pages.improvement import earlier_ideas, new_ideas
from complaints_sheet.pack.pages.outcomes import outcomes
from complaints_sheet.pack.pages.overdue import overdue
from complaints_sheet.pack.pages.standards import standards
from complaints_sheet.pack.pages.trust import trust
from complaints_sheet.pack.pages.where import where

TITLE = "Complaints improvement meeting"


def fortnightly(
    judgements: Sequence[Judgement],
    period: Period,
    calendar: Calendar,
    options: PackOptions,
    *,
    meeting: date | None = None,
    meeting_at: time | None = None,
) -> Pack:
    """Return the meeting's pack for the period, from registers judged at the same moment."""
    briefing = brief(judgements, period, calendar, options, meeting=meeting, meeting_at=meeting_at)
    pages = (glance, standards, where, overdue, new_ideas, earlier_ideas, outcomes, trust)
    return Pack(
        TITLE,
        options.organisation,
        _facts(briefing),
        tuple(page(briefing) for page in pages),
        tuple(case_lists(briefing)),
        f"{options.organisation}: {TITLE}" if options.organisation else TITLE,
        period.start,
        period.end,
        "fortnightly",
        briefing.measures.figures,
        options.version,
    )


def brief(
    judgements: Sequence[Judgement],
    period: Period,
    calendar: Calendar,
    options: PackOptions,
    *,
    meeting: date | None = None,
    meeting_at: time | None = None,
) -> Briefing:
    """Return what the pages are written from: the measures and where they come from."""
    twelve_weeks = period.back(84)
    registers = [judgement.register for judgement in judgements]
    return Briefing(
        measure(judgements, period, calendar, options),
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


def _facts(briefing: Briefing) -> tuple[str, ...]:
    measures = briefing.measures
    rows = sum(origin.rows for origin in briefing.origins)
    at = f", {clock_time(briefing.meeting_at)}" if briefing.meeting_at else ""
    meeting = (f"meeting {full_date(briefing.meeting)}{at}",) if briefing.meeting else ()
    read = f"register as at {long_date(briefing.today)}, {clock_time(measures.as_of)}, {count(rows, 'row')}"
    return (days(measures.period.start, measures.period.end), *meeting, read)


def case_lists(briefing: Briefing) -> Iterator[CaseList]:
    """Yield the cases behind each figure that has any, each list once."""
    seen: set[str] = set()
    for figure in _figures(briefing):
        if figure.groups and figure.id not in seen:
            seen.add(figure.id)
            yield case_list(replace(figure, label=_listed_as(figure)))


def _listed_as(figure: Figure) -> str:
    """Return a figure's label with what its page says around it."""
    kind = figure.id.split("-")[0]
    before = {"age": "Open, ", "theme": "Theme: ", "health": "Register health: "}.get(kind, "")
    return f"{before}{figure.label}"


def _figures(briefing: Briefing) -> Iterator[Figure]:
    measures = briefing.measures
    yield from measures.figures
    yield from (line.now for line in measures.themes.lines)
    for department in measures.departments:
        yield from (department.received, department.in_standard, department.open_past)
