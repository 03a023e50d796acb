"""`restore`: rows that are gone, as a workbook ready to paste back. The register itself is never written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from complaints_sheet.app.judged import understood
from complaints_sheet.app.looking import Sight, number_meant, recalled, sight
from complaints_sheet.core.journal import GoneCase, case_id
from complaints_sheet.core.model import Layout
from complaints_sheet.core.recollection import columns_of
from complaints_sheet.core.snapshots import column_names
from complaints_sheet.core.wording import listing
from complaints_sheet.errors import ConfigError, DeliveryError, SourceError


@dataclass(frozen=True, slots=True)
class Restored:
    """The rows brought back and the workbook that holds them, or would hold them in a dry run."""

    rows: tuple[GoneCase, ...]
    file: Path
    dry_run: bool


def restore(
    cases: Sequence[str],
    file: Path | None,
    config_file: Path,
    *,
    as_of: str | None,
    now: datetime,
    dry_run: bool,
) -> Restored:
    """Write the rows of cases that are gone to a new .xlsx, and return it.

    ConfigError where a case is unknown, still in its register or was forgotten, or where the file is there.
    """
    with sight(config_file, as_of=as_of, now=now) as seen:
        wanted = list(dict.fromkeys(number_meant(seen, each) for each in cases))
        rows = tuple(_gone(seen, wanted))
        columns = _columns(seen, rows)
    target = file or Path(_name(rows))
    if target.exists():
        raise ConfigError(f"{target} is there already.", "Name another file with -o, or move this one away.")
    if not dry_run:
        _write(target, rows, columns)
    return Restored(rows, target, dry_run)


def _gone(seen: Sight, numbers: Sequence[int]) -> Iterator[GoneCase]:
    known = {each.number: each for each in seen.state.history.gone()}
    if not all(number in known for number in numbers):
        known |= {each.number: each for each in _gone_today(seen)}
    for number in numbers:
        if number not in known:
            raise _not_gone(seen, number)
        yield known[number]


def _gone_today(seen: Sight) -> Iterator[GoneCase]:
    """Yield the rows that are missing now and that no run has missed yet."""
    for config in seen.config.registers:
        found = recalled(seen.config, seen.state, understood(seen.config, config), seen.moment)
        headings = dict(found.face.columns) if found.face else dict(columns_of(found.register))
        for each in found.gone:
            yield GoneCase(each.number, config.id, "removed", found.today, each.cells, headings)


def _not_gone(seen: Sight, number: int) -> ConfigError:
    story = seen.state.history.story(number)
    if story and story.changes and story.changes[-1].kind == "forgotten":
        reason = story.changes[-1].why
        return ConfigError(f"{case_id(number)} was forgotten on request: {reason}.", "Nothing of it is left.")
    if story and story.changes and story.changes[-1].kind == "same":
        return ConfigError(f"{case_id(number)} is the case {story.changes[-1].why}.", "Restore that one.")
    return ConfigError(
        f"{case_id(number)} is still in the register.",
        f"`complaints-sheet history {case_id(number)}` shows what its cells held before.",
    )


def _columns(seen: Sight, rows: Sequence[GoneCase]) -> Mapping[str, int]:
    """Return where the register has each column today; nothing where it cannot be read."""
    config = next(each for each in seen.config.registers if not rows or each.id == rows[0].register)
    try:
        layouts = understood(seen.config, config).layouts
    except SourceError:
        return {}
    names = set(rows[0].headings) if rows else set()

    def shared(layout: Layout) -> int:
        return len(names & {name for name, _ in column_names(layout)})

    return {name: column.number for name, column in column_names(max(layouts, key=shared))}


def _name(rows: Sequence[GoneCase]) -> str:
    return f"restored {case_id(rows[0].number)}.xlsx" if len(rows) == 1 else "restored rows.xlsx"


def _write(target: Path, rows: Sequence[GoneCase], columns: Mapping[str, int]) -> None:
    from complaints_sheet.workbooks.restored import restored

    content = restored(rows, columns)
    try:
        with target.open("xb") as file:
            file.write(content)
    except OSError as error:
        named = listing(case_id(each.number) for each in rows)
        raise DeliveryError(
            f"{target} cannot be written ({error.strerror or type(error).__name__}), so {named} is not back.",
            "Name a file in a folder you may write to, with -o.",
        ) from error
