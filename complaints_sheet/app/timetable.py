"""The plan of jobs of a workspace: what is due, when each job ran and will run, and what is wrong."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from complaints_sheet.app.arming import kept_back
from complaints_sheet.app.heartbeat import FAULT
from complaints_sheet.core.due import (
    Clockwork,
    Job,
    JobRun,
    Occurrence,
    is_silent,
    next_occurrence,
    oldest_of_interest,
)
from complaints_sheet.core.wording import clock_time, count, plural, weekday_day

if TYPE_CHECKING:
    from complaints_sheet.config.settings import Config
    from complaints_sheet.core.calendar import Calendar
    from complaints_sheet.state import State

RELOADED_AFTER = timedelta(hours=12)
CONFIG_ENDINGS = (".yaml", ".yml", ".csv", ".py")
LOOK_AHEAD_DAYS = (3, 40, 400)
WAITS = ("queued", "sending", "committing", "held", "unknown", "failed")
NAMES: Mapping[str, str] = {
    "sync": "Reading the register",
    "digests": "Digests",
    "second-digests": "Second digests",
    "pack": "Pack for the meeting",
    "weekly": "Weekly report",
    "quarterly": "Quarterly report",
    "backup": "Backup",
}

Stamp = frozenset[tuple[str, int, int]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the question "what is due?" needs of a config, kept while its files stay as they are."""

    config: "Config"
    calendar: "Calendar"
    stamp: Stamp
    made: datetime

    def clockwork(self, installed: datetime, latest_seen: datetime | None) -> Clockwork:
        """Return the clockwork of these jobs."""
        return Clockwork(self.config.organisation.timezone, self.calendar, installed, latest_seen)


@dataclass(frozen=True, slots=True)
class JobLine:
    """One job: what it is called, its newest record, and when it runs next (None for never)."""

    job: Job
    name: str
    last: JobRun | None
    next: Occurrence | None


@dataclass(frozen=True, slots=True)
class Timetable:
    """How the jobs stand at a local moment; `wrong` are sentences. `last_tick` is None before the first."""

    at: datetime
    lines: tuple[JobLine, ...]
    last_tick: datetime | None
    silent: bool
    waiting: Mapping[str, int]
    wrong: tuple[str, ...]


def planned(config_file: Path, now: datetime, known: Plan | None = None) -> Plan:
    """Return the plan of the config; the one known already while its files are unchanged, for half a day.

    ConfigError where the config cannot be used.
    """
    from complaints_sheet.config.closed_days import calendar_from
    from complaints_sheet.config.settings import load_config

    stamp = _stamp(config_file)
    if known is not None and known.stamp == stamp and abs(now - known.made) < RELOADED_AFTER:
        return known
    config = load_config(config_file)
    return Plan(config, calendar_from(config.calendar, now.year - 1, now.year + 2), stamp, now)


def _stamp(config_file: Path) -> Stamp:
    """Return what changes when a file beside the config is written."""
    folder = config_file.absolute().parent
    try:
        found = [each for each in os.scandir(folder) if each.name.endswith(CONFIG_ENDINGS) and each.is_file()]
        return frozenset((each.name, each.stat().st_mtime_ns, each.stat().st_size) for each in found)
    except OSError:
        return frozenset()


def family(job: str) -> str:
    """Return the kind of job: "sync" of "sync-2", "digests" of "digests-0800"."""
    head, _, tail = job.rpartition("-")
    return head if head and tail.isdigit() else job


def called(job: Job) -> str:
    """Return what people call a job, with its hour."""
    return f"{NAMES.get(family(job.id), job.id)} ({job.at:%H:%M})"


@dataclass(frozen=True, slots=True)
class Records:
    """What is on record of the jobs: moments kept, the runs of the last weeks, mails by state."""

    moments: Mapping[str, tuple[datetime, str]]
    runs: tuple[JobRun, ...]
    counts: Mapping[str, int]


