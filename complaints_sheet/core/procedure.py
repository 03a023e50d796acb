"""The parts of a policy that are not clocks, held against a case: steps, approvals, referrals, people.

Each function returns flags in plain words; `rules/` turns them into findings. A field without a column is not
recorded, so nothing is said of it here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.events import holds
from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.limits import add_months, last_day
from complaints_sheet.core.model import Case, Flag, Verdict
from complaints_sheet.core.people import Directory, plain_name
from complaints_sheet.core.policy import Approval, NeededWhen, Policy, Step
from complaints_sheet.core.wording import listing, long_date

Roles = Mapping[str, Sequence[str]]
"""The names of the people who hold a role, by role ("director")."""

NO_ROLES: Roles = MappingProxyType({})


def current_step(case: Case, policy: Policy) -> Step | None:
    """Return the first required step that is not done, or None where all are, or the policy has none.

    A step for which the register has no column is passed over.
    """
    return next((step for step in _asked(case, policy) if not _done(case, step)), None)


def skipped_steps(case: Case, policy: Policy) -> Iterator[Flag]:
    """Yield a flag for each required step that is not done although a later one is."""
    asked = tuple(_asked(case, policy))
    for at, step in enumerate(asked):
        later = next((each for each in asked[at + 1 :] if _done(case, each)), None)
        if later and not _done(case, step):
            message = f"The step “{step.title}” is not recorded, but the later step “{later.title}” is."
            yield Flag(message, _column(case, step.done_by), clause=step.clause, about=step.id)


def _asked(case: Case, policy: Policy) -> Iterator[Step]:
    informal = case.yes("formal") is False and case.day("converted_on") is None
    for step in policy.steps:
        recordable = any(case.recorded(field) for field in step.done_by)
        if step.required and recordable and not (step.formal_only and informal):
            yield step


def _done(case: Case, step: Step) -> bool:
    # A cell that could not be read was filled by somebody: it has a finding of its own.
    return any(_filled(case, field) for field in step.done_by)


def _filled(case: Case, field: str) -> bool:
    return field in case.values or field in case.problems


def _column(case: Case, fields: Iterable[str]) -> str | None:
    return next((field for field in fields if case.recorded(field)), None)


# --- approvals and referrals -----------------------------------------------------------------------------


def unconfirmed(case: Case, policy: Policy, roles: Roles = NO_ROLES) -> Iterator[Flag]:
    """Yield a flag for each thing that was done before, or without, the confirmation it needs."""
    for approval in policy.approvals:
        done, confirmed = case.day(approval.before), case.day(approval.on)
        if done is None or not case.recorded(approval.on) or approval.on in case.problems:
            continue
        heading = FIELDS[approval.before].heading
        if confirmed is None:
            message = f"{heading} is filled, but nothing shows that {_whose(approval)} confirmed it first."
            yield Flag(message, approval.on, clause=approval.clause, about=approval.id)
        elif confirmed > done:
            message = f"Confirmed on {long_date(confirmed)}, but answered on {long_date(done)} already."
            yield Flag(message, approval.on, clause=approval.clause, about=approval.id)
        else:
            yield from _confirmed_by_another(case, approval, roles)


def _confirmed_by_another(case: Case, approval: Approval, roles: Roles) -> Iterator[Flag]:
    if not case.recorded(approval.by) or approval.by in case.problems:
        return
    name, allowed = case.text(approval.by), names_meant(approval.who, roles)
    if not name:
        message = f"Confirmed, but not by whom: this is for {_whose(approval)}."
    elif plain_name(name) not in allowed:
        message = f"Confirmed by {name}; this is for {_whose(approval)}."
    else:
        return
    yield Flag(message, approval.by, clause=approval.clause, about=approval.id)


def names_meant(who: Iterable[str], roles: Roles) -> frozenset[str]:
    """Return the folded names meant by roles, titles or names; a role's own word is among them."""
    names: set[str] = set()
    for each in who:
        holders = next((held for role, held in roles.items() if plain_name(role) == plain_name(each)), None)
        names.update(map(plain_name, holders or ()))
        names.add(plain_name(each))
    return frozenset(names)


def _whose(approval: Approval) -> str:
    return f"the {listing(approval.who, 'or')}"


def awaiting_approval(case: Case, policy: Policy) -> Iterator[Flag]:
    """Yield a flag for each proposed resolution that waits for a confirmation."""
    for approval in policy.approvals:
        waits = case.text("resolution") and case.open and case.blank(approval.on)
        if waits and not _filled(case, approval.before):
            message = f"A resolution is proposed and waits for {_whose(approval)} to confirm it."
            yield Flag(message, approval.on, clause=approval.clause, about=approval.id)


