"""When each job is done, and how it is noticed that nothing is being done."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, Field, PlainSerializer

from complaints_sheet.config.delivery import DeliveryConfig
from complaints_sheet.config.sections import Sections
from complaints_sheet.config.typed import Line, YesNo, time_of_day, weekday, yes_or_no
from complaints_sheet.config.yaml_file import Written
from complaints_sheet.core.calendar import DAY_NAMES
from complaints_sheet.core.due import QUARTERLY, BeforeMeetings, EachDay, EachWeek, Job, Rhythm
from complaints_sheet.core.meetings import MeetingPlan
from complaints_sheet.core.notices import digest_hours
from complaints_sheet.core.people import Directory

PACK_KEPT_DAYS, REPORT_KEPT_DAYS, WEEK_KEPT_DAYS = 27, 20, 4

WeekdayTime: TypeAlias = tuple[int, time]


@dataclass(frozen=True, slots=True)
class ScheduleConfig:
    """The plan of jobs, how many backups stay, and how a scheduler that has stopped is noticed.

    `watched` is True where a scheduler is expected to be at work once one has been.
    """

    jobs: tuple[Job, ...]
    keep_backups: int
    status_page: Path | None
    heartbeat_file: Path | None
    heartbeat_url: str | None
    watched: bool


def _never(typed: object) -> bool:
    try:
        return not yes_or_no(typed)
    except ValueError:
        return False


def times(typed: object) -> tuple[time, ...]:
    """Return the times meant by "07:00", by a list of them, or by "no", which is never."""
    if _never(typed):
        return ()
    listed = typed if isinstance(typed, list | tuple) else [typed]
    return tuple(sorted({time_of_day(each) for each in listed}))


def once(typed: object) -> time | None:
    """Return the time meant by "07:30", or None for "no"."""
    return None if typed is None or _never(typed) else time_of_day(typed)


def weekday_time(typed: object) -> WeekdayTime | None:
    """Return the day and time meant by "Monday 07:30", or None for "no"."""
    if typed is None or _never(typed):
        return None
    day, _, hour = str(typed).strip().rpartition(" ")
    try:
        return weekday(day.rstrip(",")), time_of_day(hour)
    except ValueError:
        raise ValueError(f'expected a day and a time like "Monday 07:30", or no, not "{typed}"') from None


def _clock(at: time | None) -> str:
    return f"{at:%H:%M}" if at else "no"


Times: TypeAlias = Annotated[
    tuple[time, ...], BeforeValidator(times), PlainSerializer(lambda all_: [_clock(each) for each in all_])
]
Once: TypeAlias = Annotated[time | None, BeforeValidator(once), PlainSerializer(_clock)]
Weekly: TypeAlias = Annotated[
    WeekdayTime | None,
    BeforeValidator(weekday_time),
    PlainSerializer(lambda each: f"{DAY_NAMES[each[0]]} {_clock(each[1])}" if each else "no"),
]


class ScheduleSection(Written):
    """The section `schedule`."""

    sync: Times = Field(
        default=(time(7), time(12), time(17)),
        description="When the register is read on working days, besides each time a mail is due; or no.",
    )
    digests: YesNo = Field(
        default=True, description="Whether digests go: from `delivery: digest_at`, or a person's own hour."
    )
    second_digests: YesNo = Field(
        default=True, description="Whether a second digest goes, from `delivery: second_digest_at`."
    )
    packs: YesNo = Field(default=True, description="Whether packs are written when `meeting` says.")
    weekly: Weekly = Field(default=(0, time(7, 30)), description="When the weekly report is written; or no.")
    quarterly: Once = Field(
        default=time(7, 30),
        description="When the quarterly report is written, on the first working day of January, April, "
        "July and October; or no.",
    )
    backup: Once = Field(default=time(1, 30), description="When the memory is backed up, every day; or no.")
    keep_backups: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=14, description="How many backups stay; older ones are deleted."
    )
    status_page: Line = Field(
        default="status.html",
        description="A page that says how things stand, written anew by the scheduler; or no.",
    )
    heartbeat_file: Path | None = Field(
        default=None, description="A file that holds the moment of the scheduler's last sign of life."
    )
    heartbeat_url: Line | None = Field(
        default=None, description="An https address that is called at each sign of life."
    )
    watched: YesNo = Field(
        default=True, description="Whether `status` warns when a scheduler has been silent for two hours."
    )


def schedule_config(
    sections: Sections, delivery: DeliveryConfig, meeting: MeetingPlan | None, directory: Directory
) -> ScheduleConfig:
    """Return when each job is done; with problems, as if the section were not written."""
    written = sections.section(ScheduleSection, "schedule")
    url = written.heartbeat_url
    if url and not url.casefold().startswith(("https://", "http://")):
        sections.note("expected an address that begins with https://", "schedule", "heartbeat_url")
    page = None if _never(written.status_page) else sections.place(Path(written.status_page))
    file = written.heartbeat_file
    return ScheduleConfig(
        jobs=tuple(_jobs(written, delivery, meeting, directory)),
        keep_backups=written.keep_backups,
        status_page=page,
        heartbeat_file=sections.place(file) if file else None,
        heartbeat_url=url,
        watched=written.watched,
    )


def _jobs(
    written: ScheduleSection, delivery: DeliveryConfig, meeting: MeetingPlan | None, directory: Directory
) -> Iterator[Job]:
    """Yield the plan of jobs. What is told on a day is no use on the next; a report is."""
    for number, at in enumerate(written.sync, 1):
        yield Job(f"sync-{number}", EachDay(), at)
    if written.digests:
        # Named by their hour, as they come and go with the people who chose it.
        for at in digest_hours(directory, delivery.digest_at):
            yield Job(f"digests-{at:%H%M}", EachDay(), at, until=max(at, delivery.hours.end))
    if written.second_digests:
        at = delivery.second_digest_at
        yield Job("second-digests", EachDay(), at, until=max(at, delivery.hours.end))
    if written.packs and meeting is not None:
        yield Job("pack", BeforeMeetings(meeting), meeting.pack_at, keep_days=PACK_KEPT_DAYS, keep=2)
    if written.weekly is not None:
        day, at = written.weekly
        yield Job("weekly", EachWeek(day), at, keep_days=WEEK_KEPT_DAYS)
    if written.quarterly is not None:
        yield Job("quarterly", QUARTERLY, written.quarterly, keep_days=REPORT_KEPT_DAYS)
    if written.backup is not None:
        yield Job("backup", _DAILY, written.backup, keep_days=1)


_DAILY: Rhythm = EachDay(working=False)
