"""The four formats of one pack: the same figures, hostile text kept as text, none costing another."""

import re
from html import unescape
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from zipfile import ZipFile

import docx
import pypdf
import pytest
from openpyxl import load_workbook

from complaints_sheet.config.settings import load_config
from complaints_sheet.core.brand import Brand
from complaints_sheet.errors import ConfigError
from complaints_sheet.formats import FORMATS, pdf, write_all
from complaints_sheet.formats import docx as word
from complaints_sheet.pack.blocks import Cards, Pack, Pair, Table, charts, cleaned, plain
from complaints_sheet.pack.charts import FONTS
from tests.pack_by_hand import Sheet, nov
from tests.test_pack import BRAND, busy, pack_of

KINDS = ("html", "pdf", "docx", "xlsx")
HOSTILE = (
    "\U0001f600 \x0bbell\x07 \ud83d \u202eright to left\u202c 漢字 <script>alert(1)</script> "
    "{{ 7*7 }} {% raw %} #eval(1) \\input $x$ `code` ]]> &amp; "
)
FORMULA = "=cmd|' /C calc'!A0"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return pack_of(busy())


@pytest.fixture(scope="module")
def written(pack: Pack) -> dict[str, bytes]:
    outcomes = write_all(pack, KINDS, BRAND, ())
    assert [each.problem for each in outcomes] == [""] * 4
    return {each.kind: each.document.content for each in outcomes if each.document}


@pytest.fixture(scope="module")
def hostile() -> Pack:
    sheet = Sheet("theme")
    for number in range(3):
        sheet.add(
            f"H{number}",
            nov(2),
            issue=HOSTILE + "long " * 1000,
            department=FORMULA,
            theme=HOSTILE,
            case_owner=HOSTILE,
            customer_name="Planted Customername",
            improvement_idea=f"{FORMULA} {HOSTILE}",
        )
    sheet.add(
        "H9",
        nov(12),
        customer_name="Planted Customername",
        improvement_idea=f"{FORMULA} {HOSTILE} for Planted Customername",
    )
    return pack_of(sheet, owner_names=True)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def html_text(content: bytes) -> str:
    body = content.decode("utf-8").partition("<body")[2]
    return unescape(re.sub(r"<[^>]+>", "", body))


def pdf_text(content: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages)


def word_text(content: bytes) -> str:
    body = docx.Document(BytesIO(content)).element.body
    return "".join(node.text or "" for node in body.iter() if node.tag.endswith("}t"))


READERS = {"html": html_text, "pdf": pdf_text, "docx": word_text}


def tables(pack: Pack) -> list[Table]:
    blocks = [block for page in pack.pages for block in page.blocks]
    pairs = [table for block in blocks if isinstance(block, Pair) for table in (block.left, block.right)]
    return [*(block for block in blocks if isinstance(block, Table)), *pairs]


def printed(pack: Pack) -> list[str]:
    """Every card and every row of every table, as it reads with no blanks."""
    cards = [
        card
        for page in pack.pages
        for block in page.blocks
        if isinstance(block, Cards)
        for card in block.cards
    ]
    rows = ["".join(plain(cell.text) for cell in row) for table in tables(pack) for row in table.rows]
    return [squeezed(each) for each in (*(card.label + card.shown for card in cards), *rows)]


def test_the_four_formats_are_known() -> None:
    assert tuple(FORMATS) == KINDS


@pytest.mark.parametrize("kind", ["html", "pdf", "docx"])
def test_every_figure_reads_back_the_same(kind: str, pack: Pack, written: dict[str, bytes]) -> None:
    found = squeezed(READERS[kind](written[kind]))
    expected = printed(pack)
    assert len(expected) > 60
    shape = re.compile("[◆●■]")  # a card's mark stands between its figure and its word
    assert [each for each in expected if each not in shape.sub("", found)] == []


def test_every_figure_reads_back_the_same_from_the_annex(pack: Pack, written: dict[str, bytes]) -> None:
    workbook = load_workbook(BytesIO(written["xlsx"]))
    rows = list(workbook["Figures"].iter_rows(min_row=4, values_only=True))
    assert [row[0] for row in rows] == [figure.label for figure in pack.figures]
    for row, figure in zip(rows, pack.figures, strict=True):
        shown = f"{row[1]:,}" if isinstance(row[1], int) else row[1]
        assert (shown, row[2], row[3], row[4]) == (
            figure.shown, figure.numerator, figure.denominator, figure.not_judged,
        )  # fmt: skip


