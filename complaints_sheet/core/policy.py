"""What an organisation's written procedure says, as values: clocks, fields, steps, approvals, clauses.

A policy is read from YAML by `config/policies.py`; its language is described in docs/policies.md. Nothing
here judges: see `clocks.py` for the deadlines and `procedure.py` for the steps.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from functools import lru_cache
from typing import Literal, TypeAlias

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.limits import Limit
from complaints_sheet.core.model import Case
from complaints_sheet.core.people import plain_name

ClockKind: TypeAlias = Literal["deadline", "same day", "updates", "window"]
"""A limit on us; a contact on the day itself; contact at least every so often; the customer's own time."""

OnClosedDay: TypeAlias = Literal["stays", "next working day", "working day before"]


@dataclass(frozen=True, slots=True)
class Condition:
    """A field that must hold one of these values: folded text, "yes" and "no" for a yes/no field."""

    field: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class OtherLimit:
    """A different limit where all the conditions hold, such as 15 working days for payment services."""

    when: tuple[Condition, ...]
    limit: Limit
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """How the due date may be moved to `extended_to`: how far beyond the old date, why, and told by when.

    `at_most` is counted from the old due date. `only_when` limits it to certain cases, such as complex ones.
    """

    at_most: Limit | None = None
    reason_required: bool = False
    told_before_due: bool = True
    only_when: tuple[Condition, ...] = ()
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class HoldingReply:
    """A holding reply sent by the due date, after which the longer limit, from the same start, applies."""

    limit: Limit
    sent: str = "holding_reply_on"
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class EarlyResolution:
    """The clock does not apply to a case resolved within this limit of its start."""

    within: Limit
    resolved: tuple[str, ...] = ("resolved_on",)
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """How a clock may be stopped from `paused_from` to `paused_until`: decided by whom, at most how long."""

    decided_by: tuple[str, ...] = ()  # roles, titles or names; empty where nobody in particular decides
    at_most: Limit | None = None  # working days or calendar days
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Consequence:
    """What follows from a breach: refer it, pay or publish; `to` is a role, `amount` as written ("£40")."""

    kind: Literal["refer", "pay", "publish"]
    to: str = ""
    amount: str = ""
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """One time limit of a policy. Every field id is one of `core/fields.py`.

    `starts`: the first of these that is recorded starts it. `stops`: the earliest recorded stops it.
    `only_when`: applies only where marked so. `unless`: does not apply where marked so, except for a contact
    that was converted (`converted_by` recorded). `contacts`: what counts as a contact with the customer, for
    the kinds "same day" and "updates".
    """

    id: str
    title: str
    limit: Limit
    starts: tuple[str, ...] = ("received_on",)
    stops: tuple[str, ...] = ()
    kind: ClockKind = "deadline"
    clause: str | None = None
    house_default: bool = False
    start_counts: bool = False
    cut_off: time | None = None
    closed_day_start: Literal["as it is", "next working day"] = "as it is"
    due_on_closed_day: OnClosedDay = "stays"
    resolved_means_done: bool = True
    only_when: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()
    converted_by: str | None = None
    other_limits: tuple[OtherLimit, ...] = ()
    met_at_once_when: tuple[Condition, ...] = ()
    promised: str | None = None
    extension: Extension | None = None
    holding_reply: HoldingReply | None = None
    early_resolution: EarlyResolution | None = None
    pause: Pause | None = None
    contacts: tuple[str, ...] = ()
    consequence: Consequence | None = None

    @property
    def ours(self) -> bool:
        """Return False for a window of the customer's, which never counts for or against us."""
        return self.kind != "window"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the procedure, in order; done when one of its fields is recorded."""

    id: str
    title: str
    done_by: tuple[str, ...]
    required: bool = True
    formal_only: bool = False
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody must confirm before something happens: `on` must be recorded no later than `before`."""

    id: str
    before: str
    on: str
    by: str
    who: tuple[str, ...]  # roles, titles or names
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Referral:
    """An answer or a mark that sends the case to somebody; open until `done_by` is recorded."""

    id: str
    when: tuple[Condition, ...]  # any of these
    to: str
    done_by: str | None
    message: str
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class NotTheSame:
    """Two fields that must not name the same person, such as the owners of stage 1 and stage 2."""

    field: str
    other: str
    message: str
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Investigators:
    """Who may investigate: titles of the people directory, or names."""

    titles: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    field: str = "case_owner"
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class NeededWhen:
    """Fields that must be filled once something is recorded or marked, such as a representative's consent."""

    id: str
    when_recorded: str | None
    when: tuple[Condition, ...]  # all of these
    fields: tuple[str, ...]
    message: str
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a record is kept at least, counted from the first of these dates that is recorded."""

    keep: Limit
    since: tuple[str, ...]
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A report that the policy asks for: its name, how often, to whom, how long after the period's end."""

    id: str
    name: str
    every: str
    to: str
    due_within: Limit | None = None
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """When the policy itself was issued and approved, and when it must be reviewed next."""

    issued: date | None = None
    approved: date | None = None
    next: date | None = None
    every: Limit | None = None
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """One demand of the organisation's document: where it stands, what it asks, and what covers it.

    `rows` are ids of the requirements list (S0-04). `covered_by` holds pairs such as ("clock",
    "acknowledge"); it is empty where nothing covers it yet, and `why_not` says why.
    """

    where: str
    must: str
    rows: tuple[str, ...] = ()
    covered_by: tuple[tuple[str, str], ...] = ()
    why_not: str = ""


