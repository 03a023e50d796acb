"""The circuit breaker: a register so different that nothing may be judged, sent or removed because of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.recollection import Recollection, columns_of
from complaints_sheet.core.snapshots import Snapshot, comparable, snapshot
from complaints_sheet.core.wording import listing

_ALIKE = 0.8  # of a column's values, found again in other rows
_MANY_VALUES = 8  # different ones, before their moving about is no chance


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be missing: the run stops beyond this share and at least so many rows."""

    share: float = 0.2
    rows: int = 5
    shifted_rows: int = 8


def alarm(recalled: Recollection, limits: Limits | None = None) -> str:
    """Return in a sentence why the run must stop, or an empty text where it may go on.

    Stops for a column that was sorted without the others, a column that is gone, and too many missing rows.
    """
    if recalled.face is None or recalled.same:
        return ""
    limits = limits or Limits()
    return _lost_columns(recalled) or _shifted(recalled, limits) or _shrunk(recalled, limits)


def _shrunk(recalled: Recollection, limits: Limits) -> str:
    face = recalled.face
    known, missing = len(face.numbers) if face else 0, len(recalled.gone)
    too_many = missing >= limits.rows and missing > limits.share * known
    if not (too_many or (known and missing == known)):
        return ""
    return (
        f"{missing} of the {known} rows known so far are no longer in the register {recalled.register.name}."
    )


def _lost_columns(recalled: Recollection) -> str:
    now = {name for name, _ in columns_of(recalled.register)}
    headings = dict(recalled.face.columns) if recalled.face else {}
    snapshots = (*recalled.before.values(), *(each.cells for each in recalled.gone))
    lost = [
        f"“{heading}”"
        for name, heading in headings.items()
        if name in FIELDS and name not in now and any(name in each.cells for each in snapshots)
    ]
    if not lost:
        return ""
    are = "column is" if len(lost) == 1 else "columns are"
    return f"The {are} no longer in the register: {listing(lost)}."


def _shifted(recalled: Recollection, limits: Limits) -> str:
    """Return why the run must stop where cells were sorted apart: the values are all there, in other rows."""
    cases = recalled.register.cases
    changed = [
        (recalled.before[each.number], snapshot(cases[recalled.places[each.number]]))
        for each in recalled.changes
        if each.number in recalled.before
    ]
    headings = dict(columns_of(recalled.register))
    moved = [name for name in headings if _moved(name, changed, len(cases), limits)]
    gone, new = [each.cells for each in recalled.gone], [snapshot(cases[place]) for place in recalled.new]
    if not moved and min(len(gone), len(new)) >= limits.shifted_rows:
        torn = [name for name in headings if name in FIELDS and _found_again(name, gone, new)]
        moved = torn if len(torn) > 2 else []
    if not moved:
        return ""
    names = listing(f"“{headings[name]}”" for name in moved[:3])
    return f"Cells under {names} have changed rows, as when a column is sorted without the others."


def _moved(name: str, changed: Sequence[tuple[Snapshot, Snapshot]], rows: int, limits: Limits) -> bool:
    """Return True where the values of a column are all still there, but many of them in other rows."""
    pairs = [(_text(name, before), _text(name, after)) for before, after in changed]
    pairs = [(before, after) for before, after in pairs if before != after]
    if len(pairs) < limits.shifted_rows:
        return False
    before, after = Counter(each for each, _ in pairs if each), Counter(each for _, each in pairs if each)
    telling = len(before) >= _MANY_VALUES or (len(before) > 2 and len(pairs) > 0.3 * rows)
    return telling and _overlap(before, after) >= _ALIKE


def _found_again(name: str, gone: Iterable[Snapshot], new: Iterable[Snapshot]) -> bool:
    before = Counter(text for each in gone if (text := _text(name, each)))
    after = Counter(text for each in new if (text := _text(name, each)))
    return len(before) >= _MANY_VALUES and _overlap(before, after) >= _ALIKE


def _overlap(before: Mapping[str, int], after: Mapping[str, int]) -> float:
    """Return the share of values that both have, each as often as the other has it."""
    both = sum(min(count, after.get(text, 0)) for text, count in before.items())
    return both / max(1, sum(before.values()), sum(after.values()))


def _text(name: str, cells: Snapshot) -> str:
    return comparable(cells.value(name))
