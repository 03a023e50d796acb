"""What cannot go on: each error says what happened, where, what to do next, and which exit code it means.

    Stopped
    ├── ConfigError     2   config.yaml, a policy, the people, or the way the command was called
    ├── SourceError     3   a register that cannot be read, is refused, or tripped the circuit breaker
    ├── DeliveryError   4   something could not be delivered or written
    └── BusyError       5   another run holds the lock
        └── ClaimLost       another sender has taken this message over

A person's slip inside the register is never one of these: it is a Finding, and the other rows go on.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

EXIT_CODES = {
    0: "It did its job.",
    1: "A bug of ours, or a rule of your own that failed. A log without complaint data says where.",
    2: "The command or the config cannot be used as it is.",
    3: "The register could not be read, was refused, or looks so different that nothing was sent.",
    4: "Something was not delivered or written, or is held.",
    5: "Another run is at work on this folder.",
    10: "Findings of medium or high severity (`check` and `comply` only; `--exit-zero` turns this off).",
    130: "Stopped from the keyboard.",
}
"""What each exit code means, in plain words (design, section 6)."""


class Problem(NamedTuple):
    """One mistake in a file that a person wrote: where it is, what is wrong, and what to do next."""

    file: str
    line: int | None
    column: int | None
    message: str

    def __str__(self) -> str:
        """Return the mistake on one line, as `file:line:column: message`."""
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        return f"{place}: {self.message}"


class Stopped(Exception):
    """The job cannot go on; the message is for the person at the keyboard, `next_step` says what to do."""

    exit_code = 1

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step


class ConfigError(Stopped):
    """The config, a policy, the people or the command line cannot be used; carries every problem at once."""

    exit_code = 2

    def __init__(self, message: str, next_step: str = "", problems: Sequence[Problem] = ()) -> None:
        super().__init__(message, next_step)
        self.problems = tuple(problems)


class SourceError(Stopped):
    """A register cannot be read, is refused, or looks so different that nothing may be judged from it."""

    exit_code = 3


DeliveryFault: TypeAlias = Literal[
    "later",  # nothing was accepted: try again later
    "unknown",  # may have been accepted, so it must not be sent again blindly
    "address",  # this address is refused for good
    "message",  # this message is refused for good: too large, or its contents
    "stop",  # nothing can go out until somebody mends it: login, certificate, sender
    "slow",  # too much at once: wait; it does not count as an attempt
]


class DeliveryError(Stopped):
    """A message or a file could not be delivered, is held, or its outcome is not known.

    `fault` says what that means for this message and for those behind it. `refused` is True where the whole
    message was handed over and certainly not taken; `too_large` where it was refused for its size, and could
    go without its files. `pause` is for how many seconds the server wants peace.
    """

    exit_code = 4

    def __init__(
        self,
        message: str,
        next_step: str = "",
        *,
        fault: DeliveryFault = "later",
        refused: bool = False,
        too_large: bool = False,
        pause: float | None = None,
    ) -> None:
        super().__init__(message, next_step)
        self.fault: DeliveryFault = fault
        self.refused = refused
        self.too_large = too_large
        self.pause = pause


class BusyError(Stopped):
    """Another run holds the lock on this workspace."""

    exit_code = 5


class ClaimLost(BusyError):
    """Another sender has taken this message over: it must not be handed over here."""
