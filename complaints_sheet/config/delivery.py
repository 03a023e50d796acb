"""How mail leaves, when digests go, and what they may say."""

from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field

from complaints_sheet.channels import CHANNELS
from complaints_sheet.config.kinds import read_kind
from complaints_sheet.config.sections import Sections
from complaints_sheet.config.typed import Address, Lines, TimeOfDay, WorkHours, WorkingDays, YesNo, many
from complaints_sheet.config.yaml_file import Written
from complaints_sheet.core.guards import Hours
from complaints_sheet.core.lines import LineRules
from complaints_sheet.core.notice import MailRules
from complaints_sheet.core.telling import Steps


@dataclass(frozen=True, slots=True)
class DeliveryConfig:
    """The channel and its settings, the local hours from which digests go, and what keeps mail back.

    `allowed_domains` allow every one where there are none. `flood` mails a day are never held for being
    many. `rate_per_minute` is None where mail goes as fast as it is taken. `largest` is in bytes.
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


@dataclass(frozen=True, slots=True)
class MailConfig:
    """What mails may say: customers' names or not; and who is reminded of what, when."""

    customer_names: bool
    rules: MailRules


_USUAL = MailRules()


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
        default=None, description="How many mails may leave in a minute; Microsoft 365 takes 30 [no limit]."
    )
    largest_megabytes: Annotated[int, Field(ge=1, le=150)] = Field(
        default=20, description="How large one mail may be."
    )


class MailSection(Written):
    """The section `mail`."""

    customer_names: YesNo = Field(default=False, description="Whether the body of a mail may name customers.")
    most_lines: Annotated[int, Field(ge=1, le=200)] = Field(
        default=_USUAL.cap, description='How many cases a mail lists before it says "and 14 more".'
    )
    remind_on: tuple[Annotated[int, Field(ge=0, le=260)], ...] = Field(
        default=_USUAL.steps.at,
        description="On which working days past its date a case is told, 0 being the day itself.",
    )
    then_every: WorkingDays = Field(
        default=_USUAL.steps.then_every, description="How often after that; 0 for never again."
    )
    most_times: Annotated[int, Field(ge=1, le=100)] = Field(
        default=_USUAL.steps.most, description="How many times at most one thing is told."
    )
    lead_after: WorkingDays = Field(
        default=_USUAL.lead_after, description="When the owner's lead is told too."
    )
    manager_after: WorkingDays = Field(
        default=_USUAL.manager_after, description="When the manager above is told too."
    )
    look_ahead: WorkingDays = Field(
        default=_USUAL.lines.soon_working_days, description="How far ahead a digest lists what falls due."
    )

    snooze_cap: WorkingDays = Field(
        default=_USUAL.snooze_cap, description="How long past its date a case can be put off at most."
    )

    def rules(self) -> MailRules:
        """Return who is reminded of what, when, as the program uses it."""
        return MailRules(
            lines=LineRules(soon_working_days=self.look_ahead, customer_names=self.customer_names),
            steps=Steps(self.remind_on, self.then_every, self.most_times),
            lead_after=self.lead_after,
            manager_after=self.manager_after,
            cap=self.most_lines,
            snooze_cap=self.snooze_cap,
        )


KINDS = {kind: channel.settings for kind, channel in CHANNELS.items()}


def delivery_config(sections: Sections) -> DeliveryConfig:
    """Return how mail leaves; with problems, as if the section were not written."""
    data = sections.raw("delivery")
    found, settings = read_kind(sections, {} if data is None else data, DeliverySection, KINDS, "delivery")
    general = found or DeliverySection()
    if general.digest_at >= general.second_digest_at:
        sections.note("the second digest must come after the first", "delivery", "second_digest_at")
    folder = getattr(settings, "folder", None)
    if isinstance(folder, Path):
        sections.folder_that_can_be(folder, "delivery", "folder")
    live = CHANNELS[general.kind].live if general.kind in CHANNELS else False
    if live and not general.hours.start <= general.digest_at < general.hours.end:
        sections.note(f"digests must go within the hours for mail, {general.hours}", "delivery", "digest_at")
    return DeliveryConfig(
        general.kind,
        settings or KINDS["folder"](),
        general.digest_at,
        general.second_digest_at,
        general.hours,
        many(general.allowed_domains),
        general.test_address,
        general.flood,
        general.rate_per_minute,
        general.largest_megabytes * 1_000_000,
    )


def mail_config(sections: Sections) -> MailConfig:
    """Return what mails may say."""
    written = sections.section(MailSection, "mail")
    return MailConfig(written.customer_names, written.rules())