def open_referrals(case: Case, policy: Policy) -> Iterator[Flag]:
    """Yield a flag for each answer or mark that has to go to somebody and is not settled."""
    for referral in policy.referrals:
        mark = next((each for each in referral.when if holds(each, case) is True), None)
        if mark and not (referral.done_by and _filled(case, referral.done_by)):
            said = case.values.get(mark.field)
            answer = {True: "yes", False: "no"}.get(said) if isinstance(said, bool) else said
            message = f"{FIELDS[mark.field].heading}: {answer}. {referral.message}"
            yield Flag(message, mark.field, clause=referral.clause, about=referral.id)


# --- who may do what ----------------------------------------------------------------------------------------


def same_person(case: Case, policy: Policy) -> Iterator[Flag]:
    """Yield a flag where two fields name one person and the policy says they must not."""
    for pair in policy.not_the_same:
        one, other = case.text(pair.field), case.text(pair.other)
        if one and plain_name(one) == plain_name(other):
            yield Flag(f"{one}: {pair.message}", pair.field, clause=pair.clause, about=pair.other)


def not_allowed(case: Case, policy: Policy, directory: Directory | None = None) -> Iterator[Flag]:
    """Yield a flag where the investigator is none of the people, and has none of the titles, that may be."""
    allowed = policy.investigators
    name = case.text(allowed.field) if allowed else ""
    if allowed is None or not name or any(plain_name(name) == plain_name(each) for each in allowed.people):
        return
    person = directory.match(name) if directory else None
    if person is None:
        return  # an unknown name has a finding of its own, and its title cannot be known
    if plain_name(person.title) not in {plain_name(title) for title in allowed.titles}:
        title = f", {person.title}," if person.title else ""
        those = listing((*allowed.titles, *allowed.people), "or")
        message = f"{name}{title} is not among those who may investigate: {those}."
        yield Flag(message, allowed.field, clause=allowed.clause)


# --- fields that are needed ------------------------------------------------------------------------------


def needed_fields(case: Case, policy: Policy) -> Iterator[Flag]:
    """Yield a flag for each field that this case needs and that is blank."""
    for needed in policy.needed_when:
        yield from _missing(case, needed)


def closing_gaps(case: Case, policy: Policy) -> Iterator[Flag]:
    """Yield a flag for each thing that the closing checklist asks of this case and that is missing."""
    for needed in policy.closing:
        yield from _missing(case, needed)


def _missing(case: Case, needed: NeededWhen) -> Iterator[Flag]:
    asked = needed.when_recorded is None or _filled(case, needed.when_recorded)
    if asked and all(holds(condition, case) is True for condition in needed.when):
        for field in needed.fields:
            if case.blank(field):
                message = f"{FIELDS[field].heading} is blank: {needed.message}"
                yield Flag(message, field, clause=needed.clause, about=needed.id)


# --- what follows from the clocks ------------------------------------------------------------------------


def late_appeals(case: Case, policy: Policy, verdicts: Iterable[Verdict]) -> Iterator[Flag]:
    """Yield a flag where the customer came after a window of theirs had closed; it is no breach of ours."""
    windows = {clock.id: clock for clock in policy.clocks if not clock.ours}
    for verdict in verdicts:
        clock = windows.get(verdict.clock)
        if clock is None or verdict.policy != policy.id or not verdict.stop or not verdict.due:
            continue
        if verdict.outcome == "not_applicable" and verdict.stop > verdict.due:
            field = next((each for each in clock.stops if case.day(each)), None)
            message = (
                f"{clock.title}: {long_date(verdict.stop)} is after the last day, {long_date(verdict.due)}. "
                "It may still be accepted; note why."
            )
            yield Flag(message, field, clock.id, policy.id, verdict.due, clock.clause, "low")


def consequences(case: Case, policy: Policy, verdicts: Iterable[Verdict]) -> Iterator[Flag]:
    """Yield a flag for what the policy says must follow from a breach of one of its clocks."""
    del case  # every fact is in the verdicts; the case is part of the common shape
    for verdict in verdicts:
        if verdict.outcome != "breached" or verdict.policy != policy.id:
            continue
        clock = policy.clock(verdict.clock)
        if clock.consequence:
            follows = {
                "refer": f"this goes to the {clock.consequence.to}",
                "pay": f"a payment of {clock.consequence.amount} to the customer is due",
                "publish": "this counts in what is published",
            }[clock.consequence.kind]
            clause = clock.consequence.clause or clock.clause
            yield Flag(
                f"{clock.title} was late, so {follows}.", None, clock.id, policy.id, verdict.due, clause
            )


def keep_until(case: Case, policy: Policy, calendar: Calendar) -> date | None:
    """Return the last day on which the record must be kept, or None where nothing says or it is open."""
    retention = None if case.open and case.day("closed_on") is None else policy.retention
    since = next((day for field in retention.since if (day := case.day(field))), None) if retention else None
    if retention is None or since is None:
        return None
    if retention.keep.unit == "calendar month":
        return add_months(since, retention.keep.size)
    return last_day(retention.keep, since, calendar)
