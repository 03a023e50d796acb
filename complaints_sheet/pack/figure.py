"""What a figure is: never a bare number, always with its base, what could not be judged, and its cases."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.wording import percent

FEW = 10  # below so many, a percentage misleads and the counts are printed instead

Amount: TypeAlias = int | float | Decimal | None


@dataclass(frozen=True, slots=True)
class Group:
    """Some of the cases behind a figure, and what they have in common ("Missed")."""

    label: str
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a pack.

    `shown` is how it is printed. `value` is None where the register cannot say, and `missing` then holds the
    field whose column it needs. A share has `numerator` and `denominator`; `not_judged` counts the cases left
    out of both because they could not be judged.
    """

    id: str
    label: str
    shown: str
    value: Amount = None
    numerator: int | None = None
    denominator: int | None = None
    not_judged: int = 0
    groups: tuple[Group, ...] = ()
    note: str = ""
    missing: str | None = None

    @property
    def cases(self) -> tuple[str, ...]:
        """Return the names of all cases behind the figure, group by group."""
        return tuple(name for group in self.groups for name in group.cases)

    @property
    def base(self) -> str:
        """Return what the figure stands on: "9 of 17", and how many could not be judged."""
        parts = [] if self.denominator is None else [f"{self.numerator} of {self.denominator}"]
        if self.not_judged:
            parts.append(f"{self.not_judged} could not be judged")
        return "; ".join(parts)


def not_recorded(figure_id: str, label: str, field: str) -> Figure:
    """Return the figure that the register has no column for: not recorded, never 0."""
    heading = FIELDS[field].heading
    return Figure(
        figure_id,
        label,
        "Not recorded",
        note=f"Not recorded in the register. Add a column “{heading}” to show it.",
        missing=field,
    )


def number_of(figure_id: str, label: str, cases: tuple[str, ...], note: str = "") -> Figure:
    """Return the figure that counts cases."""
    return Figure(figure_id, label, f"{len(cases):,}", len(cases), groups=_groups((label, cases)), note=note)


def share_of(
    figure_id: str,
    label: str,
    met: Group,
    others: Group,
    not_judged: Group,
    *,
    note: str = "",
    fewest: int = FEW,
) -> Figure:
    """Return the figure that is a share: a percentage from `fewest` judged cases on, else "9 of 13"."""
    part, whole = len(met.cases), len(met.cases) + len(others.cases)
    counts = f"{part} of {whole}"
    shown = "None" if whole == 0 else percent(part, whole) if whole >= fewest else counts
    return Figure(
        figure_id,
        label,
        shown,
        part / whole if whole else None,
        part,
        whole,
        len(not_judged.cases),
        tuple(group for group in (others, met, not_judged) if group.cases),
        note,
    )


def _groups(*named: tuple[str, tuple[str, ...]]) -> tuple[Group, ...]:
    return tuple(Group(label, cases) for label, cases in named if cases)
