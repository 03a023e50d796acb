"""The oracle: docs/policies.md once more, written as slowly and as plainly as it can be said.

Nothing of the program's own reckoning is imported. Days are counted one by one. Where the register leaves
something open, every world that it allows is reckoned, and a verdict stands only where all of them agree.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from tests.oracle.facts import (
    DAY,
    NEVER,
    Answer,
    CannotJudgeError,
    Drawn,
    Limit,
    NotApplicableError,
    World,
    after,
    before,
    day_of,
    days_to_count,
    each_day,
    filled,
    holds,
    leave_out,
    limit_of,
    many,
    moment_of,
    one_due,
    time_of,
)
from tests.oracle.policy_files import Version


@dataclass
class Reckoner:
    """One version of a policy on one calendar at one local moment."""

    version: Version
    closed: frozenset[date]
    now: datetime

    @property
    def today(self) -> date:
        return self.now.date()

    def works(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.closed

    def answer(self, clock: dict[str, Any], row: Drawn) -> Answer:
        try:
            self._in_reach(clock, row)
            kind = clock.get("kind", "deadline")
            return {"same day": self._same_day, "updates": self._updates}.get(kind, self._deadline)(
                clock, row
            )
        except CannotJudgeError:
            return Answer("cannot_judge")
        except NotApplicableError:
            return Answer("not_applicable")

    # --- questions 1 to 5 -------------------------------------------------------------------------

    def _in_reach(self, clock: dict[str, Any], row: Drawn) -> None:
        received = day_of(row.values.get("received_on"))
        begins, ends = self.version.begins, self.version.ends
        if received and ((begins and received < begins) or (ends and received > ends)):
            raise NotApplicableError
        for name, wanted in self.version.content.get("excludes", {}).items():
            leave_out(holds(row, name, wanted))
        for name, wanted in clock.get("only_when", {}).items():
            said = holds(row, name, wanted)
            if said in {"unreadable", "no column"}:
                raise CannotJudgeError
            if said == "no":
                raise NotApplicableError
        converted = clock.get("converted_by")
        if not (converted and (converted in row.values or converted in row.unreadable)):
            for name, wanted in clock.get("unless", {}).items():
                leave_out(holds(row, name, wanted))

    def _start(self, clock: dict[str, Any], row: Drawn) -> date:
        fields = many(clock.get("from", "received_on"))
        for name in fields:
            if name in row.unreadable:
                raise CannotJudgeError
            if isinstance(row.values.get(name), date):
                return row.values[name]
        if "received_on" in fields or not any(name in row.columns for name in fields):
            raise CannotJudgeError
        raise NotApplicableError

    # --- a deadline, and a window of the customer's -----------------------------------------------

    def _deadline(self, clock: dict[str, Any], row: Drawn) -> Answer:
        start = self._start(clock, row)
        if any(holds(row, name, value) == "yes" for name, value in clock.get("met_at_once_when", {}).items()):
            return Answer("met", start, start, start)
        self._resolved_early(clock, row, start)
        limit = self._limit(clock, row)
        worlds = list(self._worlds(clock, row, start, limit))
        stop = self._stop(many(clock.get("until", [])), row)
        if clock.get("kind") == "window":
            return self._window(worlds, start, stop)
        if stop is not None:
            return self._stopped(worlds, limit, start, stop)
        if row.values.get("resolved") is True and clock.get("resolved_means_done", "yes") == "yes":
            raise CannotJudgeError
        return self._going_on(clock, worlds, limit, start)

    def _resolved_early(self, clock: dict[str, Any], row: Drawn, start: date) -> None:
        early = clock.get("early_resolution")
        if early:
            resolved = self._earliest(many(early.get("resolved", "resolved_on")), row)
            within = limit_of(early["within"])
            if resolved and day_of(resolved) <= self._count(within, self._counted_from(clock, start)):
                raise NotApplicableError

    def _limit(self, clock: dict[str, Any], row: Drawn) -> Limit:
        for other in many(clock.get("other_limits", [])):
            said = [holds(row, name, wanted) for name, wanted in other["when"].items()]
            if "unreadable" in said:
                raise CannotJudgeError
            if all(each == "yes" for each in said):
                return limit_of(other["limit"])
        return limit_of(clock["limit"])

    def _stop(self, fields: list[str], row: Drawn) -> date | None:
        stop = self._earliest(fields, row)
        if stop is None and not any(name in row.columns for name in fields):
            raise CannotJudgeError
        return stop

    def _earliest(self, fields: list[str], row: Drawn) -> date | None:
        if any(name in row.unreadable for name in fields):
            raise CannotJudgeError
        dates = [row.values[name] for name in fields if isinstance(row.values.get(name), date)]
        # On one day, what has a time comes before what may have been at any time of that day.
        return min(dates, key=lambda each: (day_of(each), time_of(each) or time.max), default=None)

    def _window(self, worlds: list[World], start: date, stop: date | None) -> Answer:
        if stop is None:
            if any(not after(self.now, world.due) for world in worlds):
                return Answer("running", start, sure=False)
            raise NotApplicableError
        if before(stop, start):
            raise CannotJudgeError
        late = {after(stop, world.due) for world in worlds}
        if len(late) > 1:
            raise CannotJudgeError
        raise NotApplicableError

    def _stopped(self, worlds: list[World], limit: Limit, start: date, stop: date) -> Answer:
        if before(stop, start) or day_of(stop) > self.today:
            raise CannotJudgeError
        late = {after(stop, world.due) for world in worlds}
        if len(late) > 1:
            raise CannotJudgeError
        if late == {False}:
            return Answer("met", start, one_due(worlds), stop, sure=one_due(worlds) is not None)
        due = max((world.due for world in worlds), key=moment_of)
        return Answer("breached", start, due, stop, self._lateness(limit, due, stop))

    def _going_on(self, clock: dict[str, Any], worlds: list[World], limit: Limit, start: date) -> Answer:
        if all(world.pause and world.pause[0] <= self.today <= world.pause[1] for world in worlds):
            return Answer("paused", start, sure=False)
        first, last = (pick((world.due for world in worlds), key=moment_of) for pick in (min, max))
        if not after(self.now, first):
            return Answer("running", start, first, due_soon=self._due_soon(clock, start, first))
        if after(self.now, last):
            return Answer("breached", start, last, None, self._lateness(limit, last, self.now))
        raise CannotJudgeError

    def _due_soon(self, clock: dict[str, Any], start: date, due: date) -> bool:
        if isinstance(due, datetime) and isinstance(start, datetime):
            return self.now >= due - (due - start) / 4
        if limit_of(clock["limit"]).unit == "hour":
            return due == self.today
        return due <= self._next_working_day(self.today + DAY)

    def _lateness(self, limit: Limit, due: date, until: date) -> tuple[int, str]:
        if limit.unit == "hour" and isinstance(due, datetime) and isinstance(until, datetime):
            return max(0, int((until - due).total_seconds() // 3600)), "hour"
        days = list(each_day(day_of(due) + DAY, day_of(until)))
        if limit.unit == "working day":
            return sum(self.works(day) for day in days), "working day"
        return len(days), "calendar day"

    # --- the last day -----------------------------------------------------------------------------

    def _next_working_day(self, day: date) -> date:
        while not self.works(day):
            day += DAY
        return day

    def _counted_from(self, clock: dict[str, Any], start: date) -> date:
        counting = clock.get("counting", {})
        cut_off = counting.get("cut_off")
        moment = time_of(start)
        if cut_off and moment and moment >= time.fromisoformat(str(cut_off)):
            return self._next_working_day(day_of(start) + DAY)
        if counting.get("start_on_closed_day") == "counts as the next working day":
            return self._next_working_day(day_of(start))
        return day_of(start)

    def _count(
        self, limit: Limit, start: date, pause: tuple[date, date] | None = None, first: str = "the next day"
    ) -> date:
        """Return the last day of a limit, looking at one day after the other."""
        day = start - DAY if first == "the day itself" else start
        to_count = days_to_count(limit, start)
        while to_count > 0:
            day += DAY
            paused = pause is not None and pause[0] <= day <= pause[1]
            if not paused and (limit.unit != "working day" or self.works(day)):
                to_count -= 1
        return day

    def _first_due(
        self, clock: dict[str, Any], limit: Limit, start: date, pause: tuple[date, date] | None = None
    ) -> date:
        if limit.unit == "hour" and isinstance(start, datetime) and pause is None:
            return start + timedelta(hours=limit.size)
        counting = {"first_day": "the next day"} | clock.get("counting", {})
        due = self._count(limit, self._counted_from(clock, start), pause, counting["first_day"])
        moved = counting.get("due_on_closed_day", "stays")
        if moved == "next working day":
            return self._next_working_day(due)
        while moved == "working day before" and not self.works(due):
            due -= DAY
        return due

    def _worlds(self, clock: dict[str, Any], row: Drawn, start: date, limit: Limit) -> Iterator[World]:
        name = clock.get("promised")
        if name and (name in row.values or name in row.unreadable):
            promised = day_of(row.values.get(name))
            if promised is None or promised < self._counted_from(clock, start):
                yield from (World(self._counted_from(clock, start)), World(NEVER))
                return
            paused = [World(promised)]
        else:
            paused = list(self._pauses(clock, row, start, limit))
        for world in paused:
            for held in self._holding_replies(clock, row, start, world):
                yield from self._extensions(clock, row, held)

    def _pauses(self, clock: dict[str, Any], row: Drawn, start: date, limit: Limit) -> Iterator[World]:
        plain = World(self._first_due(clock, limit, start))
        rules = clock.get("pause")
        first, last = day_of(row.values.get("paused_from")), day_of(row.values.get("paused_until"))
        if rules is None:
            yield plain
        elif "paused_from" in row.unreadable or (first is None and "paused_until" in row.unreadable):
            yield from (plain, World(NEVER))
        elif first is None or first > day_of(plain.due):
            yield plain
        elif "paused_until" in row.unreadable or (last is not None and last < first):
            yield from (plain, World(NEVER))
        else:
            yield from self._one_pause(clock, row, start, limit, plain, first, last)

    def _one_pause(
        self,
        clock: dict[str, Any],
        row: Drawn,
        start: date,
        limit: Limit,
        plain: World,
        first: date,
        last: date | None,
    ) -> Iterator[World]:
        rules = clock["pause"]
        decided = "pause_decided_by"
        if rules.get("decided_by") and decided in row.columns and decided not in row.unreadable:
            if decided not in row.values:
                yield plain
                return
        elif rules.get("decided_by"):
            yield plain
        if rules.get("at_most"):
            cap = self._count(limit_of(rules["at_most"]), first - DAY)
            last = cap if last is None else min(last, cap)
        if last is None:
            yield World(NEVER, (first, NEVER)) if first <= self.today else plain
        else:
            yield World(self._first_due(clock, limit, start, (first, last)), (first, last))

    def _holding_replies(
        self, clock: dict[str, Any], row: Drawn, start: date, world: World
    ) -> Iterator[World]:
        rules = clock.get("holding_reply")
        if rules is None or world.due == NEVER:
            yield world
            return
        name = rules.get("sent", "holding_reply_on")
        longer = World(self._first_due(clock, limit_of(rules["limit"]), start, world.pause), world.pause)
        sent = day_of(row.values.get(name))
        if name in row.unreadable:
            yield from (world, longer)
        elif sent and sent <= self.today and sent <= day_of(world.due):
            yield longer
        else:
            yield world

    def _extensions(self, clock: dict[str, Any], row: Drawn, world: World) -> Iterator[World]:
        rules = clock.get("extension")
        if rules is None or world.due == NEVER:
            yield world
            return
        old = day_of(world.due)
        cap = self._count(limit_of(rules["at_most"]), old) if rules.get("at_most") else None
        asked = day_of(row.values.get("extended_to"))
        if "extended_to" in row.unreadable:
            yield from (world, World(cap or NEVER, world.pause))
        elif asked is None or asked <= old:
            yield world
        else:
            counts = self._extension_counts(rules, row, old)
            if counts != "yes":
                yield world
            if counts != "no":
                yield World(min(asked, cap) if cap else asked, world.pause)

    def _extension_counts(self, rules: dict[str, Any], row: Drawn, old: date) -> str:
        said = [holds(row, name, wanted) for name, wanted in rules.get("only_when", {}).items()]
        if rules.get("reason") == "required":
            said.append(filled(row, "extension_reason"))
        if rules.get("told", "before the old date") == "before the old date":
            told = day_of(row.values.get("extension_told_on"))
            known = filled(row, "extension_told_on")
            said.append(
                ("yes" if told and told <= old and told <= self.today else "no") if known == "yes" else known
            )
        if "no" in said:
            return "no"
        return "perhaps" if set(said) & {"unreadable", "no column"} else "yes"

    # --- staying in touch -------------------------------------------------------------------------

    def _contacts(self, clock: dict[str, Any], row: Drawn, start: date) -> list[date]:
        fields = many(clock.get("contacts", []))
        dated = [name for name in fields if name != "contact_log"]
        if any(name in row.unreadable for name in dated) or not any(name in row.columns for name in fields):
            raise CannotJudgeError
        days = {day_of(row.values[name]) for name in dated if isinstance(row.values.get(name), date)}
        if any(day < start or day > self.today for day in days):
            raise CannotJudgeError
        if "contact_log" in fields:
            days |= {day for day in row.logged if start <= day <= self.today}
        return sorted(days)

    def _same_day(self, clock: dict[str, Any], row: Drawn) -> Answer:
        start = day_of(self._start(clock, row))
        days = self._contacts(clock, row, start)
        logged = "contact_log" in many(clock.get("contacts", [])) and row.logged
        if start in days:
            return Answer("met", start, start, start)
        if not days and self.today <= start:
            return Answer("running", start, start, due_soon=True)
        if days and not logged:
            raise CannotJudgeError
        stop = days[0] if days else None
        return Answer(
            "breached", start, start, stop, self._lateness(Limit(0, "calendar day"), start, stop or self.now)
        )

    def _updates(self, clock: dict[str, Any], row: Drawn) -> Answer:
        start = day_of(self._start(clock, row))
        days = self._contacts(clock, row, start)
        end = day_of(self._earliest(many(clock.get("until", [])), row))
        resolved = row.values.get("resolved") is True
        if end is None and not resolved:
            last = days[-1] if days else start
            limit = self._limit(clock, row)
            return self._going_on(clock, list(self._worlds(clock, row, last, limit)), limit, last)
        if end is not None and not start <= end <= self.today:
            raise CannotJudgeError
        stations = [start, *(day for day in days if end is None or day < end), *([end] if end else [])]
        for last, following in pairwise(stations):
            broken = self._silence(clock, row, last, following)
            if broken:
                return broken
        if end is None:
            raise CannotJudgeError
        return Answer("met", start, None, end, sure=False)

    def _silence(self, clock: dict[str, Any], row: Drawn, last: date, following: date) -> Answer | None:
        worlds = list(self._worlds(clock, row, last, limit := self._limit(clock, row)))
        late = {after(following, world.due) for world in worlds}
        if late == {False}:
            return None
        logged = "contact_log" in many(clock.get("contacts", [])) and row.logged
        if len(late) > 1 or not logged:
            raise CannotJudgeError
        due = max((world.due for world in worlds), key=moment_of)
        return Answer("breached", last, due, following, self._lateness(limit, due, following))
