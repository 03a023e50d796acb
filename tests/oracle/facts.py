"""What the oracle speaks of: a row, an answer, a limit, and the small words it puts them in."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

DAY = timedelta(days=1)
NEVER = date.max


@dataclass(frozen=True)
class Drawn:
    """One row of a register: what its cells mean, which cannot be read, which columns there are."""

    values: dict[str, Any]
    unreadable: frozenset[str]
    columns: frozenset[str]
    logged: tuple[date, ...] = ()  # the days that its contact log names


@dataclass(frozen=True)
class Answer:
    """How one clock stands. `sure` is False where worlds differ, so that no one due day can be named."""

    outcome: str
    start: date | None = None
    due: date | None = None
    stop: date | None = None
    late: tuple[int, str] | None = None
    due_soon: bool = False
    sure: bool = True


@dataclass(frozen=True)
class World:
    """One way the register can be understood: when the clock is due, and on which days it stands still."""

    due: date
    pause: tuple[date, date] | None = None


@dataclass(frozen=True)
class Limit:
    size: int
    unit: str


class CannotJudgeError(Exception):
    """The register does not say enough."""


class NotApplicableError(Exception):
    """The clock has nothing to say of this case."""


def many(typed: Any) -> list[Any]:
    return typed if isinstance(typed, list) else [typed]


def holds(row: Drawn, name: str, wanted: Any) -> str:
    """Return whether a field holds one of the values: yes, no, unreadable or no column; blank is no."""
    if name in row.unreadable:
        return "unreadable"
    if name not in row.values:
        return "no" if name in row.columns else "no column"
    value = row.values[name]
    said = ("yes" if value else "no") if isinstance(value, bool) else folded(str(value))
    return "yes" if said in {folded(each) for each in many(wanted)} else "no"


def leave_out(said: str) -> None:
    """Leave a clock out where a mark says so; where the mark cannot be read, nobody can tell."""
    if said == "yes":
        raise NotApplicableError
    if said == "unreadable":
        raise CannotJudgeError


def filled(row: Drawn, name: str) -> str:
    if name in row.unreadable:
        return "unreadable"
    if name in row.values:
        return "yes"
    return "no" if name in row.columns else "no column"


def folded(typed: Any) -> str:
    text = {True: "yes", False: "no"}.get(typed, str(typed)) if isinstance(typed, bool) else str(typed)
    plain = unicodedata.normalize("NFKD", text).casefold()
    return " ".join("".join(mark for mark in plain if not unicodedata.combining(mark)).split())


def limit_of(text: str) -> Limit:
    words = str(text).split()
    if words[-2:] == ["same", "day"]:
        return Limit(0, "calendar day")
    unit = " ".join(words[1:]).removesuffix("s").replace("business", "working")
    size = int(words[0])
    if unit in {"year", "month"}:
        return Limit(size * 12 if unit == "year" else size, "calendar month")
    return Limit(size, unit)


def days_to_count(limit: Limit, start: date) -> int:
    """Return how many days a limit counts from its start, working days or any."""
    if limit.unit == "calendar month":
        return (month_later(start, limit.size) - start).days
    if limit.unit == "hour":
        return -(-limit.size // 24)
    return 7 * limit.size if limit.unit == "week" else limit.size


def month_later(day: date, months: int) -> date:
    """Return the same day number so many months later; where there is none, the month's last day."""
    month = day.replace(day=1)
    for _ in range(months):
        month = (month + timedelta(days=32)).replace(day=1)
    last = (month + timedelta(days=32)).replace(day=1) - DAY
    return min(last, month + timedelta(days=day.day - 1))


def each_day(first: date, last: date) -> Iterable[date]:
    while first <= last:
        yield first
        first += DAY


def day_of(moment: Any) -> Any:
    return moment.date() if isinstance(moment, datetime) else moment if isinstance(moment, date) else None


def time_of(moment: date) -> time | None:
    return moment.time() if isinstance(moment, datetime) else None


def moment_of(due: date) -> datetime:
    """Return the moment at which a due day or moment is over."""
    return datetime.combine(day_of(due), time_of(due) or time.max)


def after(moment: date, due: date) -> bool:
    if isinstance(moment, datetime) and isinstance(due, datetime):
        return moment > due
    return day_of(moment) > day_of(due)


def before(moment: date, start: date) -> bool:
    if isinstance(moment, datetime) and isinstance(start, datetime):
        return moment < start
    return day_of(moment) < day_of(start)


def one_due(worlds: list[World]) -> date | None:
    dues = {world.due for world in worlds}
    return dues.pop() if len(dues) == 1 and NEVER not in dues else None
