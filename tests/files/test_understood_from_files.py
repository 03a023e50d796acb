"""What is understood of a whole file: orders of dates, names, tabs, and what `check` says of it."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from complaints_sheet.cli import main
from complaints_sheet.core.cases import ReadOptions
from complaints_sheet.core.model import Register
from complaints_sheet.core.people import Person, directory
from complaints_sheet.errors import SourceError
from tests.files.making import (
    HEADINGS,
    ORDINARY,
    complaint,
    customers,
    part_of,
    register,
    register_of,
    saved,
    with_part,
    workbook,
)

SHEET = "xl/worksheets/sheet1.xml"
AS_OF = "2026-11-23"


def received(found: Register) -> list[date | None]:
    return [case.day("received_on") for case in found.cases]


def test_the_other_date_of_each_row_decides_the_order_of_day_and_month(tmp_path: Path) -> None:
    days = [date(2026, month, 12) for month in range(1, 6)]  # in order under either reading
    rows = [complaint(f"C{day}", f"{day:%d/%m/%Y}", day.replace(day=day.day + 2)) for day in days]
    path = saved(tmp_path, workbook({"Register": [HEADINGS, *rows]}))
    assert received(register(path, ReadOptions(day_first=False))) == days


def test_the_dates_of_the_neighbours_decide_the_order_of_day_and_month(tmp_path: Path) -> None:
    days = [date(2026, month, day) for month in range(2, 7) for day in (1, 8)]
    rows = [complaint(f"C{day}", f"{day:%m/%d/%Y}", None) for day in days]
    path = saved(tmp_path, workbook({"Register": [HEADINGS, *rows]}))
    assert received(register(path, ReadOptions(day_first=True))) == days


@pytest.mark.parametrize(
    ("day_first", "meant"), [(True, date(2026, 11, 5)), (False, date(2026, 5, 11)), (None, None)]
)
def test_the_locale_decides_where_nothing_in_the_file_does(
    day_first: bool | None, meant: date | None, tmp_path: Path
) -> None:
    path = saved(
        tmp_path, workbook({"Register": [HEADINGS, complaint(received="05/11/2026", followed_up="")]})
    )
    assert received(register(path, ReadOptions(day_first=day_first))) == [meant]


def test_a_swapped_date_is_suspected_where_it_comes_before_its_partner(tmp_path: Path) -> None:
    days = [date(2026, 10, 20 + each) for each in range(8)]
    rows = [complaint(f"C{day}", day, day.replace(day=day.day + 2)) for day in days]
    rows.append(complaint("Vera Doyle", date(2026, 11, 2), date(2026, 4, 11)))
    found = register_of(tmp_path, [HEADINGS, *rows])
    assert [(each.cell, each.rule) for each in found.findings] == [("D10", "swapped-date")]
    assert found.cases[-1].day("followed_up_on") == date(2026, 4, 11)


def test_an_ambiguous_date_starts_no_clock(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    typed = ("13/01/2026", "02/03/2026", "01/23/2026")
    rows = [complaint(f"Customer {text}", text, None, "N", f"Issue {text}") for text in typed]
    path = saved(tmp_path, workbook({"Register": [HEADINGS, *rows]}))
    main(["check", str(path), "--as-of", AS_OF, "--json"])
    found = json.loads(capsys.readouterr().out)["findings"]
    rules = {row: {each["rule"] for each in found if each["row"] == row} for row in (2, 3, 4)}
    assert "clock-breached" in rules[2] & rules[4]
    assert "ambiguous-date" in rules[3]
    assert "clock-breached" not in rules[3]


@pytest.mark.parametrize("typed", ["AMIRA  KHAN", "amira khan ", "Amira\u00a0Khan", "Amíra Khan", "A. Khan"])
def test_a_name_is_shown_as_typed_and_matched_in_any_spelling_listed(typed: str, tmp_path: Path) -> None:
    rows = [HEADINGS, (typed, *complaint()[1:])]
    owner = register_of(tmp_path, rows).cases[0].text("case_owner")
    assert owner == " ".join(typed.split())
    amira = Person("Amira Khan", also=("A Khan",))
    assert directory([amira]).match(owner) == amira


@pytest.mark.parametrize("typed", ["(£1,250.00)", "-£1,250.00", "£-1,250.00", "-1.250,00 £"])
def test_negative_money_keeps_its_sign(typed: str, tmp_path: Path) -> None:
    rows = [(*HEADINGS, "Goodwill £"), (*complaint(), typed)]
    found = register_of(tmp_path, rows).cases[0].money("goodwill_amount")
    assert found is not None
    assert (found.amount, found.currency) == (Decimal(-1250), "GBP")


@pytest.mark.parametrize("raw", [b"_xD83D_", b"&#xD83D;", b"\xed\xa0\xbd"], ids=["escape", "entity", "bytes"])
def test_half_a_character_in_a_file_is_refused_or_read_as_text_that_can_be_written(
    raw: bytes, tmp_path: Path
) -> None:
    content = workbook({"Register": ORDINARY})
    part = part_of(content, SHEET)
    assert b"Boiler" in part
    path = saved(tmp_path, with_part(content, SHEET, part.replace(b"Boiler", raw)))
    assert _issue_or_what_to_do_next(path)


def _issue_or_what_to_do_next(path: Path) -> bytes:
    try:
        return register(path).cases[0].text("issue").encode("utf-8")
    except SourceError as stopped:
        return stopped.next_step.encode("utf-8")


def test_a_reference_keeps_its_leading_zeros(tmp_path: Path) -> None:
    rows = [("Case ref", *HEADINGS), ("000123", *complaint())]
    assert register_of(tmp_path, rows).cases[0].text("case_ref") == "000123"


def test_a_number_that_is_only_shown_with_leading_zeros_is_the_number(tmp_path: Path) -> None:
    def pad(book: Workbook) -> None:
        book.worksheets[0]["A2"].number_format = "00000"

    rows = [("Case ref", *HEADINGS), (123, *complaint())]
    assert register_of(tmp_path, rows, pad).cases[0].text("case_ref") == "123"


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("Flat_x0020_4", "Flat 4"),
        ("one_x000D_\ntwo", "one\ntwo"),
        ("a bell_x0007_ rang", "a bell rang"),
        ("written _x005F_x0041_ so", "written _x0041_ so"),
        ("a smile _xD83D__xDE00_ in halves", "a smile _xD83D__xDE00_ in halves"),
    ],
)
def test_characters_written_as_codes_are_read_and_half_ones_stay_as_they_are(
    typed: str, understood: str, tmp_path: Path
) -> None:
    found = register_of(tmp_path, (HEADINGS, complaint(issue=typed)))
    assert found.cases[0].text("issue") == understood


@pytest.mark.parametrize("tabs", [("October 2026", "November 2026"), ("Repairs", "Estates")])
def test_one_tab_for_each_month_or_department_is_one_register_in_which_each_row_knows_its_tab(
    tabs: tuple[str, str], tmp_path: Path
) -> None:
    content = workbook({tabs[0]: ORDINARY, tabs[1]: (HEADINGS, complaint("Vera Doyle")), "Old": ORDINARY})
    found = register(saved(tmp_path, content), sheet=tabs)
    assert [case.sheet for case in found.cases] == [tabs[0]] * 3 + [tabs[1]]
    assert customers(found)[-1] == "Vera Doyle"


def test_a_table_named_in_the_config_is_the_register(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from openpyxl import Workbook
    from openpyxl.worksheet.table import Table

    def name(book: Workbook) -> None:
        book.worksheets[0].add_table(Table(displayName="Letters", ref="A6:I7"))

    saved(tmp_path, workbook({"Log": (*ORDINARY, (), HEADINGS, complaint("Vera Doyle"))}, name))
    config = saved(tmp_path, b"register: {path: register.xlsx, table: Letters}\n", "config.yaml")
    main(["check", "--config", str(config), "--as-of", AS_OF])
    assert "1 case, 0 open" in capsys.readouterr().out


def test_check_says_in_a_few_lines_how_it_understood_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    headings = tuple(text for text in (*HEADINGS, "Ward") if text != "Department")
    row = complaint(received="13/10/2026", followed_up="05/11/2026")
    cells = (row[0], *row[2:], "Castle")
    content = workbook(
        {
            "Log": [("Complaints",), headings, cells, ("Total", None, None, None, 1)],
            "Notes": [("Milk", "Tea")],
        }
    )
    main(["check", str(saved(tmp_path, content)), "--as-of", AS_OF])
    out = " ".join(capsys.readouterr().out.split())
    for said in (
        "The sheet Notes was not read",
        "Sheet Log: headings in row 2, 1 complaint below.",
        "A Case Owner, B Date received",
        "Kept as they are: Ward (I).",
        "Not recorded here: Department.",
        "Left out: row 4 (totals row).",
        "Typed dates in column C are read day first: column B is.",
    ):
        assert said in out
