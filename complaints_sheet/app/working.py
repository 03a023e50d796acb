"""The jobs that write: run, remind, pack, sync, send. One lock, one moment, one order of work."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from complaints_sheet.app.announcing import announced, failure_told
from complaints_sheet.app.arming import refuse_as_of
from complaints_sheet.app.asof import day_asked, moment_asked
from complaints_sheet.app.ideas import Improved, improved, shown_in_pack
from complaints_sheet.app.mailing import Mailing, mailing, sent_again
from complaints_sheet.app.packing import KIND, PackAsked, Packed, pack_asked, pack_due, packed
from complaints_sheet.app.remembering import workplace
from complaints_sheet.app.replies import Heard, hear
from complaints_sheet.app.sending import Delivery
from complaints_sheet.app.status_columns import Statuses, written_statuses
from complaints_sheet.app.worklist import Lists, written_lists
from complaints_sheet.app.workplace import Desk, Workplace, never
from complaints_sheet.core.editions import Circulation, EditionId
from complaints_sheet.core.ledger import Run
from complaints_sheet.core.model import Judgement
from complaints_sheet.core.notice import Slot
from complaints_sheet.core.notices import digest_hours
from complaints_sheet.errors import SourceError, Stopped

if TYPE_CHECKING:
    from complaints_sheet.config.settings import Config
    from complaints_sheet.state import State

Job: TypeAlias = Literal["run", "remind", "pack", "sync", "send"]


@dataclass(frozen=True, slots=True)
class Task:
    """What to do: `run` everything, `remind`, write a `pack`, only `sync`, or only `send` what waits.

    `slot` says which digests of the day; `pack` which pack. `accept` goes on after the circuit breaker.
    """

    job: Job
    slot: Slot = "first"
    pack: PackAsked = field(default_factory=PackAsked)
    accept: bool = False


@dataclass(frozen=True, slots=True)
class WorkAnswer:
    """What a job did. `mailing` is None where no mail was asked for, or where `mail_waits` for its hour."""

    as_of: datetime
    config: "Config"
    judgements: tuple[Judgement, ...]
    mailing: Mailing | None
    mail_waits: bool
    pack: Packed | None
    dry_run: bool
    announced: tuple[Delivery, ...] = ()  # that the pack is ready
    improved: Improved = field(default_factory=Improved)
    lists: Lists = field(default_factory=Lists)  # of what needs doing, beside the registers
    statuses: Statuses = field(default_factory=Statuses)  # what was written into the registers themselves

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """Return every message of the run: digests, the news that a pack is ready, what ideas ask for."""
        mailed = self.mailing.deliveries if self.mailing else ()
        return (*mailed, *self.announced, *self.improved.deliveries)

    @property
    def undelivered(self) -> bool:
        """Return True where a message or a format of the pack could not be delivered."""
        return any(each.needs_a_look for each in self.deliveries) or bool(self.pack and self.pack.problems)

    @property
    def faults(self) -> tuple[str, ...]:
        """Return the names of rules that failed and were left out."""
        return tuple(fault.rule for each in self.judgements for fault in each.faults)


def work(
    job: Job,
    config_file: Path,
    *,
    as_of: str | None,
    now: datetime,
    dry_run: bool = False,
    accept: bool = False,
    edition: EditionId = KIND,
    until: str | None = None,
    circulation: Circulation | None = None,
    approved_by: str = "",
) -> WorkAnswer:
    """Do the job and return what it did; with `dry_run` what it would do, and nothing is written.

    `accept` goes on after the circuit breaker.

    Raises ConfigError, SourceError, DeliveryError or BusyError; what was delivered before is remembered.
    """
    from complaints_sheet.config.settings import load_config
    from complaints_sheet.state import open_state

    config = load_config(config_file)
    moment = moment_asked(as_of, now, config.organisation.timezone)
    last_day = day_asked(until) if until else None
    asked = PackAsked(edition, last_day, circulation=circulation, approved_by=approved_by)
    with open_state(config.state.folder, config.state.url, dry_run=dry_run) as state:
        refuse_as_of(config, state, as_of)
        task = Task(job, pack=asked, accept=accept)
        try:
            return worked(task, config, state, moment, now=now, dry_run=dry_run)
        except SourceError:
            raise  # the register's own message has gone out
        except Stopped as stop:
            run = state.runs.latest(1)[0]
            failure_told(Desk(config, state, run, moment, dry_run), job, stop)
            raise


def worked(
    task: Task,
    config: "Config",
    state: "State",
    moment: datetime,
    *,
    now: datetime,
    dry_run: bool = False,
    stopping: Callable[[], bool] = never,
) -> WorkAnswer:
    """Do the task with an open memory and return what it did; errors as `work`.

    `moment` is what the cases are judged at, `now` what the clock says.
    """
    run = state.runs.begin(task.job, moment, today=moment.date(), started=now)
    state.outbox.recover(at=now, alone=config.state.url is None)
    with _ending(state, run, now):
        desk = Desk(config, state, run, moment, dry_run, stopping=stopping)
        judged = workplace(desk, accept=task.accept)
        answer = _done(task, judged)
    if task.job in ("run", "sync"):
        return replace(answer, statuses=written_statuses(judged, now))
    return answer


@contextmanager
def _ending(state: "State", run: Run, now: datetime) -> Iterator[None]:
    """Record how the run ends: done, stopped by its register, or failed."""
    try:
        yield
    except SourceError as stop:
        state.runs.finish(run, "stopped", finished=now, note=stop.message)
        raise
    except Stopped as stop:
        state.runs.finish(run, "failed", finished=now, note=stop.message)
        raise
    state.runs.finish(run, "done", finished=now)


def _done(task: Task, work: Workplace) -> WorkAnswer:
    mail_waits = task.job == "run" and work.moment.time() < _first_hour(work.config)
    mails = task.job in ("run", "remind") and not mail_waits
    heard = hear(work) if task.job in ("run", "remind", "send") else Heard()
    told = mailing(work, task.slot) if mails else sent_again(work) if task.job == "send" else None
    ideas = improved(work, mails=mails)
    pack = _pack(task, work)
    shown_in_pack(work, pack)
    return WorkAnswer(
        as_of=work.moment,
        config=work.config,
        judgements=work.judgements,
        mailing=told,
        mail_waits=mail_waits,
        pack=pack,
        dry_run=work.dry_run,
        announced=announced(work, pack) if pack and _was_due(task) else (),
        improved=replace(ideas, notes=(*heard.notes, *ideas.notes)),
        lists=written_lists(work),
    )


def _first_hour(config: "Config") -> time:
    """Return the local hour before which nobody's digest goes."""
    return digest_hours(config.directory, config.delivery.digest_at)[0]


def _was_due(task: Task) -> bool:
    """Return True for a pack that was due, not one that a person asked for: only the former is announced."""
    return task.job == "run" or task.pack.meeting is not None


def _pack(task: Task, work: Workplace) -> Packed | None:
    if task.job not in ("run", "pack"):
        return None
    wanted = pack_asked(work, task.pack) if task.job == "pack" else pack_due(work)
    return packed(work, wanted) if wanted else None
