"""check --mark: a copy to read, findings beside their cells; the register itself is only read."""

import hashlib
import subprocess
import sys
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

from complaints_sheet.cli import cli
from complaints_sheet.errors import ConfigError, DeliveryError
from tests.office import opened
from tests.programs import needs

TOP = Path(__file__).parent.parent
SAMPLE = TOP / "sample_register.xlsx"
HEADINGS = [
    "Case Owner", "Department", "Date received", "Date followed-up with customer",
    "Resolved and followed up (Y/N)", "Customer Name", "Issue", "Resolution", "Proposed Improvement Idea",
]  # fmt: skip
HOSTILE = '=HYPERLINK("http://example.org","click")'


def register(path: Path, *rows: list[object], sheet: str = "Register") -> Path:
    book = Workbook()
    book.active.title = sheet
    book.active.append(HEADINGS)
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def overdue(owner: str = "Amira Khan", issue: str = "The lift is out of order.") -> list[object]:
    return [owner, "Repairs", date(2026, 10, 1), None, "N", "Quinn Lewis", issue, None, None]


def marked(source: Path, target: Path, *more: str) -> Workbook:
    answer = CliRunner().invoke(
        cli,
        ["check", str(source), "--as-of", "2026-11-20", "--mark", str(target), *more],
        catch_exceptions=False,
    )
    assert answer.exit_code in {0, 10}, answer.output
    return load_workbook(target)


def test_every_finding_stands_beside_its_cell_and_in_the_list(tmp_path):
    source = register(tmp_path / "r.xlsx", overdue(), overdue(owner="", issue="The bins were missed twice."))
    before = hashlib.sha256(source.read_bytes()).hexdigest()
    book = marked(source, tmp_path / "copy.xlsx")
    assert book.sheetnames == ["About this copy", "Findings", "Register"]
    late = book["Register"]["A2"]
    assert "33" not in late.comment.text
    assert "due Thu 8 Oct" in late.comment.text
    assert late.fill.fgColor.rgb.endswith("F7C4BB")
    nobody = book["Register"]["A3"]
    assert "Nobody is named" in nobody.comment.text
    links = {
        cell.hyperlink.location
        for (cell,) in book["Findings"].iter_rows(min_row=2, min_col=2, max_col=2)
        if cell.hyperlink
    }
    assert {"'Register'!A2", "'Register'!A3"} <= links
    assert hashlib.sha256(source.read_bytes()).hexdigest() == before


