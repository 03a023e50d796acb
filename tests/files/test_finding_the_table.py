"""Where the table stands on a worksheet, and which column is which, whatever stands around it."""

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.table import Table

from complaints_sheet.core.cases import ReadOptions
from complaints_sheet.core.fields import NINE_IDS
from complaints_sheet.core.model import Register
from tests.files.making import (
    HEADINGS,
    ORDINARY,
    complaint,
    customers,
    register,
    register_of,
    saved,
    text_table,
    workbook,
)

ROWS = ORDINARY[1:]
THREE = ["Priya Shah", "George Frost", "Maya Lewis"]


def letters(found: Register) -> dict[str, str]:
    return {field: column.letter for field, column in found.layouts[0].columns.items()}


def test_a_title_and_notes_above_the_heading_are_passed_over(tmp_path: Path) -> None:
    above = (
        ("Example Homes",),
        ("Case owner: please fill in every row, date received first",),
        (),
        ("Updated", None, date(2026, 11, 20)),
    )
    found = register_of(tmp_path, (*above, *ORDINARY))
    assert found.layouts[0].header_row == 5
    assert customers(found) == THREE
    assert found.cases[0].row == 6


def test_a_heading_over_two_lines_is_read_as_one(tmp_path: Path) -> None:
    upper = ("Case", None, "Date", None, "Resolved and", "Customer", None, None, "Proposed")
    lower = (
        "Owner",
        "Department",
        "received",
        "followed up with customer",
        "followed up (Y/N)",
        "Name",
        "Issue",
        "Resolution",
        "Improvement Idea",
    )

    def merge(book: Workbook) -> None:
        book.worksheets[0].merge_cells("C1:D1")

    found = register_of(tmp_path, (upper, lower, *ROWS), merge)
    assert letters(found) == dict(zip(NINE_IDS, "ABCDEFGHI", strict=True))
    assert customers(found) == THREE


def test_a_merged_band_above_the_heading_is_no_part_of_it(tmp_path: Path) -> None:
    def merge(book: Workbook) -> None:
        book.worksheets[0].merge_cells("A1:B1")
        book.worksheets[0].merge_cells("C1:E1")

    found = register_of(tmp_path, (("Who", None, "When", None, None, "What"), *ORDINARY), merge)
    assert letters(found) == dict(zip(NINE_IDS, "ABCDEFGHI", strict=True))
    assert found.layouts[0].header_row == 2


@pytest.mark.parametrize(
    "headings",
    [
        tuple(text.replace(" ", "\n", 1) for text in HEADINGS),
        tuple(text.replace(" ", "\u00a0") for text in HEADINGS),
        tuple(text.replace("-", "–") for text in HEADINGS),
        tuple(text.replace("-", "â€“") for text in HEADINGS),
        tuple(text.replace("Customer Name", "Customer’s name") for text in HEADINGS),
        tuple(text.replace("Customer Name", "Customerâ€™s name") for text in HEADINGS),
        tuple(f"  {text.upper()}: " for text in HEADINGS),
        tuple(f"{text}\u200b*" for text in HEADINGS),
    ],
    ids=[
        "line breaks",
        "hard blanks",
        "dashes",
        "mojibake dashes",
        "smart quotes",
        "mojibake quotes",
        "capitals",
        "marks",
    ],
)
def test_what_typing_does_to_a_heading_changes_nothing(headings: tuple[str, ...], tmp_path: Path) -> None:
    assert letters(register_of(tmp_path, (headings, *ROWS))) == dict(zip(NINE_IDS, "ABCDEFGHI", strict=True))


def test_other_words_for_the_headings_in_any_order_are_understood(tmp_path: Path) -> None:
    headings = (
        "Details of complaint",
        "Received",
        "Handler",
        "Complainant",
        "Outcome",
        "Follow-up date",
        "Team",
        "Resolved?",
        "Idea for improvement",
    )
    row = (
        "Tap drips",
        date(2026, 11, 2),
        "Amira Khan",
        "Priya Shah",
        "Fixed",
        date(2026, 11, 3),
        "Repairs",
        "Y",
        "Ring first",
    )
    found = register_of(tmp_path, (headings, row))
    case = found.cases[0]
    assert set(letters(found)) == set(NINE_IDS)
    assert (case.text("customer_name"), case.day("received_on"), case.yes("resolved")) == (
        "Priya Shah",
        date(2026, 11, 2),
        True,
    )


