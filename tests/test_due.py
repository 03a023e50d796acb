from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest

from complaints_sheet.core.due import (
    QUARTERLY,
    BeforeMeetings,
    Clockwork,
    EachDay,
    EachMonth,
    EachWeek,
    Job,
    PastRun,
    due,
    instant,
    next_occurrence,
    occurrences,
)
from complaints_sheet.core.meetings import MeetingPlan
from tests.mail_by_hand import CALENDAR, LONDON

INSTALLED = datetime(2026, 1, 1, tzinfo=UTC)
CLOCKWORK = Clockwork(LONDON, CALENDAR, INSTALLED)
DIGEST = Job("digest", EachDay(), time(8), until=time(17))
PACK = Job(
    "pack", BeforeMeetings(MeetingPlan(date(2026, 1, 6), pack_before_working_days=1)), time(7), None, 20, 2
)
WEEKLY = Job("weekly", EachWeek(0), time(9), keep_days=4)
BACKUP = Job("backup", EachDay(working=False), time(1, 30), keep_days=1)
JOBS = (DIGEST, PACK, WEEKLY, BACKUP)


def at(day: str, hour: str = "08:00", zone: ZoneInfo = LONDON) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=zone)


def keys(
    jobs: tuple[Job, ...], now: datetime, past: tuple[PastRun, ...] = (), clockwork: Clockwork = CLOCKWORK
) -> list[str]:
    return [each.key for each in due(jobs, past, now, clockwork).run]


def test_a_job_is_due_at_its_hour_and_not_before() -> None:
    assert keys((DIGEST,), at("2026-11-23", "07:59")) == []
    assert keys((DIGEST,), at("2026-11-23", "08:00")) == ["digest:2026-11-23"]


def test_what_is_on_record_does_not_run_again() -> None:
    done = (PastRun("digest:2026-11-23", "done"),)
    assert keys((DIGEST,), at("2026-11-23", "09:00"), done) == []


def test_a_digest_missed_until_the_evening_waits_for_the_next_working_day() -> None:
    found = due(
        (DIGEST,), (), at("2026-11-20", "18:00"), replace(CLOCKWORK, installed=at("2026-11-20", "07:00"))
    )
    assert found.run == ()
    assert [each.reason for each in found.skip] == ["missed on Fri 20 Nov: no use after 17:00"]
    assert keys((DIGEST,), at("2026-11-21", "09:00")) == []
    assert keys((DIGEST,), at("2026-11-23", "08:30")) == ["digest:2026-11-23"]


def test_nothing_before_the_installation_ever_runs() -> None:
    installed = replace(CLOCKWORK, installed=at("2026-11-23", "12:00"))
    assert due(JOBS, (), at("2026-11-23", "12:01"), installed).run == ()
    assert due(JOBS, (), at("2026-11-23", "12:01"), installed).skip == ()


def test_the_sample_fortnight_has_its_pack_on_the_working_day_before_the_meeting() -> None:
    found = due((PACK,), (), at("2026-11-23", "08:00"), replace(CLOCKWORK, installed=at("2026-11-20")))
    assert [(each.key, each.moment) for each in found.run] == [("pack:2026-11-24", at("2026-11-23", "07:00"))]


def test_after_a_long_outage_each_pack_worth_keeping_is_made_and_the_rest_is_named() -> None:
    found = due((PACK,), (), at("2026-11-23"), replace(CLOCKWORK, installed=at("2026-09-01")))
    assert [each.key for each in found.run] == ["pack:2026-11-10", "pack:2026-11-24"]
    named = {each.occurrence.key for each in found.skip}
    assert named <= {
        "pack:2026-10-27",
        "pack:2026-10-13",
        "pack:2026-09-29",
        "pack:2026-09-15",
        "pack:2026-09-01",
    }
    assert "pack:2026-10-27" in named


def test_a_week_away_is_made_up_for_once() -> None:
    backup = replace(BACKUP, keep_days=10)
    found = due((backup,), (), at("2026-11-23"), replace(CLOCKWORK, installed=at("2026-11-16")))
    assert [each.key for each in found.run] == ["backup:2026-11-23"]
    assert {each.reason for each in found.skip} == {"a later one takes its place"}


def test_a_weekly_job_on_a_bank_holiday_moves_and_keeps_its_name() -> None:
    (found,) = due(
        (WEEKLY,), (), at("2026-09-01", "09:00"), replace(CLOCKWORK, installed=at("2026-08-30"))
    ).run
    assert found.key == "weekly:2026-08-31"
    assert found.moment == at("2026-09-01", "09:00")


def test_months_and_quarters_begin_on_their_first_working_day() -> None:
    def days(rhythm: EachMonth) -> list[date]:
        return [day for _, day in rhythm.days(date(2026, 11, 1), date(2027, 2, 28), CALENDAR)]

    assert days(EachMonth()) == [date(2026, 11, 2), date(2026, 12, 1), date(2027, 1, 4), date(2027, 2, 1)]
    assert days(QUARTERLY) == [date(2027, 1, 4)]


def test_a_failure_is_tried_again_after_a_while_and_not_for_ever() -> None:
    first = at("2026-11-23", "08:00")
    for tries, minutes in ((1, 1), (2, 5), (3, 15), (4, 60)):
        failed = (PastRun("digest:2026-11-23", "failed", tries, first),)
        assert keys((DIGEST,), first + timedelta(minutes=minutes, seconds=-1), failed) == []
        assert keys((DIGEST,), first + timedelta(minutes=minutes), failed) == ["digest:2026-11-23"]
    worn_out = (PastRun("digest:2026-11-23", "failed", 5, first),)
    assert keys((DIGEST,), first + timedelta(hours=5), worn_out) == []


