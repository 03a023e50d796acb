"""Every rule speaks where it should and is quiet where it should: the examples in tests/rules."""

import pytest

from complaints_sheet.core.rules import RULES
from tests.rule_examples import FOLDER, Example, examples, judged, line_of

EXAMPLES = examples()
named = pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: f"{each.rule}/{each.path.stem}")


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_flagged_and_a_quiet_example(rule: str):
    assert {path.name for path in (FOLDER / rule).iterdir()} >= {"flagged.yaml", "quiet.yaml"}


def test_every_example_belongs_to_a_rule():
    assert {path.name for path in FOLDER.iterdir()} <= RULES.keys()


@named
def test_a_flagged_example_expects_something_and_a_quiet_one_nothing(example: Example):
    assert bool(example.expected or example.expected_not_judged) is example.path.stem.startswith("flagged")


@named
def test_the_rule_says_of_the_example_exactly_what_is_expected(example: Example):
    judgement = judged(example)
    assert not judgement.faults
    assert [line_of(each) for each in judgement.findings if each.rule == example.rule] == example.expected


@named
def test_no_two_findings_share_a_key(example: Example):
    findings = judged(example).findings
    assert len({each.key for each in findings}) == len(findings)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_every_rule_is_summed_up_in_one_line(rule):
    assert rule.summary.endswith(".")
    assert len(rule.summary) <= 110
