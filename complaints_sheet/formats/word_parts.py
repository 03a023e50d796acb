"""The blocks of a pack as parts of a Word document: paragraphs, tables, pictures, bookmarks and links."""

from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from typing import Any

from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table as WordTable
from docx.table import _Cell as WordCell
from docx.text.paragraph import Paragraph as WordParagraph

from complaints_sheet.core.brand import Brand
from complaints_sheet.pack.blocks import (
    BarChart,
    Cards,
    CaseList,
    Heading,
    IdeaCard,
    Note,
    Pack,
    Page,
    Pair,
    Panels,
    Paragraph,
    Run,
    Table,
    Text,
    XmrChart,
)
from complaints_sheet.pack.charts import png
from complaints_sheet.pack.palette import paper_palette

WIDTH_MM = 176
PICTURE_MM = 142
RULE, STRONG_RULE = "DFE3E6", "1F2A30"
MARK_COLOURS = {"concern": "C8550B", "improvement": "2468B0", "different": "1F2A30"}
SHAPES = {"concern": "◆ ", "improvement": "● ", "different": "■ "}
TONE_STYLES = {"plain": "Normal", "strong": "Normal", "quiet": "Pack Quiet", "concern": "Pack Concern"}


class WordPack:
    """Writes a pack into an open Word document, block after block."""

    def __init__(self, document: WordDocument, pack: Pack, brand: Brand, *, brand_styles: bool) -> None:
        self._document = document
        self._pack = pack
        self._brand = brand
        self._styles = {style.name: style.style_id for style in document.styles}
        self._bookmarks = {each: f"p{at}" for at, each in enumerate(self._places(), 1)}
        if brand_styles:
            self._colour_styles()

    def write(self) -> None:
        """Write the title, every page, and the cases behind the figures."""
        self._paragraph(self._pack.organisation, "Pack Facts")
        self._paragraph(self._pack.title, "Heading 1")
        self._paragraph("  |  ".join(self._pack.facts), "Pack Facts")
        for number, page in enumerate(self._pack.pages):
            self._page(page, first=number == 0)
        if self._pack.case_lists:
            self._case_lists(self._pack.case_lists)

    def _places(self) -> Iterable[str]:
        yield from (page.id for page in self._pack.pages)
        yield from (each.id for each in self._pack.case_lists)

    def _colour_styles(self) -> None:
        main, accent = (
            RGBColor.from_string(each[1:].upper()) for each in (self._brand.main, self._brand.accent)
        )
        styles = self._document.styles
        for name, colour in (("Heading 1", main), ("Heading 2", main), ("Pack Concern", accent)):
            font = getattr(styles[name], "font", None)
            if font is not None:
                font.color.rgb = colour

    def _page(self, page: Page, *, first: bool) -> None:
        heading = self._paragraph(page.title, "Heading 2")
        heading.paragraph_format.page_break_before = page.fresh and not first
        if first:  # the headline is a sentence, so it is set smaller than the other pages' questions
            heading.runs[0].font.size = Pt(12.5)
            heading.runs[0].font.color.rgb = RGBColor.from_string(self._brand.ink[1:].upper())
        self._bookmark(heading, page.id)
        for block in page.blocks:
            self._writers[type(block)](self, block)

    # --- paragraphs ---------------------------------------------------------------------------------

    def _paragraph(self, words: str, style: str, into: WordCell | None = None) -> WordParagraph:
        return self._runs((Run(words),), style, into)

    def _runs(self, words: Text, style: str, into: WordCell | None = None) -> WordParagraph:
        under_table = into is None and self._under_table()
        paragraph = _first_or_new(into) if into is not None else self._document.add_paragraph()
        if under_table:
            paragraph.paragraph_format.space_before = Pt(6)
        paragraph._p.style = self._styles[style]  # by id: looking a style up by name for each is slow
        for run in words:
            self._run(paragraph, run)
        return paragraph

    def _under_table(self) -> bool:
        """Return True where the last part of the document is a table: text would stand close under it."""
        body = self._document.element.body
        return len(body) > 1 and body[-2].tag == qn("w:tbl")

    def _run(self, paragraph: WordParagraph, run: Run) -> None:
        written = paragraph.add_run(run.text)
        if run.strong:
            written.bold = True
        if run.link in self._bookmarks:
            link = OxmlElement("w:hyperlink")
            link.set(qn("w:anchor"), self._bookmarks[run.link])
            paragraph._p.append(link)
            link.append(written._r)

    def _bookmark(self, paragraph: WordParagraph, place: str) -> None:
        name = self._bookmarks[place]
        for kind in ("w:bookmarkStart", "w:bookmarkEnd"):
            mark = OxmlElement(kind)
            mark.set(qn("w:id"), name[1:])
            if kind == "w:bookmarkStart":
                mark.set(qn("w:name"), name)
            paragraph._p.append(mark)

    def _heading(self, block: Heading) -> None:
        self._paragraph(block.text, f"Heading {block.level}")

    def _plain(self, block: Paragraph) -> None:
        self._runs(block.text, TONE_STYLES[block.tone])

    def _note(self, block: Note) -> None:
        self._paragraph(block.title, "Heading 3")
        self._runs(block.text, "Pack Note")

    # --- side by side -------------------------------------------------------------------------------

    def _grid(self, rows: int, columns: int) -> WordTable:
        table: WordTable = self._document.add_table(rows, columns)
        table.autofit = False
        for column in table.columns:
            column.width = Mm(WIDTH_MM / columns)
            for cell in column.cells:
                cell.width = Mm(WIDTH_MM / columns)
        return table

    def _cards(self, block: Cards) -> None:
        across = 3
        table = self._grid(-(-len(block.cards) // across), across)
        for number, card in enumerate(block.cards):
            cell = table.cell(number // across, number % across)
            _edge(cell, MARK_COLOURS.get(card.mark or "", RULE))
            self._paragraph(card.label, "Pack Label", cell)
            self._runs((Run(card.shown, link=card.link),), "Pack Number", cell)
            if card.word:
                self._paragraph(f"{SHAPES.get(card.mark or '', '')}{card.word}", "Pack Label", cell)
            self._paragraph(card.detail, "Pack Quiet", cell)
        self._gap()

    def _panels(self, block: Panels) -> None:
        for panel in block.panels:
            self._paragraph(panel.title, "Heading 3")
            for number, item in enumerate(panel.items, 1):
                words = (Run(f"{number}. "), *item) if panel.numbered else item
                self._runs(words, "Normal" if panel.numbered else "List Bullet")
            if not panel.items:
                self._paragraph(panel.empty, "Normal")

    def _pair(self, block: Pair) -> None:
        self._table(block.left)
        self._table(block.right)

    def _gap(self) -> None:
        self._paragraph("", "Pack Quiet")

    # --- tables -------------------------------------------------------------------------------------

    def _table(self, block: Table) -> None:
        self._paragraph(block.caption, "Caption")
        if not block.rows:
            self._paragraph(block.empty, "Normal")
        else:
            self._rows(block)
        if block.more:
            self._paragraph(block.more, "Pack Quiet")

    def _rows(self, block: Table) -> None:
        table = self._framed(len(block.rows) + 1, _widths(block), block.caption)
        for cell, column in zip(table.rows[0].cells, block.columns, strict=True):
            heading = self._paragraph(column.label, "Pack Label", cell)
            _align(heading, numeric=column.numeric)
        for row, cells in zip(list(table.rows)[1:], block.rows, strict=True):
            for cell, column, value in zip(row.cells, block.columns, cells, strict=True):
                style = {"quiet": "Pack Quiet", "concern": "Pack Concern"}.get(value.tone, "Pack Cell")
                _align(self._runs(value.text, style, cell), numeric=column.numeric)

    def _framed(self, rows: int, widths: list[float], title: str) -> WordTable:
        table: WordTable = self._document.add_table(rows, len(widths))
        table.autofit = False
        _ruled(table, title)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        for row in table.rows:
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = Mm(width)
        return table

    def _case_lists(self, lists: tuple[CaseList, ...]) -> None:
        heading = self._paragraph("The cases behind the figures", "Heading 2")
        heading.paragraph_format.page_break_before = True
        table = self._framed(len(lists) + 1, [48, 20, 108], "Each figure and its cases")
        for cell, words in zip(table.rows[0].cells, ("Figure", "Result", "Cases"), strict=True):
            self._paragraph(words, "Pack Label", cell)
        for row, each in zip(list(table.rows)[1:], lists, strict=True):
            label, shown, cases = row.cells
            self._bookmark(self._paragraph(each.label, "Pack Cell", label), each.id)
            self._paragraph(each.shown, "Pack Cell", shown)
            for group in each.groups:
                start = f"{group.label} ({len(group.cases)}): " if len(each.groups) > 1 else ""
                self._runs((Run(start, strong=True), Run(", ".join(group.cases))), "Pack Cell", cases)

    # --- pictures and ideas -------------------------------------------------------------------------

    def _chart(self, block: XmrChart | BarChart) -> None:
        self._paragraph(block.title, "Heading 3")
        if block.sentence:
            self._runs((Run(block.sentence, strong=True),), "Normal")
        picture = BytesIO(png(block, paper_palette(self._brand)))
        shape = self._document.add_picture(picture, width=Mm(PICTURE_MM))
        described = shape._inline.docPr
        described.set("descr", block.alt)
        described.set("title", block.title)
        if block.how_to_read:
            self._paragraph(block.how_to_read, "Pack Quiet")

    def _idea(self, block: IdeaCard) -> None:
        self._paragraph(block.title, "Heading 3")
        self._runs(block.idea, "Pack Idea")
        for label, words in (
            ("The problem: ", block.problem),
            ("Behind it: ", block.behind),
            ("Cost and benefit: ", block.cost),
        ):
            self._runs((Run(label, strong=True), *words), "Normal")
        blanks = (
            choice if at == 0 else f"{choice} ________________" for at, choice in enumerate(block.choices)
        )
        self._paragraph("      ".join(f"☐ {choice}" for choice in blanks), "Normal")

    _writers: Mapping[type, Callable[[Any, Any], None]] = {
        Heading: _heading,
        Paragraph: _plain,
        Note: _note,
        Cards: _cards,
        Panels: _panels,
        Table: _table,
        Pair: _pair,
        XmrChart: _chart,
        BarChart: _chart,
        IdeaCard: _idea,
    }


def _first_or_new(cell: WordCell) -> WordParagraph:
    """Return the empty paragraph that every new cell has, else a new one."""
    first: WordParagraph = cell.paragraphs[0]
    if len(cell.paragraphs) == 1 and not first.runs and not _linked(first):
        return first
    added: WordParagraph = cell.add_paragraph()
    return added


def _linked(paragraph: WordParagraph) -> bool:
    return paragraph._p.find(qn("w:hyperlink")) is not None


def _align(paragraph: WordParagraph, *, numeric: bool) -> None:
    if numeric:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _widths(block: Table) -> list[float]:
    """Return the width of each column in millimetres; those without a share divide what is left."""
    bare = sum(not column.share for column in block.columns)
    left = max(8 * bare, 100 - sum(column.share for column in block.columns))
    shares = [column.share or left / bare for column in block.columns]
    return [WIDTH_MM * share / sum(shares) for share in shares]


def _ruled(table: WordTable, title: str) -> None:
    """Give a table a rule under each row, a heading row that repeats, and a name for a screen reader."""
    properties = table._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for side in ("bottom", "insideH"):
        borders.append(_line(side, RULE, 4))
    properties.append(borders)
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), title)
    properties.append(caption)
    for number, row in enumerate(table.rows):
        marks = row._tr.get_or_add_trPr()
        marks.append(OxmlElement("w:cantSplit"))
        if number == 0:
            marks.append(OxmlElement("w:tblHeader"))
            for cell in row.cells:
                _cell_borders(cell, [("bottom", STRONG_RULE, 8)])


def _edge(cell: WordCell, colour: str) -> None:
    others = [(side, RULE, 4) for side in ("top", "bottom", "right")]
    _cell_borders(cell, [("left", colour, 24), *others])


def _cell_borders(cell: WordCell, sides: list[tuple[str, str, int]]) -> None:
    borders = OxmlElement("w:tcBorders")
    order = ("top", "left", "bottom", "right")
    for side, colour, size in sorted(sides, key=lambda each: order.index(each[0])):
        borders.append(_line(side, colour, size))
    cell._tc.get_or_add_tcPr().append(borders)


def _line(side: str, colour: str, size: int) -> Any:
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(size)), ("space", "0"), ("color", colour)):
        line.set(qn(f"w:{name}"), value)
    return line
