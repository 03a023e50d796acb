"""How mail leaves, when digests go, and what keeps mail back."""

from dataclasses import dataclass, field
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field

from complaints_sheet import mailbox
from complaints_sheet.channels import CHANNELS
from complaints_sheet.config.kinds import read_kind
from complaints_sheet.config.mail_journal import SETTLE_AFTER, JournalSection, journal_settings
from complaints_sheet.config.sections import Sections
from complaints_sheet.config.typed import Address, Lines, TimeOfDay, WorkHours, many
from complaints_sheet.config.yaml_file import Written
from complaints_sheet.core.guards import Hours


@dataclass(frozen=True, slots=True)
class DeliveryConfig:
    """The channel and its settings, the local hours from which digests go, and what keeps mail back.

    `allowed_domains` allow every one where there are none. `flood` mails a day are never held for being
    many. `rate_per_minute` is None where mail goes as fast as it is taken. `largest` is in bytes. A mail
    whose outcome is not known is looked for in the `journal` once it is `settle_after` old.
    """

    kind: str
    settings: BaseModel
    digest_at: time
    second_digest_at: time
    hours: Hours = field(default_factory=Hours)
    allowed_domains: tuple[str, ...] = ()
    test_address: str | None = None
    flood: int = 20
    rate_per_minute: int | None = None
    largest: int = 20_000_000
    journal: mailbox.Settings | None = None
    replies: mailbox.Settings | None = None  # the mailbox that failures and replies come to
    settle_after: timedelta = SETTLE_AFTER

    @property
    def live(self) -> bool:
        """Return True where mail really leaves this computer."""
        return CHANNELS[self.kind].live


class DeliverySection(Written):
    """What every kind of delivery has in the section `delivery`."""

    kind: str = Field(
        default="folder", description="How mail leaves; folder writes one .eml file for each mail."
    )
    digest_at: TimeOfDay = Field(default=time(8), description="From which hour digests go.")
    second_digest_at: TimeOfDay = Field(
        default=time(14), description="From which hour a second digest goes, only with what cannot wait."
    )
    hours: WorkHours = Field(
        default=Hours(),
        description="The hours in which mail leaves, on working days; outside them it waits.",
    )
    allowed_domains: Lines = Field(
        default=(), description="Domains that mail may go to, such as example.org [every one]."
    )
    test_address: Address | None = Field(
        default=None, description="Who gets all mail until it is switched on with `outbox arm` [nobody]."
    )
    flood: Annotated[int, Field(ge=1, le=100_000)] = Field(
        default=20,
        description="How many mails a day are never held for being many; else three times the usual.",
    )
    rate_per_minute: Annotated[int, Field(ge=1, le=100_000)] | None = Field(
        default=None,
        description="How many mails may leave in a minute [30 by token at Microsoft 365, else no limit].",
    )
    largest_megabytes: Annotated[int, Field(ge=1, le=150)] = Field(
        default=20, description="How large one mail may be."
    )
    journal: JournalSection | None = Field(
        default=None, description="The mailbox that keeps a copy of each mail."
    )
    replies: bool = Field(
        default=False,
        description="Whether replies and failed deliveries are read, in the mailbox of the journal by IMAP.",
    )


KINDS = {kind: channel.settings for kind, channel in CHANNELS.items()}


def delivery_config(sections: Sections, private: Path) -> DeliveryConfig:
    """Return how mail leaves; with problems, as if the section were not written.

    Tokens of a sign-in are kept in the folder `private` where none is named.
    """
    data = sections.raw("delivery")
    found, settings = read_kind(sections, {} if data is None else data, DeliverySection, KINDS, "delivery")
    if settings is not None and getattr(settings, "token_folder", private) is None:
        settings = settings.model_copy(update={"token_folder": private})
    general = found or DeliverySection()
    if general.digest_at >= general.second_digest_at:
        sections.note("the second digest must come after the first", "delivery", "second_digest_at")
    folder = getattr(settings, "folder", None)
    if isinstance(folder, Path):
        sections.folder_that_can_be(folder, "delivery", "folder")
    written = data.get("journal") if isinstance(data, dict) else None
    if isinstance(written, dict) and "host" not in written and general.kind != "graph":
        sections.note('"host" is missing: add a line "host: …"', "delivery", "journal", key=True)
    journal = general.journal or (JournalSection() if general.kind == "graph" else None)
    live = CHANNELS.get(general.kind)
    if live and live.live and not general.hours.start <= general.digest_at < general.hours.end:
        sections.note(f"digests must go within the hours for mail, {general.hours}", "delivery", "digest_at")
    kept = journal_settings(journal, settings, sections) if journal and settings else None
    _settled_late_enough(journal, settings, sections)
    if general.replies and (journal is None or journal.host is None):
        sections.note("replies are read by IMAP: name the mailbox under `journal`", "delivery", "replies")
    return DeliveryConfig(
        general.kind,
        settings or KINDS["folder"](),
        general.digest_at,
        general.second_digest_at,
        general.hours,
        many(general.allowed_domains),
        general.test_address,
        general.flood,
        general.rate_per_minute or getattr(settings, "usual_rate", None),
        general.largest_megabytes * 1_000_000,
        kept,
        kept if general.replies else None,
        timedelta(minutes=general.journal.settle_after) if general.journal else SETTLE_AFTER,
    )


def _settled_late_enough(
    journal: JournalSection | None, settings: BaseModel | None, sections: Sections
) -> None:
    """Note a journal that would be looked into while the server may still be taking the mail."""
    longest = getattr(settings, "timeout_at_end", None)
    if journal is None or longest is None or journal.settle_after * 60 > longest:
        return
    wanted = (
        f"a copy is looked for {journal.settle_after:g} minutes after the mail, but until {longest:g} seconds"
    )
    where = ("journal", "settle_after") if "settle_after" in journal.model_fields_set else ("timeout_at_end",)
    sections.note(
        f"{wanted} (`timeout_at_end`) the server may still take it: `settle_after` must be longer",
        "delivery",
        *where,
    )
