"""Cases, calendars and policies in few words, for the tests of the policy engine."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from complaints_sheet.config.closed_days import CalendarConfig, calendar_from
from complaints_sheet.config.policies import load_policies
from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.clocks import reckoning, verdicts
from complaints_sheet.core.model import Case, Interval, Reckoning, Value, Verdict
from complaints_sheet.core.policy import Policy
from tests.registers import make_case

LONDON = ZoneInfo("Europe/London")


@cache
def england() -> Calendar:
    """Return the working days of England and Wales, with one closed day of the office's own."""
    return calendar_from(CalendarConfig("GB", "ENG", {date(2026, 12, 24): "Office closed"}), 2015, 2035)


def preset(policy_id: str) -> Policy:
    """Return the newest version of a shipped policy."""
    return load_policies([policy_id])[-1]


def written(text: str, folder: Path, name: str = "ours") -> Policy:
    """Return the newest version of a policy written as YAML."""
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load_policies([name], folder)[-1]


def clock_policy(clock: str, folder: Path, more: str = "") -> Policy:
    """Return a policy with one clock, `respond`, written as the lines of its body."""
    body = "\n".join(f"    {line}" for line in clock.strip().splitlines())
    text = f'id: ours\nversion: "1"\ntitle: Ours\n{more}\nclocks:\n  respond:\n    title: Answer\n{body}\n'
    return written(text, folder)


def at(text: str) -> datetime:
    """Return the local moment of "2026-11-20" (its end) or "2026-11-20 08:00", aware."""
    moment = datetime.fromisoformat(text if " " in text else f"{text} 23:59:59")
    return moment.replace(tzinfo=LONDON)


def understood(text: str | bool) -> Value:
    """Return "2026-11-20" as a date, "2026-11-20 16:40" as a moment, and anything else as it is."""
    if isinstance(text, bool) or text[:2] != "20":
        return text
    return datetime.fromisoformat(text) if " " in text else date.fromisoformat(text)


def case_of(
    values: Mapping[str, str | bool],
    columns: Iterable[str] = (),
    observed: Mapping[str, tuple[str | None, str]] = {},
) -> Case:
    """Return a case of these values and blank `columns`; `observed` is (last run without, first with)."""
    case = make_case({field: understood(text) for field, text in values.items()})
    fields = dict.fromkeys((*case.layout.columns, *columns))
    case = make_case(case.values, fields)
    seen = {field: Interval(after and at(after), at(until)) for field, (after, until) in observed.items()}
    object.__setattr__(case, "observed", seen)
    return case


def judged(case: Case, policy: Policy, clock: str, as_of: str) -> Verdict:
    """Return the verdict of one clock, by the calendar of England and Wales."""
    found = verdicts(case, policy, england(), at(as_of))
    return next(verdict for verdict in found if verdict.clock == clock)


def worked(case: Case, policy: Policy, clock: str, as_of: str) -> Reckoning:
    """Return the reckoning of one clock, by the calendar of England and Wales."""
    return reckoning(case, policy, clock, england(), at(as_of))
