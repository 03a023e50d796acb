"""The quality checks: drawing a sample with its checklist, and reading back what was filled in."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from complaints_sheet.app.workplace import Workplace
from complaints_sheet.core.editions import QUALITY_CHECK
from complaints_sheet.core.ledger import PackRecord
from complaints_sheet.core.meetings import Period
from complaints_sheet.core.quality import Checked, QualityCheck
from complaints_sheet.core.wording import period as days
from complaints_sheet.errors import DeliveryError

if TYPE_CHECKING:
    from complaints_sheet.pack.beside import Beside

CASES = "Drawn"  # the group of a check's cases in its record


@dataclass(frozen=True, slots=True)
class Checklist:
    """The checklist of a sample: its file, and what to say where it was there before."""

    file: Path
    note: str = ""


def drawn(work: Workplace, period: Period, beside: "Beside") -> Checklist:
    """Write the checklist of the period's sample and remember the draw; one that is there is left as it is.

    Raises DeliveryError where the folder cannot be written. In a dry run nothing is written.
    """
    from complaints_sheet.pack.composing import brief
    from complaints_sheet.pack.options import PackOptions, standard_of
    from complaints_sheet.workbooks.quality_checklist import checklist

    file = work.config.pack.folder / f"{period.end} quality check, checklist.xlsx"
    if file.exists():
        return Checklist(file, "The checklist was there already and is left as people filled it in.")
    options = PackOptions(standard=standard_of(work.policies))
    sample = brief(work.judgements, period, work.calendar, options, beside).measures.sample
    title = f"Quality check of complaints closed {days(period.start, period.end)}"
    if not work.dry_run:
        write_file(file, checklist(title, sample, work.config.brand.main))
    names = [each.case for each in sample]
    figures = {"sample": {"shown": str(len(names)), "cases": {CASES: names}}}
    run = work.run
    work.state.packs.record(
        PackRecord(
            QUALITY_CHECK, period.end, period.start, period.end, figures, [file.name], run.started, run.number
        )
    )
    return Checklist(file)


def quality_checks(work: Workplace, before: Period) -> tuple[QualityCheck, ...]:
    """Return the quality checks drawn up to the end of a period, each as its checklist stands now."""
    written = (each for each in work.state.packs.written(QUALITY_CHECK) if each.end <= before.end)
    return tuple(_check(work.config.pack.folder, each) for each in written)


def _check(folder: Path, record: PackRecord) -> QualityCheck:
    from complaints_sheet.workbooks.quality_checklist import checked

    cases = _cases(record)
    try:
        rows = checked(folder / record.files[0])
    except ValueError as error:
        return QualityCheck(record.start, record.end, len(cases), problem=f"{error}.")
    return QualityCheck(record.start, record.end, len(cases), _of_the_sample(rows, cases))


def _of_the_sample(rows: tuple[Checked, ...], cases: list[str]) -> tuple[Checked, ...]:
    """Return the first row of each case that was drawn; a case without its row counts as not checked."""
    first: dict[str, Checked] = {}
    for row in rows:
        first.setdefault(row.case, row)
    return tuple(first.get(case, Checked(case)) for case in cases)


def _cases(record: PackRecord) -> list[str]:
    sample = record.figures.get("sample")
    named = sample.get("cases") if isinstance(sample, dict) else None
    return [str(name) for name in (named or {}).get(CASES, ())]


def write_file(path: Path, content: bytes) -> None:
    """Write a file of the pack folder, whole or not at all; DeliveryError where it cannot be."""
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise DeliveryError(
            f"The pack folder {path.parent} cannot be written to ({error.strerror or type(error).__name__}).",
            "Make it writable, free some space, or name another folder under `pack` in config.yaml. "
            "If the last pack is open in another program, close it. Then run again.",
        ) from error
