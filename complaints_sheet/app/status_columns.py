"""The program's own columns in the register itself: written after a run that succeeded, where switched on."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from complaints_sheet.app.workplace import Workplace
from complaints_sheet.core.model import Judgement
from complaints_sheet.errors import SourceError

if TYPE_CHECKING:
    from complaints_sheet.config.settings import RegisterConfig
    from complaints_sheet.sources.excel import StatusWritten

COPIES = "register copies"
PRETENDED = timedelta(minutes=1)  # a moment further from the clock than this was asked for with --as-of


def register_copies(folder: Path) -> tuple[Path, ...]:
    """Return the copies of registers, as they were before something was written, in the memory's folder."""
    return tuple(sorted((folder / COPIES).glob("*/*.xls?")))


@dataclass(frozen=True, slots=True)
class Statuses:
    """Which registers were written into, and how many cells; and why others were left alone."""

    written: tuple[tuple[Path, int], ...] = ()
    problems: tuple[SourceError, ...] = ()


def written_statuses(work: Workplace, now: datetime) -> Statuses:
    """Write the program's own columns into every register that is to have them; a dry run does not.

    Nothing is written for a day that is only pretended: `now` is what the clock says.
    """
    wanted = [
        (register, judgement)
        for register, judgement in zip(work.config.registers, work.judgements, strict=True)
        if register.status_columns
    ]
    if not wanted or work.dry_run:
        return Statuses()
    if abs(work.moment - now) > PRETENDED:
        return Statuses(problems=(_pretended(),))
    found = [each for register, judgement in wanted for each in _write(work, register, judgement)]
    return Statuses(
        tuple((each.path, each.cells) for each in found if each.cells),
        tuple(each.problem for each in found if each.problem),
    )


def _write(work: Workplace, register: "RegisterConfig", judgement: Judgement) -> "tuple[StatusWritten, ...]":
    from complaints_sheet.core.status import sheet_statuses
    from complaints_sheet.sources.excel import Settings, StatusTask, StatusWritten, write_status

    source = register.source
    if not isinstance(source, Settings):
        raise TypeError(register.kind)  # the config lets only files have status columns
    rules = work.mail_rules
    try:
        sheets = sheet_statuses(judgement, work.moment.date(), work.calendar, rules.lines, rules.accepted)
    except SourceError as problem:
        return (StatusWritten(source.path, problem=problem),)
    copies = work.config.state.folder / COPIES / register.id
    task = StatusTask(source, judgement.register.fingerprint, sheets, work.moment, copies)
    return write_status(task)


def _pretended() -> SourceError:
    return SourceError(
        "Nothing was written into the register: the day was given with --as-of.",
        "Its own columns only ever say how things stand by the clock.",
    )
