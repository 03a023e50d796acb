"""The compliance statement as one HTML page that needs nothing else, in the look of the pack."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from complaints_sheet.core.brand import Brand
from complaints_sheet.core.compliance import Standing, State, Statement, cover_words
from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.policy import Policy
from complaints_sheet.core.wording import count, full_date, listing, plural, sentence
from complaints_sheet.formats.html import css_text, look

TEMPLATE = "comply/comply.html"

MEANINGS: Mapping[State, str] = {
    "not kept": "the register shows cases where it was not kept",
    "cannot be judged": "the register lacks a column, or nothing has happened yet",
    "not yet": "nothing covers it yet; the table says why",
    "kept": "judged on every case, and kept",
    "in place": "no register can show it; what it needs is there",
}
MARKS: Mapping[State, str] = {"not kept": "concern", "kept": "improvement"}


@dataclass(frozen=True, slots=True)
class Card:
    """How many clauses stand in one state."""

    state: State
    clauses: int
    meaning: str
    mark: str


@dataclass(frozen=True, slots=True)
class Line:
    """One clause as the page shows it; each cover is what covers it and how that stands, in words."""

    where: str
    rows: str
    must: str
    state: State
    mark: str
    covers: tuple[tuple[str, str], ...]
    why_not: str


@dataclass(frozen=True, slots=True)
class Part:
    """One statement as the page shows it."""

    id: str
    title: str
    facts: tuple[str, ...]
    lead: str
    cards: tuple[Card, ...]
    columns: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    sources: tuple[str, ...]
    checked: str


def write(statements: Sequence[Statement], brand: Brand, folders: Sequence[Path]) -> bytes:
    """Return the statements as one HTML page in UTF-8; `folders` are the office's own templates.

    Raises ConfigError for a broken template.
    """
    from complaints_sheet import render

    title = f"{statements[0].policy.title}: clause by clause" if len(statements) == 1 else "Clause by clause"
    as_of = full_date(statements[0].as_of.date()) if statements else ""
    footer = f"{brand.name}{' – ' if brand.name else ''}{title}, {as_of}"
    context = {
        **look(brand),
        "title": title,
        "as_of": as_of,
        "parts": [_part(at, each) for at, each in enumerate(statements, 1)],
        "footer": footer,
        "footer_css": css_text(footer),
    }
    return render.page(TEMPLATE, context, folders).encode("utf-8")


def _part(number: int, statement: Statement) -> Part:
    policy = statement.policy
    return Part(
        id=f"policy-{number}",
        title=policy.title,
        facts=(
            *((policy.document,) if policy.document and policy.document != policy.title else ()),
            f"version {policy.version}",
            f"{statement.register}: {count(statement.cases, 'case')}",
        ),
        lead=lead(statement),
        cards=tuple(
            Card(state, clauses, MEANINGS[state], MARKS.get(state, "") if clauses else "")
            for state, clauses in statement.counts.items()
        ),
        columns=tuple(
            (FIELDS[field].heading, count(len(clauses), "clause"))
            for field, clauses in statement.columns.items()
        ),
        lines=tuple(_lines(policy, statement.standings)),
        sources=policy.sources,
        checked=policy.checked,
    )


def lead(statement: Statement) -> str:
    """Return in one sentence how the clauses stand, those that the register can show first."""
    counts = statement.counts
    shown = counts["kept"] + counts["not kept"]
    rest = listing(f"{counts[state]} {words}" for state, words in _ELSEWHERE if counts[state])
    are = plural(counts["kept"], "is", "are")
    judged = f"{counts['kept']} of {count(shown, 'clause')} that can be judged {are} kept"
    return sentence(
        f"{judged if shown else 'No clause can be judged'}{'; of the others, ' if rest else ''}{rest}"
    )


_ELSEWHERE: tuple[tuple[State, str], ...] = (
    ("in place", "in place"),
    ("cannot be judged", "cannot be judged on this register"),
    ("not yet", "not covered yet"),
)


def _lines(policy: Policy, standings: Sequence[Standing]) -> Iterator[Line]:
    for each in standings:
        yield Line(
            where=each.clause.where,
            rows=", ".join(each.clause.rows),
            must=sentence(each.clause.must),
            state=each.state,
            mark=MARKS.get(each.state, ""),
            covers=tuple((cover_words(policy, cover), cover.said) for cover in each.covers),
            why_not=sentence(each.clause.why_not),
        )
