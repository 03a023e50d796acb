"""Each idea with what stands around it: the complaints behind it, their customers, comments, its effect."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from complaints_sheet.app.workplace import Desk
from complaints_sheet.core.idea_words import Standing, row_of
from complaints_sheet.core.ideas import behind, effect
from complaints_sheet.core.journal import case_id, case_number
from complaints_sheet.core.model import Case
from complaints_sheet.core.snapshots import Snapshot

if TYPE_CHECKING:
    from complaints_sheet.config.settings import Config

FROM_REGISTER = ("cases", "which", "before", "after")
"""Columns of the log that can only be told with the registers at hand."""


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around the ideas: their cases by name and by row, and when complaints of a theme came in.

    `names` is None where no register was read: then nothing is said of cases.
    """

    names: Mapping[int, str] | None = None
    rows: Mapping[int, str] = field(default_factory=dict)
    received: Mapping[str, Sequence[date]] = field(default_factory=dict)
    customers: Mapping[int, str] = field(default_factory=dict)  # of each case, to be masked


def around_of(config: "Config", cases: Iterable[Case]) -> Around:
    """Return what the registers' cases say around the ideas."""
    from complaints_sheet.pack.themes import theme_of

    names: dict[int, str] = {}
    rows: dict[int, str] = {}
    received: dict[str, list[date]] = {}
    customers: dict[int, str] = {}
    for case in cases:
        number, day = case_number(case.id or ""), case.day("received_on")
        if number is not None:
            names[number] = case.name
            customers[number] = case.text("customer_name")
            owner = f", {case.text('case_owner')}" if case.text("case_owner") else ""
            rows[number] = f"{case.name}, row {case.row}{owner}"
        if day is not None:
            received.setdefault(theme_of(case, config.pack.themes), []).append(day)
    return Around(names, rows, received, customers)


def customers_behind(desk: Desk, around: Around) -> Mapping[int, tuple[str, ...]]:
    """Return the names of the customers behind each idea, to be masked; those of removed rows included."""
    cases = behind(desk.state.ideas.wordings(), desk.state.ideas.known())
    removed = {case for found in cases.values() for case in found} - around.customers.keys()
    customers = {
        **around.customers,
        **{case: _customer(cells) for case, cells in desk.state.history.last_cells(removed).items()},
    }
    return {
        number: tuple(customers[case] for case in found if customers.get(case))
        for number, found in cases.items()
    }


def _customer(cells: Snapshot) -> str:
    return str(cells.cells.get("customer_name") or "")


def standings(
    desk: Desk, around: Around, refused: Mapping[int, tuple[str, ...]] | None = None
) -> tuple[Standing, ...]:
    """Return every idea with what stands around it, by number."""
    known = desk.state.ideas.known()
    cases = behind(desk.state.ideas.wordings(), known)
    comments: dict[int | None, int] = {}
    for each in desk.state.ideas.comments():
        comments[each.idea] = comments.get(each.idea, 0) + 1
    today = desk.moment.date()
    return tuple(
        Standing(
            idea,
            tuple((around.names or {}).get(case, case_id(case)) for case in cases[number]),
            comments.get(number, 0),
            effect(idea, around.received.get(idea.theme, ()), today),
            (refused or {}).get(number, ()),
        )
        for number, idea in known.items()
    )


def rows_wanted(
    desk: Desk, around: Around, refused: Mapping[int, tuple[str, ...]]
) -> dict[int, dict[str, str]]:
    """Return what the log has to show, by idea and column."""
    left_out = () if around.names is not None else FROM_REGISTER
    today = desk.moment.date()
    return {
        each.idea.number: {key: text for key, text in row_of(each, today).items() if key not in left_out}
        for each in standings(desk, around, refused)
    }
