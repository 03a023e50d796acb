"""Every edition of the pack in every format: no planted name, hostile text kept as text, readable by all."""

import re
from collections.abc import Mapping
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from complaints_sheet.core.editions import EDITIONS
from complaints_sheet.formats import write_all
from complaints_sheet.pack.blocks import Cards, Pack, Page, Pair, Table, Text, charts, headings, plain
from complaints_sheet.pack.circulation import KEPT_BACK, free_texts, mark_of
from complaints_sheet.pack.editions import MAKERS
from tests.axe import needs_axe, violations
from tests.office import converted
from tests.pack_by_hand import Sheet
from tests.pack_registers import PLANTED, every_edition, hostile_register, one_edition, rich_year
from tests.programs import needs
from tests.test_pack import BRAND
from tests.test_pack_formats import KINDS, READERS, squeezed

Written = Mapping[tuple[str, str], bytes]
OTHERS = ("weekly", "review", "quarterly", "annual", "published", "training", "quality-check")


def written(packs: Mapping[str, Pack]) -> Written:
    found = {}
    for edition, pack in packs.items():
        for outcome in write_all(pack, KINDS, BRAND, ()):
            assert outcome.document, f"{edition}: {outcome.problem}"
            found[edition, outcome.kind] = outcome.document.content
    return found


@pytest.fixture(scope="module")
def rich() -> Mapping[str, Pack]:
    return every_edition(rich_year().judged())


@pytest.fixture(scope="module")
def rich_files(rich: Mapping[str, Pack]) -> Written:
    return written(rich)


@pytest.fixture(scope="module")
def hostile_files() -> Written:
    judgement = hostile_register().judged()
    return written({edition: one_edition(edition, judgement) for edition in ("fortnightly", "training")})


def saved(files: Written, folder: Path, kinds: tuple[str, ...], stem: str = "") -> list[Path]:
    paths = []
    for (edition, kind), content in files.items():
        if kind in kinds:
            path = folder / f"{stem}{edition} {kind}.{kind}"
            path.write_bytes(content)
            paths.append(path)
    return paths


def everything(kind: str, content: bytes) -> str:
    """All that a file holds, in whatever part of it."""
    if kind == "pdf":
        return READERS["pdf"](content)
    if kind == "html":
        return content.decode("utf-8")
    with ZipFile(BytesIO(content)) as parts:
        return " ".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


def test_every_edition_has_its_maker() -> None:
    assert set(MAKERS) == set(EDITIONS) == {"fortnightly", *OTHERS}


def test_no_planted_name_appears_in_any_format_of_any_edition(rich_files: Written) -> None:
    assert len(rich_files) == len(EDITIONS) * len(KINDS)
    found = [
        (*which, name)
        for which, content in rich_files.items()
        for name in PLANTED
        if name in everything(which[1], content)
    ]
    assert found == []


@pytest.mark.parametrize("edition", OTHERS)
def test_every_row_of_every_edition_reads_back_the_same(
    edition: str, rich: Mapping[str, Pack], rich_files: Written
) -> None:
    rows = [
        squeezed("".join(plain(cell.text) for cell in row))
        for table in tables(rich[edition].pages)
        for row in table.rows
    ]
    cards = [
        squeezed(card.label + card.shown)
        for page in rich[edition].pages
        for block in page.blocks
        if isinstance(block, Cards)
        for card in block.cards
    ]
    assert rows
    for kind, reader in READERS.items():
        text = re.sub("[◆●■]", "", squeezed(reader(rich_files[edition, kind])))
        assert [each for each in (*rows, *cards) if each not in text] == [], kind


@pytest.mark.parametrize("edition", OTHERS)
def test_every_figure_and_row_of_every_edition_reads_back_the_same_from_its_annex(
    edition: str, rich: Mapping[str, Pack], rich_files: Written
) -> None:
    workbook = load_workbook(BytesIO(rich_files[edition, "xlsx"]))
    figures, cases, *others = [
        [["" if value is None else f"{value:,}" if isinstance(value, int) else value for value in row]
         for row in sheet.iter_rows(min_row=4, values_only=True) if any(value is not None for value in row)]
        for sheet in workbook
    ]  # fmt: skip
    pack = rich[edition]
    assert [row[:2] for row in figures] == [[each.label, each.shown] for each in pack.figures]
    assert cases == [
        [each.label, group.label, name]
        for each in pack.case_lists
        for group in each.groups
        for name in group.cases
    ]
    in_order = [table for page in pack.pages for block in page.blocks for table in _tables_of(block)]
    for rows, table in zip(others, in_order, strict=False):
        expected = [[plain(cell.text) for cell in row] for row in (*table.rows, *table.rest)]
        assert [row[: len(table.columns)] for row in rows] == expected, table.caption


def _tables_of(block: object) -> tuple[Table, ...]:
    if isinstance(block, Pair):
        return (block.left, block.right)
    return (block,) if isinstance(block, Table) else ()


def tables(pages: tuple[Page, ...]) -> list[Table]:
    blocks = [block for page in pages for block in page.blocks]
    pairs = [table for block in blocks if isinstance(block, Pair) for table in (block.left, block.right)]
    return [*(block for block in blocks if isinstance(block, Table)), *pairs]


@pytest.mark.parametrize("edition", OTHERS)
def test_headings_have_no_gaps_and_charts_say_what_they_show(edition: str, rich: Mapping[str, Pack]) -> None:
    levels = [level for level, _ in headings(rich[edition])]
    assert levels[0] == 1
    assert all(later <= level + 1 for level, later in pairwise(levels))
    assert all(chart.alt.endswith(".") for chart in charts(rich[edition]))


