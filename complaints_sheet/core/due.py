"""Which jobs are due: the plan of jobs, the runs on record and the moment, to what has to run now.

Nothing here waits or remembers. A job's occurrence is named by its nominal local day, so moving it off a
closed day, changing its hour or changing the clocks never makes it another occurrence. Whoever calls this
records each run under the occurrence's key; a second call then finds nothing to do.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, Protocol, TypeAlias
from zoneinfo import ZoneInfo

from complaints_sheet.core.calendar import ONE_DAY, Calendar
from complaints_sheet.core.meetings import MeetingPlan, meetings_between, pack_due_on
from complaints_sheet.core.wording import clock_time, weekday_day

LONGEST_CLOSURE_DAYS = 21  # further than closed days ever move an occurrence
LONGEST_LEAD_DAYS = 45  # further than a pack is ever due before its meeting
NOTICED_DAYS = 14  # how far back a missed occurrence that is too old is still named
CLOCK_TOLERANCE = timedelta(minutes=5)
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
MOST_TRIES = 5
SILENT_AFTER = timedelta(hours=2)

Ended: TypeAlias = Literal["done", "failed", "skipped", "baseline"]
RunState: TypeAlias = Ended | Literal["due", "running"]


class Rhythm(Protocol):
    """On which local days a job is due; its nominal day lies at most `early` before and `late` after."""

    @property
    def early(self) -> int:
        """Return how many days the nominal day may lie before the day on which the job runs."""

    @property
    def late(self) -> int:
        """Return how many days the nominal day may lie after the day on which the job runs."""

    def days(self, first: date, last: date, calendar: Calendar) -> Iterable[tuple[date, date]]:
        """Yield (nominal day, day on which it runs) for each nominal day from `first` to `last`."""


@dataclass(frozen=True, slots=True)
class EachDay:
    """Every day, or every working day."""

    working: bool = True
    early: int = 0
    late: int = 0

    def days(self, first: date, last: date, calendar: Calendar) -> Iterable[tuple[date, date]]:
        """Yield each day as its own; days that are not working days are left out where only those count."""
        return ((day, day) for day in _span(first, last) if not self.working or calendar.is_working(day))


@dataclass(frozen=True, slots=True)
class EachWeek:
    """One day of each week (0 is Monday), or the next working day where that is closed."""

    weekday: int
    early: int = LONGEST_CLOSURE_DAYS
    late: int = 0

    def days(self, first: date, last: date, calendar: Calendar) -> Iterable[tuple[date, date]]:
        """Yield each such day, moved to the next working day where it is closed."""
        wanted = (day for day in _span(first, last) if day.weekday() == self.weekday)
        return ((day, calendar.working_day_on_or_after(day)) for day in wanted)


@dataclass(frozen=True, slots=True)
class EachMonth:
    """The first working day of each of these months: all of them, or January, April, July and October."""

    months: tuple[int, ...] = tuple(range(1, 13))
    early: int = LONGEST_CLOSURE_DAYS
    late: int = 0

    def days(self, first: date, last: date, calendar: Calendar) -> Iterable[tuple[date, date]]:
        """Yield the first of each such month, moved to the next working day where it is closed."""
        wanted = (day for day in _span(first, last) if day.day == 1 and day.month in self.months)
        return ((day, calendar.working_day_on_or_after(day)) for day in wanted)


QUARTERLY = EachMonth((1, 4, 7, 10))


@dataclass(frozen=True, slots=True)
class BeforeMeetings:
    """The day each meeting's pack is due; the nominal day is the meeting's."""

    plan: MeetingPlan
    early: int = 0
    late: int = LONGEST_LEAD_DAYS

    def days(self, first: date, last: date, calendar: Calendar) -> Iterable[tuple[date, date]]:
        """Yield (meeting, day its pack is due) for the meetings from `first` to `last`."""
        meetings = meetings_between(self.plan, first, last, calendar)
        return ((meeting, pack_due_on(self.plan, meeting, calendar)) for meeting in meetings)


@dataclass(frozen=True, slots=True)
class Job:
    """Something that is done at a local time on certain days.

    `until` is the hour after which it is no use on its day; `keep_days` for how many days after its day it is
    still worth doing (0: only on the day itself), and `keep` how many missed occurrences are made up for.
    """

    id: str
    rhythm: Rhythm
    at: time
    until: time | None = None
    keep_days: int = 0
    keep: int = 1


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a job is due. `key` ("pack:2026-11-24") is its name for ever; `moment` is in UTC."""

    job: str
    nominal: date
    moment: datetime

    @property
    def key(self) -> str:
        """Return the name under which the run is recorded."""
        return f"{self.job}:{self.nominal}"


