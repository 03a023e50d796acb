"""One line for one case: the most urgent thing it needs, verb first, with everything else folded in."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, TypeAlias

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.findings import case_mark, ordinals
from complaints_sheet.core.model import Case, Finding, Judgement, LateBy, Place, Verdict
from complaints_sheet.core.privacy import masked
from complaints_sheet.core.wording import (
    clock_time,
    count,
    day_near,
    listing,
    sentence,
    shorten,
    weekday_day,
)

Group: TypeAlias = Literal["over", "today", "soon", "week", "open long", "paused", "missing"]

GROUPS: tuple[Group, ...] = ("over", "today", "soon", "week", "open long", "paused", "missing")
ISSUE_LENGTH = 90

# What only the coordinator can act on, and what must be told above an owner: never in the owner's own list.
FOR_THE_COORDINATOR = frozenset(
    {
        "unknown-owner",
        "duplicate-row",
        "repeat-customer",
        "ambiguous-date",
        "silent-department",
        "row-removed",
        "owner-changed",
        "date-moved",
        "reference-reused",
        "reference-changed",
        "uncertain-row",
    }
    | {"same-person", "owner-named-in-issue", "investigator-not-allowed"}
)
FOR_THE_DIRECTOR = frozenset({"awaiting-confirmation", "not-confirmed", "referral-open", "consequence-due"})
NOT_FOR_OWNERS = FOR_THE_COORDINATOR | FOR_THE_DIRECTOR

# What each clock asks for: until it is due, and once it is past.
CLOCK_ACTIONS: Mapping[str, tuple[str, str]] = {
    "follow-up": ("Follow up with the customer", "Call the customer and close the case"),
    "same-day-contact": ("Call the customer today", "Call the customer"),
    "acknowledge": ("Acknowledge the complaint", "Acknowledge the complaint"),
    "respond": ("Send the reply", "Send the reply"),
    "resolve": ("Resolve the complaint", "Resolve the complaint"),
    "update": ("Tell the customer how it stands", "Tell the customer how it stands"),
    "acknowledge-stage-2": ("Acknowledge the stage 2 request", "Acknowledge the stage 2 request"),
    "respond-stage-2": ("Send the stage 2 reply", "Send the stage 2 reply"),
    "appeal-panel": ("Hold the appeal panel", "Hold the appeal panel"),
}
_CALLS = frozenset({"follow-up", "same-day-contact"})  # clocks that a telephone call meets


@dataclass(frozen=True, slots=True)
class LineRules:
    """What a line may say, how far it looks ahead, and the web address of each register that has one.

    In an address, {row} stands for the number of the row. A new row is not asked about its gaps before
    `grace_days` working days have passed since it was first seen.
    """

    soon_working_days: int = 2
    week_ahead: bool = True  # on the first working day of a week, look ahead to its end
    customer_names: bool = False
    grace_days: int = 1  # 1 is the day itself
    links: Mapping[str, str] = field(default_factory=dict)

    def link(self, register: str, row: int = 1) -> str:
        """Return the web address of a row, or of the whole register, or nothing where there is none."""
        return self.links.get(register, "").replace("{row}", str(row))


@dataclass(frozen=True, slots=True)
class Line:
    """What one case needs, ready to print.

    `key` names the case, `about` says what it is about, `findings` is everything folded in. `due_words` and
    `over_words` fill the last column ("16 Oct", "25 working days over"). `days_over` counts working days.
    `is_call` asks for the phone script. `is_checked` is True where a person ticked the gaps as right.
    `due_at` is the moment it is due, where that is an hour and not a day.
    """

    key: str
    group: Group
    action: str
    why: str
    case: Case
    about: str = ""
    due: date | None = None
    due_words: str = ""
    over_words: str = ""
    days_over: int = 0
    is_call: bool = False
    issue: str = ""
    findings: tuple[str, ...] = ()
    link: str = ""
    is_checked: bool = False
    due_at: datetime | None = None

    @property
    def urgency(self) -> tuple[int, int, date, int]:
        """Return what lines are put in order by: group, then longest over, then due first, then row."""
        return (GROUPS.index(self.group), -self.days_over, self.due or date.max, self.case.row)


@dataclass(frozen=True, slots=True)
class _Fact:
    """One thing a case needs; the most urgent of them becomes the line."""

    group: Group
    action: str
    because: str
    due: date | datetime | None = None
    late_by: LateBy | None = None
    days_over: int = 0
    is_call: bool = False
    keys: tuple[str, ...] = ()

    @property
    def urgency(self) -> tuple[int, int]:
        return (GROUPS.index(self.group), -self.days_over)


def lines_of(
    judgement: Judgement,
    today: date,
    calendar: Calendar,
    rules: LineRules,
    silent: frozenset[str] = frozenset(),
) -> tuple[Line, ...]:
    """Return one line for each case that needs something from its owner, in the order of the register.

    `silent` are the keys of findings that a person accepted as right.
    """
    cases = judgement.register.cases
    spoken = _by_case(judgement.findings, silent)
    numbers = ordinals(cases)
    horizon = _horizon(today, calendar, rules)
    lines = []
    alike = {id(each): each for each in judgement.verdicts}  # cases that agree share their verdicts
    waiting = {mark for mark, each in alike.items() if _waits(each)}
    for case, verdicts in zip(cases, judgement.verdicts, strict=True):
        found = spoken.get(case.place, ())
        if not found and id(verdicts) not in waiting:
            continue
        facts = [
            *_coming(case, verdicts, today, calendar, horizon),
            *_on_hold(case, verdicts, today),
            *_said(case, found, verdicts, today, calendar, grace_days=rules.grace_days),
        ]
        if facts:
            key = case_mark(case, numbers.get(case, 1))
            lines.append(_line(case, key, _unchecked(case, facts), today, rules))
    return tuple(lines)


def _waits(verdicts: Sequence[Verdict]) -> bool:
    """Return True where a clock runs or is paused; without that, and with nothing found, there is no line."""
    return any(verdict.outcome in ("running", "paused") for verdict in verdicts)


def is_checked(case: Case) -> bool:
    """Return True where somebody wrote into the column for it that the row is right as it stands."""
    return case.text("checked").casefold() not in {"", "n", "no", "-"}


def _unchecked(case: Case, facts: Sequence[_Fact]) -> Sequence[_Fact]:
    """Return the facts that a tick in the row does not answer; all of them where nothing else is left.

    A tick answers for gaps. A customer who waits is never silenced by a cell.
    """
    if not is_checked(case):
        return facts
    return [fact for fact in facts if fact.group != "missing"] or facts


def issue_of(case: Case, length: int = ISSUE_LENGTH) -> str:
    """Return the case's issue on one short line, the customer's own name masked."""
    return shorten(masked(case.text("issue"), case.text("customer_name")), length)


def about(case: Case, *, customer_names: bool = False, issue: str | None = None) -> str:
    """Return what the case is about, "Repairs: leaking tap.", with the customer's name only where allowed.

    `issue` is its issue on one short line, where that is known already.
    """
    what = sentence(issue_of(case) if issue is None else issue)
    parts = [": ".join(filter(None, (case.text("department"), what)))]
    if customer_names and case.text("customer_name"):
        parts.append(f"Customer: {case.text('customer_name')}.")
    return " ".join(filter(None, parts))


def heading_of(case: Case, field_id: str) -> str:
    """Return the heading of a field as this register types it, else as our own template does."""
    column = case.layout.columns.get(field_id)
    return column.heading if column else FIELDS[field_id].heading if field_id in FIELDS else field_id


def is_fresh(case: Case, today: date, calendar: Calendar, grace_days: int) -> bool:
    """Return True for a row in its first days: since it was first seen, or received where no memory knows."""
    began = case.first_seen or case.day("received_on")
    return began is not None and began <= today < calendar.add_working_days(began, grace_days)


def _by_case(findings: Iterable[Finding], silent: frozenset[str]) -> Mapping[Place, Sequence[Finding]]:
    by_case: dict[Place, list[Finding]] = defaultdict(list)
    for each in findings:
        asks_owner = each.rule == "missing-field" and each.field == "case_owner"
        if each.key not in silent and each.rule not in NOT_FOR_OWNERS and not asks_owner:
            by_case[each.place].append(each)
    return by_case


# --- what is coming: clocks that still run --------------------------------------------------------------


def _horizon(today: date, calendar: Calendar, rules: LineRules) -> tuple[date, date]:
    """Return (last day of "soon", last day of "this week" or the same day where the week is not shown)."""
    soon = calendar.add_working_days(today, rules.soon_working_days)
    is_first = not any(calendar.is_working(day) for day in _week_before(today))
    week_end = date.fromordinal(today.toordinal() + 6 - today.weekday())
    return soon, max(soon, week_end) if rules.week_ahead and is_first else soon


def _week_before(today: date) -> Iterator[date]:
    return (date.fromordinal(today.toordinal() - back) for back in range(1, today.weekday() + 1))


def _coming(
    case: Case, verdicts: Sequence[Verdict], today: date, calendar: Calendar, horizon: tuple[date, date]
) -> Iterator[_Fact]:
    soon, week_end = horizon
    for verdict in verdicts:
        if verdict.outcome != "running" or verdict.due is None:
            continue
        due = _day(verdict.due)
        if due > week_end:
            continue
        group: Group = "today" if due <= today else "soon" if due <= soon else "week"
        action = CLOCK_ACTIONS.get(verdict.clock, (f"Complete the step “{verdict.clock}”", ""))[0]
        because = _reckoned(case, verdict, calendar)
        yield _Fact(group, action, because, verdict.due, is_call=verdict.clock in _CALLS)


def _on_hold(case: Case, verdicts: Sequence[Verdict], today: date) -> Iterator[_Fact]:
    """Yield one fact for a case whose clock is paused: no limit runs, but nobody may forget it."""
    if not case.open or not any(verdict.outcome == "paused" for verdict in verdicts):
        return
    first, last = case.day("paused_from"), case.day("paused_until")
    since = f" since {day_near(first, today)}" if first else ""
    until = f" until {day_near(last, today)}" if last else ", with no end"
    who = f", decided by {case.text('pause_decided_by')}" if case.text("pause_decided_by") else ""
    because = f"Paused{since}{until}{who}; no limit runs meanwhile"
    yield _Fact("paused", "Ask for what it waits for, or end the pause", because)


def _reckoned(case: Case, verdict: Verdict, calendar: Calendar) -> str:
    """Return where the due day comes from: "Received 13 Oct, due 5 working days later; no follow-up date"."""
    state = _state(case, verdict)
    if verdict.start is None or verdict.due is None:
        return state
    start, due = _day(verdict.start), _day(verdict.due)
    event = "Received" if start == case.day("received_on") else "Counted from"
    if due == start:
        later = "the same day"
    elif calendar.is_working(due):
        later = f"{count(calendar.working_days_between(start, due), 'working day')} later"
    else:
        later = f"{count((due - start).days, 'day')} later"
    reckoning = f"{event} {day_near(start, due)}, due {later}"
    return f"{reckoning}; {state}" if state else reckoning


def _state(case: Case, verdict: Verdict) -> str:
    if verdict.clock == "follow-up" and case.blank("followed_up_on"):
        return "no follow-up date"
    return ""


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


# --- what was found: past the standard, open too long, and gaps in the row ------------------------------


def _said(
    case: Case,
    found: Sequence[Finding],
    verdicts: Sequence[Verdict],
    today: date,
    calendar: Calendar,
    *,
    grace_days: int,
) -> Iterator[_Fact]:
    gaps: list[Finding] = []
    for each in found:
        if each.rule == "clock-breached":
            yield from _breach(case, each, verdicts, today, calendar)
        elif each.rule == "open-too-long":
            yield _open_long(case, each, today, calendar)
        elif each.rule != "clock-due-soon":  # what is coming is read from the clocks themselves
            gaps.append(each)
    if gaps and not is_fresh(case, today, calendar, grace_days):
        yield from _gaps(case, gaps, today)


def _breach(
    case: Case, finding: Finding, verdicts: Sequence[Verdict], today: date, calendar: Calendar
) -> Iterator[_Fact]:
    """Yield the breach if something can still be done about it; a step done late is history."""
    for verdict in verdicts:
        same = verdict.clock == finding.clock and finding.policy in (None, verdict.policy)
        if not same or verdict.outcome != "breached" or verdict.stop is not None or verdict.due is None:
            continue
        late = CLOCK_ACTIONS.get(verdict.clock, ("", f"Complete the step “{verdict.clock}”"))[1]
        because = _reckoned(case, verdict, calendar)
        if case.open:
            over = calendar.working_days_between(_day(verdict.due), today)
            is_call = verdict.clock in _CALLS
            yield _Fact("over", late, because, verdict.due, verdict.late_by, over, is_call, (finding.key,))
        else:
            yield _Fact(
                "missing", f"Fill in the date: {late[0].lower()}{late[1:]}", because, keys=(finding.key,)
            )


def _open_long(case: Case, finding: Finding, today: date, calendar: Calendar) -> _Fact:
    followed_up = case.day("followed_up_on")
    because = f"Followed up {day_near(followed_up, today)}, still open" if followed_up else finding.message
    over = calendar.working_days_between(_day(finding.due), today) if finding.due else 0
    action = "Close the case, or tell the customer what happens next"
    return _Fact("open long", action, because, finding.due, days_over=over, keys=(finding.key,))


def _gaps(case: Case, gaps: Sequence[Finding], today: date) -> Iterator[_Fact]:
    empty = [each for each in gaps if each.rule == "missing-field" and each.field]
    if empty:
        names = listing(heading_of(case, each.field or "") for each in empty)
        received = case.day("received_on")
        because = f"Received {day_near(received, today)}" if received else ""
        yield _Fact("missing", f"Fill in {names}", because, keys=tuple(each.key for each in empty))
    for each in gaps:
        if each not in empty:
            yield _Fact("missing", _gap_action(case, each), each.message, keys=(each.key,))


def _gap_action(case: Case, finding: Finding) -> str:
    heading = heading_of(case, finding.field) if finding.field else ""
    if heading and finding.field and case.blank(finding.field):
        return f"Fill in {heading}"
    if finding.rule == "dates-out-of-order":
        return "Check the dates"
    if finding.rule in {"date-in-future", "unreadable-value"} and heading:
        return f"Correct {heading}"
    return f"Check {heading}" if heading else "Look at this row"


# --- the line -------------------------------------------------------------------------------------------


def _line(case: Case, key: str, facts: Sequence[_Fact], today: date, rules: LineRules) -> Line:
    first, *others = sorted(facts, key=lambda fact: fact.urgency)
    due = _day(first.due) if first.due else None
    issue = issue_of(case)
    return Line(
        key=key,
        group=first.group,
        action=first.action,
        why=_why(case, first, others),
        case=case,
        about=about(case, customer_names=rules.customer_names, issue=issue),
        due=due,
        due_words=_due_words(first, today),
        over_words=_over_words(first),
        days_over=first.days_over,
        is_call=any(fact.is_call for fact in facts),
        issue=issue,
        findings=tuple(dict.fromkeys(key for fact in (first, *others) for key in fact.keys)),
        link=rules.link(case.register, case.row),
        is_checked=first.group == "missing" and is_checked(case),
        due_at=first.due if isinstance(first.due, datetime) else None,
    )


def _why(case: Case, first: _Fact, others: Sequence[_Fact]) -> str:
    because = sentence(masked(first.because, case.text("customer_name")))
    folded = _folded(first, others)
    return " ".join(filter(None, (because, sentence(f"Also: {folded}") if folded else "")))


def _folded(first: _Fact, others: Sequence[_Fact]) -> str:
    """Return the other things the case needs, each once; one call is enough for two clocks."""
    more = [
        fact.action for fact in others if fact.action != first.action and not (fact.is_call and first.is_call)
    ]
    return "; ".join(f"{action[0].lower()}{action[1:]}" for action in dict.fromkeys(more))


def _due_words(fact: _Fact, today: date) -> str:
    if fact.due is None:
        return ""
    day = _day(fact.due)
    at = f" {clock_time(fact.due)}" if isinstance(fact.due, datetime) else ""
    if fact.group == "today":
        return f"today{at}"
    if fact.group in {"soon", "week"}:
        return f"{weekday_day(day)}{at}"
    return f"{day_near(day, today)}{at}"


def _over_words(fact: _Fact) -> str:
    if fact.group != "over" or fact.late_by is None or fact.due is None:
        return ""
    if fact.late_by.value == 0:  # at a weekend nothing has been counted yet, but it is past
        return f"since {weekday_day(_day(fact.due))}"
    return f"{count(fact.late_by.value, fact.late_by.unit)} over"
