"""Which rows have been kept long enough, and which must still be kept."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.model import Case
from complaints_sheet.core.policy import Policy, PolicyChoice
from complaints_sheet.core.procedure import keep_until

KEPT_YEARS = 3
LAST_DATES = ("closed_on", "resolved_on", "followed_up_on", "last_contact_on", "received_on")
"""The dates of which the latest begins the retention period."""


@dataclass(frozen=True, slots=True)
class Disposal:
    """A case older than the retention period, and the day that ended. Nothing is deleted by itself."""

    case: Case
    since: date


def ready_for_disposal(
    cases: Iterable[Case],
    today: date,
    years: int = KEPT_YEARS,
    by_policy: Callable[[Case], date | None] = lambda _: None,
) -> tuple[Disposal, ...]:
    """Return the closed cases kept for longer than they must be, the oldest first.

    `by_policy` gives the last day of a case by its policy's own words. Where it says nothing, the period is
    so many years from the last date the case has (closed, resolved, followed up, received). An open case, or
    one without a date, is never ready.
    """
    ready = []
    for case in cases:
        until = by_policy(case) or kept_until(map(case.day, LAST_DATES), years)
        if until is not None and until < today and not case.open:
            ready.append(Disposal(case, until))
    return tuple(sorted(ready, key=lambda each: each.since))


def keeping(policies: PolicyChoice, calendar: Calendar) -> Callable[[Case], date | None]:
    """Return the function that gives the last day on which a case must be kept, None where it has no date.

    Its policies say so; where they do not, it is the longest period that any of them names.
    """
    years = kept_years(policies.all)

    def until(case: Case) -> date | None:
        days = [keep_until(case, policy, calendar) for policy in policies.policies_for(case)]
        return max(filter(None, days), default=None) or kept_until(map(case.day, LAST_DATES), years)

    return until


def usually_kept(case: Case) -> date | None:
    """Return the last day on which a case must be kept where no policy is known."""
    return kept_until(map(case.day, LAST_DATES))


def kept_years(policies: Iterable[Policy]) -> int:
    """Return for how many whole years the policies keep a record, the longest of them; else the usual."""
    kept = (each.retention.keep for each in policies if each.retention)
    return max((-(-keep.size // 12) for keep in kept if keep.unit == "calendar month"), default=KEPT_YEARS)


def kept_until(days: Iterable[date | None], years: int = KEPT_YEARS) -> date | None:
    """Return the last day on which a case with these dates must be kept, or None where it has no date."""
    last = max(filter(None, days), default=None)
    return years_after(last, years) if last else None


def years_after(day: date, years: int) -> date:
    """Return the same day so many years later; 29 February becomes 28 February where it must."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
