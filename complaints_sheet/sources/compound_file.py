"""Takes one stream out of an OLE compound file, the container of .xls.

Streams below 4,096 bytes are kept in another way, which is not read: writers pad the workbook to that size.
"""

import struct
from collections.abc import Iterator

MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LAST_SECTOR = 0xFFFFFFFA  # this and above are marks, not sectors
ENTRY_BYTES = 128


def stream(content: bytes, names: tuple[str, ...]) -> bytes:
    """Return the first stream of one of these names, b"" where there is none; raises ValueError if broken."""
    try:
        return _Compound(content).stream(names)
    except (struct.error, IndexError) as error:
        raise ValueError("the container is cut off") from error


class _Compound:
    """The sectors of one file and the tables that chain them."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.size = 1 << _short(content, 30)
        self.table = self._table()
        entries = self.chain(_long(content, 48))
        self.entries = [entries[at : at + ENTRY_BYTES] for at in range(0, len(entries), ENTRY_BYTES)]

    def stream(self, names: tuple[str, ...]) -> bytes:
        """Return the bytes of the first stream of one of these names."""
        for entry in self.entries:
            name = entry[: max(0, _short(entry, 64) - 2)].decode("utf-16-le", "replace")
            if name in names:
                return self.chain(_long(entry, 116))[: _long(entry, 120)]
        return b""

    def chain(self, sector: int) -> bytes:
        """Return the sectors of a chain in one piece."""
        return b"".join(self._sector(each) for each in _followed(sector, self.table))

    def _sector(self, number: int) -> bytes:
        return self.content[(number + 1) * self.size : (number + 2) * self.size]

    def _table(self) -> tuple[int, ...]:
        """Return the table that says for each sector which one follows."""
        sectors = list(struct.unpack_from("<109I", self.content, 76))
        more = _long(self.content, 68)
        for _ in range(_long(self.content, 72)):
            block = struct.unpack(f"<{self.size // 4}I", self._sector(more))
            sectors += block[:-1]
            more = block[-1]
        table = b"".join(self._sector(each) for each in sectors if each < LAST_SECTOR)
        return struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])


def _followed(sector: int, follows: tuple[int, ...]) -> Iterator[int]:
    """Yield a chain of sectors; raises ValueError where it runs in a circle."""
    seen = 0
    while sector < LAST_SECTOR:
        if seen > len(follows):
            raise ValueError("the container runs in a circle")
        yield sector
        sector, seen = follows[sector], seen + 1


def _short(content: bytes, at: int) -> int:
    return int(struct.unpack_from("<H", content, at)[0])


def _long(content: bytes, at: int) -> int:
    return int(struct.unpack_from("<I", content, at)[0])
