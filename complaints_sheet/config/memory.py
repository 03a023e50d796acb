"""Where the program's memory lies: a private folder, or a database elsewhere."""

import re
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from complaints_sheet.config.sections import Sections
from complaints_sheet.config.typed import Line
from complaints_sheet.config.wording import NOT_IN_THIS_FILE
from complaints_sheet.config.yaml_file import Written


@dataclass(frozen=True, slots=True)
class StateConfig:
    """The folder for memory, outbox marks and logs, and the database's address where it is not in there."""

    folder: Path
    url: str | None = None


class StateSection(Written):
    """The section `state`."""

    folder: Path = Field(
        default=Path(".complaints"), description="A folder on this machine, for its owner alone."
    )
    url: Line | None = Field(
        default=None, description="A database elsewhere, without its password [a file in the folder]."
    )


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
    return StateConfig(sections.folder_that_can_be(written.folder, *way[:1], "folder"), written.url)
