"""The memory: what is written survives, what is asked twice happens once, and a trial run leaves no trace."""

import os
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import StatementError

from complaints_sheet.core.ledger import Outgoing, PackRecord
from complaints_sheet.errors import BusyError, ConfigError
from complaints_sheet.state import open_state
from complaints_sheet.state.migrations import STEPS
from complaints_sheet.state.place import kind_from_mounts, share_kind
from complaints_sheet.state.tables import METADATA

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=LONDON)
TODAY = NOW.date()


def message(key="digest:amira.khan@example.org:2026-11-23", **changes):
    values = {
        "key": key,
        "channel": "folder",
        "kind": "digest",
        "receiver": "amira.khan@example.org",
        "address": "amira.khan@example.org",
        "message_id": f"<{key}@example.org>",
        "subject": "3 cases need you today",
        "content": b"Subject: 3 cases need you today\r\n\r\nHello \xe2\x80\x93",
        "told": {"k1-a": "due 2026-11-09"},
    }
    return Outgoing(**(values | changes))


def test_a_run_keeps_its_moments_in_utc_whatever_zone_they_were_given_in(tmp_path):
    with open_state(tmp_path) as state:
        begun = state.runs.begin("run", NOW, TODAY, NOW)
        state.runs.finish(begun, "done", NOW + timedelta(seconds=3))
    with open_state(tmp_path) as state:
        kept = state.runs.last("run")
    assert kept.as_of == NOW
    assert kept.as_of.tzinfo == UTC
    assert kept.finished - kept.started == timedelta(seconds=3)
    assert kept.today == date(2026, 11, 23)


def test_a_moment_in_summer_comes_back_as_the_same_moment(tmp_path):
    nine_in_july = datetime(2026, 7, 1, 9, 0, tzinfo=LONDON)
    with open_state(tmp_path) as state:
        state.runs.begin("run", nine_in_july, nine_in_july.date(), nine_in_july)
        assert state.runs.latest()[0].as_of == nine_in_july
        stored = state.engine.connect().execute(text("select as_of from runs")).scalar_one()
    assert stored == "2026-07-01T08:00:00.000000+00:00"


def test_a_moment_without_a_zone_is_refused(tmp_path):
    with open_state(tmp_path) as state, pytest.raises(StatementError, match="without a time zone"):
        state.runs.begin("run", datetime(2026, 7, 1, 9, 0), TODAY, NOW)


def test_a_run_that_was_cut_off_is_not_the_last_one_done(tmp_path):
    with open_state(tmp_path) as state:
        done = state.runs.begin("run", NOW, TODAY, NOW)
        state.runs.finish(done, "done", NOW)
        state.runs.begin("run", NOW + timedelta(days=1), TODAY + timedelta(days=1), NOW + timedelta(days=1))
        assert state.runs.last("run").number == done.number
        assert state.runs.last("run", outcome=None).number == done.number + 1
        assert state.runs.last("pack") is None


def test_a_message_goes_through_both_marks_and_is_then_what_its_receiver_was_last_told(tmp_path):
    with open_state(tmp_path) as state:
        (number,) = state.outbox.queue([message()], NOW)
        assert state.outbox.claim(number, NOW)
        assert state.outbox.committing(number, NOW)
        assert state.outbox.last_sent("folder") == {}
        assert state.outbox.sent(number, NOW, "250 OK")
        told = state.outbox.last_sent("folder")[("amira.khan@example.org", "digest")]
        entry = state.outbox.entry(number)
    assert told.told == {"k1-a": "due 2026-11-09"}
    assert told.sent == NOW
    assert entry.state == "sent"
    assert entry.words == "250 OK"
    assert entry.attempts == 1
    assert entry.message == message()


def test_what_was_last_told_is_the_last_set_and_not_every_key_ever_sent(tmp_path):
    with open_state(tmp_path) as state:
        for key, told in (("monday", {"a": "1", "b": "1"}), ("tuesday", {"b": "1"})):
            (number,) = state.outbox.queue([message(key, told=told)], NOW)
            state.outbox.claim(number, NOW)
            state.outbox.sent(number, NOW)
        last = state.outbox.last_sent("folder")
    assert [each.told for each in last.values()] == [{"b": "1"}]


