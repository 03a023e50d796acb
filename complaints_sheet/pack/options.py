"""What a pack is made with, beside the register: the standard, the rhythm, who may be named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from complaints_sheet.core.meetings import Period
from complaints_sheet.core.policy import Policy
from complaints_sheet.pack.aims import NO_AIMS, Aims
from complaints_sheet.pack.xmr import Rebase


@dataclass(frozen=True, slots=True)
class Standard:
    """The clock the headline is about, in words: "followed up within 5 working days".

    `target` is the share of cases that should meet it, from 0 to 1, where the organisation set one.
    """

    clock: str = "follow-up"
    words: str = "followed up within the standard"
    target: float | None = None
    clause: str = ""
    house_default: bool = False  # the procedure gives no number; ours was chosen for it

    @property
    def label(self) -> str:
        """Return the words as a heading."""
        return self.words[:1].upper() + self.words[1:]


_DONE = {
    "follow-up": "followed up",
    "respond": "answered",
    "resolve": "resolved",
    "acknowledge": "acknowledged",
}


def standard_of(policies: Sequence[Policy], target: float | None = None) -> Standard:
    """Return the standard the headline is about: following up, else answering, else resolving.

    Where the policies ask for different limits, the words name none.
    """
    for clock_id, done in _DONE.items():
        clocks = [clock for policy in policies for clock in policy.clocks if clock.id == clock_id]
        if clocks:
            limits = {str(clock.limit) for clock in clocks}
            words = f"within {limits.pop()}" if len(limits) == 1 else "within the standard"
            return Standard(
                clock_id,
                f"{done} {words.replace('within the same day', 'on the same day')}",
                target,
                clocks[0].clause or "",
                any(clock.house_default for clock in clocks),
            )
    return Standard(target=target)


@dataclass(frozen=True, slots=True)
class PackOptions:
    """The choices behind a pack. Names of customers and of owners are left out unless allowed.

    With `wide` no free text is printed but the passages whose marks are `approved` (see `circulation.py`).
    """

    organisation: str = ""
    standard: Standard = Standard()
    themes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # theme to its keywords
    step_days: int = 14  # from one meeting to the next
    customer_names: bool = False
    owner_names: bool = False
    rebase: Rebase | None = None
    aims: Aims = NO_AIMS  # what the office aims at, and what others published
    version: str = ""
    wide: bool = False
    approved: frozenset[str] = frozenset()
    approved_by: str = ""  # who approved passages of this edition and when, as entered


@dataclass(frozen=True, slots=True)
class Windows:
    """The stretches of days that figures look at, all ending with the period of the pack."""

    period: Period
    four_weeks: Period
    twelve_weeks: Period
    ninety_days: Period


def windows(period: Period) -> Windows:
    """Return the windows of a pack."""
    return Windows(period, period.back(28), period.back(84), period.back(90))