@pytest.mark.parametrize("edition", OTHERS)
def test_an_empty_register_makes_every_edition_without_a_note(edition: str) -> None:
    pack = one_edition(edition, Sheet().judged())
    (outcome,) = write_all(pack, ["pdf"], BRAND, ())
    assert outcome.document
    assert outcome.document.notes == ()


def test_hostile_text_runs_nowhere(hostile_files: Written) -> None:
    for (edition, kind), content in hostile_files.items():
        if kind == "xlsx":
            cells = [
                cell for sheet in load_workbook(BytesIO(content)) for row in sheet.iter_rows() for cell in row
            ]
            formulas = [cell for cell in cells if str(cell.value).startswith("=")]
            assert formulas
            assert {cell.data_type for cell in formulas} == {"s"}
            assert all(cell.quotePrefix for cell in formulas)
            continue
        text = READERS[kind](content)
        assert "7*7" in text, (edition, kind)
        assert "\u202e" not in text
        assert "Customername" not in text
    assert b"<script" not in hostile_files["fortnightly", "html"]


def test_the_residual_risk_is_stated_on_the_last_page_of_every_edition(rich: Mapping[str, Pack]) -> None:
    for edition, pack in rich.items():
        said = " ".join(words for block in pack.pages[-1].blocks for words in texts(block))
        assert "may recognise" in said or "may still guess" in said or "can still name others" in said, (
            edition
        )


def texts(block: object) -> list[str]:
    found = getattr(block, "text", ())
    return [plain(found)] if isinstance(found, tuple) else []


def test_wide_circulation_prints_no_free_text_until_it_is_approved() -> None:
    judgement = rich_year().judged()
    plain_pack = one_edition("fortnightly", judgement)
    passages = free_texts(plain_pack)
    assert len(passages) > 5
    wide = one_edition("fortnightly", judgement, wide=True)
    assert set(wide.kept_back) == set(passages)
    assert set(free_texts(wide)) == {KEPT_BACK}
    for kind, content in (
        (each.kind, each.document.content) for each in write_all(wide, KINDS, BRAND, ()) if each.document
    ):
        assert not [words for words in passages if words in everything(kind, content)], kind
    approved = frozenset(map(mark_of, passages[:3]))
    some = one_edition("fortnightly", judgement, wide=True, approved=approved)
    assert set(some.kept_back) == set(passages[3:])
    assert set(free_texts(some)) == {*passages[:3], KEPT_BACK}


@pytest.mark.parametrize("edition", OTHERS)
def test_no_edition_for_everyone_holds_a_passage_that_waits(edition: str) -> None:
    pack = one_edition(edition, rich_year().judged(), wide=True)
    for outcome in write_all(pack, ("html", "xlsx"), BRAND, ()):
        assert outcome.document
        found = everything(outcome.kind, outcome.document.content)
        assert [words for words in pack.kept_back if words in found] == []


def test_a_passage_changed_by_a_letter_is_not_approved_any_more() -> None:
    assert mark_of("Ring before the visit") != mark_of("Ring before the visits")


def test_the_board_reads_no_free_text_that_nobody_approved(rich: Mapping[str, Pack]) -> None:
    assert set(free_texts(rich["quarterly"])) == {KEPT_BACK}
    assert rich["quarterly"].kept_back


def test_the_board_and_the_public_never_read_an_owners_name() -> None:
    judgement = rich_year().judged()
    for edition, pack in every_edition(judgement, owner_names=True).items():
        (outcome,) = write_all(pack, ["html"], BRAND, ())
        assert outcome.document
        named = "Amira Khan" in outcome.document.content.decode("utf-8")
        if edition in ("fortnightly", "weekly", "review", "quarterly", "published"):
            assert named == (edition not in ("quarterly", "published")), edition


def test_the_published_table_has_no_case_no_figure_and_no_small_number(rich: Mapping[str, Pack]) -> None:
    pack = rich["published"]
    assert pack.case_lists == ()
    assert pack.figures == ()
    assert pack.facts == ("24 August to 22 November 2026",)
    shown = [plain(row[-1].text) for table in tables(pack.pages) for row in table.rows]
    assert "*" in shown
    assert not {"1", "2", "3", "4"} & set(shown)
    assert not links(pack)


def links(pack: Pack) -> list[str]:
    cells: list[Text] = [cell.text for table in tables(pack.pages) for row in table.rows for cell in row]
    return [run.link for words in cells for run in words if run.link]


@needs_axe
def test_axe_finds_nothing_wrong_in_light_or_dark(
    rich_files: Written, hostile_files: Written, tmp_path: Path
) -> None:
    pages = saved(rich_files, tmp_path, ("html",))
    assert violations(pages, tmp_path / "profile") == []
    hostile = saved(hostile_files, tmp_path, ("html",), "hostile ")
    assert violations(hostile[:1], tmp_path / "profile", ("light",)) == []


@needs("soffice")
def test_libreoffice_opens_every_workbook_and_word_file(
    rich_files: Written, hostile_files: Written, tmp_path: Path
) -> None:
    for kind, other in (("docx", "txt:Text"), ("xlsx", "csv")):
        files = [
            *saved(rich_files, tmp_path, (kind,)),
            *saved(hostile_files, tmp_path, (kind,), "hostile "),
        ]
        found = converted(files, tmp_path, other)
        assert set(found) == {file.name for file in files}
        words = squeezed(found[f"fortnightly {kind}.{kind}"].read_text("utf-8-sig", "replace"))
        assert "Followedupwithin5workingdays" in words
