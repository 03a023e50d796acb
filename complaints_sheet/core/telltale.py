"""The words by which a document is seen to speak of one case, for erasing it."""

import re
from dataclasses import dataclass
from html import unescape

from complaints_sheet.core.snapshots import Snapshot

_TAG = re.compile(r"<[^>]*>")
_FEWEST_LETTERS = 6  # a shorter text stands in many documents by chance
_FIRST_LETTERS = 40  # of a long text: documents print its beginning
_TELLING = ("customer_name", "case_ref", "issue", "resolution", "improvement_idea", "contact_log")


@dataclass(frozen=True, slots=True)
class Telltale:
    """Words that stand in a document only if it speaks of the case."""

    words: tuple[str, ...]

    def within(self, document: str) -> bool:
        """Return True where the text, with or without markup, holds any of the words."""
        plain = _plain(_TAG.sub(" ", document)) if self.words and document else ""
        return any(word in plain for word in self.words)


def telltale(cells: Snapshot) -> Telltale:
    """Return what a case is told by: its customer, its reference and the first words of its texts."""
    found = (_plain(str(cells.cells[name])) for name in _TELLING if name in cells.cells)
    return Telltale(tuple(word[:_FIRST_LETTERS].strip() for word in found if len(word) >= _FEWEST_LETTERS))


def _plain(text: str) -> str:
    return " ".join(unescape(text).casefold().split())