def test_what_the_folder_was_told_never_counts_for_another_channel(tmp_path):
    with open_state(tmp_path) as state:
        (number,) = state.outbox.queue([message()], NOW)
        state.outbox.claim(number, NOW)
        state.outbox.sent(number, NOW)
        assert state.outbox.last_sent("smtp") == {}


def test_the_same_message_is_queued_once(tmp_path):
    with open_state(tmp_path) as state:
        first = state.outbox.queue([message(), message()], NOW)
        again = state.outbox.queue([message(), message("another")], NOW)
        assert len(first) == 1
        assert len(again) == 1
        assert state.outbox.counts() == {"queued": 2}


def test_only_one_of_two_claims_wins(tmp_path):
    with open_state(tmp_path) as state:
        (number,) = state.outbox.queue([message()], NOW)
        assert [state.outbox.claim(number, NOW), state.outbox.claim(number, NOW)] == [True, False]


@pytest.mark.parametrize(("mark", "after"), [("sending", "queued"), ("committing", "unknown")])
def test_a_crash_is_sent_again_only_where_nothing_can_have_been_accepted(tmp_path, mark, after):
    with open_state(tmp_path) as state:
        (number,) = state.outbox.queue([message()], NOW)
        state.outbox.claim(number, NOW)
        if mark == "committing":
            state.outbox.committing(number, NOW)
    with open_state(tmp_path) as state:
        state.outbox.recover(NOW)
        assert state.outbox.entry(number).state == after


def test_a_message_after_its_second_mark_is_never_simply_retried_or_dropped(tmp_path):
    with open_state(tmp_path) as state:
        (number,) = state.outbox.queue([message()], NOW)
        state.outbox.claim(number, NOW)
        state.outbox.committing(number, NOW)
        assert not state.outbox.retry(number, NOW, "lost")
        assert not state.outbox.drop(number, NOW, "no longer true")
        assert state.outbox.unknown(number, NOW, "no answer after the end of the message")
        assert state.outbox.sent(number, NOW, "found in Sent Items")


def test_who_has_lost_a_claim_says_nothing_of_the_message_any_more(tmp_path):
    with open_state(tmp_path) as state:
        (number,) = state.outbox.queue([message()], NOW)
        state.outbox.claim(number, NOW, "slow", timedelta(minutes=1))
        later = NOW + timedelta(minutes=2)
        state.outbox.recover(later, alone=False)
        state.outbox.claim(number, later, "quick")
        assert not state.outbox.retry(number, later, "no answer", by="slow")
        assert not state.outbox.failed(number, later, "refused", "slow")
        assert state.outbox.committing(number, later, "quick")
        assert not state.outbox.unknown(number, later, "cut off", "slow")
        assert state.outbox.sent(number, later, "250 taken")
        assert state.outbox.entry(number).state == "sent"


def test_a_held_message_waits_for_a_person(tmp_path):
    with open_state(tmp_path) as state:
        (number,) = state.outbox.queue([message()], NOW)
        assert state.outbox.hold(number, NOW, "more mail than usual")
        assert not state.outbox.claim(number, NOW)
        assert [each.words for each in state.outbox.entries("held")] == ["more mail than usual"]
        assert state.outbox.release(number, NOW)
        assert state.outbox.claim(number, NOW)


def test_a_pack_written_again_replaces_its_record(tmp_path):
    pack = PackRecord(
        "fortnightly",
        date(2026, 11, 24),
        date(2026, 11, 9),
        date(2026, 11, 22),
        {"open": 31},
        ("p.html",),
        NOW,
    )
    with open_state(tmp_path) as state:
        state.packs.record(pack)
        state.packs.record(pack)
        assert state.packs.written("fortnightly") == (pack,)
        assert state.packs.written("weekly") == ()


def test_a_second_run_is_told_that_another_is_at_work(tmp_path):
    with open_state(tmp_path), pytest.raises(BusyError, match="Another run"), open_state(tmp_path):
        raise AssertionError("two runs at once")


def test_a_trial_run_works_beside_a_real_one_and_leaves_no_trace(tmp_path):
    folder = tmp_path / "memory"
    with open_state(folder) as state:
        state.outbox.queue([message()], NOW)
        before = sorted(folder.iterdir())
        with open_state(folder, dry_run=True) as trial:
            assert len(trial.outbox.entries("queued")) == 1
            trial.outbox.queue([message("another")], NOW)
            assert len(trial.outbox.entries("queued")) == 2
        assert len(state.outbox.entries()) == 1
        assert sorted(folder.iterdir()) == before


