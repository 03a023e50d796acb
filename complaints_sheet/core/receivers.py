"""What each receiver could be told today: the owners, the managers above them, and the coordinator."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.findings import case_mark, ordinals
from complaints_sheet.core.lines import Group, Line, about, lines_of
from complaints_sheet.core.model import Case, Finding, Judgement, Register
from complaints_sheet.core.notice import Candidate, Entry, MailRules
from complaints_sheet.core.people import Directory, Person, plain_name
from complaints_sheet.core.privacy import masked
from complaints_sheet.core.routing import (
    NoReceiver,
    Roles,
    Route,
    default_receiver,
    escalation,
    route_name,
)
from complaints_sheet.core.rules.owners import suggestions
from complaints_sheet.core.telling import Mark
from complaints_sheet.core.wording import count, listing, sentence

Box = Mapping[Person, Sequence[Candidate]]


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that is true at one moment, worked out once for all receivers."""

    judgements: Sequence[Judgement]
    directory: Directory
    roles: Roles
    today: date
    calendar: Calendar
    rules: MailRules
    lines: tuple[Line, ...]
    routes: Mapping[Case, Route]
    places: Mapping[str, tuple[str, bool]]  # register id to (name to print or "", print the sheet)
    closed_this_week: Mapping[Person, int]


def facts(
    judgements: Sequence[Judgement],
    directory: Directory,
    roles: Roles,
    today: date,
    *,
    calendar: Calendar,
    rules: MailRules,
) -> Facts:
    """Return what is true on a local day: every case's line and owner, and what owners closed this week."""
    lines = tuple(
        line
        for judgement in judgements
        for line in lines_of(judgement, today, calendar, rules.lines, rules.accepted)
    )
    registers = [judgement.register for judgement in judgements]
    cases = [case for register in registers for case in register.cases]
    by_name = {typed: route_name(typed, directory) for typed in {case.text("case_owner") for case in cases}}
    routes = {case: by_name[case.text("case_owner")] for case in cases}
    places = {each.id: (each.name if len(registers) > 1 else "", len(each.layouts) > 1) for each in registers}
    done = _closed_this_week(routes, today, calendar)
    return Facts(judgements, directory, roles, today, calendar, rules, lines, routes, places, done)


def _closed_this_week(routes: Mapping[Case, Route], today: date, calendar: Calendar) -> Mapping[Person, int]:
    """Return on the last working day of a week how many cases each owner closed in it; else nothing."""
    monday = today - timedelta(days=today.weekday())
    days = [monday + timedelta(days=offset) for offset in range(7)]
    if any(calendar.is_working(day) for day in days if day > today):
        return {}
    return Counter(
        found.receiver
        for case, found in routes.items()
        if found.receiver and not case.open and _closed_on(case) in days[: today.weekday() + 1]
    )


def _closed_on(case: Case) -> date | None:
    return case.day("closed_on") or case.day("resolved_on") or case.day("followed_up_on")


# --- owners ---------------------------------------------------------------------------------------------


def for_owners(given: Facts) -> Box:
    """Return each owner's own rows, the most urgent first."""
    boxes: dict[Person, list[Candidate]] = defaultdict(list)
    for line in sorted(given.lines, key=lambda line: line.urgency):
        receiver = given.routes[line.case].receiver
        if receiver is not None:
            boxes[receiver].append(_owners_row(line, given))
    return boxes


def _owners_row(line: Line, given: Facts) -> Candidate:
    waits = line.group in {"missing", "open long"}
    step = given.rules.steps.reached(line.days_over) if line.group == "over" else 1
    mark = Mark(line.group, None if waits else line.due, step, waits)
    return Candidate(_entry(line, given), mark, line.group, _heading(line.group, given))


def _heading(group: Group, given: Facts) -> str:
    soon = given.rules.lines.soon_working_days
    return {
        "over": "Past the standard",
        "today": "Due today",
        "soon": f"Due within {count(soon, 'working day')}",
        "week": "Later this week",
        "open long": "Open a long time",
        "missing": "Missing from the register",
    }[group]


def _entry(line: Line, given: Facts) -> Entry:
    return Entry(
        key=line.key,
        case=case_name(line.case),
        place=place_of(line.case, given),
        action=line.action,
        why=line.why,
        about=line.about,
        due_words=line.due_words,
        over_words=line.over_words,
        link=line.link,
        is_over=line.group == "over",
        is_call=line.is_call,
        issue=line.issue,
    )


def case_name(case: Case) -> str:
    """Return what people call the case where that is more than its row, else "Row 12"."""
    return case.ref or case.id or f"Row {case.row}"


