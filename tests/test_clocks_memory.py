"""What the clocks remember between cases never changes an answer."""

from random import Random

import pytest

from benchmarks.judging import made
from complaints_sheet.config.policies import load_policies, shipped
from complaints_sheet.core.clocks import judge
from tests.policy_cases import at, england

AS_OF = at("2026-11-22")


@pytest.mark.parametrize("policy_id", shipped())
def test_a_case_judged_among_many_has_the_verdicts_that_it_has_alone(policy_id):
    policy = load_policies([policy_id])[-1]
    cases = made(1500)
    among_many = judge.__wrapped__(policy, england(), AS_OF)
    for case in cases:
        among_many(case)
    for case in Random(policy_id).sample(cases, 150):
        assert among_many(case) == judge.__wrapped__(policy, england(), AS_OF)(case)
