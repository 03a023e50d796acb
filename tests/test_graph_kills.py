"""A part of `python -m tests.postkills.graph`: over Graph too a killed sender repeats and loses nothing."""

import os
from pathlib import Path

import pytest

from tests.postkills.graph import POINTS, trials

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="kills processes as only POSIX systems have them"
)


def test_a_sender_killed_at_any_point_sends_each_mail_once(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("COMPLAINTS_MAIL_PASSWORD", "")  # put back afterwards
    fates = list(trials(tmp_path, range(len(POINTS))))
    assert [fate for fate in fates if fate.duplicates or fate.lost or fate.said] == []
    assert sum(fate.kills for fate in fates) >= len(POINTS) - 1  # a mark is taken back only after a refusal