def test_a_misspelt_heading_is_used_and_said(tmp_path: Path) -> None:
    headings = tuple(
        text.replace("received", "recieved").replace("Department", "Departmnet") for text in HEADINGS
    )
    found = register_of(tmp_path, (headings, *ROWS))
    notes = " ".join(found.layouts[0].notes)
    assert letters(found)["received_on"] == "C"
    assert "Date recieved" in notes
    assert "Departmnet" in notes


def test_duplicate_and_blank_headings_of_other_columns_are_kept_apart(tmp_path: Path) -> None:
    rows = [(*HEADINGS, "Ward", None, "Ward"), *((*row, "Castle", "no heading", "Harbour") for row in ROWS)]
    found = register_of(tmp_path, rows)
    assert [(column.heading, column.letter) for column in found.layouts[0].extra if column.heading] == [
        ("Ward", "J"),
        ("Ward", "L"),
    ]
    assert customers(found) == THREE


def test_blank_columns_between_and_before_and_remarks_after_the_table_do_no_harm(tmp_path: Path) -> None:
    rows = [
        (None, None, *row[:4], None, *row[4:], None, None, remark)
        for row, remark in zip(ORDINARY, (None, "chase!", None, None), strict=True)
    ]
    found = register_of(tmp_path, rows)
    assert letters(found)["received_on"] == "E"
    assert letters(found)["customer_name"] == "I"
    assert customers(found) == THREE


def test_totals_section_rows_and_notes_are_left_out_by_name(tmp_path: Path) -> None:
    rows = (
        HEADINGS,
        ("November 2026",),
        ROWS[0],
        ROWS[1],
        ("Repairs",),
        ROWS[2],
        (),
        ("Total", None, None, None, None, 3),
        ("* logged by phone only",),
    )
    found = register_of(tmp_path, rows)
    assert customers(found) == THREE
    assert [each.row for each in found.left_out] == [2, 5, 8, 9]
    assert all(each.reason for each in found.left_out)
    assert found.rows == len(found.cases) + len(found.left_out)


def test_a_heading_repeated_half_way_is_left_out(tmp_path: Path) -> None:
    found = register_of(tmp_path, (HEADINGS, *ROWS[:2], HEADINGS, ROWS[2]))
    assert customers(found) == THREE
    assert [each.row for each in found.left_out] == [4]


def test_several_blocks_on_one_sheet_each_follow_their_own_heading(tmp_path: Path) -> None:
    turned = tuple(reversed(range(9)))
    second = (tuple(HEADINGS[at] for at in turned), tuple(complaint("Vera Doyle")[at] for at in turned))
    found = register_of(tmp_path, (*ORDINARY, (), ("Complaints by letter",), *second))
    assert customers(found) == [*THREE, "Vera Doyle"]
    assert found.cases[3].day("received_on") == date(2026, 11, 2)
    assert found.rows == len(found.cases) + len(found.left_out)


def test_hidden_and_filtered_rows_are_read_and_said(tmp_path: Path) -> None:
    def hide(book: Workbook) -> None:
        sheet = book.worksheets[0]
        sheet.auto_filter.ref = "A1:I4"
        sheet.row_dimensions[3].hidden = True

    found = register_of(tmp_path, ORDINARY, hide)
    assert customers(found) == THREE
    assert "hidden" in " ".join((*found.notes, *found.layouts[0].notes))


