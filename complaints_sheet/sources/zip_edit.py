"""Some parts of a zipped workbook replaced; every other entry is copied as the raw bytes it is."""

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from complaints_sheet.errors import SourceError
from complaints_sheet.sources.zip_checks import Parts

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
LOCAL_HEAD, CENTRAL_HEAD, END_HEAD = "<4s5H3L2H", "<4s6H3L5H2L", "<4s4H2LH"
DEFLATED, AS_UTF8, ENCRYPTED = 8, 0x800, 0x1
ZIP64_EXTRA = 1
LARGEST = 0xFFFFFFFF
LEVEL = 3  # of deflate: nearest to what Excel itself does
UNPACKS_FROM = 20  # the version of the format that deflate needs: 2.0


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of the directory: its fields, the bytes behind them, and where its data begins."""

    fields: tuple[int, ...]  # those of CENTRAL_HEAD after the signature
    name: bytes
    extra: bytes
    comment: bytes

    @property
    def offset(self) -> int:
        return self.fields[-1]

    def line(self, offset: int) -> bytes:
        head = struct.pack(CENTRAL_HEAD, CENTRAL, *self.fields[:-1], offset)
        return head + self.name + self.extra + self.comment


def with_parts(parts: Parts, content: bytes, new: Mapping[str, bytes]) -> bytes:
    """Return the workbook `content`, opened as `parts`, with these contents in the parts named.

    The other entries keep every byte, in the same order. The same arguments always give the same bytes.
    SourceError for an archive put together in a way that no spreadsheet program uses.
    """
    end = _end_of(parts.name, content)
    entries = list(_entries(parts.name, content, end))
    wanted = {parts.archive.getinfo(part).header_offset: part for part in new}
    pieces: list[bytes] = []
    offsets: dict[int, int] = {}
    changed: dict[int, _Entry] = {}
    at = 0
    in_file = sorted(entries, key=lambda each: each.offset)
    ends = [*(each.offset for each in in_file[1:]), end.directory]
    for entry, stop in zip(in_file, ends, strict=True):
        offsets[entry.offset] = at
        if entry.offset in wanted:
            piece, changed[entry.offset] = _packed(entry, new[wanted[entry.offset]])
        else:
            piece = content[entry.offset : stop]
        pieces.append(piece)
        at += len(piece)
    directory = b"".join(changed.get(each.offset, each).line(offsets[each.offset]) for each in entries)
    count = len(entries)
    tail = struct.pack(END_HEAD, END, 0, 0, count, count, len(directory), at, len(end.comment))
    if at + len(directory) >= LARGEST:
        raise unusual(parts.name, "it would be larger than 4 GB")
    return b"".join((*pieces, directory, tail, end.comment))


def unusual(name: str, what: str) -> SourceError:
    """Return the error for a workbook that is put together in a way this editor leaves alone."""
    return SourceError(
        f"Nothing was written into {name}: {what}.",
        "Open it in Excel, save it once, and the next run tries again.",
    )


@dataclass(frozen=True, slots=True)
class _End:
    """Where the directory begins, how many lines it has, and the comment behind it."""

    directory: int
    size: int
    count: int
    comment: bytes


def _end_of(name: str, content: bytes) -> _End:
    at = content.rfind(END)
    head = struct.calcsize(END_HEAD)
    if at < 0 or at + head > len(content):
        raise unusual(name, "the end of its directory cannot be found")
    _, disk, first_disk, here, count, size, directory, length = struct.unpack_from(END_HEAD, content, at)
    if disk or first_disk or here != count or LARGEST in (size, directory) or count == 0xFFFF:
        raise unusual(name, "its directory is of the kind for files over 4 GB")
    if directory + size != at or at + head + length != len(content):
        raise unusual(name, "something stands before, between or behind its parts")
    return _End(directory, size, count, content[at + head :])


def _entries(name: str, content: bytes, end: _End) -> Iterator[_Entry]:
    """Yield the lines of the directory, each checked against the data it points to."""
    at, head = end.directory, struct.calcsize(CENTRAL_HEAD)
    seen: set[int] = set()
    for _ in range(end.count):
        fields = struct.unpack_from(CENTRAL_HEAD, content, at)
        lengths = fields[10:13]
        cuts = [at + head, *(at + head + sum(lengths[:count]) for count in (1, 2, 3))]
        named, extra, comment = (content[first:last] for first, last in pairwise(cuts))
        entry = _Entry(fields[1:], named, extra, comment)
        if LARGEST in (fields[8], fields[9], entry.offset):
            raise unusual(name, "its directory is of the kind for files over 4 GB")
        if entry.offset in seen or content[entry.offset : entry.offset + 4] != LOCAL:
            raise unusual(name, "its directory does not fit its parts")
        if fields[3] & ENCRYPTED:
            raise unusual(name, "a part of it is encrypted")
        seen.add(entry.offset)
        yield entry
        at = cuts[-1]
    if at != end.directory + end.size or min(seen, default=0) != 0:
        raise unusual(name, "something stands before, between or behind its parts")


def _packed(entry: _Entry, new: bytes) -> tuple[bytes, _Entry]:
    """Return the entry's data with its header, and its line in the directory, for new contents."""
    packer = zlib.compressobj(LEVEL, wbits=-zlib.MAX_WBITS)
    data = packer.compress(new) + packer.flush()
    made_by, _, flags, _, clock, day = entry.fields[:6]
    crc, flags = zlib.crc32(new), flags & AS_UTF8
    common = (UNPACKS_FROM, flags, DEFLATED, clock, day, crc, len(data), len(new), len(entry.name))
    extra = _without_zip64(entry.extra)
    local = struct.pack(LOCAL_HEAD, LOCAL, *common, 0) + entry.name
    fields = (made_by, *common, len(extra), *entry.fields[11:])
    return local + data, _Entry(fields, entry.name, extra, entry.comment)


def _without_zip64(extra: bytes) -> bytes:
    kept, at = b"", 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<2H", extra, at)
        if kind != ZIP64_EXTRA:
            kept += extra[at : at + 4 + size]
        at += 4 + size
    return kept
