"""The words of each mail: subject, first lines, why it came, and everything its templates print."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from complaints_sheet.core.brand import Brand
from complaints_sheet.core.calendar import DAY_NAMES
from complaints_sheet.core.notice import Entry, Kind, MailRules, Notice
from complaints_sheet.core.oversight import TO_CONFIRM
from complaints_sheet.core.people import Person
from complaints_sheet.core.wording import clock_time, count, listing, plural, weekday_day, weekday_long

SUBJECT_LENGTH = 60

TEMPLATES: Mapping[Kind, str] = {
    "owner digest": "mail/owner_digest",
    "manager exceptions": "mail/manager_exceptions",
    "approvals": "mail/approvals",
    "coordinator": "mail/coordinator",
    "weekly review": "mail/weekly_review",
}
"""The template of each kind of mail, without its ending: .html, and .txt for the text twin."""


@dataclass(frozen=True, slots=True)
class RegisterPlace:
    """Where a register is opened: its web address, else its file as text; `name` where there are several."""

    name: str = ""
    address: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What every mail of the organisation has in common.

    `read_at` is the local moment the registers were read, `registers` is where they are opened, and
    `reply_to` is the person an answer reaches. `sender` is the address it comes from; without one it is
    `complaints-sheet` at the domain of whoever reads the answers.
    """

    organisation: str
    read_at: datetime
    brand: Brand = field(default_factory=Brand)
    reply_to: Person | None = None
    registers: tuple[RegisterPlace, ...] = ()
    digest_at: time = time(8)
    language: str = "en-GB"
    direction: str = "ltr"
    sender: str = ""
    sender_name: str = ""

    @property
    def name(self) -> str:
        """Return the name customers know: the brand's, else the organisation's."""
        return self.brand.name or self.organisation

    @property
    def from_name(self) -> str:
        """Return the name that mail comes from."""
        return self.sender_name or f"{self.name} complaints"


@dataclass(frozen=True, slots=True)
class Script:
    """The words for a follow-up call (seed procedure, stage 3): who calls, for whom, and about what."""

    agent: str
    brand: str
    calls: tuple[tuple[str, str], ...]  # (case, its issue)

    @property
    def only_issue(self) -> str:
        """Return the one issue to put into the sentence, or nothing where several cases share the script."""
        return self.calls[0][1] if len(self.calls) == 1 else ""


def subject(notice: Notice) -> str:
    """Return the subject, at most 60 characters: the most urgent counts first, the day, never a name."""
    parts = _SUBJECTS[notice.kind](notice)
    when = f" ({weekday_day(notice.on)})"
    for wanted in (parts[:2], parts[:1]):
        line = f"Complaints: {', '.join(wanted)}{when}"
        if len(line) <= SUBJECT_LENGTH:
            return line
    return f"Complaints: {count(notice.count(), 'row')} to look at{when}"


def _owner_counts(notice: Notice) -> Sequence[str]:
    over, today, soon = (notice.count(each) for each in ("over", "today", "soon"))
    waiting, missing, week = (notice.count(each) for each in ("open long", "missing", "week"))
    held, removed = notice.count("paused"), notice.count("removed")
    due = "due today" if over else f"{_follow_ups(notice, 'today')} due today"
    return [
        *([f"{over} overdue"] if over else []),
        *([f"{today} {due}"] if today else []),
        *([f"{soon} {_due_soon(notice)}"] if soon else []),
        *([f"{count(waiting, 'case')} open a long time"] if waiting else []),
        *([f"{count(missing, 'row')} {plural(missing, 'needs', 'need')} filling in"] if missing else []),
        *([f"{week} due later this week"] if week else []),
        *([f"{held} on hold"] if held else []),
        *([f"{count(removed, 'row')} removed"] if removed else []),
    ]


def _due_soon(notice: Notice) -> str:
    """Return "due within 2 working days", as the section says it."""
    heading = next((each.heading for each in notice.sections if each.id == "soon"), "Due soon")
    return heading[0].lower() + heading[1:]


def _follow_ups(notice: Notice, section_id: str) -> str:
    """Return "follow-up" where that is what every row of the section asks for, else "case"; in its number."""
    entries = [each for section in notice.sections if section.id == section_id for each in section.entries]
    noun = "follow-up" if all(each.is_call for each in entries) else "case"
    return plural(notice.count(section_id), noun)


def _manager_counts(notice: Notice) -> Sequence[str]:
    return [f"{notice.count()} past the standard", count(len(notice.sections), "owner")]


def _approval_counts(notice: Notice) -> Sequence[str]:
    confirm = _to_confirm(notice)
    others = notice.count() - confirm
    return [
        *([f"{confirm} to confirm"] if confirm else []),
        *([f"{others} for you to see to"] if others else []),
    ]


def _to_confirm(notice: Notice) -> int:
    return sum(section.count for section in notice.sections if section.heading == TO_CONFIRM)


def _coordinator_counts(notice: Notice) -> Sequence[str]:
    owners = _without_owner(notice)
    others = notice.count() - owners
    return [
        *([f"{owners} {plural(owners, 'needs', 'need')} an owner"] if owners else []),
        *([f"{others} to check"] if others else []),
    ]