def test_a_trial_run_on_nothing_makes_nothing(tmp_path):
    folder = tmp_path / "memory"
    with open_state(folder, dry_run=True) as trial:
        trial.runs.begin("run", NOW, TODAY, NOW)
        assert trial.runs.last("run", outcome=None).number == 1
    assert not folder.exists()


def test_a_trial_run_on_an_idle_memory_leaves_the_folder_as_it_was(tmp_path):
    with open_state(tmp_path) as state:
        state.outbox.queue([message()], NOW)
    before = {each.name: each.stat().st_mtime_ns for each in tmp_path.iterdir()}
    with open_state(tmp_path, dry_run=True) as trial:
        assert len(trial.outbox.entries()) == 1
    assert {each.name: each.stat().st_mtime_ns for each in tmp_path.iterdir()} == before


def test_the_folder_is_private_to_its_owner(tmp_path):
    folder = tmp_path / "memory"
    folder.mkdir(mode=0o755)
    with open_state(folder) as state:
        rights = folder.stat().st_mode & 0o777, state.file.stat().st_mode & 0o777
    assert rights == (0o700, 0o600) or os.name != "posix"


def test_every_commit_reaches_the_disk(tmp_path):
    with open_state(tmp_path) as state, state.engine.connect() as connection:
        settings = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous")
        ]
    assert settings == ["wal", 2]


def test_the_migrations_build_exactly_the_tables_the_program_uses(tmp_path):
    with open_state(tmp_path) as state:
        seen = inspect(state.engine)
        built = {
            name: {column["name"] for column in seen.get_columns(name)} for name in seen.get_table_names()
        }
    assert built == {table.name: set(table.columns.keys()) for table in METADATA.sorted_tables}


def test_a_memory_of_a_newer_program_is_refused_with_advice(tmp_path):
    with open_state(tmp_path) as state, state.engine.begin() as connection:
        connection.execute(
            text("insert into migrations values (:number, 'later')"), {"number": len(STEPS) + 1}
        )
    with pytest.raises(ConfigError) as refusal, open_state(tmp_path):
        raise AssertionError("opened a newer memory")
    assert "newer version" in refusal.value.message
    assert refusal.value.next_step


def test_a_damaged_memory_is_refused_with_advice_and_left_alone(tmp_path):
    (tmp_path / "memory.sqlite3").write_bytes(b"not a database at all, but long enough to look like one" * 40)
    before = (tmp_path / "memory.sqlite3").read_bytes()
    for dry_run in (False, True):
        with pytest.raises(ConfigError) as refusal, open_state(tmp_path, dry_run=dry_run):
            raise AssertionError("opened rubbish")
        assert "backup" in refusal.value.next_step
    assert (tmp_path / "memory.sqlite3").read_bytes() == before


MOUNTS = r"""
/dev/sda1 / ext4 rw 0 0
//server/office /mnt/office cifs rw 0 0
/dev/sdb1 /mnt/office/local\040disk ext4 rw 0 0
server:/export /home nfs4 rw 0 0
"""


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/srv/complaints", ""),
        ("/mnt/office/complaints", "cifs"),
        ("/mnt/office/local disk/complaints", ""),
        ("/mnt/officer", ""),
        ("/home/dana", "nfs4"),
    ],
)
def test_a_network_share_is_known_by_the_innermost_mount(place, kind):
    assert kind_from_mounts(place, MOUNTS) == kind


def test_a_local_folder_is_not_called_a_share(tmp_path):
    assert share_kind(tmp_path) == ""


def test_a_database_address_that_makes_no_sense_is_refused_with_advice(tmp_path):
    with pytest.raises(ConfigError, match="database address"), open_state(tmp_path, url="no such thing"):
        raise AssertionError("opened nonsense")


def test_a_database_can_be_named_by_its_address(tmp_path):
    url = f"sqlite:///{(tmp_path / 'elsewhere.db').as_posix()}"
    with open_state(tmp_path / "memory", url=url) as state:
        state.outbox.queue([message()], NOW)
    with open_state(tmp_path / "memory", url=url, dry_run=True) as trial:
        assert len(trial.outbox.entries()) == 1