def records(state: "State", plan: Plan, moment: datetime) -> Records:
    """Return what is on record of the jobs of a plan."""
    oldest = {job.id: oldest_of_interest(job, moment) for job in plan.config.schedule.jobs}
    return Records(state.jobs.moments(), state.jobs.since(oldest), state.outbox.counts())


def timetable(state: "State", plan: Plan, moment: datetime, known: Records | None = None) -> Timetable:
    """Return how the jobs stand at the local moment, from what is on record; no register is read."""
    known = known or records(state, plan, moment)
    moments, counts = known.moments, known.counts
    installed = moments["installed"][0] if "installed" in moments else moment
    clockwork = plan.clockwork(installed, None)
    last = _last(state, plan, known.runs)
    lines = tuple(
        JobLine(job, called(job), last.get(job.id), _next(job, moment, clockwork))
        for job in plan.config.schedule.jobs
    )
    tick = moments["tick"][0] if "tick" in moments else None
    return Timetable(
        at=moment,
        lines=lines,
        last_tick=tick,
        silent=plan.config.schedule.watched and tick is not None and is_silent(tick, moment),
        waiting={name: counts[name] for name in WAITS if counts.get(name)},
        wrong=(
            *kept_back(plan.config, state, moment),
            *_wrong(_failing(known.runs), counts, moments, moment),
        ),
    )


def _last(state: "State", plan: Plan, runs: Sequence[JobRun]) -> Mapping[str, JobRun]:
    """Return the newest record of each job; one that ran long ago is asked for."""
    found = {run.job: run for run in sorted(runs, key=lambda run: run.moment)}
    missing = [job.id for job in plan.config.schedule.jobs if job.id not in found]
    return {**found, **state.jobs.last(missing)} if missing else found


def _failing(runs: Sequence[JobRun]) -> list[JobRun]:
    """Return the occurrences that failed and were not made up for since, the oldest first."""
    done = {run.job: run.moment for run in sorted(runs, key=lambda run: run.moment) if run.state == "done"}
    failed = (run for run in runs if run.state == "failed")
    return sorted((run for run in failed if done.get(run.job, run.moment) <= run.moment), key=_moment)


def _moment(run: JobRun) -> datetime:
    return run.moment


def _next(job: Job, moment: datetime, clockwork: Clockwork) -> Occurrence | None:
    """Return the next occurrence, looked for near at hand first."""
    found = (next_occurrence(job, moment, clockwork, days) for days in LOOK_AHEAD_DAYS)
    return next(filter(None, found), None)


def _wrong(
    failing: Sequence[JobRun],
    counts: Mapping[str, int],
    moments: Mapping[str, tuple[datetime, str]],
    moment: datetime,
) -> list[str]:
    found = [
        f"{NAMES.get(family(run.job), run.job)} of {weekday_day(run.nominal)} failed "
        f"{count(run.tries, 'time')}: {run.words}"
        for run in failing
    ]
    for name, words in (
        ("unknown", "may or may not have gone out: complaints-sheet outbox list"),
        ("failed", "refused: complaints-sheet outbox list"),
        ("held", "held back: complaints-sheet outbox list"),
    ):
        if counts.get(name):
            verb = "" if name == "unknown" else plural(counts[name], "is ", "are ")
            found.append(f"{count(counts[name], 'mail')} {verb}{words}")
    if FAULT in moments:
        since, words = moments[FAULT]
        local = since.astimezone(moment.tzinfo)
        found.append(
            f"The heartbeat address could not be reached since {clock_time(local)} on "
            f"{weekday_day(local.date())} ({words})."
        )
    return found


def silence(shown: Timetable) -> tuple[str, ...]:
    """Return the sentence that a scheduler has stopped, where one was at work and is silent."""
    if not shown.silent or shown.last_tick is None:
        return ()
    local = shown.last_tick.astimezone(shown.at.tzinfo)
    return (
        f"The scheduler has been silent since {clock_time(local)} on {weekday_day(local.date())}: nothing is "
        "done by itself. Start `complaints-sheet schedule`, or look at the task or timer that runs it. If "
        "none is wanted, say `schedule: {watched: no}` in config.yaml.",
    )
