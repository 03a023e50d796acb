"""The register template as plain values: its columns, what each cell takes, what lights up, what it explains.

Whoever makes the workbook (`workbooks/register_template.py`, or a writer for another spreadsheet) turns these
values into its own kind of drop-down, check and highlight. Formulas are as in `live.py`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from complaints_sheet.core.calculated import DUE_BY, NEEDS, WORKING
from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.field_help import HELP
from complaints_sheet.core.fields import FIELDS, NINE_IDS
from complaints_sheet.core.live import (
    CHECK,
    DONE,
    DUE_TODAY,
    FILL_IN,
    IS_IT_RESOLVED,
    MARKED_Y,
    OVERDUE,
    Live,
    asked_for,
    blank,
    live,
)
from complaints_sheet.core.policy import Clock, Condition, Policy
from complaints_sheet.core.rules.days import MAY_COME_FIRST, MAY_LIE_AHEAD, ORDER
from complaints_sheet.core.rules.gaps import required_fields

ListName: TypeAlias = Literal["owners", "departments"]
Look: TypeAlias = Literal["orange", "red", "grey"]

EARLIEST = date(2000, 1, 1)
YEARS_BACK, YEARS_AHEAD = 1, 3

USEFUL = ("case_ref", "theme", "language", "representative", "consent_on", "handled_fairly")
MORE_USEFUL = ("happy_with_outcome", "goodwill_kind", "goodwill_amount", "failure_cost")


@dataclass(frozen=True, slots=True)
class Check:
    """What a cell takes. `values` or the named list fill a drop-down; `formula` is true for what is right.

    With `stops` anything else is refused; without it a person is warned and may go on.
    """

    message: str
    values: tuple[str, ...] = ()
    listed: ListName | None = None
    formula: str = ""
    stops: bool = True


@dataclass(frozen=True, slots=True)
class FormColumn:
    """A column that people fill in: its field, its heading, what to put there, and what the cell takes."""

    field: str
    heading: str
    help: str
    check: Check | None = None

    @property
    def kind(self) -> str:
        """Return what the cells hold: text, name, date, yes_no, money or listed."""
        return FIELDS[self.field].kind


@dataclass(frozen=True, slots=True)
class Highlight:
    """Cells that light up where the formula is true: these fields, or the whole row where there are none."""

    fields: tuple[str, ...]
    formula: str
    look: Look


@dataclass(frozen=True, slots=True)
class RegisterForm:
    """Everything there is to say of a register template.

    The sheet shows the nine columns, `due_by` and `needs`, then the other columns, then the hidden ones of
    `live`. `offered` are more columns to add by hand: heading, and what it is for.
    """

    title: str
    policies: tuple[Policy, ...]
    columns: tuple[FormColumn, ...]
    live: Live
    highlights: tuple[Highlight, ...]
    owners: tuple[str, ...]
    departments: tuple[str, ...]
    calendar_name: str
    closed: tuple[tuple[date, str], ...]  # the days that do not count, in order, with their names
    offered: tuple[tuple[str, str], ...]

    @property
    def headings(self) -> tuple[tuple[str, str], ...]:
        """Return (id, heading) of every column from left to right."""
        typed = [(each.field, each.heading) for each in self.columns]
        hidden = ((each.id, f"{WORKING}{number}") for number, each in enumerate(self.live.hidden, 1))
        return (
            *typed[: len(NINE_IDS)],
            ("due_by", DUE_BY),
            ("needs", NEEDS),
            *typed[len(NINE_IDS) :],
            *hidden,
        )


def register_form(
    policies: Sequence[Policy],
    calendar: Calendar,
    today: date,
    *,
    owners: Iterable[str] = (),
    departments: Iterable[str] = (),
) -> RegisterForm:
    """Return the template of a register that these policies judge; a policy's own calendar is stronger.

    It holds the closed days from the year before `today` to the third year after.
    """
    chosen = tuple(policies)
    fields = (*NINE_IDS, *sorted(_needed(chosen) - set(NINE_IDS), key=list(FIELDS).index))
    columns = tuple(_column(field, chosen) for field in fields)
    years = range(today.year - YEARS_BACK, today.year + YEARS_AHEAD + 1)
    days = next((policy.own_calendar for policy in chosen if policy.own_calendar), calendar)
    return RegisterForm(
        title=" and ".join(dict.fromkeys(policy.title for policy in chosen)),
        policies=chosen,
        columns=columns,
        live=live(chosen, fields),
        highlights=tuple(_highlights(chosen, fields)),
        owners=tuple(dict.fromkeys(owners)),
        departments=tuple(dict.fromkeys(filter(None, departments))),
        calendar_name=days.name,
        closed=tuple((day, days.closed[day]) for day in sorted(days.closed) if day.year in years),
        offered=tuple((FIELDS[field].heading, HELP[field]) for field in _offered(chosen, fields)),
    )


# --- which columns ---------------------------------------------------------------------------------------


def _needed(policies: Sequence[Policy]) -> set[str]:
    """Return the fields without which a clock, a step or an approval of the policies cannot be judged."""
    fields = set(required_fields(tuple(policies)))
    for policy in policies:
        fields.update(condition.field for condition in policy.out_of_scope)
        for clock in policy.clocks:
            fields.update(_of_clock(clock))
        for approval in policy.approvals:
            fields.update((approval.on, approval.by))
        for step in policy.steps:
            if step.required and fields.isdisjoint(step.done_by):
                fields.add(step.done_by[0])
    return fields


def _of_clock(clock: Clock) -> Iterator[str]:
    yield from (*clock.starts, *clock.stops)
    conditions: list[Condition] = [*clock.only_when, *clock.unless, *clock.met_at_once_when]
    conditions += [condition for other in clock.other_limits for condition in other.when]
    if clock.extension:
        conditions += clock.extension.only_when
        yield "extended_to"
        yield from ("extension_told_on",) if clock.extension.told_before_due else ()
        yield from ("extension_reason",) if clock.extension.reason_required else ()
    if clock.pause:
        yield from ("paused_from", "paused_until")
        yield from ("pause_decided_by",) if clock.pause.decided_by else ()
    if clock.early_resolution:
        yield from clock.early_resolution.resolved
    if clock.kind == "updates" and "last_contact_on" in clock.contacts:
        yield "last_contact_on"
    held = clock.holding_reply.sent if clock.holding_reply else None
    yield from filter(None, (clock.converted_by, clock.promised, held))
    yield from (condition.field for condition in conditions)


def _offered(policies: Sequence[Policy], fields: Sequence[str]) -> Iterator[str]:
    """Yield fields that are of use but not needed: those of everybody, then those of the policies' checks."""
    wanted = dict.fromkeys((*USEFUL, *MORE_USEFUL))
    for policy in policies:
        for referral in policy.referrals:
            wanted |= dict.fromkeys(condition.field for condition in referral.when)
            wanted |= dict.fromkeys(filter(None, (referral.done_by,)))
        for pair in policy.not_the_same:
            wanted |= dict.fromkeys((pair.field, pair.other))
        for needed in (*policy.needed_when, *policy.closing):
            wanted |= dict.fromkeys((*filter(None, (needed.when_recorded,)), *needed.fields))
    yield from (field for field in wanted if field not in fields)


