"""What owners, and the managers above them, could be told today."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.lines import Group, Line, lines_of
from complaints_sheet.core.model import Case, Judgement, Place
from complaints_sheet.core.notice import Candidate, Entry, Kind, MailRules
from complaints_sheet.core.people import Directory, Person
from complaints_sheet.core.routing import (
    Roles,
    Route,
    default_receiver,
    escalation,
    route_name,
    standing_in,
)
from complaints_sheet.core.telling import Mark
from complaints_sheet.core.wording import count, listing, weekday_day

Box = Mapping[Person, Sequence[Candidate]]
LONGEST_SNOOZE_DAYS = 92
PAST_THE_STANDARD = (
    "past the standard"  # how a case stands that managers are told of; its step is their level
)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that is true at one moment, worked out once for all receivers."""

    judgements: Sequence[Judgement]
    directory: Directory
    roles: Roles
    now: datetime
    calendar: Calendar
    rules: MailRules
    lines: tuple[Line, ...]
    routes: Mapping[Case, Route]
    places: Mapping[str, tuple[str, bool]]  # register id to (name to print or "", print the sheet)
    closed_this_week: Mapping[Person, int]
    quiet: Mapping[Person, Sequence[Line]]  # put off, or ticked as checked
    accepted: Mapping[Person, int]  # how many findings of each receiver a person accepted as right

    @property
    def today(self) -> date:
        """Return the local day."""
        return self.now.date()


def facts(
    judgements: Sequence[Judgement],
    directory: Directory,
    roles: Roles,
    now: datetime,
    *,
    calendar: Calendar,
    rules: MailRules,
) -> Facts:
    """Return what is true at a local moment: every case's line and owner, what owners closed this week."""
    today = now.date()
    lines = tuple(
        line
        for judgement in judgements
        for line in lines_of(judgement, today, calendar, rules.lines, rules.accepted)
    )
    registers = [judgement.register for judgement in judgements]
    cases = [case for register in registers for case in register.cases]
    by_name = {
        typed: route_name(typed, directory, today) for typed in {case.text("case_owner") for case in cases}
    }
    routes = {case: by_name[case.text("case_owner")] for case in cases}
    places = {each.id: (each.name if len(registers) > 1 else "", len(each.layouts) > 1) for each in registers}
    return Facts(
        judgements,
        directory,
        roles,
        now,
        calendar,
        rules,
        lines,
        routes,
        places,
        closed_this_week=_closed_this_week(routes, today, calendar),
        quiet=_quiet(lines, routes, today, rules),
        accepted=_accepted(judgements, routes, rules) if rules.accepted else {},
    )


def _quiet(
    lines: Sequence[Line], routes: Mapping[Case, Route], today: date, rules: MailRules
) -> Mapping[Person, Sequence[Line]]:
    quiet: dict[Person, list[Line]] = defaultdict(list)
    for line in lines:
        receiver = routes[line.case].receiver
        if receiver is not None and _is_quiet(line, today, rules):
            quiet[receiver].append(line)
    return quiet


def _is_quiet(line: Line, today: date, rules: MailRules) -> bool:
    return line.is_checked or put_off_until(line, today, rules) is not None


def _accepted(
    judgements: Sequence[Judgement], routes: Mapping[Case, Route], rules: MailRules
) -> Mapping[Person, int]:
    found: Counter[Person] = Counter()
    for judgement in judgements:
        cases = by_place(judgement)
        for each in judgement.findings:
            case = cases.get(each.place)
            receiver = routes[case].receiver if case else None
            if each.key in rules.accepted and receiver:
                found[receiver] += 1
    return found


def by_place(judgement: Judgement) -> Mapping[Place, Case]:
    """Return the cases of a register by where they stand, as findings name it."""
    return {case.place: case for case in judgement.register.cases}


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


# --- routes ---------------------------------------------------------------------------------------------


def routed(kind: Kind, box: Box, given: Facts) -> Box:
    """Return the box as the config routes this kind: as it is, to nobody, or all of it to other people.

    A case that several receivers would have been told of is listed once, at the highest level.
    """
    instead = given.rules.routes.get(kind)
    if instead is None:
        return box
    rows: dict[str, Candidate] = {}
    for candidates in box.values():
        for each in candidates:
            before = rows.get(each.entry.key)
            if before is None or before.mark.step < each.mark.step:
                rows[each.entry.key] = each
    return {person: tuple(rows.values()) for person in present(instead, given)} if rows else {}


def present(people: Sequence[Person], given: Facts) -> tuple[Person, ...]:
    """Return the people, each deputy in the place of somebody who is away, nobody twice."""
    return tuple(dict.fromkeys(standing_in(person, given.directory, given.today) for person in people))


def reviewers(given: Facts) -> tuple[Person, ...]:
    """Return who gets the weekly review: whoever the config names, else who oversees all complaints."""
    usual = default_receiver(given.roles)
    return present(given.rules.routes.get("weekly review", (usual,) if usual else ()), given)


# --- owners ---------------------------------------------------------------------------------------------


def for_owners(given: Facts) -> Box:
    """Return each owner's own rows, the most urgent first; a deputy's hold those of whoever is away."""
    boxes: dict[Person, list[Candidate]] = defaultdict(list)
    for line in sorted(given.lines, key=lambda line: line.urgency):
        receiver = given.routes[line.case].receiver
        if receiver is not None and not _is_quiet(line, given.today, given.rules):
            boxes[receiver].append(_owners_row(line, given))
    for receiver, row in _removed_rows(given):
        boxes[receiver].append(row)
    return boxes


