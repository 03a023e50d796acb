"""Cases that are done and in order, told at a glance: most rows, of which many rules say nothing.

A rule that says of itself that it is `quiet_when_settled` is not asked about them, which saves half of the
judging of a large register. A test asks every such rule about settled cases under every policy.
"""

from datetime import date

from complaints_sheet.core.fields import NINE_IDS
from complaints_sheet.core.model import Case, Verdict
from complaints_sheet.core.policy import Policy

COMPLETE = frozenset(NINE_IDS) - {"improvement_idea"}
ORDINARY = COMPLETE | {"improvement_idea", "case_ref", "theme", "goodwill_amount", "failure_cost"}
UNDECIDED = frozenset({"breached", "running", "paused"})


def settled(case: Case, verdicts: tuple[Verdict, ...], today: date) -> bool:
    """Return True for a resolved case whose nine columns are filled in, in order and in time.

    It has no other dates or marks, no cell that was not understood, and no clock still running or broken.
    """
    values = case.values
    if case.problems or values.get("resolved") is not True:
        return False
    recorded = values.keys()
    if not (recorded >= COMPLETE and recorded <= ORDINARY):
        return False
    received, followed = values["received_on"], values["followed_up_on"]
    if type(received) is not date or type(followed) is not date or not received <= followed <= today:
        return False
    return UNDECIDED.isdisjoint([verdict.outcome for verdict in verdicts])


def always(_: Policy) -> bool:
    """Return True: the rule says nothing of settled cases, whatever the policy."""
    return True


def asks_no_more(policy: Policy) -> bool:
    """Return True where the policy requires only fields that a settled case has."""
    return COMPLETE.issuperset(policy.required)


def refers_by_marks_alone(policy: Policy) -> bool:
    """Return True where every referral needs a mark that a settled case does not have."""
    return all(ORDINARY.isdisjoint(mark.field for mark in each.when) for each in policy.referrals)