# --- what a cell takes ---------------------------------------------------------------------------------


def _column(field: str, policies: Sequence[Policy]) -> FormColumn:
    return FormColumn(field, FIELDS[field].heading, HELP[field], _check(field, policies))


def _check(field: str, policies: Sequence[Policy]) -> Check | None:
    if field == "department":
        return Check("It is not in the list yet. Go on if it is right.", listed="departments", stops=False)
    if field in _STAFF:
        return Check("The name is not in the list yet. Go on if it is right.", listed="owners", stops=False)
    if FIELDS[field].kind == "text":
        named = tuple(_values(field, policies))
        return Check("It is not in the list. Go on if it is right.", named, stops=False) if named else None
    if FIELDS[field].kind == "yes_no":
        return Check("Put Y or N.", values=("Y", "N"))
    made = _CHECKS.get(FIELDS[field].kind)
    return made(field) if made else None


_STAFF = frozenset({"case_owner", "stage_2_owner", "confirmed_by", "pause_decided_by"})


def _date_check(field: str) -> Check:
    return Check(_date_message(field), formula=_date_formula(field))


def _listed_check(field: str) -> Check:
    return Check("Choose one from the list.", values=tuple(FIELDS[field].listed))


def _money_check(field: str) -> Check:
    amount = f"AND(ISNUMBER({{{field}}}),N({{{field}}})>=0)"
    return Check("Put an amount in figures, such as 25.", formula=amount)


