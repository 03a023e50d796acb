"""The annual review of the procedure: a year of evidence on each of its time limits."""

from collections import Counter
from datetime import date, datetime

from complaints_sheet.core.model import Verdict
from complaints_sheet.core.wording import count, long_date, percent
from complaints_sheet.pack.blocks import (
    Block,
    Cards,
    Cell,
    Column,
    Note,
    Page,
    Panel,
    Panels,
    Paragraph,
    Table,
    text,
)
from complaints_sheet.pack.briefing import Briefing
from complaints_sheet.pack.figure import FEW
from complaints_sheet.pack.pages.glance import cards

QUESTIONS = (
    "Are the time limits right, and are they kept? See the table below.",
    "Which parts of the procedure are skipped, and is that the procedure's fault?",
    "What did complaints change this year, and did the change help?",
    "Does everybody who handles complaints know the procedure?",
    "Keep it as it is, or change it: what, who, by when?",
)


def procedure_year(briefing: Briefing) -> Page:
    """Return the first page: why now, the figures of the year, and what the review has to answer."""
    blocks: tuple[Block, ...] = (
        *(Paragraph(text(words)) for words in _why(briefing)),
        Cards(cards(briefing)),
        Panels((Panel("What the review answers", tuple(map(text, QUESTIONS)), numbered=True),)),
    )
    return Page("glance", "Does the procedure still work?", "At a glance", blocks, fresh=False)


def _why(briefing: Briefing) -> tuple[str, ...]:
    applied = [policy for policy in briefing.beside.policies if policy.review]
    named = [
        f"“{policy.title}”, version {policy.version}"
        + (f", is reviewed every {policy.review.every}" if policy.review and policy.review.every else "")
        + (f" (section {policy.review.clause})" if policy.review and policy.review.clause else "")
        + "."
        for policy in applied
    ]
    reviews = [f"{each.what}: {each.when}. {each.note}".strip() for each in briefing.dates[: len(named)]]
    return (*named, *reviews) or ("This is the evidence of one year for whoever reviews the procedure.",)


def limits_kept(briefing: Briefing) -> Page:
    """Return each time limit of the procedure over the year: kept, broken, and what nobody can tell."""
    columns = (
        Column("Time limit", share=34),
        Column("Kept", numeric=True),
        Column("Broken", numeric=True),
        Column("Share kept", numeric=True),
        Column("Not judged", numeric=True),
    )
    titles = {
        (policy.id, clock.id): clock.title for policy in briefing.beside.policies for clock in policy.clocks
    }
    found = _outcomes(briefing)
    several = len({policy for policy, _ in found}) > 1
    rows = []
    for key, often in found.items():
        title = titles.get(key, key[1])
        kept, broken = often["met"], often["breached"]
        judged = kept + broken
        share = percent(kept, judged) if judged >= FEW else f"{kept} of {judged}" if judged else "–"
        label = f"{title} ({key[0]})" if several else title
        shown = (label, f"{kept:,}", f"{broken:,}", share, f"{often['cannot_judge']:,}")
        rows.append(tuple(Cell(text(words)) for words in shown))
    empty = "No time limit fell due in the year."
    table = Table("limits", "Each time limit, cases due in the year", columns, tuple(rows), "", empty)
    note = Note(
        "What could not be judged",
        text(
            "A limit that could not be judged lacks a date or a column. "
            "“complaints-sheet comply” goes through the procedure clause by clause and names it."
        ),
    )
    return Page("limits", "Were its time limits kept?", "Time limits", (table, note))


def _outcomes(briefing: Briefing) -> dict[tuple[str, str], Counter[str]]:
    """Return how often each limit was kept, broken or could not be told, of the cases due in the year."""
    period, found = briefing.measures.period, dict[tuple[str, str], Counter[str]]()
    for judgement in briefing.judgements:
        for case, verdicts in zip(judgement.register.cases, judgement.verdicts, strict=True):
            for each in verdicts:
                day = _day(each) or case.day("received_on")
                if period.holds(day) and each.outcome != "not_applicable":
                    found.setdefault((each.policy, each.clock), Counter())[each.outcome] += 1
    return found


def _day(verdict: Verdict) -> date | None:
    return verdict.due.date() if isinstance(verdict.due, datetime) else verdict.due


def what_was_found(briefing: Briefing) -> Page:
    """Return what the rules find in the register now, most often first."""
    often = Counter(each.rule for judgement in briefing.judgements for each in judgement.findings)
    rows = tuple(
        (Cell(text(rule.replace("-", " "))), Cell(text(f"{many:,}"))) for rule, many in often.most_common()
    )
    day = long_date(briefing.today)
    table = Table(
        "findings",
        f"What the register needs as at {day}",
        (Column("Rule", share=70), Column("Findings", numeric=True)),
        rows,
        "",
        "Nothing.",
    )
    total = Paragraph(
        text(f"{count(sum(often.values()), 'finding')} by {count(len(often), 'rule')}."), "quiet"
    )
    return Page("findings", "Where is the procedure not followed?", "Findings", (table, total), fresh=False)
