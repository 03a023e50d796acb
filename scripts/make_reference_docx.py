"""Make the empty Word document that carries the styles of the pack; an office may edit a copy in Word.

python scripts/make_reference_docx.py templates/pack/reference.docx
"""

import sys
from pathlib import Path

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

FONT = "Open Sans"
INK, MAIN, QUIET, ACCENT = "1F2A30", "0B4F6C", "5A656E", "B04500"


def colour(text: str) -> RGBColor:
    return RGBColor.from_string(text)


def shape(
    style, size: float, *, bold: bool = False, ink: str = INK, before: float = 0, after: float = 4
) -> None:
    style.font.name, style.font.size, style.font.bold, style.font.italic = FONT, Pt(size), bold, False
    style.font.color.rgb = colour(ink)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(kind), FONT)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
        fonts.attrib.pop(qn(theme), None)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)


def field(paragraph, code: str) -> None:
    """Add a field that Word works out, such as the page number."""
    for kind, words in (("begin", ""), ("", code), ("separate", ""), ("end", "")):
        run = paragraph.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = words
        run._r.append(mark)


def reference() -> Document:
    document = Document()
    styles, section = document.styles, document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(17)
    section.top_margin, section.bottom_margin = Mm(16), Mm(18)
    shape(styles["Normal"], 9.5)
    shape(styles["Heading 1"], 19, bold=True, ink=MAIN, after=2)
    shape(styles["Heading 2"], 14.5, bold=True, ink=MAIN, before=10, after=5)
    shape(styles["Heading 3"], 10.5, bold=True, before=9, after=3)
    shape(styles["Heading 4"], 9.5, bold=True, before=6, after=2)
    shape(styles["Caption"], 10, bold=True, before=9, after=3)
    styles["Caption"].paragraph_format.keep_with_next = True
    shape(styles["List Bullet"], 9.5, after=2)
    shape(styles["List Number"], 9.5, after=2)
    shape(styles["Footer"], 8, ink=QUIET, after=0)
    more = (
        ("Pack Facts", 9, QUIET, False),
        ("Pack Headline", 12, INK, True),
        ("Pack Quiet", 8.5, QUIET, False),
        ("Pack Concern", 9.5, ACCENT, True),
        ("Pack Cell", 8.5, INK, False),
        ("Pack Number", 17, INK, True),
        ("Pack Label", 8.5, INK, True),
        ("Pack Note", 9.5, QUIET, False),
        ("Pack Idea", 10.5, INK, True),
    )
    for name, size, ink, bold in more:
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        shape(style, size, bold=bold, ink=ink, after=6 if name in {"Pack Facts", "Pack Headline"} else 1)
    footer = section.footer.paragraphs[0]
    footer.text = "{footer}\t"
    styles["Footer"].paragraph_format.tab_stops.clear_all()
    styles["Footer"].paragraph_format.tab_stops.add_tab_stop(Mm(176), WD_TAB_ALIGNMENT.RIGHT)
    footer.add_run("Page ")
    field(footer, "PAGE")
    footer.add_run(" of ")
    field(footer, "NUMPAGES")
    language = styles.element.find(".//" + qn("w:lang"))
    if language is not None:
        language.set(qn("w:val"), "en-GB")
    document.core_properties.title = "Reference document of the pack"
    document.core_properties.author = ""
    document.core_properties.comments = ""
    return document


if __name__ == "__main__":
    target = Path(sys.argv[1])
    reference().save(str(target))
