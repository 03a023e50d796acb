"""Rules about the parts of a policy that are no time limits: steps, approvals, referrals, who may do what.

What is looked at stands in the policy's file; `core/procedure.py` holds it against the case.
"""

from collections.abc import Container, Iterable, Mapping
from datetime import date

from complaints_sheet.core import procedure
from complaints_sheet.core.model import Case, Flag, Verdict
from complaints_sheet.core.people import Directory
from complaints_sheet.core.policy import NeededWhen, Policy
from complaints_sheet.core.rules.registry import rule
from complaints_sheet.core.rules.settled import refers_by_marks_alone


def _steps_without_column(policy: Policy, columns: Container[str]) -> Iterable[str]:
    steps = (step for step in policy.steps if step.required)
    return [step.done_by[0] for step in steps if not any(field in columns for field in step.done_by)]


def _approvals_without_column(policy: Policy, columns: Container[str]) -> Iterable[str]:
    fields = (field for each in policy.approvals for field in (each.before, each.on, each.by))
    return _without_column(fields, columns)


def _referrals_without_column(policy: Policy, columns: Container[str]) -> Iterable[str]:
    fields = (
        field
        for each in policy.referrals
        for field in (*(mark.field for mark in each.when), *((each.done_by,) if each.done_by else ()))
    )
    return _without_column(fields, columns)


def _pairs_without_column(policy: Policy, columns: Container[str]) -> Iterable[str]:
    return _without_column(
        (field for each in policy.not_the_same for field in (each.field, each.other)), columns
    )


def _needed_without_column(needed: Iterable[NeededWhen], columns: Container[str]) -> Iterable[str]:
    fields = (
        field
        for each in needed
        for field in (
            *((each.when_recorded,) if each.when_recorded else ()),
            *(mark.field for mark in each.when),
            *each.fields,
        )
    )
    return _without_column(fields, columns)


def _without_column(fields: Iterable[str], columns: Container[str]) -> Iterable[str]:
    return [field for field in dict.fromkeys(fields) if field not in columns]


@rule("medium", scope="policy", when=lambda policy: policy.steps, lacks=_steps_without_column)
def step_skipped(case: Case, today: date, policy: Policy) -> Iterable[Flag]:
    """A step of the procedure is not recorded although a later one is."""
    return procedure.skipped_steps(case, policy)


@rule("high", scope="policy", when=lambda policy: policy.approvals, lacks=_approvals_without_column)
def not_confirmed(
    case: Case, today: date, policy: Policy, roles: Mapping[str, tuple[str, ...]] = {}
) -> Iterable[Flag]:
    """The customer was answered before, or without, the confirmation that the procedure asks for."""
    return procedure.unconfirmed(case, policy, roles)


@rule("low", scope="policy", when=lambda policy: policy.approvals)
def awaiting_confirmation(case: Case, today: date, policy: Policy) -> Iterable[Flag]:
    """A proposed resolution waits to be confirmed before the customer is answered."""
    return procedure.awaiting_approval(case, policy)


@rule(
    "high",
    scope="policy",
    when=lambda policy: policy.referrals,
    lacks=_referrals_without_column,
    quiet_when_settled=refers_by_marks_alone,
)
def referral_open(case: Case, today: date, policy: Policy) -> Iterable[Flag]:
    """An answer of the customer, or a mark, sends the case to somebody who has not dealt with it yet."""
    return procedure.open_referrals(case, policy)


@rule("high", scope="policy", when=lambda policy: policy.not_the_same, lacks=_pairs_without_column)
def same_person(case: Case, today: date, policy: Policy) -> Iterable[Flag]:
    """One person has two parts that the procedure keeps apart: handling a complaint about themselves."""
    return procedure.same_person(case, policy)


@rule("medium", scope="policy", when=lambda policy: policy.investigators)
def investigator_not_allowed(
    case: Case, today: date, policy: Policy, directory: Directory | None = None
) -> Iterable[Flag]:
    """The person who handles the case is not among those who may investigate."""
    return procedure.not_allowed(case, policy, directory)


@rule(
    "medium",
    scope="policy",
    when=lambda policy: policy.needed_when,
    lacks=lambda policy, columns: _needed_without_column(policy.needed_when, columns),
)
def detail_missing(case: Case, today: date, policy: Policy) -> Iterable[Flag]:
    """Something is blank that this case needs, such as the consent of a customer who is represented."""
    return procedure.needed_fields(case, policy)


@rule(
    "medium",
    scope="policy",
    when=lambda policy: policy.closing,
    lacks=lambda policy, columns: _needed_without_column(policy.closing, columns),
)
def closing_incomplete(case: Case, today: date, policy: Policy) -> Iterable[Flag]:
    """A closed case lacks something of the closing checklist."""
    return procedure.closing_gaps(case, policy)


@rule("low", scope="policy", when=lambda policy: not all(clock.ours for clock in policy.clocks))
def late_appeal(case: Case, today: date, policy: Policy, verdicts: tuple[Verdict, ...]) -> Iterable[Flag]:
    """The customer came after a window of theirs had closed, such as an appeal; no breach of ours."""
    return procedure.late_appeals(case, policy, verdicts)


@rule("medium", scope="policy", when=lambda policy: any(clock.consequence for clock in policy.clocks))
def consequence_due(case: Case, today: date, policy: Policy, verdicts: tuple[Verdict, ...]) -> Iterable[Flag]:
    """A broken time limit has a consequence by the procedure: it is referred, paid for or published."""
    return procedure.consequences(case, policy, verdicts)
