"""config.yaml as frozen values, or every problem in it at once. Every key is optional but `register`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field

from complaints_sheet.config.closed_days import CalendarConfig, CalendarSection, calendar_config
from complaints_sheet.config.delivery import (
    DeliveryConfig,
    DeliverySection,
    delivery_config,
)
from complaints_sheet.config.for_staff import (
    LettersConfig,
    LettersSection,
    WorkListSection,
    letters_config,
    writes_work_list,
)
from complaints_sheet.config.ideas import IdeasConfig, IdeasSection, ideas_config
from complaints_sheet.config.mail import MailConfig, MailSection, mail_config
from complaints_sheet.config.meeting import MeetingSection
from complaints_sheet.config.memory import StateConfig, StateSection, state_config
from complaints_sheet.config.organisation import Organisation, OrganisationSection
from complaints_sheet.config.pack import BrandSection, PackConfig, PackSection, brand, pack_config
from complaints_sheet.config.people import (
    PeopleFileSection,
    PersonSection,
    Roles,
    RolesSection,
    everybody,
    roles,
)
from complaints_sheet.config.policy_names import PolicyNames, PolicySection, policy_names
from complaints_sheet.config.registers import RegisterConfig, RegisterSection, register_configs
from complaints_sheet.config.rules import rule_settings
from complaints_sheet.config.scheduling import ScheduleConfig, ScheduleSection, schedule_config
from complaints_sheet.config.sections import Sections
from complaints_sheet.config.spellings import (
    DepartmentSection,
    Spellings,
    SpellingsSection,
    by_department,
    spellings,
)
from complaints_sheet.config.typed import Line, Lines
from complaints_sheet.config.wording import unknown_key
from complaints_sheet.config.yaml_file import Written, read_document
from complaints_sheet.core.brand import Brand
from complaints_sheet.core.meetings import MeetingPlan
from complaints_sheet.core.people import Directory
from complaints_sheet.core.rules import Rule

__all__ = ["SECTION_NAMES", "Config", "ConfigFile", "RegisterConfig", "load_config"]


@dataclass(frozen=True, slots=True)
class Config:
    """Everything config.yaml says. Paths are full. `meeting` is None where no meetings are planned."""

    file: Path
    folder: Path
    organisation: Organisation
    registers: tuple[RegisterConfig, ...]
    spellings: Spellings
    policy: PolicyNames
    calendar: CalendarConfig
    directory: Directory
    roles: Roles
    delivery: DeliveryConfig
    mail: MailConfig
    meeting: MeetingPlan | None
    ideas: IdeasConfig
    schedule: ScheduleConfig
    pack: PackConfig
    letters: LettersConfig
    writes_work_list: bool
    brand: Brand
    state: StateConfig
    rules: Mapping[str, Mapping[str, object]]
    own_rules: Mapping[str, Rule]

    @property
    def templates(self) -> tuple[Path, ...]:
        """Return the folders of the office's own templates, searched before those of the program."""
        return (self.folder / "templates",)


class ConfigFile(Written):
    """The sections of config.yaml, for their names, meanings and defaults; each is read by its own module."""

    organisation: OrganisationSection = Field(description="Whose complaints these are.")
    register_: RegisterSection = Field(alias="register", description="The register: one, a list, or a glob.")
    columns: dict[str, Line] = Field(description="The heading of a field, where it is not recognised.")
    departments: tuple[Line | DepartmentSection, ...] = Field(
        description="The departments there are, with other spellings of theirs."
    )
    spellings: SpellingsSection = Field(
        description="The register's own words for yes, for no and beside an amount of money."
    )
    policy: Lines | PolicySection = Field(description="The written procedures that cases are judged by.")
    calendar: CalendarSection = Field(description="Which days do not count.")
    people: tuple[PersonSection, ...] | PeopleFileSection = Field(description="Who may be written to.")
    roles: RolesSection = Field(description="Who is told things because of what they do.")
    delivery: DeliverySection = Field(description="How mail leaves, and when.")
    mail: MailSection = Field(description="What mails say, and how often.")
    meeting: MeetingSection = Field(description="The improvement meetings.")
    schedule: ScheduleSection = Field(description="When each job is done by itself.")
    ideas: IdeasSection = Field(description="The ideas, their log, and the wider team's comments.")
    pack: PackSection = Field(description="The pack for the meetings.")
    letters: LettersSection = Field(description="Drafts of letters to customers.")
    work_list: WorkListSection = Field(description="The list of what needs doing, beside the register.")
    brand: BrandSection = Field(description="How packs and mails look.")
    state: StateSection = Field(description="Where the program's memory lies.")
    rules: dict[str, Any] = Field(description="What is looked for, and how grave it is.")


SECTION_NAMES = tuple(field.alias or name for name, field in ConfigFile.model_fields.items())


def load_config(path: Path) -> Config:
    """Return config.yaml as frozen values; raises ConfigError carrying every problem with its place."""
    document = read_document(path)
    sections = Sections(document, path.absolute().parent)
    for key in document.data:
        if key not in SECTION_NAMES:
            sections.note(unknown_key(key, SECTION_NAMES), key, key=True)
    organisation = sections.section(OrganisationSection, "organisation").organisation()
    people = everybody(sections)
    rules = rule_settings(sections)
    words = spellings(sections)
    state = state_config(sections)
    delivery, meeting = delivery_config(sections, state.folder), _meeting(sections)
    registers = register_configs(sections)
    config = Config(
        file=path.absolute(),
        folder=sections.folder,
        organisation=organisation,
        registers=registers,
        spellings=words,
        policy=by_department(policy_names(sections), words, sections),
        calendar=calendar_config(sections),
        directory=people.directory,
        roles=roles(sections, people),
        delivery=delivery,
        mail=mail_config(sections, people.directory, registers, delivery.digest_at),
        meeting=meeting,
        schedule=schedule_config(sections, delivery, meeting, people.directory),
        ideas=ideas_config(sections),
        pack=pack_config(sections),
        letters=letters_config(sections),
        writes_work_list=writes_work_list(sections),
        brand=brand(sections, organisation.name),
        state=state,
        rules=rules.settings,
        own_rules=rules.own,
    )
    sections.stop_for_problems()
    return config


def _meeting(sections: Sections) -> MeetingPlan | None:
    data = sections.raw("meeting")
    section = sections.read(MeetingSection, data, "meeting") if data is not None else None
    return section.plan() if section else None
