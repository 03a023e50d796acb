"""Tables side by side on one worksheet, and workbooks in layouts of their own: one register of all."""

import json
from datetime import date
from pathlib import Path

import pytest

from complaints_sheet.cli import main
from complaints_sheet.core.model import Register
from complaints_sheet.errors import SourceError
from tests.files.making import (
    HEADINGS,
    ORDINARY,
    Row,
    complaint,
    customers,
    register,
    register_of,
    saved,
    workbook,
)

LEFT = ("Priya Shah", "George Frost", "Maya Lewis")
RIGHT = ("Vera Doyle", "Hana Gill")
SECOND: tuple[Row, ...] = (
    HEADINGS,
    *(complaint(name, date(2026, 11, 9), date(2026, 11, 10)) for name in RIGHT),
)


def beside(left: tuple[Row, ...], right: tuple[Row, ...], blanks: int, down: int = 0) -> list[Row]:
    """Return rows in which the second table stands to the right of the first, so many rows further down."""
    width = max(map(len, left))
    lower = [*((),) * down, *right]
    height = max(len(left), len(lower))
    rows = zip([*left, *((),) * (height - len(left))], [*lower, *((),) * (height - len(lower))], strict=True)
    return [(*one, *(None,) * (width - len(one) + blanks), *other) for one, other in rows]


def places(found: Register) -> list[tuple[int, str | None, str]]:
    return [(case.row, case.cell("customer_name"), case.text("customer_name")) for case in found.cases]


@pytest.mark.parametrize("blanks", [0, 1, 3])
def test_two_tables_side_by_side_are_both_read(blanks: int, tmp_path: Path) -> None:
    found = register_of(tmp_path, beside(ORDINARY, SECOND, blanks))
    assert sorted(customers(found)) == sorted((*LEFT, *RIGHT))
    letter = "OPQR"[blanks]
    assert places(found)[3:] == [(2, f"{letter}2", "Vera Doyle"), (3, f"{letter}3", "Hana Gill")]
    assert [case.day("received_on") for case in found.cases][3:] == [date(2026, 11, 9)] * 2
    assert "The sheet holds tables side by side" in " ".join(found.layouts[1].notes)


@pytest.mark.parametrize("down", [1, 4, 9])
def test_the_second_table_may_begin_further_down_and_in_columns_of_another_order(
    down: int, tmp_path: Path
) -> None:
    turned = tuple(tuple(reversed(row)) for row in SECOND)
    found = register_of(tmp_path, beside(ORDINARY, turned, 1, down))
    assert sorted(customers(found)) == sorted((*LEFT, *RIGHT))
    assert [case.row for case in found.cases if case.text("customer_name") in RIGHT] == [2 + down, 3 + down]


def test_three_tables_below_a_title_are_read(tmp_path: Path) -> None:
    third: tuple[Row, ...] = (HEADINGS, complaint("Noor Aziz"))
    rows = beside(tuple(beside(ORDINARY, SECOND, 1)), third, 2)
    found = register_of(tmp_path, [("Complaints of three teams",), (), *rows])
    assert sorted(customers(found)) == sorted((*LEFT, *RIGHT, "Noor Aziz"))


def test_a_table_with_blank_columns_and_repeated_headings_stays_one(tmp_path: Path) -> None:
    rows = [
        (*row[:3], None, *row[3:], None, None, "Notes" if at == 0 else "x", "Date" if at == 0 else None)
        for at, row in enumerate(ORDINARY)
    ]
    found = register_of(tmp_path, rows)
    assert len(found.layouts) == 1
    assert customers(found) == list(LEFT)


def picked(rows: tuple[Row, ...], *columns: int | None) -> list[Row]:
    """Return the rows with these of their columns, in this order; None is a blank column."""
    return [tuple(None if at is None else row[at] for at in columns) for row in rows]


def test_a_table_below_in_another_order_across_blank_columns_splits_neither(tmp_path: Path) -> None:
    above = picked(ORDINARY, 3, 2, 8, 0, 5, 4, 6, None, 1, 7)
    below = picked(SECOND, 4, 1, 3, 0, 5, 7, None, None, 6, 8, 2)
    found = register_of(tmp_path, [("Complaints",), *above, (), ("Complaints by letter",), *below])
    assert customers(found) == [*LEFT, *RIGHT]
    assert [set(layout.columns) for layout in found.layouts] == [set(found.layouts[0].columns)] * 2
    assert {len(layout.columns) for layout in found.layouts} == {9}
    assert {case.text("resolution") for case in found.cases} == {"Vessel replaced"}
    assert [case.day("received_on") for case in found.cases][3:] == [date(2026, 11, 9)] * 2


@pytest.mark.parametrize("down", [0, 1, 4])
def test_blank_columns_in_the_second_table_do_not_part_it(down: int, tmp_path: Path) -> None:
    gapped = tuple(picked(SECOND, 0, 1, 2, 3, None, 4, 5, 6, 7, 8))
    found = register_of(tmp_path, beside(ORDINARY, gapped, 1, down))
    assert [len(layout.columns) for layout in found.layouts] == [9, 9]
    assert customers(found) == [*LEFT, *RIGHT]


