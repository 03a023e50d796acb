"""What the memory keeps of runs, messages and packs, as plain values: nothing here knows a database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, TypeAlias

RunOutcome: TypeAlias = Literal["done", "stopped", "failed"]

OutboxState: TypeAlias = Literal[
    "queued",  # waiting to be sent
    "sending",  # claimed; nothing can have been accepted yet, so it is safe to send again
    "committing",  # the final dot may have been sent: after a crash the outcome is not known
    "sent",  # accepted
    "failed",  # refused for good; `words` says why
    "unknown",  # may have been accepted: settled by the journal copy or a person, never sent again blindly
    "held",  # waits for a person; `words` says why
    "dropped",  # no longer true, or the owner changed: never sent
]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the program. Moments are aware and in UTC; `today` is the local date it was run for.

    `outcome` and `finished` are None while it runs, and for ever after a crash.
    """

    number: int
    kind: str
    as_of: datetime
    today: date
    started: datetime
    finished: datetime | None = None
    outcome: RunOutcome | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to queue: who gets it, its bytes as they will be sent, and what it tells.

    `key` is unique: the same key is never queued twice ("digest:amira.khan@example.org:2026-11-23").
    `receiver` is the person's key for what was last sent, usually the address. `told` maps each finding's key
    to the facts told, so that a later run can see what is new or has changed.
    """

    key: str
    channel: str
    kind: str
    receiver: str
    address: str
    message_id: str
    subject: str
    content: bytes
    told: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    sender: str = ""


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """A queued message and how it stands. Moments are aware and in UTC; `words` are the server's or ours."""

    number: int
    message: Outgoing
    state: OutboxState
    queued: datetime
    changed: datetime
    attempts: int = 0
    words: str = ""
    run: int | None = None


@dataclass(frozen=True, slots=True)
class SentSet:
    """What one receiver was last told by one kind of message over one channel, and when (UTC).

    It is the last set, not every key ever sent, so a finding that comes back counts as new.
    """

    receiver: str
    kind: str
    channel: str
    told: Mapping[str, str]
    sent: datetime
    message_id: str


@dataclass(frozen=True, slots=True)
class PackRecord:
    """A pack that was written: for which meeting, over which days (both included), with which figures.

    `figures` must be plain JSON values; `files` are paths as text, relative to the pack folder.
    """

    kind: str
    meeting: date
    start: date
    end: date
    figures: Mapping[str, object]
    files: Sequence[str]
    made: datetime
    run: int | None = None


def figures_with(figures: Mapping[str, object], names: Collection[str]) -> bool:
    """Return True where any of the cases stands behind a pack's figure; a blank name is none."""
    wanted = {name.casefold() for name in names if name}
    behind = (name for figure in figures.values() for named in _cases_of(figure).values() for name in named)
    return any(name.casefold() in wanted for name in behind)


def figures_renamed(figures: Mapping[str, object], old: str, new: str) -> dict[str, object]:
    """Return a pack's figures with one case called by another name."""
    return {figure_id: _renamed(figure, old.casefold(), new) for figure_id, figure in figures.items()}


def _renamed(figure: object, old: str, new: str) -> object:
    if not isinstance(figure, Mapping) or "cases" not in figure:
        return figure
    cases = {
        label: [new if name.casefold() == old else name for name in named]
        for label, named in _cases_of(figure).items()
    }
    return {**figure, "cases": cases}


def _cases_of(figure: object) -> dict[str, list[str]]:
    cases = figure.get("cases") if isinstance(figure, Mapping) else None
    return {str(label): list(map(str, named)) for label, named in (cases or {}).items()}