def _review_counts(notice: Notice) -> Sequence[str]:
    figures = dict(notice.figures)
    return [f"{figures['Open now']} open", f"{figures['Past the standard']} past the standard"]


def _without_owner(notice: Notice) -> int:
    return sum(
        section.count for section in notice.sections if section.entries and _asks_owner(section.entries[0])
    )


def _asks_owner(entry: Entry) -> bool:
    return entry.key.endswith(":owner")


_SUBJECTS = {
    "owner digest": _owner_counts,
    "manager exceptions": _manager_counts,
    "approvals": _approval_counts,
    "coordinator": _coordinator_counts,
    "weekly review": _review_counts,
}


def headline(notice: Notice) -> str:
    """Return the first line of the mail: "2 complaints are past the standard; 1 is due today"."""
    if notice.kind == "manager exceptions":
        total = notice.count()
        owners = count(len(notice.sections), "owner")
        return f"{count(total, 'complaint')} with {owners} {plural(total, 'is', 'are')} past the standard"
    if notice.kind == "coordinator":
        return _coordinator_headline(notice)
    if notice.kind == "approvals":
        return _approval_headline(notice)
    if notice.kind == "weekly review":
        return f"The week at a glance: {', '.join(_review_counts(notice))}"
    return _owner_headline(notice)


def _approval_headline(notice: Notice) -> str:
    confirm = _to_confirm(notice)
    others = notice.count() - confirm
    said = []
    if confirm:
        said.append(f"{count(confirm, 'resolution')} {plural(confirm, 'waits', 'wait')} for you to confirm")
    if others:
        number = f"{others} more" if confirm else count(others, "complaint")
        said.append(f"{number} for you to see to")
    return "; ".join(said)


def _coordinator_headline(notice: Notice) -> str:
    owners = _without_owner(notice)
    others = notice.count() - owners
    said = []
    if owners:
        said.append(f"{count(owners, 'complaint')} {plural(owners, 'needs', 'need')} an owner")
    if others:
        said.append(f"{others} more to check" if owners else f"{count(others, 'row')} to check")
    return "; ".join(said)


def _owner_headline(notice: Notice) -> str:
    said: list[str] = []
    soon = _due_soon(notice)
    clauses = (*_OWNER_CLAUSES[:2], ("soon", f"is {soon}", f"are {soon}"), *_OWNER_CLAUSES[2:])
    for section_id, one, many in clauses:
        number = notice.count(section_id)
        if number and len(said) < 2:
            noun = "row" if section_id in {"missing", "removed"} else "complaint"
            subject_of = str(number) if said and noun == "complaint" else count(number, noun)
            said.append(f"{subject_of} {plural(number, one, many)}")
    return "; ".join(said)


_OWNER_CLAUSES = (
    ("over", "is past the standard", "are past the standard"),
    ("today", "is due today", "are due today"),
    ("open long", "has been open a long time", "have been open a long time"),
    ("missing", "needs filling in", "need filling in"),
    ("week", "is due later this week", "are due later this week"),
    ("paused", "is on hold", "are on hold"),
    ("removed", "is no longer in the register", "are no longer in the register"),
)


def preheader(notice: Notice, letterhead: Letterhead) -> str:
    """Return the grey words after the subject in a list of mails: the most urgent row, without any name."""
    first = next((each for section in notice.sections for each in section.entries), None)
    read = f"Read at {clock_time(letterhead.read_at)}."
    if first is None or notice.kind in {"coordinator", "approvals", "weekly review"}:
        return read
    due = ", ".join(filter(None, (first.due_words, first.over_words)))
    return f"Most urgent: {first.action}{f' (due {due})' if due else ''}. {read}"


def script(notice: Notice, letterhead: Letterhead) -> Script | None:
    """Return the phone script for the follow-ups that are due or overdue, or None where there is no call."""
    calls = tuple(
        (", ".join(filter(None, (each.case, each.place))), _within_sentence(each.issue))
        for section in notice.sections
        if section.id in {"over", "today", "soon"}
        for each in section.entries
        if each.is_call
    )
    return Script(notice.receiver.name, letterhead.name, calls) if calls else None


def _within_sentence(text: str) -> str:
    """Return the text with a small first letter, unless it starts with I or with capitals."""
    starts_plainly = len(text) > 1 and text[1].islower()
    return text[0].lower() + text[1:] if starts_plainly else text


def context(notice: Notice, letterhead: Letterhead, rules: MailRules) -> Mapping[str, object]:
    """Return everything the templates of a notice print, as plain values."""
    return {
        "language": letterhead.language,
        "direction": letterhead.direction,
        "organisation": letterhead.name,
        "brand": letterhead.brand,
        "subject": subject(notice),
        "preheader": preheader(notice, letterhead),
        "headline": headline(notice),
        "greeting": f"Hello {first_name(notice.receiver.name)}.",
        "read": read_sentence(letterhead.read_at, notice.on),
        "sections": [section for section in notice.sections if section.entries],
        "unseen": unseen(notice),
        "left_out": notice.left_out,
        "asides": notice.asides,
        "closed_this_week": notice.closed_this_week,
        "script": script(notice, letterhead) if notice.kind == "owner digest" else None,
        "figures": notice.figures,
        "registers": letterhead.registers,
        "foot": foot(notice, letterhead, rules),
    }


