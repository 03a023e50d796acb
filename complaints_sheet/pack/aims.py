"""Targets and published figures that the organisation entered, to stand beside the figures they are about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from complaints_sheet.core.wording import listing, number

Kind: TypeAlias = Literal["share", "amount"]

IN_STANDARD = "in_standard"
MEASURES: Mapping[str, tuple[str, Kind]] = {
    IN_STANDARD: ("in-standard", "share"),
    "first_contact": ("first-contact", "share"),
    "satisfied_with_handling": ("handling", "share"),
    "satisfied_with_outcome": ("outcome", "share"),
    "quality_check": ("quality-check", "share"),
    "days_to_follow_up": ("days-to-follow-up", "amount"),
    "service_failures": ("service-failures", "amount"),
    "open_past": ("open-past", "amount"),
    "open_too_long": ("open-too-long", "amount"),
}
"""What each measure's figure is called, and whether it is a share (better high) or an amount (better low).

Any other measure is the id of a time limit of a procedure, such as "acknowledge": the share that kept it.
"""


def kind_of(measure: str) -> Kind:
    """Return whether a measure is a share or an amount."""
    return MEASURES[measure][1] if measure in MEASURES else "share"


def said(measure: str, value: float) -> str:
    """Return a target or a published figure as it is printed: "90%", or "5" for an amount."""
    if kind_of(measure) == "share":
        return f"{100 * value:.10g}%"
    return number(value, 0 if float(value).is_integer() else 1)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure that somebody else published, with where it stands and which year it is about."""

    measure: str
    value: float  # a share from 0 to 1, or an amount
    source: str
    year: int


@dataclass(frozen=True, slots=True)
class Aims:
    """The targets and the published figures, by measure; shares from 0 to 1. The office entered all."""

    targets: Mapping[str, float] = field(default_factory=dict)
    comparisons: tuple[Comparison, ...] = ()

    @property
    def measures(self) -> tuple[str, ...]:
        """Return each measure with a target or a published figure once, in the order they were entered."""
        return tuple(dict.fromkeys((*self.targets, *(each.measure for each in self.comparisons))))

    def target(self, measure: str) -> str:
        """Return the target of a measure in words: "90%", "at most 5", or an empty string without one."""
        value = self.targets.get(measure)
        if value is None:
            return ""
        return said(measure, value) if kind_of(measure) == "share" else f"at most {said(measure, value)}"

    def beside(self, figure_id: str) -> str:
        """Return what stands beside a figure: "target set by you: 90%", or an empty string without one."""
        found = (self.target(measure) for measure, (known, _) in MEASURES.items() if known == figure_id)
        return next((f"target set by you: {words}" for words in found if words), "")

    def published(self, measure: str) -> str:
        """Return the published figures of a measure, each with its source and year."""
        return listing(
            f"{said(measure, each.value)} ({each.source}, {each.year})"
            for each in self.comparisons
            if each.measure == measure
        )


NO_AIMS = Aims()