def test_the_annex_has_every_case_behind_every_figure(pack: Pack, written: dict[str, bytes]) -> None:
    sheet = load_workbook(BytesIO(written["xlsx"]))["Cases behind the figures"]
    found = list(sheet.iter_rows(min_row=4, values_only=True))
    assert len(found) == sum(len(group.cases) for each in pack.case_lists for group in each.groups)


def test_the_annex_has_the_rows_that_a_cap_left_out() -> None:
    sheet = Sheet()
    for number in range(52):
        sheet.add(f"L{number:02}", nov(2))
    (outcome,) = write_all(pack_of(sheet), ["xlsx"], BRAND, ())
    assert outcome.document is not None
    workbook = load_workbook(BytesIO(outcome.document.content))
    (name,) = [each for each in workbook.sheetnames if each.startswith("Open past the standard")]
    assert workbook[name].max_row == 3 + 52


@pytest.mark.parametrize("kind", ["html", "pdf", "docx"])
def test_no_planted_name_appears(kind: str, written: dict[str, bytes]) -> None:
    text = READERS[kind](written[kind])
    assert "[customer]" in text
    for name in ("Quillfeather", "Wilhelmina", "Ashworth"):
        assert name not in text


def test_no_planted_name_appears_anywhere_in_the_zipped_formats(written: dict[str, bytes]) -> None:
    for kind in ("docx", "xlsx"):
        with ZipFile(BytesIO(written[kind])) as parts:
            everything = b"".join(parts.read(name) for name in parts.namelist())
        assert b"Quillfeather" not in everything
        assert b"Ashworth" not in everything


def test_the_pdf_says_that_it_is_accessible(written: dict[str, bytes]) -> None:
    reader = pypdf.PdfReader(BytesIO(written["pdf"]))
    root = reader.trailer["/Root"]
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    assert root["/MarkInfo"]["/Marked"] is True or str(root["/MarkInfo"]["/Marked"]) == "True"
    assert root["/Lang"] == "en-GB"
    assert reader.metadata is not None
    assert reader.metadata.title == "Complaints improvement meeting, 9 to 22 November 2026"


def test_the_same_pack_gives_the_same_pdf(pack: Pack, written: dict[str, bytes]) -> None:
    assert pdf.write(cleaned(pack), BRAND, ()).content == written["pdf"]


def test_word_has_headings_alt_text_and_repeated_heading_rows(pack: Pack, written: dict[str, bytes]) -> None:
    document = docx.Document(BytesIO(written["docx"]))
    styles = [paragraph.style.name for paragraph in document.paragraphs if paragraph.style is not None]
    levels = [int(name.split()[1]) for name in styles if name.startswith("Heading ")]
    assert levels[0] == 1
    assert all(later <= level + 1 for level, later in pairwise(levels))
    described = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert described == [chart.alt for chart in charts(pack)]
    assert "w:tblHeader" in document.tables[-1]._tbl.xml
    assert document.sections[0].footer.paragraphs[0].text.startswith("Example Homes: Complaints")


def test_hostile_text_yields_all_four_files_and_stays_text(hostile: Pack) -> None:
    outcomes = {each.kind: each for each in write_all(hostile, KINDS, BRAND, ())}
    assert {kind: each.problem for kind, each in outcomes.items()} == dict.fromkeys(KINDS, "")
    contents = {kind: each.document.content for kind, each in outcomes.items() if each.document}
    assert set(contents) == set(KINDS)
    for kind, reader in READERS.items():
        text = reader(contents[kind])
        assert "{{" in text, kind
        assert "49" not in squeezed(text).split("{{")[1][:9], kind
        assert "Customername" not in text, kind
    assert b"<script" not in contents["html"]


def test_the_pdf_names_the_character_that_costs_its_certificate(hostile: Pack) -> None:
    (outcome,) = write_all(hostile, ["pdf"], BRAND, ())
    assert outcome.document is not None
    (note,) = outcome.document.notes
    assert note.startswith("The PDF is not certified accessible: the fonts lack the character U+")
    assert "alert" not in note


