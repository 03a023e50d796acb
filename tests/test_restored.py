"""Removed rows come back as a workbook, value for value."""

from datetime import date, datetime, time, timedelta
from io import BytesIO

from openpyxl import load_workbook

from complaints_sheet.core.fields import NINE
from complaints_sheet.core.journal import GoneCase
from complaints_sheet.core.model import BadCell
from complaints_sheet.core.snapshots import Snapshot
from complaints_sheet.state import open_state
from complaints_sheet.workbooks.restored import restored
from tests.test_state_registers import row, run_on


def sheet_of(*rows):
    return load_workbook(BytesIO(restored(rows))).worksheets[0]


def gone(cells):
    headings = {name: name.removeprefix("+").title() for name in cells}
    return GoneCase(7, "main", "removed", date(2026, 11, 23), Snapshot(cells, {}), headings)


def test_every_kind_of_cell_comes_back_with_its_type():
    cells = {
        "issue": "Leak",
        "received_on": date(2026, 11, 2),
        "followed_up_on": datetime(2026, 11, 3, 9, 30),
        "+cost": 12.5,
        "+count": 3,
        "+paid": True,
        "+at": time(9, 30),
        "+spent": timedelta(hours=30),
    }
    (headings, back) = sheet_of(gone(cells)).iter_rows(values_only=True)
    assert headings == ("Issue", "Received_On", "Followed_Up_On", "Cost", "Count", "Paid", "At", "Spent")
    assert back[0] == "Leak"
    assert back[1] == datetime(2026, 11, 2)
    assert back[2:] == (datetime(2026, 11, 3, 9, 30), 12.5, 3, True, time(9, 30), timedelta(hours=30))


def test_text_that_looks_like_a_formula_stays_text():
    sheet = sheet_of(
        gone({"issue": '=HYPERLINK("http://example.org")', "resolution": "+44 20", "+id": "00123"})
    )
    assert [(cell.data_type, cell.value) for cell in sheet[2]] == [
        ("s", '=HYPERLINK("http://example.org")'),
        ("s", "+44 20"),
        ("s", "00123"),
    ]


def test_what_no_cell_can_hold_is_left_out_and_an_error_comes_back_as_its_text():
    sheet = sheet_of(
        gone({"issue": "bell\x07 and half \ud83d", "+x": BadCell("error", "#N/A"), "+long": "x" * 40000})
    )
    assert [cell.value for cell in sheet[2]][:2] == ["bell and half ", "#N/A"]
    assert len(sheet[2][2].value) == 32767


def test_rows_removed_from_a_register_are_read_back_as_they_were(tmp_path):
    rows = [row("Ann"), row("Bob") | {"resolution": "Mended"}, row("Cy")]
    run_on(tmp_path, rows)
    run_on(tmp_path, rows[:1], days=1)
    with open_state(tmp_path, dry_run=True) as state:
        sheet = sheet_of(*state.history.gone())
    headings, *back = sheet.iter_rows(values_only=True)
    assert headings == tuple(each.heading for each in NINE)
    found = [dict(zip(headings, each, strict=True)) for each in back]
    assert [each["Customer Name"] for each in found] == ["Bob", "Cy"]
    assert [each["Resolution"] for each in found] == ["Mended", None]
    assert found[0]["Date received"] == datetime(2026, 11, 2)
