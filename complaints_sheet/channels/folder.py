"""Delivery into a folder: one .eml file for each message, to be opened or sent on by any mail program."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from complaints_sheet.core.messages import Message
from complaints_sheet.errors import DeliveryError


class Settings(BaseModel):
    """Where the messages are written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["folder"] = "folder"
    folder: Path = Field(default=Path("outbox"), description="The folder for the .eml files.")


@contextmanager
def session(settings: Settings) -> Iterator[Callable[[Message, Callable[[], None]], str]]:
    """Yield the function that writes one message to the folder; there is nothing to open or close."""
    yield lambda message, before_commit: deliver(message, settings, before_commit)


def deliver(message: Message, settings: Settings, before_commit: Callable[[], None]) -> str:
    """Return "written as NAME" after writing the message to the folder; a file of that name is already done.

    The file appears whole or not at all: it is written under a temporary name, flushed to the disk, and
    renamed after `before_commit()`. Raises DeliveryError where the folder cannot be written.
    """
    target = settings.folder / message.file_name
    if target.exists():
        return f"already written as {target.name}"
    waiting = target.with_name(f".{message.short_key}.part")
    try:
        settings.folder.mkdir(parents=True, exist_ok=True)
        _write_through(waiting, message.content)
        before_commit()
        waiting.replace(target)
        _flush_folder(settings.folder)
    except OSError as error:
        raise _unwritable(settings.folder, error) from error
    return f"written as {target.name}"


def _write_through(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Make the new name survive a power cut; Windows does so without being asked."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(folder: Path, error: OSError) -> DeliveryError:
    return DeliveryError(
        f"The mail folder {folder} cannot be written to ({error.strerror or type(error).__name__}).",
        next_step="Make it writable, free some space, or name another folder under `delivery` in "
        "config.yaml; then run again. What was already written is not written twice.",
    )
