"""Columns that the register template calculates for people; the program reckons for itself and skips them."""

from collections.abc import Iterable

from complaints_sheet.core.columns import folded

DUE_BY, NEEDS = "Due by", "What this row needs"
WORKING = "Reckoning "  # how the heading of each hidden column begins

_SEEN = frozenset({folded(DUE_BY), folded(NEEDS)})
_HIDDEN = folded(WORKING)


def calculated(headings: Iterable[str]) -> frozenset[str]:
    """Return the headings, as typed, of calculated columns: none unless both that people see are there."""
    typed = list(headings)
    if not {folded(heading) for heading in typed} >= _SEEN:
        return frozenset()
    return frozenset(
        heading for heading in typed if folded(heading) in _SEEN or folded(heading).startswith(f"{_HIDDEN} ")
    )
