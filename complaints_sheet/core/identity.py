"""Which remembered case is this row: exact copies first, then what an edit leaves unchanged, never a guess.

    found = match(prints, known)                     # fingerprints only: all that an ordinary run needs
    matching = settle(found, cases, snapshots)       # `snapshots`: the last cells of found.left_known alone

A row is followed by its cells, so sorting, moving and renaming change nothing. Rows that are equal are kept
apart by their order and said to be duplicates.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from complaints_sheet.core.leftovers import Leftovers
from complaints_sheet.core.matches import Exact, Group, Known, Match, Matching
from complaints_sheet.core.model import Case
from complaints_sheet.core.snapshots import Snapshot


def match(prints: Sequence[bytes], known: Known) -> Exact:
    """Return the rows recognised by their fingerprint, and what is left on both sides."""
    by_print = dict(zip(known.prints, known.numbers, strict=True))
    groups: tuple[Group, ...] = ()
    if len(by_print) == len(known.numbers) and len(set(prints)) == len(prints):
        numbers: list[int | None] = [by_print.get(each) for each in prints]
    else:
        numbers, groups = _match_equals(prints, known)
    left = tuple(place for place, number in enumerate(numbers) if number is None)
    seen = set(numbers)
    left_known = tuple(number for number in known.numbers if number not in seen)
    return Exact(known, tuple(numbers), left, left_known, _back(prints, left, known), groups)


def settle(found: Exact, cases: Sequence[Case], snapshots: Mapping[int, Snapshot]) -> Matching:
    """Return each row with its case: what fingerprints left is told by references, keys and likeness.

    `snapshots` holds the cells last known of every case in `found.left_known`.
    """
    leftovers = Leftovers(found, cases, snapshots)
    matches = [
        leftovers.pairs.get(place, Match(None, "new")) if number is None else Match(number, "unchanged")
        for place, number in enumerate(found.numbers)
    ]
    equals = (*_equals_in_order(matches, found, leftovers.groups), *leftovers.equals)
    used = {each.number for each in matches}
    removed = tuple(number for number in found.known.numbers if number not in used)
    questions = tuple(each for _, each in sorted(leftovers.questions.items()))
    return Matching(tuple(matches), removed, questions, equals, tuple(sorted(leftovers.reused)))


def _match_equals(prints: Sequence[bytes], known: Known) -> tuple[list[int | None], tuple[Group, ...]]:
    """Return the case of each row where some rows are equal: equals are paired in their order."""
    here, there = _grouped(enumerate(prints)), _grouped(zip(known.numbers, known.prints, strict=True))
    numbers: list[int | None] = [None] * len(prints)
    groups = []
    for each, places in here.items():
        cases = there.get(each, [])
        for place, number in zip(places, cases, strict=False):
            numbers[place] = number
        if len(places) > 1 or len(cases) > 1:
            groups.append(Group(tuple(places), tuple(cases)))
    groups += [
        Group((), tuple(cases)) for each, cases in there.items() if len(cases) > 1 and each not in here
    ]
    return numbers, tuple(groups)


def _grouped(pairs: Iterable[tuple[int, bytes]]) -> dict[bytes, list[int]]:
    groups: dict[bytes, list[int]] = defaultdict(list)
    for number, each in pairs:
        groups[each].append(number)
    return groups


def _back(prints: Sequence[bytes], left: Sequence[int], known: Known) -> dict[int, Sequence[int]]:
    """Return, for places among those left, the removed cases that they equal, the first to go first.

    Of several equal cases each is given once.
    """
    taken: Counter[bytes] = Counter()
    back: dict[int, Sequence[int]] = {}
    for place in left if known.removed else ():
        each = prints[place]
        numbers = known.removed.get(each, ())[taken[each] :]
        if numbers:
            # Still said to be equal when it is the last of several.
            back[place] = [*numbers, *known.removed[each][: taken[each]]]
            taken[each] += 1
    return back


def _equals_in_order(matches: list[Match], found: Exact, more: Sequence[Group]) -> list[tuple[int, ...]]:
    """Give the cases of each group of equals to its rows in their order; return the places of each group.

    A row that left or joined the group by an edit takes part, so that the first stays the first.
    """
    if not (found.groups or more):
        return []
    place_of = {each.number: place for place, each in enumerate(matches) if each.number is not None}
    order = {number: index for index, number in enumerate(found.known.numbers)}
    groups = []
    for group in (*found.groups, *more):
        numbers = {*group.numbers, *(matches[place].number for place in group.places)}
        there = sorted(
            (each for each in numbers if each in place_of and each in order), key=order.__getitem__
        )
        held = sorted(place_of[number] for number in there)
        for place, number in zip(held, there, strict=True):
            if matches[place].number != number:
                matches[place] = Match(number, "order", "Equal rows are told apart by their order alone.")
        groups.append(tuple(sorted({*group.places, *held})))
    return groups