@dataclass(frozen=True, slots=True)
class PastRun:
    """What is on record of an occurrence: how it ended, how often it was tried, and when last (UTC).

    One that is running counts as ended; one that is due was cut off, and is tried again at once.
    """

    key: str
    state: RunState
    tries: int = 1
    last_try: datetime | None = None


@dataclass(frozen=True, slots=True)
class JobRun:
    """The record of an occurrence. Moments are aware and in UTC; `lease_until` is set while it runs.

    `words` say how it ended, why it failed or why it was left out.
    """

    key: str
    job: str
    nominal: date
    moment: datetime
    state: RunState
    tries: int = 0
    last_try: datetime | None = None
    lease_until: datetime | None = None
    words: str = ""

    def as_past(self) -> PastRun:
        """Return what the plan has to know of it."""
        return PastRun(self.key, self.state, self.tries, self.last_try)


@dataclass(frozen=True, slots=True)
class NotRun:
    """An occurrence that will not run, and why, to be recorded and shown: it is never dropped in silence."""

    occurrence: Occurrence
    reason: str


@dataclass(frozen=True, slots=True)
class Due:
    """What to run now, in order; what to record as not run; and why nothing runs at all, where that is so."""

    run: tuple[Occurrence, ...] = ()
    skip: tuple[NotRun, ...] = ()
    held: str = ""


@dataclass(frozen=True, slots=True)
class Clockwork:
    """Where and since when: the zone, the working days, the installation, the latest moment ever seen.

    Whatever was due at or before `installed` belongs to the time before the program: it never runs. A moment
    well before `latest_seen` means that somebody set the clock back, and nothing runs until it has caught up.
    """

    zone: ZoneInfo
    calendar: Calendar
    installed: datetime
    latest_seen: datetime | None = None
    most_tries: int = MOST_TRIES


def due(jobs: Sequence[Job], past: Iterable[PastRun], now: datetime, clockwork: Clockwork) -> Due:
    """Return which occurrences run at this aware moment, the oldest first, and which never will.

    Each job runs at most `keep` of the occurrences it missed, newest first choice; what failed is tried again
    after 1, 5, 15 and then every 60 minutes, up to `most_tries` times.
    """
    if held := set_back(clockwork.latest_seen, now, clockwork.zone):
        return Due(held=held)
    recorded = {each.key: each for each in past}
    run: list[Occurrence] = []
    skip: list[NotRun] = []
    for job in jobs:
        chosen, left = _of_job(job, recorded, now, clockwork)
        run += chosen
        skip += left
    run.sort(key=lambda each: each.moment)
    return Due(tuple(run), tuple(skip))


