"""What the coordinator and the director could be told: what owners cannot, or must not, settle alone."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.findings import case_mark, ordinals
from complaints_sheet.core.judging import NO_COLUMN
from complaints_sheet.core.lines import FOR_THE_DIRECTOR, Line, about, heading_of, is_fresh
from complaints_sheet.core.model import Case, Finding, Judgement, Place, Register
from complaints_sheet.core.notice import Candidate, Entry
from complaints_sheet.core.people import Directory, Person, plain_name
from complaints_sheet.core.privacy import masked
from complaints_sheet.core.receivers import (
    Box,
    Facts,
    by_place,
    case_name,
    entry_of,
    place_of,
    present,
)
from complaints_sheet.core.routing import NoReceiver, Route, default_receiver, escalation, one_address
from complaints_sheet.core.rules.owners import suggestions
from complaints_sheet.core.telling import Mark
from complaints_sheet.core.wording import count, listing, plural, sentence, shorten

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
    "date-moved": ("Dates that were moved", "Ask why the date was changed"),
    "owner-changed": ("Cases handed over", "Check that the new owner knows of it"),
    "reference-reused": ("References used twice", "Give the new row a reference of its own"),
    "uncertain-row": ("Rows that may be older ones, changed", "Say whether it is the same complaint"),
    "duplicate-row": ("Perhaps the same complaint twice", "Keep one row, or say why there are two"),
    "ambiguous-date": ("Dates that can be read two ways", "Type the date again with the month in letters"),
    "same-person": ("One person in two parts", "Give one of the two parts to somebody else"),
    "owner-named-in-issue": ("Owners named in a complaint", "Decide who looks into it"),
    "investigator-not-allowed": ("Handled by somebody who may not", "Give it to somebody who may"),
    "repeat-customer": ("Customers who came back", "Check that one person handles this customer"),
    "owner-not-trained": ("Owners without training", "Book it, or put its day into the people list"),
    "silent-department": (
        "Departments that have gone quiet",
        "Ask whether complaints are being written down",
    ),
}


def for_coordinator(given: Facts) -> Box:
    """Return what nobody else can act on, for the coordinator; empty where nobody can be told at all."""
    usual = default_receiver(given.roles)
    people = present(given.rules.routes.get("coordinator", (usual,) if usual else ()), given)
    if not people:
        return {}
    rows = [
        *([] if _directors(given) else _for_director(given)),
        *_unrouted(given),
        *_unmanaged(given),
        *_for_nobody_else(given),
        *_closed_without_owner(given),
        *_cannot_judge(given),
    ]
    return dict.fromkeys(people, rows) if rows else {}


def _box(rows: Sequence[Candidate], people: Sequence[Person], given: Facts) -> Box:
    return dict.fromkeys(present(people, given), rows) if rows else {}


def _unrouted(given: Facts) -> Iterable[Candidate]:
    """Yield the cases whose owner cannot be told, the most urgent first; closed ones only in need."""
    waiting = {line.case: line for line in given.lines}
    numbers = {
        case: number
        for judgement in given.judgements
        for case, number in ordinals(judgement.register.cases).items()
    }
    found = [
        case
        for case, route in given.routes.items()
        if route.why_not and (case in waiting or (case.open and not _is_being_filled_in(case, route, given)))
    ]
    found.sort(key=lambda case: waiting[case].urgency if case in waiting else (99, 0, date.max, case.row))
    for why_not in _UNROUTED:
        for case in found:
            if given.routes[case].why_not == why_not:
                key = f"{case_mark(case, numbers.get(case, 1))}:owner"
                yield _unrouted_row(case, waiting.get(case), key, given)


def _is_being_filled_in(case: Case, route: Route, given: Facts) -> bool:
    """Return True for a new row without an owner yet that needs nothing else: somebody may be typing it."""
    grace_days = given.rules.lines.grace_days
    return route.why_not == "no owner" and is_fresh(case, given.today, given.calendar, grace_days)


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
        about=line.about if line else about(case, customer_names=given.rules.lines.customer_names),
        due_words=line.due_words if line else "",
        over_words=line.over_words if line else "",
        link=given.rules.lines.link(case.register, case.row),
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
            entry = entry_of(line, given)
            yield Candidate(entry, Mark("no manager", waits=True), heading, heading)


def _for_nobody_else(given: Facts) -> Iterable[Candidate]:
    """Yield what rules found that no owner can act on, and whatever is said of a register as a whole."""
    for judgement in given.judgements:
        found = [each for each in judgement.findings if _is_for_coordinator(each, given)]
        cases = by_place(judgement) if found else {}
        order = {rule: place for place, rule in enumerate(_BY_RULE)}
        for each in sorted(found, key=lambda finding: order.get(finding.rule, len(order))):
            heading, action = _BY_RULE.get(each.rule, ("About the register", "Look at this"))
            case = cases.get(each.place)
            yield _finding_row(each, case, heading, action, given)


def _is_for_coordinator(finding: Finding, given: Facts) -> bool:
    if finding.rule in _TOLD_BY_CASE | FOR_THE_DIRECTOR or finding.key in given.rules.accepted:
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
        link=given.rules.lines.link(register.id),
    )
    return Candidate(entry, Mark("owners", waits=True), heading, heading)


def _finding_row(finding: Finding, case: Case | None, heading: str, action: str, given: Facts) -> Candidate:
    message = masked(finding.message, case.text("customer_name")) if case else finding.message
    entry = Entry(
        finding.key,
        case_name(case) if case else finding.case or "Register",
        place_of(case, given) if case else "",
        action,
        sentence(message),
        about=about(case, customer_names=given.rules.lines.customer_names) if case else "",
        link=given.rules.lines.link(finding.register, finding.row or 1),
    )
    return Candidate(entry, Mark(finding.rule, waits=True), heading, heading)


def _cannot_judge(given: Facts) -> Iterable[Candidate]:
    """Yield one row for each register that lacks columns which confirmations need."""
    heading = "What cannot be judged"
    for judgement in given.judgements:
        register, lacking = judgement.register, _lacking(judgement)
        if not lacking:
            continue
        columns = listing(f"“{_heading(column)}”" for column in lacking)
        entry = Entry(
            key=f"{register.id}:cannot-judge",
            case="Register",
            place=given.places[register.id][0],
            action=f"Add {plural(len(lacking), 'a column', 'columns')} {columns}",
            why=f"Cannot judge of {count(max(lacking.values()), 'case')} whether the answer was confirmed "
            "before the customer heard, as the written procedure asks. It is said here once, not for every "
            "case.",
            link=given.rules.lines.link(register.id),
        )
        yield Candidate(entry, Mark("column", waits=True), heading, heading)


def _lacking(judgement: Judgement) -> Mapping[str, int]:
    """Return each column that confirmations need and the register lacks, with the cases it touches."""
    lacking: dict[str, int] = {}
    for each in judgement.not_judged:
        if each.rule == "not-confirmed" and each.reason.startswith(NO_COLUMN):
            column = each.reason.removeprefix(NO_COLUMN)
            lacking[column] = max(each.cases, lacking.get(column, 0))
    return lacking


def _heading(field_id: str) -> str:
    return FIELDS[field_id].heading if field_id in FIELDS else field_id


def cannot_confirm(given: Facts) -> tuple[str, ...]:
    """Return, in a sentence a register, what a director cannot be told of for want of a column."""
    return tuple(
        f"Cannot judge{f' in {name}' if name else ''}: the register has no column for "
        f"{listing(f'“{_heading(column)}”' for column in lacking)}."
        for judgement in given.judgements
        if (lacking := _lacking(judgement))
        for name in [given.places[judgement.register.id][0]]
    )


# --- the director ---------------------------------------------------------------------------------------

TO_CONFIRM = "To confirm before the customer hears"
PROPOSAL_LENGTH = 240

_DIRECTORS: Mapping[str, tuple[str, str]] = {
    "awaiting-confirmation": (
        TO_CONFIRM,
        "Read the resolution, then fill in {cell}",
    ),
    "referral-open": ("Referred to you", "See to this case"),
    "consequence-due": ("What a broken time limit asks for", "See that it is done"),
    "not-confirmed": ("Answered without your confirmation", "Say whether the answer stands, in {cell}"),
}


def _directors(given: Facts) -> Sequence[Person]:
    """Return who gets the approvals: whoever the config names, else the director if they have an address."""
    director = given.roles.director
    usual = (director,) if director and one_address(director.email) else ()
    return given.rules.routes.get("approvals", usual)


def for_director(given: Facts) -> Box:
    """Return what waits for the director: confirmations, referrals, consequences."""
    directors = _directors(given)
    return _box(tuple(_for_director(given)) if directors else (), directors, given)


def _for_director(given: Facts) -> Iterable[Candidate]:
    for rule, (heading, action) in _DIRECTORS.items():
        for judgement in given.judgements:
            cases: Mapping[Place, Case] = {}
            for each in judgement.findings:
                if each.rule == rule and each.key not in given.rules.accepted:
                    cases = cases or by_place(judgement)
                    case = cases.get(each.place)
                    row = _finding_row(each, case, heading, action.format(cell=_cell(each, case)), given)
                    yield _with_proposal(row, case) if case and heading == TO_CONFIRM else row


def _with_proposal(row: Candidate, case: Case) -> Candidate:
    """Return the row with the words that are to be confirmed, the customer's own name masked."""
    proposed = shorten(masked(case.text("resolution"), case.text("customer_name")), PROPOSAL_LENGTH)
    return replace(row, entry=replace(row.entry, why=f"Proposed: “{proposed}”"))


def _cell(finding: Finding, case: Case | None) -> str:
    """Return the cell to fill in as people find it: "Date confirmed (cell K12)"."""
    heading = heading_of(case, finding.field) if case and finding.field else "the row"
    return f"{heading} (cell {finding.cell})" if finding.cell else heading
