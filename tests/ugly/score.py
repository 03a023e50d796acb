"""Reading an ugly register and comparing what came out with what was put in."""

import unicodedata
from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from complaints_sheet.core.cases import ReadOptions, register_from
from complaints_sheet.core.model import Case, Money, Register
from complaints_sheet.errors import Stopped
from complaints_sheet.sources import excel
from tests.ugly.truth import Expected, SheetTruth, Ugly

UNREAD = "not read"


@dataclass(slots=True)
class Tally:
    """What was counted over many ugly registers; `misses` tells each difference in words."""

    layouts: int = 0
    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    cells: dict[str, Counter[str]] = field(default_factory=dict)
    misses: dict[str, list[str]] = field(default_factory=dict)

    def cell(self, kind: str, outcome: str) -> None:
        """Count one cell of this kind."""
        self.cells.setdefault(kind, Counter())[outcome] += 1

    def miss(self, what: str, where: str) -> None:
        """Count one difference and keep it in words."""
        self.counts[what] += 1
        self.misses.setdefault(what, []).append(where)


def score(ugly: Ugly, folder: Path, tally: Tally) -> None:
    """Read one ugly register from a file in this folder and add what came out to the tally."""
    path = folder / f"ugly-{ugly.seed}{ugly.suffix}"
    path.write_bytes(ugly.content)
    tally.layouts += 1
    try:
        register = read(path, ugly.day_first)
    except Stopped as stopped:
        tally.miss("registers refused", f"seed {ugly.seed}: {stopped.message}")
        return
    finally:
        path.unlink()
    compare(ugly, register, tally)


def read(path: Path, day_first: bool) -> Register:
    """Return the register as the program reads it."""
    readings = excel.read(excel.Settings.model_validate({"kind": "excel", "path": path}))
    return register_from(readings, ReadOptions(day_first=day_first))


def compare(ugly: Ugly, register: Register, tally: Tally) -> None:
    """Add to the tally how the register that was read differs from what was put in."""
    alone = next(iter(ugly.truth)) if ugly.suffix == ".csv" else None
    by_place = {(alone or case.sheet, case.row): case for case in register.cases}
    left_out = {(alone or each.sheet, each.row) for each in register.left_out}
    suspected = {
        (alone or each.sheet, each.row, each.field)
        for each in register.findings
        if each.rule == "swapped-date"
    }
    for sheet, truth in ugly.truth.items():
        where = f"seed {ugly.seed} {sheet}"
        _rows(truth, sheet, where, by_place, left_out, tally)
        _columns(truth, sheet, by_place, ugly.seed, tally)
        for row, cells in truth.rows.items():
            if case := by_place.get((sheet, row)):
                for name, expected in cells.items():
                    _cell(
                        case,
                        name,
                        expected,
                        (sheet, row, name) in suspected,
                        f"{where} row {row} {name}",
                        tally,
                    )
    known = {(sheet, row) for sheet, truth in ugly.truth.items() for row in {*truth.rows, *truth.either}}
    for sheet, row in by_place.keys() - known:
        tally.miss("cases that are none", f"seed {ugly.seed} {sheet} row {row}")
    if register.rows != len(register.cases) + len(register.left_out):
        tally.miss("sums that are wrong", f"seed {ugly.seed}")
    _near_misses(ugly, register, tally)


def _rows(
    truth: SheetTruth,
    sheet: str,
    where: str,
    cases: Container[object],
    left_out: Container[object],
    tally: Tally,
) -> None:
    """Count the rows that were lost."""
    tally.rows += len(truth.rows)
    for row in truth.rows:
        if (sheet, row) not in cases:
            tally.miss("rows lost", f"{where} row {row}")
    for row in truth.not_cases:
        if (sheet, row) not in left_out and (sheet, row) not in cases:
            tally.miss("rows left out without a word", f"{where} row {row}")


def _columns(
    truth: SheetTruth, sheet: str, cases: Mapping[tuple[str, int], Case], seed: int, tally: Tally
) -> None:
    """Count the columns that serve the wrong field, or none: each once for each block of a worksheet."""
    counted: set[tuple[str, int | None, int | None]] = set()
    for row, right in truth.columns.items():
        case = cases.get((sheet, row))
        found = {name: column.number for name, column in case.layout.columns.items()} if case else right
        for name in right.keys() | found.keys():
            place = (name, right.get(name), found.get(name))
            if place in counted:
                continue
            counted.add(place)
            tally.counts["columns"] += 1
            if place[1] != place[2]:
                what = "columns not recognised" if place[2] is None else "columns mapped wrongly"
                tally.miss(what, f"seed {seed} {sheet} row {row} {name}: column {place[1]}, read {place[2]}")


