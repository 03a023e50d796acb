"""The improvement loop in a run: ideas gathered, the log heard, the team asked, changes chased and told."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from complaints_sheet.app.log_exchange import brought_up_to_date, taken_in
from complaints_sheet.app.mailing import alert
from complaints_sheet.app.receiving import receivers
from complaints_sheet.app.sending import Delivery
from complaints_sheet.app.workplace import Desk, Workplace
from complaints_sheet.core.alerts import Alert
from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.editions import MEETING_PACK
from complaints_sheet.core.idea_mail import (
    agreed_change,
    changes_made,
    comment_round,
    customers_to_tell,
    team,
)
from complaints_sheet.core.idea_words import IdeaReport, Standing, discreet, row_of
from complaints_sheet.core.ideas import Event, Idea, as_text, behind, effect, is_idea
from complaints_sheet.core.journal import GoneCase, case_id, case_number
from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import Case
from complaints_sheet.core.people import Person
from complaints_sheet.core.privacy import masked
from complaints_sheet.core.proposals import Proposal, alike, gathered
from complaints_sheet.core.routing import default_receiver, route_name

if TYPE_CHECKING:
    from complaints_sheet.app.packing import Packed
    from complaints_sheet.config.settings import Config

PROGRAM = "the program"
JOBS = frozenset({"run", "remind", "pack", "sync", "send"})
"""Runs that gather what the registers hold."""
BESIDE = frozenset(
    {"notify", "forget", "same", "schedule"}
)  # runs that leave what is known of the rows as it is
RUNS_LOOKED_BACK = 50
FROM_REGISTER = ("cases", "which", "before", "after")
"""Columns of the log that can only be told with the registers at hand."""


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around the ideas: their cases by name and by row, and when complaints of a theme came in.

    `names` is None where no register was read: then nothing is said of cases.
    """

    names: Mapping[int, str] | None = None
    rows: Mapping[int, str] = field(default_factory=dict)
    received: Mapping[str, Sequence[date]] = field(default_factory=dict)
    customers: Mapping[int, str] = field(default_factory=dict)  # of each case, to be masked


