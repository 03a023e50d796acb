"""A rule about the procedure itself: when it has to be looked at again."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.limits import last_day
from complaints_sheet.core.model import Case, Flag
from complaints_sheet.core.policy import Policy
from complaints_sheet.core.rules.registry import rule
from complaints_sheet.core.wording import long_date


@rule("low", scope="register")
def review_due(
    cases: Sequence[Case],
    today: date,
    *,
    calendar: Calendar,
    policies: tuple[Policy, ...] = (),
    days_before: int = 30,
) -> Iterable[tuple[None, Flag]]:
    """The procedure is to be reviewed within `days_before` days, or should have been."""
    for policy in {policy.id: policy for policy in policies}.values():
        due = review_day(policy, calendar)
        if policy.review and due and due - timedelta(days=days_before) <= today:
            when = "is to be reviewed by" if due >= today else "should have been reviewed by"
            said = f"The procedure “{policy.title}” {when} {long_date(due)}."
            yield None, Flag(said, policy=policy.id, due=due, clause=policy.review.clause)


def review_day(policy: Policy, calendar: Calendar) -> date | None:
    """Return the day of the next review: as written, else so long after it was issued or approved."""
    review = policy.review
    if review is None:
        return None
    since = review.approved or review.issued
    return review.next or (last_day(review.every, since, calendar) if review.every and since else None)
