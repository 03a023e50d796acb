"""Who is told what today, and why: findings, clocks, people, what was last sent and the moment, to notices.

One notice a person and kind: the owner's digest, the manager's exceptions, the director's approvals, the
coordinator's list, the weekly review. Every decision has a named reason, also the decision to stay quiet.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.ledger import SentSet
from complaints_sheet.core.model import Judgement
from complaints_sheet.core.notice import Candidate, Decision, Kind, MailRules, Notice, Section, Slot
from complaints_sheet.core.oversight import cannot_confirm, for_coordinator, for_director
from complaints_sheet.core.people import Directory, Person
from complaints_sheet.core.receivers import (
    Box,
    Facts,
    asides,
    facts,
    for_managers,
    for_owners,
    reviewers,
    routed,
)
from complaints_sheet.core.reviews import Review, weekly_review
from complaints_sheet.core.routing import Roles
from complaints_sheet.core.telling import SENDS, Change, Reason, Told, change, stepped, told_from_text


def plan(
    judgements: Sequence[Judgement],
    directory: Directory,
    roles: Roles,
    last_sent: Iterable[SentSet],
    now: datetime,
    *,
    calendar: Calendar,
    rules: MailRules | None = None,
    slot: Slot = "first",
) -> tuple[Notice, ...]:
    """Return the mails to write at this moment: owners first, then managers, then the coordinator.

    `now` is the aware moment in the organisation's time zone; `last_sent` are the sent sets of one channel.
    Nothing goes on a day that is not a working day, and nothing twice on one day. The second slot of a day
    carries only what falls due today and was not told in the first.
    """
    decided = decisions(
        judgements, directory, roles, last_sent, now, calendar=calendar, rules=rules, slot=slot
    )
    return tuple(decision.notice for decision in decided if decision.notice is not None)


def decisions(
    judgements: Sequence[Judgement],
    directory: Directory,
    roles: Roles,
    last_sent: Iterable[SentSet],
    now: datetime,
    *,
    calendar: Calendar,
    rules: MailRules | None = None,
    slot: Slot = "first",
) -> tuple[Decision, ...]:
    """Return every decision, also the quiet ones, for everybody who has something or was told something."""
    if not (directory.people or roles.coordinator or roles.director or (rules and rules.routes)):
        return ()  # addresses come from nowhere else: nobody can be told
    given = facts(judgements, directory, roles, now, calendar=calendar, rules=rules or MailRules())
    last = {(each.kind, each.receiver.casefold()): each for each in last_sent}
    if slot == "second":
        return _second(given, now, last)
    boxes: tuple[tuple[Kind, Box], ...] = (
        ("owner digest", for_owners(given)),
        ("manager exceptions", for_managers(given)),
        ("approvals", for_director(given)),
        ("coordinator", for_coordinator(given)),
    )
    digests = (
        _decide(given, now, (kind, receiver), candidates, last.get((kind, _receiver_key(receiver))))
        for kind, box in boxes
        for receiver, candidates in _everybody(given, kind, routed(kind, box, given), last)
    )
    return (*digests, *_reviews(given, now, last))


def _second(given: Facts, now: datetime, last: Mapping[tuple[str, str], SentSet]) -> tuple[Decision, ...]:
    """Return the decisions of the second slot: owners only, with what cannot wait and was not told yet."""
    box = routed("owner digest", for_owners(given), given)
    return tuple(
        _second_decision(
            given, now, receiver, candidates, last.get(("owner digest", _receiver_key(receiver)))
        )
        for receiver, candidates in box.items()
    )


def _second_decision(
    given: Facts, now: datetime, receiver: Person, candidates: Sequence[Candidate], sent: SentSet | None
) -> Decision:
    before = _remembered(sent)
    urgent = [each for each in candidates if each.is_pressing and each.entry.key not in before]
    kept = {key: each.as_text() for key, each in before.items()}
    pending = frozenset(each.entry.key for each in candidates)
    muted = _closed(given) or _kept_waiting(given, receiver, now)
    if muted or not urgent:
        reason: Reason = "muted" if muted else "nothing to say"
        return Decision("owner digest", receiver, reason, None, kept, muted, pending)
    now_told = change({each.entry.key: each.mark for each in urgent}, {}, given.today)
    notice = _notice(given, "owner digest", receiver, urgent, now_told)
    told, why_now = {**kept, **notice.told}, "it cannot wait, and was written down since this morning"
    notice = replace(notice, told=told, slot="second", reason="new cases added", why_now=why_now)
    return Decision("owner digest", receiver, "new cases added", notice, told, why_now, pending)


def _reviews(given: Facts, now: datetime, last: Mapping[tuple[str, str], SentSet]) -> Iterator[Decision]:
    """Yield what is decided of the weekly review, for each who is to get it."""
    kind: Kind = "weekly review"
    review: Review | None = None
    for receiver in reviewers(given):
        sent = last.get((kind, _receiver_key(receiver)))
        if muted := _quiet(given, now, receiver, sent) or _not_this_day(given, now, sent):
            yield Decision(kind, receiver, "muted", None, sent.told if sent else {}, muted)
            continue
        review = review or weekly_review(given)
        if not any(section.count for section in review.sections):
            yield Decision(kind, receiver, "nothing to say", None, {})
            continue
        notice = _review_notice(given, receiver, review, "repeat" if sent else "first notice")
        yield Decision(kind, receiver, notice.reason, notice, notice.told, notice.why_now)


def _not_this_day(given: Facts, now: datetime, sent: SentSet | None) -> str:
    """Return why the weekly review does not go today: it goes once a week, on its first working day."""
    monday = given.today - timedelta(days=given.today.weekday())
    if sent is not None:
        return "already sent this week" if sent.sent.astimezone(now.tzinfo).date() >= monday else ""
    days = (monday + timedelta(days=offset) for offset in range(given.today.weekday()))
    return "it goes on the first working day of a week" if any(map(given.calendar.is_working, days)) else ""


def _review_notice(given: Facts, receiver: Person, review: Review, reason: Reason) -> Notice:
    shown = sum(len(section.entries) for section in review.sections)
    mark = Told("open", None, 1, given.today).as_text()
    return Notice(
        "weekly review",
        receiver,
        given.today,
        reason,
        "the review of the week, sent on its first working day",
        review.sections,
        told=dict.fromkeys(review.cases, mark),
        left_out=sum(section.count for section in review.sections) - shown,
        figures=review.figures,
    )


def digest_hours(directory: Directory, usual: time) -> tuple[time, ...]:
    """Return the local hours at which somebody's first digest of a day may go, the earliest first."""
    return tuple(sorted({usual, *(each.digest_at for each in directory.people if each.digest_at)}))


