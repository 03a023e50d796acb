"""The annual review of the procedure: a year of evidence on each of its time limits."""

from collections import Counter
from collections.abc import Mapping, Sequence

from complaints_sheet.core.wording import count, long_date
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
from complaints_sheet.pack.briefing import Briefing, linked
from complaints_sheet.pack.figure import Figure, number_of
from complaints_sheet.pack.limits import LABELS, Limit, limits
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
    found = limits(briefing.judgements, briefing.measures.frame, briefing.measures.period)
    titles = limit_titles(briefing, found)
    rows = tuple(_limit(titles[each.policy, each.clock], each) for each in found)
    counts = tuple(figure for each in found for figure in _counts(titles[each.policy, each.clock], each))
    empty = "No time limit fell due in the year."
    table = Table("limits", "Each time limit, cases due in the year", columns, rows, "", empty)
    note = Note(
        "What could not be judged",
        text(
            "A limit that could not be judged lacks a date or a column. "
            "“complaints-sheet comply” goes through the procedure clause by clause and names it."
        ),
    )
    return Page("limits", "Were its time limits kept?", "Time limits", (table, note), counts=counts)


def limit_titles(briefing: Briefing, found: Sequence[Limit]) -> Mapping[tuple[str, str], str]:
    """Return what each time limit is called, with its procedure where there are several."""
    titles = {
        (policy.id, clock.id): clock.title for policy in briefing.beside.policies for clock in policy.clocks
    }
    several = len({each.policy for each in found}) > 1
    return {
        key: f"{title} ({key[0]})" if several else title
        for key in ((each.policy, each.clock) for each in found)
        for title in (titles.get(key, key[1]),)
    }


def _counts(title: str, limit: Limit) -> tuple[Figure, ...]:
    """Return how many cases kept the limit, broke it, and cannot be judged."""
    return tuple(
        number_of(f"{limit.figure.id}-{each}", f"{title}: {label.lower()}", limit.cases(label))
        for each, label in LABELS.items()
    )


def _limit(title: str, limit: Limit) -> tuple[Cell, ...]:
    kept, broken, unknown = (Cell(linked(each)) for each in _counts(title, limit))
    share = limit.figure.shown if limit.figure.denominator else "–"
    return (Cell(text(title)), kept, broken, Cell(text(share)), unknown)


def what_was_found(briefing: Briefing) -> Page:
    """Return what the rules find in the register now, most often first."""
    often = Counter(each.rule for judgement in briefing.judgements for each in judgement.findings)
    frame = briefing.measures.frame
    cases = {
        rule: number_of(f"finding-{rule}", f"Finding: {_plain(rule)}", frame.names(frame.flags(rule)))
        for rule in often
    }
    rows = tuple(
        (Cell(text(_plain(rule))), Cell(text(f"{many:,}")), Cell(linked(cases[rule])))
        for rule, many in often.most_common()
    )
    columns = (Column("Rule", share=60), Column("Findings", numeric=True), Column("Cases", numeric=True))
    title = f"What the register needs as at {long_date(briefing.today)}"
    table = Table("findings", title, columns, rows, "", "Nothing.")
    total = Paragraph(
        text(f"{count(sum(often.values()), 'finding')} by {count(len(often), 'rule')}."), "quiet"
    )
    return Page(
        "findings",
        "Where is the procedure not followed?",
        "Findings",
        (table, total),
        fresh=False,
        counts=tuple(cases.values()),
    )


def _plain(rule: str) -> str:
    return rule.replace("-", " ")
