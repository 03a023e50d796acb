"""The section `schedule` of config.yaml: what is done when, and what is switched off."""

from datetime import time
from pathlib import Path

import pytest

from complaints_sheet.config.scheduling import ScheduleConfig
from complaints_sheet.config.settings import load_config

BASE = "register: r.xlsx\nmeeting: {first: 2026-01-06}\n"


def schedule(tmp_path: Path, text: str, more: str = "") -> ScheduleConfig:
    file = tmp_path / "config.yaml"
    file.write_text(f"{BASE}{more}schedule: {text}\n", encoding="utf-8")
    return load_config(file).schedule


def hours(found: ScheduleConfig) -> dict[str, time]:
    return {job.id: job.at for job in found.jobs}


def test_the_usual_plan_needs_no_config(tmp_path: Path) -> None:
    found = schedule(tmp_path, "{}")
    assert hours(found) == {
        "sync-1": time(7),
        "sync-2": time(12),
        "sync-3": time(17),
        "digests-0800": time(8),
        "second-digests": time(14),
        "pack": time(7),
        "weekly": time(7, 30),
        "quarterly": time(7, 30),
        "backup": time(1, 30),
    }
    assert found.status_page == tmp_path / "status.html"
    assert (found.heartbeat_file, found.heartbeat_url, found.watched) == (None, None, True)


def test_everything_can_be_switched_off(tmp_path: Path) -> None:
    off = "{sync: no, digests: off, second_digests: no, packs: no, weekly: no, quarterly: no, backup: no, "
    found = schedule(tmp_path, f"{off}status_page: no, watched: no}}")
    assert (found.jobs, found.status_page, found.watched) == ((), None, False)


def test_hours_of_mail_are_those_of_the_part_about_delivery(tmp_path: Path) -> None:
    people = "people: [{name: Ann Lee, email: ann.lee@example.org, digest_at: '10:15'}]\n"
    delivery = "delivery: {digest_at: '09:00', second_digest_at: '15:00', hours: 08:00-18:00}\n"
    found = schedule(tmp_path, "{}", people + delivery)
    mail = {job.id: (job.at, job.until) for job in found.jobs if "digests" in job.id}
    assert mail == {
        "digests-0900": (time(9), time(18)),
        "digests-1015": (time(10, 15), time(18)),
        "second-digests": (time(15), time(18)),
    }


def test_without_meetings_there_is_no_pack_to_write(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("register: r.xlsx\n", encoding="utf-8")
    assert "pack" not in hours(load_config(file).schedule)


@pytest.mark.parametrize(
    ("typed", "weekday", "at"),
    [("Monday 07:30", 0, time(7, 30)), ("Fri 16.00", 4, time(16)), ("tuesday, 9:05", 1, time(9, 5))],
)
def test_the_weekly_report_has_a_day_and_a_time(tmp_path: Path, typed: str, weekday: int, at: time) -> None:
    found = schedule(tmp_path, f"{{weekly: '{typed}'}}")
    job = next(job for job in found.jobs if job.id == "weekly")
    assert (job.rhythm.weekday, job.at) == (weekday, at)  # type: ignore[attr-defined]