def _closed(given: Facts) -> str:
    return "" if given.calendar.is_working(given.today) else "closed day"


def _kept_waiting(given: Facts, receiver: Person, now: datetime) -> str:
    """Return why this person wants no mail at this local moment, or nothing."""
    if receiver.digest_days and now.weekday() not in receiver.digest_days:
        return "not a digest day"
    if now.time() < (receiver.digest_at or given.rules.digest_at):
        return "before their hour"
    return ""


def _receiver_key(person: Person) -> str:
    return (person.email or "").casefold()


def _everybody(
    given: Facts, kind: Kind, box: Box, last: Mapping[tuple[str, str], SentSet]
) -> Iterable[tuple[Person, Sequence[Candidate]]]:
    """Return everybody with something to be told, then those who only were told something before.

    Owners whose cases are all kept quiet come last, so that the reason is said.
    """
    here = {_receiver_key(person) for person in box}
    nothing: Sequence[Candidate] = ()
    silent = {*given.quiet, *given.accepted} if kind == "owner digest" else set()
    others = (
        (person, nothing)
        for person in given.directory.people
        if _receiver_key(person) not in here and ((kind, _receiver_key(person)) in last or person in silent)
    )
    return (*box.items(), *others)


def _decide(
    given: Facts,
    now: datetime,
    whom: tuple[Kind, Person],
    candidates: Sequence[Candidate],
    sent: SentSet | None,
) -> Decision:
    kind, receiver = whom
    last = _remembered(sent)
    waiting = given.rules.waiting_steps
    marks = {
        each.entry.key: stepped(each.mark, last.get(each.entry.key), waiting, given.today, given.calendar)
        for each in candidates
    }
    found = change(marks, last, given.today, escalates=kind == "manager exceptions")
    muted = _quiet(given, now, receiver, sent) or _all_silent(given, kind, receiver, candidates)
    if muted or found.reason not in SENDS:
        # What is still there stays as it was told; what is gone is forgotten, and is new if it comes back.
        kept = {key: each.as_text() for key, each in last.items() if key in marks}
        reason: Reason = "muted" if muted else found.reason
        return Decision(kind, receiver, reason, None, kept, muted or found.words, frozenset(marks))
    notice = _notice(given, kind, receiver, candidates, found)
    return Decision(kind, receiver, found.reason, notice, notice.told, found.words, frozenset(marks))


