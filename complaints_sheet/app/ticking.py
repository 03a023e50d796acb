"""The tick: whatever is due is done, once; with nothing due it is one cheap look. All drivers call it."""

import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from complaints_sheet.app.announcing import failure_told
from complaints_sheet.app.arming import refuse_as_of, stop_file, why_off
from complaints_sheet.app.asof import moment_asked
from complaints_sheet.app.heartbeat import leave_signs
from complaints_sheet.app.packing import KIND, PackAsked
from complaints_sheet.app.status_page import write_page
from complaints_sheet.app.timetable import (
    NAMES,
    JobLine,
    Plan,
    Records,
    family,
    planned,
    records,
    timetable,
)
from complaints_sheet.app.working import Task, WorkAnswer, worked
from complaints_sheet.app.workplace import Desk, never
from complaints_sheet.core.calendar import ONE_DAY
from complaints_sheet.core.due import (
    Due,
    NotRun,
    Occurrence,
    due,
    last_occurrence,
)
from complaints_sheet.core.guards import opening
from complaints_sheet.core.wording import count, listing
from complaints_sheet.errors import BusyError, SourceError, Stopped

if TYPE_CHECKING:
    from complaints_sheet.config.settings import Config
    from complaints_sheet.state import State

TOLD_AT_TRY = 3
SENT_AGAIN_AFTER = timedelta(minutes=5)
TOGETHER = ("sync", "digests")  # several hours of these that are due at once are one run

Outcome: TypeAlias = Literal["done", "failed", "let go", "would run"]


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of one occurrence; `answer` is what its job did, where it is one that answers."""

    occurrence: Occurrence
    outcome: Outcome
    words: str = ""
    exit_code: int = 0
    answer: WorkAnswer | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """What one tick did at a local moment.

    `first` is True at the very first, when nothing is due by itself. `held` says why nothing runs, `busy`
    that another run is at work, `unseen` why no sign of life could be left; else they are empty. `next` are
    the jobs as they stand, where nothing ran and there is a page.
    """

    at: datetime
    plan: Plan
    ran: tuple[Ran, ...] = ()
    skipped: tuple[NotRun, ...] = ()
    held: str = ""
    busy: str = ""
    unseen: str = ""
    first: bool = False
    next: tuple[JobLine, ...] = ()

    @property
    def exit_code(self) -> int:
        """Return the worst exit code of its jobs, by the order of the design; 0 where all went well."""
        codes = {each.exit_code for each in self.ran} | ({5} if self.busy else set())
        return next((code for code in (1, 2, 3, 4, 5) if code in codes), 4 if self.held else 0)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a tick is asked: which jobs' config, at which clock time, and how far it may go.

    `as_of` judges another moment than the clock's, and leaves the clock's own records alone. `accept` says
    that the clock is right now, however late it seemed to be before. `owner` names the driver.
    """

    config_file: Path
    now: datetime
    as_of: str | None = None
    dry_run: bool = False
    accept: bool = False
    stopping: Callable[[], bool] = never
    owner: str = field(default_factory=lambda: f"{os.getpid()}-{secrets.token_hex(4)}")


def tick(asked: Asked, known: Plan | None = None) -> Tick:
    """Do what is due and return what was done; called again, it finds nothing to do.

    A job that fails is recorded, tried again after a while, and does not stop the others. ConfigError where
    the config cannot be used.
    """
    done = _ticked(asked, known)
    if asked.dry_run or asked.as_of is not None:
        return done
    signs = (done.unseen, leave_signs(done.plan.config, asked.now))
    return replace(done, unseen=" ".join(filter(None, signs)))


def _ticked(asked: Asked, known: Plan | None) -> Tick:
    from complaints_sheet.state import open_state

    plan = planned(asked.config_file, asked.now, known)
    moment = moment_asked(asked.as_of, asked.now, plan.config.organisation.timezone)
    place = plan.config.state
    with open_state(place.folder, place.url, dry_run=asked.dry_run, alone=False) as state:
        seen = _looked(state, plan, asked, moment)
        if asked.dry_run:
            return replace(seen.tick, ran=tuple(Ran(each, "would run") for each in seen.found.run))
        if not seen.work:
            return _shown(state, seen.tick, seen)
    try:
        with open_state(place.folder, place.url) as state:
            ran = tuple(_all_done(state, plan, asked, moment))
            return _shown(state, replace(seen.tick, ran=ran), None)
    except BusyError as busy:
        return replace(seen.tick, busy=busy.message)


