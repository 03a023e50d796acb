"""The pack as a Word document, for the office that edits it before the meeting.

Its styles, margins and footer come from `reference.docx`, which an office may edit in Word (kept in its own
`templates/pack`). Figures are the same as in every other format.
"""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from complaints_sheet.core.brand import Brand
from complaints_sheet.errors import ConfigError, DeliveryError, Problem
from complaints_sheet.pack.blocks import Document, Pack

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

REFERENCE = "pack/reference.docx"
FOOTER_MARK = "{footer}"


def write(pack: Pack, brand: Brand, folders: Sequence[Path]) -> Document:
    """Return the pack as a .docx file.

    Raises DeliveryError where python-docx is not installed, ConfigError for a reference that is no document.
    """
    file, own = _reference(folders)
    document = _opened(file)
    from complaints_sheet.formats.word_parts import WordPack

    WordPack(document, pack, brand, brand_styles=not own).write()
    _set_footer(document, pack)
    _set_properties(document, pack)
    written = BytesIO()
    document.save(written)
    return Document(written.getvalue())


def _reference(folders: Sequence[Path]) -> tuple[Path, bool]:
    """Return the reference document and whether it is the office's own."""
    from complaints_sheet.render import shipped_folder

    for folder in folders:
        if (folder / REFERENCE).is_file():
            return folder / REFERENCE, True
    return shipped_folder() / REFERENCE, False


def _opened(file: Path) -> "WordDocument":
    try:
        import docx
        from docx.opc.exceptions import PackageNotFoundError
    except ImportError:
        raise DeliveryError(
            "Word packs need the package python-docx.",
            "Install it with: pip install python-docx, or use another format.",
        ) from None
    try:
        return docx.Document(str(file))
    except (PackageNotFoundError, KeyError, ValueError) as error:
        why = "it is not a Word document"
        raise ConfigError(
            f"The template {file.name} cannot be used: {why}.",
            "Save it again in Word as .docx, or move it away to use the one that comes with the program.",
            [Problem(str(file), None, None, why)],
        ) from error


def _set_footer(document: "WordDocument", pack: Pack) -> None:
    for section in document.sections:
        for paragraph in section.footer.paragraphs:
            for run in paragraph.runs:
                if FOOTER_MARK in run.text:
                    run.text = run.text.replace(FOOTER_MARK, pack.footer)


def _set_properties(document: "WordDocument", pack: Pack) -> None:
    properties = document.core_properties
    properties.title = f"{pack.title}, {pack.facts[0]}" if pack.facts else pack.title
    properties.author = pack.organisation
    properties.language = "en-GB"
    properties.comments = ""
