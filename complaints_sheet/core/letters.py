"""Letters to customers: which a case asks for, and the facts that each is written from.

Nothing here is ever sent: a letter is a draft that its writer reads, changes and sends. Dates are worked out
by the same functions that judge the case, as if the letter went out on the day it is drafted.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, TypeAlias, get_args

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.clocks import verdicts
from complaints_sheet.core.events import day_of
from complaints_sheet.core.fields import DATE_IDS, FIELDS
from complaints_sheet.core.limits import last_day
from complaints_sheet.core.model import Case, Column, Value, Verdict
from complaints_sheet.core.people import Directory, Person
from complaints_sheet.core.policy import Clock, Policy
from complaints_sheet.core.privacy import masked
from complaints_sheet.core.wording import full_date

LetterKind: TypeAlias = Literal["acknowledgement", "passed-on", "delay", "response", "questions", "signpost"]
KINDS: tuple[LetterKind, ...] = get_args(LetterKind)

MEANINGS: Mapping[LetterKind, str] = {
    "acknowledgement": "we have it, who looks into it, and by when you will hear",
    "passed-on": "who deals with it now, and by when",
    "delay": "it takes longer, and the new date",
    "response": "what we found and what we did, in writing",
    "questions": "two questions about how it was handled",
    "signpost": "how to appeal, and whom to turn to then",
}

LETTERS = "letters"  # the folder that drafts are written to, beside the config
LONGEST_NAME = 40

_NOT_IN_A_FILE_NAME = re.compile(r'[<>:"/\\|?*\x00-\x1f\ud800-\udfff]+')
_FILE = re.compile(rf"\d{{4}}-\d\d-\d\d (?:(.+) )?(?:{'|'.join(KINDS)})(?: \(\d+\))?\.\w+")

ANSWERS = ("responded_on", "written_response_on", "resolved_on", "followed_up_on", "resolution_accepted_on")
"""The fields by which a customer has an answer; a clock that one of them stops says when to expect it."""

OMBUDSMEN: Mapping[str, str] = {
    "housing-ombudsman-2024": "the Housing Ombudsman Service",
    "fca-disp": "the Financial Ombudsman Service",
    "fca-payment-services": "the Financial Ombudsman Service",
    "legal-ombudsman": "the Legal Ombudsman",
    "lgsco-2026": "the Local Government and Social Care Ombudsman",
    "nhs-2009": "the Parliamentary and Health Service Ombudsman",
    "nipso": "the Northern Ireland Public Services Ombudsman",
    "spso": "the Scottish Public Services Ombudsman",
    "asic-rg-271": "the Australian Financial Complaints Authority",
    "ireland-payment-services": "the Financial Services and Pensions Ombudsman",
}
"""Whom a published code leads to. How to reach them is for the office to write into its settings."""

_STARTED_BY = {
    "responded_on": "our answer",
    "appeal_panel_on": "the appeal panel has decided",
    "stage_2_responded_on": "our answer at stage 2",
    "resolved_on": "it was resolved",
}
_NEGATIVE = frozenset({"no", "fairly dissatisfied", "very dissatisfied"})


@dataclass(frozen=True, slots=True)
class Window:
    """A time of the customer's own: for an appeal or for going to another body; until when, or in words."""

    is_ombudsman: bool
    until: date | None
    words: str  # "until Friday 4 December 2026", or "within 8 weeks after the appeal panel has decided"