def test_an_excel_table_or_a_named_range_can_be_chosen(tmp_path: Path) -> None:
    def name(book: Workbook) -> None:
        from openpyxl.workbook.defined_name import DefinedName

        book.worksheets[0].add_table(Table(displayName="Complaints", ref="A6:I8"))
        book.defined_names["Letters"] = DefinedName("Letters", attr_text="Register!$A$1:$I$4")

    rows = (*ORDINARY, (), HEADINGS, complaint("Vera Doyle"), complaint("Hana Gill"))
    path = saved(tmp_path, workbook({"Register": rows}, name))
    assert customers(register(path, table="Complaints")) == ["Vera Doyle", "Hana Gill"]
    assert customers(register(path, table="letters")) == THREE


def test_a_stray_cell_in_the_last_corner_is_said_and_kills_nothing(tmp_path: Path) -> None:
    def stray(book: Workbook) -> None:
        book.worksheets[0]["XFD1048576"] = "x"

    found = register_of(tmp_path, ORDINARY, stray)
    assert customers(found) == THREE
    assert "XFD1048576" in " ".join((*found.notes, *found.layouts[0].notes))


def test_the_config_names_a_column_that_nobody_could_guess(tmp_path: Path) -> None:
    headings = tuple("Quux" if text == "Case Owner" else text for text in HEADINGS)
    found = register(
        saved(tmp_path, workbook({"Register": (headings, *ROWS)})),
        ReadOptions(columns={"case_owner": "quux"}),
    )
    assert letters(found)["case_owner"] == "A"


# --- several sheets and files --------------------------------------------------------------------


def test_one_tab_for_each_year_in_different_layouts_is_one_register(tmp_path: Path) -> None:
    turned = tuple(reversed(range(9)))
    other = [tuple(row[at] for at in turned) for row in (HEADINGS, complaint("Vera Doyle"))]
    sheets = {
        "2025": ORDINARY,
        "2026": [("Complaints",), (), *other],
        "Lists": [("Departments",), ("Repairs",)],
    }
    found = register(saved(tmp_path, workbook(sheets)))
    assert [(case.sheet, case.row) for case in found.cases] == [
        ("2025", 2),
        ("2025", 3),
        ("2025", 4),
        ("2026", 4),
    ]
    assert "Lists" in " ".join(found.notes)


def test_a_hidden_tab_is_read_too(tmp_path: Path) -> None:
    def hide(book: Workbook) -> None:
        book["Old"].sheet_state = "hidden"

    content = workbook({"Register": ORDINARY, "Old": (HEADINGS, complaint("Vera Doyle"))}, hide)
    assert customers(register(saved(tmp_path, content))) == [*THREE, "Vera Doyle"]


def test_one_workbook_for_each_department_is_one_register_in_which_each_row_knows_its_file(
    tmp_path: Path,
) -> None:
    saved(tmp_path, workbook({"Log": ORDINARY}), "repairs.xlsx")
    saved(tmp_path, text_table((HEADINGS, complaint("Vera Doyle"))).encode(), "estates.csv")
    found = register(tmp_path / "*.*")
    assert {(Path(case.source).name, case.sheet) for case in found.cases} == {
        ("repairs.xlsx", "Log"),
        ("estates.csv", ""),
    }
    assert sorted(customers(found)) == sorted([*THREE, "Vera Doyle"])


def test_only_the_tabs_that_are_named_are_read(tmp_path: Path) -> None:
    content = workbook({"2025": ORDINARY, "2026": (HEADINGS, complaint("Vera Doyle"))})
    assert customers(register(saved(tmp_path, content), sheet="2026")) == ["Vera Doyle"]


def test_cells_merged_over_several_rows_count_for_each_and_that_is_said(tmp_path: Path) -> None:
    def merge(book: Workbook) -> None:
        sheet = book.worksheets[0]
        sheet.merge_cells("B2:B40")  # runs on below the table
        sheet.merge_cells("C3:C4")
        sheet.merge_cells("G2:H2")

    found = register_of(tmp_path, ORDINARY, merge)
    assert [case.text("department") for case in found.cases] == ["Repairs"] * 3
    assert [case.day("received_on") for case in found.cases] == [date(2026, 11, 2)] * 3
    assert found.rows == 3
    assert "columns B, C" in " ".join(found.layouts[0].notes)
