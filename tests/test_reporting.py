"""The reporting calendar of a policy."""

from datetime import date

import pytest

from complaints_sheet.core.reporting import last_period, reports_due
from tests.policy_cases import england, preset


@pytest.mark.parametrize(
    ("every", "today", "first", "last"),
    [
        ("week", "2026-11-23", "2026-11-16", "2026-11-22"),
        ("week", "2026-11-22", "2026-11-09", "2026-11-15"),
        ("month", "2026-01-01", "2025-12-01", "2025-12-31"),
        ("quarter", "2026-11-23", "2026-07-01", "2026-09-30"),
        ("half-year", "2026-06-30", "2025-07-01", "2025-12-31"),
        ("year", "2026-11-23", "2025-01-01", "2025-12-31"),
    ],
)
def test_a_report_covers_the_last_whole_period(every, today, first, last):
    found = last_period(every, date.fromisoformat(today))
    assert found == (date.fromisoformat(first), date.fromisoformat(last))


def test_the_half_yearly_return_is_due_thirty_working_days_after_the_period():
    (found,) = reports_due(preset("fca-disp"), date(2026, 7, 1), england())
    assert (found.first, found.last, found.due) == (date(2026, 1, 1), date(2026, 6, 30), date(2026, 8, 11))


def test_what_comes_every_fortnight_follows_the_meetings():
    assert reports_due(preset("customer-issue-reporting"), date(2026, 11, 23), england()) == ()


def test_weekly_quarterly_and_yearly_reports_stand_side_by_side():
    found = reports_due(preset("feedback-and-complaints"), date(2026, 11, 23), england())
    assert [(each.report.id, each.last) for each in found] == [
        ("weekly", date(2026, 11, 22)),
        ("quarterly", date(2026, 9, 30)),
        ("yearly", date(2025, 12, 31)),
    ]
