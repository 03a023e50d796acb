"""What is open, and how it came to be: opening + received − closed = closing, or the difference named."""

from collections.abc import Sequence
from dataclasses import dataclass

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import Case, Verdict
from complaints_sheet.core.wording import count, shorten, weekday_day
from complaints_sheet.pack.figure import Figure, Group, number_of
from complaints_sheet.pack.frame import Frame, Mask

AGE_BANDS = ((0, 3), (4, 10), (11, 20), (21, None))


@dataclass(frozen=True, slots=True)
class Overdue:
    """An open case past its standard: its name, the case, and the standard's verdict."""

    name: str
    case: Case
    verdict: Verdict

    @property
    def over(self) -> str:
        """Return how far over, as "9 working days", or "since Fri 20 Nov" where no working day has passed."""
        late = self.verdict.late_by
        if late and late.value:
            return count(late.value, late.unit)
        return f"since {weekday_day(self.verdict.due)}" if self.verdict.due else "yes"


@dataclass(frozen=True, slots=True)
class Flow:
    """The stock over the period; `differences` name the cases, by reason, that keep it from adding up."""

    opening: Figure
    received: Figure
    closed: Figure
    closing: Figure
    differences: tuple[Group, ...]

    @property
    def gap(self) -> int:
        """Return opening + received − closed − closing."""
        ins = len(self.opening.cases) + len(self.received.cases)
        return ins - len(self.closed.cases) - len(self.closing.cases)


def flow(frame: Frame, period: Period) -> Flow:
    """Return opening, received, closed and closing stock of the period.

    A case is open at a moment unless it was closed, with a date, before it. A closing without a date cannot
    be placed: such a case counts as closed earlier, and where that breaks the sum it is named.
    """
    table, start, end = frame.table, period.start.toordinal(), period.end.toordinal()
    after_start = table["open"] | (table["closed"] >= start)
    after_end = table["open"] | (table["closed"] > end)
    opening = (table["received"] > 0) & (table["received"] < start) & after_start
    received = frame.within("received", period)
    closed = ~table["open"] & frame.within("closed", period)
    closing = (table["received"] <= end) & after_end
    gap = opening.astype(int) + received.astype(int) - closed.astype(int) - closing.astype(int)
    return Flow(
        number_of("opening", "Open at the start", frame.names(opening)),
        number_of("received", "Received", frame.names(received)),
        number_of("closed", "Closed", frame.names(closed)),
        number_of("closing", "Open at the end", frame.names(closing)),
        _differences(frame, gap != 0, end),
    )


def _differences(frame: Frame, odd: Mask, end: int) -> tuple[Group, ...]:
    table = frame.table
    no_received = table["received"] == 0
    undated = ~table["open"] & (table["closed"] == 0)
    late_entry = table["received"] > end
    reasons = (
        ("closed, but no date says when", odd & undated & ~no_received),
        ("no date received, so not counted as received or at the start", odd & no_received),
        ("received after the period, yet closed in it", odd & late_entry),
        ("closed on a date before the date received", odd & ~undated & ~no_received & ~late_entry),
    )
    return tuple(Group(reason, frame.names(which)) for reason, which in reasons if which.any())


def open_past(frame: Frame) -> tuple[Overdue, ...]:
    """Return the open cases that breached the standard, oldest due first."""
    late = frame.table["open"] & (frame.table["outcome"] == "breached")
    found = [
        (frame.cases[at], frame.verdicts[at], frame.table.at[at, "name"]) for at in frame.positions(late)
    ]
    overdue = [Overdue(str(name), case, verdict) for case, verdict, name in found if verdict]
    return tuple(sorted(overdue, key=_oldest_first))


def coming(frame: Frame, calendar: Calendar, days: int = 5) -> tuple[Overdue, ...]:
    """Return the open cases whose standard falls due today or in the next working days, soonest first."""
    last = calendar.add_working_days(frame.today, days).toordinal()
    table = frame.table
    soon = table["open"] & table["outcome"].isin(["running", "paused"])
    soon &= table["due"].between(frame.today.toordinal(), last)
    found = [(frame.cases[at], frame.verdicts[at], table.at[at, "name"]) for at in frame.positions(soon)]
    due = [Overdue(str(name), case, verdict) for case, verdict, name in found if verdict]
    return tuple(sorted(due, key=_oldest_first))


def _oldest_first(each: Overdue) -> tuple[str, str]:
    due = each.verdict.due
    return (due.isoformat()[:10] if due else "", each.name)


def open_past_figure(overdue: Sequence[Overdue], *, owner_names: bool = False) -> Figure:
    """Return the figure "open past the standard"; its note names the oldest, and its owner if allowed."""
    note = (
        f"the oldest is {_named(overdue[0], owner_names=owner_names)}, {_over(overdue[0])}" if overdue else ""
    )
    return number_of("open-past", "Open past the standard", tuple(each.name for each in overdue), note)


def _named(oldest: Overdue, *, owner_names: bool) -> str:
    owner = oldest.case.text("case_owner") if owner_names else ""
    where = ", ".join(shorten(part, 24) for part in (oldest.case.text("department"), owner) if part)
    return f"{oldest.name} ({where})" if where else oldest.name


def _over(oldest: Overdue) -> str:
    return oldest.over if oldest.over.startswith("since") else f"{oldest.over} over"


def open_too_long(frame: Frame) -> Figure:
    """Return the figure of the cases open too long, as the rule of that name found them."""
    return number_of("open-too-long", "Open too long", frame.names(frame.flags("open-too-long")))


def ages(frame: Frame, calendar: Calendar) -> tuple[Figure, ...]:
    """Return the open cases by age in working days since received, and those whose age nobody can tell."""
    positions = frame.positions(frame.table["open"])
    dated = [(at, frame.cases[at].day("received_on")) for at in positions]
    old = {at: calendar.working_days_between(day, frame.today) for at, day in dated if day}
    names = frame.table["name"]
    bands = [
        number_of(
            f"age-{first}",
            f"{first} to {last} working days" if last is not None else f"over {first - 1} working days",
            tuple(names[at] for at, age in old.items() if first <= age and (last is None or age <= last)),
        )
        for first, last in AGE_BANDS
    ]
    undated = tuple(names[at] for at, day in dated if not day)
    return (*bands, number_of("age-unknown", "no date received", undated)) if undated else tuple(bands)
