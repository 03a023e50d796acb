"""Page 1: what do I need to know and decide?"""

from collections.abc import Sequence

from complaints_sheet.core.wording import count, listing, plural
from complaints_sheet.pack.blocks import Card, Cards, Note, Page, Panel, Panels, Run, Text, text
from complaints_sheet.pack.briefing import Briefing, link_to
from complaints_sheet.pack.figure import Figure
from complaints_sheet.pack.ideas import Idea
from complaints_sheet.pack.pages.decided import actions, to_decide
from complaints_sheet.pack.pages.improvement import undecided
from complaints_sheet.pack.sentences import (
    Reading,
    headline,
    latest_count,
    latest_share,
    read,
    risen,
    usual_range,
)

MOST_DIFFERENT = 3
LENGTHS = {7: "a week", 14: "a fortnight", 28: "four weeks"}
MOST_NAMED = 4
STALE_WEEKS = 12  # an idea carried over longer than this needs a decision


def glance(briefing: Briefing) -> Page:
    """Return the page that stands alone: headline, cards, what is different, decisions, earlier actions."""
    measures, standard = briefing.measures, briefing.options.standard
    return Page(
        "glance",
        headline(measures.happened.in_standard, standard.words, standard.target, standard_reading(briefing)),
        "At a glance",
        (
            Cards(cards(briefing)),
            Panels(
                (
                    Panel(
                        "What is different",
                        different(briefing)[:MOST_DIFFERENT],
                        empty="Nothing. No chart shows a change, and no theme has risen.",
                    ),
                    Panel("Decisions needed today", decisions(briefing), numbered=True, empty="None."),
                )
            ),
            Note(
                "Actions from earlier meetings",
                text(_actions(briefing)),
            ),
        ),
        fresh=False,
    )


def _actions(briefing: Briefing) -> str:
    report = briefing.beside.ideas
    if report is not None and report.at("agreed", "implemented"):
        return actions(briefing, report)
    return "None are recorded yet. Once decisions are recorded, they return here with owner, date and state."


def standard_reading(briefing: Briefing) -> Reading:
    """Return how to read the chart of the share in standard."""
    found = briefing.measures.series
    latest = latest_share(found.in_standard, briefing.options.standard.words, found.step_days)
    return read(found.in_standard, latest, found.step_days, share=True)


def received_reading(briefing: Briefing) -> Reading:
    """Return how to read the chart of complaints received."""
    found = briefing.measures.series
    return read(found.received, latest_count(found.received, found.step_days), found.step_days, share=False)


def cards(briefing: Briefing) -> tuple[Card, ...]:
    """Return the six figures of the first page; what the register cannot tell gives way to what it can."""
    measures, happened = briefing.measures, briefing.measures.happened
    fourth = happened.first_contact if happened.handling.missing else happened.handling
    aims = briefing.options.aims
    fifth = happened.days_to_follow_up if happened.goodwill.missing else happened.goodwill
    return (
        _received_card(briefing),
        _standard_card(briefing),
        _card(measures.open_past, _joined(measures.open_past.note or "none", aims.beside("open-past"))),
        _card(fourth, _joined(_detail(fourth), aims.beside(fourth.id))),
        _card(fifth, _joined(_detail(fifth), aims.beside(fifth.id))),
        _ideas_card(briefing),
    )


def _received_card(briefing: Briefing) -> Card:
    found, period = briefing.measures.series, briefing.measures.period
    usual = usual_range(found.received, share=False)
    now = (
        ""
        if found.step_days == period.days or not found.received.points
        else (f"{found.received.points[-1].value:.0f} in {LENGTHS.get(found.step_days, 'the last period')}, ")
    )
    return _card(
        briefing.measures.happened.received,
        f"{now}usual {usual}" if usual else "",
        received_reading(briefing),
    )


def _standard_card(briefing: Briefing) -> Card:
    figure = briefing.measures.happened.in_standard
    aim = briefing.options.aims.beside(figure.id)
    due = "none fell due" if not figure.denominator else _of_due(figure)
    unknown = f"{figure.not_judged} could not be judged" if figure.not_judged else ""
    return _card(figure, _joined(due, unknown, aim), standard_reading(briefing))


def _of_due(figure: Figure) -> str:
    share = figure.shown.endswith("%")
    return f"{figure.numerator} of {figure.denominator} due" if share else "of those due in the period"


def _ideas_card(briefing: Briefing) -> Card:
    found = briefing.measures.ideas
    return Card(
        "Improvement ideas", f"{len(found.new)} new", f"{len(found.carried)} carried over", link="ideas"
    )


def _card(figure: Figure, detail: str, reading: Reading | None = None) -> Card:
    mark, word = (reading.mark, reading.word) if reading else (None, "")
    return Card(figure.label, figure.shown, detail, mark, word, link_to(figure))


def _detail(figure: Figure) -> str:
    return _joined(figure.base if figure.denominator and not figure.note else "", figure.note)


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def different(briefing: Briefing) -> tuple[Text, ...]:
    """Return a sentence for each signal there is, the standard first; nothing without a signal."""
    readings = (("standards", standard_reading(briefing)), ("standards", received_reading(briefing)))
    changes = [text(Run(reading.sentence)) for _, reading in readings if reading.changed]
    themes = [(Run(risen(line), link=link_to(line.now)),) for line in briefing.measures.themes.risen]
    return (*changes[:1], *themes, *changes[1:])


def decisions(briefing: Briefing) -> tuple[Text, ...]:
    """Return what the meeting is asked to decide, each with the ideas or cases it is about."""
    found = briefing.measures.ideas
    unowned = [each.name for each in briefing.measures.overdue if not each.case.text("case_owner")]
    stale = [
        each
        for each in found.carried
        if undecided(briefing, each) and (each.weeks_old(briefing.today) or 0) > STALE_WEEKS
    ]
    new = [each for each in found.new if undecided(briefing, each)]
    asked: list[Text] = []
    if new:
        asked.append(text(f"{count(len(new), 'new idea')} ({_some(new)}): take forward, merge or decline?"))
    if unowned:
        noun = plural(len(unowned), "case has", "cases have")
        asked.append(text(f"{len(unowned)} overdue {noun} no owner ({_names(unowned)}): who takes each?"))
    if stale:
        noun = plural(len(stale), "idea is", "ideas are")
        oldest = f"the oldest are {_some(stale[:2])}" if len(stale) > 1 else _some(stale)
        asked.append(text(f"{len(stale)} {noun} over {STALE_WEEKS} weeks old ({oldest}): agree or decline?"))
    if briefing.beside.ideas is not None:
        asked.extend(to_decide(briefing, briefing.beside.ideas))
    return tuple(asked)


def _some(ideas: Sequence[Idea]) -> str:
    return _names([idea.name for idea in ideas])


def _names(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return listing([*names[:MOST_NAMED], f"{more} more"]) if more > 0 else listing(names)
