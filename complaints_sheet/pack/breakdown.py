"""Cases counted by what one column says, for the editions that look at other columns than the nine."""

from collections import Counter
from dataclasses import replace

from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.wording import shorten
from complaints_sheet.pack.figure import Figure, Group, not_recorded, number_of
from complaints_sheet.pack.frame import LONGEST_TEXT, Frame, Mask

BLANK = "Not filled in"


def breakdown(frame: Frame, chosen: Mask, field: str) -> tuple[Figure, ...]:
    """Return how many of the chosen cases have each value of a column, most first, blanks last.

    A single figure that says "not recorded" where the register has no such column.
    """
    heading = FIELDS[field].heading
    if field not in frame.recorded:
        return (not_recorded(field, heading, field),)
    typed = {at: shorten(frame.cases[at].text(field), LONGEST_TEXT) for at in frame.positions(chosen)}
    spelt = _spellings(Counter(value for value in typed.values() if value))
    groups: dict[str, list[str]] = {}
    for at, value in typed.items():
        groups.setdefault(spelt.get(value.casefold(), BLANK), []).append(str(frame.table.at[at, "name"]))
    order = sorted(groups, key=lambda value: (value == BLANK, -len(groups[value]), value))
    return tuple(
        number_of(f"{field}-{number}", _capital(value), tuple(groups[value]))
        for number, value in enumerate(order, 1)
    )


def unnamed(*found: tuple[Figure, ...]) -> tuple[Figure, ...]:
    """Return the figures for the list of cases: numbered, as their labels are what somebody typed."""
    return tuple(
        replace(each, label=label, groups=(Group(label, each.cases),))
        for figures in found
        for each in figures
        if not each.missing
        for label in (f"{FIELDS[each.id.rpartition('-')[0]].heading} {each.id.rpartition('-')[2]}",)
    )


def _spellings(often: Counter[str]) -> dict[str, str]:
    """Return the most common spelling of each value by its folded form."""
    best: dict[str, str] = {}
    for value, _ in often.most_common():
        best.setdefault(value.casefold(), value)
    return best


def _capital(value: str) -> str:
    return value[:1].upper() + value[1:]