def _removed_rows(given: Facts) -> Iterator[tuple[Person, Candidate]]:
    """Yield each row that is no longer in a register, for the owner it had."""
    heading, action = "No longer in the register", "Check that the row was meant to go"
    for judgement in given.judgements:
        for each in judgement.findings:
            if each.rule != "row-removed" or each.key in given.rules.accepted:
                continue
            receiver = route_name(each.owner or "", given.directory, given.today).receiver
            if receiver is not None:
                link = given.rules.lines.link(each.register)
                entry = Entry(
                    each.key,
                    each.case or "Register",
                    "",
                    action,
                    _for_its_owner(each.message, receiver, given),
                    link=link,
                )
                yield receiver, Candidate(entry, Mark("row-removed", waits=True), "removed", heading)


def _for_its_owner(removed: str, owner: Person, given: Facts) -> str:
    """Return what is said of a removed row, with the person who can bring it back in place of a command."""
    helper = default_receiver(given.roles)
    if helper is None or helper == owner:
        return removed
    said, gone, _ = removed.partition(" is no longer in the register.")
    return f"{said}{gone} {helper.name} can bring it back."


def put_off_until(line: Line, today: date, rules: MailRules) -> date | None:
    """Return until which day the case is put off, by the register or by hand; None where it is not.

    A case too far past its standard cannot be put off any more, and none for longer than three months ahead.
    """
    days = (line.case.day("snooze_until"), rules.snoozed.get(line.key))
    until = max((day for day in days if day is not None), default=None)
    if until is None or not today < until <= longest_snooze(today) or line.days_over > rules.snooze_cap:
        return None
    return until


def longest_snooze(today: date) -> date:
    """Return the last day until which anything can be put off on a local day."""
    return today + timedelta(days=LONGEST_SNOOZE_DAYS)


def asides(receiver: Person, given: Facts) -> tuple[str, ...]:
    """Return what is kept quiet in the receiver's digest, in a sentence each: nothing is silent uncounted."""
    quiet = given.quiet.get(receiver, ())
    later = [(each, until) for each in quiet if (until := put_off_until(each, given.today, given.rules))]
    checked = [case_name(each.case) for each in quiet if each.is_checked]
    accepted = given.accepted.get(receiver, 0)
    said = []
    if later:
        names = listing(f"{case_name(line.case)} until {weekday_day(until)}" for line, until in later)
        said.append(f"Put off, and not listed: {names}.")
    if checked:
        said.append(f"Marked as checked, and not listed: {listing(checked)}.")
    if accepted:
        said.append(f"Accepted as right, and not listed: {count(accepted, 'finding')}.")
    return tuple(said)


def _owners_row(line: Line, given: Facts) -> Candidate:
    waits, steps = line.group in {"missing", "open long", "paused"}, given.rules.steps
    step = steps.reached(line.days_over) if line.group == "over" else 1
    after = steps.day_of(step) if line.group == "over" else 0
    mark = Mark(line.group, None if waits else line.due, step, waits, after)
    entry = entry_of(line, given)
    route = given.routes[line.case]
    if route.owner != route.receiver and route.owner is not None:
        entry = replace(entry, why=f"{entry.why} For {route.owner.name}, who is away.")
    return Candidate(
        entry, mark, line.group, group_heading(line.group, given.rules), _presses(line, given.now)
    )


def _presses(line: Line, now: datetime) -> bool:
    """Return True where a line is due today, or at an hour within a day from now."""
    within = line.due_at is not None and now.replace(tzinfo=None) <= line.due_at <= (
        now.replace(tzinfo=None) + timedelta(hours=24)
    )
    return line.group == "today" or (line.group == "soon" and within)


def group_heading(group: Group, rules: MailRules) -> str:
    """Return the heading under which lines of a group are listed."""
    soon = rules.lines.soon_working_days
    return {
        "over": "Past the standard",
        "today": "Due today",
        "soon": f"Due within {count(soon, 'working day')}",
        "week": "Later this week",
        "open long": "Open a long time",
        "paused": "On hold",
        "missing": "Missing from the register",
    }[group]


def entry_of(line: Line, given: Facts) -> Entry:
    """Return the printed row of a line."""
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
    owners = {owner for line in over if (owner := given.routes[line.case].owner)}
    chains = {owner: _reachable_above(owner, given) for owner in owners}
    for line in sorted(over, key=lambda line: line.urgency):
        owner = given.routes[line.case].owner
        for person, level in _told_above(line, chains[owner], given.rules) if owner else ():
            _, before = levels[person].get(line.key, (line, 0))
            levels[person][line.key] = (line, max(level, before))
    return {
        person: [_managers_row(line, level, given) for line, level in rows.values()]
        for person, rows in levels.items()
    }


def _reachable_above(owner: Person, given: Facts) -> tuple[Person, ...]:
    """Return (lead, manager) of the owner, with deputies in the place of those who are away."""
    chain = escalation(owner, given.directory)
    return tuple(standing_in(person, given.directory, given.today) for person in chain)


def _told_above(line: Line, chain: Sequence[Person], rules: MailRules) -> Sequence[tuple[Person, int]]:
    """Return who above the owner hears of the line, and at which level: the lead is 1, the manager 2."""
    if not chain:
        return ()
    lead, manager = chain
    return ((lead, 1), (manager, 2)) if line.days_over >= rules.manager_after else ((lead, 1),)


def _managers_row(line: Line, level: int, given: Facts) -> Candidate:
    owner = given.routes[line.case].owner
    name = owner.name if owner else ""
    entry, until = entry_of(line, given), put_off_until(line, given.today, given.rules)
    if until is not None:
        entry = replace(entry, why=f"{entry.why} Put off by the owner until {weekday_day(until)}.")
    return Candidate(entry, Mark(PAST_THE_STANDARD, None, level), name, name)
