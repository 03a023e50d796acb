"""Judging a register: every rule is asked, a failing one is named once, and nothing is judged in silence."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

import pytest

from complaints_sheet.core.findings import finding
from complaints_sheet.core.judging import judge
from complaints_sheet.core.limits import Limit
from complaints_sheet.core.model import Case, Flag, Judgement, Register
from complaints_sheet.core.people import Person, directory
from complaints_sheet.core.policy import Clock, Policy, PolicyChoice
from complaints_sheet.core.rules import RULES, rule
from complaints_sheet.errors import ConfigError
from tests.registers import layout, make_register
from tests.rule_examples import ENGLAND, as_of

FOLLOW_UP = Clock("follow-up", "Follow-up", Limit(5, "working day"), stops=("followed_up_on",))
ACKNOWLEDGE = Clock("acknowledge", "Acknowledgement", Limit(1, "working day"), stops=("acknowledged_on",))
OWN = Policy("own", "2026", "Our procedure", (FOLLOW_UP,), open_too_long=Limit(10, "working day"))
CODE = Policy("code", "1", "The ombudsman's code", (ACKNOWLEDGE, FOLLOW_UP))
NOW = as_of("2026-11-23T08:00")
LATE = {
    "case_owner": "Amira Khan",
    "department": "Repairs",
    "received_on": date(2026, 11, 2),
    "resolved": False,
} | {"customer_name": "Maya Birch", "issue": "Leaking pipe"}
FINE = LATE | {
    "followed_up_on": date(2026, 11, 3),
    "resolved": True,
    "resolution": "Mended",
    "issue": "Fence",
}


def judged(register: Register, *policies: Policy, **more) -> Judgement:
    return judge(register, PolicyChoice(policies or (OWN,)), ENGLAND, NOW, **more)


def said(judgement: Judgement) -> list[tuple[int | None, str]]:
    return [(each.row, each.rule) for each in judgement.findings]


@rule("low")
def noisy(case: Case, today: date) -> Iterable[Flag]:
    """Says something of every case."""
    yield Flag(f"{today}")


@rule("low")
def broken(case: Case, today: date) -> Iterable[Flag]:
    """Fails on the first case only."""
    if case.row == 2:
        raise ValueError("a value that no log may hold")
    yield Flag("still asked")


@rule("low", scope="register")
def broken_together(cases: Sequence[Case], today: date) -> Iterable[tuple[Case, Flag]]:
    """Fails after its first finding."""
    yield cases[0], Flag("said before it failed")
    raise KeyError(cases)


@rule("low", scope="policy")
def of_each(case: Case, today: date, policy: Policy, size: int = 1) -> Iterable[Flag]:
    """Says something of every case under every policy."""
    yield Flag(f"{policy.title} {size}")


def test_verdicts_stand_beside_their_cases_and_list_every_clock_of_every_policy():
    judgement = judged(make_register([LATE, FINE]), OWN, CODE)
    assert [[(v.policy, v.clock) for v in of_case] for of_case in judgement.verdicts] == [
        [("own", "follow-up"), ("code", "acknowledge"), ("code", "follow-up")]
    ] * 2
    assert judgement.policies == (("own", "2026"), ("code", "1"))


def test_two_policies_are_told_apart_in_words_and_keys():
    breaches = [
        each for each in judged(make_register([LATE]), OWN, CODE).findings if each.rule == "clock-breached"
    ]
    assert [each.message for each in breaches] == [
        "Follow-up (Our procedure): due Mon 9 Nov, now 10 working days late.",
        "Follow-up (The ombudsman's code): due Mon 9 Nov, now 10 working days late.",
    ]
    assert len({each.key for each in breaches}) == 2


def test_a_breach_carries_its_due_date_clock_policy_and_owner():
    breach = judged(make_register([LATE])).findings[0]
    assert (breach.due, breach.clock, breach.policy, breach.owner) == (
        date(2026, 11, 9),
        "follow-up",
        "own",
        "Amira Khan",
    )


def test_findings_come_in_the_order_of_the_register_those_about_cells_first():
    rows = [LATE, FINE, LATE]
    register = make_register(rows)
    about_a_cell = finding(register.cases[2], "unreadable-value", "medium", Flag("?", field="received_on"))
    judgement = judged(replace(register, findings=(about_a_cell,)), rules={"noisy": noisy} | dict(RULES))
    assert said(judgement) == [
        (4, "unreadable-value"),
        (2, "noisy"), (2, "clock-breached"),
        (3, "noisy"),
        (4, "noisy"), (4, "clock-breached"), (4, "duplicate-row"),
    ]  # fmt: skip


def test_equal_rows_keep_different_keys_also_for_what_was_found_while_reading():
    register = make_register([LATE, LATE])
    cells = tuple(
        finding(each, "unreadable-value", "low", Flag("?", field="issue")) for each in register.cases
    )
    findings = judged(replace(register, findings=cells)).findings
    assert len({each.key for each in findings}) == len(findings)


def test_keys_do_not_depend_on_the_order_of_the_rows():
    rows = [LATE | {"issue": f"Leaking pipe {number}"} for number in range(5)]
    forward, backward = (judged(make_register(each)) for each in (rows, rows[::-1]))
    assert {each.key for each in forward.findings} == {each.key for each in backward.findings}


def test_a_rule_that_raises_is_named_once_and_the_others_go_on():
    rules = {"broken": broken, "broken-together": broken_together, "noisy": noisy}
    judgement = judged(make_register([LATE, FINE]), rules=rules)
    assert said(judgement) == [(2, "noisy"), (2, "broken-together"), (3, "broken"), (3, "noisy")]
    assert [(each.rule, each.exception, each.custom) for each in judgement.faults] == [
        ("broken-together", "KeyError", True),
        ("broken", "ValueError", True),
    ]


def test_a_fault_says_where_but_never_a_value():
    fault = judged(make_register([LATE]), rules={"broken": broken}).faults[0]
    assert "broken" in fault.trace
    assert "test_judging.py" in fault.trace
    assert "value that no log" not in fault.trace


def test_a_rule_about_each_policy_names_the_policy():
    judgement = judged(
        make_register([FINE]), OWN, CODE, rules={"of-each": of_each}, options={"of-each": {"size": 3}}
    )
    assert [(each.policy, each.message) for each in judgement.findings] == [
        ("own", "Our procedure 3"),
        ("code", "The ombudsman's code 3"),
    ]


def test_a_rule_may_be_switched_off_or_weighed_differently():
    cells = make_register([LATE])
    unreadable = finding(cells.cases[0], "unreadable-value", "medium", Flag("?", field="issue"))
    register = replace(cells, findings=(unreadable,))
    options = {"clock-breached": {"severity": "low"}, "unreadable-value": {"severity": "high"}}
    assert [each.severity for each in judged(register, options=options).findings] == ["high", "low"]
    off = {"clock-breached": {"off": True}, "unreadable-value": {"off": True}}
    assert judged(register, options=off).findings == ()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"open-too-lang": {}}, 'no rule "open-too-lang". Did you mean "open-too-long"?'),
        ({"open-too-long": {"workingdays": 3}}, 'no option "workingdays". Did you mean "working_days"?'),
        ({"open-too-long": {"working_days": "ten"}}, '"ten" is not a number'),
        ({"open-too-long": {"severity": "severe"}}, "write high, medium or low"),
        ({"open-too-long": {"off": "no"}}, "write true or false"),
    ],
)
def test_a_setting_that_means_nothing_is_refused_with_the_nearest_name(options, words):
    with pytest.raises(ConfigError, match=words.replace("?", r"\?")):
        judged(make_register([FINE]), options=options)


def test_what_lacks_a_column_is_said_once_with_the_number_of_cases():
    fields = [field for field in LATE if field != "department"]
    rows = [{field: value for field, value in LATE.items() if field in fields}] * 3
    not_judged = judged(make_register(rows, fields), CODE).not_judged
    assert ("missing-field", None, "no column for department", 3) in {
        (each.rule, each.clock, each.reason, each.cases) for each in not_judged
    }
    assert ("clock-breached", "acknowledge", "no column for acknowledged_on", 3) in {
        (each.rule, each.clock, each.reason, each.cases) for each in not_judged
    }
    assert len(set(not_judged)) == len(not_judged)


def test_without_people_nobody_is_called_unknown_and_that_is_said():
    judgement = judged(make_register([LATE, FINE]))
    assert {(each.rule, each.cases) for each in judgement.not_judged} == {
        ("unknown-owner", 2),
        ("owner-without-address", 2),
        ("owner-not-trained", 2),
    }
    known = directory([Person("Amira Khan", "amira.khan@example.org")])
    assert judged(make_register([LATE]), directory=known).not_judged == ()


def test_a_sheet_without_a_column_does_not_silence_the_rule_on_the_other_sheets():
    whole = make_register([LATE | {"resolved": True, "followed_up_on": date(2026, 11, 3)}])
    lacking = layout([field for field in whole.layouts[0].columns if field != "resolution"], 1, "Old")
    case = Case("main", 2, lacking, whole.cases[0].values, {}, ())
    both = replace(whole, cases=(*whole.cases, case), layouts=(*whole.layouts, lacking))
    judgement = judged(both)
    assert [(each.sheet, each.rule) for each in judgement.findings if each.rule == "contradiction"] == [
        ("Register", "contradiction")
    ]
    assert [each.cases for each in judgement.not_judged if each.rule == "contradiction"] == [1]


def test_an_empty_register_is_judged_to_be_empty():
    judgement = judged(make_register([]))
    assert (judgement.findings, judgement.verdicts, judgement.not_judged, judgement.faults) == (
        (),
        (),
        (),
        (),
    )