def test_a_failing_job_does_not_stop_the_others() -> None:
    now = at("2026-11-23", "09:30")
    failed = (PastRun("digest:2026-11-23", "failed", 1, now),)
    assert "weekly:2026-11-23" in keys(JOBS, now, failed)


def test_when_the_clock_was_set_back_nothing_runs_and_it_says_so() -> None:
    later = replace(CLOCKWORK, latest_seen=at("2026-11-23", "10:00"))
    found = due(JOBS, (), at("2026-11-23", "09:00"), later)
    assert (found.run, found.skip) == ((), ())
    assert "it was 10:00 on Mon 23 Nov already" in found.held
    assert due(JOBS, (), at("2026-11-23", "09:56"), later).held == ""


def test_when_clocks_go_forward_a_time_that_does_not_exist_means_an_hour_later() -> None:
    assert instant(date(2026, 3, 29), time(1, 30), LONDON) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert instant(date(2026, 3, 30), time(1, 30), LONDON) == datetime(2026, 3, 30, 0, 30, tzinfo=UTC)


def test_when_clocks_go_back_a_time_that_happens_twice_means_the_first() -> None:
    assert instant(date(2026, 10, 25), time(1, 30), LONDON) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_the_next_occurrence_is_the_first_after_now() -> None:
    found = next_occurrence(DIGEST, at("2026-11-20", "08:00"), CLOCKWORK)
    assert found is not None
    assert found.key == "digest:2026-11-23"
    assert next_occurrence(replace(DIGEST, rhythm=EachMonth(())), at("2026-11-20"), CLOCKWORK) is None


ZONES = (
    "Europe/London",
    "Europe/Dublin",
    "Europe/Berlin",
    "Europe/Helsinki",
    "Europe/Lisbon",
    "America/New_York",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Santiago",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Africa/Casablanca",
    "UTC",
)


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("hour", [time(0, 30), time(1, 30), time(2, 30)])
def test_every_day_of_seven_years_has_one_occurrence_at_its_local_hour(name: str, hour: time) -> None:
    zone = ZoneInfo(name)
    clockwork = replace(CLOCKWORK, zone=zone)
    found = list(
        occurrences(Job("x", EachDay(working=False), hour), date(2024, 1, 1), date(2030, 12, 31), clockwork)
    )
    assert len(found) == len({each.key for each in found}) == 2557
    for before, after in pairwise(found):
        assert timedelta(hours=22) <= after.moment - before.moment <= timedelta(hours=26)
    for each in found:
        local = each.moment.astimezone(zone)
        assert local.date() == each.nominal
        exists = datetime.combine(each.nominal, hour, zone).astimezone(UTC).astimezone(zone).time() == hour
        assert (local.time() == hour) == exists
        assert local.fold == 0


def ticks(random: Random, start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield a heartbeat of half an hour, outages of an hour to nine days, clocks set back up to two hours."""
    now = start
    while now < end:
        yield now
        now += timedelta(minutes=30)
        if random.random() < 0.0008:
            now += timedelta(hours=random.randint(1, 9 * 24))
        if random.random() < 0.002:
            yield now - timedelta(minutes=random.randint(6, 120))


@pytest.mark.parametrize("seed", range(2))
def test_a_year_of_outages_and_stepped_clocks_miss_no_pack_and_run_nothing_twice(seed: int) -> None:
    random = Random(seed)
    start, end = at("2026-01-05", "06:00"), at("2027-01-15", "06:00")
    records: dict[str, PastRun] = {}
    ran: list[str] = []
    latest = start
    for now in ticks(random, start, end):
        found = due(JOBS, records.values(), now, Clockwork(LONDON, CALENDAR, start, latest))
        latest = max(latest, now)
        for each in found.skip:
            records[each.occurrence.key] = PastRun(each.occurrence.key, "skipped")
        for occurrence in found.run:
            before = records.get(occurrence.key)
            tries = before.tries + 1 if before else 1
            if random.random() < 0.05:
                records[occurrence.key] = PastRun(occurrence.key, "failed", tries, now)
                continue
            records[occurrence.key] = PastRun(occurrence.key, "done", tries, now)
            ran.append(occurrence.key)
            local = now.astimezone(LONDON)
            if occurrence.job == "digest":
                assert CALENDAR.is_working(local.date())
                assert time(8) <= local.time() <= time(17)
                assert local.date() == occurrence.nominal
    assert len(ran) == len(set(ran))
    all_packs = {each.key: each for each in occurrences(PACK, date(2026, 1, 6), date(2027, 2, 28), CLOCKWORK)}
    packs = {key for key in ran if key.startswith("pack:")}
    assert packs <= set(all_packs)
    settled_by = end - timedelta(days=10)  # a pack of the last days may still wait for the end of an outage
    assert {key for key, each in all_packs.items() if start < each.moment < settled_by} <= packs
    digests = {each.key for each in occurrences(DIGEST, start.date(), end.date(), CLOCKWORK)}
    assert {key for key in ran if key.startswith("digest:")} <= digests
    assert sum(key.startswith("digest:") for key in ran) > 0.7 * len(digests)
