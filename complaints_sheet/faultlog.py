"""The log of a bug: exception types and our own frames, never a message or a value (design, promise 6)."""

import tempfile
import traceback
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from complaints_sheet import __version__
from complaints_sheet.core.model import RuleFault

PACKAGE = Path(__file__).parent


def write_fault(bug: BaseException, now: datetime, folder: Path | None = None) -> Path:
    """Write the bug's log and return its place: `.complaints` here, else the temporary folder."""
    return _written(fault_lines(bug, now), now, folder)


def write_rule_faults(faults: Iterable[RuleFault], now: datetime, folder: Path | None = None) -> Path:
    """Write the log of rules that failed, each with where it happened, and return its place."""
    lines = [f"complaints-sheet {__version__}", now.isoformat()]
    for fault in faults:
        lines += [
            f"rule {fault.rule}: {fault.exception}",
            *(f"  {each}" for each in fault.trace.splitlines()),
        ]
    return _written(lines, now, folder)


def _written(lines: Sequence[str], now: datetime, folder: Path | None) -> Path:
    private = Path(".complaints")
    place = folder or (private if private.is_dir() else Path(tempfile.gettempdir()))
    log = place / f"complaints-sheet-fault-{now:%Y%m%d-%H%M%S}.log"
    log.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return log


def fault_lines(bug: BaseException, now: datetime) -> list[str]:
    """Return the log's lines: version, time, then each exception's type and our frames, then its cause."""
    lines = [f"complaints-sheet {__version__}", now.isoformat()]
    seen: BaseException | None = bug
    while seen is not None:
        lines.append(type(seen).__name__)
        for frame in traceback.extract_tb(seen.__traceback__):
            if Path(frame.filename).is_relative_to(PACKAGE):
                name = Path(frame.filename).relative_to(PACKAGE).as_posix()
                lines.append(f"  {name}:{frame.lineno} {frame.name}")
        seen = seen.__cause__ or seen.__context__
    return lines
