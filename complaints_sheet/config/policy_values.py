"""A checked policy file turned into the values that the core judges by."""

from collections.abc import Iterator, Mapping
from datetime import date

from complaints_sheet.config.policy_file import (
    ApprovalPart,
    ClausePart,
    ClockPart,
    ConsequencePart,
    CountingPart,
    ExtensionPart,
    NeededPart,
    PolicyFile,
    StepPart,
    When,
)
from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.people import plain_name
from complaints_sheet.core.policy import (
    Approval,
    Clause,
    Clock,
    Condition,
    Consequence,
    EarlyResolution,
    Extension,
    HoldingReply,
    Investigators,
    NeededWhen,
    NotTheSame,
    OtherLimit,
    Pause,
    Policy,
    Referral,
    Report,
    Retention,
    Review,
    Step,
)

CONTACTS = ("followed_up_on", "last_contact_on", "acknowledged_on", "responded_on", "contact_log")
"""What counts as a contact with the customer where a clock does not say."""


def policy_from(written: PolicyFile, calendar: Calendar | None = None, until: date | None = None) -> Policy:
    """Return the policy that the file means; `until` is the last day before its next version."""
    return Policy(
        id=written.id,
        version=written.version,
        title=written.title,
        clocks=tuple(_clock(name, part, written) for name, part in written.clocks.items()),
        document=written.document or "",
        sources=written.sources,
        checked=written.checked or "",
        effective_from=written.in_force.from_ if written.in_force else None,
        effective_until=until or (written.in_force.until if written.in_force else None),
        calendar_name=written.calendar or "",
        own_calendar=calendar,
        out_of_scope=_conditions(written.excludes),
        required=written.required,
        anonymous_in=tuple(plain_name(name) for name in written.anonymous_in),
        open_too_long=written.open_too_long,
        steps=tuple(_step(name, part) for name, part in written.steps.items()),
        approvals=tuple(_approval(name, part) for name, part in written.approvals.items()),
        referrals=tuple(
            Referral(name, _conditions(part.when_any), part.to, part.done_by, part.message, part.clause)
            for name, part in written.referrals.items()
        ),
        not_the_same=tuple(
            NotTheSame(part.field, part.other, part.message, part.clause)
            for part in written.not_the_same_person.values()
        ),
        investigators=_investigators(written),
        needed_when=tuple(_needed(name, part) for name, part in written.needed.items()),
        closing=tuple(_needed(name, part) for name, part in written.closing.items()),
        retention=_retention(written),
        reports=tuple(
            Report(name, part.name, part.every, part.to, part.due_within, part.clause)
            for name, part in written.reports.items()
        ),
        review=_review(written),
        clauses=tuple(_clause(part) for part in written.clauses),
    )


def _conditions(when: When) -> tuple[Condition, ...]:
    return tuple(
        Condition(field, frozenset(plain_name(value) for value in values)) for field, values in when.items()
    )


def _clock(clock_id: str, part: ClockPart, written: PolicyFile) -> Clock:
    counting = part.counting or CountingPart.model_validate({})
    widened = part.kind == "same day" and written.same_day == "all"
    only_when = {
        field: values for field, values in part.only_when.items() if not (widened and field == "complex")
    }
    return Clock(
        id=clock_id,
        title=part.title,
        limit=part.limit,
        starts=part.from_,
        stops=part.until,
        kind=part.kind,
        clause=part.clause,
        house_default=part.house_default,
        start_counts=counting.first_day == "the day itself",
        cut_off=counting.cut_off,
        closed_day_start=(
            "as it is" if counting.start_on_closed_day == "counts as it is" else "next working day"
        ),
        due_on_closed_day=counting.due_on_closed_day,
        resolved_means_done=part.resolved_means_done,
        only_when=_conditions(only_when),
        unless=_conditions(part.unless),
        converted_by=part.converted_by,
        other_limits=tuple(
            OtherLimit(_conditions(each.when), each.limit, each.clause) for each in part.other_limits
        ),
        met_at_once_when=_conditions(part.met_at_once_when),
        promised=part.promised,
        extension=_extension(part.extension) if part.extension else None,
        holding_reply=_holding_reply(part),
        early_resolution=_early_resolution(part),
        pause=Pause(part.pause.decided_by, part.pause.at_most, part.pause.clause) if part.pause else None,
        contacts=part.contacts or (CONTACTS if part.kind in {"same day", "updates"} else ()),
        consequence=_consequence(part.consequence) if part.consequence else None,
    )


