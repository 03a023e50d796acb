"""Registers built by hand for the tests of the pack: a case a line, the standard reckoned on paper."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.fields import FIELDS, NINE_IDS
from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import (
    Case,
    CellProblem,
    Column,
    Finding,
    Interval,
    Judgement,
    LateBy,
    Layout,
    Money,
    Register,
    Value,
    Verdict,
)

LONDON = ZoneInfo("Europe/London")
CALENDAR = Calendar("by hand", {date(2026, 11, 11): "Office closed"})
PERIOD = Period(date(2026, 11, 9), date(2026, 11, 22))
MONDAY = datetime(2026, 11, 23, 8, tzinfo=LONDON)
DAYS = 5  # the standard, in working days


def nov(day: int) -> date:
    """Return a day of November 2026."""
    return date(2026, 11, day)


def pounds(amount: str) -> Money:
    """Return an amount in pounds."""
    return Money(Decimal(amount), "GBP")


class Sheet:
    """A register that is filled a case at a time."""

    def __init__(self, *fields: str, without: Sequence[str] = ()) -> None:
        ids = [each for each in ("case_ref", *NINE_IDS, *fields) if each not in without]
        self.columns = {
            each: Column(each, number, chr(64 + number), FIELDS[each].heading)
            for number, each in enumerate(ids, 1)
        }
        self.cases: list[Case] = []
        self.layout = Layout("register.xlsx", "Register", 1, 0, self.columns)

    def add(
        self,
        ref: str,
        received: date | None,
        followed: date | None = None,
        resolved: bool | None = False,
        *,
        problems: Mapping[str, CellProblem] | None = None,
        observed: Mapping[str, Interval] | None = None,
        **other: Value,
    ) -> "Sheet":
        """Add a case with the usual owner, customer and words, unless told otherwise."""
        values: dict[str, Value] = {
            "case_owner": "Amira Khan",
            "department": "Repairs",
            "customer_name": f"Customer {ref}",
            "issue": "The boiler is off again",
            "resolution": "Part fitted" if resolved else "",
            **other,
        }
        if ref:
            values["case_ref"] = ref
        dated = {"received_on": received, "followed_up_on": followed, "resolved": resolved}
        values |= {field: value for field, value in dated.items() if value is not None}
        kept = {
            field: value
            for field, value in values.items()
            if value not in {"", None} and field in self.columns
        }
        row = len(self.cases) + 2
        case = Case("main", row, self.layout, kept, problems or {}, (), observed=observed or {})
        self.cases.append(case)
        return self

    def judged(self, as_of: datetime = MONDAY, findings: Sequence[Finding] = ()) -> Judgement:
        """Return the register judged by the five-day standard."""
        layout = Layout("register.xlsx", "Register", 1, len(self.cases), self.columns)
        register = Register(
            "main", "Main register", "register.xlsx", "ab" * 32, (layout,), tuple(self.cases), (), ()
        )
        verdicts = tuple((follow_up(case, as_of.date()),) for case in self.cases)
        return Judgement(register, as_of, verdicts, tuple(findings), (), (("by-hand", "1"),))


def follow_up(case: Case, today: date) -> Verdict:
    """Return the verdict of the standard, by the words of the default nine-column policy."""
    received, followed = case.day("received_on"), case.day("followed_up_on")
    if received is None:
        return Verdict("follow-up", "by-hand", "cannot_judge", reason="no date received")
    due = CALENDAR.add_working_days(received, DAYS)
    if followed and (followed < received or followed > today):
        return Verdict(
            "follow-up", "by-hand", "cannot_judge", start=received, due=due, reason="dates out of order"
        )
    if followed is None and not case.open:
        return Verdict(
            "follow-up", "by-hand", "cannot_judge", start=received, due=due, reason="no date followed up"
        )
    stop = followed or today
    if stop > due:
        late = LateBy(CALENDAR.working_days_between(due, stop), "working day")
        return Verdict(
            "follow-up", "by-hand", "breached", start=received, due=due, stop=followed, late_by=late
        )
    outcome = "met" if followed else "running"
    return Verdict("follow-up", "by-hand", outcome, start=received, due=due, stop=followed)


def known_fortnight() -> Sheet:
    """Return the fortnight whose every figure is known; 11 November is closed.

    Due days, counted on paper: A1 9 Nov, A2 10, A3 12, A4 16, A5 19, A6 20, A7 23, A8 24, A12 18.
    """
    return (
        Sheet()
        .add("A1", nov(2), nov(9), True)
        .add("A2", nov(3), nov(12), True)
        .add("A3", nov(4), nov(12), False)
        .add("A4", nov(6))
        .add("A5", nov(12), None, True)
        .add("A6", nov(13))
        .add("A7", nov(16), nov(16), True)
        .add("A8", nov(17))
        .add("A9", None)
        .add("A10", date(2026, 10, 1), date(2026, 10, 5), True)
        .add("A12", nov(10), nov(5))
    )