def place_of(case: Case, given: Facts) -> str:
    """Return where the row stands beyond its name: "row 483", after register and sheet if several."""
    register, several_sheets = given.places[case.register]
    row = f"row {case.row}" if case.ref or case.id else ""
    return ", ".join(filter(None, (register, case.sheet if several_sheets else "", row)))


# --- managers -------------------------------------------------------------------------------------------


def for_managers(given: Facts) -> Box:
    """Return each lead's and manager's cases past the standard, grouped by owner, the longest over first."""
    over = [line for line in given.lines if line.group == "over" and line.days_over >= given.rules.lead_after]
    levels: dict[Person, dict[str, tuple[Line, int]]] = defaultdict(dict)
    for line in sorted(over, key=lambda line: line.urgency):
        owner = given.routes[line.case].owner
        for person, level in _told_above(line, owner, given) if owner else ():
            _, before = levels[person].get(line.key, (line, 0))
            levels[person][line.key] = (line, max(level, before))
    return {
        person: [_managers_row(line, level, given) for line, level in rows.values()]
        for person, rows in levels.items()
    }


def _told_above(line: Line, owner: Person, given: Facts) -> Sequence[tuple[Person, int]]:
    """Return who above the owner hears of the line, and at which level: the lead is 1, the manager 2."""
    chain = escalation(owner, given.directory)
    if not chain:
        return ()
    lead, manager = chain
    return ((lead, 1), (manager, 2)) if line.days_over >= given.rules.manager_after else ((lead, 1),)


def _managers_row(line: Line, level: int, given: Facts) -> Candidate:
    owner = given.routes[line.case].owner
    name = owner.name if owner else ""
    return Candidate(_entry(line, given), Mark("past the standard", None, level), name, name)


# --- the coordinator ------------------------------------------------------------------------------------

_UNROUTED: Mapping[NoReceiver, tuple[str, str]] = {
    "no owner": ("No owner", "Name an owner"),
    "not in the people list": (
        "Owner not in the people list",
        "Correct the owner, or add them to the people list",
    ),
    "fits two people": ("Owner could be two people", "Say which of them is meant"),
    "no address": ("Owner without an e-mail address", "Add their address to the people list"),
}

_TOLD_BY_CASE = frozenset({"unknown-owner", "owner-without-address"})  # the rows of `_unrouted` say it
_NAMES_SHOWN = 6

_BY_RULE: Mapping[str, tuple[str, str]] = {
    "row-removed": ("Rows that disappeared", "Check why the row was removed"),
    "duplicate-row": ("Perhaps the same complaint twice", "Keep one row, or say why there are two"),
    "ambiguous-date": ("Dates that can be read two ways", "Type the date again with the month in letters"),
    "repeat-customer": ("Customers who came back", "Check that one person handles this customer"),
    "silent-department": (
        "Departments that have gone quiet",
        "Ask whether complaints are being written down",
    ),
}


def for_coordinator(given: Facts) -> Box:
    """Return what nobody else can act on, for the coordinator; empty where nobody can be told at all."""
    receiver = default_receiver(given.roles)
    rows = [*_unrouted(given), *_unmanaged(given), *_for_nobody_else(given), *_closed_without_owner(given)]
    return {receiver: rows} if receiver and rows else {}


def _unrouted(given: Facts) -> Iterable[Candidate]:
    """Yield the cases whose owner cannot be told, the most urgent first; closed ones only in need."""
    waiting = {line.case: line for line in given.lines}
    numbers = {
        case: number
        for judgement in given.judgements
        for case, number in ordinals(judgement.register.cases).items()
    }
    found = [case for case, route in given.routes.items() if route.why_not and (case.open or case in waiting)]
    found.sort(key=lambda case: waiting[case].urgency if case in waiting else (99, 0, date.max, case.row))
    for why_not in _UNROUTED:
        for case in found:
            if given.routes[case].why_not == why_not:
                key = f"{case_mark(case, numbers.get(case, 1))}:owner"
                yield _unrouted_row(case, waiting.get(case), key, given)


def _unrouted_row(case: Case, line: Line | None, key: str, given: Facts) -> Candidate:
    route = given.routes[case]
    heading, action = _UNROUTED[route.why_not]
    needs = f"It also needs: {line.action[0].lower()}{line.action[1:]}." if line else ""
    entry = Entry(
        key=key,
        case=case_name(case),
        place=place_of(case, given),
        action=action,
        why=" ".join(filter(None, (_why_nobody(route, given.directory), needs))),
        about=about(case, customer_names=given.rules.lines.customer_names),
        due_words=line.due_words if line else "",
        over_words=line.over_words if line else "",
        link=given.rules.lines.links.get(case.register, ""),
        is_over=bool(line and line.group == "over"),
    )
    return Candidate(entry, Mark("owner", waits=True), heading, heading)