def _remembered(sent: SentSet | None) -> Mapping[str, Told]:
    facts_told = {key: told_from_text(text) for key, text in sent.told.items()} if sent else {}
    return {key: told for key, told in facts_told.items() if told is not None}


def _all_silent(given: Facts, kind: Kind, receiver: Person, candidates: Sequence[Candidate]) -> str:
    """Return why nothing is left to tell an owner whose cases a person put off, ticked or accepted."""
    silent = given.quiet.get(receiver) or given.accepted.get(receiver)
    return ALL_SILENT if kind == "owner digest" and silent and not candidates else ""


ALL_SILENT = "everything is put off, marked as checked or accepted as right"


def _quiet(given: Facts, now: datetime, receiver: Person, sent: SentSet | None) -> str:
    """Return why nothing may go to this receiver at this moment, whatever there is to say."""
    if closed := _closed(given):
        return closed
    if sent is not None and sent.sent.astimezone(now.tzinfo).date() >= given.today:
        return "already told today"
    return _kept_waiting(given, receiver, now)


def _notice(
    given: Facts,
    kind: Kind,
    receiver: Person,
    candidates: Sequence[Candidate],
    found: Change,
) -> Notice:
    sections = _sections(candidates, found.notes, given.rules.cap)
    shown = sum(len(section.entries) for section in sections)
    done = given.closed_this_week.get(receiver, 0) if kind == "owner digest" else 0
    return Notice(
        kind,
        receiver,
        given.today,
        found.reason,
        found.words,
        sections,
        told={key: each.as_text() for key, each in found.told.items()},
        left_out=len(candidates) - shown,
        closed_this_week=done,
        asides=_asides(given, kind, receiver),
    )


def _asides(given: Facts, kind: Kind, receiver: Person) -> tuple[str, ...]:
    if kind == "approvals":
        return cannot_confirm(given)
    return asides(receiver, given) if kind == "owner digest" else ()


def _sections(candidates: Sequence[Candidate], notes: Mapping[str, str], cap: int) -> tuple[Section, ...]:
    """Return the sections in the order first met, at most `cap` rows in all; some may show none."""
    grouped: dict[str, list[Candidate]] = defaultdict(list)
    for each in candidates:
        grouped[each.section].append(each)
    room, sections = cap, []
    for section_id, members in grouped.items():
        shown = members[: max(room, 0)]
        room -= len(shown)
        entries = tuple(replace(each.entry, note=notes.get(each.entry.key, "")) for each in shown)
        sections.append(Section(section_id, members[0].heading, entries, len(members)))
    return tuple(sections)
