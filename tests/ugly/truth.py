"""What was put into an ugly register, and what a careful colleague could know of it: no reader here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

Verdict: TypeAlias = Literal["must", "may", "unsure", "problem", "blank", "misled", "swapped"]


@dataclass(frozen=True, slots=True)
class Expected:
    """The truth of one cell: `kind` is its row in the table, `verdict` what the reader may make of it."""

    kind: str
    verdict: Verdict
    value: object = None
    visible: bool = False  # a swapped date that its place gives away


@dataclass(frozen=True, slots=True)
class Serial:
    """A number in a date column: a date whose cell lost its format."""

    number: float


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula, with the value Excel stored for it, or None where it was never calculated."""

    text: str
    stored: str | float | date | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """An error cell such as #N/A."""

    text: str


@dataclass(frozen=True, slots=True)
class Rich:
    """A text in several runs, some of them bold."""

    runs: tuple[str, ...]


@dataclass(slots=True)
class Sheet:
    """One worksheet to be written: cells by (row, column), both from 1."""

    name: str
    cells: dict[tuple[int, int], object] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    hidden: bool = False


@dataclass(slots=True)
class SheetTruth:
    """What stands on one worksheet: complaints by row, other rows below the heading, columns by field."""

    rows: dict[int, Mapping[str, Expected]] = field(default_factory=dict)
    columns: dict[int, Mapping[str, int]] = field(default_factory=dict)  # row of a complaint to its columns
    not_cases: set[int] = field(default_factory=set)
    either: set[int] = field(default_factory=set)  # a lone text under Issue: a note, or a case begun
    near_misses: list[str] = field(default_factory=list)  # misspelt headings as typed


@dataclass(frozen=True, slots=True)
class Ugly:
    """One ugly register: the file, what the office says of itself, and the truth by worksheet."""

    seed: int
    suffix: str  # ".xlsx", ".csv" …
    content: bytes
    day_first: bool
    faults: tuple[str, ...]
    truth: Mapping[str, SheetTruth]
