"""Restated figures: what the last pack said of its period, what the register says of it now, and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from complaints_sheet.core.meetings import Period
from complaints_sheet.core.wording import listing, plural
from complaints_sheet.pack.figure import Figure

MOST_NAMED = 5

Kept: TypeAlias = Mapping[str, object]
"""One figure as it is kept: shown, numerator, denominator, not_judged, and its cases by group."""


@dataclass(frozen=True, slots=True)
class LastPack:
    """The pack before this one: its period and its figures, by id, as `kept` returned them."""

    period: Period
    figures: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Restated:
    """One figure that reads differently now: what was said, what would be said today, and why."""

    label: str
    was: str
    now: str
    why: str


def kept(figures: Iterable[Figure]) -> dict[str, dict[str, object]]:
    """Return the figures as plain values that JSON can hold, by id, for the pack that comes next."""
    return {
        each.id: {
            "shown": each.shown,
            "numerator": each.numerator,
            "denominator": each.denominator,
            "not_judged": each.not_judged,
            "cases": {group.label: list(group.cases) for group in each.groups},
        }
        for each in figures
    }


def restated(last: LastPack, today: Sequence[Figure]) -> tuple[Restated, ...]:
    """Return the figures of the last pack's period that the register now tells differently.

    `today` are the figures of that same period worked out from today's register.
    """
    pairs = [(last.figures.get(each.id), each) for each in today]
    return tuple(
        Restated(now.label, _said(was), _said(kept([now])[now.id]), _why(was, now))
        for was, now in pairs
        if isinstance(was, Mapping) and _numbers(was) != _numbers(kept([now])[now.id])
    )


def _numbers(figure: Kept) -> tuple[object, ...]:
    return tuple(figure.get(name) for name in ("shown", "numerator", "denominator", "not_judged"))


def _said(figure: Kept) -> str:
    shown, part, whole = figure.get("shown"), figure.get("numerator"), figure.get("denominator")
    counts = f"{part} of {whole}"
    unknown = figure.get("not_judged")
    more = [counts] if whole is not None and counts != shown else []
    more += [f"{unknown} not judged"] if unknown else []
    return f"{shown} ({'; '.join(more)})" if more else str(shown)


def _places(figure: Kept) -> dict[str, str]:
    cases = figure.get("cases")
    if not isinstance(cases, Mapping):
        return {}
    return {str(name): str(label) for label, names in cases.items() for name in names}


def _places_of(figure: Figure) -> dict[str, str]:
    return {name: group.label for group in figure.groups for name in group.cases}


def _why(was: Kept, now: Figure) -> str:
    """Return the cases that moved, came or went; where none did, the amounts themselves were changed."""
    if "cases" not in was:
        return "The cases behind the last figure were not kept."
    return (
        "; ".join(_movements(_places(was), _places_of(now)))
        or "The amounts or dates of its cases were changed."
    )


def _movements(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    moved: dict[tuple[str, str], list[str]] = {}
    for name in sorted(before.keys() & after.keys()):
        if before[name] != after[name]:
            moved.setdefault((before[name], after[name]), []).append(name)
    for (old, new), names in moved.items():
        yield f"{_some(names)} moved from “{old}” to “{new}”"
    if came := sorted(after.keys() - before.keys()):
        yield f"{_some(came)} {plural(len(came), 'was', 'were')} entered or dated later"
    if gone := sorted(before.keys() - after.keys()):
        yield f"{_some(gone)} no longer {plural(len(gone), 'counts', 'count')}"


def _some(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return listing([*names[:MOST_NAMED], f"{more} more"]) if more > 0 else listing(names)
