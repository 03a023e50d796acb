"""The parts of the file reader, each by itself. Whole files are in tests/files."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints_sheet.core.model import BadCell
from complaints_sheet.errors import SourceError
from complaints_sheet.sources import SOURCES, excel
from complaints_sheet.sources.delimited import decoded, read_delimited
from complaints_sheet.sources.file_kinds import file_kind
from complaints_sheet.sources.limits import Limits
from complaints_sheet.sources.sheet_scan import SheetFacts, scan_sheet
from complaints_sheet.sources.workbook_parts import corners

SHEET = (
    '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<cols><col min="1" max="2" hidden="1"/></cols><sheetData>{}</sheetData>'
    '<mergeCells count="1"><mergeCell ref="A1:C1"/></mergeCells></worksheet>'
)
ROWS = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>Title</t></is></c></row>'
    '<row r="2" hidden="1"><c r="A2" t="e"><v>#N/A</v></c><c r="B2"><f>1+1</f><v>2</v></c></row>'
    '<row r="3"><c r="A3"><f>A2&amp;"x"</f></c><c r="B3" t="str"><f>""</f><v></v></c>'
    '<c r="AB3" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    '<row r="4" s="1"><c r="A4" s="1"/><c r="ZZ4" s="1"/></row>'
)


def scanned(xml: str, size: int = 1 << 20) -> SheetFacts:
    """Return the facts of a worksheet given in pieces of this many bytes."""
    content = xml.encode()

    def chunks() -> Iterator[bytes]:
        return (content[at : at + size] for at in range(0, len(content), size))

    return scan_sheet("register.xlsx", "xl/worksheets/sheet1.xml", chunks)


def test_the_scan_finds_what_the_fast_reader_does_not_tell() -> None:
    facts = scanned(SHEET.format(ROWS))
    assert facts.bad == {
        (2, 1): BadCell("error", "#N/A"),
        (3, 1): BadCell("not calculated", '=A2&"x"'),
        (3, 28): BadCell("error", "#DIV/0!"),
    }
    assert (facts.last_row, facts.hidden_rows, facts.merged) == (3, {2}, [(1, 1, 1, 3)])
    assert facts.far == [(3, 28)]


@pytest.mark.parametrize(
    "respelt",
    [
        lambda xml: xml.replace('"', "'"),
        lambda xml: xml.replace("<c r=", '<c x="1" r='),
        lambda xml: (
            xml.replace("<", "<x:")
            .replace("<x:/", "</x:")
            .replace("<x:?", "<?")
            .replace("xmlns=", "xmlns:x=")
        ),
        lambda xml: xml.replace("<sheetData>", "<sheetData><!-- by hand -->"),
    ],
)
def test_an_unusual_spelling_of_the_same_sheet_gives_the_same_facts(respelt) -> None:
    usual, unusual = scanned(SHEET.format(ROWS)), scanned(respelt(SHEET.format(ROWS)))
    if "'" in respelt('"'):  # then the quotes inside the formula changed too
        usual.bad[3, 1] = unusual.bad[3, 1]
    assert unusual == usual


@given(st.integers(min_value=1, max_value=400))
def test_the_scan_does_not_care_where_the_pieces_end(size: int) -> None:
    assert scanned(SHEET.format(ROWS), size) == scanned(SHEET.format(ROWS))


def test_a_sheet_that_is_no_xml_to_the_careful_scan_is_damaged() -> None:
    with pytest.raises(SourceError, match="is not complete"):
        scanned("<x:worksheet xmlns:x='a'><x:sheetData>")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_from_the_rows(delimiter: str) -> None:
    lines = (("Owner", "Issue, in short", "Date"), ("Khan; A", "one, two, three", "3/11/2025")) * 3
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    table, _ = read_delimited("register.csv", text.encode(), Limits())
    assert table.rows[1] == list(lines[1])


def test_excels_own_line_about_the_delimiter_is_obeyed() -> None:
    table, _ = read_delimited("register.csv", b"sep=;\nOwner;Issue, Date\nKhan;a,b\n", Limits())
    assert (table.first_row, table.rows[0]) == (2, ["Owner", "Issue, Date"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_the_encoding_is_told_from_the_bytes(encoding: str) -> None:
    text = "Case Owner,Issue\nZoë,“leak” – £20\n"
    assert decoded(text.encode(encoding))[0] == text


def test_a_quotation_mark_never_closed_swallows_no_rows() -> None:
    lines = [
        "Owner,Issue",
        'Khan,5" pipe leaks',
        'Khan,"never closed',
        *(f"Khan,leak {number}" for number in range(300)),
    ]
    table, notes = read_delimited("register.csv", "\n".join(lines).encode(), Limits())
    assert len(table.rows) == len(lines)
    assert "never closed" in notes[0]


def test_a_table_beyond_the_limit_names_the_setting() -> None:
    with pytest.raises(SourceError, match="3 rows, and the limit is 2") as stopped:
        read_delimited("register.csv", b"a,b\n1,2\n3,4\n", Limits(rows=2))
    assert "limits: {rows: …}" in stopped.value.next_step


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7", "a PDF"),
        (b"<html><table>", "a web page"),
        (b"\xef\xbb\xbf<!DOCTYPE html>", "a web page"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>', "old XML form"),
        (bytes(range(1, 32)) * 9, "not text"),
    ],
)
def test_what_is_no_register_is_called_by_its_name(content: bytes, what: str) -> None:
    with pytest.raises(SourceError, match=what) as stopped:
        file_kind("register.xlsx", content)
    assert "Save As" in stopped.value.next_step


def test_a_range_is_understood_with_and_without_dollars() -> None:
    assert corners("$B$3:$K$200") == corners("B3:K200") == (3, 2, 200, 11)


def test_every_kind_of_source_has_settings_and_a_reader() -> None:
    assert SOURCES["excel"].settings is excel.Settings
    assert SOURCES["excel"].read is excel.read


def test_a_table_can_only_be_named_in_a_workbook_that_has_tables(tmp_path) -> None:
    path = tmp_path / "register.csv"
    path.write_text("Case Owner,Issue,Date received\nKhan,Leak,2025-11-03\n", encoding="utf-8")
    with pytest.raises(SourceError, match="its table or named range Complaints cannot be found"):
        excel.read(excel.Settings(path=path, table="Complaints"))