@dataclass(frozen=True, slots=True)
class Improved:
    """What the loop did in a run: ideas that are new, mails, and notes for whoever runs the program."""

    new: tuple[Idea, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    notes: tuple[str, ...] = ()


def improved(work: Workplace, *, mails: bool) -> Improved:
    """Gather the ideas, hear the log, tell people where `mails`, bring the log up to date; return all that.

    A second run at the same moment changes nothing and tells nobody anything again.
    """
    first = work.state.ideas.next_number()
    gather(work)
    exchange, notes = taken_in(work)
    around = cache(lambda: around_of(work.config, _cases(work)))
    deliveries: tuple[Delivery, ...] = ()
    if mails and work.calendar.is_working(work.moment.date()):
        deliveries, more = told(work, work.calendar, around)
        notes = (*notes, *more)
    if exchange is not None:
        wanted = rows_wanted(work, around(), exchange.refused)
        notes = (*notes, *brought_up_to_date(work, exchange, wanted))
    return Improved(tuple(work.state.ideas.known(first=first).values()), deliveries, notes)


def shown_in_pack(work: Workplace, pack: "Packed | None") -> None:
    """Write down which comments the pack of a meeting showed, so that the next one shows what came since."""
    if pack is not None and pack.files and pack.wanted.meeting is not None and not work.dry_run:
        work.state.ideas.in_pack(work.state.ideas.comments(), pack.wanted.meeting)


# --- gathering -----------------------------------------------------------------------------------------


def gather(work: Workplace) -> None:
    """Write down every idea that the registers hold and that is not known yet."""
    state = work.state
    if work.unchanged and _nothing_missed(work):
        return
    known, wordings = state.ideas.known(), state.ideas.wordings()
    cases = _cases(work)
    found = [*_proposals(cases, work.config)]
    if not known or _fell_over(work):
        there = {each.case for each in found}
        found += [each for each in _gone(state.history.gone()) if each.case not in there]
    found.sort(key=lambda each: each.case)
    state.ideas.gather(gathered(found, wordings, known, work.moment.date(), state.ideas.next_number()))


def _cases(work: Workplace) -> list[Case]:
    return [case for each in work.judgements for case in each.register.cases]


def _fell_over(work: Workplace) -> bool:
    """Return True where the run before this one did not come to its end: it may have missed a row's idea."""
    earlier = [each for each in work.state.runs.latest(2) if each.number != work.run.number]
    return bool(earlier) and earlier[0].outcome != "done"


def _nothing_missed(work: Workplace) -> bool:
    """Return True where the last job that read the registers gathered all that they hold."""
    if work.state.ideas.next_number() == 1:
        return False
    earlier = (each for each in work.state.runs.latest(RUNS_LOOKED_BACK) if each.number != work.run.number)
    last = next((each for each in earlier if each.kind not in BESIDE), None)
    return last is not None and last.kind in JOBS and last.outcome == "done"


def _proposals(cases: Iterable[Case], config: "Config") -> Iterator[Proposal]:
    from complaints_sheet.pack.themes import theme_of

    for case in cases:
        words = case.text("improvement_idea")
        number = case_number(case.id or "")
        if number is None or not is_idea(words):
            continue
        yield Proposal(
            number,
            masked(" ".join(words.split()), case.text("customer_name")),
            case.day("received_on") or case.first_seen or date.max,
            case.text("department"),
            theme_of(case, config.pack.themes),
        )


def _gone(cases: Iterable[GoneCase]) -> Iterator[Proposal]:
    """Yield the ideas of rows that are no longer there."""
    for case in cases:
        words = str(case.cells.cells.get("improvement_idea") or "")
        if is_idea(words):
            name = str(case.cells.cells.get("customer_name") or "")
            yield Proposal(case.number, masked(" ".join(words.split()), name), case.since)


# --- what stands around ----------------------------------------------------------------------------------


def around_of(config: "Config", cases: Iterable[Case]) -> Around:
    """Return what the registers' cases say around the ideas."""
    from complaints_sheet.pack.themes import theme_of

    names: dict[int, str] = {}
    rows: dict[int, str] = {}
    received: dict[str, list[date]] = {}
    customers: dict[int, str] = {}
    for case in cases:
        number, day = case_number(case.id or ""), case.day("received_on")
        if number is not None:
            names[number] = case.name
            customers[number] = case.text("customer_name")
            owner = f", {case.text('case_owner')}" if case.text("case_owner") else ""
            rows[number] = f"{case.name}, row {case.row}{owner}"
        if day is not None:
            received.setdefault(theme_of(case, config.pack.themes), []).append(day)
    return Around(names, rows, received, customers)


def customers_behind(desk: Desk, around: Around) -> Mapping[int, tuple[str, ...]]:
    """Return the names of the customers behind each idea, whose rows are there, to be masked."""
    cases = behind(desk.state.ideas.wordings(), desk.state.ideas.known())
    return {
        number: tuple(around.customers[case] for case in found if around.customers.get(case))
        for number, found in cases.items()
    }


def standings(
    desk: Desk, around: Around, refused: Mapping[int, tuple[str, ...]] | None = None
) -> tuple[Standing, ...]:
    """Return every idea with what stands around it, by number."""
    known = desk.state.ideas.known()
    cases = behind(desk.state.ideas.wordings(), known)
    comments: dict[int | None, int] = {}
    for each in desk.state.ideas.comments():
        comments[each.idea] = comments.get(each.idea, 0) + 1
    today = desk.moment.date()
    return tuple(
        Standing(
            idea,
            tuple((around.names or {}).get(case, case_id(case)) for case in cases[number]),
            comments.get(number, 0),
            effect(idea, around.received.get(idea.theme, ()), today),
            (refused or {}).get(number, ()),
        )
        for number, idea in known.items()
    )


def rows_wanted(
    desk: Desk, around: Around, refused: Mapping[int, tuple[str, ...]]
) -> dict[int, dict[str, str]]:
    """Return what the log has to show, by idea and column."""
    left_out = () if around.names is not None else FROM_REGISTER
    today = desk.moment.date()
    return {
        each.idea.number: {key: text for key, text in row_of(each, today).items() if key not in left_out}
        for each in standings(desk, around, refused)
    }


def idea_report(work: Workplace, meeting: date | None, period: Period) -> IdeaReport | None:
    """Return what a pack tells of the ideas, or None where no idea is known."""
    known = work.state.ideas.known()
    if not known:
        return None
    wordings = work.state.ideas.wordings()
    packs = [each for each in work.state.packs.written(MEETING_PACK) if meeting and each.meeting < meeting]
    since = packs[-1].meeting if packs else period.start
    events = work.state.ideas.events()
    around = around_of(work.config, _cases(work))
    return IdeaReport(
        standings(work, around),
        tuple(each for each in work.state.ideas.comments() if each.pack in (None, meeting)),
        tuple(each for each in events if each.field == "stage" and each.day >= since),
        alike(known.values()),
        {case_id(each.case): known[each.idea] for each in wordings},
        customers_behind(work, around),
        since,
    )


# --- telling -------------------------------------------------------------------------------------------


def told(
    desk: Desk, calendar: Calendar, around: Callable[[], Around]
) -> tuple[tuple[Delivery, ...], tuple[str, ...]]:
    """Tell people what they have to know about ideas now, and return the mails with notes.

    The wider team is asked about proposals, owners get their changes and are chased, staff hear of changes
    made, and the coordinator which customers to tell. Each is told once.
    """
    telling = _Telling(desk, calendar, around)
    telling.ask_the_team()
    telling.chase()
    telling.tell_staff()
    return tuple(telling.deliveries), tuple(telling.notes)


class _Telling:
    """The mails of one run about ideas; what was told is an event of its idea, so that it is told once."""

    def __init__(self, desk: Desk, calendar: Calendar, around: Callable[[], Around]) -> None:
        self.desk, self.calendar, self.around = desk, calendar, around
        self.today = desk.moment.date()
        self.config = desk.config
        self.team = receivers(desk, "wider team", team(desk.config.roles.wider_team, desk.config.directory))
        self.known = dict(desk.state.ideas.known(stages=("out for comment", "agreed", "implemented")))
        self.done = set(desk.state.ideas.mailed())
        self._customers: Mapping[int, tuple[str, ...]] | None = None
        self.deliveries: list[Delivery] = []
        self.notes: list[str] = []

    def ask_the_team(self) -> None:
        """Ask the wider team about every proposal that it has not been asked about."""
        waiting = [
            each for each in self.known.values() if each.stage == "out for comment" and not each.circulated
        ]
        if not waiting:
            return
        if not self.team:
            self.notes.append(
                "Nobody can be asked for comments: list addresses under `wider_team` in `roles`, config.yaml."
            )
            return
        until = self.calendar.add_working_days(self.today, self.config.ideas.reply_within)
        asked = [replace(each, reply_by=each.reply_by or until, circulated=self.today) for each in waiting]
        asked.sort(key=lambda each: (each.reply_by or until, each.number))
        log = self.config.ideas.log
        for _, group in groupby(asked, key=lambda each: each.reply_by):
            ideas = [self._discreet(each) for each in group]
            for receiver in self.team:
                self._send(comment_round(ideas, receiver, log.name if log else ""), ideas)
        for before, after in zip(sorted(waiting, key=_number), sorted(asked, key=_number), strict=True):
            self._change(before, after, ("reply_by", "circulated"))

    def chase(self) -> None:
        """Tell each owner of the change that was agreed, remind them, and chase what is overdue."""
        for idea in [each for each in self.known.values() if each.stage == "agreed"]:
            state, key = self._due(idea)
            if not state or key in self.done:
                continue
            receiver, instead = self._owner(idea)
            if receiver is None:
                self.notes.append(f"{idea.name} is agreed, but nobody can be told: {instead}")
                continue
            said = agreed_change(self._discreet(idea), receiver, state, key, self.today, instead=instead)
            self._send(said, [idea])

    def _due(self, idea: Idea) -> tuple[str, str]:
        """Return what an agreed change needs its owner told now, with the key that makes it once."""
        every = self.config.ideas.remind_every
        if not idea.owner or idea.due is None:
            step = self.calendar.working_days_between(idea.since, self.today) // every
            return "open", f"agreed-change:{idea.number}:open:{idea.since}:{step}"
        mark = f"agreed-change:{idea.number}:{idea.owner.casefold()}:{idea.due}"
        if idea.due < self.today:
            late = self.calendar.working_days_between(idea.due, self.today)
            return "over", f"{mark}:{late // every}"
        if f"{mark}:new" not in self.done:
            return "new", f"{mark}:new"
        left = self.calendar.working_days_between(self.today, idea.due)
        soon = left <= self.config.ideas.remind_before and self._told_days_ago(f"{mark}:new") > 0
        return ("soon", f"{mark}:soon") if soon else ("", "")

    def _told_days_ago(self, key: str) -> int:
        days = [each.day for each in self.desk.state.ideas.events() if each.before == key]
        return (self.today - max(days)).days if days else 0

    def _owner(self, idea: Idea) -> tuple[Person | None, str]:
        """Return who is told of an agreed change, and why it is not the owner; nobody is ever guessed."""
        route = route_name(idea.owner, self.config.directory, self.today)
        if route.receiver is not None and idea.due is not None:
            return route.receiver, ""
        fallback = default_receiver(self.config.roles)
        if idea.due is None or not idea.owner:
            return fallback, "It is chased again until both are written down."
        return fallback, f"Its owner is entered as “{idea.owner}”, who cannot be written to."

    def tell_staff(self) -> None:
        """Tell staff which changes were made, and the coordinator whose customers to tell."""
        made = [each for each in self.known.values() if each.stage == "implemented" and not each.staff_told]
        if not made:
            return
        told = [self._discreet(each) for each in made]
        for receiver in self.team:
            self._send(changes_made(told, receiver), made)
        coordinator = default_receiver(self.config.roles)
        cases = behind(self.desk.state.ideas.wordings(), self.desk.state.ideas.known())
        known_rows = self.around().rows
        for idea in made:
            rows = [
                known_rows.get(case, f"{case_id(case)}, no longer in the register")
                for case in cases[idea.number]
            ]
            if coordinator is not None and rows and not idea.customers_told:
                self._send(customers_to_tell(Standing(self._discreet(idea)), coordinator, rows), [idea])
            if self.team:
                self._change(idea, replace(idea, staff_told=self.today), ("staff_told",))

    def _discreet(self, idea: Idea) -> Idea:
        if self._customers is None:
            self._customers = customers_behind(self.desk, self.around())
        return discreet(idea, self._customers.get(idea.number, ()))

    def _send(self, said: Alert, ideas: Sequence[Idea]) -> None:
        if said.key in self.done:
            return
        delivery = alert(self.desk, said)
        self.deliveries.append(delivery)
        self.done.add(said.key)
        events = [
            Event(
                each.number,
                self.today,
                "mail",
                said.key,
                f"{said.subject} → {said.receiver.name}",
                "",
                PROGRAM,
            )
            for each in ideas
        ]
        self.desk.state.ideas.decide((), events)

    def _change(self, before: Idea, after: Idea, fields: Sequence[str]) -> None:
        self.known[after.number] = after
        events = [
            Event(
                after.number,
                self.today,
                name,
                as_text(getattr(before, name)),
                as_text(getattr(after, name)),
                "",
                PROGRAM,
            )
            for name in fields
            if getattr(before, name) != getattr(after, name)
        ]
        self.desk.state.ideas.decide([after], events)


def _number(idea: Idea) -> int:
    return idea.number
