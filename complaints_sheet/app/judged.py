"""From a register's file to its judgement: read, understand, judge, by the config or the usual defaults."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.cases import ReadOptions, register_from
from complaints_sheet.core.judging import judge
from complaints_sheet.core.model import Judgement, Register
from complaints_sheet.core.people import Directory, Person
from complaints_sheet.core.policy import PolicyChoice
from complaints_sheet.core.rules import RULES, Rule

if TYPE_CHECKING:
    from complaints_sheet.config.closed_days import CalendarConfig
    from complaints_sheet.config.settings import Config, RegisterConfig

EARLIEST_YEAR = 1990  # older dates in a register are slips, and no list of closed days goes back for ever
YEARS_AHEAD = 3


@dataclass(frozen=True, slots=True)
class Judging:
    """Everything a register is judged with, whether it came from a config or from the usual defaults."""

    policies: PolicyChoice
    calendar_config: "CalendarConfig"
    directory: Directory | None = None
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rules: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    own_rules: Mapping[str, Rule] = field(default_factory=dict)
    departments: Mapping[str, str] = field(default_factory=dict)


def understood(config: "Config", register: "RegisterConfig", *, keeps: bool = False) -> Register:
    """Return the register of a config as understood; raises SourceError where it cannot be read.

    With `keeps` what an online register answered is kept in the private folder, for the next time.
    """
    from complaints_sheet.sources import SOURCES
    from complaints_sheet.sources.shelf import Shelf

    options = ReadOptions(
        register=register.id,
        name=register.name,
        columns=register.columns,
        day_first=config.organisation.day_first,
        yes=config.spellings.yes,
        no=config.spellings.no,
        money=config.spellings.money,
        departments=config.spellings.departments,
    )
    shelf = Shelf(config.state.folder, register.id, writes=keeps)
    found = register_from(SOURCES[register.kind].read(register.source, shelf), options)
    return replace(found, source=_shown(found.source, config.folder))


def _shown(source: str, folder: Path) -> str:
    """Return a register's file as people call it: from the config's folder where it lies below it."""
    path = Path(source)
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else source


def understood_file(path: Path) -> Register:
    """Return a register file as understood with no config; raises SourceError where it cannot be read."""
    from complaints_sheet.sources.excel import Settings, read

    return register_from(read(Settings(path=path)), ReadOptions(name=path.stem))


def judged(register: Register, judging: Judging, as_of: datetime) -> Judgement:
    """Return the register judged at one aware moment."""
    return judge(
        register,
        judging.policies,
        calendar_of(judging.calendar_config, [register], as_of),
        as_of,
        judging.directory,
        options=judging.rules,
        roles=judging.roles,
        rules={**RULES, **judging.own_rules},
        departments=judging.departments,
    )


def calendar_of(config: "CalendarConfig", registers: Iterable[Register], as_of: datetime) -> Calendar:
    """Return the working days of every year that the registers speak of, and of the years ahead."""
    from complaints_sheet.config.closed_days import calendar_from

    years = {
        day.year for register in registers for case in register.cases if (day := case.day("received_on"))
    }
    first = max(EARLIEST_YEAR, min(years, default=as_of.year))
    return calendar_from(config, min(first, as_of.year), as_of.year + YEARS_AHEAD)


def judging_of(config: "Config", register: "RegisterConfig", policies: Sequence[str] = ()) -> Judging:
    """Return what the config says a register is judged with; `policies` take the place of its own."""
    chosen = tuple(policies) or register.policies
    return Judging(
        policies=_choice(config, chosen),
        calendar_config=config.calendar,
        directory=config.directory if config.directory.people else None,
        roles=_role_names(config),
        rules=config.rules,
        own_rules=config.own_rules,
        departments=config.spellings.departments,
    )


def _role_names(config: "Config") -> Mapping[str, tuple[str, ...]]:
    """Return, for each role that somebody holds, every spelling of their names."""
    roles = config.roles
    holders: dict[str, tuple[Person | None, ...]] = {
        "coordinator": (roles.coordinator,),
        "director": (roles.director,),
        "senior management": roles.senior_management,
    }
    return {
        role: tuple(name for person in people if person for name in (person.name, *person.also))
        for role, people in holders.items()
        if any(people)
    }


def judging_by_default(policies: Sequence[str] = (), folder: Path | None = None) -> Judging:
    """Return what a register is judged with where there is no config."""
    from complaints_sheet.config.closed_days import CalendarConfig
    from complaints_sheet.config.policies import load_policies
    from complaints_sheet.config.policy_names import DEFAULT_POLICY

    return Judging(
        PolicyChoice(load_policies(tuple(policies) or (DEFAULT_POLICY,), folder)), CalendarConfig()
    )


def _choice(config: "Config", instead: Sequence[str]) -> PolicyChoice:
    from complaints_sheet.config.policies import choose_policies
    from complaints_sheet.config.policy_names import PolicyNames

    names = PolicyNames(tuple(instead)) if instead else config.policy
    return choose_policies(names, config.folder, config.calendar.closed)
