"""Reads text tables: comma, semicolon, tab or bar; UTF-8, UTF-16 or Windows' own encoding."""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import Literal

from complaints_sheet.core.model import Table
from complaints_sheet.sources.limits import Limits, too_large

DELIMITERS = (",", ";", "\t", "|")
LONGEST_CELL = 1 << 24
SAMPLE_RECORDS = 60


def read_delimited(name: str, content: bytes, limits: Limits) -> tuple[Table, tuple[str, ...]]:
    """Return the table and plain notes about how it was read; raises SourceError where it is too large."""
    text, encoding = decoded(content)
    first, _, rest = text.partition("\n")
    told = first.strip().strip('"').casefold()
    if told.startswith("sep=") and len(told) == 5:
        delimiter, body, first_row = told[4], rest, 2
    else:
        delimiter, body, first_row = _delimiter(text), text, 1
    rows, notes = _records(body, delimiter)
    if len(rows) > limits.rows:
        raise too_large(name, f"{len(rows):,} rows", "rows", limits.rows)
    widest = max(map(len, rows), default=0)
    if widest > limits.columns:
        raise too_large(name, f"{widest:,} columns", "columns", limits.columns)
    if encoding == "cp1252":
        notes = (
            *notes,
            "The file is in Windows' own encoding (cp1252), not UTF-8; accents were read accordingly.",
        )
    return Table(source=name, sheet="", rows=rows, first_row=first_row, typed=False), notes


def decoded(content: bytes) -> tuple[str, str]:
    """Return the text and the name of its encoding."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace"), "utf-16"
    if content.startswith(b"\xef\xbb\xbf"):
        return content.decode("utf-8-sig", "replace"), "utf-8"
    sample = content[:4096]
    if sample[1::2].count(0) > 0.4 * len(sample[1::2]):
        return content.decode("utf-16-le", "replace"), "utf-16"
    if sample[0::2].count(0) > 0.4 * len(sample[0::2]):
        return content.decode("utf-16-be", "replace"), "utf-16"
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _windows_text(content), "cp1252"


def _windows_text(content: bytes) -> str:
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:  # five bytes mean nothing in cp1252
        return content.decode("latin-1")


def _delimiter(text: str) -> str:
    """Return the delimiter under which most records of the sample have the same number of cells, over one."""
    sample = "\n".join(islice(io.StringIO(text), 2 * SAMPLE_RECORDS))

    def score(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in islice(_reader(sample, delimiter), SAMPLE_RECORDS) if any(row)]
        wide = [width for width in widths if width > 1]
        common = max(wide, key=wide.count, default=1)
        return (wide.count(common), common)

    return max(DELIMITERS, key=score)


def _reader(text: str, delimiter: str, quoting: Literal[0, 3] = csv.QUOTE_MINIMAL) -> Iterator[list[str]]:
    csv.field_size_limit(LONGEST_CELL)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting)


def _records(text: str, delimiter: str) -> tuple[list[list[str]], tuple[str, ...]]:
    rows = list(_reader(text, delimiter))
    lines = text.count("\n")
    swallowed = max((cell.count("\n") for row in rows for cell in row), default=0)
    if swallowed > 100 and swallowed > lines // 4:
        plain = list(_reader(text, delimiter, csv.QUOTE_NONE))
        note = "A quotation mark is never closed, so quotation marks were read as ordinary characters."
        return [[cell.strip('"') for cell in row] for row in plain], (note,)
    return rows, ()
