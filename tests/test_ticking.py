"""Ticks over a real workspace: what is due is done once, failures wait, a clock set back holds everything."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from complaints_sheet.app import ticking
from complaints_sheet.app.keeping import status
from complaints_sheet.app.ticking import Asked, Tick, tick
from complaints_sheet.app.timetable import planned, timetable
from complaints_sheet.cli import main
from complaints_sheet.core.due import MOST_TRIES, Occurrence
from complaints_sheet.errors import BusyError, ConfigError
from complaints_sheet.state import open_state

LONDON = ZoneInfo("Europe/London")
CONFIG = """organisation: {name: Example Homes, timezone: Europe/London}
register: {path: register.csv}
people:
  - {name: Amira Khan, email: amira.khan@example.org, department: Repairs, manager: Dana Hughes}
  - {name: Dana Hughes, email: dana.hughes@example.org}
roles: {coordinator: Dana Hughes}
meeting: {first: 2026-01-06, pack_before: 1 working day}
"""
HEADINGS = (
    "Case Owner,Department,Date received,Date followed-up with customer,"
    "Resolved and followed up (Y/N),Customer Name,Issue,Resolution,Proposed Improvement Idea"
)
ROWS = (
    "Amira Khan,Repairs,2026-11-02,,N,Ann Lee,Missed appointment on Monday,,",
    "Amira Khan,Repairs,2026-11-10,,N,Bob Ray,The boiler is out again,,",
)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """Return the config of a small office, nothing done yet."""
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "register.csv").write_text("\n".join((HEADINGS, *ROWS)) + "\n", encoding="utf-8")
    return tmp_path / "config.yaml"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def ticked(config: Path, moment: str, **more: object) -> Tick:
    return tick(Asked(config, at(moment), **more))


def done(found: Tick) -> dict[str, str]:
    return {each.occurrence.key: each.outcome for each in found.ran}


def mails(config: Path) -> set[str]:
    return {path.name for path in (config.parent / "outbox").glob("*.eml")}


def records(config: Path) -> dict[str, str]:
    plan = planned(config, datetime.now(UTC))
    with open_state(plan.config.state.folder, alone=False) as state:
        jobs = plan.config.schedule.jobs
        long_ago = datetime(2020, 1, 1, tzinfo=UTC)
        return {run.key: run.state for run in state.jobs.since({job.id: long_ago for job in jobs})}


def test_the_first_tick_sends_nothing_for_the_past_and_says_so(office: Path) -> None:
    first = ticked(office, "2026-11-23T12:30")
    assert (first.first, first.ran, mails(office)) == (True, (), set())
    assert records(office)["digests-0800:2026-11-23"] == "baseline"
    assert done(ticked(office, "2026-11-23T12:40")) == {}


def test_what_is_due_is_done_once_at_its_hour(office: Path) -> None:
    ticked(office, "2026-11-22T18:00")
    assert done(ticked(office, "2026-11-23T07:59")) == {
        "backup:2026-11-23": "done",
        "sync-1:2026-11-23": "done",
        "pack:2026-11-24": "done",
        "weekly:2026-11-23": "done",
    }
    assert mails(office) == set()
    assert done(ticked(office, "2026-11-23T08:00")) == {"digests-0800:2026-11-23": "done"}
    assert len(mails(office)) == 3  # Amira's digest, her manager's exceptions, the weekly review
    before = mails(office)
    assert done(ticked(office, "2026-11-23T08:01")) == {}
    assert mails(office) == before
    assert sorted(path.name for path in (office.parent / "packs").iterdir()) == [
        "2026-11-22 weekly complaints report.html",
        "2026-11-24 improvement meeting pack.html",
    ]


def test_after_days_off_each_job_runs_once_and_the_rest_is_named(office: Path) -> None:
    ticked(office, "2026-11-09T18:00")
    found = ticked(office, "2026-11-18T10:30")
    assert done(found) == {
        "backup:2026-11-18": "done",
        "sync-1:2026-11-18": "done",
        "weekly:2026-11-16": "done",
        "digests-0800:2026-11-18": "done",
    }
    left = {each.occurrence.key: each.reason for each in found.skipped}
    assert left["digests-0800:2026-11-17"] == "missed on Tue 17 Nov, and too old to make up for"
    assert left["backup:2026-11-17"] == "a later one takes its place"
    assert set(left) <= set(records(office))
    assert ticked(office, "2026-11-18T10:31").skipped == ()


def test_several_hours_that_were_missed_are_read_once(office: Path) -> None:
    ticked(office, "2026-11-22T18:00")
    found = ticked(office, "2026-11-23T17:30")
    assert done(found)["sync-3:2026-11-23"] == "done"
    assert [key for key in done(found) if key.startswith("sync")] == ["sync-3:2026-11-23"]
    assert records(office)["sync-1:2026-11-23"] == "skipped"


def test_no_digest_goes_after_the_hours_for_mail_or_on_a_closed_day(office: Path) -> None:
    ticked(office, "2026-12-23T18:00")
    late = ticked(office, "2026-12-24T19:30")
    assert not any(key.startswith("digests") for key in done(late))
    assert mails(office) == set()
    christmas = ticked(office, "2026-12-25T09:00")
    assert set(done(christmas)) == {"backup:2026-12-25"}


def test_a_failing_job_is_tried_again_later_and_does_not_stop_the_others(
    office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticked(office, "2026-11-22T18:00")
    (office.parent / "packs").write_text("in the way", encoding="utf-8")
    monkeypatch.setattr("complaints_sheet.config.sections.Sections.folder_that_can_be", _anything)
    found = ticked(office, "2026-11-23T08:00")
    assert done(found) == {
        "backup:2026-11-23": "done",
        "sync-1:2026-11-23": "done",
        "pack:2026-11-24": "failed",
        "weekly:2026-11-23": "failed",
        "digests-0800:2026-11-23": "done",
    }
    assert found.exit_code == 4
    assert done(ticked(office, "2026-11-23T08:00:30")) == {}, "not before its back-off"
    assert set(done(ticked(office, "2026-11-23T08:01"))) == {"pack:2026-11-24", "weekly:2026-11-23"}
    before = mails(office)
    ticked(office, "2026-11-23T08:06")  # the third time
    told = mails(office) - before
    assert len(told) == 2
    assert all("Dana Hughes - run failed" in name for name in told)
    (office.parent / "packs").unlink()
    assert done(ticked(office, "2026-11-23T08:21")) == {
        "pack:2026-11-24": "done",
        "weekly:2026-11-23": "done",
    }


def _anything(sections: object, path: Path, *_way: object) -> Path:
    return sections.place(path)  # type: ignore[attr-defined]


def test_a_job_that_fails_for_good_is_given_up_and_shown(
    office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_errand: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(ticking._JOBS, "backup", broken)
    monkeypatch.setattr("complaints_sheet.faultlog.write_fault", lambda *_: office.parent / "fault.log")
    moment = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
    tick(Asked(office, moment))
    tries = 0
    for minute in range(45, 45 + 600, 10):
        found = tick(Asked(office, moment + timedelta(minutes=minute)))
        tries += len(found.ran)
        assert found.exit_code in (0, 1)
    assert tries == MOST_TRIES
    with open_state(office.parent / ".complaints", alone=False) as state:
        plan = planned(office, moment)
        wrong = timetable(state, plan, moment.astimezone(LONDON)).wrong
    assert len(wrong) == 1
    assert wrong[0].startswith("Backup of Sat 21 Nov failed 5 times: something went wrong")
    assert "ZeroDivisionError" in wrong[0]


def test_a_job_that_was_cut_off_is_done_again_at_once(office: Path) -> None:
    ticked(office, "2026-11-22T18:00")
    cut_off = Occurrence("backup", datetime(2026, 11, 23).date(), at("2026-11-23T01:30"))
    with open_state(office.parent / ".complaints") as state:
        assert state.jobs.claim(cut_off, "killed", at("2026-11-23T01:30"))
        assert not state.jobs.claim(cut_off, "another", at("2026-11-23T01:31"))
    assert done(ticked(office, "2026-11-23T01:32")) == {"backup:2026-11-23": "done"}


def test_only_the_owner_of_a_claim_says_how_it_ended(office: Path) -> None:
    ticked(office, "2026-11-22T18:00")
    moment = at("2026-11-23T01:30")
    mine = Occurrence("backup", datetime(2026, 11, 23).date(), moment)
    with open_state(office.parent / ".complaints", alone=False) as state:
        assert state.jobs.claim(mine, "first", moment)
        assert not state.jobs.claim(mine, "second", moment + timedelta(minutes=29))
        state.jobs.renew("first", moment + timedelta(minutes=29))
        assert not state.jobs.claim(mine, "second", moment + timedelta(minutes=31))
        assert state.jobs.claim(mine, "second", moment + timedelta(hours=1)), "the lease has run out"
        assert not state.jobs.ended(mine.key, "first", "done", moment)
        assert state.jobs.ended(mine.key, "second", "done", moment)


def test_while_another_run_is_at_work_the_tick_waits_and_nothing_counts_as_failed(office: Path) -> None:
    ticked(office, "2026-11-22T18:00")
    with open_state(office.parent / ".complaints"):
        found = ticked(office, "2026-11-23T08:00")
    assert (found.ran, found.exit_code) == ((), 5)
    assert "Another run" in found.busy
    assert "digests-0800:2026-11-23" in done(ticked(office, "2026-11-23T08:01"))


def test_a_clock_set_back_holds_everything_until_it_has_caught_up(office: Path) -> None:
    ticked(office, "2026-11-22T18:00")
    ticked(office, "2026-11-23T08:00")
    held = ticked(office, "2026-11-23T06:00")
    assert (held.ran, held.exit_code) == ((), 4)
    assert held.held.startswith("The clock of this computer was set back: it was 08:00")
    assert ticked(office, "2026-11-23T07:56").held == "", "a few minutes are no matter"
    assert done(ticked(office, "2026-11-23T14:00"))["second-digests:2026-11-23"] == "done"


def test_a_person_can_say_that_the_clock_is_right_now(office: Path) -> None:
    ticked(office, "2026-11-22T18:00")
    ticked(office, "2036-11-23T08:00")  # somebody mistyped the year
    assert ticked(office, "2026-11-23T08:00").held
    assert "digests-0800:2026-11-23" in done(ticked(office, "2026-11-23T08:10", accept=True))
    assert ticked(office, "2026-11-23T08:20").held == ""


def test_both_clock_changes_leave_one_run_a_day(office: Path) -> None:
    for day in ("2026-03-28", "2026-10-24"):
        start = at(f"{day}T18:00")
        tick(Asked(office, start))
        seen = [
            each.occurrence.key
            for minutes in range(0, 60 * 20, 20)
            for each in tick(Asked(office, start + timedelta(minutes=minutes))).ran
        ]
        assert [key for key in seen if key.startswith("backup")] == [
            f"backup:{(start + timedelta(days=1)).date()}"
        ]
        assert len(seen) == len(set(seen))
        for name in ("memory.sqlite3", "memory.sqlite3-wal", "memory.sqlite3-shm"):
            (office.parent / ".complaints" / name).unlink(missing_ok=True)


def test_asked_to_stop_the_job_in_hand_is_given_back_and_the_rest_waits(office: Path) -> None:
    ticked(office, "2026-11-22T18:00")
    found = ticked(office, "2026-11-23T08:00", stopping=lambda: True)
    assert found.ran == ()
    assert "digests-0800:2026-11-23" in done(ticked(office, "2026-11-23T08:01"))


def test_a_trial_run_says_what_would_run_and_writes_nothing(office: Path) -> None:
    ticked(office, "2026-11-22T18:00")
    before = {path: path.read_bytes() for path in office.parent.rglob("*") if path.is_file()}
    found = ticked(office, "2026-11-23T08:00", dry_run=True)
    assert done(found)["digests-0800:2026-11-23"] == "would run"
    assert {path: path.read_bytes() for path in office.parent.rglob("*") if path.is_file()} == before


def test_the_page_is_plain_whole_and_says_how_a_stopped_scheduler_is_noticed(office: Path) -> None:
    ticked(office, "2026-11-22T18:00")
    ticked(office, "2026-11-23T08:00")
    page = (office.parent / "status.html").read_text(encoding="utf-8")
    assert "08:00 on Monday 23 November 2026" in page
    assert "If this time is more than two hours ago" in page
    assert "Digests (08:00)" in page
    assert "Nothing is wrong." in page
    assert "Ann Lee" not in page
    assert not list(office.parent.glob(".status*"))


def test_a_page_that_cannot_be_written_is_said_and_nothing_stops(office: Path) -> None:
    (office.parent / "status.html").mkdir()
    ticked(office, "2026-11-22T18:00")
    found = ticked(office, "2026-11-23T08:00")
    assert done(found)["digests-0800:2026-11-23"] == "done"
    assert found.unseen.startswith(f"The page {office.parent / 'status.html'} cannot be written")
    assert not list(office.parent.glob(".status*"))


def test_status_says_when_the_scheduler_has_fallen_silent(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ticked(office, "2026-11-23T08:00")
    asked = ["status", "-c", str(office)]
    assert main([*asked, "--as-of", "2026-11-23T10:00"]) == 0
    assert "silent" not in capsys.readouterr().out
    assert main([*asked, "--as-of", "2026-11-23T10:01"]) == 4
    assert "! The scheduler has been silent since 08:00 on Mon 23 Nov" in capsys.readouterr().out
    assert main([*asked, "--as-of", "2026-11-23T10:01", "--json"]) == 4
    told = json.loads(capsys.readouterr().out)["schedule"]
    assert told["silent"] is True
    digests = next(job for job in told["jobs"] if job["job"] == "digests-0800")
    assert digests["next"] == "2026-11-24T08:00:00+00:00"
    assert digests["last"]["state"] == "baseline"
    office.write_text(CONFIG + "schedule: {watched: no}\n", encoding="utf-8")
    assert main([*asked, "--as-of", "2026-11-23T10:01"]) == 0


def test_run_due_twice_does_nothing_the_second_time(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["run", "--due", "-c", str(office), "--as-of"]
    assert main([*asked, "2026-11-22T18:00"]) == 0
    assert "The schedule begins now" in capsys.readouterr().out
    assert main([*asked, "2026-11-23T08:00"]) == 0
    assert "digests-0800:2026-11-23: done, 3 mails" in capsys.readouterr().out
    assert main([*asked, "2026-11-23T08:00"]) == 0
    assert capsys.readouterr().out == "Nothing is due. Next: 12:00 on Monday 23 November 2026.\n"
    assert main([*asked, "2026-11-23T12:00", "--json"]) == 0
    assert [each["occurrence"] for each in json.loads(capsys.readouterr().out)["ran"]] == [
        "sync-2:2026-11-23"
    ]


def test_old_backups_make_room_for_new_ones(office: Path) -> None:
    office.write_text(CONFIG + "schedule: {keep_backups: 3, sync: no, digests: no}\n", encoding="utf-8")
    start = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
    for day in range(6):
        tick(Asked(office, start + timedelta(days=day, hours=1)))
    names = sorted(path.name for path in (office.parent / ".complaints" / "backups").iterdir())
    assert names == [f"memory-2026-11-{day}T013000Z.sqlite3" for day in (24, 25, 26)]


def test_the_plan_is_read_again_when_a_file_beside_the_config_changes(office: Path) -> None:
    now = at("2026-11-23T08:00")
    first = planned(office, now)
    assert planned(office, now, first) is first
    office.write_text(CONFIG + "schedule: {backup: no}\n", encoding="utf-8")
    assert "backup" not in {job.id for job in planned(office, now, first).config.schedule.jobs}
    office.write_text("register: [", encoding="utf-8")
    with pytest.raises(ConfigError):
        planned(office, now, first)


def test_a_second_scheduler_is_told_who_is_at_work(tmp_path: Path) -> None:
    from complaints_sheet.state.place import one_scheduler

    since = at("2026-11-23T08:00")
    with one_scheduler(tmp_path, since), pytest.raises(BusyError) as second, one_scheduler(tmp_path, since):
        pass
    assert "A scheduler is at work here already: process" in second.value.message
    with one_scheduler(tmp_path, since):
        pass


LIVE = """delivery:
  kind: smtp
  host: localhost
  sender: complaints-robot@example.org