def _cell(case: Case, name: str, truth: Expected, suspected: bool, where: str, tally: Tally) -> None:
    """Count one cell: read, not read, silently wrong, said to be unsure."""
    if name not in case.layout.columns:
        tally.cell(truth.kind, UNREAD)
        return
    outcome = _outcome(case, name, truth)
    if truth.verdict == "swapped":
        _swapped(outcome, truth, suspected, where, tally)
        return
    if suspected:
        tally.miss("false swap alarms", where)
    tally.counts["real dates in place"] += truth.kind == "real date"
    judged = _judged(outcome, truth)
    tally.cell(truth.kind, judged)
    if judged in {"wrong", UNREAD, "used unsure"}:
        seen = case.values.get(name, case.problems.get(name))
        tally.miss(f"{truth.kind} {judged}", f"{where}: truth {truth.value!r}, read {seen!r}")


def _outcome(case: Case, name: str, truth: Expected) -> str:
    """Return "right", "wrong", "problem" or "blank"."""
    if name in case.values:
        return "right" if same(truth.value, case.values[name]) else "wrong"
    return "problem" if name in case.problems else "blank"


def _judged(outcome: str, truth: Expected) -> str:
    """Return what the outcome is worth under the rules of README.md."""
    if truth.verdict == "blank":
        return "read" if outcome == "blank" else "wrong"
    if truth.verdict == "misled":
        return "misled" if outcome == "wrong" else "read" if outcome == "right" else "said"
    if outcome in {"wrong", "blank"}:
        return "wrong"
    if outcome == "problem":
        return UNREAD if truth.verdict == "must" else "said"
    return {"must": "read", "may": "read", "unsure": "used unsure", "problem": "wrong"}[truth.verdict]


def _swapped(outcome: str, truth: Expected, suspected: bool, where: str, tally: Tally) -> None:
    """Count a real date that was swapped before it came to us."""
    tally.counts["swapped"] += 1
    tally.counts["swapped, suspected"] += suspected
    tally.counts["swapped and visible"] += truth.visible
    tally.counts["swapped and visible, suspected"] += truth.visible and suspected
    if truth.visible and not suspected:
        tally.miss("swaps in sight not suspected", f"{where}: {truth.value!r}")
    if outcome in {"wrong", "blank"}:
        tally.cell(truth.kind, "wrong")
        tally.miss(f"{truth.kind} wrong", where)
    else:
        tally.cell(truth.kind, "suspected aloud" if suspected else "read as it stands")


def _near_misses(ugly: Ugly, register: Register, tally: Tally) -> None:
    """Count misspelt headings that were used without saying so."""
    said = squash(
        " ".join((*register.notes, *(note for layout in register.layouts for note in layout.notes)))
    )
    for truth in ugly.truth.values():
        for heading in truth.near_misses:
            tally.counts["near misses"] += 1
            if squash(heading) not in said:
                tally.miss("near misses used silently", f"seed {ugly.seed}: {heading}")


def same(truth: object, value: object) -> bool:
    """Return True where the value read is what was meant."""
    if isinstance(truth, tuple) and truth and isinstance(truth[0], Decimal):
        return (
            isinstance(value, Money)
            and value.amount == truth[0]
            and (truth[1] in {"", value.currency} or not value.currency)
        )
    if isinstance(truth, bool) or isinstance(value, bool):
        return truth is value
    if isinstance(truth, date):
        return _same_moment(truth, value)
    texts = truth if isinstance(truth, tuple) else (truth,)
    return isinstance(value, str) and squash(value) in {squash(str(text)) for text in texts}


def _same_moment(truth: date, value: object) -> bool:
    if isinstance(truth, datetime) or isinstance(value, datetime):
        if not isinstance(truth, datetime) or not isinstance(value, datetime):
            return False
        return abs(truth - value) <= timedelta(seconds=1)
    return truth == value


def squash(text: str) -> str:
    """Return the text with every run of blanks as one blank, without marks that nobody sees."""
    seen = "".join(_mark(mark) for mark in text)
    return " ".join(seen.split())


def _mark(mark: str) -> str:
    if mark.isspace():
        return " "
    return "" if unicodedata.category(mark) in {"Cc", "Cf", "Cs"} else mark
