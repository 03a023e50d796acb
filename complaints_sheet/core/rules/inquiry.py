"""Rules about the inquiry: enough written down, somebody impartial, nothing closed too soon."""

from collections.abc import Iterable
from datetime import date

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.model import Case, Flag
from complaints_sheet.core.people import plain_name
from complaints_sheet.core.policy import Policy
from complaints_sheet.core.rules.registry import NOTHING, rule
from complaints_sheet.core.rules.settled import always
from complaints_sheet.core.wording import count


def _investigates(policy: Policy) -> bool:
    return any(step.id == "investigate" for step in policy.steps)


@rule("low", scope="policy", when=_investigates)
def thin_issue(case: Case, today: date, policy: Policy, fewest_words: int = 3) -> Iterable[Flag]:
    """The issue of an open case is too short to investigate: fewer than `fewest_words` words."""
    words = len(case.text("issue").split())
    if not case.open or words == 0 or words >= fewest_words:
        return NOTHING
    said = f"The issue is only {count(words, 'word')} long. What happened, where, when, and who was there?"
    return (Flag(said, field="issue", clause=_clause(policy)),)


@rule("low", scope="policy", when=_investigates)
def contact_log_missing(
    case: Case, today: date, *, policy: Policy, calendar: Calendar, working_days: int = 2
) -> Iterable[Flag]:
    """A case has been under investigation for `working_days` without an entry in the contact log."""
    received = case.day("received_on")
    if not case.open or received is None or not case.blank("contact_log"):
        return NOTHING
    if calendar.working_days_between(received, today) <= working_days:
        return NOTHING
    said = "The contact log is blank. Please note who was spoken to, when, where and why."
    return (Flag(said, field="contact_log", clause=_clause(policy)),)


def _keeps_apart(policy: Policy) -> bool:
    return any("person_complained_about" in {each.field, each.other} for each in policy.not_the_same)


@rule("low", scope="policy", when=_keeps_apart)
def owner_named_in_issue(case: Case, today: date, policy: Policy) -> Iterable[Flag]:
    """The issue names the person who handles the case; somebody else may have to look into it."""
    owner = case.text("case_owner")
    if not case.open or " " not in owner:
        return NOTHING
    if f" {plain_name(owner)} " not in f" {plain_name(case.text('issue'))} ":
        return NOTHING
    said = f"The issue names {case.text('case_owner')}, who also handles it. Is it about the same person?"
    return (Flag(said, field="issue"),)


@rule(
    "low",
    scope="policy",
    when=lambda policy: any(clock.kind == "same day" for clock in policy.clocks),
    quiet_when_settled=always,
)
def complex_closed_at_once(case: Case, today: date, policy: Policy) -> Iterable[Flag]:
    """A complex case is marked as resolved and followed up on the very day it came in."""
    if case.yes("complex") is not True or case.yes("resolved") is not True:
        return NOTHING
    received = case.day("received_on")
    if received is None or case.day("followed_up_on") != received:
        return NOTHING
    said = (
        "Marked as complex, yet resolved and followed up on the day it came in. Was there an investigation?"
    )
    return (Flag(said, field="resolved"),)


def _clause(policy: Policy) -> str | None:
    return next((step.clause for step in policy.steps if step.id == "investigate"), None)
