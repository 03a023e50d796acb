"""A seeded part of `python -m tests.edits`: no wrong merge, cases followed, deleted rows found."""

import pytest

from tests.edits.trial import trial


@pytest.mark.parametrize("references", [False, True])
def test_cases_are_followed_through_months_of_edits(references):
    score = trial(seed=11, days=120, references=references)
    assert score.faults == []
    assert score.wrong == 0
    assert score.deleted > 10
    assert score.found == score.deleted
    assert score.changed > 200
    assert score.share_followed >= 0.999
