"""The formats of a pack, each a module with one function `write`; the annex workbook is one of them.

A new format is its new file and one line here. What a format needs is imported when it writes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from complaints_sheet.core.brand import Brand
from complaints_sheet.errors import Stopped
from complaints_sheet.formats import docx, html, pdf, xlsx
from complaints_sheet.pack.blocks import Document, Pack, cleaned

Writer: TypeAlias = Callable[[Pack, Brand, Sequence[Path]], Document]

FORMATS: Mapping[str, Writer] = {
    "html": html.write,
    "pdf": pdf.write,
    "docx": docx.write,
    "xlsx": xlsx.write,
}
"""The kind, which is also the ending of the file, to its writer."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one format: its document, or a plain sentence why there is none, and what to do next."""

    kind: str
    document: Document | None
    problem: str = ""
    next_step: str = ""


def write_all(pack: Pack, kinds: Sequence[str], brand: Brand, folders: Sequence[Path]) -> tuple[Outcome, ...]:
    """Return the pack in each format asked for; one that fails never costs the others."""
    clean = cleaned(pack)
    return tuple(_write(clean, kind, brand, folders) for kind in kinds)


def _write(pack: Pack, kind: str, brand: Brand, folders: Sequence[Path]) -> Outcome:
    try:
        return Outcome(kind, FORMATS[kind](pack, brand, folders))
    except Stopped as stopped:
        return Outcome(kind, None, stopped.message, stopped.next_step)
    except Exception as error:  # whatever a library raises; its message may hold a customer's words
        return Outcome(
            kind,
            None,
            f"The pack could not be written as {kind} ({type(error).__name__}).",
            "The other formats are complete. Please tell whoever looks after the program.",
        )