@dataclass(frozen=True, slots=True)
class Office:
    """What every letter needs to know of the organisation; empty where nobody wrote it down."""

    name: str
    ombudsman: str = ""
    contact: str = ""
    enclosures: tuple[str, ...] = ()  # names of the files that go with an acknowledgement


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What one letter is written from, in plain values, and what its writer must see before it goes.

    `by` is the day on which the customer can expect an answer. Texts in square brackets are gaps that the
    writer fills in; each is named in `before_sending`.
    """

    kind: LetterKind
    case: str
    today: date
    customer: str
    issue: str
    resolution: str
    handler: str
    title: str
    received: date | None
    by: str
    old_date: str
    reason: str
    windows: tuple[Window, ...]
    ombudsman: str
    office: Office
    writer: str
    before_sending: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """What letters are drafted with: the procedures of the case, the working days, the people, the office."""

    policies: tuple[Policy, ...]
    calendar: Calendar
    moment: datetime
    directory: Directory | None
    office: Office

    @property
    def today(self) -> date:
        """Return the local day on which the drafts are made."""
        return self.moment.date()

    def standing(self, case: Case) -> tuple[tuple[Clock, Verdict], ...]:
        """Return every clock of the case as it stands."""
        return tuple(
            (policy.clock(verdict.clock), verdict)
            for policy in self.policies
            for verdict in verdicts(case, policy, self.calendar, self.moment)
        )

    def supposing(self, case: Case, **dates: Value) -> tuple[tuple[Clock, Verdict], ...]:
        """Return every clock as it would stand if every column were there and these dates written down."""
        layout = replace(case.layout, columns={**_ALL_DATES, **case.layout.columns})
        return self.standing(replace(case, layout=layout, values={**case.values, **dates}))


_ALL_DATES = {field: Column(field, 0, "", FIELDS[field].heading) for field in DATE_IDS}


# --- the names of their files ------------------------------------------------------------------------------


def letter_file(kind: str, case: str, today: date, ending: str) -> str:
    """Return the name of a draft's file: the day, the case and the kind; never a customer."""
    return f"{' '.join(filter(None, (str(today), case_part(case), kind)))}{ending}"


def case_part(case: str) -> str:
    """Return how a case is called in the name of a file."""
    return " ".join(_NOT_IN_A_FILE_NAME.sub(" ", case).split())[:LONGEST_NAME].strip(". ")


def case_of(file_name: str) -> str:
    """Return how the case is called in the name of a draft's file; empty where it names none."""
    found = _FILE.fullmatch(file_name)
    return (found[1] or "") if found else ""


# --- which letters a case asks for -------------------------------------------------------------------------


def letters_due(case: Case, desk: Desk) -> tuple[LetterKind, ...]:
    """Return the kinds of letter that the case asks for now, by its clocks and what is written down."""
    standing = desk.standing(case)
    opened = [(clock, verdict) for clock, verdict in standing if _waits(clock, verdict)]
    found: list[LetterKind] = []
    if any(clock.id in {"acknowledge", "acknowledge-feedback"} for clock, _ in opened):
        found.append("acknowledgement")
    if case.text("passed_to") and not case.day("passed_on"):
        found.append("passed-on")
    answers = [(clock, verdict) for clock, verdict in opened if _is_answer(clock)]
    if any(verdict.due_soon or verdict.outcome == "breached" for _, verdict in answers) and not _told(case):
        found.append("delay")
    if answers and case.text("resolution"):
        found.append("response")
    if any(clock.id == "follow-up" for clock, _ in opened) and _is_answered(case):
        found.append("questions")
    unhappy = {case.text("handled_fairly"), case.text("happy_with_outcome")} & _NEGATIVE
    if unhappy and any(clock.kind == "window" and v.outcome == "running" for clock, v in standing):
        found.append("signpost")
    return tuple(found)


def _waits(clock: Clock, verdict: Verdict) -> bool:
    open_one = verdict.outcome in ("running", "breached") and verdict.stop is None
    return open_one and clock.kind in ("deadline", "updates", "same day")


def _is_answer(clock: Clock) -> bool:
    return clock.kind == "deadline" and bool({"responded_on", "written_response_on"} & set(clock.stops))


def _is_answered(case: Case) -> bool:
    answered = any(case.day(field) for field in ("responded_on", "written_response_on", "resolved_on"))
    return answered or case.yes("resolved") is True


def _told(case: Case) -> bool:
    return case.day("extension_told_on") is not None


# --- the facts of one letter -------------------------------------------------------------------------------


