"""`same`: this row is that older case; its history goes on."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from complaints_sheet.app.looking import number_meant, sight
from complaints_sheet.core.journal import case_id
from complaints_sheet.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Joined:
    """A row that was taken for a new case, and the older case that it is from here on."""

    row: str
    case: str


def join_case(
    row: str, older: str, config_file: Path, *, as_of: str | None, now: datetime, dry_run: bool
) -> Joined:
    """Say that a row taken for a new case is an older one, whose row went missing; return both ids.

    ConfigError where either is unknown, the row is not in the register, or the older case's row still is.
    """
    with sight(config_file, as_of=as_of, now=now, writes=not dry_run) as seen:
        new, old = number_meant(seen, row), number_meant(seen, older)
        run = seen.state.runs.begin("same", seen.moment, today=seen.moment.date(), started=now)
        refused = seen.state.registers.join(run, new, old)
        seen.state.runs.finish(run, "failed" if refused else "done", finished=now, note=refused)
        if refused:
            raise ConfigError(
                refused,
                "Name first the row as it stands now, then the case that is missing: "
                "complaints-sheet same C-00021 C-00012",
            )
    return Joined(case_id(new), case_id(old))
