"""The journal of sent mail: which mailbox to look in when it is not known whether a mail went out."""

from dataclasses import replace
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

    host: Line | None = Field(
        default=None,
        description="The IMAP server of the mailbox that keeps a copy of each mail [Sent Items, with graph].",
    )
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


def journal_settings(section: JournalSection, channel: BaseModel, sections: Sections) -> Settings | None:
    """Return where the journal is; what is not written is as the channel has it. Paths are full."""
    if section.host is None:
        return _sent_items(section, channel)
    secret_of_its_own = section.password_variable or section.password_file
    file = section.password_file if secret_of_its_own else getattr(channel, "password_file", None)
    authority = section.ca_file or getattr(channel, "ca_file", None)
    access = getattr(channel, "access", None)
    by_imap = replace(access, service="mail") if access is not None and not secret_of_its_own else None
    return Settings(
        host=section.host,
        user=section.user or str(getattr(channel, "login", "")),
        password_variable=section.password_variable or str(getattr(channel, "password_variable", "")),
        password_file=sections.place(file) if file else None,
        access=by_imap,
        port=section.port,
        ca_file=sections.place(authority) if authority else None,
        folders=many(section.folders),
        timeout=section.timeout,
    )


def _sent_items(section: JournalSection, channel: BaseModel) -> Settings | None:
    """Return the Sent Items of the mailbox that Graph sends from; None for a channel that needs a host."""
    access = getattr(channel, "access", None)
    if access is None or access.service != "graph":
        return None
    sender, host = str(getattr(channel, "sender", "")), str(getattr(channel, "host", ""))
    return Settings(
        host=host,
        user=sender,
        password_variable="",
        folders=many(section.folders),
        timeout=section.timeout,
        access=access,
    )
