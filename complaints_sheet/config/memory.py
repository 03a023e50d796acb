"""Where the program's memory lies: a private folder, or a database elsewhere."""

import re
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from complaints_sheet.config.sections import Sections
from complaints_sheet.config.typed import Line, Percent
from complaints_sheet.config.wording import NOT_IN_THIS_FILE
from complaints_sheet.config.yaml_file import Written


@dataclass(frozen=True, slots=True)
class StateConfig:
    """The folder for memory, outbox marks and logs, the database's address, and what stops a run."""

    folder: Path
    url: str | None = None
    missing_share: float = 0.2  # a run stops where more than this share of the known rows is missing
    missing_rows: int = 5  # and at least so many


class StateSection(Written):
    """The section `state`."""

    folder: Path = Field(
        default=Path(".complaints"), description="A folder on this machine, for its owner alone."
    )
    url: Line | None = Field(
        default=None, description="A database elsewhere, without its password [a file in the folder]."
    )
    missing_share: Percent = Field(
        default=0.2, description="A run stops where more than this share of the known rows is missing."
    )
    missing_rows: int = Field(default=5, ge=1, description="And at least so many rows.")


def state_config(sections: Sections) -> StateConfig:
    """Return where the memory lies; a text alone is the folder, or the database's address if it has "://"."""
    data = sections.raw("state")
    key = "url" if isinstance(data, str) and "://" in data else "folder"
    written = sections.section(StateSection, "state", text_means=key)
    way = ("state", key) if isinstance(data, dict) else ("state",)
    if written.url and "://" not in written.url:
        sections.note('expected an address such as "postgresql://server/complaints"', *way[:1], "url")
    if written.url and re.search(r"://[^/@]*:[^/]*@|[?&;]pass(word|wd)?=", written.url, re.IGNORECASE):
        sections.note(f"this address holds a password: {NOT_IN_THIS_FILE}", *way[:1], "url")
    folder = sections.folder_that_can_be(written.folder, *way[:1], "folder")
    return StateConfig(folder, written.url, written.missing_share, written.missing_rows)
