"""How alike two rows are, and whether a changed cell reads like an edit rather than like another case."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rapidfuzz.fuzz import ratio, token_sort_ratio

from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.snapshots import Snapshot, comparable

KEY_FIELDS = ("received_on", "customer_name", "issue")
"""What a case is about: these tell two cases apart."""

_WEIGHTS = {
    "customer_name": 30,
    "issue": 30,
    "received_on": 20,
    "case_ref": 20,
    "case_owner": 7,
    "department": 5,
    "resolution": 5,
    "improvement_idea": 5,
    "followed_up_on": 3,
}
_WORDS = frozenset({"customer_name", "issue", "resolution", "improvement_idea"})
_AN_EDIT = {"received_on": 0.7, "customer_name": 0.75, "issue": 0.6}
"""Agreement from which a changed cell reads like the same thing said again."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row prepared for comparing: each recognised cell as comparable text, blanks left out."""

    texts: Mapping[str, str]
    received: date | None

    def without(self, name: str) -> frozenset[tuple[str, str]]:
        """Return every recognised cell but one."""
        return frozenset(item for item in self.texts.items() if item[0] != name)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two rows are: `score`, 0 to 100, over the cells that both have; `evidence` weighs those."""

    score: float
    evidence: int


def prepared(snapshot: Snapshot) -> Row:
    """Return a row prepared for comparing."""
    texts = {name: comparable(snapshot.value(name)) for name in snapshot.cells if name in FIELDS}
    return Row({name: text for name, text in texts.items() if text}, snapshot.day("received_on"))


def likeness(one: Row, other: Row) -> Likeness:
    """Return how alike two rows are; a cell blank in either says nothing."""
    total, evidence = 0.0, 0
    for name, weight in _WEIGHTS.items():
        if name in one.texts and name in other.texts:
            total += weight * _agreement(name, one, other)
            evidence += weight
    return Likeness(100 * total / evidence if evidence else 0.0, evidence)


def agrees(name: str, one: Row, other: Row) -> bool:
    """Return True where the cell is the same in both rows, or blank in either."""
    return name not in one.texts or name not in other.texts or one.texts[name] == other.texts[name]


def contradictions(one: Row, other: Row) -> tuple[str, ...]:
    """Return the key fields that both rows have and that do not read like an edit of one another."""
    return tuple(
        name
        for name in KEY_FIELDS
        if name in one.texts and name in other.texts and _agreement(name, one, other) < _AN_EDIT[name]
    )


def _agreement(name: str, one: Row, other: Row) -> float:
    """Return from 0 to 1 how far two cells of one field agree; both rows have it."""
    text, against = one.texts[name], other.texts[name]
    if text == against:
        return 1.0
    if name == "received_on":
        return 0.7 if _slip(one.received, other.received) else 0.0
    if name in _WORDS:
        return max(ratio(text, against), token_sort_ratio(text, against)) / 100
    return 0.0


def _slip(one: date | None, other: date | None) -> bool:
    """Return True where one date may be a slip for the other: near it, one part wrong, or day for month."""
    if one is None or other is None:
        return False
    wrong = (one.year != other.year) + (one.month != other.month) + (one.day != other.day)
    swapped = one.year == other.year and (one.month, one.day) == (other.day, other.month)
    return wrong == 1 or swapped or abs((one - other).days) <= 7
