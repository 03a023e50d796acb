"""What `doctor` answers: one check for each thing tested, and the exit code of them all."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Outcome: TypeAlias = Literal["ok", "warning", "fault"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing tested: how it stands in one sentence, what to do next, and details one to a line.

    A fault stops the main job, with the exit code it would stop with.
    """

    name: str
    outcome: Outcome
    sentence: str
    next_step: str = ""
    details: tuple[str, ...] = ()
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class Examination:
    """Everything tested, in the order it was."""

    checks: tuple[Check, ...]

    @property
    def exit_code(self) -> int:
        """Return 0 where there is no fault, else the worst (lowest) code of those found."""
        return min((check.exit_code for check in self.checks if check.outcome == "fault"), default=0)
