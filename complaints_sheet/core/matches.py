"""What matching rows to remembered cases takes and gives, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

How: TypeAlias = Literal[
    "unchanged", "returned", "reference", "key fields", "one field", "alike", "order", "new"
]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a register: its cases in the order of the last run, and those removed since.

    `numbers[i]` has the fingerprint `prints[i]`. `removed` maps a fingerprint to the cases that had it when
    their rows went, the first to go first.
    """

    numbers: Sequence[int]
    prints: Sequence[bytes]
    removed: Mapping[bytes, Sequence[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """Equal rows: the places where they stand now, and the cases they may be, each in its order."""

    places: tuple[int, ...]
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Exact:
    """Rows matched by fingerprint: `numbers[i]` is the case of row i, None where it is yet to be found.

    `left` are places in the register, `left_known` numbers of cases. `back` gives, for places among the left,
    the removed cases that they equal.
    """

    known: Known
    numbers: tuple[int | None, ...]
    left: tuple[int, ...]
    left_known: tuple[int, ...]
    back: Mapping[int, Sequence[int]] = field(default_factory=dict)
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """Which case a row is (None: a new one), how it was recognised, and, unless unchanged, why."""

    number: int | None
    how: How
    why: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A row that may be one of these cases: it was taken for a new one, and a person may know better."""

    place: int
    numbers: tuple[int, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Matching:
    """Each row with its case. `matches[i]` belongs to row i; `removed` are the cases that stand nowhere.

    `equals` are groups of places that only their order tells apart. `reused` are places whose reference
    belonged to another case.
    """

    matches: tuple[Match, ...]
    removed: tuple[int, ...] = ()
    questions: tuple[Question, ...] = ()
    equals: tuple[tuple[int, ...], ...] = ()
    reused: tuple[int, ...] = ()
