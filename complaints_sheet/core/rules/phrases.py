"""Words that several rules share: days as people say them, and the names of clocks and cases."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache

from complaints_sheet.core.calendar import DAY_NAMES
from complaints_sheet.core.model import Case, Verdict
from complaints_sheet.core.policy import Policy
from complaints_sheet.core.wording import clock_time, day_near


def day_name(moment: date | datetime, today: date) -> str:
    """Return a day as "Mon 9 Nov", with its year where it could be misread and its time where it has one."""
    day = moment.date() if isinstance(moment, datetime) else moment
    text = f"{DAY_NAMES[day.weekday()][:3]} {day_near(day, today)}"
    return f"{text} {clock_time(moment)}" if isinstance(moment, datetime) else text


def place(case: Case, beside: Case) -> str:
    """Return where a case stands, seen from another: "row 12", with its sheet or file where they differ."""
    if case.source != beside.source:
        return f"{case.source}, sheet {case.sheet}, row {case.row}"
    return f"row {case.row}" if case.sheet == beside.sheet else f"sheet {case.sheet}, row {case.row}"


def clock_title(verdict: Verdict, policies: Sequence[Policy]) -> str:
    """Return the name of a clock as its policy writes it, with the policy's title where there are several."""
    titles = _titles(tuple(policies))
    return titles.get((verdict.policy, verdict.clock)) or _readable(verdict.clock)


@lru_cache(maxsize=256)
def _titles(policies: tuple[Policy, ...]) -> dict[tuple[str, str], str]:
    several = len({policy.id for policy in policies}) > 1
    return {
        (policy.id, clock.id): f"{clock.title} ({policy.title})" if several else clock.title
        for policy in policies
        for clock in policy.clocks
    }


def _readable(clock_id: str) -> str:
    return clock_id.replace("-", " ").capitalize()
