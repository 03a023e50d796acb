"""Whether a policy speaks of a case at all."""

from complaints_sheet.core.events import holds
from complaints_sheet.core.model import Case
from complaints_sheet.core.policy import Policy


def outside(case: Case, policy: Policy) -> bool:
    """Return True for a case that the policy excludes, or that came in outside the time it applies to."""
    if any(holds(condition, case) is True for condition in policy.out_of_scope):
        return True
    return not policy.in_force(case.day("received_on"))


def outside_all(case: Case, policies: tuple[Policy, ...]) -> bool:
    """Return True for a case of which none of its policies speaks."""
    return bool(policies) and all(outside(case, policy) for policy in policies)
