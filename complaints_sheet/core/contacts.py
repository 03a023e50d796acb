"""Clocks about staying in touch: a contact on the day itself, and contact at least every so often."""

from datetime import date
from itertools import pairwise

from complaints_sheet.core.deadlines import unknown_reason
from complaints_sheet.core.events import (
    Contacts,
    Event,
    Unknown,
    contacts,
    day_of,
    earliest_recorded,
    first_recorded,
)
from complaints_sheet.core.model import Case, Interval, Verdict
from complaints_sheet.core.outcomes import Judging, due_from, is_after, not_started, unstopped


def same_day_verdict(judging: Judging, case: Case) -> Verdict:
    """Return whether the customer was contacted on the day itself, weekend or not."""
    start = first_recorded(case, judging.clock.starts)
    if isinstance(start, Unknown):
        return not_started(judging, start)
    if isinstance(start, Interval):
        return judging.verdict("cannot_judge", ONLY_SEEN)
    day, today = day_of(start), judging.as_of.today
    found = contacts(case, judging.clock.contacts, day, today)
    doubt = _contact_doubt(found, day, today) or _later_only(found, day)
    if doubt:
        return judging.verdict("cannot_judge", doubt, start=day, due=day)
    if day in found.days:
        return judging.verdict("met", start=day, due=day, stop=day)
    late = found.days[0] if found.days else None
    running = late is None and today <= day
    return judging.verdict("running" if running else "breached", start=day, due=day, stop=late)


ONLY_SEEN = "nobody wrote down the day on which the time started"


def _later_only(found: Contacts, day: date) -> str | None:
    later = found.days and found.days[0] > day
    return (
        "only a later contact is recorded, and no contact log shows an earlier one"
        if later and not found.logged
        else None
    )


def _contact_doubt(found: Contacts, start: date, today: date) -> str | None:
    if found.unknown:
        return unknown_reason(found.unknown)
    if found.days and found.days[0] < start:
        return "a contact is dated before the start"
    return "a contact is dated in the future" if found.days and found.days[-1] > today else None


# --- contact at least every so often ----------------------------------------------------------------------


def updates_verdict(judging: Judging, case: Case) -> Verdict:
    """Return whether the customer was never left longer than the limit without a contact."""
    clock, as_of = judging.clock, judging.as_of
    start = first_recorded(case, clock.starts)
    if isinstance(start, Unknown):
        return not_started(judging, start)
    if isinstance(start, Interval):
        return judging.verdict("cannot_judge", ONLY_SEEN)
    day = day_of(start)
    found = contacts(case, clock.contacts, day, as_of.today)
    doubt = _contact_doubt(found, day, as_of.today)
    if doubt:
        return judging.verdict("cannot_judge", doubt, start=day)
    stop = earliest_recorded(case, clock.stops)
    if isinstance(stop, Unknown) and stop.why == "unreadable":
        return judging.verdict("cannot_judge", unknown_reason(stop), start=day)
    if isinstance(stop, Unknown) and case.open:
        return _silence(judging, case, max((day, *found.days)))
    return _finished_updates(judging, case, day, found, stop)


def _silence(judging: Judging, case: Case, last_contact: date) -> Verdict:
    due = due_from(judging, case, last_contact)
    if isinstance(due, Unknown):
        return judging.verdict("cannot_judge", unknown_reason(due), start=last_contact)
    return unstopped(judging, last_contact, due)


def _finished_updates(judging: Judging, case: Case, start: date, found: Contacts, stop: Event) -> Verdict:
    """Return how a finished case was kept informed: no silence longer than the limit, as far as recorded."""
    if isinstance(stop, Interval):
        return judging.verdict("cannot_judge", "nobody wrote down the day on which it ended", start=start)
    end = None if isinstance(stop, Unknown) else day_of(stop)
    if end is not None and not start <= end <= judging.as_of.today:
        return judging.verdict("cannot_judge", "its date is in the future or before the start", start=start)
    before_end = (day for day in found.days if end is None or day < end)
    for last, following in pairwise((start, *before_end, *([end] if end else ()))):
        too_long = _silence_between(judging, case, found, last, following)
        if too_long:
            return too_long
    if end is None:
        return judging.verdict("cannot_judge", "nobody wrote down the day on which it ended", start=start)
    return judging.verdict("met", start=start, stop=end)


def _silence_between(
    judging: Judging, case: Case, found: Contacts, last: date, following: date
) -> Verdict | None:
    """Return the verdict that a silence gives where it was longer than the limit, or may have been."""
    due = due_from(judging, case, last)
    if isinstance(due, Unknown):
        return judging.verdict("cannot_judge", unknown_reason(due), start=last)
    if due.endless or not is_after(following, due.earliest):
        return None
    if found.logged and due.latest is not None and is_after(following, due.latest):
        return judging.verdict("breached", start=last, due=due.latest, stop=following)
    return judging.verdict(
        "cannot_judge", due.doubt or "no contact log shows what came in between", start=last, due=due.earliest
    )
