"""Choosing the column of each field: the best heading wins, the cells have a say, ties are asked about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from complaints_sheet.core.cells import is_blank
from complaints_sheet.core.columns import (
    EXACT,
    NEAR,
    PERHAPS,
    SYNONYM,
    Match,
    folded,
    matches,
    share_that_fits,
)
from complaints_sheet.core.fields import FIELDS, NINE_IDS
from complaints_sheet.core.model import Column, Raw
from complaints_sheet.errors import SourceError

WORDY = frozenset({"text", "name", "listed"})
# Section rows and notes stand among the cells of a column too, so not all of a date column are dates.
ENOUGH, ENOUGH_WORDS = 0.25, 0.5


@dataclass(frozen=True, slots=True)
class Headed:
    """One column with its heading as shown, what the heading may mean, and the cells below it."""

    column: Column  # its field is empty until it is chosen
    matches: tuple[Match, ...]
    cells: Sequence[Raw]


@dataclass(slots=True)
class Chosen:
    """The columns chosen by field, and plain notes about the choices a person should see."""

    columns: dict[str, Column] = field(default_factory=dict)
    ranks: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def take(self, headed: Headed, field_id: str, rank: int) -> None:
        """Give the field this column."""
        self.columns[field_id] = replace(headed.column, field=field_id)
        self.ranks[field_id] = rank


def chosen_columns(heads: Sequence[Headed], told: Mapping[str, str], place: str) -> Chosen:
    """Return the column of each field; raises SourceError where two serve one of the nine equally well.

    `told` are the headings (or letters) that the config gives for fields; `place` names the sheet.
    """
    chosen = Chosen()
    free = {headed.column.number: headed for headed in heads}
    for field_id, heading in told.items():
        headed = _told(heading, heads)
        if headed is not None:
            chosen.take(headed, field_id, EXACT)
            free.pop(headed.column.number, None)
    _choose(free, chosen, place)
    for field_id, rank in chosen.ranks.items():
        column = chosen.columns[field_id]
        if rank >= NEAR:
            slip = "a near miss" if rank == NEAR else "because its cells fit"
            chosen.notes.append(
                f"Column {column.letter} “{column.heading}” was read as {FIELDS[field_id].heading} ({slip})."
            )
    return chosen


def _told(heading: str, heads: Sequence[Headed]) -> Headed | None:
    wanted = folded(heading)
    for headed in heads:
        if headed.column.heading.strip() == heading.strip() or folded(headed.column.heading) == wanted:
            return headed
    letters = heading.strip().upper()
    return next((headed for headed in heads if headed.column.letter == letters), None)


def _choose(free: dict[int, Headed], chosen: Chosen, place: str) -> None:
    claims = sorted(
        (rank, fit, number, field_id)
        for number, headed in free.items()
        for rank, fit, field_id in _claims(headed)
        if field_id not in chosen.columns
    )
    taken: set[int] = set()
    won: dict[str, tuple[int, int]] = {}
    for rank, fit, number, field_id in claims:
        if number in taken:
            continue
        if field_id not in chosen.columns:
            chosen.take(free[number], field_id, rank)
            won[field_id] = (rank, fit)
            taken.add(number)
        elif won.get(field_id) == (rank, fit):
            _settle(free, chosen, field_id, number, place)
        elif rank <= SYNONYM:
            chosen.notes.append(_passed_over(free[number].column, chosen.columns[field_id], field_id))


def _claims(headed: Headed) -> list[tuple[int, int, str]]:
    """Return the fields a column may serve as (rank, 0 if its cells fit else 1, field)."""
    found: list[tuple[int, float, int, str]] = []
    for rank, field_id in headed.matches:
        kind = FIELDS[field_id].kind
        share = share_that_fits(kind, headed.cells)
        fit = share is not None and share >= (ENOUGH_WORDS if kind in WORDY else ENOUGH)
        if rank == EXACT or fit or (share is None and rank != PERHAPS):
            found.append((rank, -(share or 0), 0 if fit else 1, field_id))
    # Of two fields that the heading names equally well, the cells decide: "Closed" may be a date or a yes.
    ranks = {rank: field_id for rank, _, _, field_id in sorted(found, reverse=True)}
    return [(rank, fit, field_id) for rank, _, fit, field_id in found if ranks[rank] == field_id]


def _settle(free: Mapping[int, Headed], chosen: Chosen, field_id: str, number: int, place: str) -> None:
    """Decide between two columns whose headings say the same; raises SourceError for the nine."""
    first, second = free[chosen.columns[field_id].number], free[number]
    title = FIELDS[field_id].heading
    if all(map(is_blank, second.cells)) or list(first.cells) == list(second.cells):
        chosen.notes.append(_passed_over(second.column, first.column, field_id))
    elif all(map(is_blank, first.cells)):
        chosen.take(second, field_id, chosen.ranks[field_id])
        chosen.notes.append(_passed_over(first.column, second.column, field_id))
    elif field_id in NINE_IDS:
        raise SourceError(
            f"{place}: two columns serve {title}: {_named(first.column)} and {_named(second.column)}.",
            f"Rename one, or say in config.yaml which it is: columns: {{{field_id}: {first.column.letter}}}",
        )
    else:
        chosen.notes.append(
            f"Columns {_named(first.column)} and {_named(second.column)} could both be {title}; "
            "the first was used."
        )


def _passed_over(column: Column, used: Column, field_id: str) -> str:
    return (
        f"Column {_named(column)} could also be {FIELDS[field_id].heading}; {_named(used)} was used instead."
    )


def _named(column: Column) -> str:
    return f"{column.letter} “{column.heading}”"


def meanings(heading: str, group: str = "", *, near: bool = True) -> tuple[Match, ...]:
    """Return the fields that a heading, alone or under the heading of its group, may name."""
    alone = matches(heading, near=near)
    if not group:
        return alone
    together = matches(f"{group} {heading}", near=near)
    # Under a heading such as "Manager", a bare "Name" is no customer.
    return together or tuple(match for match in alone if match[0] < PERHAPS)