def unseen(notice: Notice) -> str:
    """Return what the cap kept out altogether: "Also in the register: Due today (1).", or nothing."""
    hidden = [f"{section.heading} ({section.count})" for section in notice.sections if not section.entries]
    return f"Also in the register: {listing(hidden)}." if hidden else ""


def first_name(name: str) -> str:
    """Return what to call a person: the first word of the name, or all of it where that is a title."""
    first = name.split(maxsplit=1)[0] if name.split() else name
    return name if first.rstrip(".").casefold() in {"mr", "mrs", "ms", "miss", "mx", "dr", "prof"} else first


def read_sentence(read_at: datetime, on: date) -> str:
    """Return when the list was read, and that later changes make it out of date."""
    day = "" if read_at.date() == on else " (not today)"
    return (
        f"This list was read from the register at {clock_time(read_at)}, {weekday_long(read_at.date())}{day}."
        " If you have updated a row since then, you can ignore it here."
    )


# --- why it came, and how to stop it --------------------------------------------------------------------


def foot(notice: Notice, letterhead: Letterhead, rules: MailRules) -> tuple[str, ...]:
    """Return why the mail came, by which rule, how to stop it, and whom an answer reaches."""
    stop = how_to_stop(letterhead, notice.receiver)
    sent_at = _sent_at(letterhead, notice.receiver)
    return (_why_now(notice), *_FEET[notice.kind](sent_at, rules), f"{stop} {_reply(letterhead, notice)}")


def how_to_stop(letterhead: Letterhead, receiver: Person) -> str:
    """Return in a sentence how to get a mail differently, or not at all."""
    asked = letterhead.reply_to
    if asked is None or asked == receiver:
        return "How to stop it: see “routes” and “people” in config.yaml."
    return f"How to stop it, or to get it on other days: ask {asked.name}."


def _why_now(notice: Notice) -> str:
    return f"Why today: {notice.why_now}."


def _owner_foot(sent_at: str, rules: MailRules) -> Sequence[str]:
    return (
        f"You get this because your name is in Case Owner. {sent_at}, and only when something "
        "needs you. A row is listed until it is done in the register. "
        "Not your case? Change Case Owner in the register.",
        f"You are told of a complaint past the standard {rules.steps.words()}. {_levels(rules)}",
    )


def _manager_foot(sent_at: str, rules: MailRules) -> Sequence[str]:
    return (
        "You get this because the people list names you as the manager of these owners. "
        f"{sent_at}, and only when a complaint reaches you for the first time. "
        "A row is listed until it is done in the register.",
        _levels(rules),
    )


def _approval_foot(sent_at: str, rules: MailRules) -> Sequence[str]:
    every = count(rules.waiting_steps.then_every, "working day")
    return (
        "You get this because you are the director, and the written procedure asks for you. "
        f"{sent_at} when there is something new, and again every {every} while it stays. "
        "A row is listed until the cell it names is filled in.",
    )


def _coordinator_foot(sent_at: str, rules: MailRules) -> Sequence[str]:
    every = count(rules.waiting_steps.then_every, "working day")
    return (
        f"You get this because you are the coordinator: it holds what nobody else can act on. "
        f"{sent_at} when there is something new, and again every {every} while it stays. "
        "A row is listed until it is put right in the register or in the people list.",
    )


def _review_foot(_sent_at: str, _rules: MailRules) -> Sequence[str]:
    return (
        "You get this because you oversee every complaint. It is sent once a week, on the first working day. "
        "Every open case is counted; the most urgent are listed.",
    )


def _sent_at(letterhead: Letterhead, receiver: Person) -> str:
    """Return when this person's mail goes: "It is sent on working days at 08:00"."""
    days = listing(f"{DAY_NAMES[day]}s" for day in sorted(receiver.digest_days)) or "working days"
    return f"It is sent on {days} at {clock_time(receiver.digest_at or letterhead.digest_at)}"


def _levels(rules: MailRules) -> str:
    lead = count(rules.lead_after, "working day")
    return (
        f"After {lead} the owner's manager is told too (level 1), "
        f"and after {rules.manager_after} the manager above (level 2)."
    )


_FEET = {
    "owner digest": _owner_foot,
    "manager exceptions": _manager_foot,
    "approvals": _approval_foot,
    "coordinator": _coordinator_foot,
    "weekly review": _review_foot,
}


def _reply(letterhead: Letterhead, notice: Notice) -> str:
    person = letterhead.reply_to
    if person is None:
        return "Nobody reads answers to this address."
    if person == notice.receiver:
        return ""
    title = f", {person.title}" if person.title else ""
    return f"A reply to this e-mail reaches {person.name}{title}."