def _extension(part: ExtensionPart) -> Extension:
    return Extension(
        at_most=part.at_most,
        reason_required=part.reason == "required",
        told_before_due=part.told == "before the old date",
        only_when=_conditions(part.only_when),
        clause=part.clause,
    )


def _holding_reply(part: ClockPart) -> HoldingReply | None:
    holding = part.holding_reply
    return HoldingReply(holding.limit, holding.sent, holding.clause) if holding else None


def _early_resolution(part: ClockPart) -> EarlyResolution | None:
    early = part.early_resolution
    return EarlyResolution(early.within, early.resolved, early.clause) if early else None


def _consequence(part: ConsequencePart) -> Consequence:
    if part.pay:
        return Consequence("pay", part.refer_to or "", part.pay, part.clause)
    return Consequence("publish" if part.publish else "refer", part.refer_to or "", "", part.clause)


def _step(step_id: str, part: StepPart) -> Step:
    return Step(step_id, part.title, part.done_by, part.required, part.formal_only, part.clause)


def _approval(approval_id: str, part: ApprovalPart) -> Approval:
    return Approval(approval_id, part.before, part.on, part.by, part.who, part.clause)


def _investigators(written: PolicyFile) -> Investigators | None:
    part = written.investigators
    return Investigators(part.titles, part.people, part.field, part.clause) if part else None


def _needed(needed_id: str, part: NeededPart) -> NeededWhen:
    return NeededWhen(needed_id, part.once, _conditions(part.when), part.fields, part.message, part.clause)


def _retention(written: PolicyFile) -> Retention | None:
    part = written.retention
    return Retention(part.keep, part.since, part.clause) if part else None


def _review(written: PolicyFile) -> Review | None:
    part = written.review
    return Review(part.issued, part.approved, part.next, part.every, part.clause) if part else None


def _clause(part: ClausePart) -> Clause:
    covered = tuple(_covering(text) for text in part.covered_by)
    return Clause(part.where, part.must, part.rows, covered, part.not_yet or "")


def _covering(text: str) -> tuple[str, str]:
    kind, _, name = text.partition(" ")
    return kind, name


COVERING_KINDS = (
    "clock", "rule", "field", "step", "approval", "referral", "check", "template", "report", "figure",
    "command", "config", "history",
)  # fmt: skip
"""What may cover a clause: the first word of each `covered_by`."""


def unknown_coverings(written: PolicyFile) -> Iterator[tuple[int, int, str, tuple[str, ...]]]:
    """Yield (clause, entry, text, valid names) for each `covered_by` that names nothing of this policy."""
    names = _names(written)
    for at, part in enumerate(written.clauses):
        for entry, text in enumerate(part.covered_by):
            kind, name = _covering(text)
            if kind not in COVERING_KINDS:
                yield at, entry, text, tuple(f"{each} …" for each in COVERING_KINDS)
            elif kind in names and name not in names[kind]:
                yield at, entry, text, tuple(f"{kind} {each}" for each in names[kind])


def _names(written: PolicyFile) -> Mapping[str, tuple[str, ...]]:
    return {
        "clock": tuple(written.clocks),
        "step": tuple(written.steps),
        "approval": tuple(written.approvals),
        "referral": tuple(written.referrals),
        "report": tuple(written.reports),
        "check": (*written.needed, *written.closing),
        "field": tuple(FIELDS),
    }
