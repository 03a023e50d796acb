"""What people are told about ideas in a run: the team asked, changes chased, staff and customers told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from complaints_sheet.app.idea_standings import Around, customers_behind
from complaints_sheet.app.mailing import alert
from complaints_sheet.app.receiving import receivers
from complaints_sheet.app.sending import Delivery
from complaints_sheet.app.workplace import Desk
from complaints_sheet.core.alerts import Alert
from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.idea_mail import (
    agreed_change,
    changes_made,
    comment_round,
    customers_to_tell,
    team,
)
from complaints_sheet.core.idea_words import Standing, discreet
from complaints_sheet.core.ideas import Event, Idea, as_text, behind
from complaints_sheet.core.journal import case_id
from complaints_sheet.core.people import Person
from complaints_sheet.core.routing import default_receiver, route_name

PROGRAM = "the program"


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
