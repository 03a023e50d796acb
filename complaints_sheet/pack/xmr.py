"""XmR charts: the usual range of a series, and the four signals that it has changed.

Mean ± 2.66 times the mean moving range; moving ranges above 3.267 times their mean are left out of it. The
first 12 points lock the limits; with fewer they are on trial and worked out again each time.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

LOCK_AT = 12  # points
RUN = 7  # points in a row that make a signal
LIMIT_FACTOR = 2.66
SCREEN_FACTOR = 3.267
NEAR = 2 / 3  # of the way from the mean to a limit
_SAME = 1e-9  # two figures closer than this are equal; floats are not exact

Mark: TypeAlias = Literal["usual", "concern", "improvement", "different"]
"""What a point means: nothing, a change for the worse or the better, or a change that is neither."""

SignalKind: TypeAlias = Literal["outside", "one side", "trend", "two of three"]


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a series: its last day, its value, and the counts behind it where it is a percentage."""

    end: date
    value: float
    part: int | None = None
    whole: int | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """The usual range. `lower` and `upper` are as reckoned, not clipped to what a percentage can be."""

    mean: float
    lower: float
    upper: float
    points: int  # how many they were reckoned from
    first: date  # last day of the first of those points
    last: date  # last day of the last of those points

    @property
    def locked(self) -> bool:
        """Return True once 12 points stand behind the limits; before that they are on trial."""
        return self.points >= LOCK_AT


@dataclass(frozen=True, slots=True)
class Rebase:
    """A person's decision to reckon the limits anew from a day on, with the reason they recorded."""

    start: date
    reason: str


@dataclass(frozen=True, slots=True)
class Signal:
    """A change that chance does not explain: which of the four, whether up or down, and its points."""

    kind: SignalKind
    up: bool
    points: tuple[int, ...]  # positions in the series

    @property
    def last(self) -> int:
        """Return the position of its latest point."""
        return self.points[-1]


@dataclass(frozen=True, slots=True)
class Xmr:
    """A series with its usual range and signals; `higher_is_better` None where neither way is good."""

    points: tuple[Point, ...]
    limits: Limits | None  # None with fewer than two points
    signals: tuple[Signal, ...]
    higher_is_better: bool | None
    bounds: tuple[float, float | None]
    rebase: Rebase | None = None

    @property
    def lower(self) -> float | None:
        """Return the lower limit to draw, clipped to the smallest value there can be."""
        return max(self.limits.lower, self.bounds[0]) if self.limits else None

    @property
    def upper(self) -> float | None:
        """Return the upper limit to draw, clipped to the largest value there can be."""
        if self.limits is None:
            return None
        highest = self.bounds[1]
        return self.limits.upper if highest is None else min(self.limits.upper, highest)

    @property
    def now(self) -> tuple[Signal, ...]:
        """Return the signals that the latest point is part of, strongest first."""
        return tuple(each for each in self.signals if each.last == len(self.points) - 1)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Return what each point means; a point outside the limits speaks louder than the run it is in."""
        marks: list[Mark] = ["usual"] * len(self.points)
        for signal in reversed(self.signals):
            for position in signal.points:
                marks[position] = self.mark_of(signal)
        return tuple(marks)

    def mark_of(self, signal: Signal) -> Mark:
        """Return whether the signal is a concern, an improvement, or a change with no good direction."""
        if self.higher_is_better is None:
            return "different"
        return "improvement" if signal.up == self.higher_is_better else "concern"


def xmr(
    points: Sequence[Point],
    *,
    higher_is_better: bool | None = None,
    bounds: tuple[float, float | None] = (0, None),
    rebase: Rebase | None = None,
) -> Xmr:
    """Return the series with its limits and every signal in it; `rebase` starts the limits anew."""
    since = sum(1 for point in points if rebase and point.end < rebase.start)
    limits = limits_of(points[since:])
    signals = _signals(points, limits, since) if limits else ()
    return Xmr(tuple(points), limits, signals, higher_is_better, bounds, rebase)


def limits_of(points: Sequence[Point]) -> Limits | None:
    """Return the usual range from the first 12 points, or from all while there are fewer; None for one."""
    base = points[:LOCK_AT]
    if len(base) < 2:
        return None
    mean = sum(point.value for point in base) / len(base)
    ranges = [abs(later.value - point.value) for point, later in itertools.pairwise(base)]
    cut = SCREEN_FACTOR * _mean(ranges)
    spread = LIMIT_FACTOR * _mean([each for each in ranges if each <= cut + _SAME])
    return Limits(mean, mean - spread, mean + spread, len(base), base[0].end, base[-1].end)


def _signals(points: Sequence[Point], limits: Limits, since: int) -> tuple[Signal, ...]:
    values = [point.value for point in points[since:]]
    found = (*_outside(values, limits), *_one_side(values, limits), *_trends(values), *_near(values, limits))
    return tuple(Signal(kind, up, tuple(each + since for each in where)) for kind, up, where in found)


_Found: TypeAlias = tuple[SignalKind, bool, Sequence[int]]


def _outside(values: Sequence[float], limits: Limits) -> Iterator[_Found]:
    for position, value in enumerate(values):
        if value > limits.upper + _SAME or value < limits.lower - _SAME:
            yield "outside", value > limits.mean, (position,)


def _one_side(values: Sequence[float], limits: Limits) -> Iterator[_Found]:
    sides = [_sign(value - limits.mean) for value in values]
    for run in _runs(sides):
        if len(run) >= RUN:
            yield "one side", sides[run[0]] > 0, run


def _trends(values: Sequence[float]) -> Iterator[_Found]:
    steps = [_sign(later - value) for value, later in itertools.pairwise(values)]
    for run in _runs(steps):
        if len(run) >= RUN - 1:  # six steps join seven points
            yield "trend", steps[run[0]] > 0, range(run[0], run[-1] + 2)


def _near(values: Sequence[float], limits: Limits) -> Iterator[_Found]:
    reach = NEAR * (limits.upper - limits.mean)
    if reach <= _SAME:
        return
    sides = [
        _sign(value - limits.mean) if abs(value - limits.mean) > reach + _SAME else 0 for value in values
    ]
    for end in range(2, len(values)):
        for side in (1, -1):
            where = [each for each in range(end - 2, end + 1) if sides[each] == side]
            if len(where) >= 2 and where[-1] == end:
                yield "two of three", side > 0, where


def _runs(signs: Iterable[int]) -> Iterator[list[int]]:
    """Yield the positions of each longest stretch of equal signs; 0 belongs to none."""
    run: list[int] = []
    previous = 0
    for position, sign in enumerate(signs):
        if run and sign != previous:
            yield run
            run = []
        if sign:
            run.append(position)
        previous = sign
    if run:
        yield run


def _sign(difference: float) -> int:
    return 0 if abs(difference) <= _SAME else (1 if difference > 0 else -1)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
