"""The reporting calendar of a policy: which period a report covers next, and by when it is due."""

from dataclasses import dataclass
from datetime import date, timedelta

from complaints_sheet.core.calendar import ONE_DAY, Calendar
from complaints_sheet.core.limits import add_months, last_day
from complaints_sheet.core.policy import Policy, Report

_MONTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class ReportDue:
    """A report on the days from `first` to `last`, both included; `due` is None where no day is set."""

    report: Report
    first: date
    last: date
    due: date | None


def reports_due(policy: Policy, today: date, calendar: Calendar) -> tuple[ReportDue, ...]:
    """Return each report of the policy on the last period that had ended before `today`.

    Weeks begin on Monday; months, quarters, half-years and years are those of the calendar. What comes every
    fortnight follows the meetings, which have a calendar of their own, and is left out.
    """
    found = []
    for report in policy.reports:
        period = last_period(report.every, today)
        if period:
            within = report.due_within
            due = last_day(within, period[1], policy.own_calendar or calendar) if within else None
            found.append(ReportDue(report, *period, due))
    return tuple(found)


def last_period(every: str, today: date) -> tuple[date, date] | None:
    """Return the first and last day of the last whole period before `today`, or None for a fortnight."""
    if every == "week":
        monday = today - timedelta(days=today.weekday() + 7)
        return monday, monday + timedelta(days=6)
    months = _MONTHS.get(every)
    if months is None:
        return None
    begun = today.replace(month=(today.month - 1) // months * months + 1, day=1)
    return add_months(begun, -months), begun - ONE_DAY
