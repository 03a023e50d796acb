"""Everything a pack says, as plain text: kept beside a PDF, whose own text cannot be searched later."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from complaints_sheet.pack.blocks import Pack

SAID = "said"
"""The name under which a pack's text stands among the figures of its record."""


def words_of(pack: Pack) -> str:
    """Return the texts of all pages and lists of a pack, in their order, each once."""
    return " ".join(dict.fromkeys(text for text in _texts((pack.pages, pack.case_lists)) if len(text) > 1))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield " ".join(value.split())
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _texts(each)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))
