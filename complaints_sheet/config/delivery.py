"""How mail leaves, when digests go, and what they may say."""

from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field

from complaints_sheet.channels import CHANNELS
from complaints_sheet.config.kinds import read_kind
from complaints_sheet.config.sections import Sections
from complaints_sheet.config.typed import TimeOfDay, WorkingDays, YesNo
from complaints_sheet.config.yaml_file import Written
from complaints_sheet.core.lines import LineRules
from complaints_sheet.core.notice import MailRules
from complaints_sheet.core.telling import Steps


@dataclass(frozen=True, slots=True)
class DeliveryConfig:
    """The channel and its settings, and the local hours from which digests go."""

    kind: str
    settings: BaseModel
    digest_at: time
    second_digest_at: time


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
    return DeliveryConfig(
        general.kind, settings or KINDS["folder"](), general.digest_at, general.second_digest_at
    )


def mail_config(sections: Sections) -> MailConfig:
    """Return what mails may say."""
    written = sections.section(MailSection, "mail")
    return MailConfig(written.customer_names, written.rules())