def letter_facts(kind: LetterKind, case: Case, desk: Desk, *, name_customer: bool = True) -> LetterFacts:
    """Return what a letter of this kind is written from, with everything its writer must look at first."""
    handler, title, unknown = _handler(kind, case, desk)
    by, no_date = _expected(kind, case, desk)
    old = _due(desk.supposing(case), ("responded_on", *ANSWERS))
    customer = case.text("customer_name") if name_customer else ""
    hidden = "" if name_customer else case.text("customer_name")
    ombudsman, no_ombudsman = _ombudsman(desk)
    windows = tuple(_windows(case, desk))
    facts = LetterFacts(
        kind=kind,
        case=case.ref or case.id or "",
        today=desk.today,
        customer=customer or "[the customer's name]",
        issue=masked(case.text("issue"), hidden) or "[what the complaint is about]",
        resolution=masked(case.text("resolution"), hidden) or "[what we found and what we did]",
        handler=handler,
        title=title,
        received=case.day("received_on"),
        by=by,
        old_date=full_date(old) if old else "",
        reason=masked(case.text("extension_reason"), hidden) or "[why it takes longer]",
        windows=windows,
        ombudsman=ombudsman,
        office=desk.office,
        writer=_name(case.text("case_owner"), desk.directory) or "[your name]",
        before_sending=(),
    )
    ends_there = kind in ("response", "signpost")
    warnings = (
        *_warnings(case, facts, name_customer=name_customer),
        *unknown,
        *no_date,
        *(
            no_ombudsman
            if ends_there and (kind == "signpost" or any(w.is_ombudsman for w in windows))
            else ()
        ),
        *(_closed(windows, desk.today) if ends_there else ()),
        *(_as_of_today(kind, case, facts)),
    )
    return replace(facts, before_sending=tuple(dict.fromkeys(warnings)))


def _name(typed: str, directory: Directory | None) -> str:
    person = directory.match(typed) if directory and typed else None
    return person.name if person else typed


def _handler(kind: LetterKind, case: Case, desk: Desk) -> tuple[str, str, tuple[str, ...]]:
    """Return who deals with the case, with the title, and what is not known of them."""
    typed = case.text("passed_to" if kind == "passed-on" else "case_owner")
    person: Person | None = desk.directory.match(typed) if desk.directory and typed else None
    if not typed:
        return "[name]", "", ("Nobody is named in the register who deals with it: put the name in.",)
    if person is None:
        return typed, "", (f"“{typed}” is not in the people list, so their title is not known: put it in.",)
    if not person.title:
        return person.name, "", (f"The people list has no title for {person.name}: put it in.",)
    return person.name, person.title, ()


def _expected(kind: LetterKind, case: Case, desk: Desk) -> tuple[str, tuple[str, ...]]:
    """Return by when the customer can expect an answer, in words, and why not where nobody can say."""
    if kind not in ("acknowledgement", "passed-on", "delay"):
        return "", ()
    if kind == "delay":
        return _new_date(case, desk)
    supposed = (
        {"acknowledged_on": desk.today} if kind == "acknowledgement" and _is_unacknowledged(case) else {}
    )
    standing = desk.supposing(case, **supposed)
    due = _due(standing, ANSWERS) or _next_update(standing) or _due(standing, ("acknowledged_on",))
    if due is None:
        return "[date]", ("No date could be worked out by which the customer will hear: put one in.",)
    if due < desk.today:
        return "[date]", (
            f"The date by which they should have heard, {full_date(due)}, has passed: put a new one in.",
        )
    return full_date(due), ()


def _is_unacknowledged(case: Case) -> bool:
    return case.day("acknowledged_on") is None and "acknowledged_on" not in case.problems


def _new_date(case: Case, desk: Desk) -> tuple[str, tuple[str, ...]]:
    new = case.day("extended_to")
    old = _due(desk.supposing(case), ANSWERS)
    if new is None:
        return "[the new date]", (
            "No new date is written down (Extended to): agree one and put it in.",
            *_most(case, desk),
        )
    told = case.day("extension_told_on") or desk.today
    counted = _due(desk.supposing(case, extension_told_on=told, extended_to=new), ANSWERS)
    notes = []
    if old is not None and old < told:
        notes.append(
            f"The old date, {full_date(old)}, has passed: the procedure asks that customers hear before."
        )
    elif counted is not None and counted < new:
        notes.append(f"The procedure allows no later date than {full_date(counted)}.")
    return full_date(new), tuple(notes)


def _most(case: Case, desk: Desk) -> Iterator[str]:
    """Yield how far the procedure lets the date be moved, where it says so."""
    for clock, verdict in desk.supposing(case):
        if _is_answer(clock) and clock.extension and clock.extension.at_most and verdict.due:
            latest = last_day(clock.extension.at_most, day_of(verdict.due), desk.calendar)
            yield f"The procedure allows no later date than {full_date(latest)}."


