"""Tables become cases: rows, dates settled by the whole sheet, what is left out, what is said."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import permutations

import pytest

from complaints_sheet.core.cases import ReadOptions, register_from
from complaints_sheet.core.fields import FIELDS, NINE_IDS
from complaints_sheet.core.model import BadCell, Case, Raw, Reading, Register, Table
from complaints_sheet.errors import SourceError

HEADINGS = tuple(FIELDS[field_id].heading for field_id in NINE_IDS)
NOVEMBER = date(2025, 11, 3)


def row(received: Raw = NOVEMBER, followed: Raw = None, issue: Raw = "Leak", **other: Raw) -> tuple[Raw, ...]:
    """Return one complaint as nine cells."""
    cells: dict[str, Raw] = {
        "case_owner": "Amira Khan",
        "department": "Repairs",
        "received_on": received,
        "followed_up_on": followed,
        "resolved": "N",
        "customer_name": "Olive Garside",
        "issue": issue,
    }
    return tuple((cells | other).get(field_id) for field_id in NINE_IDS)


def read(*rows: Sequence[Raw], headings: Sequence[Raw] = HEADINGS, **options: object) -> Register:
    """Return the register of one sheet with these rows below the headings."""
    table = Table("register.xlsx", "Register", [headings, *rows])
    return register_from([Reading("register.xlsx", (table,), "f")], ReadOptions(**options))  # type: ignore[arg-type]


def received(register: Register) -> list[date | None]:
    """Return the dates received, None where not understood."""
    return [case.moment("received_on") for case in register.cases]


def said(register: Register) -> str:
    """Return every note about how the register was understood."""
    return " ".join((*register.notes, *(note for layout in register.layouts for note in layout.notes)))


# --- rows ------------------------------------------------------------------------------------------


def test_a_row_becomes_a_case_with_its_place_and_its_cells_as_they_came() -> None:
    cells = row()
    case = read(cells).cases[0]
    assert (case.row, case.sheet, case.cell("issue"), case.open) == (2, "Register", "G2", True)
    assert case.cells is cells
    assert case.blank("resolution")
    assert not case.recorded("case_ref")


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (("Total", None, None, None, None, None, 12.0), "totals row"),
        (("Grand total: 12",), "totals row"),
        (HEADINGS, "repeated heading"),
        (("November 2025",), "only one cell is filled in (November 2025)"),
        (("Amira Khan", "Repairs"), "no date, customer or issue yet"),
        (("(name)", "(team)", "dd/mm/yyyy", "dd/mm/yyyy", "Y/N"), "hints about what to type"),
    ],
)
def test_a_row_that_is_no_complaint_is_left_out_by_name(cells: Sequence[Raw], reason: str) -> None:
    register = read(row(), (*cells, *[None] * (9 - len(cells))), row(issue="Noise"))
    assert [(each.row, each.reason) for each in register.left_out] == [(3, reason)]
    assert register.rows == len(register.cases) + 1
    assert "Left out: row 3" in said(register)


def test_an_issue_that_begins_with_total_is_a_complaint() -> None:
    assert len(read(row(issue="Total failure of the heating")).cases) == 1


def test_blank_rows_count_for_nothing() -> None:
    register = read(row(), (None,) * 9, ("", " ", "\u00a0", *[None] * 6), row(issue="Noise"))
    assert [case.row for case in register.cases] == [2, 5]
    assert register.rows == 2


def test_the_order_of_columns_changes_no_case() -> None:
    rows = [row(), row("5/11/2025", "25/11/2025", issue="Noise"), row(BadCell("error", "#N/A"), issue="Damp")]
    plain = read(*rows)
    for order in list(permutations(range(9)))[::40_000]:
        turned = read(*([each[at] for at in order] for each in rows), headings=[HEADINGS[at] for at in order])
        assert [(case.values, case.problems) for case in turned.cases] == [
            (case.values, case.problems) for case in plain.cases
        ]


# --- dates -----------------------------------------------------------------------------------------


def test_a_date_above_twelve_settles_the_order_of_the_column() -> None:
    register = read(row("03/11/2025"), row("25/11/2025", issue="Noise"), day_first=False)
    assert received(register) == [date(2025, 11, 3), date(2025, 11, 25)]
    assert register.layouts[0].date_order == "day first"
    assert "1 date can only be read that way" in said(register)


def test_two_orders_in_one_column_leave_the_rest_ambiguous_with_both_readings() -> None:
    register = read(row("25/11/2025"), row("11/26/2025", issue="Noise"), row("05/06/2025", issue="Damp"))
    case = register.cases[2]
    assert case.problems["received_on"].readings == (date(2025, 6, 5), date(2025, 5, 6))
    assert [found.rule for found in register.findings] == ["ambiguous-date"]
    assert "5 June 2025 or 6 May 2025" in register.findings[0].message


def test_the_heading_may_say_the_order() -> None:
    headings = [f"{name} (mm/dd/yyyy)" if name == "Date received" else name for name in HEADINGS]
    assert received(read(row("03/11/2025"), headings=headings)) == [date(2025, 3, 11)]


def test_the_order_of_the_rows_may_say_the_order_of_day_and_month() -> None:
    typed = [f"{month:02}/{day:02}/2025" for month in (2, 3, 4, 5, 6) for day in (1, 8)]
    rows = [row(each, issue=f"Leak {number}") for number, each in enumerate(typed)]
    assert received(read(*rows))[:2] == [date(2025, 2, 1), date(2025, 2, 8)]


def test_without_any_evidence_the_setting_decides_and_without_a_setting_nobody() -> None:
    assert received(read(row("03/11/2025"))) == [date(2025, 11, 3)]
    assert received(read(row("03/11/2025"), day_first=False)) == [date(2025, 3, 11)]
    assert received(read(row("03/11/2025"), day_first=None)) == [None]


def test_a_typed_date_that_cannot_stand_in_its_place_is_a_question() -> None:
    days = [date(2025, 5, day) for day in (1, 6, 12, 20, 28)]
    rows = [row(day, issue=f"Leak {day}") for day in days]
    register = read(*rows, row("06/04/2025", issue="Noise"), row(date(2025, 6, 9), issue="Damp"))
    assert register.cases[5].problems["received_on"].kind == "ambiguous"


def test_a_real_date_that_excel_may_have_swapped_is_suspected_and_left_as_it_stands() -> None:
    days = [date(2025, 5, day) for day in (1, 6, 12, 20, 28)]
    rows = [row(day, issue=f"Leak {day}") for day in (*days, date(2025, 4, 6), date(2025, 6, 9))]
    register = read(*rows)
    assert received(register)[5] == date(2025, 4, 6)
    [finding] = register.findings
    assert (finding.rule, finding.severity, finding.cell) == ("swapped-date", "low", "C7")
    assert "4 June 2025 would" in finding.message


def test_a_text_file_opened_with_the_wrong_locale_gives_itself_away() -> None:
    real = [date(2025, month, 3) for month in (5, 6, 7, 8)]
    typed = ["25/03/2025", "26/03/2025", "28/03/2025"]
    rows = [row(day, issue=f"Leak {number}") for number, day in enumerate((*real, *typed))]
    assert [found.cell for found in read(*rows).findings] == ["C2", "C3", "C4", "C5"]


def test_a_date_with_a_time_keeps_it_and_a_real_date_needs_no_order() -> None:
    register = read(row(datetime(2025, 11, 3, 16, 40)), row("05/11/2025 09:30", issue="Noise"))
    assert received(register) == [datetime(2025, 11, 3, 16, 40), datetime(2025, 11, 5, 9, 30)]


def test_a_date_that_may_begin_with_its_year_is_a_question() -> None:
    problem = read(row("25-11-03")).cases[0].problems["received_on"]
    assert problem.readings == (date(2025, 11, 3), date(2003, 11, 25))
    assert problem.message == "“25-11-03” could be 3 November 2025 or 25 November 2003"


def test_a_date_without_a_year_is_a_question_without_readings() -> None:
    problem = read(row("3/11")).cases[0].problems["received_on"]
    assert (problem.kind, problem.readings) == ("ambiguous", ())


# --- cells that were not understood ----------------------------------------------------------------


def test_each_cell_not_understood_is_a_finding_with_its_place() -> None:
    register = read(row("TBC", BadCell("not calculated", "=B2"), resolved="partly"))
    assert [(found.rule, found.cell) for found in register.findings] == [
        ("unreadable-value", "C2"),
        ("unreadable-value", "D2"),
        ("unreadable-value", "E2"),
    ]
    assert [problem.kind for problem in register.cases[0].problems.values()] == [
        *("placeholder", "not calculated", "unreadable"),
    ]
    assert register.cases[0].open


def test_equal_rows_with_the_same_slip_have_findings_of_their_own() -> None:
    register = read(row("TBC"), row("TBC"))
    assert len({found.key for found in register.findings}) == 2


def test_true_and_one_in_a_column_are_not_taken_for_each_other() -> None:
    headings = [*HEADINGS, "Ref"]
    register = read((*row(), True), (*row(issue="Noise"), 1.0), headings=headings)
    assert [case.ref for case in register.cases] == ["TRUE", "1"]


# --- the sheet as a whole --------------------------------------------------------------------------


def test_the_notes_say_how_the_sheet_was_understood() -> None:
    headings = ["Handler", *HEADINGS[1:8], "Ward"]
    notes = said(read(row(improvement_idea="Harbour"), headings=headings))
    assert "Sheet Register: headings in row 1, 1 complaint below." in notes
    assert "A “Handler” as Case Owner, B Department" in notes
    assert "Kept as they are: Ward (I)." in notes
    assert "Not recorded here: Proposed Improvement Idea." in notes


def test_a_heading_in_two_lines_is_read_as_one() -> None:
    upper = ["Case", None, "Date", "Date followed-up", "Resolved and", "Customer", None, None, "Proposed"]
    lower = ["Owner", "Department", "received", "with customer", "followed up (Y/N)", "Name", "Issue"]
    register = read([*lower, "Resolution", "Improvement Idea"], row(), headings=upper)
    assert set(register.layouts[0].columns) == set(NINE_IDS)
    assert register.layouts[0].header_row == 2


def test_a_second_table_below_has_its_own_columns_and_its_headings_are_left_out() -> None:
    turned = list(reversed(HEADINGS))
    register = read(row(), (None,) * 9, turned, tuple(reversed(row(issue="Noise"))))
    assert [case.text("issue") for case in register.cases] == ["Leak", "Noise"]
    assert [layout.header_row for layout in register.layouts] == [1, 4]
    assert [(each.row, each.reason) for each in register.left_out] == [(4, "headings of the next table")]


def test_the_config_names_a_column_by_heading_or_by_letter() -> None:
    headings = ["Wer", *HEADINGS[1:]]
    assert (
        read(row(), headings=headings, columns={"case_owner": "Wer"}).cases[0].text("case_owner")
        == "Amira Khan"
    )
    assert (
        read(row(), headings=headings, columns={"case_owner": "A"}).cases[0].text("case_owner")
        == "Amira Khan"
    )


def test_sheets_without_headings_are_named_and_a_register_without_any_is_refused() -> None:
    register = Table("r.xlsx", "Register", [HEADINGS, row()])
    lists = Table("r.xlsx", "Lists", [("Repairs",), ("Estates",)])
    both = register_from([Reading("r.xlsx", (register, lists), "f")], ReadOptions())
    assert "The sheet Lists was not read" in both.notes[0]
    with pytest.raises(SourceError, match="no row that looks like the headings"):
        register_from([Reading("r.xlsx", (lists,), "f")], ReadOptions())
    with pytest.raises(SourceError, match="is empty"):
        register_from([Reading("r.xlsx", (Table("r.xlsx", "Sheet1", []),), "f")], ReadOptions())


def test_each_case_of_several_files_knows_its_file() -> None:
    readings = [Reading(name, (Table(name, "Log", [HEADINGS, row()]),), "f") for name in ("a.xlsx", "b.xlsx")]
    cases: Sequence[Case] = register_from(readings, ReadOptions()).cases
    assert [case.source for case in cases] == ["a.xlsx", "b.xlsx"]
