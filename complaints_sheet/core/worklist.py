"""What needs doing, person by person: the lines of the digests, with what to type into which cell."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.lines import (
    NOT_FOR_OWNERS,
    Group,
    Line,
    LineRules,
    about,
    heading_of,
    is_fresh,
    lines_of,
)
from complaints_sheet.core.model import Case, Finding, Judgement, Verdict
from complaints_sheet.core.people import Directory
from complaints_sheet.core.policy import Policy
from complaints_sheet.core.wording import listing

NOBODY = "Nobody yet"

HEADINGS: Mapping[Group, str] = {
    "over": "Past the standard",
    "today": "Due today",
    "soon": "Due soon",
    "week": "Later this week",
    "open long": "Open a long time",
    "missing": "Missing from the register",
}


@dataclass(frozen=True, slots=True)
class Doing:
    """One row of a person's list: how urgent, which row, what to do, and what to type where afterwards.

    `source` is the register's file as it is called, `cell` where to begin there. `over_words` fill the column
    after the due day ("3 working days over").
    """

    group: Group
    case: str
    source: str
    sheet: str
    row: int
    cell: str
    action: str
    type_here: str
    why: str
    about: str
    due: date | None = None
    over_words: str = ""

    @property
    def heading(self) -> str:
        """Return how urgent it is, in words."""
        return HEADINGS[self.group]


@dataclass(frozen=True, slots=True)
class WorkList:
    """Everybody's list, names in order and nobody's last; each sorted by urgency."""

    people: tuple[tuple[str, tuple[Doing, ...]], ...]

    def count(self, *groups: Group) -> int:
        """Return how many rows of these groups there are; all without groups."""
        return sum(not groups or each.group in groups for _, rows in self.people for each in rows)


def work_list(
    judgements: Sequence[Judgement],
    policies: Iterable[Policy],
    today: date,
    calendar: Calendar,
    *,
    directory: Directory | None = None,
    rules: LineRules | None = None,
    accepted: frozenset[str] = frozenset(),
) -> WorkList:
    """Return what needs doing in these registers on a local day; `accepted` are keys of findings left out."""
    days = _Days(today, calendar, rules or LineRules(), accepted)
    stops = {(policy.id, clock.id): clock.stops for policy in policies for clock in policy.clocks}
    found: dict[str, list[tuple[Line, Doing]]] = defaultdict(list)
    for judgement in judgements:
        for line, doing in _of_register(judgement, stops, days):
            found[_owner(line.case, directory)].append((line, doing))
    names = sorted(found, key=lambda name: (name == NOBODY, name.casefold()))
    return WorkList(
        tuple(
            (name, tuple(doing for _, doing in sorted(found[name], key=lambda each: each[0].urgency)))
            for name in names
        )
    )


def _owner(case: Case, directory: Directory | None) -> str:
    typed = " ".join(case.text("case_owner").split())
    person = directory.match(typed) if directory and typed else None
    return person.name if person else typed or NOBODY


@dataclass(frozen=True, slots=True)
class _Days:
    today: date
    calendar: Calendar
    rules: LineRules
    accepted: frozenset[str]


def _of_register(
    judgement: Judgement, stops: Mapping[tuple[str, str], tuple[str, ...]], days: _Days
) -> Iterator[tuple[Line, Doing]]:
    by_place: dict[tuple[str, str, int], list[Finding]] = defaultdict(list)
    for each in judgement.findings:
        if each.row is not None and each.key not in days.accepted:
            by_place[each.source, each.sheet, each.row].append(each)
    cases = judgement.register.cases
    verdicts = dict(zip(map(id, cases), judgement.verdicts, strict=True))
    said = lines_of(judgement, days.today, days.calendar, days.rules, days.accepted)
    lines = {line.case: line for line in said}
    for case in cases:
        line = lines.get(case) or _without_owner(case, days)
        if line is None or line.is_checked:
            continue
        found = by_place[case.source, case.sheet, case.row]
        yield line, _doing(line, _type_here(case, verdicts[id(case)], found, stops), judgement)


def _without_owner(case: Case, days: _Days) -> Line | None:
    """Return the line of an open case that needs nothing but somebody who looks after it."""
    if (
        not case.open
        or case.text("case_owner")
        or is_fresh(case, days.today, days.calendar, days.rules.grace_days)
    ):
        return None
    named = about(case, customer_names=days.rules.customer_names)
    return Line("", "missing", "Decide who looks after it", "Case Owner is empty.", case, about=named)


def _doing(line: Line, type_here: Iterable[str], judgement: Judgement) -> Doing:
    case = line.case
    first = min(case.layout.columns.values(), key=lambda column: column.number)
    return Doing(
        group=line.group,
        case=case.ref or case.id or "",
        source=case.source or judgement.register.source,
        sheet=case.sheet,
        row=case.row,
        cell=f"{first.letter}{case.row}",
        action=line.action,
        type_here=" ".join(type_here),
        why=line.why,
        about=line.about,
        due=line.due,
        over_words=line.over_words,
    )


def _type_here(
    case: Case,
    verdicts: Sequence[Verdict],
    found: Sequence[Finding],
    stops: Mapping[tuple[str, str], tuple[str, ...]],
) -> Iterator[str]:
    """Yield what to type into which cell, each cell once: names, gaps, then dates of what is due."""
    if not case.text("case_owner") and case.recorded("case_owner"):
        yield f"Put a name into {_cell(case, 'case_owner')}."
    asked: set[str] = {"case_owner"}
    gaps = [each.field for each in found if each.field and each.rule not in _NO_GAPS | NOT_FOR_OWNERS]
    blank = [field for field in dict.fromkeys(gaps) if case.blank(field) and field not in asked]
    if blank:
        yield f"Fill in {listing(_cell(case, field) for field in blank)}."
        asked.update(blank)
    wrong = [field for field in dict.fromkeys(gaps) if field not in asked and case.recorded(field)]
    if wrong:
        yield f"Check {listing(_cell(case, field) for field in wrong)}."
    for verdict in verdicts:
        for field in stops.get((verdict.policy, verdict.clock), ()):
            open_one = verdict.outcome in ("running", "breached") and verdict.stop is None
            if open_one and field not in asked and case.blank(field):
                asked.add(field)
                yield f"Once it is done, put the date into {_cell(case, field)}."
                break
    if case.open and "followed_up_on" in asked and case.recorded("resolved"):
        yield f"Put Y into {_cell(case, 'resolved')} when it is resolved."


_NO_GAPS = frozenset({"clock-breached", "clock-due-soon", "open-too-long"})


def _cell(case: Case, field: str) -> str:
    return f"{case.cell(field)} ({' '.join(heading_of(case, field).split())})"
