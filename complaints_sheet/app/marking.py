"""`check --mark`: a copy of the register to read, with every finding beside its cell."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from complaints_sheet.app.own_files import replaced
from complaints_sheet.errors import ConfigError, DeliveryError, SourceError

if TYPE_CHECKING:
    from complaints_sheet.app.checking import CheckAnswer
    from complaints_sheet.config.settings import RegisterConfig
    from complaints_sheet.core.model import Table

ONE_AT_A_TIME = "Name one register: complaints-sheet check register.xlsx --mark copy.xlsx"


def mark(answer: "CheckAnswer", register: Path | None, target: Path) -> None:
    """Write the marked copy of the one register that was checked. The register itself is only read.

    Raises ConfigError for several registers or a wrong name, SourceError where the file was saved meanwhile,
    DeliveryError where the copy cannot be written.
    """
    from complaints_sheet.workbooks.marked_copy import TITLE, marked_copy

    if target.suffix.casefold() != ".xlsx":
        raise ConfigError(f"{target} does not end in .xlsx.", "Name a file such as copy.xlsx.")
    if len(answer.judgements) != 1:
        raise ConfigError("There are several registers, and a copy shows one.", ONE_AT_A_TIME)
    [judgement] = answer.judgements
    path, readings = _read_again(answer, register, judgement.register.fingerprint)
    if path is not None and target.resolve() == path.resolve():
        raise ConfigError("The copy cannot take the place of the register.", "Name another file.")
    content = path.read_bytes() if path else None
    if content is not None and hashlib.sha256(content).hexdigest() != judgement.register.fingerprint:
        raise _saved_meanwhile(judgement.register.name)
    problem = replaced(target, marked_copy(content, readings, judgement), TITLE)
    if problem:
        raise DeliveryError(f"{problem}.", "Close it, or name another file.")


def _read_again(
    answer: "CheckAnswer", register: Path | None, fingerprint: str
) -> "tuple[Path | None, tuple[Table, ...]]":
    """Return the register's file, where it is one, and its worksheets as they were judged."""
    from complaints_sheet.sources import SOURCES
    from complaints_sheet.sources.excel import Settings, read
    from complaints_sheet.sources.files import register_files

    known = None if register else _of_config(answer)
    path = register or getattr(known.source if known else None, "path", None)
    if isinstance(path, Path):
        files = register_files(path)
        if len(files) != 1:
            raise ConfigError("The register is made of several files, and a copy shows one.", ONE_AT_A_TIME)
        readings = read(Settings(path=files[0]))
        path = files[0]
    elif known is not None:
        readings = SOURCES[known.kind].read(known.source)
        path = None
    if "".join(each.fingerprint for each in readings) != fingerprint:
        raise _saved_meanwhile(readings[0].source)
    return path, tuple(table for each in readings for table in each.tables)


def _of_config(answer: "CheckAnswer") -> "RegisterConfig":
    from complaints_sheet.config.settings import load_config

    if answer.config is None:
        raise ConfigError("No register was named.", ONE_AT_A_TIME)
    return load_config(answer.config).registers[0]


def _saved_meanwhile(name: str) -> SourceError:
    return SourceError(f"{Path(name).name} was saved while it was being read.", "Run the same again.")
