"""Dates to keep in mind: when the procedure is reviewed, which reports are due, which records may go."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.model import Case, Judgement
from complaints_sheet.core.policy import Policy
from complaints_sheet.core.procedure import keep_until
from complaints_sheet.core.reporting import reports_due
from complaints_sheet.core.retention import Disposal, kept_years, ready_for_disposal
from complaints_sheet.core.rules.reviews import review_day
from complaints_sheet.core.wording import count, long_date, period


@dataclass(frozen=True, slots=True)
class Reminder:
    """One date to keep in mind: what it is about, when, and what is to be done."""

    what: str
    when: str
    note: str


def reminders(
    judgements: Sequence[Judgement], policies: Sequence[Policy], calendar: Calendar
) -> tuple[Reminder, ...]:
    """Return the reviews and reports of the policies, then how many records have been kept long enough.

    Without policies nothing is known of reviews or retention, and nothing is said.
    """
    if not policies or not judgements:
        return ()
    today = judgements[0].as_of.date()
    newest = {policy.id: policy for policy in policies}.values()
    found = [*_reviews(newest, today, calendar), *_reports(newest, today, calendar)]
    return (*found, _retention(judgements, policies, calendar))


def _reviews(policies: Iterable[Policy], today: date, calendar: Calendar) -> Iterator[Reminder]:
    for policy in policies:
        due = review_day(policy, calendar)
        when = long_date(due) if due else "no date is set"
        note = "Overdue." if due and due < today else "" if due else "Its review date is not in the policy."
        yield Reminder(f"Review of “{policy.title}”", when, note)


def _reports(policies: Iterable[Policy], today: date, calendar: Calendar) -> Iterator[Reminder]:
    for policy in policies:
        for each in reports_due(policy, today, calendar):
            about = f"Covers {period(each.first, each.last)}, to {each.report.to}."
            when = long_date(each.due) if each.due else f"every {each.report.every}"
            yield Reminder(each.report.name, when, about)


def _retention(judgements: Sequence[Judgement], policies: Sequence[Policy], calendar: Calendar) -> Reminder:
    """Return how many closed records have been kept for as long as their policies ask; none is deleted."""
    today = judgements[0].as_of.date()
    by_id: Mapping[str, Policy] = {policy.id: policy for policy in policies}
    ready: list[Disposal] = []
    for judgement in judgements:
        applied = {
            id(case): {verdict.policy for verdict in verdicts}
            for case, verdicts in zip(judgement.register.cases, judgement.verdicts, strict=True)
        }

        def by_policy(case: Case, applied: Mapping[int, set[str]] = applied) -> date | None:
            days = (keep_until(case, by_id[name], calendar) for name in applied[id(case)] if name in by_id)
            return max(filter(None, days), default=None)

        ready += ready_for_disposal(judgement.register.cases, today, kept_years(policies), by_policy)
    if not ready:
        return Reminder("Records kept long enough", "none", "Every closed record must still be kept.")
    oldest = long_date(min(each.since for each in ready))
    words = f"{count(len(ready), 'closed record')}, the first since {oldest}"
    return Reminder(
        "Records kept long enough", words, "Decide on their disposal; the program deletes nothing by itself."
    )
