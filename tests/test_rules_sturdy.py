"""No row that a person can type makes a rule fail, and no register makes judging slow."""

import time
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice, permutations
from pathlib import Path
from random import Random
from typing import Any

import pytest

from complaints_sheet.config.policies import load_policies
from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.judging import judge
from complaints_sheet.core.model import Case, CellProblem, Money, Register, Value
from complaints_sheet.core.people import Person, directory
from complaints_sheet.core.policy import PolicyChoice
from tests.oracle.policy_files import MADE_UP, SHIPPED, policy_ids
from tests.registers import SOURCE, layout, make_register
from tests.rule_examples import ENGLAND, as_of

NOW = as_of("2026-11-23T08:00")
TODAY = date(2026, 11, 23)
POLICIES = [(policy, folder) for folder in (SHIPPED, MADE_UP) for policy in policy_ids(folder)]
PEOPLE = directory(
    [
        Person("Amira Khan", "amira.khan@example.org", ("A. Khan",), title="Complaints Officer"),
        Person("Asif Khan", None, ("A. Khan",)),
        Person("Siobhan O'Dowd", "siobhan.odowd@example.org"),
    ]
)
ROLES = {"director": ("Sam Osei",)}
NAMES = ("Amira Khan", "A Khan", "Asif Khan", "Amira / Asif", "Müller-Łukasz, Zoë", "李小龍", ".", "?")
TEXTS = (
    "x",
    "Leaking pipe",
    "Says Amira Khan was rude",
    "١٢٣",
    "=1+1",
    "🙂" * 40,
    "word " * 500,
    "none",
    "-",
)
DAYS_AWAY = (0, 1, -1, -7, -30, -400, 60, 4000, -4000)
ENDS_OF_TIME = (date(1990, 1, 1), date(2099, 12, 31), datetime(2099, 12, 31, 23, 59))  # what is read


def any_value(field: str, chance: Random) -> Value:
    """Return some value that the field's cells may be understood as."""
    kind = FIELDS[field].kind
    if kind == "date":
        if chance.random() < 0.03:
            return chance.choice(ENDS_OF_TIME)
        day = TODAY + timedelta(days=chance.choice(DAYS_AWAY))
        return datetime(day.year, day.month, day.day, chance.randrange(24)) if chance.random() < 0.4 else day
    if kind == "yes_no":
        return chance.random() < 0.5
    if kind == "money":
        return Money(Decimal(chance.choice([0, -5, 10**9])), "GBP")
    if kind == "listed":
        return chance.choice([*FIELDS[field].listed, "something else"])
    return chance.choice(NAMES if kind == "name" else TEXTS)


def odd_register(chance: Random, rows: int) -> Register:
    """Return a register of rows in which any cell may hold anything, be blank, or be unreadable."""
    sheets = []
    cases = []
    for name in ("One", "Two", "Three"):
        fields = [field for field in FIELDS if chance.random() < (1.0 if name == "One" else 0.7)]
        sheets.append(layout(fields, rows, name))
    for row in range(rows):
        where = chance.choice(sheets)
        values: dict[str, Any] = {}
        problems = {}
        for field in where.columns:
            luck = chance.random()
            if luck < 0.05:
                problems[field] = CellProblem("unreadable", "31/02/26", "?")
            elif luck < 0.7:
                values[field] = any_value(field, chance)
        values = {field: value for field, value in values.items() if value != ""}
        cases.append(Case("main", row + 2, where, values, problems, ()))
    return Register("main", "Register", SOURCE, "0" * 64, tuple(sheets), tuple(cases), (), ())


@pytest.mark.parametrize(("policy", "folder"), POLICIES, ids=[policy for policy, _ in POLICIES])
def test_no_rule_fails_on_any_row(policy: str, folder: Path):
    register = odd_register(Random(policy), 150)
    judgement = judge(
        register, PolicyChoice(load_policies([policy], folder)), ENGLAND, NOW, PEOPLE, roles=ROLES
    )
    assert judgement.faults == ()
    assert len({found.key for found in judgement.findings}) == len(judgement.findings)
    assert all(found.message and "None" not in found.message for found in judgement.findings)


def test_all_shipped_policies_stand_side_by_side():
    register = odd_register(Random("side by side"), 60)
    every = PolicyChoice(load_policies(policy_ids(SHIPPED)))
    assert judge(register, every, ENGLAND, NOW, PEOPLE, roles=ROLES).faults == ()


SAME: dict[str, Value] = {
    "case_owner": "Amira Khan",
    "department": "Repairs",
    "received_on": date(2026, 11, 2),
    "resolved": False,
    "customer_name": "Maya Birch",
    "issue": "Leaking pipe again",
}
CROWD = 6000
CROWDS: dict[str, list[dict[str, Value]]] = {
    "one customer with one issue every day": [
        SAME | {"issue": f"Leaking pipe {n}", "received_on": TODAY - timedelta(days=n % 80)}
        for n in range(CROWD)
    ],
    "one row again and again": [SAME] * CROWD,
    "names that differ by slips": [
        SAME | {"customer_name": "".join(letters) + "birch smith"}
        for letters in islice(permutations("abcdefgh"), CROWD)
    ],
    "as many unknown owners as cases": [
        SAME | {"case_owner": f"Temp {n}", "customer_name": f"Customer {n}"} for n in range(CROWD)
    ],
}


@pytest.mark.parametrize("crowd", CROWDS)
def test_judging_stays_quick_where_everything_is_alike(crowd: str):
    register = make_register(CROWDS[crowd])
    policies = PolicyChoice(load_policies(["customer-issue-reporting"]))
    started = time.process_time()
    judgement = judge(register, policies, ENGLAND, NOW, PEOPLE)
    assert judgement.faults == ()
    assert time.process_time() - started < 8  # seconds; a comparison of every pair would take minutes