_CHECKS: Mapping[str, Callable[[str], Check]] = {
    "date": _date_check,
    "listed": _listed_check,
    "money": _money_check,
}


def _values(field: str, policies: Sequence[Policy]) -> Iterator[str]:
    """Yield the values of a free text that some policy asks about, such as its categories."""
    found: dict[str, None] = {}
    for policy in policies:
        conditions = [*policy.out_of_scope]
        for clock in policy.clocks:
            conditions += [*clock.only_when, *clock.unless]
            conditions += [condition for other in clock.other_limits for condition in other.when]
        for condition in conditions:
            if condition.field == field:
                found |= dict.fromkeys(sorted(condition.values))
    yield from found


def _date_formula(field: str) -> str:
    """Return what is right: a real date, not ahead where it is of the past, not before the complaint."""
    cell, received = f"{{{field}}}", "{received_on}"
    parts = [f"ISNUMBER({cell})", f"N({cell})>=DATE({EARLIEST.year},{EARLIEST.month},{EARLIEST.day})"]
    if field not in MAY_LIE_AHEAD:
        parts.append(f"N({cell})<{{today}}+1")
    if field not in MAY_COME_FIRST:
        parts.append(f"OR({blank('received_on')},N({cell})>=INT(N({received})))")
    return f"AND({','.join(parts)})"


def _date_message(field: str) -> str:
    ahead = "" if field in MAY_LIE_AHEAD else ", not in the future"
    first = "" if field in MAY_COME_FIRST else ", not before Date received"
    return f"Put a date, such as 23/11/2026{ahead}{first}."


# --- what lights up --------------------------------------------------------------------------------------


def _highlights(policies: Sequence[Policy], fields: Sequence[str]) -> Iterator[Highlight]:
    """Yield what lights up, the most urgent first; every formula looks at its own sheet only."""
    typed = f"COUNTA({','.join(f'{{{field}}}' for field in fields)})>0"
    for field, formula in asked_for(policies, fields):
        yield Highlight((field,), f"AND({typed},{formula})", "orange")
    for field in fields:
        if FIELDS[field].kind == "date":
            yield Highlight((field,), f"AND(NOT({blank(field)}),NOT({_date_formula(field)}))", "orange")
    for first, second in ORDER:
        if {first, second} <= set(fields):
            both = f"COUNT({{{first}}},{{{second}}})=2"
            yield Highlight((second,), f"AND({both},N({{{second}}})<N({{{first}}}))", "orange")
    yield Highlight(("resolved",), f'OR({{needs}}="{IS_IT_RESOLVED}",{_neither_y_nor_n()})', "orange")
    yield Highlight(("due_by", "needs"), _begins(OVERDUE), "red")
    for words in (DUE_TODAY, CHECK, FILL_IN, MARKED_Y, IS_IT_RESOLVED):
        yield Highlight(("due_by", "needs"), _begins(words), "orange")
    yield Highlight((), _begins(DONE), "grey")


def _neither_y_nor_n() -> str:
    answers = ",".join(f'TRIM({{resolved}})="{answer}"' for answer in ("", "Y", "N", "Yes", "No"))
    return f"NOT(OR({answers}))"


def _begins(words: str) -> str:
    return f'LEFT({{needs}},{len(words)})="{words}"'
