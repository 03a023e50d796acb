""" "You said, we did" for newsletter and website: as a page, as a Word document, as plain text."""

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import Path

from complaints_sheet.core.brand import Brand
from complaints_sheet.core.idea_words import SaidDid
from complaints_sheet.core.wording import long_date
from complaints_sheet.render import page, plain

TITLE = "You said, we did"
TEMPLATE = "ideas/you_said"


def _context(told: Sequence[SaidDid], organisation: str, brand: Brand) -> Mapping[str, object]:
    return {"title": TITLE, "organisation": organisation, "changes": tuple(told), "brand": brand}


def plain_text(told: Sequence[SaidDid], organisation: str, folders: Sequence[Path]) -> str:
    """Return the changes as plain text, for a newsletter or a post."""
    return plain(f"{TEMPLATE}.txt", _context(told, organisation, Brand()), folders)


def _text(told: Sequence[SaidDid], organisation: str, brand: Brand, folders: Sequence[Path]) -> bytes:
    return plain(f"{TEMPLATE}.txt", _context(told, organisation, brand), folders).encode("utf-8")


def _html(told: Sequence[SaidDid], organisation: str, brand: Brand, folders: Sequence[Path]) -> bytes:
    return page(f"{TEMPLATE}.html", _context(told, organisation, brand), folders).encode("utf-8")


def _docx(told: Sequence[SaidDid], organisation: str, _brand: Brand, _folders: Sequence[Path]) -> bytes:
    """Return a Word document to be edited and pasted from; its styles are Word's own."""
    from docx import Document

    document = Document()
    document.core_properties.title = f"{TITLE}: {organisation}" if organisation else TITLE
    document.core_properties.author = organisation
    document.add_heading(TITLE, 1)
    if organisation:
        document.add_paragraph(organisation)
    if not told:
        document.add_paragraph("No change has been recorded as implemented yet.")
    for each in told:
        document.add_heading("You said", 2)
        document.add_paragraph(each.said)
        document.add_heading("We did", 3)
        document.add_paragraph(each.did)
        document.add_paragraph(" ".join(filter(None, (f"Since {long_date(each.on)}.", each.came_of_it))))
    written = BytesIO()
    document.save(written)
    return written.getvalue()


FORMATS: Mapping[str, Callable[[Sequence[SaidDid], str, Brand, Sequence[Path]], bytes]] = {
    ".html": _html,
    ".docx": _docx,
    ".txt": _text,
}
"""The writer of each format, by the ending of its file."""
