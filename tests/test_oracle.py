"""An independent, slow reckoning agrees with the program: on a fiftieth of all days here, on all by command.

`python -m tests.oracle` compares every day received of twenty years.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.oracle.comparison import calendar_of, compared, nations_of
from tests.oracle.policy_files import MADE_UP, SHIPPED, policy_ids

POLICIES = [(policy, folder) for folder in (SHIPPED, MADE_UP) for policy in policy_ids(folder)]
RECKONED = [(policy, folder, nation) for policy, folder in POLICIES for nation in nations_of(policy, folder)]


@pytest.mark.parametrize(
    ("policy", "folder", "nation"), RECKONED, ids=[f"{policy}-{nation}" for policy, _, nation in RECKONED]
)
def test_the_oracle_and_the_program_agree_on_every_verdict(policy: str, folder: Path, nation: str):
    count = compared(policy, nation, 0.02, folder)
    assert count.verdicts > 100
    assert count.differences == ()


def test_the_rows_drawn_call_for_every_outcome():
    counts = [compared(policy, nations_of(policy, folder)[-1], 0.02, folder) for policy, folder in POLICIES]
    seen = {outcome for count in counts for outcome in count.outcomes}
    assert seen == {"met", "breached", "running", "paused", "not_applicable", "cannot_judge"}


def test_the_oracle_notices_bank_holidays_that_the_program_forgets():
    english = calendar_of("England and Wales")
    kept = {day: name for day, name in english.closed.items() if day.month != 12}
    forgetful = replace(english, closed=kept)
    count = compared("eight-step-procedure", "England and Wales", 0.1, calendar=forgetful)
    assert count.differences
    assert all(_before_christmas(each.row.values["received_on"]) for each in count.differences)


def _before_christmas(day: date) -> bool:
    return day.month in {10, 11, 12}
