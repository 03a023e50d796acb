"""The language of a policy file: what each key means, strictly. docs/policies.md is made from this."""

from datetime import date
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from complaints_sheet.config.typed import Line, TimeOfDay, YesNo
from complaints_sheet.config.wording import nearest
from complaints_sheet.config.yaml_file import Written
from complaints_sheet.core.fields import DATE_IDS, FIELDS
from complaints_sheet.core.limits import Limit, limit_from


def _field_id(typed: str) -> str:
    if typed not in FIELDS:
        raise ValueError(f'"{typed}" is not a field; {nearest(typed, tuple(FIELDS))}')
    return typed


def _date_id(typed: str) -> str:
    if typed not in DATE_IDS:
        raise ValueError(f'"{_field_id(typed)}" is not a date field; {nearest(typed, DATE_IDS)}')
    return typed


def _contact_id(typed: str) -> str:
    return typed if typed == "contact_log" else _date_id(typed)


def _one_or_many(typed: object) -> object:
    if isinstance(typed, list):
        return tuple(typed)
    return (typed,) if isinstance(typed, (str, bool)) else typed


def _limit(typed: object) -> Limit:
    if isinstance(typed, Limit):
        return typed
    return limit_from(str(typed))


def _days_limit(typed: Limit) -> Limit:
    if typed.unit == "hour":
        raise ValueError(f'"{typed}" cannot be in hours here: write days, weeks or months')
    return typed


def _mark(typed: object) -> object:
    """Return a marked value as text: yes and no may be written bare."""
    return {True: "yes", False: "no"}[typed] if isinstance(typed, bool) else typed


FieldId: TypeAlias = Annotated[Line, AfterValidator(_field_id)]
DateId: TypeAlias = Annotated[Line, AfterValidator(_date_id)]
ContactId: TypeAlias = Annotated[Line, AfterValidator(_contact_id)]
DateIds: TypeAlias = Annotated[tuple[DateId, ...], BeforeValidator(_one_or_many)]
ContactIds: TypeAlias = Annotated[tuple[ContactId, ...], BeforeValidator(_one_or_many)]
FieldIds: TypeAlias = Annotated[tuple[FieldId, ...], BeforeValidator(_one_or_many)]
Names: TypeAlias = Annotated[tuple[Line, ...], BeforeValidator(_one_or_many)]
LimitText: TypeAlias = Annotated[Limit, BeforeValidator(_limit)]
DaysLimit: TypeAlias = Annotated[Limit, BeforeValidator(_limit), AfterValidator(_days_limit)]
Marked: TypeAlias = Annotated[Line, BeforeValidator(_mark)]
Marks: TypeAlias = Annotated[tuple[Marked, ...], BeforeValidator(_one_or_many)]
When: TypeAlias = dict[FieldId, Marks]


