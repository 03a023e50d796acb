"""The quality check of closed complaints: how many, which, what is asked of each, and what was found."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Literal, TypeAlias

FEWEST = 5  # closed cases in a sample
SHARE = 10  # one in so many of the closed cases is drawn

QUESTIONS: Mapping[str, str] = {
    "acknowledged": "Acknowledged?",
    "named-handler": "Named handler?",
    "in-time": "In time?",
    "resolution": "Resolution recorded?",
    "asked": "Customer asked?",
}
"""What is asked of each case (seed 002, section 9), by id, in the words of the checklist."""

Answer: TypeAlias = Literal["yes", "no", "not applicable"]


def sample_size(closed: int) -> int:
    """Return how many of the closed cases are drawn: a tenth, at least five, never more than there are."""
    return min(closed, max(FEWEST, -(-closed // SHARE)))


def drawn(names: Iterable[str], seed: str) -> tuple[str, ...]:
    """Return the sample: the same names and seed always give the same draw, whatever their order.

    Each name's place in the draw is its own hash, so that a case added or gone hardly moves the others.
    """

    def place(name: str) -> tuple[bytes, str]:
        return sha256(f"{seed}\n{name}".encode("utf-8", "surrogatepass")).digest(), name

    ranked = sorted(set(names), key=place)
    return tuple(ranked[: sample_size(len(ranked))])


@dataclass(frozen=True, slots=True)
class Sampled:
    """One case of a sample: its name, and what the register says to each question, for the checker to see."""

    case: str
    department: str
    closed_on: date | None
    register_says: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Checked:
    """One row of a checklist as filled in. A question without an answer is not in `answers`.

    `action` is what was agreed for a case that falls short; `unread` are questions whose answer is neither
    yes, no nor not applicable.
    """

    case: str
    answers: Mapping[str, Answer] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    action: str = ""
    who: str = ""
    by: str = ""
    done: str = ""

    @property
    def complete(self) -> bool:
        """Return True where every question has an answer."""
        return set(self.answers) == set(QUESTIONS)

    @property
    def passed(self) -> bool:
        """Return True where every question has an answer and none of them is no."""
        return self.complete and "no" not in self.answers.values()


@dataclass(frozen=True, slots=True)
class QualityCheck:
    """A quality check: the days whose closed cases were drawn from, and its checklist as it stands now.

    `problem` says why the checklist could not be read; it has no rows then.
    """

    start: date
    end: date
    drawn: int
    rows: tuple[Checked, ...] = ()
    problem: str = ""

    @property
    def filled(self) -> tuple[Checked, ...]:
        """Return the rows that were filled in completely."""
        return tuple(row for row in self.rows if row.complete)


def latest_filled(checks: Sequence[QualityCheck]) -> QualityCheck | None:
    """Return the latest check with a completed row, else the latest of all; None without any."""
    in_order = sorted(checks, key=lambda each: each.end)
    return next((each for each in reversed(in_order) if each.filled), in_order[-1] if in_order else None)


def open_actions(checks: Iterable[QualityCheck]) -> tuple[Checked, ...]:
    """Return the rows of all checks with an action that is not done yet, the oldest check first."""
    rows = (row for check in sorted(checks, key=lambda each: each.end) for row in check.rows)
    return tuple(row for row in rows if row.action and not row.done)
