"""`rollover`: next year's file takes the place of this one, without alarms."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from complaints_sheet.app.judged import understood
from complaints_sheet.app.looking import sight
from complaints_sheet.app.recall import recall
from complaints_sheet.app.remembering import observed
from complaints_sheet.core.wording import listing
from complaints_sheet.errors import ConfigError

if TYPE_CHECKING:
    from complaints_sheet.config.settings import Config, RegisterConfig


@dataclass(frozen=True, slots=True)
class RolledOver:
    """How many cases were carried over, left in the old file, or are new; and whether the config says so.

    `config_line` is what a person must write into config.yaml themselves, empty where nothing is left to do.
    """

    register: str
    carried: int
    left: int
    new: int
    config_line: str
    dry_run: bool


def roll_over(
    new_file: Path,
    register_id: str | None,
    config_file: Path,
    *,
    as_of: str | None,
    now: datetime,
    dry_run: bool,
) -> RolledOver:
    """Link next year's file to the cases of this year's, and name it in config.yaml in its place.

    ConfigError where the file cannot take the register's place; SourceError where it cannot be read.
    """
    with sight(config_file, as_of=as_of, now=now, writes=not dry_run) as seen:
        register = _register(seen.config, register_id)
        old = _path(register)
        moved = replace(register, source=register.source.model_copy(update={"path": new_file.absolute()}))
        found = recall(seen.config, seen.state, understood(seen.config, moved), seen.moment, name_new=True)
        if found.baseline:
            raise ConfigError(
                "The memory has not seen this register yet, so there is nothing to carry over.",
                "Run once with the old file: complaints-sheet run",
            )
        run = seen.state.runs.begin("rollover", seen.moment, today=seen.moment.date(), started=now)
        found = observed(seen.state, found, seen.moment)
        seen.state.registers.remember(run, found, rollover=True)
        line = _name_in_config(seen.config, old, new_file, dry_run=dry_run)
        seen.state.runs.finish(run, "done", finished=now)
    carried = len(found.numbers) - len(found.new)
    return RolledOver(register.name, carried, len(found.gone), len(found.new), line, dry_run)


def _register(config: "Config", register_id: str | None) -> "RegisterConfig":
    chosen = [each for each in config.registers if register_id in (None, each.id)]
    if len(chosen) != 1:
        names = listing(each.id for each in config.registers)
        raise ConfigError(f"The config has the registers {names}.", "Say which, with --register.")
    return chosen[0]


def _path(register: "RegisterConfig") -> Path:
    path = getattr(register.source, "path", None)
    if not isinstance(path, Path):
        raise ConfigError("This register is not a file.", "Name the new one in config.yaml, and run once.")
    return path


def _name_in_config(config: "Config", old: Path, new_file: Path, *, dry_run: bool) -> str:
    """Write the new path over the old one in config.yaml; return the line to write where that is unclear.

    Nothing else in the file changes. The path must stand there exactly once.
    """
    text = config.file.read_text(encoding="utf-8")
    before, after = _from(config.folder, old), _from(config.folder, new_file.absolute())
    if text.count(before) != 1 or any(sign in after for sign in ":#'\"{}[],&*"):
        return f"path: '{after}'"
    if not dry_run:
        part = config.file.with_name(f".{config.file.name}.part")
        part.write_text(text.replace(before, after), encoding="utf-8", newline="")
        part.replace(config.file)
    return ""


def _from(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.as_posix()
