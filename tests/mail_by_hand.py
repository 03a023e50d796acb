"""A small office by hand, for the tests of mail: its people, its register, what was judged on a Monday."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from complaints_sheet.config.people import Roles
from complaints_sheet.config.policies import load_policies
from complaints_sheet.core.brand import Brand
from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.digests import Letterhead
from complaints_sheet.core.judging import judge
from complaints_sheet.core.ledger import SentSet
from complaints_sheet.core.model import Judgement, Value
from complaints_sheet.core.notice import Decision
from complaints_sheet.core.notices import decisions
from complaints_sheet.core.people import Directory, Person, directory
from complaints_sheet.core.policy import PolicyChoice
from tests.registers import make_register

LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 11, 23, 8, tzinfo=LONDON)
CALENDAR = Calendar(
    "England and Wales",
    {
        date(2026, 8, 31): "Summer Bank Holiday",
        date(2026, 12, 25): "Christmas Day",
        date(2026, 12, 28): "Boxing Day (observed)",
        date(2027, 1, 1): "New Year's Day",
    },
)
AMIRA = Person(
    "Amira Khan", "amira.khan@example.org", ("A. Khan",), "Repairs Adviser", "Repairs", "Lucy Marsh"
)
TOM = Person("Tom Ashworth", "tom.ashworth@example.org", (), "Repairs Adviser", "Repairs", "Lucy Marsh")
LUCY = Person("Lucy Marsh", "lucy.marsh@example.org", (), "Head of Property", manager="Sam Osei")
DANA = Person("Dana Hughes", "dana.hughes@example.org", (), "Complaints Manager", manager="Sam Osei")
SAM = Person("Sam Osei", "sam.osei@example.org", (), "Director")
PEOPLE = directory([AMIRA, TOM, LUCY, DANA, SAM])
ROLES = Roles(coordinator=DANA, director=SAM)
LETTERHEAD = Letterhead("Example Homes", MONDAY, Brand(), DANA)
POLICY = PolicyChoice(load_policies(["customer-issue-reporting"], None))

Row = Mapping[str, Value]


def row(received: date | None, owner: str = "Amira Khan", **values: Value) -> Row:
    """Return an open case with every cell filled in that an open case needs; None leaves a cell blank."""
    filled: dict[str, Value | None] = {
        "case_owner": owner,
        "department": "Repairs",
        "received_on": received,
        "resolved": False,
        "customer_name": "Margaret Ellis",
        "issue": "Missed appointment, Mrs Ellis waited in all day",
        **values,
    }
    return {field: value for field, value in filled.items() if value not in (None, "")}


def done(received: date, followed_up: date, owner: str = "Amira Khan", **values: Value) -> Row:
    """Return a case that was followed up and closed."""
    more: dict[str, Value] = {
        "followed_up_on": followed_up,
        "resolved": True,
        "resolution": "Put right",
        **values,
    }
    return row(received, owner, **more)


def judged(rows: Sequence[Row], now: datetime = MONDAY, people: Directory = PEOPLE) -> Judgement:
    """Return the rows judged by the default policy at a moment."""
    named = [{"customer_name": f"Customer {number}", **each} for number, each in enumerate(rows)]
    return judge(make_register(named), POLICY, CALENDAR, now, people)


def decided(
    rows: Sequence[Row],
    now: datetime = MONDAY,
    last: Iterable[SentSet] = (),
    people: Directory = PEOPLE,
    **more,
) -> tuple[Decision, ...]:
    """Return every decision for the rows, but for the weekly review, which `reviewed` returns."""
    found = decisions([judged(rows, now, people)], people, ROLES, last, now, calendar=CALENDAR, **more)
    return tuple(each for each in found if each.kind != "weekly review")


def reviewed(
    rows: Sequence[Row],
    now: datetime = MONDAY,
    last: Iterable[SentSet] = (),
    people: Directory = PEOPLE,
    **more,
) -> tuple[Decision, ...]:
    """Return what is decided of the weekly review of the rows."""
    found = decisions([judged(rows, now, people)], people, ROLES, last, now, calendar=CALENDAR, **more)
    return tuple(each for each in found if each.kind == "weekly review")


def of(found: Iterable[Decision], kind: str, person: Person) -> Decision:
    """Return the one decision of a kind for a person."""
    (decision,) = [each for each in found if each.kind == kind and each.receiver == person]
    return decision


def sent(found: Iterable[Decision], at: datetime, before: Iterable[SentSet] = ()) -> tuple[SentSet, ...]:
    """Return what the memory holds after these decisions were carried out at a moment."""
    sets = {(each.kind, each.receiver): each for each in before}
    for each in found:
        key = (each.kind, each.receiver.email or "")
        if each.notice:
            sets[key] = SentSet(key[1], each.kind, "folder", each.told, at, "<cs.1@example.org>")
        elif key in sets:
            sets[key] = replace(sets[key], told=each.told)
    return tuple(sets.values())


# A Monday with one of everything: past the standard, due today, coming, open long, gaps, an unknown owner.
OFFICE: Sequence[Row] = (
    row(date(2026, 10, 13)),
    row(date(2026, 11, 9), issue='Repeat repair <third visit> & "still leaking"'),
    row(date(2026, 11, 13), issue="Lift out of order"),
    row(date(2026, 11, 16), issue="Delay with the boiler part"),
    row(date(2026, 11, 18), issue="Noise from the works"),
    row(date(2026, 10, 1), followed_up_on=date(2026, 10, 5), issue="Damp in the hall"),
    done(date(2026, 11, 2), date(2026, 11, 3), resolution="", issue="Rude on the telephone"),
    row(date(2026, 11, 9), "Tom Ashworth", issue="Fence panel down"),
    row(date(2026, 11, 10), "Amirah Kahn", issue="Gutter blocked"),
    row(date(2026, 11, 20), "", issue="Skip left in the car park"),
    done(date(2026, 10, 6), date(2026, 10, 7), "Agency temp", issue="Keys not ready"),
)
