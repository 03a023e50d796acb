"""A mail that is too large goes without its files: they are kept where it says, and nothing is lost."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from complaints_sheet.app.letters import free
from complaints_sheet.app.workplace import Desk
from complaints_sheet.core.ledger import OutboxEntry
from complaints_sheet.core.letters import LETTERS
from complaints_sheet.core.messages import Attachment, files_of, without_files
from complaints_sheet.core.wording import count
from complaints_sheet.errors import DeliveryError

if TYPE_CHECKING:
    from complaints_sheet.config.settings import Config


def lighter(desk: Desk, entry: OutboxEntry, owner: str = "") -> OutboxEntry | None:
    """Return the message as it stands once its files are taken out and kept; None where it has none.

    None also where it is no longer the owner's. Raises DeliveryError where a file cannot be kept.
    """
    files = files_of(entry.message.content)
    if not files:
        return None
    said = _said([_kept(desk.config, each) for each in files])
    content = without_files(entry.message.content, said)
    if not desk.state.outbox.lighten(entry.number, desk.now(), content, said, owner):
        return None
    return replace(entry, message=replace(entry.message, content=content))


def _said(places: Sequence[Path]) -> str:
    what = "its file" if len(places) == 1 else f"its {count(len(places), 'file')}"
    them = "It is" if len(places) == 1 else "They are"
    return f"With {what} this mail is too large to send. {them} here instead: {'; '.join(map(str, places))}"


def _kept(config: "Config", file: Attachment) -> Path:
    """Return where a file lies: among the packs or letters, or among the letters by now."""
    letters = config.folder / LETTERS
    try:
        for folder in (config.pack.folder, letters):
            for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
                if path.name == file.name and path.read_bytes() == file.content:
                    return path
        return _written(letters, file)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DeliveryError(
            f"The mail is too large, and its file cannot be kept in {letters} ({reason}).", fault="message"
        ) from error


def _written(folder: Path, file: Attachment) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = free(folder / file.name)
    path.write_bytes(file.content)
    return path
