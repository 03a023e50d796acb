"""The list of what needs doing, written beside the register after a run for people who do not read mail."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from complaints_sheet.app.own_files import keywords_of, replaced
from complaints_sheet.app.workplace import Workplace
from complaints_sheet.core.model import Judgement
from complaints_sheet.core.worklist import WorkList, work_list
from complaints_sheet.errors import SourceError

if TYPE_CHECKING:
    from complaints_sheet.config.settings import RegisterConfig

FILE_NAME = "what-needs-doing.xlsx"


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists that a run wrote, and why others have to wait."""

    files: tuple[Path, ...] = ()
    waiting: tuple[str, ...] = ()


def written_lists(work: Workplace) -> Lists:
    """Write the list of each folder that holds a register, where the config asks for it; a dry run does not.

    A list that says the same as the one that is there is left as it is.
    """
    if not work.config.writes_work_list or work.dry_run:
        return Lists()
    files, waiting = [], []
    for folder, registers in _by_folder(work).items():
        problem = _write(work, folder, registers)
        if problem:
            waiting.append(f"{problem}.")
        else:
            files.append(folder / FILE_NAME)
    return Lists(tuple(files), tuple(waiting))


def _by_folder(work: Workplace) -> Mapping[Path, Mapping[Path, Judgement]]:
    """Return the judged registers by the folder they lie in; one that is no file counts to the config's."""
    found: dict[Path, dict[Path, Judgement]] = defaultdict(dict)
    for register, judgement in zip(work.config.registers, work.judgements, strict=True):
        path = _place(register) or work.config.file
        found[path.parent][path] = judgement
    return found


def _place(register: "RegisterConfig") -> Path | None:
    from complaints_sheet.sources.files import register_files

    path = getattr(register.source, "path", None)
    try:
        return register_files(path)[0] if isinstance(path, Path) else None
    except SourceError:
        return None  # it went away since it was read


def _write(work: Workplace, folder: Path, registers: Mapping[Path, Judgement]) -> str:
    from complaints_sheet.workbooks.what_needs_doing import TITLE, fingerprint, what_needs_doing

    found = _listed(work, tuple(registers.values()))
    target = folder / FILE_NAME
    if keywords_of(target) == fingerprint(found, work.moment.date()):
        return ""
    files = {
        case.source: folder / Path(case.source).name
        for each in registers.values()
        for case in each.register.cases
    }
    there = {source: path for source, path in files.items() if path.is_file()}
    content = what_needs_doing(found, work.moment, work.config.brand, files=there, folder=folder)
    return replaced(target, content, TITLE)


def _listed(work: Workplace, judgements: tuple[Judgement, ...]) -> WorkList:
    rules = work.mail_rules
    return work_list(
        judgements,
        work.policies,
        work.moment.date(),
        work.calendar,
        directory=work.config.directory,
        rules=rules.lines,
        accepted=rules.accepted,
    )
