"""What was seen to happen between two runs, for registers that have no column for it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from complaints_sheet.core.journal import CellChange
from complaints_sheet.core.model import Case, Interval
from complaints_sheet.core.recollection import Recollection
from complaints_sheet.core.snapshots import Snapshot

_HANDED_OVER = ("case_owner", "department", "passed_to")


def with_events(recalled: Recollection, after: datetime | None, until: datetime) -> Recollection:
    """Return the recollection with what this run is the first to see, as intervals on its cases.

    `after` is the moment of the last run that read the register well, `until` that of this one; both aware.
    """
    seen: dict[int, dict[str, Interval]] = {}
    for number, event in events(recalled):
        seen.setdefault(number, {})[event] = Interval(after, until)
    if not seen:
        return recalled
    register = recalled.register
    cases = tuple(
        replace(case, observed={**case.observed, **seen[number]}) if number in seen else case
        for number, case in zip(recalled.numbers, register.cases, strict=True)
    )
    return replace(recalled, register=replace(register, cases=cases))


def events(recalled: Recollection) -> Iterator[tuple[int, str]]:
    """Yield (case number, event) for all that this run was the first to see; a very first run sees nothing.

    Events: `received_on` (the row appeared), `followed_up_on` (a date appeared), `resolved` (became yes),
    `passed_on` (another owner or department).
    """
    if recalled.baseline:
        return
    for place in recalled.new:
        yield from (
            (recalled.numbers[place], event) for event in _at_first_sight(recalled.register.cases[place])
        )
    for change in recalled.changes:
        case = recalled.register.cases[recalled.places[change.number]]
        before = recalled.before.get(change.number)
        if before is not None:
            yield from ((change.number, event) for event in _by_change(case, before, change.cells))


def _at_first_sight(case: Case) -> Iterator[str]:
    yield "received_on"
    if case.yes("resolved"):
        yield "resolved"
    if case.day("followed_up_on"):
        yield "followed_up_on"


def _by_change(case: Case, before: Snapshot, cells: Mapping[str, CellChange]) -> Iterator[str]:
    if case.yes("resolved") and before.value("resolved") is not True:
        yield "resolved"
    if case.day("followed_up_on") and before.day("followed_up_on") is None:
        yield "followed_up_on"
    if any(before.value(name) and case.text(name) and name in cells for name in _HANDED_OVER):
        yield "passed_on"
