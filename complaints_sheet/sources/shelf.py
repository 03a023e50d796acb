"""What an online register last answered, kept in the private folder: it is fetched only once it changed."""

import hashlib
import os
import zlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

FORM = b"complaints-sheet kept answer 1\n"
ENDING = ".answer"


@dataclass(frozen=True, slots=True)
class Shelf:
    """The place of one register's last answer; with `writes` a new one may be put there.

    It holds what the register holds, customers' names too, and so lies in the folder that the program keeps
    for this account alone; `forget` deletes it, and losing it costs no more than reading the register again.
    """

    folder: Path
    name: str
    writes: bool = False

    @property
    def file(self) -> Path:
        """Return where the answer is kept."""
        return self.folder / f"{self.name}{ENDING}"

    def kept(self, stands_for: str) -> tuple[bytes, ...] | None:
        """Return what was kept under this very text, or None where nothing whole was."""
        try:
            content = self.file.read_bytes()
        except OSError:
            return None
        form, digest, packed = content[: len(FORM)], content[len(FORM) :][:32], content[len(FORM) + 32 :]
        if form != FORM or hashlib.sha256(packed).digest() != digest:
            return None
        name, *parts = _parted(zlib.decompress(packed))
        return tuple(parts) if name == stands_for.encode() else None

    def keep(self, stands_for: str, parts: Iterable[bytes]) -> None:
        """Keep the parts in place of what was kept before; where that cannot be, nothing is kept."""
        if not self.writes or not self.folder.is_dir():
            return
        packed = zlib.compress(_joined((stands_for.encode(), *parts)), 1)
        waiting = self.file.with_name(f".{self.file.name}.part")
        with suppress(OSError):
            self.file.unlink(missing_ok=True)  # an old answer never outlives a new one that cannot be kept
            waiting.unlink(missing_ok=True)
            with os.fdopen(os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(FORM + hashlib.sha256(packed).digest() + packed)
            waiting.replace(self.file)


def kept_answers(folder: Path) -> tuple[Path, ...]:
    """Return the files of all answers that are kept in a folder."""
    return tuple(sorted((*folder.glob(f"*{ENDING}"), *folder.glob(f".*{ENDING}.part"))))


def _joined(parts: Iterable[bytes]) -> bytes:
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)


def _parted(content: bytes) -> list[bytes]:
    parts, at = [], 0
    while at < len(content):
        size = int.from_bytes(content[at : at + 8], "big")
        parts.append(content[at + 8 : at + 8 + size])
        at += 8 + size
    return parts
