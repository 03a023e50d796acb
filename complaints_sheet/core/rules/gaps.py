"""Rules about what a row does not say, or says twice over: blank cells, and Y beside a blank."""

from collections.abc import Container, Iterable
from datetime import date
from functools import lru_cache

from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.model import Case, Flag
from complaints_sheet.core.people import plain_name
from complaints_sheet.core.policy import Policy
from complaints_sheet.core.rules.phrases import day_name
from complaints_sheet.core.rules.reach import outside_all
from complaints_sheet.core.rules.registry import NOTHING, rule
from complaints_sheet.core.rules.settled import always, asks_no_more

REQUIRED = ("case_owner", "department", "received_on", "customer_name", "issue", "resolved")

_GRAVE = frozenset({"case_owner", "received_on"})  # nobody to tell, or no deadline to reckon

_ASKS = {
    "case_owner": "Nobody is named as {heading}. Please put who is handling this complaint.",
    "department": "{heading} is blank. Which department does this complaint belong to?",
    "received_on": "{heading} is blank, so no deadline can be reckoned. Please put the day it came in.",
    "customer_name": "{heading} is blank. Who complained?",
    "issue": "{heading} is blank. What is the complaint about?",
    "resolved": "{heading} is blank, so the case counts as open. Please put Y or N.",
}


def _required_without_column(policy: Policy, columns: Container[str]) -> Iterable[str]:
    return [field for field in policy.required or REQUIRED if field not in columns]


@rule("medium", lacks=_required_without_column, quiet_when_settled=asks_no_more)
def missing_field(case: Case, today: date, policies: tuple[Policy, ...] = ()) -> Iterable[Flag]:
    """A field that every complaint needs is blank: owner, department, received, customer, issue, resolved.

    The improvement idea is never asked for. A policy may require more, and may allow anonymous customers.
    """
    required = required_fields(policies)
    if required.keys() <= case.values.keys():
        return NOTHING
    return [
        Flag(_ask(case, field), field=field, severity="high" if field in _GRAVE else "medium")
        for field in required
        if case.blank(field) and not (field == "customer_name" and is_anonymous(case, policies))
    ]


@rule("high", needs=("resolved", "resolution"), quiet_when_settled=always)
def contradiction(case: Case, today: date) -> Iterable[Flag]:
    """Marked resolved without a Resolution, or (a question) not resolved with both date and Resolution."""
    values = case.values
    resolved = values.get("resolved")
    if resolved is True and "resolution" not in values and case.blank("resolution"):
        return (Flag("Marked as resolved, but the Resolution is blank. What was done?", field="resolution"),)
    if resolved is False and "resolution" in values and "followed_up_on" in values:
        followed_up = case.day("followed_up_on")
        day = f" ({day_name(followed_up, today)})" if followed_up else ""
        asks = (
            f"A follow-up date{day} and a Resolution are filled in, but it is marked N. Is it resolved now?"
        )
        return (Flag(asks, field="resolved", severity="low"),)
    return NOTHING


@rule("medium", needs=("resolved", "followed_up_on"), quiet_when_settled=always)
def follow_up_missing(case: Case, today: date, policies: tuple[Policy, ...] = ()) -> Iterable[Flag]:
    """Marked resolved and followed up, but there is no date of the follow-up."""
    if case.values.get("resolved") is not True or not case.blank("followed_up_on"):
        return NOTHING
    if is_anonymous(case, policies) or outside_all(case, policies):
        return NOTHING
    asks = "Marked as resolved and followed up, but no follow-up date is given. When was the customer told?"
    return (Flag(asks, field="followed_up_on"),)


@lru_cache(maxsize=256)
def required_fields(policies: tuple[Policy, ...]) -> dict[str, None]:
    """Return the fields that these policies require, in order, or the usual six where they name none."""
    named = dict.fromkeys(field for policy in policies for field in policy.required)
    return named or dict.fromkeys(REQUIRED)


def is_anonymous(case: Case, policies: tuple[Policy, ...]) -> bool:
    """Return True for a complaint without a name in a department that accepts anonymous complaints."""
    name = case.text("customer_name")
    if name and plain_name(name) not in {"anonymous", "anon"}:
        return False
    department = plain_name(case.text("department"))
    return bool(department) and any(department in policy.anonymous_in for policy in policies)


def _ask(case: Case, field: str) -> str:
    column = case.layout.columns.get(field)
    heading = " ".join(column.heading.split()) if column else FIELDS[field].heading
    return _ASKS.get(field, "{heading} is blank.").format(heading=f"“{heading}”")
