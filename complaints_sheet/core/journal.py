"""What happened to a case: the cells it began with, and each change with the run that saw it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from complaints_sheet.core.model import Raw, Severity, Value
from complaints_sheet.core.snapshots import Snapshot, comparable

ChangeKind: TypeAlias = Literal["changed", "removed", "returned", "rolled over", "same", "forgotten"]
"""What can happen to a case; "same" ends one whose row a person called an older case."""


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell that changed: what it held before and after, and what the new cell was understood as."""

    before: Raw
    after: Raw
    understood: Value | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What one run saw of one case: which cells changed, and how the row was recognised if not by itself."""

    number: int
    kind: ChangeKind
    cells: Mapping[str, CellChange]
    why: str = ""
    run: int = 0


@dataclass(frozen=True, slots=True)
class Story:
    """A case from beginning to end: its first cells, then every change. `headings` name the columns."""

    number: int
    register: str
    first_run: int
    headings: Mapping[str, str]
    began: Snapshot
    changes: tuple[Change, ...]

    @property
    def now(self) -> Snapshot:
        """Return the cells last seen."""
        return replayed(self.began, self.changes)


@dataclass(frozen=True, slots=True)
class Edit:
    """What one run saw of one case that somebody should look at; `message` names no customer."""

    number: int
    rule: str
    severity: Severity
    message: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class PastEdit:
    """An edit seen before. `gone` are the last cells of a row that is missing, None where it is not."""

    edit: Edit
    day: date
    gone: Snapshot | None = None


@dataclass(frozen=True, slots=True)
class GoneCase:
    """A case whose row is missing: since which day, why, its last cells and the headings of its columns."""

    number: int
    register: str
    why: str
    since: date
    cells: Snapshot
    headings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SeenLate:
    """A clock that a run was the first to show as late; `due` is the due day as it was then, as text."""

    clock: str
    policy: str
    due: str
    run: int


def case_id(number: int) -> str:
    """Return what people call the case: C-00012."""
    return f"C-{number:05d}"


def case_number(text: str) -> int | None:
    """Return the number in a case id, however it is typed (C-00012, c12, 12), or None."""
    digits = text.strip().casefold().removeprefix("c").lstrip("-– ")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


def differences(before: Snapshot, after: Snapshot) -> dict[str, CellChange]:
    """Return the cells that changed, by column; a cell saved with 00:00 or as 5.0 has not changed."""
    names = dict.fromkeys((*before.cells, *after.cells))
    return {
        name: CellChange(before.cells.get(name), after.cells.get(name), after.understood.get(name))
        for name in names
        if _changed(before.cells.get(name), after.cells.get(name))
    }


def replayed(began: Snapshot, changes: Iterable[Change]) -> Snapshot:
    """Return the cells after these changes."""
    cells, understood = dict(began.cells), dict(began.understood)
    for name, change in (item for each in changes for item in each.cells.items()):
        cells.pop(name, None)
        understood.pop(name, None)
        if change.after is not None and change.after != "":
            cells[name] = change.after
        if change.understood is not None:
            understood[name] = change.understood
    return Snapshot(cells, understood)


def renamed(kept: Snapshot, headings: Mapping[str, str], now: Mapping[str, str]) -> Snapshot:
    """Return cells under the names that their columns have now, for a heading that became a field.

    `headings` gives the heading of each name when the cells were kept, `now` the name of each heading today.
    """
    names = {name: now.get(headings.get(name, ""), name) for name in (*kept.cells, *kept.understood)}
    if all(name == new for name, new in names.items()):
        return kept
    return Snapshot(
        {names[name]: cell for name, cell in kept.cells.items()},
        {names[name]: value for name, value in kept.understood.items()},
    )


def _changed(before: Raw, after: Raw) -> bool:
    if before == after and type(before) is type(after):
        return False
    if isinstance(before, str) and isinstance(after, str):
        return True
    return isinstance(before, str) != isinstance(after, str) or comparable(before) != comparable(after)
