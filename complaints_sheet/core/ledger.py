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


Guard: TypeAlias = Literal["", "flood", "suspended", "domain", "recipient", "unsettled", "hand"]
"""Who keeps a message back, or dropped it: a guard of ours, or a person."""


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """A queued message and how it stands. Moments are aware and in UTC; `words` are the server's or ours.

    It is not tried before `next_try`. `held_by` is the guard that keeps it back; `released` is when a person
    let it go all the same.
    """

    number: int
    message: Outgoing
    state: OutboxState
    queued: datetime
    changed: datetime
    attempts: int = 0
    words: str = ""
    run: int | None = None
    next_try: datetime | None = None
    held_by: Guard = ""
    released: datetime | None = None


@dataclass(frozen=True, slots=True)
class MailStep:
    """One thing that happened to a message: when (UTC), the state it was in afterwards, and whose words."""

    at: datetime
    state: OutboxState
    words: str


@dataclass(frozen=True, slots=True)
class Suspended:
    """An address that a mail server refused. `entry` stands for its person in the directory at that time."""

    address: str
    since: datetime
    words: str
    entry: str


ReturnedKind: TypeAlias = Literal["failed", "delayed", "comment", "held"]
"""A mail that was not delivered or not yet, a reply that became a comment, a reply that nobody could file."""


@dataclass(frozen=True, slots=True)
class Returned:
    """Something that came back to the mail numbered `message`: from whom, and what it means, in words.

    For a mail that was not delivered `sender` is the address that it went to.
    """

    key: str
    at: datetime
    kind: ReturnedKind
    sender: str
    message: int
    words: str


@dataclass(frozen=True, slots=True)
class Binding:
    """What an armed channel is bound to: the machine, the database, the registers, and what was looked at.

    `prints` maps what an office may edit (the config, templates, its own rules) to a fingerprint of each.
    """

    host: str
    place: str
    registers: tuple[str, ...]
    prints: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MailChannel:
    """How one way to deliver stands: armed or not, bound to what, stopped or not. Moments are in UTC.

    `baseline` is when a run first showed what it would have sent. `expected` is how many mails were shown
    when it was armed. `rounds` counts how often sending began, and `rounds_on_file` what a file beside the
    database remembers of it, None where there is no file: a restored database is behind its file.
    """

    channel: str
    baseline: datetime | None = None
    armed: datetime | None = None
    binding: Binding = field(default_factory=lambda: Binding("", "", (), {}))
    expected: int = 0
    rounds: int = 0
    rounds_on_file: int | None = None
    stopped: str = ""
    stopped_at: datetime | None = None
    stops: int = 0
    next_try: datetime | None = None
    flood_day: date | None = None


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


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody's decision that passages of free text may go to everyone; `marks` stand for the passages.

    `who` is as entered: nothing here proves who it was. `end` is the last day of the pack they read.
    """

    edition: str
    end: date
    who: str
    day: date
    marks: Sequence[str]
    run: int | None = None


def figures_with(figures: Mapping[str, object], names: Collection[str]) -> bool:
    """Return True where any of the cases stands behind a pack's figure; a blank name is none."""
    wanted = {name.casefold() for name in names if name}
    behind = (name for figure in figures.values() for named in _cases_of(figure).values() for name in named)
    return any(name.casefold() in wanted for name in behind)


def words_in(figures: Mapping[str, object]) -> str:
    """Return the words that a pack's record keeps of a file that cannot be searched, or nothing."""
    said = figures.get("said")
    words = said.get("words") if isinstance(said, Mapping) else None
    return words if isinstance(words, str) else ""


def figures_without_words(figures: Mapping[str, object]) -> dict[str, object]:
    """Return what is kept of a pack's figures without its words."""
    return {name: figure for name, figure in figures.items() if name != "said"}


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
