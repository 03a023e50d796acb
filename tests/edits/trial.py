"""One run a working day over an office's register, and how often the memory was right."""

from collections import Counter
from dataclasses import dataclass, field, fields

from complaints_sheet.core.identity import match, settle
from complaints_sheet.core.matches import Known, Matching
from complaints_sheet.core.snapshots import Snapshot, fingerprints, snapshot
from tests.edits.office import Office


@dataclass
class Score:
    """How many rows were to be followed, and what became of them; equal rows are counted apart."""

    runs: int = 0
    to_follow: int = 0
    changed: int = 0
    followed: int = 0
    lost: int = 0
    wrong: int = 0
    equal: int = 0
    asked: int = 0
    deleted: int = 0
    found: int = 0
    how: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def __add__(self, other: "Score") -> "Score":
        return Score(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    @property
    def share_followed(self) -> float:
        """Return the share of rows followed, of those that could be told apart."""
        told_apart = self.to_follow - self.equal
        return self.followed / told_apart if told_apart else 1.0


@dataclass
class Memory:
    """The least memory that can work: the last cells of each case, their order, and what was removed."""

    known: Known = field(default_factory=lambda: Known((), ()))
    snapshots: dict[int, Snapshot] = field(default_factory=dict)
    prints: dict[int, bytes] = field(default_factory=dict)
    truth_of: dict[int, int] = field(default_factory=dict)  # for the judge alone: who had a number first
    one_of_equals: set[int] = field(default_factory=set)  # likewise: removed while a row equal to it stayed
    newest: int = 0

    def run(self, cases) -> tuple[Matching, list[int]]:
        """Return the matching of today's rows and the number that each now has."""
        prints = fingerprints(cases)
        found = match(prints, self.known)
        matching = settle(found, cases, {number: self.snapshots[number] for number in found.left_known})
        numbers = []
        for case, each, one in zip(cases, matching.matches, prints, strict=True):
            number = each.number
            if number is None:
                self.newest += 1
                number = self.newest
            numbers.append(number)
            self.snapshots[number] = snapshot(case)
            self.prints[number] = one
        held = set(numbers)
        gone = [each for cases in self.known.removed.values() for each in cases] + list(matching.removed)
        removed: dict[bytes, list[int]] = {}
        for number in gone:
            if number not in held:
                removed.setdefault(self.prints[number], []).append(number)
        self.known = Known(tuple(numbers), tuple(prints), removed)
        return matching, numbers


def trial(seed: int, days: int, references: bool = False, start: int = 150) -> Score:
    """Return how the memory did over some working days of one invented office."""
    office, memory, score = Office(seed, references), Memory(), Score()
    for _ in range(start):
        office.log()
    number_of: dict[int, int] = {}
    for _ in range(days):
        judge_run(office, memory, number_of, score)
        office.working_day()
    judge_run(office, memory, number_of, score)
    return score


def judge_run(office: Office, memory: Memory, number_of: dict[int, int], score: Score) -> None:
    """Run once, compare with the truth, and go on from what the memory decided."""
    rows = office.rows()
    before = {memory.prints[number]: 0 for number in memory.known.numbers}
    for number in memory.known.numbers:
        before[memory.prints[number]] += 1
    present = set(memory.known.numbers)
    matching, numbers = memory.run(office.cases())
    equal = {place for group in matching.equals for place in group}
    score.runs += 1
    score.asked += len(matching.questions)
    for place, (row, each, number) in enumerate(zip(rows, matching.matches, numbers, strict=True)):
        expected = number_of.get(row.truth)
        score.how[each.how] += 1
        if expected is not None and expected in present:
            score.to_follow += 1
            score.changed += each.how not in ("unchanged", "returned")
        right = number == expected or (expected is None and each.number is None)
        right = right or (expected not in present and each.number is None)  # back again, but edited
        if place in equal or (each.how == "returned" and number in memory.one_of_equals):
            score.equal += expected in present if expected is not None else 0
        elif right:
            score.followed += expected in present if expected is not None else 0
        elif each.number is None or memory.truth_of[number] == row.truth:  # or found again after it was lost
            score.lost += 1
        else:
            score.wrong += 1
            score.faults.append(f"{office.today} wrong {each} {row.cells}")
        number_of[row.truth] = number
        memory.truth_of.setdefault(number, row.truth)
    memory.one_of_equals.update(each for each in matching.removed if before[memory.prints[each]] > 1)
    for row in office.deleted:
        number = number_of.get(row.truth)
        if number not in present:
            continue
        print_of = memory.prints[number]
        if before.get(print_of, 0) > 1 or number in {numbers[place] for place in equal}:
            continue
        score.deleted += 1
        score.found += number in matching.removed
        if number not in matching.removed:
            score.faults.append(f"{office.today} missed {row.cells}")
