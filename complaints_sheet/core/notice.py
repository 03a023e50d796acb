"""The nouns of a notice: the settings of who is told when, the printed rows, the decision and its reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Literal, TypeAlias

from complaints_sheet.core.lines import LineRules
from complaints_sheet.core.people import Person
from complaints_sheet.core.telling import Mark, Reason, Steps

Kind: TypeAlias = Literal["owner digest", "manager exceptions", "approvals", "coordinator", "weekly review"]

RouteName: TypeAlias = Literal[Kind, "pack", "wider team"]
"""What can be switched off or sent to somebody else: the digests, and the mails that go with a pack."""

Slot: TypeAlias = Literal["first", "second"]


@dataclass(frozen=True, slots=True)
class MailRules:
    """The settings of who is told what, when; all days are working days.

    `lead_after` and `manager_after` are the working days past the standard at which the owner's lead and the
    manager above are told. `waiting_steps` is for things without a due day, such as an empty cell. `accepted`
    are the keys of findings that a person accepted as right; `snoozed` tells until which day a case, by its
    key, is put off. Nothing is put off more than `snooze_cap` days past its standard. `routes` name who gets
    a kind of mail instead of its usual receivers: nobody, where it is switched off. `digest_at` is the local
    hour before which nobody is written to who has no hour of their own.
    """

    lines: LineRules = field(default_factory=LineRules)
    steps: Steps = field(default_factory=Steps)
    waiting_steps: Steps = field(default_factory=lambda: Steps(at=(0,)))
    lead_after: int = 3
    manager_after: int = 5
    cap: int = 25
    accepted: frozenset[str] = frozenset()
    snoozed: Mapping[str, date] = field(default_factory=dict)
    snooze_cap: int = 10
    routes: Mapping[RouteName, tuple[Person, ...]] = field(default_factory=dict)
    digest_at: time = time.min


@dataclass(frozen=True, slots=True)
class Entry:
    """One printed row of a mail, in plain strings. `case` is how people call the case, `place` its row."""

    key: str
    case: str
    place: str
    action: str
    why: str
    about: str = ""
    due_words: str = ""
    over_words: str = ""
    note: str = ""
    link: str = ""
    is_over: bool = False
    is_call: bool = False
    issue: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A group of rows under one heading; `count` is how many there are, shown or not."""

    id: str
    heading: str
    entries: tuple[Entry, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Notice:
    """One mail to write: to whom, of what kind, for which local day, why, and what it lists.

    `told` is what to remember once it is delivered. `left_out` rows are counted but not shown.
    `closed_this_week` is a thank-you on the last working day of a week; `asides` say what is kept quiet.
    """

    kind: Kind
    receiver: Person
    on: date
    reason: Reason
    why_now: str
    sections: tuple[Section, ...]
    told: Mapping[str, str]
    left_out: int = 0
    closed_this_week: int = 0
    asides: tuple[str, ...] = ()
    slot: Slot = "first"
    figures: tuple[tuple[str, str], ...] = ()  # (what is counted, how many), printed above the rows

    @property
    def address(self) -> str:
        """Return the one address it goes to, from the directory."""
        return self.receiver.email or ""

    @property
    def key(self) -> str:
        """Return the key by which it is sent once: kind, address, local day, and a second slot."""
        slot = "" if self.slot == "first" else f":{self.slot}"
        return f"{self.kind.replace(' ', '-')}:{self.address.casefold()}:{self.on}{slot}"

    @property
    def reason_words(self) -> str:
        """Return the named reason with what it counts: "repeat: 2 repeats after 3 working days"."""
        return self.reason if self.reason == "first notice" else f"{self.reason}: {self.why_now}"

    def count(self, *ids: str) -> int:
        """Return how many rows the sections of these ids have, shown or not; of all sections without ids."""
        return sum(section.count for section in self.sections if not ids or section.id in ids)


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided for one receiver and kind of mail, and why; `notice` is None where nothing goes.

    `told` is what the memory should hold: after delivery where there is a notice, else from now on. `words`
    say more of the reason: what is counted, or why a mail is kept back. `pending` are the keys of everything
    there is to tell, sent now or not.
    """

    kind: Kind
    receiver: Person
    reason: Reason
    notice: Notice | None
    told: Mapping[str, str]
    words: str = ""
    pending: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that may be told, with how it stands. `is_pressing` rows cannot wait until tomorrow."""

    entry: Entry
    mark: Mark
    section: str
    heading: str
    is_pressing: bool = False