def _due(judged: Sequence[tuple[Clock, Verdict]], stops: Sequence[str]) -> date | None:
    """Return the first day by which one of these fields is due, the most telling field first."""
    for field in stops:
        days = [
            day_of(verdict.due)
            for clock, verdict in judged
            if clock.kind == "deadline" and field in clock.stops and verdict.due is not None
        ]
        if days:
            return min(days)
    return None


def _next_update(judged: Sequence[tuple[Clock, Verdict]]) -> date | None:
    days = [day_of(verdict.due) for clock, verdict in judged if clock.kind == "updates" and verdict.due]
    return min(days, default=None)


def _windows(case: Case, desk: Desk) -> Iterator[Window]:
    """Yield the customer's own times, as they are once the answer has gone out."""
    answered = {} if case.day("responded_on") else {"responded_on": desk.today}
    for clock, verdict in desk.supposing(case, **answered):
        if clock.kind != "window":
            continue
        is_ombudsman = "ombudsman" in clock.id
        if verdict.due is not None:
            until = day_of(verdict.due)
            yield Window(is_ombudsman, until, f"until {full_date(until)}")
        elif clock.starts[0] in _STARTED_BY:
            after = _STARTED_BY[clock.starts[0]]
            yield Window(is_ombudsman, None, f"within {clock.limit} after {after}")


def _as_of_today(kind: LetterKind, case: Case, facts: LetterFacts) -> Iterator[str]:
    """Yield that the dates hold for a letter that goes today, where they depend on it."""
    counted = any(window.until for window in facts.windows) and not case.day("responded_on")
    acknowledges = kind == "acknowledgement" and not facts.by.startswith("[") and _is_unacknowledged(case)
    if acknowledges or (kind in ("response", "signpost") and counted):
        yield f"The dates are worked out for a letter that goes today, {full_date(facts.today)}."


def _closed(windows: Sequence[Window], today: date) -> Iterator[str]:
    for each in windows:
        if each.until is not None and each.until < today:
            yield f"A time that this letter names ended on {full_date(each.until)}: change what it says."


def _ombudsman(desk: Desk) -> tuple[str, tuple[str, ...]]:
    known = desk.office.ombudsman or next(
        (OMBUDSMEN[policy.id] for policy in desk.policies if policy.id in OMBUDSMEN), ""
    )
    if not known:
        missing = (
            "Nobody wrote down which ombudsman or other body customers may turn to (letters: ombudsman)."
        )
        return "[the ombudsman or other body, and how to reach them]", (missing,)
    if not desk.office.ombudsman:
        return known, (f"Put in how customers reach {known}, or set it once (letters: ombudsman).",)
    return known, ()


def _warnings(case: Case, facts: LetterFacts, *, name_customer: bool) -> Iterator[str]:
    language, representative = case.text("language"), case.text("representative")
    if language:
        yield f"The customer needs: {language}. Have the letter translated or read out before it goes."
    if representative:
        yield _about_consent(case)
    if not name_customer:
        yield "The customer's name is left out of mails: put it in."
    elif not case.text("customer_name"):
        yield "The register has no name of the customer."
    if facts.kind == "acknowledgement" and not facts.office.enclosures:
        yield "Attach how complaints are handled and the complaint form (set once under letters)."
    if facts.kind == "response" and not case.text("resolution"):
        yield "The register has no resolution yet."
    if facts.kind == "delay" and not case.text("extension_reason"):
        yield "Say why it takes longer: the register gives no reason."
    if not facts.office.contact:
        yield "Put in how the customer reaches you (set once under letters: contact)."


def _about_consent(case: Case) -> str:
    """Return what must be known before anything personal goes to whoever acts for the customer."""
    given = case.day("consent_on")
    if given:
        return f"Somebody acts for the customer, who agreed to it on {full_date(given)}: see to whom it goes."
    if not case.recorded("consent_on"):
        return (
            "Somebody acts for the customer, and the register has no column for the customer's consent: make "
            "sure of it before anything personal is passed on."
        )
    return (
        "Somebody acts for the customer without written consent so far: pass on nothing personal before it."
    )
