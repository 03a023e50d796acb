"""A case as the memory knew it at an earlier moment, ready to be judged as of then."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from complaints_sheet.core.cells import shown, spellings
from complaints_sheet.core.column_values import column_values
from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.journal import Story, renamed, replayed
from complaints_sheet.core.model import Case, CellProblem, Raw, Value
from complaints_sheet.core.snapshots import Snapshot, column_names, snapshot


@dataclass(frozen=True, slots=True)
class Former:
    """A case as it was, and when the run that saw it so looked; `changed` are fields that differ today."""

    case: Case
    seen: datetime
    changed: tuple[str, ...]


def former(case: Case, story: Story, moments: Mapping[int, datetime], moment: datetime) -> Former | None:
    """Return the case as the last run up to the moment knew it, or None where no run had seen it yet.

    `moments` say when each run looked. Columns are those of today; what was observed later is left out.
    """
    if moments[story.first_run] > moment:
        return None
    changes = [each for each in story.changes if moments[each.run] <= moment]
    names = {column.heading: name for name, column in column_names(case.layout)}
    then = renamed(replayed(story.began, changes), story.headings, names)
    values, problems = _understood(case, then)
    today = snapshot(case)
    changed = tuple(
        name
        for name, _ in column_names(case.layout)
        if name in case.layout.columns and then.cells.get(name) != today.cells.get(name)
    )
    observed = {field: seen for field, seen in case.observed.items() if seen.until <= moment}
    last = max(when for when in moments.values() if when <= moment)
    return Former(replace(case, values=values, problems=problems, observed=observed), last, changed)


def _understood(case: Case, then: Snapshot) -> tuple[dict[str, Value], dict[str, CellProblem]]:
    today = snapshot(case)
    values: dict[str, Value] = {}
    problems: dict[str, CellProblem] = {}
    for name in case.layout.columns:
        if then.cells.get(name) == today.cells.get(name):
            found: Value | CellProblem | None = case.values.get(name, case.problems.get(name))
        else:
            found = _value(name, then.cells.get(name), then.understood.get(name))
        if isinstance(found, CellProblem):
            problems[name] = found
        elif found is not None:
            values[name] = found
    return values, problems


def _value(name: str, raw: Raw, understood: Value | None) -> Value | CellProblem | None:
    """Return what a cell of that day means, as it was understood then where that was kept."""
    if raw is None or understood is not None:
        return understood
    if FIELDS[name].kind == "date":
        return _date(raw)
    read = column_values(name, [raw], spellings())
    return read.problems.get(0) or read.values[0]


def _date(raw: Raw) -> date | CellProblem:
    if isinstance(raw, datetime) and raw.time() == time():
        return raw.date()
    if isinstance(raw, date):
        return raw
    return CellProblem("unreadable", shown(raw), f"“{shown(raw)}” was not understood as a date")