def test_formula_text_in_the_annex_is_text_that_excel_keeps_as_text(hostile: Pack) -> None:
    (outcome,) = write_all(hostile, ["xlsx"], BRAND, ())
    assert outcome.document is not None
    workbook = load_workbook(BytesIO(outcome.document.content))
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]
    formulas = [cell for cell in cells if str(cell.value).startswith("=")]
    assert formulas
    assert {cell.data_type for cell in formulas} == {"s"}
    assert all(cell.quotePrefix for cell in formulas)


def test_a_format_that_fails_costs_no_other(pack: Pack, tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "pack.typ").write_text("#nonsense(", encoding="utf-8")
    (tmp_path / "pack" / "reference.docx").write_bytes(b"not a document")
    outcomes = {each.kind: each for each in write_all(pack, KINDS, BRAND, [tmp_path])}
    assert outcomes["html"].document
    assert outcomes["xlsx"].document
    assert "pack.typ is broken" in outcomes["pdf"].problem
    assert "reference.docx cannot be used" in outcomes["docx"].problem
    assert outcomes["docx"].next_step
    with pytest.raises(ConfigError):
        word.write(pack, BRAND, [tmp_path])


def test_an_unknown_fault_names_no_value(pack: Pack) -> None:
    (outcome,) = write_all(pack, ["nothing"], BRAND, ())
    assert outcome.problem == "The pack could not be written as nothing (KeyError)."


def test_the_office_can_shape_word_with_its_own_reference(tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    own = docx.Document("templates/pack/reference.docx")
    own.sections[0].footer.paragraphs[0].runs[0].text = "Our own footer"
    own.save(str(tmp_path / "pack" / "reference.docx"))
    written = word.write(pack_of(Sheet()), Brand("Homes", main="#4a0d3c"), [tmp_path])
    footer = docx.Document(BytesIO(written.content)).sections[0].footer.paragraphs[0].text
    assert footer.startswith("Our own footer")


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_register_can_be_written_in_every_format(kind: str) -> None:
    (outcome,) = write_all(pack_of(Sheet()), [kind], BRAND, ())
    assert outcome.problem == ""
    assert outcome.document is not None
    assert outcome.document.notes == ()


def test_a_logo_reaches_the_pdf(tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', encoding="utf-8")
    (outcome,) = write_all(pack_of(Sheet()), ["pdf"], Brand("Homes", logo=logo), ())
    assert outcome.document is not None
    assert outcome.document.notes == ()


def test_the_brands_own_font_is_what_the_pdf_is_set_in(tmp_path: Path) -> None:
    folder = tmp_path / "fonts"
    folder.mkdir()
    for file in FONTS.glob("*.ttf"):
        (folder / file.name).write_bytes(renamed(file.read_bytes(), "Open Sans", "Home Sans"))
    (folder / "LICENSE.txt").write_bytes((FONTS / "LICENSE.txt").read_bytes())
    config = tmp_path / "config.yaml"
    config.write_text("register: r.xlsx\nbrand: {font: Home Sans, font_folder: fonts}\n", encoding="utf-8")
    brand = load_config(config).brand
    (outcome,) = write_all(pack_of(Sheet()), ["pdf"], brand, ())
    assert outcome.document is not None
    assert outcome.document.notes == ()
    assert {name.partition("-")[0] for name in fonts_of(outcome.document.content)} >= {"HomeSans"}
    (plain_one,) = write_all(pack_of(Sheet()), ["pdf"], BRAND, ())
    assert plain_one.document is not None
    assert not [name for name in fonts_of(plain_one.document.content) if name.startswith("HomeSans")]


def renamed(font: bytes, family: str, other: str) -> bytes:
    """A font under another name of the same length, in both spellings that its table of names holds."""
    assert len(family) == len(other)
    for old, new in ((family, other), (family.replace(" ", ""), other.replace(" ", ""))):
        for coding in ("utf-16-be", "ascii"):
            font = font.replace(old.encode(coding), new.encode(coding))
    return font


def fonts_of(content: bytes) -> set[str]:
    """The names of the fonts that a PDF carries, without the six letters before them."""
    reader = pypdf.PdfReader(BytesIO(content))
    found = [page["/Resources"].get("/Font", {}) for page in reader.pages]
    names = [str(font.get_object()["/BaseFont"]) for fonts in found for font in fonts.get_object().values()]
    return {name.rpartition("+")[2].lstrip("/") for name in names}
