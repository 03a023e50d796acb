"""What becomes of improvement ideas: where their log is, how long the wider team has to reply."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from complaints_sheet.config.sections import Sections
from complaints_sheet.config.typed import WorkingDays
from complaints_sheet.config.yaml_file import Written

LOG_ENDING = ".xlsx"


@dataclass(frozen=True, slots=True)
class IdeasConfig:
    """Where the improvement log is (None for none), and the times of the loop in working days."""

    log: Path | None = None
    reply_within: int = 8
    remind_before: int = 5
    remind_every: int = 5


class IdeasSection(Written):
    """The section `ideas`."""

    log: Path | None = Field(
        default=None,
        description="The workbook in which people decide and comment; made where it is not there [no log].",
    )
    reply_within: WorkingDays = Field(
        default=8, description="How many working days the wider team has to comment, where the log says none."
    )
    remind_before: WorkingDays = Field(
        default=5, description="How many working days before it is due an owner is reminded of a change."
    )
    remind_every: WorkingDays = Field(
        default=5, description="After how many working days a change that is overdue is chased again."
    )


def ideas_config(sections: Sections) -> IdeasConfig:
    """Return what becomes of improvement ideas; notes a log that cannot be one."""
    written = sections.section(IdeasSection, "ideas")
    log = sections.place(written.log) if written.log else None
    if log is not None and log.suffix.casefold() != LOG_ENDING:
        sections.note(f'"{written.log}" must end in {LOG_ENDING}', "ideas", "log")
    return IdeasConfig(log, written.reply_within, written.remind_before, max(1, written.remind_every))
