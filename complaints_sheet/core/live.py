"""The clocks of a policy as spreadsheet formulas: what the register template reckons while people type.

A formula is a text in which `{received_on}` stands for the cell of that field in the same row, `{today}` and
`{holidays}` for the day and the closed days, and `{clock.due}` for a hidden column of the same row. Whoever
writes the workbook puts addresses in their place (`in_row`). A test has LibreOffice calculate them and
compares every row with what `clocks.py` and the rules say.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.limits import Limit
from complaints_sheet.core.policy import Clock, Condition, Policy
from complaints_sheet.core.rules.days import MAY_COME_FIRST, MAY_LIE_AHEAD, ORDER
from complaints_sheet.core.rules.gaps import required_fields

NEVER = "9E9"  # a day number that no date reaches

CHECK = "Check the orange cells"
FILL_IN = "Fill in the orange cells"
MARKED_Y = "Marked Y: fill in the orange cells"
IS_IT_RESOLVED = "Is it resolved now? Then put Y"
OVERDUE, DUE_TODAY, DUE_SOON, NEXT = "Overdue", "Due today", "Due soon", "Next"
OPEN_LONG, OPEN, PAUSED, DONE, DONE_LATE = "Open for a long time", "Open", "Paused", "Done", "Done, late"


@dataclass(frozen=True, slots=True)
class Calculated:
    """A column that the workbook calculates: its id in formulas and its formula."""

    id: str
    formula: str


@dataclass(frozen=True, slots=True)
class Live:
    """What policies reckon in a row: hidden columns in the order of the working, then the two seen.

    `clocks` are those with a formula, with what the row calls them; `left_out` those that only the program
    can reckon.
    """

    hidden: tuple[Calculated, ...]
    due_by: str
    needs: str
    clocks: tuple[tuple[str, Policy, Clock], ...]
    left_out: tuple[Clock, ...]


def in_row(formula: str, places: Mapping[str, str]) -> str:
    """Return the formula with every `{name}` replaced by its place; raises KeyError for one without."""
    return re.sub(r"\{([\w. :-]+)\}", lambda found: places[found[1]], formula)


def live(policies: Sequence[Policy], columns: Sequence[str]) -> Live:
    """Return the formulas for a register with these columns (field ids), judged by these policies."""
    asked = [(policy, clock) for policy in policies for clock in policy.clocks if clock.kind != "window"]
    shown = [(policy, clock) for policy, clock in asked if can_be_shown(clock)]
    names = [clock.id.replace("-", " ") for _, clock in shown]
    named = [
        f"{name} ({policy.id})" if names.count(name) > 1 else name
        for name, (policy, _) in zip(names, shown, strict=True)
    ]
    clocks = tuple((name, *each) for name, each in zip(named, shown, strict=True))
    row = _Row(tuple(policies), clocks, tuple(columns))
    hidden = [Calculated("bad", row.bad())]
    for number, (_, policy, clock) in enumerate(clocks):
        hidden += _ClockCells(f"c{number}", policy, clock, tuple(columns)).cells()
    return Live(
        hidden=(*hidden, Calculated("name", row.name()), Calculated("late", row.late())),
        due_by=row.due_by(),
        needs=row.needs(),
        clocks=clocks,
        left_out=tuple(clock for _, clock in asked if not can_be_shown(clock)),
    )


def can_be_shown(clock: Clock) -> bool:
    """Return True for a clock that a formula can follow; regular updates need the contact log read."""
    if clock.kind == "updates" or clock.cut_off is not None:
        return False
    hours = clock.limit.unit == "hour" and (clock.pause or clock.extension or clock.holding_reply)
    paused = clock.pause and (clock.holding_reply or clock.other_limits or clock.limit.unit != "working day")
    return not hours and not paused


# --- small pieces ----------------------------------------------------------------------------------------


def _all(conditions: Iterable[str]) -> str:
    found = list(conditions)
    return f"AND({','.join(found)})" if len(found) > 1 else found[0] if found else "TRUE"


def _any(conditions: Iterable[str]) -> str:
    found = list(conditions)
    return f"OR({','.join(found)})" if len(found) > 1 else found[0] if found else "FALSE"


def _cell(field: str) -> str:
    return "{" + field + "}"


def _cells(fields: Iterable[str]) -> str:
    return ",".join(map(_cell, fields))


def blank(field: str) -> str:
    """Return the formula that tells whether the field's cell holds nothing."""
    return f'TRIM({_cell(field)})=""'


def _dated(field: str) -> str:
    return f"ISNUMBER({_cell(field)})"


