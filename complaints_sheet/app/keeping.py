"""`backup` and `status`: a copy of the memory, the last runs, what waits, what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from complaints_sheet.app.judged import Judging, calendar_of, judging_of, understood
from complaints_sheet.app.looking import Sight, recalled, sight
from complaints_sheet.app.timetable import Timetable, planned, silence, timetable
from complaints_sheet.core.due import set_back
from complaints_sheet.core.ledger import OutboxEntry, OutboxState, Run
from complaints_sheet.core.retention import Disposal, keeping, ready_for_disposal
from complaints_sheet.errors import ConfigError, SourceError

if TYPE_CHECKING:
    from complaints_sheet.config.settings import Config
    from complaints_sheet.core.model import Case, Register

RUNS_SHOWN = 5
WAITS: tuple[OutboxState, ...] = ("queued", "sending", "committing", "held", "unknown", "failed")


@dataclass(frozen=True, slots=True)
class Status:
    """How things stand: the last runs, the messages that wait, what is wrong, what is silent.

    `troubles` are sentences, the worst first. `disposal` are the cases kept for longer than they must be.
    """

    as_of: datetime
    runs: tuple[Run, ...]
    waiting: tuple[OutboxEntry, ...]
    counts: Mapping[str, int]
    troubles: tuple[str, ...]
    accepted: int
    snoozed: int
    cases: int
    gone: int
    disposal: tuple[Disposal, ...]
    last_backup: Path | None
    timetable: Timetable


def backup_folder(config: "Config") -> Path:
    """Return where backups go unless a file is named."""
    return config.state.folder / "backups"


def backup(file: Path | None, config_file: Path, *, now: datetime, dry_run: bool) -> Path:
    """Return the file that now holds a whole copy of the memory; nothing is written in a dry run.

    ConfigError where there is no memory yet or the file is there already, DeliveryError where it cannot be
    written.
    """
    from complaints_sheet.state import back_up

    if file is not None and file.exists():
        raise ConfigError(f"{file} is there already.", "Name another file.")
    with sight(config_file, as_of=None, now=now, writes=not dry_run) as seen:
        folder = file.absolute().parent if file else backup_folder(seen.config)
        if dry_run:
            return file or folder
        made = back_up(seen.state.engine, folder, now)
    return made.rename(file) if file else made


def status(config_file: Path, *, as_of: str | None, now: datetime) -> Status:
    """Return how things stand; nothing is written."""
    from complaints_sheet.state import backups

    with sight(config_file, as_of=as_of, now=now) as seen:
        state, today = seen.state, seen.moment.date()
        troubles: list[str] = []
        cases: list[Case] = []
        disposal: list[Disposal] = []
        for config in seen.config.registers:
            try:
                found = recalled(seen.config, state, understood(seen.config, config), seen.moment)
            except SourceError as error:
                troubles.append(f"{error.message} {error.next_step}")
                continue
            cases += found.register.cases
            disposal += _disposal(seen, judging_of(seen.config, config), found.register)
            troubles += [f"The next run will stop: {found.alarm}"] if found.alarm else []
        waiting = state.outbox.entries(*WAITS)
        runs = state.runs.latest(RUNS_SHOWN)
        kept = backups(backup_folder(seen.config))
        shown = timetable(state, planned(config_file, now), seen.moment)
        back = () if as_of is not None else _set_back(seen, now)
        return Status(
            as_of=seen.moment,
            runs=runs,
            waiting=waiting,
            counts=state.outbox.counts(),
            troubles=(*back, *silence(shown), *troubles, *_troubles(seen, runs), *shown.wrong),
            accepted=len(state.words.accepted()),
            snoozed=sum(until > today for until in state.words.snoozed().values()),
            cases=len(cases),
            gone=sum(each.why == "removed" for each in state.history.gone()),
            disposal=tuple(sorted(disposal, key=lambda each: each.since)),
            last_backup=kept[0] if kept else None,
            timetable=shown,
        )


def _set_back(seen: Sight, now: datetime) -> tuple[str, ...]:
    """Return the sentence that the schedule waits since the clock was set back, where that is so."""
    latest, _ = seen.state.jobs.moments().get("latest", (None, ""))
    words = set_back(latest, now, seen.config.organisation.timezone)
    go_on = "If the clock is right now: complaints-sheet run --due --accept"
    return (f"{words} {go_on}",) if words else ()


def _disposal(seen: Sight, judging: Judging, register: "Register") -> tuple[Disposal, ...]:
    """Return the cases of a register that its own policies no longer keep."""
    calendar = calendar_of(judging.calendar_config, [register], seen.moment)
    kept = keeping(judging.policies, calendar)
    return ready_for_disposal(register.cases, seen.moment.date(), by_policy=kept)


def _troubles(seen: Sight, runs: tuple[Run, ...]) -> list[str]:
    from complaints_sheet.state import health

    found = []
    whole = health(seen.state.engine)
    if not whole.whole:
        found.append(f"The memory is damaged. {whole.advice}")
    if not runs:
        found.append("No run yet: complaints-sheet run")
    elif runs[0].outcome == "stopped":
        found.append(f"The last run was stopped: {runs[0].note}")
    elif runs[0].outcome == "failed":
        found.append(f"The last run failed: {runs[0].note}")
    elif runs[0].outcome is None:
        found.append("The last run is still at work, or was cut off; the next one carries on.")
    return found