def _why_nobody(found: Route, directory: Directory) -> str:
    """Return in a sentence why nobody can be told, with the people who may be meant."""
    if found.why_not == "no owner":
        return "Case Owner is empty."
    if found.why_not == "no address":
        name = found.owner.name if found.owner else found.typed
        return f"{name} has no e-mail address in the people list."
    if found.why_not == "fits two people":
        both = directory.by_name.get(plain_name(found.typed), ())
        return f"Case Owner is “{found.typed}”, which fits {listing(person.name for person in both)}."
    maybe = suggestions(found.typed, directory, most=2)
    question = f" Is it {listing((person.name for person in maybe), 'or')}?" if maybe else ""
    return f"Case Owner is “{found.typed}”, who is not in the people list.{question}"


def _unmanaged(given: Facts) -> Iterable[Candidate]:
    """Yield the cases past the manager's day whose owner has nobody above to tell."""
    heading = "Past the standard, with no manager to tell"
    for line in sorted(given.lines, key=lambda line: line.urgency):
        owner = given.routes[line.case].owner
        late = line.group == "over" and line.days_over >= given.rules.manager_after
        if owner and late and not escalation(owner, given.directory):
            entry = _entry(line, given)
            yield Candidate(entry, Mark("past the standard", waits=True), heading, heading)


def _for_nobody_else(given: Facts) -> Iterable[Candidate]:
    """Yield what rules found that no owner can act on, and whatever is said of a register as a whole."""
    for judgement in given.judgements:
        found = [each for each in judgement.findings if _is_for_coordinator(each, given)]
        cases = _by_place(judgement) if found else {}
        order = {rule: place for place, rule in enumerate(_BY_RULE)}
        for each in sorted(found, key=lambda finding: order.get(finding.rule, len(order))):
            heading, action = _BY_RULE.get(each.rule, ("About the register", "Look at this"))
            case = cases.get((each.source, each.sheet, each.row))
            yield _finding_row(each, case, heading, action, given)


def _is_for_coordinator(finding: Finding, given: Facts) -> bool:
    if finding.rule in _TOLD_BY_CASE or finding.key in given.rules.accepted:
        return False
    return finding.rule in _BY_RULE or finding.row is None


def _closed_without_owner(given: Facts) -> Iterable[Candidate]:
    """Yield one row a register for its closed cases whose owner is nobody we know."""
    waiting = {line.case for line in given.lines}
    for judgement in given.judgements:
        names = Counter(
            given.routes[case].typed
            for case in judgement.register.cases
            if not case.open and case not in waiting and given.routes[case].owner is None
        )
        if names:
            yield _closed_row(judgement.register, names, given)


def _closed_row(register: Register, names: Counter[str], given: Facts) -> Candidate:
    shown = [
        f"{f'“{name}”' if name else 'empty'} ({number})" for name, number in names.most_common(_NAMES_SHOWN)
    ]
    more = [f"{len(names) - len(shown)} more"] if len(names) > len(shown) else []
    heading = "Closed complaints without a known owner"
    entry = Entry(
        key=f"{register.id}:closed-owners",
        case="Register",
        place=given.places[register.id][0],
        action="Correct Case Owner, or add the name to the people list",
        why=f"{listing([*shown, *more])}. Nobody is waiting, but the figures by owner lack them.",
        link=given.rules.lines.links.get(register.id, ""),
    )
    return Candidate(entry, Mark("owners", waits=True), heading, heading)


def _by_place(judgement: Judgement) -> Mapping[tuple[str, str, int | None], Case]:
    return {(case.source, case.sheet, case.row): case for case in judgement.register.cases}


def _finding_row(finding: Finding, case: Case | None, heading: str, action: str, given: Facts) -> Candidate:
    message = masked(finding.message, case.text("customer_name")) if case else finding.message
    entry = Entry(
        finding.key,
        case_name(case) if case else "Register",
        place_of(case, given) if case else "",
        action,
        sentence(message),
        about=about(case, customer_names=given.rules.lines.customer_names) if case else "",
        link=given.rules.lines.links.get(finding.register, ""),
    )
    return Candidate(entry, Mark(finding.rule, waits=True), heading, heading)
