"""`check`: read and judge, print, write nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from complaints_sheet.app.asof import moment_asked
from complaints_sheet.app.judged import (
    Judging,
    judged,
    judging_by_default,
    judging_of,
    understood,
    understood_file,
)
from complaints_sheet.core.model import Judgement, Register
from complaints_sheet.errors import ConfigError

if TYPE_CHECKING:
    from complaints_sheet.config.settings import Config, RegisterConfig

USUAL_ZONE = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """What `check` found, register by register. `config` is the file used, None where there was none.

    `alarms` say why a run would stop before anything is sent.
    """

    as_of: datetime
    judgements: tuple[Judgement, ...]
    config: Path | None = None
    alarms: tuple[str, ...] = ()

    @property
    def needs_attention(self) -> bool:
        """Return True where there is a finding of medium or high severity."""
        return any(found.severity != "low" for each in self.judgements for found in each.findings)


@dataclass(frozen=True, slots=True)
class Checked:
    """Registers judged, each beside what it was judged with. `config` is None where there was none."""

    as_of: datetime
    judgings: tuple[Judging, ...]
    judgements: tuple[Judgement, ...]
    config: "Config | None" = None
    alarms: tuple[str, ...] = ()


def check_register(
    register: Path | None,
    policies: Sequence[str],
    config_file: Path,
    *,
    config_given: bool,
    as_of: str | None,
    now: datetime,
) -> CheckAnswer:
    """Return what was found in a register file, or in the registers of the config where no file is named.

    A file named is judged by the config only where the config names that file, or was asked for.
    """
    found = checked(register, policies, config_file, config_given=config_given, as_of=as_of, now=now)
    file = found.config.file if found.config else None
    return CheckAnswer(found.as_of, found.judgements, file, found.alarms)


def checked(
    register: Path | None,
    policies: Sequence[str],
    config_file: Path,
    *,
    config_given: bool,
    as_of: str | None,
    now: datetime,
) -> Checked:
    """Return the registers judged as `check_register` does, with what each was judged with."""
    config = _config(register, config_file, config_given)
    if config is None:
        return _without_config(register or Path(), policies, moment_asked(as_of, now, USUAL_ZONE))
    moment = moment_asked(as_of, now, config.organisation.timezone)
    chosen = _registers(config, register)
    registers = [understood(config, each) for each in chosen]
    judgings = tuple(judging_of(config, each, policies) for each in chosen)
    found, alarms = _remembered(config, registers, judgings, moment)
    return Checked(moment, judgings, found, config, alarms)


def _remembered(
    config: "Config", registers: Sequence[Register], judgings: Sequence[Judging], moment: datetime
) -> tuple[tuple[Judgement, ...], tuple[str, ...]]:
    """Return the registers judged with what the memory knows, if there is one, and why a run would stop."""
    both = list(zip(registers, judgings, strict=True))
    if config.state.url is None and not config.state.folder.is_dir():
        return tuple(judged(register, judging, moment) for register, judging in both), ()
    from complaints_sheet.app.looking import heard_now, recalled
    from complaints_sheet.state import open_state

    with open_state(config.state.folder, config.state.url, dry_run=True) as state:
        seen = [(recalled(config, state, register, moment), judging) for register, judging in both]
        found = tuple(heard_now(state, each.register, judging, moment) for each, judging in seen)
    return found, tuple(each.alarm for each, _ in seen if each.alarm)


def _without_config(register: Path, policies: Sequence[str], moment: datetime) -> Checked:
    judging = judging_by_default(policies, register.parent)
    return Checked(moment, (judging,), (judged(understood_file(register), judging, moment),))


def _config(register: Path | None, config_file: Path, given: bool) -> "Config | None":
    if not given and not config_file.exists():
        if register is not None:
            return None
        raise ConfigError(
            f"There is no {config_file} here, and no register was named.",
            "Name a register: complaints-sheet check register.xlsx. "
            "Or write a config: complaints-sheet init --from register.xlsx",
        )
    from complaints_sheet.config.settings import load_config

    config = load_config(config_file)
    asked = register is None or given or any(_is(each, register) for each in config.registers)
    return config if asked else None


def _registers(config: "Config", register: Path | None) -> "Sequence[RegisterConfig]":
    """Return the registers asked for: all of them, or the one the file is, or the file in its place."""
    from dataclasses import replace

    if register is None:
        return config.registers
    own = [each for each in config.registers if _is(each, register)]
    if own:
        return own
    from complaints_sheet.sources.excel import Settings

    first = config.registers[0]
    source = Settings(path=register)
    return [replace(first, name=register.stem, kind="excel", source=source)]


def _is(register: "RegisterConfig", file: Path) -> bool:
    path = getattr(register.source, "path", None)
    return isinstance(path, Path) and path.resolve() == file.resolve()
