"""Rows that changed and cases they may be, put together by one kind of evidence after another.

References come first, then rows whose key fields agree, then rows that agree in all but one key field, then
likeness. Each step takes only pairs that are alone with their evidence; what stays open is a question.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from complaints_sheet.core.likeness import KEY_FIELDS, Row, agrees, contradictions, likeness, prepared
from complaints_sheet.core.matches import Exact, Group, How, Match, Question
from complaints_sheet.core.model import Case
from complaints_sheet.core.snapshots import Snapshot, comparable, snapshot

_ENOUGH = 82.0  # score for a row that may stand anywhere
_ENOUGH_IN_PLACE = 70.0  # score for a row between the neighbours that the case had
_MARGIN = 8.0  # how far the best candidate must lead
_EVIDENCE = 50  # weight of the cells there must be to compare
_EVIDENCE_IN_PLACE = 25
_CROWD = 400  # pairs of one group beyond which likeness is not asked

_SAID = {"received_on": "the date received", "customer_name": "the customer's name", "issue": "the issue"}

_Key: TypeAlias = Callable[[Row], Hashable]
_Gap: TypeAlias = tuple[int | None, int | None]  # the unchanged cases before and after


class Leftovers:
    """Pairs found among the rows and cases that fingerprints left, and what stays in doubt.

    `pairs` maps a place to its match. `groups` are cases that are equal, `equals` places of rows that are,
    told apart by their order alone. `reused` are places whose reference belonged to another case.
    """

    def __init__(self, found: Exact, cases: Sequence[Case], snapshots: Mapping[int, Snapshot]) -> None:
        self.pairs: dict[int, Match] = {}
        self.questions: dict[int, Question] = {}
        self.equals: list[tuple[int, ...]] = []
        self.reused: list[int] = []
        self._rows = {place: prepared(snapshot(cases[place])) for place in found.left}
        self._cases = {number: prepared(snapshots[number]) for number in found.left_known}
        self._class_of = _classes(self._cases)
        self.groups = [Group((), each) for each in dict.fromkeys(self._class_of.values()) if len(each) > 1]
        self._shared: dict[str, Counter[tuple[str, ...]]] = {}
        if self._rows and self._cases:
            self._register = cases
            self._gaps = _gaps_of_places(found, cases)
            self._case_gaps = _gaps_of_cases(found)
            self._by_reference()
            self._by_key_fields()
            self._by_one_field()
            self._in_their_place()
        self._returned(found)
        if self._rows and self._cases:
            self._by_likeness()

    def _by_reference(self) -> None:
        """Pair rows with the case of the same reference, unless they are plainly about something else."""
        counts = Counter(comparable(case.text("case_ref")) for case in self._register)
        for place, number in self._alone(lambda row: row.texts.get("case_ref")):
            row, case = self._rows[place], self._cases[number]
            if counts[row.texts["case_ref"]] > 1:
                continue
            if _same_case(row, case):
                self._pair(place, number, "reference", "The reference is the same.")
            else:
                self.reused.append(place)

    def _by_key_fields(self) -> None:
        """Pair rows whose date received, customer and issue are those of one case only."""
        for place, number in self._alone(_whole_key):
            row, case = self._rows[place], self._cases[number]
            if agrees("case_ref", row, case) or row.without("case_ref") == case.without("case_ref"):
                why = "The date received, the customer's name and the issue are the same."
                self._pair(place, number, "key fields", why)

    def _by_one_field(self) -> None:
        """Pair rows that agree with one case in every cell but one key field, if that reads like an edit.

        Where several rows could be the case, or several cases the row, the one in its place is meant.
        """
        options = [
            _Option(place, number, name)
            for name in KEY_FIELDS
            for place, number in self._alone(_all_but(name))
        ]
        in_place = [each for each in options if self._same_place(each.place, each.number)]
        undisputed = {*self._undisputed(options), *self._undisputed(in_place)}
        unmoved = set(in_place)
        for option in (*in_place, *options):
            number = next((each for each in self._class_of[option.number] if each in self._cases), None)
            if option.place not in self._rows or number is None:
                continue
            why = f"Everything but {_SAID[option.name]} is the same"
            if option not in undisputed:
                self._ask(option.place, (number,), f"{why}, as it is of another row.")
            elif option in unmoved or self._plausible(option.place, number, option.name):
                self._pair(option.place, number, "one field", f"{why}.")
            else:
                self._ask(option.place, (number,), f"{why}, but it reads like another case.")

    def _undisputed(self, options: Sequence["_Option"]) -> list["_Option"]:
        """Return the options that are the only one of their row, and leave a case for each row."""
        of_row = Counter(each.place for each in options)
        of_case = Counter(self._class_of[each.number] for each in options)
        return [
            each
            for each in options
            if of_row[each.place] == 1
            and of_case[self._class_of[each.number]] <= len(self._class_of[each.number])
        ]

    def _in_their_place(self) -> None:
        """Pair the one row and the one case between the same neighbours, if all but one cell is the same."""
        rows, cases = self._by_gap()
        for gap, here in rows.items():
            there = cases.get(gap, [])
            if len(here) != 1 or len(there) != 1 or gap == (None, None):
                continue
            row, case = self._rows[here[0]].texts, self._cases[there[0]].texts
            other = {name for name in {*row, *case} if row.get(name) != case.get(name)}
            if len(other) == 1 and len(row) > 2:
                why = "The row stands where it did, and all of its cells but one are the same."
                self._pair(here[0], there[0], "one field", why)

    def _returned(self, found: Exact) -> None:
        """Pair rows with the removed cases that they equal, unless an edit explains them."""
        for place, numbers in found.back.items():
            if place in self._rows:
                self.pairs[place] = Match(numbers[0], "returned", "The row had been removed and is back.")
                self.questions.pop(place, None)
                del self._rows[place]
                if len(numbers) > 1:
                    self.equals.append((place,))

    def _by_likeness(self) -> None:
        """Pair the rows and cases that are most alike, where the best leads clearly."""
        scored = self._scored()
        by_place, by_number = defaultdict(list), defaultdict(list)
        for (place, number), score in scored.items():
            by_place[place].append((score, number))
            by_number[number].append((score, place))
        for (place, number), score in sorted(scored.items(), key=lambda each: (-each[1], each[0])):
            if place not in self._rows or number not in self._cases:
                continue
            near = score - _MARGIN
            cases = tuple(
                sorted(other for points, other in by_place[place] if other in self._cases and points > near)
            )
            rows = [other for points, other in by_number[number] if other in self._rows and points > near]
            if len(cases) == len(rows) == 1:
                self._pair(place, number, "alike", f"The row is {score:.0f} % like it, and like no other.")
            else:
                self._ask(place, cases, "Several cases or rows are as much alike.")

    def _scored(self) -> dict[tuple[int, int], float]:
        """Return how alike each row and case are that have something in common, where that is enough."""
        scored: dict[tuple[int, int], float] = {}
        for place, number in self._candidates():
            row, case = self._rows[place], self._cases[number]
            in_place = self._same_place(place, number)
            found = likeness(row, case)
            equal = sum(
                bool(row.texts.get(name)) and row.texts.get(name) == case.texts.get(name)
                for name in KEY_FIELDS
            )
            if (
                in_place
                and equal
                and found.evidence >= _EVIDENCE_IN_PLACE
                and found.score >= _ENOUGH_IN_PLACE
            ):
                scored[place, number] = found.score + _MARGIN
            elif equal > 1 and found.evidence >= _EVIDENCE and found.score >= _ENOUGH:
                scored[place, number] = found.score
            elif equal > 1 and place not in self.questions:
                self._ask(
                    place, (number,), "Two of date received, customer and issue are the same, little else."
                )
        return scored

    def _candidates(self) -> Iterator[tuple[int, int]]:
        """Return every pair worth comparing, once: it shares two key fields, or a place."""
        one, two, three = KEY_FIELDS
        keys = (_whole_key, _both(one, two), _both(two, three), _both(one, three))
        seen: set[tuple[int, int]] = set()
        for key in keys:
            seen.update(_crossed(_by_key(self._rows, key), _by_key(self._cases, key)))
        rows, cases = self._by_gap()
        seen.update(_crossed(rows, cases))
        return iter(sorted(seen))

    def _by_gap(self) -> tuple[dict[Hashable, list[int]], dict[Hashable, list[int]]]:
        """Return the rows, and the cases, that are left between each pair of neighbours."""
        rows: dict[Hashable, list[int]] = defaultdict(list)
        cases: dict[Hashable, list[int]] = defaultdict(list)
        for place in self._rows:
            rows[self._gaps[place]].append(place)
        for number in self._cases:
            cases[self._case_gaps[number]].append(number)
        return rows, cases

    def _alone(self, key: _Key) -> list[tuple[int, int]]:
        """Return (place, number) wherever rows share a key with one case, or with as many equal ones.

        Rows that are all equal are paired in their order, whatever their number.
        """
        rows, cases = _by_key(self._rows, key), _by_key(self._cases, key)
        alone: list[tuple[int, int]] = []
        for each, here in rows.items():
            there = cases.get(each, [])
            if not there or self._class_of[there[0]] != self._class_of[there[-1]]:
                continue
            if len(here) <= len(there):
                alone += zip(here, there, strict=False)
            elif all(self._rows[place] == self._rows[here[0]] for place in here):
                self.equals.append(tuple(here))
                alone += zip(here, there, strict=False)
        return alone

    def _pair(self, place: int, number: int, how: How, why: str) -> None:
        self.pairs[place] = Match(number, how, why)
        self.questions.pop(place, None)
        del self._rows[place], self._cases[number]

    def _ask(self, place: int, numbers: tuple[int, ...], why: str) -> None:
        self.questions[place] = Question(place, numbers, why)

    def _same_place(self, place: int, number: int) -> bool:
        """Return True where the row has a neighbour that the case had, and is not at the end of its sheet."""
        (before, after), (case_before, case_after) = self._gaps[place], self._case_gaps[number]
        return after is not None and (after == case_after or (before is not None and before == case_before))

    def _plausible(self, place: int, number: int, name: str) -> bool:
        """Return True where the field reads like an edit, or nothing suggests that it is another case.

        It may be another where the row stands at the end and the case did not, or where further rows share
        what is the same. But no case is born with the resolution of another.
        """
        row = self._rows[place]
        if name not in contradictions(row, self._cases[number]) or "resolution" in row.texts:
            return True
        if self._gaps[place] == self._case_gaps[number]:
            return True
        return self._gaps[place][1] is not None and self._sharing(row, name) < 2

    def _sharing(self, row: Row, name: str) -> int:
        """Return how many rows of the register agree with this one in the key fields other than `name`."""
        others = [each for each in KEY_FIELDS if each != name]
        if name not in self._shared:
            self._shared[name] = Counter(
                tuple(comparable(case.values.get(each)) for each in others) for case in self._register
            )
        return self._shared[name][tuple(row.texts.get(each, "") for each in others)]


@dataclass(frozen=True, slots=True)
class _Option:
    """A row that may be a case, with one key field rewritten."""

    place: int
    number: int
    name: str


def _classes(cases: Mapping[int, Row]) -> dict[int, tuple[int, ...]]:
    """Return for each case all cases that are equal to it, itself included, in their order."""
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for number, row in cases.items():
        groups[frozenset(row.texts.items())].append(number)
    return {number: tuple(group) for group in groups.values() for number in group}


def _all_but(name: str) -> _Key:
    """Return the function that gives all of a row but one key field, None where little else is there."""

    def rest(row: Row) -> Hashable:
        others = sum(each != name and each in row.texts for each in KEY_FIELDS)
        return row.without(name) if others == 2 or (others == 1 and len(row.texts) > 3) else None

    return rest


def _same_case(row: Row, case: Row) -> bool:
    """Return True where rows of one reference are about the same thing: at most one key field is another.

    A reference alone proves little, since people give the reference of a deleted row to the next case.
    """
    both = [name for name in KEY_FIELDS if name in row.texts and name in case.texts]
    other = [name for name in both if row.texts[name] != case.texts[name]]
    if len(other) == len(both):
        return len(other) == 1 and row.without(other[0]) == case.without(other[0])
    if len(both) - len(other) == 1:
        return agrees("case_owner", row, case) and not contradictions(row, case)
    return True


def _whole_key(row: Row) -> Hashable:
    """Return the three key fields, or None where fewer than two of them are there."""
    key = tuple(row.texts.get(name, "") for name in KEY_FIELDS)
    return key if sum(map(bool, key)) > 1 else None


def _both(one: str, other: str) -> _Key:
    """Return the function that gives two fields of a row, or None where either is blank."""

    def key(row: Row) -> Hashable:
        texts = row.texts.get(one), row.texts.get(other)
        return texts if all(texts) else None

    return key


def _by_key(rows: Mapping[int, Row], key: _Key) -> dict[Hashable, list[int]]:
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for number, row in rows.items():
        found = key(row)
        if found is not None:
            groups[found].append(number)
    return groups


def _crossed(
    rows: Mapping[Hashable, list[int]], cases: Mapping[Hashable, list[int]]
) -> Iterator[tuple[int, int]]:
    """Return each row with each case of the same group, leaving out crowds."""
    for each, here in rows.items():
        there = cases.get(each, ())
        if 0 < len(here) * len(there) <= _CROWD:
            yield from ((place, number) for place in here for number in there)


def _gaps_of_places(found: Exact, cases: Sequence[Case]) -> dict[int, _Gap]:
    """Return the recognised cases before and after each row that is left, on the same sheet."""
    before: dict[int, int | None] = {}
    after: dict[int, int | None] = {}
    for into, places in ((before, range(len(cases))), (after, range(len(cases) - 1, -1, -1))):
        layout, last = None, None
        for place in places:
            if cases[place].layout is not layout:
                layout, last = cases[place].layout, None
            number = found.numbers[place]
            if number is None:
                into[place] = last
            else:
                last = number
    return {place: (before[place], after[place]) for place in found.left}


def _gaps_of_cases(found: Exact) -> dict[int, _Gap]:
    """Return the recognised cases before and after each case that is left, in the order of the last run."""
    left = set(found.left_known)
    return dict(_gaps_in(found.known.numbers, left))


def _gaps_in(numbers: Iterable[int], left: set[int]) -> Iterator[tuple[int, _Gap]]:
    before: int | None = None
    waiting: list[int] = []
    for number in numbers:
        if number in left:
            waiting.append(number)
            continue
        yield from ((each, (before, number)) for each in waiting)
        before, waiting = number, []
    yield from ((each, (before, None)) for each in waiting)