class PolicyPart(Written):
    """A part of a policy file."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=False, arbitrary_types_allowed=True
    )


class CountingPart(PolicyPart):
    """How days are counted, where it is not the usual way."""

    first_day: Literal["the next day", "the day itself"] = Field(
        "the next day",
        description='Which day is day 1. Usual: "the next day", so the day of receipt does not count.',
    )
    cut_off: TimeOfDay | None = Field(
        None,
        description="An hour such as 17:00: what comes at or after it counts as the next working day. "
        "A date without a time counts as before it.",
    )
    start_on_closed_day: Literal["counts as it is", "counts as the next working day"] = Field(
        "counts as it is",
        description="A start on a day that is not a working day, for every unit but hours.",
    )
    due_on_closed_day: Literal["stays", "next working day", "working day before"] = Field(
        "stays",
        description="A last day that is not a working day: it stays, or moves. Only for calendar units.",
    )


class OtherLimitPart(PolicyPart):
    """A different limit for some cases."""

    when: When = Field(
        description="All of these must be marked in the register: a field, and one value or several."
    )
    limit: LimitText = Field(description="The limit for these cases.")
    clause: Line | None = Field(None, description="Where the procedure says so.")


class ExtensionPart(PolicyPart):
    """How the last day may be moved to the date in `extended_to`."""

    at_most: DaysLimit | None = Field(
        None, description="At most this much beyond the old last day; a later date is cut to it."
    )
    reason: Literal["required", "optional"] = Field(
        "optional", description="With `required`, an extension without an `extension_reason` does not count."
    )
    told: Literal["before the old date", "not asked"] = Field(
        "before the old date",
        description="The customer must have been told (`extension_told_on`) on or before the old last day.",
    )
    only_when: When = Field(default_factory=dict, description="Only for cases marked so.")
    clause: Line | None = Field(None, description="Where the procedure says so.")


class HoldingReplyPart(PolicyPart):
    """A holding reply sent by the last day, after which a longer limit from the same start applies."""

    limit: DaysLimit = Field(description="The longer limit, counted from the same start.")
    sent: DateId = Field("holding_reply_on", description="The field with the date of the holding reply.")
    clause: Line | None = Field(None, description="Where the procedure says so.")


class EarlyResolutionPart(PolicyPart):
    """A case resolved early is outside this clock."""

    within: DaysLimit = Field(
        description="Resolved on or before the last day of this limit from the same start."
    )
    resolved: DateIds = Field(("resolved_on",), description="The fields that say when it was resolved.")
    clause: Line | None = Field(None, description="Where the procedure says so.")


class PausePart(PolicyPart):
    """The clock may stand still from `paused_from` to `paused_until`, both days included."""

    decided_by: Names = Field(
        (),
        description="Who may decide: roles, titles or names. Without a `pause_decided_by` it does not count.",
    )
    at_most: DaysLimit | None = Field(None, description="The longest pause, in working or calendar days.")
    clause: Line | None = Field(None, description="Where the procedure says so.")


class ConsequencePart(PolicyPart):
    """What follows from a breach."""

    refer_to: Line | None = Field(None, description="The role to which it goes.")
    pay: Line | None = Field(None, description="A payment to the customer, as written: £40.")
    publish: YesNo = Field(default=False, description="Yes where breaches are published.")
    clause: Line | None = Field(None, description="Where the procedure says so.")


class ClockPart(PolicyPart):
    """One time limit."""

    title: Line = Field(description="What has to be done, in a few words.")
    kind: Literal["deadline", "same day", "updates", "window"] = Field(
        "deadline",
        description="`deadline`: until the end of the limit. `same day`: a contact on the day of the start, "
        "weekend or not. `updates`: never longer than the limit without a contact while the case is open. "
        "`window`: the customer's own time, never counted for or against the organisation.",
    )
    limit: LimitText = Field(
        description='"24 hours", "5 working days", "10 calendar days", "8 weeks", "1 calendar month", '
        '"same day".',
    )
    from_: DateIds = Field(
        ("received_on",), alias="from", description="What starts it: the first of these that is recorded."
    )
    until: DateIds = Field((), description="What stops it: the earliest of these that is recorded.")
    clause: Line | None = Field(None, description="Where the procedure says so.")
    house_default: YesNo = Field(default=False, description="Yes where the procedure gives no number.")
    resolved_means_done: YesNo = Field(
        default=True,
        description="With yes, a case marked resolved whose `until` is blank cannot be judged; with no, the "
        "clock runs.",
    )
    only_when: When = Field(default_factory=dict, description="Applies only to cases marked so.")
    unless: When = Field(
        default_factory=dict, description="Does not apply to cases marked so; blank counts as not."
    )
    converted_by: DateId | None = Field(
        None,
        description="A date that turns the contact into a complaint: with it, `unless` no longer matters.",
    )
    counting: CountingPart | None = Field(None, description="How days are counted, where not the usual way.")
    other_limits: tuple[OtherLimitPart, ...] = Field((), description="Other limits, tried in order.")
    met_at_once_when: When = Field(
        default_factory=dict, description="Met at the start itself where any of these is marked."
    )
    promised: DateId | None = Field(
        None, description="A date promised to the customer, which counts instead."
    )
    extension: ExtensionPart | None = Field(None, description="How the last day may be moved.")
    holding_reply: HoldingReplyPart | None = Field(None, description="A holding reply with a longer limit.")
    early_resolution: EarlyResolutionPart | None = Field(
        None, description="Resolved early: the clock does not apply."
    )
    pause: PausePart | None = Field(None, description="How the clock may stand still.")
    contacts: ContactIds = Field((), description="For `same day` and `updates`: what counts as a contact.")
    consequence: ConsequencePart | None = Field(None, description="What follows from a breach.")


class StepPart(PolicyPart):
    """One step of the procedure, in the order of the file."""

    title: Line = Field(description="The step in a few words.")
    done_by: FieldIds = Field(description="Done when one of these is filled.")
    required: YesNo = Field(default=True, description="No where a case may be closed without it.")
    formal_only: YesNo = Field(default=False, description="Yes where it is asked of formal complaints only.")
    clause: Line | None = Field(None, description="Where the procedure says so.")


class ApprovalPart(PolicyPart):
    """Somebody confirms before something happens."""

    before: DateId = Field(description="What may not happen before the confirmation.")
    on: DateId = Field("confirmed_on", description="The date of the confirmation.")
    by: FieldId = Field("confirmed_by", description="Who confirmed.")
    who: Names = Field(description="Who must: roles, titles or names.")
    clause: Line | None = Field(None, description="Where the procedure says so.")


class ReferralPart(PolicyPart):
    """An answer or a mark that sends the case to somebody."""

    when_any: When = Field(description="Any of these marks.")
    to: Line = Field(description="The role to which it goes.")
    done_by: DateId | None = Field(None, description="The date that settles it.")
    message: Line = Field(description="What to say of it.")
    clause: Line | None = Field(None, description="Where the procedure says so.")


class NotTheSamePart(PolicyPart):
    """Two fields that must not name the same person."""

    field: FieldId = Field(description="The one.")
    other: FieldId = Field(description="The other.")
    message: Line = Field(description="What to say of it.")
    clause: Line | None = Field(None, description="Where the procedure says so.")


class InvestigatorsPart(PolicyPart):
    """Who may investigate."""

    titles: Names = Field((), description="Titles in the list of people.")
    people: Names = Field((), description="Names in the list of people.")
    field: FieldId = Field("case_owner", description="The field that names the investigator.")
    clause: Line | None = Field(None, description="Where the procedure says so.")


class NeededPart(PolicyPart):
    """Fields that must be filled once something is recorded or marked."""

    once: FieldId | None = Field(None, description="Once this field is filled.")
    when: When = Field(default_factory=dict, description="And where all of these are marked.")
    fields: FieldIds = Field(description="These must be filled.")
    message: Line = Field(description="What to say of a gap.")
    clause: Line | None = Field(None, description="Where the procedure says so.")


class RetentionPart(PolicyPart):
    """How long a record is kept at least."""

    keep: DaysLimit = Field(description="At least this long.")
    since: DateIds = Field(description="Counted from the first of these that is recorded.")
    clause: Line | None = Field(None, description="Where the procedure says so.")


class ReportPart(PolicyPart):
    """A report that the procedure asks for."""

    name: Line = Field(description="What it is called.")
    every: Literal["week", "fortnight", "month", "quarter", "half-year", "year"] = Field(
        description="How often."
    )
    to: Line = Field(description="Who reads it.")
    due_within: DaysLimit | None = Field(None, description="How long after the end of the period.")
    clause: Line | None = Field(None, description="Where the procedure says so.")


class ReviewPart(PolicyPart):
    """When the procedure itself was issued, and when it is looked at again."""

    issued: date | None = Field(None, description="First issued on.")
    approved: date | None = Field(None, description="Approved on.")
    next: date | None = Field(None, description="To be reviewed on.")
    every: DaysLimit | None = Field(None, description="Reviewed every.")
    clause: Line | None = Field(None, description="Where the procedure says so.")


class ClausePart(PolicyPart):
    """One demand of the procedure, and what covers it."""

    where: Line = Field(description="Where it stands.")
    must: Line = Field(description="What it asks, in a few words.")
    rows: Names = Field((), description="Ids in the list of requirements.")
    covered_by: Names = Field(
        (),
        description="What covers it, such as `clock acknowledge`, `rule missing-field` or `template digest`.",
    )
    not_yet: Line | None = Field(None, description="Instead of `covered_by`: why nothing covers it yet.")


class InForcePart(PolicyPart):
    """To which complaints this version applies, by the date received."""

    from_: date | None = Field(None, alias="from", description="Received on or after this day.")
    until: date | None = Field(None, description="Received on or before this day.")


class VersionPart(PolicyPart):
    """A later version of the policy: from which day, and what is different from the version before it."""

    version: Line = Field(description="What it is called, usually its date.")
    from_: date = Field(alias="from", description="Complaints received on or after this day.")
    change: dict[str, Any] = Field(
        description="What is different, in the words of this file; the rest stays."
    )


class PolicyFile(PolicyPart):
    """A policy file."""

    id: Line = Field(description="A short name in small letters and hyphens; the file is called the same.")
    version: Line = Field(description="What this version is called, usually its date.")
    extends: Line | None = Field(None, description="Another policy, of which single values are changed here.")
    title: Line = Field(description="The name of the policy.")
    document: Line | None = Field(None, description="The organisation's own document that it is taken from.")
    sources: Names = Field((), description="Addresses where its figures can be read.")
    checked: Line | None = Field(None, description="When the figures were last compared with the sources.")
    in_force: InForcePart | None = Field(
        None, description="To which complaints it applies, by the date received."
    )
    calendar: Line | None = Field(
        None,
        description="Whose public holidays count, where not the office's own calendar: Scotland and so on.",
    )
    excludes: When = Field(
        default_factory=dict, description="Cases marked so are outside the policy: no clock applies."
    )
    required: FieldIds = Field((), description="Fields that every case must have.")
    anonymous_in: Names = Field((), description="Departments that accept complaints without a name.")
    same_day: Literal["complex", "all"] = Field(
        "complex",
        description="With `all`, the same-day clock applies to every case, not only to complex ones.",
    )
    open_too_long: DaysLimit | None = Field(None, description="After how long an open case is pointed out.")
    clocks: dict[Line, ClockPart] = Field(default_factory=dict, description="The time limits, by id.")
    steps: dict[Line, StepPart] = Field(default_factory=dict, description="The steps, in order, by id.")
    approvals: dict[Line, ApprovalPart] = Field(default_factory=dict, description="Who confirms what, by id.")
    referrals: dict[Line, ReferralPart] = Field(default_factory=dict, description="What goes to whom, by id.")
    not_the_same_person: dict[Line, NotTheSamePart] = Field(
        default_factory=dict, description="Who may not handle what, by id."
    )
    investigators: InvestigatorsPart | None = Field(None, description="Who may investigate.")
    needed: dict[Line, NeededPart] = Field(
        default_factory=dict, description="Fields needed in some cases, by id."
    )
    closing: dict[Line, NeededPart] = Field(default_factory=dict, description="The closing checklist, by id.")
    retention: RetentionPart | None = Field(None, description="How long records are kept.")
    reports: dict[Line, ReportPart] = Field(
        default_factory=dict, description="The reporting calendar, by id."
    )
    review: ReviewPart | None = Field(None, description="When the procedure itself is reviewed.")
    clauses: tuple[ClausePart, ...] = Field(
        (), description="Every demand of the document, and what covers it."
    )
    without: Names = Field(
        (), description="Ids of clocks, steps and so on of the extended policy to leave out."
    )
    versions: tuple[VersionPart, ...] = Field((), description="Later versions, oldest first.")
