"""Opens a zipped workbook only after it has proved harmless: sizes, every part's checksum, no entities.

A spreadsheet library given an unchecked file may read flipped bits as other values, or eat the memory.
"""

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from complaints_sheet.errors import SourceError

CHUNK_BYTES = 4 << 20
MOST_PARTS = 10_000
HIGHEST_RATIO = 500  # deflate cannot do better than about 1,030; a register does about 10
SMALL_PART_BYTES = 8 << 20  # a ratio says nothing about a small part
DOCTYPE, ENTITY = b"<!DOCTYPE", b"<!ENTITY"
WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")

DAMAGED_NEXT_STEP = (
    "The file may be half saved or still syncing: wait a minute and try again. If it stays, open it in "
    "Excel, let Excel repair it, and save it under the same name, or fetch the version before it from a "
    "backup."
)


@dataclass(frozen=True, slots=True)
class Parts:
    """A zipped workbook whose directory was read; its parts are read through `chunks` or `whole`."""

    name: str
    archive: zipfile.ZipFile
    names: frozenset[str]

    def chunks(self, part: str) -> Iterator[bytes]:
        """Yield the part piece by piece; raises SourceError for a wrong checksum or defined entities."""
        tail = b""
        for chunk in self._raw_chunks(part):
            # Half a mark may stand at the end of the piece before. One byte is found far faster than many.
            if (b"!" in chunk and (DOCTYPE in chunk or ENTITY in chunk)) or DOCTYPE in tail + chunk[:16]:
                raise SourceError(
                    f"{self.name} was refused: its part {part} defines entities, which no workbook needs.",
                    "Do not open this file. Ask whoever sent it for a fresh copy saved by Excel as .xlsx.",
                )
            if not tail and chunk.startswith(WIDE):
                raise damaged(self.name, f"its part {part} is written in UTF-16, which Excel never does")
            tail = chunk[-16:]
            yield chunk

    def whole(self, part: str) -> bytes:
        """Return all bytes of a part, or b"" where there is no such part."""
        return b"".join(self.chunks(part)) if part in self.names else b""

    def _raw_chunks(self, part: str) -> Iterator[bytes]:
        try:
            with self.archive.open(part) as stream:
                while chunk := stream.read(CHUNK_BYTES):
                    yield chunk
        except KeyError as error:
            raise damaged(self.name, f"its part {part} is missing") from error
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise damaged(self.name, f"its part {part} does not match its checksum") from error
        except (NotImplementedError, RuntimeError) as error:  # an encrypted part, or an unknown packing
            raise damaged(self.name, f"its part {part} is packed in a way Excel does not use") from error


def damaged(name: str, what: str) -> SourceError:
    """Return the error for a file that is broken, with what to do about it."""
    return SourceError(f"{name} is damaged: {what}.", DAMAGED_NEXT_STEP)


def open_parts(name: str, content: bytes, unpacked_mb: int) -> Parts:
    """Return the parts of a zipped workbook after checking its directory; raises SourceError."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError) as error:
        raise damaged(name, "it is cut off, or its directory cannot be read") from error
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(names) > MOST_PARTS or len(set(names)) != len(names):
        raise damaged(name, "its directory lists the same part twice, or far too many parts")
    _refuse_bombs(name, entries, unpacked_mb)
    return Parts(name, archive, frozenset(names))


def check_all(parts: Parts, skip: Callable[[str], bool]) -> None:
    """Read every part not skipped to its end, which compares its checksum; raises SourceError."""
    for part in sorted(parts.names):
        if not skip(part):
            for _ in parts.chunks(part) if part.endswith((".xml", ".rels")) else parts._raw_chunks(part):
                pass


def _refuse_bombs(name: str, entries: list[zipfile.ZipInfo], unpacked_mb: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > unpacked_mb << 20:
        raise SourceError(
            f"{name} was refused: it would unpack to {unpacked >> 20:,} MB; the limit is {unpacked_mb:,} MB.",
            "If this really is the register, raise `limits: {unpacked_mb: …}` under `register` in "
            "config.yaml.",
        )
    for entry in entries:
        swollen = entry.file_size > SMALL_PART_BYTES
        if swollen and entry.file_size > HIGHEST_RATIO * max(entry.compress_size, 1):
            raise SourceError(
                f"{name} was refused: its part {entry.filename} unpacks to {entry.file_size >> 20:,} MB "
                "from almost nothing.",
                "Do not open this file. Ask whoever sent it for a fresh copy saved by Excel as .xlsx.",
            )
