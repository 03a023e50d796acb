"""Why a mail about a case goes to whom, from which facts, when it goes again, and why a case is quiet."""

from collections.abc import Iterator
from datetime import date

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.lines import GROUPS, Line, is_checked
from complaints_sheet.core.model import Case
from complaints_sheet.core.notice import Kind, MailRules
from complaints_sheet.core.people import Directory, Person
from complaints_sheet.core.receivers import PAST_THE_STANDARD, group_heading, put_off_until
from complaints_sheet.core.routing import escalation, route_name
from complaints_sheet.core.telling import told_from_text
from complaints_sheet.core.wording import count, day_near, weekday_day

_COMING = frozenset({"today", "soon", "week"})


def to_whom(
    kind: Kind, case: Case, receiver: Person, *, directory: Directory, rules: MailRules, today: date
) -> str:
    """Return in a sentence why mail of a kind about a case goes to this person on a local day."""
    if receiver in rules.routes.get(kind, ()):
        return f"{receiver.name} is named for this mail in config.yaml, under `routes`."
    typed = case.text("case_owner")
    route = route_name(typed, directory, today)
    if kind == "owner digest":
        deputy = f", who is away: {receiver.name} stands in" if route.owner != receiver else ""
        return f"Case Owner is “{typed}”, which in the people list means {_name(route.owner)}{deputy}."
    if kind == "manager exceptions":
        return _above(route.owner, receiver, directory, rules)
    if kind == "approvals":
        return "The written procedure asks for the director."
    if kind == "weekly review":
        return f"{receiver.name} oversees every complaint, and is told of all that are open once a week."
    return (
        f"Case Owner cannot be written to: {route.why_not}." if route.why_not else "No owner can act on it."
    )


def _name(person: Person | None) -> str:
    return person.name if person else "nobody"


def _above(owner: Person | None, receiver: Person, directory: Directory, rules: MailRules) -> str:
    """Return why somebody above an owner is told."""
    chain = escalation(owner, directory) if owner else ()
    first = bool(chain) and receiver == chain[0]
    place = "manager" if first else "manager's manager, or stands in for somebody above them"
    after = count(rules.lead_after if first else rules.manager_after, "working day")
    return f"{receiver.name} is {_name(owner)}'s {place}, who is told {after} past the standard."


def facts_told(text: str, rules: MailRules, on: date) -> str:
    """Return what a mail said of a case, from the memory's line: "Past the standard, due 13 Oct".

    `on` is the local day it is said for. Returns nothing where the line is none of ours.
    """
    told = told_from_text(text)
    if told is None:
        return ""
    group = next((each for each in GROUPS if each == told.group), None)
    heading = group_heading(group, rules) if group else told.group.replace("-", " ").capitalize()
    due = f", due {day_near(told.due, on)}" if told.due else ""
    level = f", level {told.step}" if told.group == PAST_THE_STANDARD else ""
    step = f", step {told.step} of at most {rules.steps.most}" if told.group == "over" else ""
    return f"{heading}{due}{level}{step}; first told {day_near(told.first, on)}"


def next_time(text: str, kind: Kind, rules: MailRules, calendar: Calendar, today: date) -> date | None:
    """Return the working day on which the case is told again if nothing changes, or None for never.

    `text` is how the memory keeps that it was told, `today` the local day.
    """
    told = told_from_text(text)
    if told is None or kind in {"manager exceptions", "weekly review"}:
        return None
    if told.group in _COMING and told.due is not None:
        return max(calendar.working_day_after(told.due), calendar.working_day_after(today))
    steps, start = (rules.steps, told.due) if told.group == "over" else (rules.waiting_steps, told.first)
    later = [day for number, day in enumerate(steps.days(), 1) if number > told.step]
    if start is None or not later:
        return None
    return max(calendar.add_working_days(start, later[0]), calendar.working_day_after(today))


def why_quiet(case: Case, line: Line | None, rules: MailRules, accepted: int, today: date) -> Iterator[str]:
    """Yield each reason for which an owner's digest leaves the case out, or could not leave it out.

    `line` is what the case needs today, None where that is nothing; `accepted` counts findings called right.
    """
    if accepted:
        yield f"{count(accepted, 'finding')} accepted as right: not listed until the facts change."
    if line is None:
        yield "Nothing about it needs anybody today."
        return
    cap = count(rules.snooze_cap, "working day")
    if (until := put_off_until(line, today, rules)) is not None:
        yield (
            f"Put off until {weekday_day(until)}, or until it is more than {cap} past its standard: "
            "counted in the owner's digest, not listed."
        )
    elif (case.day("snooze_until") or date.min) > today or rules.snoozed.get(line.key, date.min) > today:
        yield (
            f"It was put off, but nothing more than {cap} past its standard can be, and nothing for longer "
            "than three months: it is listed."
        )
    if line.is_checked and is_checked(case):
        yield "Marked as checked: its gaps are counted, not listed."
