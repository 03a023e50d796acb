"""A part of `python -m tests.postkills` and its neighbours: a killed sender repeats and loses nothing."""

import os
from pathlib import Path

import pytest

from complaints_sheet.state.outbox import Outbox
from tests.mailserver import needs_mail_server
from tests.postkills.crowd import crowd
from tests.postkills.notified import TOLD, repeated
from tests.postkills.points import POINTS
from tests.postkills.postfix import campaign
from tests.postkills.trial import trials

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="kills processes as only POSIX systems have them"
)


def test_a_sender_killed_at_any_point_sends_each_mail_once(tmp_path: Path):
    fates = list(trials(tmp_path, range(len(POINTS))))
    assert [fate for fate in fates if fate.duplicates or fate.lost or fate.held or fate.said] == []
    assert sum(fate.kills for fate in fates) >= len(POINTS)


def test_without_a_journal_what_cannot_be_known_is_held_and_never_repeated(tmp_path: Path):
    after_the_mark = [at for at, point in enumerate(POINTS) if point in ("last line sent", "answer read")]
    fates = list(trials(tmp_path, after_the_mark, journal=False))
    assert [(fate.duplicates, fate.lost) for fate in fates] == [(0, 0)] * len(fates)
    assert all(fate.held for fate in fates)


def test_the_trial_notices_a_sender_that_repeats_what_it_does_not_know(tmp_path: Path, monkeypatch):
    unknown = Outbox.recover

    def careless(outbox, at, *, alone=True):
        found = unknown(outbox, at, alone=alone)
        for each in outbox.entries("unknown"):
            outbox.requeue(each.number, at, "sent again blindly")
        return found

    monkeypatch.setattr(Outbox, "recover", careless)
    [fate] = trials(tmp_path, [POINTS.index("last line sent")])
    assert fate.duplicates == 1


def test_schedulers_and_senders_at_once_send_each_mail_once(tmp_path: Path):
    found = crowd(tmp_path, mails=40, kills=8)
    assert (found.duplicates, found.lost, found.held) == (0, 0, 0)
    assert found.kills == 8


def test_nobody_who_was_told_is_told_again_after_a_kill(tmp_path: Path):
    assert repeated(tmp_path) == (TOLD, 0)


@needs_mail_server()
def test_on_a_real_mail_server_the_journal_settles_what_kills_leave_open(tmp_path: Path):
    found = campaign(tmp_path, kills=10, mails=200)
    assert (found.duplicates, found.lost, found.held) == (0, 0, 0)
    assert found.kills == 10