def test_a_column_of_its_own_before_the_repeated_headings_stays_with_its_table(tmp_path: Path) -> None:
    right = tuple((reference, *row) for reference, row in zip(("Reference", "B1", "B2"), SECOND, strict=True))
    found = register_of(tmp_path, beside(ORDINARY, right, 1))
    assert [case.text("case_ref") for case in found.cases] == ["", "", "", "B1", "B2"]


@pytest.mark.parametrize("blanks", [0, 1])
def test_the_columns_of_a_second_stage_are_no_table_of_their_own(blanks: int, tmp_path: Path) -> None:
    second = (("Case Owner", "Date received", "Resolved and followed up (Y/N)"), ("Tom Ashworth", None, "N"))
    with pytest.raises(SourceError, match="two columns serve"):
        register_of(tmp_path, beside(ORDINARY, second, blanks))


def test_a_list_beside_the_register_is_no_register(tmp_path: Path) -> None:
    lists = (("Teams", "Phone"), ("Repairs", "5550 101"), ("Estates", "5550 102"))
    found = register_of(tmp_path, beside(ORDINARY, lists, 1))
    assert len(found.layouts) == 1
    assert customers(found) == list(LEFT)


def test_what_is_said_of_one_table_is_not_said_of_the_row_beside_it(tmp_path: Path, capsys) -> None:
    left = (HEADINGS, complaint("Priya Shah", resolved="perhaps"))
    right = (HEADINGS, complaint("Vera Doyle", followed_up="phoned twice"))
    path = saved(tmp_path, workbook({"Register": beside(left, right, 1)}))
    assert main(["check", str(path), "--json", "--as-of", "2026-11-23T08:00", "--exit-zero"]) == 0
    found = json.loads(capsys.readouterr().out)["findings"]
    unread = {each["cell"]: each["message"] for each in found if each["rule"] == "unreadable-value"}
    assert sorted(unread) == ["E2", "N2"]
    assert main(["explain", "2", "-c", str(_config(tmp_path, path)), "--as-of", "2026-11-23T08:00"]) == 2
    assert "means 2 cases: Register!A2 and Register!K2" in capsys.readouterr().err
    assert main(["explain", "F2", "-c", str(_config(tmp_path, path)), "--as-of", "2026-11-23T08:00"]) == 0
    said = capsys.readouterr().out
    assert "“perhaps”" in said
    assert "phoned twice" not in said
    assert main(["explain", "P2", "-c", str(_config(tmp_path, path)), "--as-of", "2026-11-23T08:00"]) == 0
    said = capsys.readouterr().out
    assert "phoned twice" in said
    assert "“perhaps”" not in said


def _config(folder: Path, register_file: Path) -> Path:
    path = folder / "config.yaml"
    path.write_text(f"register: {register_file.name}\n", encoding="utf-8")
    return path


# --- one workbook for each department ------------------------------------------------------------


def test_workbooks_in_layouts_of_their_own_become_one_register(tmp_path: Path) -> None:
    turned = tuple(reversed(range(9)))
    other = [tuple(row[at] for at in turned) for row in (HEADINGS, complaint("Vera Doyle"))]
    short = [tuple(row[at] for at in (5, 2, 6, 4)) for row in (HEADINGS, complaint("Hana Gill", "3/11/2026"))]
    saved(tmp_path, workbook({"Log": ORDINARY}), "estates.xlsx")
    saved(
        tmp_path,
        workbook({"2025": [("Complaints 2025",), (), *other], "Lists": [("Repairs",)]}),
        "repairs.xlsx",
    )
    saved(tmp_path, workbook({"Calls": short, "Old": beside(ORDINARY, SECOND, 1)}), "lettings.xlsx")
    found = register(tmp_path / "*.xlsx")
    known = {
        case.text("customer_name"): (Path(case.source).name, case.sheet, case.row) for case in found.cases[3:]
    }
    assert len(found.cases) == 3 + 1 + 5 + 1
    assert known["Vera Doyle"] in {("lettings.xlsx", "Old", 2), ("repairs.xlsx", "2025", 4)}
    assert {(Path(case.source).name, case.sheet, case.row) for case in found.cases} == {
        *(("estates.xlsx", "Log", row) for row in (2, 3, 4)),
        ("repairs.xlsx", "2025", 4),
        ("lettings.xlsx", "Calls", 2),
        *(("lettings.xlsx", "Old", row) for row in (2, 3, 4)),
    }
    calls = next(case for case in found.cases if case.sheet == "Calls")
    assert calls.day("received_on") == date(2026, 11, 3)
    assert not calls.recorded("case_owner")
    assert found.rows == len(found.cases) + len(found.left_out)
