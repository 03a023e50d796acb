"""`forget`: a person's data erased from memory, mails, packs and backups; id, date and reason stay."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email import message_from_bytes
from pathlib import Path
from typing import TYPE_CHECKING

from complaints_sheet.app.judged import understood
from complaints_sheet.app.keeping import backup_folder
from complaints_sheet.app.log_exchange import COPIES
from complaints_sheet.app.looking import Sight, number_meant, recalled, sight
from complaints_sheet.app.status_columns import register_copies
from complaints_sheet.core.findings import case_mark
from complaints_sheet.core.journal import Story, case_id
from complaints_sheet.core.ledger import figures_renamed, figures_with, figures_without_words, words_in
from complaints_sheet.core.letters import LETTERS, case_of, case_part
from complaints_sheet.core.model import Case, Layout
from complaints_sheet.core.privacy import masked
from complaints_sheet.core.telltale import Telltale, telltale
from complaints_sheet.errors import ConfigError, DeliveryError

if TYPE_CHECKING:
    from complaints_sheet.config.settings import Config


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was erased, or would be: the files deleted, and those that a person must look through.

    `by_record` are those of the packs that are known to speak of the case by the record of their figures.
    """

    case: str
    mails: tuple[Path, ...]
    packs: tuple[Path, ...]
    by_record: tuple[Path, ...]
    look_through: tuple[Path, ...]
    backups: int
    dry_run: bool


def forget(
    asked: str, reason: str, config_file: Path, *, as_of: str | None, now: datetime, dry_run: bool
) -> Forgotten:
    """Erase a case that is no longer in its register from everything we hold, and return what was erased.

    ConfigError where the case is unknown, or its row still stands in the register.
    """
    from complaints_sheet.sources.shelf import kept_answers
    from complaints_sheet.state import back_up, backups

    with sight(config_file, as_of=as_of, now=now, writes=not dry_run) as seen:
        number = number_meant(seen, asked)
        story = seen.state.history.story(number)
        if story is None:
            raise LookupError(number)
        _refuse_if_there(seen, story)
        recorded, known = _recorded(seen, story)
        packs, unsure = _packs(seen.config.pack.folder, telltale(story.now), recorded, known)
        run = seen.state.runs.begin("forget", seen.moment, today=seen.moment.date(), started=now)
        message_ids = seen.state.history.forget(run, number, reason)
        seen.state.words.forget(_mark(story))
        customer = str(story.now.cells.get("customer_name") or "")
        seen.state.ideas.forget(number, customer)
        copies, log = _logs(seen.config, customer)
        drafts, nameless = _letters(seen.config.folder / LETTERS, story)
        mails = (*_mails(seen.config, message_ids), *drafts)
        unsure = (*unsure, *nameless, *log)
        folder = backup_folder(seen.config)
        old = backups(folder)
        if not dry_run:
            _erase((*mails, *packs, *copies, *kept_answers(seen.config.state.folder)))
            if old:
                made = back_up(seen.state.engine, folder, now)
                _erase(path for path in old if path != made)
        seen.state.runs.finish(run, "done", finished=now)
    by_record = tuple(path for path in packs if path.name in recorded)
    return Forgotten(case_id(number), mails, packs, by_record, unsure, len(old), dry_run)


def _erase(paths: Iterable[Path]) -> None:
    """Delete files; DeliveryError naming the first that another program holds on to."""
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise DeliveryError(
                f"{path} cannot be deleted ({error.strerror or type(error).__name__}).",
                "Close the program that has it open, and delete the file by hand.",
            ) from error


def _refuse_if_there(seen: Sight, story: Story) -> None:
    """Raise ConfigError where the row stands in the register as it is now, whatever the last run saw."""
    for config in seen.config.registers:
        if config.id == story.register:
            found = recalled(seen.config, seen.state, understood(seen.config, config), seen.moment)
            if story.number in found.numbers:
                raise ConfigError(
                    f"{case_id(story.number)} is still in the register.",
                    "Delete its row there first, run once, and then forget it.",
                )