@dataclass(frozen=True, eq=False)
class Policy:
    """One version of one policy. Compared by identity, so that its answers can be remembered.

    It applies to complaints received from `effective_from` until `effective_until`, both included.
    """

    id: str
    version: str
    title: str
    clocks: tuple[Clock, ...]
    document: str = ""
    sources: tuple[str, ...] = ()
    checked: str = ""
    effective_from: date | None = None
    effective_until: date | None = None
    calendar_name: str = ""
    own_calendar: Calendar | None = None
    out_of_scope: tuple[Condition, ...] = ()  # any of these: no clock applies
    required: tuple[str, ...] = ()
    anonymous_in: tuple[str, ...] = ()  # departments, folded
    open_too_long: Limit | None = None
    steps: tuple[Step, ...] = ()
    approvals: tuple[Approval, ...] = ()
    referrals: tuple[Referral, ...] = ()
    not_the_same: tuple[NotTheSame, ...] = ()
    investigators: Investigators | None = None
    needed_when: tuple[NeededWhen, ...] = ()
    closing: tuple[NeededWhen, ...] = ()
    retention: Retention | None = None
    reports: tuple[Report, ...] = ()
    review: Review | None = None
    clauses: tuple[Clause, ...] = ()

    def clock(self, clock_id: str) -> Clock:
        """Return the clock of that id; raises KeyError where the policy has none."""
        return next(iter(clock for clock in self.clocks if clock.id == clock_id), None) or _no_clock(clock_id)

    def in_force(self, received: date | None) -> bool:
        """Return True where this version applies to a complaint received on that day, or on no known day."""
        if received is None:
            return True
        began = self.effective_from is None or received >= self.effective_from
        return began and (self.effective_until is None or received <= self.effective_until)


def _no_clock(clock_id: str) -> Clock:
    raise KeyError(clock_id)


@dataclass(frozen=True, eq=False)
class PolicyChoice:
    """Which policies judge a case: by its department, else by its type of contact, else the default.

    Each entry holds all versions of its policies; the version in force on the day received is the one used.
    Keys are folded names (`people.plain_name`).
    """

    default: tuple[Policy, ...]
    departments: Mapping[str, tuple[Policy, ...]] = field(default_factory=dict)
    contact_types: Mapping[str, tuple[Policy, ...]] = field(default_factory=dict)

    @property
    def all(self) -> tuple[Policy, ...]:
        """Return every version of every policy that may be chosen, without repeats, the default's first."""
        chosen = (self.default, *self.departments.values(), *self.contact_types.values())
        return tuple(dict.fromkeys(policy for policies in chosen for policy in policies))

    def policies_for(self, case: Case) -> tuple[Policy, ...]:
        """Return one version of each policy that judges the case; the newest where the date is not known."""
        chosen = self.default
        if self.departments or self.contact_types:
            chosen = self._chosen(case)
        if len(chosen) == 1:
            return chosen
        return in_force(chosen, case.day("received_on"))

    def _chosen(self, case: Case) -> tuple[Policy, ...]:
        by_department = self.departments.get(plain_name(case.text("department")))
        by_type = self.contact_types.get(plain_name(case.text("contact_type")))
        return by_department or by_type or self.default


@lru_cache(maxsize=16384)
def in_force(policies: tuple[Policy, ...], received: date | None) -> tuple[Policy, ...]:
    """Return one version of each policy: the one in force on the day, else the one nearest to it."""
    by_id: dict[str, Policy] = {}
    for policy in sorted(policies, key=lambda each: each.effective_from or date.min):
        if policy.id not in by_id or received is None or _has_begun(policy, received):
            by_id[policy.id] = policy
    return tuple(by_id[policy_id] for policy_id in dict.fromkeys(policy.id for policy in policies))


def _has_begun(policy: Policy, received: date) -> bool:
    return policy.effective_from is None or received >= policy.effective_from
