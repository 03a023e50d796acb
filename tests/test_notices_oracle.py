"""Fuzzed offices: every late case reaches somebody; and a quarter, day by day, against a slow oracle."""

import os
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints_sheet.config.people import Roles
from complaints_sheet.core.model import Value
from complaints_sheet.core.notice import MailRules
from complaints_sheet.core.notices import decisions
from complaints_sheet.core.people import Directory, Person, directory
from tests.mail_by_hand import (
    AMIRA,
    CALENDAR,
    LONDON,
    MONDAY,
    PEOPLE,
    ROLES,
    TOM,
    judged,
    row,
    sent,
)

if TYPE_CHECKING:
    from complaints_sheet.core.ledger import SentSet

FUZZED = int(os.environ.get("FUZZED_OFFICES", "600"))

# --- fuzzed registers and directories -------------------------------------------------------------------

NAMES = (
    "Ann Lee",
    "ann  lee",
    "A. Lee",
    "ANN LEE",
    "Bob",
    "Bob Ray",
    "Rob Ray",
    "Zoë Öz",
    "Zoe Oz",
    "",
    "?",
    "Lee",
)
ADDRESSES = (
    *("ann@example.org", "bob@example.org", "zoe@example.org", "lee@example.org"),
    *("a@example.org, b@example.org", "ann@example.org\r\nBcc: x@evil.example", "no address", "", None),
)


@st.composite
def people(draw: st.DrawFn) -> Directory:
    found = []
    for _ in range(draw(st.integers(0, 5))):
        name = draw(st.sampled_from(NAMES))
        spellings = tuple(draw(st.lists(st.sampled_from(NAMES), max_size=2)))
        manager, deputy = (draw(st.none() | st.sampled_from(NAMES)) for _ in range(2))
        away = ((date(2026, 11, 20), date(2026, 11, 30)),) if draw(st.booleans()) else ()
        address = draw(st.sampled_from(ADDRESSES))
        found.append(Person(name, address, spellings, manager=manager, deputy=deputy, away=away))
    return directory(found)


@st.composite
def rows(draw: st.DrawFn) -> Mapping[str, Value]:
    received = draw(st.none() | st.dates(date(2026, 9, 1), date(2026, 11, 23)))
    owner = draw(st.sampled_from((*NAMES, *filter(None, ADDRESSES))))
    issue = draw(st.sampled_from(["Leak", "Ann Lee was rude", ""]))
    return row(received, owner, issue=issue, customer_name=draw(st.sampled_from(NAMES)) or None)


@settings(max_examples=FUZZED // 3, deadline=None)
@given(people(), st.lists(rows(), max_size=6))
def test_every_case_with_something_to_tell_reaches_somebody_if_anybody_can_be_reached(
    office: Directory, register: list[Mapping[str, Value]]
) -> None:
    dana = Person("Dana", "dana@example.org")
    roles = Roles(coordinator=dana)
    judgement = judged(register, people=office)
    found = decisions([judgement], office, roles, [], MONDAY, calendar=CALENDAR)
    told = {
        entry.case
        for each in found
        if each.notice and each.kind in {"owner digest", "coordinator"}
        for section in each.notice.sections
        for entry in section.entries
    }
    late = {
        f"Row {case.row}"
        for case, verdicts in zip(judgement.register.cases, judgement.verdicts, strict=True)
        if any(each.outcome == "breached" and each.stop is None for each in verdicts)
    }
    assert late <= told


# --- a simulated quarter against a slow oracle ----------------------------------------------------------


def edited(random: Random, register: list[dict[str, Value]], today: date) -> None:
    """Change the register as people do: new cases, follow-ups, closures, other owners, removed rows."""
    for _ in range(random.choice([0, 0, 1, 2])):
        owner = random.choice(["Amira Khan", "Tom Ashworth", "Amira Khan", "Nobody Known"])
        case = dict(
            row(today, owner, issue=f"Issue {random.random()}", case_ref=f"C{random.randrange(10**9)}")
        )
        register.append(case)
    for case in list(register):
        luck = random.random()
        if luck < 0.03 and not case["resolved"]:
            case.update(followed_up_on=today, resolved=True, resolution="Put right")
        elif luck < 0.04:
            case["case_owner"] = random.choice(["Amira Khan", "Tom Ashworth"])
        elif luck < 0.045:
            register.remove(case)


STEPS = (0, 3, 5, 10, 15, 20, 25, 30)


def urgency(case: Mapping[str, Value], today: date) -> tuple[str, int] | None:
    """Return, counting days one by one, how an open case stands: coming, due today, or how far past."""
    received = case["received_on"]
    if case["resolved"] or not isinstance(received, date):
        return None
    due, counted = received, 0
    while counted < 5:
        due += timedelta(days=1)
        counted += CALENDAR.is_working(due)
    if today > due:
        over = sum(CALENDAR.is_working(due + timedelta(days=n)) for n in range(1, (today - due).days + 1))
        return "over", sum(step <= over for step in STEPS)
    left = sum(CALENDAR.is_working(today + timedelta(days=n)) for n in range(1, (due - today).days + 1))
    if left == 0:
        return "today", 1
    if left <= 2:
        return "soon", 1
    first_of_week = not any(
        CALENDAR.is_working(today - timedelta(days=n)) for n in range(1, today.weekday() + 1)
    )
    same_week = due <= today + timedelta(days=6 - today.weekday())
    return ("week", 1) if first_of_week and same_week else None


@pytest.mark.parametrize("seed", range(4))
def test_a_quarter_day_by_day_agrees_with_a_slow_oracle(seed: int) -> None:
    random = Random(seed)
    register: list[dict[str, Value]] = []
    memory: tuple[SentSet, ...] = ()
    expected_memory: dict[str, dict[str, tuple[str, int]]] = {AMIRA.name: {}, TOM.name: {}}
    mails = 0
    for offset in range(100):
        today = date(2026, 9, 28) + timedelta(days=offset)
        now = datetime.combine(today, time(8), LONDON)
        found = decisions(
            [judged(register, now)], PEOPLE, ROLES, memory, now, calendar=CALENDAR, rules=MailRules(cap=1000)
        )
        digests = {
            each.receiver.name: each.notice for each in found if each.kind == "owner digest" and each.notice
        }
        for name, told in expected_memory.items():
            stands = {
                str(case["case_ref"]): state
                for case in register
                if case["case_owner"] == name and (state := urgency(case, today))
            }
            news = [
                ref
                for ref, (group, step) in stands.items()
                if ref not in told or told[ref][0] != group or told[ref][1] < step
            ]
            expected = bool(news) and CALENDAR.is_working(today)
            assert (name in digests) == expected, f"{today} {name}: {news}"
            kept = {ref: state for ref, state in told.items() if ref in stands}
            expected_memory[name] = stands if expected else kept
            if expected:
                listed = {entry.case for section in digests[name].sections for entry in section.entries}
                assert listed == set(stands)
                mails += 1
        if not CALENDAR.is_working(today):
            assert all(each.notice is None for each in found)
        again = decisions(
            [judged(register, now)], PEOPLE, ROLES, sent(found, now, memory), now, calendar=CALENDAR
        )
        assert all(each.notice is None for each in again)
        memory = sent(found, now, memory)
        edited(random, register, today)
    assert mails > 30