def _shown(state: "State", done: Tick, seen: "_Seen | None") -> Tick:
    """Write the status page, where there is to be one, and return the tick with how the jobs on it stand.

    What was just `seen` on record is not asked for again where this tick has not added to it.
    """
    if done.plan.config.schedule.status_page is None:
        return done
    fresh = seen is None or done.first or bool(done.skipped)
    shown = timetable(state, done.plan, done.at, None if fresh or seen is None else seen.records)
    unseen = write_page(done.plan.config, shown, done.held)
    return replace(done, next=shown.lines, unseen=unseen)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a look at the records found: is there anything to do, and the tick as it is without it."""

    found: Due
    work: bool
    sends: bool
    tick: Tick
    records: Records


def _looked(state: "State", plan: Plan, asked: Asked, moment: datetime) -> _Seen:
    """Return what is due, after recording what never will run and that the scheduler is alive."""
    refuse_as_of(plan.config, state, asked.as_of)
    known = records(state, plan, moment)
    moments = known.moments
    installed, words = moments.get("installed", (moment, ""))
    first = "installed" not in moments
    latest = moments.get("latest", (moment, ""))[0]
    guarded = asked.as_of is None and not asked.accept
    clockwork = plan.clockwork(installed, latest if guarded else None)
    jobs = plan.config.schedule.jobs
    found = due(jobs, [each.as_past() for each in known.runs], moment, clockwork)
    if first:
        before = (last_occurrence(job, moment, clockwork) for job in jobs)
        baseline = [(each, "") for each in before if each]
        state.jobs.record(baseline, "baseline", moment)
    if found.skip:
        state.jobs.record([(each.occurrence, each.reason) for each in found.skip], "skipped", moment)
    marks: dict[str, tuple[datetime, str] | None] = {"installed": (installed, words)} if first else {}
    if asked.as_of is None:
        marks |= {"tick": (asked.now, ""), "latest": (max(latest, moment) if guarded else moment, "")}
    state.jobs.keep_moments(marks)
    sends = not found.held and _may_send(state, plan, known, moment)
    work = sends or bool(found.run) or any(each.state == "running" for each in known.runs)
    done = Tick(moment, plan, skipped=found.skip, held=found.held, first=first)
    seen = replace(known, moments={**moments, **{name: kept for name, kept in marks.items() if kept}})
    return _Seen(found, work, sends, done, seen)


def _all_done(state: "State", plan: Plan, asked: Asked, moment: datetime) -> Iterator[Ran]:
    """Yield what became of each occurrence that is due, looked up again under the lock."""
    from complaints_sheet.config.settings import load_config

    state.jobs.recover(moment, asked.owner, alone=True)
    config = load_config(asked.config_file)
    seen = _looked(state, plan, asked, moment)
    for occurrence in _one_of_each(seen.found.run, state, moment):
        if asked.stopping():
            return
        if state.jobs.claim(occurrence, asked.owner, moment):
            yield _one_done(_Errand(occurrence, config, state, asked, moment))
    if seen.sends and not asked.stopping():
        state.jobs.keep_moments({"send": (moment, "")})
        yield _sent(_Errand(Occurrence("send", moment.date(), moment), config, state, asked, moment))


def _one_of_each(found: tuple[Occurrence, ...], state: "State", moment: datetime) -> list[Occurrence]:
    """Return the occurrences to run: of several hours of the same thing only the last, which does it all."""
    latest = {family(each.job): each for each in found if family(each.job) in TOGETHER}
    run = [each for each in found if latest.get(family(each.job), each) is each]
    left = [(each, "a later one takes its place") for each in found if each not in run]
    if left:
        state.jobs.record(left, "skipped", moment)
    return run


@dataclass(frozen=True, slots=True)
class _Errand:
    """One occurrence to run, and all it is run with."""

    occurrence: Occurrence
    config: "Config"
    state: "State"
    asked: Asked
    moment: datetime


def _may_send(state: "State", plan: Plan, known: Records, moment: datetime) -> bool:
    """Return True where mail waits that could leave now, and that was not tried a few minutes ago."""
    delivery, tried = plan.config.delivery, known.moments.get("send")
    if not (known.counts.get("queued") or known.counts.get("unknown")):
        return False
    if tried is not None and timedelta(0) <= moment - tried[0] < SENT_AGAIN_AFTER:
        return False
    if delivery.live and _is_shut(state, plan, moment):
        return False
    waiting = state.outbox.entries("queued", "unknown", "sending", "committing")
    return any(each.next_try is None or each.next_try <= moment for each in waiting)


def _is_shut(state: "State", plan: Plan, moment: datetime) -> bool:
    """Return True where no mail may leave now, so that looking at the register would be in vain."""
    delivery = plan.config.delivery
    kept = state.arming.channel(delivery.kind)
    stopped = bool(kept.stopped) and kept.next_try is not None and kept.next_try > moment
    off = bool(why_off(plan.config, state)) and delivery.test_address is None
    closed = opening(moment, delivery.hours, plan.calendar) is not None
    return stopped or off or closed or stop_file(plan.config) is not None


def _sent(errand: _Errand) -> Ran:
    """Return what became of the mail that waited; it has no occurrence, as its outbox keeps its record."""
    try:
        words, answer = _worked(errand, Task("send"))
    except BusyError:
        raise
    except Exception as fault:  # what waits goes on waiting, and is tried again after a while
        return _failed(errand, fault)
    return Ran(errand.occurrence, "done", words, _code(answer), answer)


def _one_done(errand: _Errand) -> Ran:
    """Return what became of a claimed occurrence, after recording it."""
    jobs, occurrence, owner = errand.state.jobs, errand.occurrence, errand.asked.owner
    try:
        words, answer = _JOBS[family(occurrence.job)](errand)
    except BusyError:
        jobs.let_go(occurrence.key, owner, "another run was at work")
        raise
    except Exception as fault:  # a job's mistake is recorded and told, and must not stop the others
        ran = _failed(errand, fault)
        jobs.ended(occurrence.key, owner, "failed", errand.moment, ran.words)
        _tell(errand, fault, ran.words)
        return ran
    if errand.asked.stopping() and answer is not None and _mail_waits(errand):
        jobs.let_go(occurrence.key, owner, "asked to stop")
        return Ran(occurrence, "let go", "stopped after the message in hand", 0, answer)
    jobs.ended(occurrence.key, owner, "done", errand.moment, words)
    return Ran(occurrence, "done", words, _code(answer), answer)


def _failed(errand: _Errand, fault: Exception) -> Ran:
    if isinstance(fault, Stopped):
        return Ran(errand.occurrence, "failed", f"{fault.message} {fault.next_step}".strip(), fault.exit_code)
    from complaints_sheet.faultlog import write_fault

    place = write_fault(fault, errand.asked.now)
    words = f"something went wrong that should not have ({type(fault).__name__}); see {place}"
    return Ran(errand.occurrence, "failed", words, 1)


def _code(answer: WorkAnswer | None) -> int:
    if answer is None:
        return 0
    return 1 if answer.faults else 4 if answer.undelivered else 0


def _mail_waits(errand: _Errand) -> bool:
    return bool(errand.state.outbox.counts().get("queued"))


# --- what each job does, keyed by its occurrence ------------------------------------------------------------


def _worked(errand: _Errand, task: Task) -> tuple[str, WorkAnswer]:
    asked = errand.asked
    answer = worked(task, errand.config, errand.state, errand.moment, now=asked.now, stopping=asked.stopping)
    return _words(answer), answer


def _words(answer: WorkAnswer) -> str:
    parts = []
    if answer.mailing is not None:
        gone = sum(each.delivered for each in answer.mailing.deliveries)
        left = len(answer.mailing.deliveries) - gone
        parts += [count(gone, "mail")] + ([f"{left} not delivered"] if left else [])
    if answer.pack is not None:
        parts.append(listing(path.name for path in answer.pack.files) or "no file")
    return "; ".join(parts)


def _sync(errand: _Errand) -> tuple[str, WorkAnswer | None]:
    return _worked(errand, Task("sync"))


def _digests(errand: _Errand) -> tuple[str, WorkAnswer | None]:
    return _worked(errand, Task("remind"))


def _second_digests(errand: _Errand) -> tuple[str, WorkAnswer | None]:
    return _worked(errand, Task("remind", slot="second"))


def _pack(errand: _Errand) -> tuple[str, WorkAnswer | None]:
    """Write the pack of this meeting, unless somebody had it written before."""
    meeting = errand.occurrence.nominal
    if any(each.meeting == meeting for each in errand.state.packs.written(KIND)):
        return "it was written before", None
    return _worked(errand, Task("pack", pack=PackAsked(meeting=meeting)))


def _weekly(errand: _Errand) -> tuple[str, WorkAnswer | None]:
    return _worked(errand, Task("pack", pack=PackAsked("weekly", errand.occurrence.nominal - ONE_DAY)))


def _quarterly(errand: _Errand) -> tuple[str, WorkAnswer | None]:
    return _worked(errand, Task("pack", pack=PackAsked("quarterly", errand.occurrence.nominal - ONE_DAY)))


def _backup(errand: _Errand) -> tuple[str, WorkAnswer | None]:
    """Write the backup of this occurrence; its name is the moment it was due, so it is never there twice."""
    from complaints_sheet.app.keeping import backup_folder
    from complaints_sheet.state import back_up, backups

    if errand.state.engine.dialect.name != "sqlite":
        return "left to the database server", None
    folder = backup_folder(errand.config)
    made = back_up(errand.state.engine, folder, errand.occurrence.moment)
    for old in backups(folder)[errand.config.schedule.keep_backups :]:
        old.unlink(missing_ok=True)
    return made.name, None


_JOBS: Mapping[str, Callable[[_Errand], tuple[str, WorkAnswer | None]]] = {
    "sync": _sync,
    "digests": _digests,
    "second-digests": _second_digests,
    "pack": _pack,
    "weekly": _weekly,
    "quarterly": _quarterly,
    "backup": _backup,
}


# --- telling of failures ------------------------------------------------------------------------------------


def _tell(errand: _Errand, fault: Exception, words: str) -> None:
    """Tell the coordinator of a job that keeps failing; a register that stopped has told itself."""
    record = errand.state.jobs.run(errand.occurrence.key)
    if isinstance(fault, SourceError) or record is None or record.tries < TOLD_AT_TRY:
        return
    run = errand.state.runs.begin("schedule", errand.moment, errand.moment.date(), errand.asked.now)
    stop = fault if isinstance(fault, Stopped) else Stopped(words)
    name = NAMES.get(family(errand.occurrence.job), errand.occurrence.job)
    failure_told(Desk(errand.config, errand.state, run, errand.moment, dry_run=False), name, stop)
    errand.state.runs.finish(run, "failed", errand.asked.now, note=words)
