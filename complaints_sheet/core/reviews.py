"""The weekly review: every open case and last week's feedback, for whoever oversees all complaints."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeAlias

from complaints_sheet.core.lines import Line, about, issue_of
from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import Case, Verdict
from complaints_sheet.core.notice import Entry, Section
from complaints_sheet.core.receivers import Facts, case_name, entry_of, place_of
from complaints_sheet.core.wording import day_near, sentence, weekday_day

FEEDBACK = frozenset({"feedback", "dissatisfaction", "compliment"})
FEEDBACK_HEADING = "Feedback received last week"
NO_DEPARTMENT = "No department"


@dataclass(frozen=True, slots=True)
class Review:
    """What a weekly review says: figures first, then rows, and the key of every case that it is about."""

    figures: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Open:
    """An open case, what it needs where it needs something, and its verdicts."""

    case: Case
    line: Line | None
    verdicts: Sequence[Verdict]

    @property
    def urgency(self) -> tuple[object, ...]:
        received = self.case.day("received_on") or date.max
        return self.line.urgency if self.line else (99, 0, received, self.case.row)


def last_week(today: date) -> Period:
    """Return the whole week, Monday to Sunday, before the week of a day."""
    monday = today - timedelta(days=today.weekday() + 7)
    return Period(monday, monday + timedelta(days=6))


def weekly_review(given: Facts) -> Review:
    """Return the review on a day: feedback first, then the open cases by department, worst first.

    At most `cap` rows are written out; the sections count all of theirs.
    """
    week = last_week(given.today)
    waiting = {line.case: line for line in given.lines}
    open_ones = [_Open(case, waiting.get(case), verdicts) for case, verdicts in _cases(given) if case.open]
    feedback = [
        case
        for case, _ in _cases(given)
        if case.text("contact_type") in FEEDBACK and week.holds(case.day("received_on"))
    ]
    sections = _sections(_groups(open_ones, feedback), given)
    return Review(_figures(given, week, open_ones, feedback), tuple(sections), _keys(open_ones))


def _cases(given: Facts) -> Iterator[tuple[Case, Sequence[Verdict]]]:
    for judgement in given.judgements:
        yield from zip(judgement.register.cases, judgement.verdicts, strict=True)


def _keys(open_ones: Sequence[_Open]) -> tuple[str, ...]:
    return tuple(each.line.key for each in open_ones if each.line)


def _figures(
    given: Facts, week: Period, open_ones: Sequence[_Open], feedback: Sequence[Case]
) -> tuple[tuple[str, str], ...]:
    cases = [case for case, _ in _cases(given)]
    received = sum(week.holds(case.day("received_on")) for case in cases)
    closed = sum(not case.open and week.holds(_closed_on(case)) for case in cases)
    late = sum(each.line is not None and each.line.group == "over" for each in open_ones)
    figures = [
        ("Received last week", received),
        ("Closed last week", closed),
        ("Open now", len(open_ones)),
        ("Past the standard", late),
    ]
    if any(case.recorded("contact_type") for case in cases):
        figures.append((FEEDBACK_HEADING, len(feedback)))
    return tuple((label, f"{number:,}") for label, number in figures)


def _closed_on(case: Case) -> date | None:
    return case.day("closed_on") or case.day("resolved_on") or case.day("followed_up_on")


_Group: TypeAlias = tuple[str, Sequence[_Open | Case]]


def _groups(open_ones: Sequence[_Open], feedback: Sequence[Case]) -> Iterator[_Group]:
    """Yield (heading, its cases): feedback, then departments, those with the most past the standard first."""
    if feedback:
        yield FEEDBACK_HEADING, feedback
    by_department: dict[str, list[_Open]] = defaultdict(list)
    for each in sorted(open_ones, key=lambda one: one.urgency):
        by_department[each.case.text("department") or NO_DEPARTMENT].append(each)
    late = Counter(
        each.case.text("department") or NO_DEPARTMENT
        for each in open_ones
        if each.line and each.line.group == "over"
    )
    for department in sorted(by_department, key=lambda name: (-late[name], name)):
        yield department, by_department[department]


def _sections(groups: Iterable[_Group], given: Facts) -> Iterator[Section]:
    room = given.rules.cap
    for heading, members in groups:
        shown = members[: max(room, 0)]
        room -= len(shown)
        entries = tuple(_entry(each, given) for each in shown)
        yield Section(heading, heading, entries, len(members))


def _entry(each: _Open | Case, given: Facts) -> Entry:
    if isinstance(each, Case):
        return _feedback_row(each, given)
    if each.line is None:
        return _quiet_row(each, given)
    entry = entry_of(each.line, given)
    return replace(entry, why=" ".join(filter(None, (entry.why, _whose(each.case, given)))))


def _feedback_row(case: Case, given: Facts) -> Entry:
    department = case.text("department")
    passed = case.text("passed_to")
    action = "Read it" if passed else f"Read it; pass it to {department or 'whoever can act on it'}"
    why = f"{case.text('contact_type')}, received {_day(case, given)}"
    return _row(case, action, f"{sentence(why)}{f' Passed to {passed}.' if passed else ''}", given)


def _quiet_row(each: _Open, given: Facts) -> Entry:
    running = [found.due for found in each.verdicts if found.outcome == "running" and found.due]
    due = min((_plain_day(day) for day in running), default=None)
    row = _row(
        each.case,
        "Nothing to do yet",
        f"Received {_day(each.case, given)}. {_whose(each.case, given)}",
        given,
    )
    return replace(row, due_words=weekday_day(due) if due else "")


def _plain_day(moment: date) -> date:
    return date(moment.year, moment.month, moment.day)


def _day(case: Case, given: Facts) -> str:
    received = case.day("received_on")
    return day_near(received, given.today) if received else "on a day that is not written down"


def _whose(case: Case, given: Facts) -> str:
    owner = given.routes[case].owner
    name = owner.name if owner else case.text("case_owner")
    return f"Owner: {name}." if name else "No owner."


def _row(case: Case, action: str, why: str, given: Facts) -> Entry:
    names = given.rules.lines.customer_names
    return Entry(
        key=f"{case.register}:{case.sheet}:{case.row}",
        case=case_name(case),
        place=place_of(case, given),
        action=action,
        why=why,
        about=about(case, customer_names=names, issue=issue_of(case)),
        link=given.rules.lines.link(case.register, case.row),
    )