def _logs(config: "Config", customer: str) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Return our copies of the log and of registers, and the log where somebody typed the customer's name.

    The log is theirs: nothing in it is erased by the program.
    """
    copies = tuple(sorted((config.state.folder / COPIES).glob("*.xlsx")))
    copies += register_copies(config.state.folder)
    log = config.ideas.log
    text = _text_of(log) if log is not None and log.is_file() else ""
    return copies, (log,) if log is not None and masked(text, customer) != text else ()


def _mark(story: Story) -> str:
    nowhere = Layout("", "", 0, 0, {})
    return case_mark(Case(story.register, 0, nowhere, {}, {}, (), case_id(story.number)))


def _mails(config: "Config", message_ids: Sequence[str]) -> Iterator[Path]:
    """Yield the mails in the folder that told of the case, by their Message-ID."""
    folder = getattr(config.delivery.settings, "folder", None)
    if isinstance(folder, Path) and message_ids:
        for path in sorted(folder.glob("*.eml")):
            if message_from_bytes(path.read_bytes())["Message-ID"] in message_ids:
                yield path


def _letters(folder: Path, story: Story) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Return the drafts of letters about the case, by the names it has, and those that name no case."""
    ref = str(story.now.cells.get("case_ref", "")).strip()
    names = {case_part(case_id(story.number)), *([case_part(ref)] if ref else [])}
    found, nameless = [], []
    for path in sorted(each for each in folder.glob("*") if each.suffix in {".eml", ".docx"}):
        about = case_of(path.name)
        if about in names:
            found.append(path)
        elif not about:
            nameless.append(path)
    return tuple(found), tuple(nameless)


def _recorded(seen: Sight, story: Story) -> tuple[frozenset[str], frozenset[str]]:
    """Return the files of packs whose record has the case, and the files of those whose words were kept.

    Only the id of the case is left in the record of a pack, and none of its words.
    """
    name = case_id(story.number)
    ref = str(story.now.cells.get("case_ref", "")).strip()
    gone = any(each.number == story.number for each in seen.state.history.gone())  # else it is refused yet
    files: set[str] = set()
    known: set[str] = set()
    words = telltale(story.now)
    for pack in seen.state.packs.written():
        known.update(pack.files if words_in(pack.figures) else ())
        speaks = words.within(words_in(pack.figures))
        if speaks or figures_with(pack.figures, (name, ref)):
            files.update(pack.files)
            figures = figures_without_words(pack.figures)
            if gone and (ref or figures != pack.figures):
                figures = figures_renamed(figures, ref, name) if ref else figures
                seen.state.packs.record(replace(pack, figures=figures))
    return frozenset(files), frozenset(known)


def _packs(
    folder: Path, words: Telltale, recorded: frozenset[str], known: frozenset[str]
) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Return the packs that speak of the case, in all their formats, and those nobody can tell of.

    `recorded` are files of packs whose record has the case; a PDF, which cannot be read here, is known by it.
    `known` are files whose words were kept when they were written: they need no looking through.
    """
    files = sorted(path for path in folder.glob("*") if path.is_file())
    speaking = {path.stem for path in files if path.name in recorded or words.within(_text_of(path))}
    readable = {path.stem for path in files if path.suffix != ".pdf"}
    told = tuple(path for path in files if path.stem in speaking)
    return told, tuple(path for path in files if path.stem not in readable and path.name not in known)


def _text_of(path: Path) -> str:
    """Return the text of a pack as far as it can be read without its program; nothing for a PDF."""
    from zipfile import ZipFile, is_zipfile

    if path.suffix == ".pdf":
        return ""
    if not is_zipfile(path):
        return path.read_text(encoding="utf-8", errors="replace")
    with ZipFile(path) as parts:
        return " ".join(
            parts.read(name).decode("utf-8", "replace") for name in parts.namelist() if name.endswith(".xml")
        )