def test_formulas_become_values_and_text_never_becomes_one(tmp_path):
    source = register(tmp_path / "r.xlsx", overdue(issue="placeholder"), overdue())
    book = load_workbook(source)
    book["Register"]["G2"].value = HOSTILE
    book["Register"]["G2"].data_type = "s"
    book["Register"]["I3"] = "=1+1"
    book.save(source)
    copy = marked(source, tmp_path / "copy.xlsx")
    cell = copy["Register"]["G2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (HOSTILE, "s", True)
    assert copy["Register"]["I3"].value is None
    assert all(cell.data_type != "f" for sheet in copy for row in sheet.iter_rows() for cell in row)
    said = [cell.value for (cell,) in copy["About this copy"].iter_rows(max_col=1)]
    assert "Formulas: what they last came to is shown." in said


def test_what_is_not_carried_over_is_named(tmp_path):
    source = register(tmp_path / "r.xlsx", overdue())
    with_macro = tmp_path / "macro.xlsm"
    content = BytesIO(source.read_bytes())
    with ZipFile(content) as old, ZipFile(with_macro, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("xl/vbaProject.bin", b"macro")
        new.writestr("xl/slicers/slicer1.xml", b"<slicer/>")
    copy = marked(with_macro, tmp_path / "copy.xlsx")
    said = [cell.value for (cell,) in copy["About this copy"].iter_rows(max_col=1)]
    assert {"Macros.", "Slicers."} <= set(said)


def test_a_note_that_was_there_is_kept_and_merged_cells_are_marked_at_their_first(tmp_path):
    source = register(tmp_path / "r.xlsx", overdue(), overdue(issue="Another one."))
    book = load_workbook(source)
    book["Register"]["A2"].comment = Comment("Ask Tom first.", "Dana")
    book["Register"].merge_cells("B2:B3")
    book.save(source)
    copy = marked(source, tmp_path / "copy.xlsx")
    assert copy["Register"]["A2"].comment.text.endswith("The note that was here:\nAsk Tom first.")


@pytest.mark.parametrize("sheet", ["Findings", "It's ours", "About this copy"])
def test_a_worksheet_of_any_name_has_its_links(sheet, tmp_path):
    copy = marked(register(tmp_path / "r.xlsx", overdue(), sheet=sheet), tmp_path / "copy.xlsx")
    assert len(copy.sheetnames) == 3
    lists = next(
        each for each in copy if each.title.startswith("Findings") and each["A1"].value == "How grave"
    )
    quoted = sheet.replace("'", "''")
    locations = [
        cell.hyperlink.location
        for (cell,) in lists.iter_rows(min_row=2, min_col=2, max_col=2)
        if cell.hyperlink
    ]
    assert f"'{quoted}'!A2" in locations


def test_a_csv_is_copied_as_values_and_it_says_so(tmp_path):
    source = tmp_path / "r.csv"
    row = ",".join(
        ["=cmd|' /C calc'!A0", "Repairs", "01/10/2026", "", "N", "Quinn", "The lift is out.", "", ""]
    )
    source.write_text(
        ",".join(HEADINGS) + "\n" + row + "\n" + row.replace("lift", "door") + "\n", encoding="utf-8"
    )
    copy = marked(source, tmp_path / "copy.xlsx")
    cell = copy[copy.sheetnames[2]]["A2"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert cell.comment is not None
    said = " ".join(str(cell.value) for (cell,) in copy["About this copy"].iter_rows(max_col=1))
    assert "only be copied as values" in said


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(1)", "\tx", "＝1", "<b>&amp;", "{{7*7}}", "שלום 😀"]
)
def test_hostile_text_in_every_cell_stays_text(text, tmp_path):
    source = tmp_path / "r.csv"
    cells = [text] * 9
    cells[2], cells[4] = "01/10/2026", "N"
    row = ",".join(f'"{cell}"' for cell in cells)
    source.write_text(",".join(HEADINGS) + f"\n{row}\n{row}\n", encoding="utf-8")
    copy = marked(source, tmp_path / "copy.xlsx")
    cells_of = [cell for sheet in copy for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells_of)
    assert text.strip() in {str(cell.value).strip() for cell in cells_of}


def test_a_stray_cell_in_the_last_row_of_all_costs_nothing(tmp_path):
    source = register(tmp_path / "r.xlsx", overdue())
    book = load_workbook(source)
    book.create_sheet("Notes")["A1"] = "x"
    book["Register"]["AZ180000"] = "stray"
    book.save(source)
    assert marked(source, tmp_path / "copy.xlsx")["Register"]["A2"].comment is not None


def test_only_a_copy_of_ours_is_written_over(tmp_path):
    source = register(tmp_path / "r.xlsx", overdue())
    marked(source, tmp_path / "copy.xlsx")
    marked(source, tmp_path / "copy.xlsx")
    mine = register(tmp_path / "mine.xlsx", overdue())
    kept = mine.read_bytes()
    with pytest.raises(DeliveryError, match="not one of ours"):
        marked(source, mine)
    with pytest.raises(ConfigError, match="cannot take the place"):
        marked(source, source)
    assert mine.read_bytes() == kept


@pytest.mark.parametrize("lock", ["~$copy.xlsx", ".~lock.copy.xlsx#"])
def test_a_copy_that_somebody_reads_is_left_alone(lock, tmp_path):
    source = register(tmp_path / "r.xlsx", overdue())
    marked(source, tmp_path / "copy.xlsx")
    (tmp_path / lock).write_text("Dana", encoding="utf-8")
    with pytest.raises(DeliveryError, match="is open"):
        marked(source, tmp_path / "copy.xlsx")


def test_several_registers_are_asked_about(tmp_path, monkeypatch):
    for name in ("a.xlsx", "b.xlsx"):
        register(tmp_path / name, overdue())
    (tmp_path / "config.yaml").write_text("register: [{path: a.xlsx}, {path: b.xlsx}]\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    answer = CliRunner().invoke(cli, ["check", "--mark", "copy.xlsx", "--as-of", "2026-11-20"])
    assert isinstance(answer.exception, ConfigError)
    assert "Name one register" in answer.exception.next_step
    assert not (tmp_path / "copy.xlsx").exists()


def test_the_register_of_a_config_is_marked(tmp_path, monkeypatch):
    register(tmp_path / "a.xlsx", overdue())
    (tmp_path / "config.yaml").write_text("register: {path: a.xlsx}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    CliRunner().invoke(cli, ["check", "--mark", "copy.xlsx", "--as-of", "2026-11-20"], catch_exceptions=False)
    assert "Findings" in load_workbook(tmp_path / "copy.xlsx").sheetnames


def test_check_without_a_copy_loads_no_workbook_library():
    code = (
        "import sys; from complaints_sheet.cli import cli; "
        f"cli(['check', {str(SAMPLE)!r}, '--summary', '--exit-zero'], standalone_mode=False); "
        "sys.exit('openpyxl' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


@needs("soffice")
def test_libreoffice_opens_the_copy(tmp_path):
    marked(SAMPLE, tmp_path / "copy.xlsx")
    assert opened([tmp_path / "copy.xlsx"], tmp_path).keys() == {"copy.xlsx"}