"""


def test_the_status_page_says_what_keeps_all_mail_back(office: Path) -> None:
    office.write_text(CONFIG + LIVE, encoding="utf-8")
    ticked(office, "2026-11-22T18:00")
    page = office.parent / "status.html"
    assert "Mail is not switched on yet." in page.read_text(encoding="utf-8")
    (office.parent / "STOP").touch()
    ticked(office, "2026-11-22T18:10")
    assert "All mail is held by the file" in page.read_text(encoding="utf-8")


def test_nothing_is_said_to_be_held_where_mail_is_written_to_a_folder(office: Path) -> None:
    (office.parent / "STOP").touch()
    ticked(office, "2026-11-22T18:00")
    ticked(office, "2026-11-23T08:00")
    assert mails(office)
    assert "Nothing is wrong." in (office.parent / "status.html").read_text(encoding="utf-8")


def test_status_says_that_the_clock_was_set_back(office: Path) -> None:
    ticked(office, "2026-11-24T08:30")
    later = status(office, as_of=None, now=at("2026-11-24T08:40"))
    assert not any("set back" in each for each in later.troubles)
    earlier = status(office, as_of=None, now=at("2026-11-23T15:00"))
    assert "it was 08:30 on Tue 24 Nov already" in earlier.troubles[0]
    assert earlier.troubles[0].endswith("complaints-sheet run --due --accept")


def test_a_register_that_could_never_be_read_is_told_to_the_coordinator_once_a_day(office: Path) -> None:
    register = office.parent / "register.csv"
    register.rename(office.parent / "elsewhere.csv")
    ticked(office, "2026-11-22T18:00")
    assert set(done(ticked(office, "2026-11-23T08:00")).values()) == {"failed", "done"}
    (told,) = (office.parent / "outbox").glob("*.eml")
    assert "the register needs a look" in told.read_text(encoding="utf-8")
    ticked(office, "2026-11-23T08:20")
    assert len(mails(office)) == 1
    (office.parent / "elsewhere.csv").rename(register)
    ticked(office, "2026-11-24T08:00")
    assert len(mails(office)) > 1
