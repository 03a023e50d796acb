"""The journal of sent mail: which mailbox to look in when it is not known whether a mail went out."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field

from complaints_sheet.config.sections import Sections
from complaints_sheet.config.typed import Line, Lines, Minutes, many
from complaints_sheet.config.yaml_file import Written
from complaints_sheet.mailbox import Settings

AS_FOR_SENDING = "as for sending"


class JournalSection(Written):
    """The keys under `delivery: journal:`."""

    host: Line = Field(description="The IMAP server of the mailbox that keeps a copy of each mail.")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(default=993, description="Its port, with TLS.")
    user: Line | None = Field(default=None, description=f"The name to log in with [{AS_FOR_SENDING}].")
    password_variable: Line | None = Field(
        default=None, description=f"The environment variable that holds the password [{AS_FOR_SENDING}]."
    )
    password_file: Path | None = Field(
        default=None, description=f"A file that holds only the password [{AS_FOR_SENDING}]."
    )
    folders: Lines = Field(
        default=(), description="The folders to look in [the inbox, and those of sent or sorted mail]."
    )
    ca_file: Path | None = Field(
        default=None, description=f"The certificate of the office's own authority [{AS_FOR_SENDING}]."
    )
    timeout: Annotated[float, Field(gt=0, le=600)] = Field(
        default=60, description="How many seconds to wait for an answer."
    )
    settle_after: Minutes = Field(
        default=15, description="How long a copy may take; only then is it looked for."
    )


SETTLE_AFTER = timedelta(minutes=JournalSection.model_fields["settle_after"].default)


def journal_settings(section: JournalSection, channel: BaseModel, sections: Sections) -> Settings:
    """Return where the journal is; what is not written is as the channel has it. Paths are full."""
    secret_of_its_own = section.password_variable or section.password_file
    file = section.password_file if secret_of_its_own else getattr(channel, "password_file", None)
    authority = section.ca_file or getattr(channel, "ca_file", None)
    return Settings(
        host=section.host,
        user=section.user or str(getattr(channel, "login", "")),
        password_variable=section.password_variable or str(getattr(channel, "password_variable", "")),
        password_file=sections.place(file) if file else None,
        access=None if secret_of_its_own else getattr(channel, "access", None),
        port=section.port,
        ca_file=sections.place(authority) if authority else None,
        folders=many(section.folders),
        timeout=section.timeout,
    )
