"""Columns that people do not fill in: those the register template calculates, and the program's own."""

from collections.abc import Iterable

from complaints_sheet.core.columns import folded

DUE_BY, NEEDS = "Due by", "What this row needs"
WORKING = "Reckoning "  # how the heading of each hidden column begins
CASE_REF, CHECKED_AT = "Case ref", "Checked at"
STATUS = (CASE_REF, DUE_BY, NEEDS, CHECKED_AT)
"""The headings of the columns that the program fills in itself, where it was told to (`status_columns`)."""

BESIDE = frozenset({"How to use", "Lists", "Bank holidays"})
"""The other worksheets of the template: no registers, and nobody needs to be told so."""

_SEEN = frozenset({folded(DUE_BY), folded(NEEDS)})
_HIDDEN = folded(WORKING)
_STATUS = {folded(heading): heading for heading in STATUS}


def calculated(headings: Iterable[str]) -> frozenset[str]:
    """Return the headings, as typed, of columns to skip: none unless both that people see are there.

    "Case ref" alone is a register's own reference; beside the other three it is the program's.
    """
    typed = list(headings)
    if not {folded(heading) for heading in typed} >= _SEEN:
        return frozenset()
    ours = _STATUS.keys() if has_status_columns(typed) else _SEEN
    return frozenset(
        heading for heading in typed if folded(heading) in ours or folded(heading).startswith(f"{_HIDDEN} ")
    )


def has_status_columns(headings: Iterable[str]) -> bool:
    """Return True where all four headings of the program's own columns are there."""
    return {folded(heading) for heading in headings} >= _STATUS.keys()


def status_heading(heading: str) -> str:
    """Return which of the program's own columns a heading, as typed, is that of; "" for none."""
    return _STATUS.get(folded(heading), "")