def _day(field: str) -> str:
    return f"INT(N({_cell(field)}))"  # N: text in its place must not turn the whole formula into an error


def _is_one_of(field: str, values: Iterable[str]) -> str:
    quoted = [value.replace('"', '""') for value in values]
    return _any(f'TRIM({_cell(field)})="{value}"' for value in quoted)


YES = _is_one_of("resolved", ("Y", "Yes"))
NO = _is_one_of("resolved", ("N", "No"))


def _holds(condition: Condition) -> str:
    """Return whether a condition holds; a blank cell does not."""
    spellings = {"yes": ("Y", "Yes"), "no": ("N", "No")}
    values = sorted(condition.values)
    if FIELDS[condition.field].kind == "yes_no":
        values = [spelling for value in values for spelling in spellings.get(value, ())]
    return _is_one_of(condition.field, values)


def _workday(start: str, days: int | str) -> str:
    return f"WORKDAY({start},{days},{{holidays}})"


def working_days_since(day: str) -> str:
    """Return how many working days lie after the day, up to and including today."""
    return f"IF({{today}}>{day},NETWORKDAYS({day}+1,{{today}},{{holidays}}),0)"


def last_day(limit: Limit, start: str, *, start_counts: bool = False) -> str:
    """Return the last day of a limit from a start, as `limits.last_day` does without a pause."""
    if limit.unit == "working day":
        return _workday(f"{start}-1" if start_counts else start, limit.size)
    if limit.unit == "calendar month":
        end = f"EDATE({start},{limit.size})"
    else:
        days = {"hour": -(-limit.size // 24), "week": 7 * limit.size}.get(limit.unit, limit.size)
        end = f"{start}+{days}"
    return f"({end}-1)" if start_counts and limit.size else f"({end})"


def _outside(policy: Policy) -> str:
    """Return whether the policy does not speak of the row: excluded, or not in force on the day received."""
    return _any((*map(_holds, policy.out_of_scope), *(f"NOT({each})" for each in _in_force(policy))))


def _in_force(policy: Policy) -> Iterator[str]:
    bounds = ((">=", policy.effective_from), ("<=", policy.effective_until))
    for sign, day in bounds:
        if day is not None:
            limit = f"DATE({day.year},{day.month},{day.day})"
            yield f"OR(NOT({_dated('received_on')}),N({_cell('received_on')}){sign}{limit})"


# --- one clock -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _ClockCells:
    """The hidden cells of one clock: its start, its due day step by step, and how it stands."""

    id: str
    policy: Policy
    clock: Clock
    columns: tuple[str, ...]

    @property
    def start(self) -> str:
        return f"{{{self.id}.start}}"

    @property
    def due(self) -> str:
        return f"{{{self.id}.due}}"

    def cells(self) -> Iterator[Calculated]:
        yield Calculated(f"{self.id}.start", f'IF({self._applies()},{self._started(self.clock.starts)},"")')
        steps = [*self._steps()]
        for number, step in enumerate(steps):
            last = number == len(steps) - 1
            name = "due" if last else f"due{number}"
            before = f"{{{self.id}.due{number - 1}}}" if number else ""
            yield Calculated(f"{self.id}.{name}", self._guarded(step, before))
        yield Calculated(f"{self.id}.state", self._state())

    def _guarded(self, step: str, before: str) -> str:
        """Return a step that passes on what is no date: not started, or paused until further notice."""
        if not before:
            return f'IF({self.start}="","",{step})'
        return f"IF(ISNUMBER({before}),{step.replace('«before»', before)},{before})"

    def _applies(self) -> str:
        clock = self.clock
        marks = _any(map(_holds, clock.unless))
        converted = [_dated(clock.converted_by)] if clock.converted_by else []
        unless = [_any((*converted, f"NOT({marks})"))] if clock.unless else []
        excluded = [f"NOT({_any(map(_holds, self.policy.out_of_scope))})"] if self.policy.out_of_scope else []
        return _all((*_in_force(self.policy), *excluded, *map(_holds, clock.only_when), *unless))

    def _started(self, fields: Sequence[str]) -> str:
        if not fields:
            return '""'
        first, later = fields[0], self._started(fields[1:])
        return f"IF({_dated(first)},{_day(first)},IF({blank(first)},{later},{chr(34) * 2}))"

    @property
    def _day_one(self) -> str:
        if self.clock.closed_day_start == "next working day":
            return _workday(f"({self.start}-1)", 1)
        return self.start

    def _end(self, limit: Limit, start: str = "") -> str:
        end = last_day(limit, start or self._day_one, start_counts=self.clock.start_counts)
        if self.clock.due_on_closed_day == "next working day":
            return _workday(f"({end}-1)", 1)
        if self.clock.due_on_closed_day == "working day before":
            return _workday(f"({end}+1)", -1)
        return end

    def _steps(self) -> Iterator[str]:
        yield self._first_due()
        if self.clock.pause:
            yield self._after_pause()
        if self.clock.holding_reply:
            held = self.clock.holding_reply
            sent = f"AND({_dated(held.sent)},{_day(held.sent)}<=«before»)"
            yield f"IF({sent},{self._end(held.limit)},«before»)"
        if self.clock.extension:
            yield self._extended()

    def _first_due(self) -> str:
        clock = self.clock
        if clock.kind == "same day":
            return self.start
        due = self._end(clock.limit)
        for other in reversed(clock.other_limits):
            due = f"IF({_all(map(_holds, other.when))},{self._end(other.limit)},{due})"
        if clock.promised:
            promised, one = _day(clock.promised), self._day_one
            doubtful = f'IF(IF({self._is_stopped()},{self._stop()},{{today}})<={one},{one},"")'
            due = f"IF({_dated(clock.promised)},IF({promised}>={one},{promised},{doubtful}),{due})"
        if clock.early_resolution:
            early = clock.early_resolution
            done = _cells(early.resolved)
            within = f"INT(MIN({done}))<={last_day(early.within, self._day_one)}"
            due = f'IF(AND(COUNT({done})>0,{within}),"",{due})'
        if clock.met_at_once_when:
            due = f"IF({_any(map(_holds, clock.met_at_once_when))},{self.start},{due})"
        return due

    # A pause: what had been counted when it began stays counted, and the rest is counted from its last day.

    def _is_paused(self, due: str) -> str:
        decided = self.clock.pause and self.clock.pause.decided_by
        return _all(
            (
                *([f"NOT({_dated(self.clock.promised)})"] if self.clock.promised else []),
                _dated("paused_from"),
                f"N({_cell('paused_from')})<N({due})+1",
                *([f"NOT({blank('pause_decided_by')})"] if decided else []),
            )
        )

    def _pause_ends(self) -> str:
        """Return the last day of the pause, or a day that never comes."""
        pause = self.clock.pause
        ends = f"IF({_dated('paused_until')},{_day('paused_until')},{NEVER})"
        if pause is None or pause.at_most is None:
            return ends
        before = f"({_day('paused_from')}-1)"
        return f"MIN({ends},{last_day(pause.at_most, before)})"

    def _after_pause(self) -> str:
        first = f"({self._day_one}-1)" if self.clock.start_counts else self._day_one
        begins, ends = _day("paused_from"), self._pause_ends()
        counted = f"IF({begins}-1>{first},NETWORKDAYS({first}+1,{begins}-1,{{holidays}}),0)"
        rest = _workday(f"MAX({first},{ends})", f"{self.clock.limit.size}-{counted}")
        later = f'IF({ends}<{NEVER},{rest},"paused")'
        return f"IF({self._is_paused('«before»')},{later},«before»)"

    def _extended(self) -> str:
        extension = self.clock.extension
        if extension is None:
            return "«before»"
        asked = _day("extended_to")
        told = f"AND({_dated('extension_told_on')},N({_cell('extension_told_on')})<N(«before»)+1)"
        counts = _all(
            (
                _dated("extended_to"),
                f"N({_cell('extended_to')})>=«before»+1",
                *map(_holds, extension.only_when),
                *([f"NOT({blank('extension_reason')})"] if extension.reason_required else []),
                *([told] if extension.told_before_due else []),
            )
        )
        new = f"MIN({asked},{last_day(extension.at_most, '«before»')})" if extension.at_most else asked
        return f"IF({counts},{new},«before»)"

    # How it stands: "met", "late", "open", "over", "paused", or nothing where it is not told.

    def _is_stopped(self) -> str:
        return f"COUNT({_cells(self.clock.stops)})>0"

    def _stop(self) -> str:
        return f"INT(MIN({_cells(self.clock.stops)}))"

    def _state(self) -> str:
        clock, start, due = self.clock, self.start, self.due
        running = f'IF({{today}}<={due},"open","over")'
        if clock.kind == "same day":
            contacts = [field for field in clock.contacts if field in self.columns]
            days = _cells(field for field in contacts if FIELDS[field].kind == "date")
            met = f'IF(INT(MIN({days}))={start},"met","")'
            told = f"IF(COUNT({days})>0,{met},{running})" if days else running
            logged = [f"NOT({blank(field)})" for field in contacts if FIELDS[field].kind == "text"]
            return f'IF(OR({start}="",{_any(logged)}),"",{told})'
        if clock.pause:
            during = f"AND({self._is_paused(f'{{{self.id}.due0}}')},{{today}}<={self._pause_ends()})"
            running = f'IF({due}="paused","paused",IF({during},"paused",{running}))'
        if clock.resolved_means_done:
            running = f'IF({YES},"",{running})'
        stopped = f'IF({self._stop()}<{start},"",IF({self._stop()}<=N({due}),"met","late"))'
        if clock.pause:
            stopped = f'IF(AND({due}="paused",{self._stop()}>={start}),"met",{stopped})'
        state = f"IF({self._is_stopped()},{stopped},{running})"
        if not MAY_LIE_AHEAD.isdisjoint(clock.stops):
            state = f'IF({self._stop()}>{{today}},"",{state})'
        if clock.met_at_once_when:
            state = f'IF({_any(map(_holds, clock.met_at_once_when))},"met",{state})'
        return f'IF(OR({start}="",{due}=""),"",{state})'


# --- the row ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Row:
    """What a whole row says: whether its dates can be right, when it is due, and what it needs."""

    policies: tuple[Policy, ...]
    clocks: tuple[tuple[str, Policy, Clock], ...]
    columns: tuple[str, ...]

    def bad(self) -> str:
        """Return whether a date is no date, lies ahead, or lies before one that must come first."""
        dates = [field for field in self.columns if FIELDS[field].kind == "date"]
        past = [field for field in dates if field not in MAY_LIE_AHEAD]
        after = [field for field in dates if field not in MAY_COME_FIRST]
        pairs = [pair for pair in ORDER if set(pair) <= set(dates)]
        return _any(
            (
                *(f"ISTEXT({_cell(field)})" for field in dates),
                f"MAX({_cells(past)})>={{today}}+1",
                f"AND({_dated('received_on')},COUNT({_cells(after)})>0,"
                f"INT(MIN({_cells(after)}))<INT(N({_cell('received_on')})))",
                *(
                    f"AND({_dated(first)},{_dated(second)},N({_cell(second)})<N({_cell(first)}))"
                    for first, second in pairs
                ),
                f"NOT(OR({blank('resolved')},{YES},{NO}))",
            )
        )

    def _states(self, *wanted: str) -> list[str]:
        """Return, clock by clock, whether it stands in one of these ways."""
        return [
            _any(f'{{c{number}.state}}="{state}"' for state in wanted) for number in range(len(self.clocks))
        ]

    def due_by(self) -> str:
        """Return the first due day of what is still to be done, else the last of what was done."""
        open_ones, done = self._states("open", "over"), self._states("met", "late")
        dues = [f"{{c{number}.due}}" for number in range(len(self.clocks))]
        if not dues:
            return '""'
        first = ",".join(f"IF({is_open},{due},{NEVER})" for is_open, due in zip(open_ones, dues, strict=True))
        last = ",".join(f"IF({is_done},N({due}),0)" for is_done, due in zip(done, dues, strict=True))
        return f'IF({{bad}},"",IF({_any(open_ones)},MIN({first}),IF(MAX({last})>0,MAX({last}),"")))'

    def _of_first_open(self, values: Sequence[str], otherwise: str) -> str:
        """Return the value of the clock whose due day is the row's, the first of them."""
        found = otherwise
        opened = self._states("open", "over")
        for number in reversed(range(len(self.clocks))):
            is_it = f"AND({opened[number]},{{c{number}.due}}={{due_by}})"
            found = f"IF({is_it},{values[number]},{found})"
        return found

    def name(self) -> str:
        """Return what the row is due for: the clock's name, or nothing where all is done."""
        names = [f'"{name}"' for name, *_ in self.clocks]
        return f'IF({{bad}},"",{self._of_first_open(names, chr(34) * 2)})'

    def late(self) -> str:
        """Return by how many whole days of its own kind the row is over, or nothing."""
        ways = [
            working_days_since(f"{{c{number}.due}}")
            if clock.limit.unit == "working day"
            else f"{{today}}-{{c{number}.due}}"
            for number, (*_, clock) in enumerate(self.clocks)
        ]
        return f'IF(N({{due_by}})=0,"",IF({{due_by}}<{{today}},{self._of_first_open(ways, chr(34) * 2)},""))'

    @property
    def _for(self) -> str:
        return '&": "&{name}' if len(self.clocks) > 1 else ""

    def _unit(self) -> str:
        by_day = [name for name, _, clock in self.clocks if clock.limit.unit != "working day"]
        if not by_day:
            return '" working day"'
        if len(by_day) == len(self.clocks):
            return '" day"'
        is_by_day = _any(f'{{name}}="{name}"' for name in by_day)
        return f'IF({is_by_day}," day"," working day")'

    def needs(self) -> str:
        """Return what the row needs, in words; the first of these that is true."""
        is_open = _any(self._states("open", "over"))
        over = f'"{OVERDUE}"&IF({{late}}=0,""," by "&{{late}}&{self._unit()}&IF({{late}}=1,"","s"))'
        answers = (
            (f"COUNTA({_cells(self.columns)})=0", '""'),
            ("{bad}", f'"{CHECK}"'),
            ("ISNUMBER({late})", f"{over}{self._for}"),
            (f"AND({is_open},N({{due_by}})={{today}})", f'"{DUE_TODAY}"{self._for}'),
            (f"AND({YES},{self._gaps_of_resolved()})", f'"{MARKED_Y}"'),
            (self._missing(), f'"{FILL_IN}"'),
            (self._is_it_resolved(), f'"{IS_IT_RESOLVED}"'),
            (self._soon(is_open), f'"{DUE_SOON}"{self._for}'),
            (self._open_long(), f'"{OPEN_LONG}"'),
            (is_open, f'"{NEXT}"{self._for}' if self._for else f'"{OPEN}"'),
            (_any(self._states("paused")), f'"{PAUSED}"'),
            (f"NOT({YES})", f'"{OPEN}"'),
            (_any(self._states("late")), f'"{DONE_LATE}"'),
        )
        words = f'"{DONE}"'
        for condition, answer in reversed(answers):
            words = f"IF({condition},{answer},{words})"
        return words

    def _outside_all(self) -> str:
        return _all(map(_outside, self.policies))

    def _may_be_nameless(self) -> str:
        departments = sorted({name for policy in self.policies for name in policy.anonymous_in})
        return _is_one_of("department", departments)

    def _is_anonymous(self) -> str:
        named = _any((blank("customer_name"), _is_one_of("customer_name", ("anonymous", "anon"))))
        return f"AND({self._may_be_nameless()},{named})"

    def missing(self, field: str) -> str:
        """Return whether a field that is always asked for is blank."""
        if field == "customer_name" and any(policy.anonymous_in for policy in self.policies):
            return f"AND({blank(field)},NOT({self._may_be_nameless()}))"
        return blank(field)

    def _missing(self) -> str:
        return _any(self.missing(field) for field in required_fields(self.policies) if field in self.columns)

    def no_follow_up(self) -> str:
        """Return whether a follow-up is missing in a row that is marked as followed up."""
        return f"AND({YES},{blank('followed_up_on')},NOT({self._is_anonymous()}),NOT({self._outside_all()}))"

    def _gaps_of_resolved(self) -> str:
        return _any((self.no_follow_up(), blank("resolution"), self._missing()))

    def _is_it_resolved(self) -> str:
        return f"AND({NO},NOT({blank('resolution')}),NOT({blank('followed_up_on')}))"

    def _soon(self, is_open: str) -> str:
        in_hours = [name for name, _, clock in self.clocks if clock.limit.unit == "hour"]
        if len(in_hours) == len(self.clocks):
            return "FALSE"
        by_days = [f'{{name}}<>"{name}"' for name in in_hours]
        return _all((is_open, f"N({{due_by}})<={_workday('{today}', 1)}", *by_days))

    def _open_long(self) -> str:
        limit = next((policy.open_too_long for policy in self.policies if policy.open_too_long), None)
        if limit is None:
            return "FALSE"
        received = f"INT(N({_cell('received_on')}))"
        follow_ups = [
            f'OR({{c{number}.state}}="open",{{c{number}.state}}="over")'
            for number, (*_, clock) in enumerate(self.clocks)
            if clock.id == "follow-up"
        ]
        speaks = [
            *self._states("paused"),
            *(f"AND({blank('followed_up_on')},{each})" for each in follow_ups),
            *([f"N({_cell('extended_to')})>={{today}}"] if "extended_to" in self.columns else []),
        ]
        return _all(
            (
                f"NOT({YES})",
                _dated("received_on"),
                f"{last_day(limit, received)}<{{today}}",
                f"NOT({_any(speaks)})",
                f"NOT({self._outside_all()})",
            )
        )


def asked_for(policies: Sequence[Policy], columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each field that a row may ask for, with the formula that is true where it is to be filled."""
    row = _Row(tuple(policies), (), tuple(columns))
    for field in required_fields(tuple(policies)):
        if field in columns:
            yield field, row.missing(field)
    yield "followed_up_on", row.no_follow_up()
    yield "resolution", f"AND({YES},{blank('resolution')})"