def set_back(latest_seen: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    """Return in sentences that the clock was set back since the latest moment ever seen, or nothing."""
    if latest_seen is None or now >= latest_seen - CLOCK_TOLERANCE:
        return ""
    local = latest_seen.astimezone(zone)
    return (
        f"The clock of this computer was set back: it was {clock_time(local)} on "
        f"{weekday_day(local.date())} already. Nothing runs until that moment is reached again."
    )


def occurrences(job: Job, first: date, last: date, clockwork: Clockwork) -> Iterator[Occurrence]:
    """Yield the job's occurrences whose nominal day lies from `first` to `last`, both included."""
    for nominal, day in job.rhythm.days(first, last, clockwork.calendar):
        yield Occurrence(job.id, nominal, instant(day, job.at, clockwork.zone))


def next_occurrence(
    job: Job, now: datetime, clockwork: Clockwork, within_days: int = 400
) -> Occurrence | None:
    """Return the first occurrence after the moment, or None where there is none within so many days."""
    today = now.astimezone(clockwork.zone).date()
    first, last = _nominal(job, today, today + timedelta(days=within_days))
    later = (each for each in occurrences(job, first, last, clockwork) if each.moment > now)
    return min(later, key=lambda each: each.moment, default=None)


def last_occurrence(
    job: Job, now: datetime, clockwork: Clockwork, within_days: int = 100
) -> Occurrence | None:
    """Return the newest occurrence at or before the moment, none older than so many days."""
    today = now.astimezone(clockwork.zone).date()
    first, last = _nominal(job, today - timedelta(days=within_days), today)
    earlier = (each for each in occurrences(job, first, last, clockwork) if each.moment <= now)
    return max(earlier, key=lambda each: each.moment, default=None)


def oldest_of_interest(job: Job, now: datetime) -> datetime:
    """Return the moment (UTC) before which no occurrence of the job is looked at any more."""
    return now.astimezone(UTC) - timedelta(days=job.keep_days + NOTICED_DAYS + 2)


def is_silent(last_tick: datetime, now: datetime) -> bool:
    """Return True where the scheduler's last sign of life is too long ago for it to be at work."""
    return now - last_tick > SILENT_AFTER


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the moment (UTC) of a local time on a day, also where it happens twice or not at all.

    When clocks go forward, 01:30 in London does not exist and means 02:30; when they go back, it happens
    twice and means the first.
    """
    return datetime.combine(day, at, zone).astimezone(UTC)


def _of_job(
    job: Job, recorded: Mapping[str, PastRun], now: datetime, clockwork: Clockwork
) -> tuple[list[Occurrence], list[NotRun]]:
    """Return the occurrences of one job to run, and those that never will."""
    today = now.astimezone(clockwork.zone).date()
    oldest = max(
        today - timedelta(days=job.keep_days + NOTICED_DAYS),
        clockwork.installed.astimezone(clockwork.zone).date(),
    )
    open_ones = [
        each
        for each in occurrences(job, *_nominal(job, oldest, today), clockwork)
        if clockwork.installed < each.moment <= now and not _finished(recorded.get(each.key), clockwork)
    ]
    open_ones.sort(key=lambda each: each.moment, reverse=True)
    skip = [
        NotRun(each, reason) for each in open_ones if (reason := _too_late(job, each, now, clockwork.zone))
    ]
    gone = {each.occurrence for each in skip}
    alive = [each for each in open_ones if each not in gone]
    skip += [NotRun(each, "a later one takes its place") for each in alive[job.keep :]]
    ready = [each for each in alive[: job.keep] if _may_try(recorded.get(each.key), now)]
    return ready, skip


def _finished(found: PastRun | None, clockwork: Clockwork) -> bool:
    if found is None:
        return False
    return found.state not in ("failed", "due") or found.tries >= clockwork.most_tries


def _may_try(found: PastRun | None, now: datetime) -> bool:
    if found is None or found.last_try is None or found.state == "due":
        return True
    return now >= found.last_try + BACK_OFF[min(found.tries, len(BACK_OFF)) - 1]


def _too_late(job: Job, occurrence: Occurrence, now: datetime, zone: ZoneInfo) -> str:
    """Return why the occurrence is no use any more, or nothing."""
    day, local = occurrence.moment.astimezone(zone).date(), now.astimezone(zone)
    days_late = (local.date() - day).days
    if days_late > job.keep_days:
        return f"missed on {weekday_day(day)}, and too old to make up for"
    if days_late == job.keep_days and job.until is not None and local.time() > job.until:
        return f"missed on {weekday_day(day)}: no use after {clock_time(job.until)}"
    return ""


def _nominal(job: Job, first: date, last: date) -> tuple[date, date]:
    """Return the nominal days that can run on the days from `first` to `last`."""
    return first - timedelta(days=job.rhythm.early), last + timedelta(days=job.rhythm.late)


def _span(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += ONE_DAY
