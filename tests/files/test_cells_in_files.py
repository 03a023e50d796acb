"""What stands in the cells of a file, and what must be understood of it."""

import random
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from complaints_sheet.core.cases import ReadOptions
from complaints_sheet.core.model import Case, Money, Register
from tests.files.both import same_in_google
from tests.files.making import HEADINGS, ORDINARY, complaint, register, register_of, saved, workbook
from tests.ugly.truth import Fault, Formula, Rich, Serial, Sheet
from tests.ugly.xlsx import Manner, xlsx

PLAIN = Manner()


def from_cells(folder: Path, rows: list[tuple[object, ...]], how: Manner = PLAIN) -> Register:
    """Return the register of a workbook whose cells are written exactly so."""
    cells = {(down, across): value for down, row in enumerate(rows, 1) for across, value in enumerate(row, 1)}
    filled = {place: value for place, value in cells.items() if value is not None}
    found = register(saved(folder, xlsx([Sheet("Register", filled)], random.Random(0), how)))
    if how == PLAIN:
        same_in_google(found, "Register", rows)
    return found


def one(folder: Path, value: object, field: str = "received_on", how: Manner = PLAIN) -> Case:
    """Return a case, among ordinary ones, in which this field holds the value."""
    at = {
        "case_owner": 0,
        "received_on": 2,
        "followed_up_on": 3,
        "resolved": 4,
        "customer_name": 5,
        "issue": 6,
    }[field]
    row = list(complaint("Vera Doyle"))
    row[at] = value
    return from_cells(folder, [*ORDINARY, tuple(row)], how).cases[3]


# --- dates ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (date(2026, 11, 3), date(2026, 11, 3)),
        (datetime(2026, 11, 3, 16, 40), datetime(2026, 11, 3, 16, 40)),
        (Serial(46329), date(2026, 11, 3)),
        ("46329", date(2026, 11, 3)),
        ("2026-11-03", date(2026, 11, 3)),
        ("2026-11-03T16:40:00", datetime(2026, 11, 3, 16, 40)),
        ("3rd Nov 26", date(2026, 11, 3)),
        ("Tuesday, 3 November 2026", date(2026, 11, 3)),
        ("23/10/2026", date(2026, 10, 23)),
        ("23.10.26", date(2026, 10, 23)),
        ("10/23/2026", date(2026, 10, 23)),
        ("23/10/2026 16:40", datetime(2026, 10, 23, 16, 40)),
        ("\u200e23/10/2026\u00a0", date(2026, 10, 23)),
    ],
)
def test_a_date_is_understood_however_it_was_typed(typed: object, meant: date, tmp_path: Path) -> None:
    assert one(tmp_path, typed).moment("received_on") == meant


@pytest.mark.parametrize("typed", [Serial(46329), date(2026, 11, 3)], ids=["number", "date"])
def test_a_workbook_that_counts_from_1904_gives_the_same_days(typed: object, tmp_path: Path) -> None:
    assert one(tmp_path, typed, how=Manner(from_1904=True)).moment("received_on") == date(2026, 11, 3)


@pytest.mark.parametrize(
    "typed",
    [
        "TBC",
        "n/a",
        "ongoing",
        "phoned twice",
        "?",
        "31/11/2026",
        "Nov 2026",
        "03/11/2026 and 05/11/2026",
        "3/11/202",
        2026,
    ],
)
def test_what_is_no_date_is_said_and_never_blank(typed: object, tmp_path: Path) -> None:
    case = one(tmp_path, typed)
    assert case.moment("received_on") is None
    assert "received_on" in case.problems


def test_a_date_without_a_year_is_read_as_the_year_of_its_neighbours_or_said(tmp_path: Path) -> None:
    case = one(tmp_path, "3/11")
    assert case.moment("received_on") in {None, date(2026, 11, 3)}
    assert case.moment("received_on") or "received_on" in case.problems


def typed_dates(folder: Path, texts: list[str], day_first: bool) -> Register:
    rows = [
        HEADINGS,
        *(complaint(f"Customer {at}", received=text, followed_up=None) for at, text in enumerate(texts)),
    ]
    return register(saved(folder, workbook({"Register": rows})), ReadOptions(day_first=day_first))


@pytest.mark.parametrize("day_first", [True, False])
def test_a_column_that_shows_its_order_is_read_in_it_whatever_the_setting_says(
    day_first: bool, tmp_path: Path
) -> None:
    british = typed_dates(tmp_path, ["13/10/2026", "05/11/2026", "23/10/2026"], day_first)
    american = typed_dates(tmp_path, ["10/13/2026", "11/05/2026", "10/23/2026"], day_first)
    assert british.cases[1].day("received_on") == american.cases[1].day("received_on") == date(2026, 11, 5)
    assert british.layouts[0].date_order == "day first"
    assert american.layouts[0].date_order == "month first"


def test_a_column_of_two_typists_leaves_what_may_be_either_with_both_readings(tmp_path: Path) -> None:
    found = typed_dates(tmp_path, ["13/10/2026", "11/05/2026", "10/23/2026"], day_first=True)
    problem = found.cases[1].problems["received_on"]
    assert problem.kind == "ambiguous"
    assert set(problem.readings) == {date(2026, 11, 5), date(2026, 5, 11)}
    assert [each.rule for each in found.findings] == ["ambiguous-date"]


def test_a_date_that_excel_swapped_on_entry_is_suspected_aloud_and_left_as_it_stands(tmp_path: Path) -> None:
    days = [date(2026, 10, 26 + each) for each in range(5)]
    days += [date(2026, 11, 2), date(2026, 4, 11), date(2026, 11, 6), date(2026, 11, 9), date(2026, 11, 10)]
    rows = [
        HEADINGS,
        *(complaint(f"Customer {at}", received=day, followed_up=None) for at, day in enumerate(days)),
    ]
    found = register_of(tmp_path, rows)
    suspected = [each for each in found.findings if each.rule == "swapped-date"]
    assert [(each.cell, each.field) for each in suspected] == [("C8", "received_on")]
    assert "4 November 2026" in suspected[0].message
    assert found.cases[6].day("received_on") == date(2026, 4, 11)


def test_check_can_say_which_order_was_used_and_why(tmp_path: Path) -> None:
    found = typed_dates(tmp_path, ["13/10/2026", "05/11/2026"], day_first=True)
    assert any("day first" in note for note in found.layouts[0].notes)


# --- yes and no, money ----------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["Y", "yes", "YES ", "✓", "y\u00a0", True, "Yes."])
def test_known_spellings_of_yes(typed: object, tmp_path: Path) -> None:
    assert one(tmp_path, typed, "resolved").yes("resolved") is True


@pytest.mark.parametrize("typed", ["N", "no", "No.", False, "NO"])
def test_known_spellings_of_no(typed: object, tmp_path: Path) -> None:
    assert one(tmp_path, typed, "resolved").yes("resolved") is False


@pytest.mark.parametrize("typed", ["partly", "Yes and no", "?", "TBC", "see email", "Y/N"])
def test_anything_else_is_a_question_back_to_the_owner_and_counts_as_open(typed: str, tmp_path: Path) -> None:
    case = one(tmp_path, typed, "resolved")
    assert "resolved" in case.problems
    assert case.open


def test_the_office_can_name_its_own_words_for_yes_and_no(tmp_path: Path) -> None:
    rows = [HEADINGS, complaint(resolved="erledigt"), complaint(resolved="offen")]
    found = register(
        saved(tmp_path, workbook({"Register": rows})), ReadOptions(yes=("erledigt",), no=("offen",))
    )
    assert [case.yes("resolved") for case in found.cases] == [True, False]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("£1,250.00", Money(Decimal(1250), "GBP")),
        ("1.250,00 €", Money(Decimal(1250), "EUR")),
        ("-£20", Money(Decimal(-20), "GBP")),
        ("€1,250.00", Money(Decimal(1250), "EUR")),
        (25.5, Money(Decimal("25.5"), "")),
    ],
)
def test_money_is_understood_in_several_countries(typed: object, meant: Money, tmp_path: Path) -> None:
    rows = [(*HEADINGS, "Goodwill £"), (*complaint(), typed), (*complaint(), None)]
    found = from_cells(tmp_path, rows).cases[0].money("goodwill_amount")
    assert found is not None
    assert (found.amount, found.currency or meant.currency) == (
        meant.amount,
        meant.currency or found.currency,
    )


@pytest.mark.parametrize("typed", ["a lot", "tbc", "£20 or £30"])
def test_money_in_words_is_said(typed: str, tmp_path: Path) -> None:
    rows = [(*HEADINGS, "Goodwill £"), (*complaint(), typed)]
    case = from_cells(tmp_path, rows).cases[0]
    assert case.money("goodwill_amount") is None
    assert "goodwill_amount" in case.problems


# --- cells ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (Fault("#N/A"), "error"),
        (Fault("#REF!"), "error"),
        (Formula("VLOOKUP(1,Lists!A:B,2,0)", None), "not calculated"),
    ],
)
@pytest.mark.parametrize("field", ["case_owner", "received_on", "resolved", "issue"])
@pytest.mark.parametrize("prefix", ["", "x"])
def test_an_error_and_a_formula_never_calculated_are_each_their_own_state(
    value: object, kind: str, field: str, prefix: str, tmp_path: Path
) -> None:
    case = one(tmp_path, value, field, Manner(prefix=prefix))
    assert case.problems[field].kind == kind
    assert not case.blank(field)


def test_a_formula_with_its_value_is_that_value_and_one_that_gives_nothing_is_blank(tmp_path: Path) -> None:
    rows = [
        *ORDINARY,
        complaint(Formula("A1", "Vera Doyle"), Formula("TODAY()", date(2026, 11, 3)), Formula('""', "")),
    ]
    case = from_cells(tmp_path, rows).cases[3]
    assert (case.text("customer_name"), case.day("received_on")) == ("Vera Doyle", date(2026, 11, 3))
    assert case.blank("followed_up_on")


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        (Rich(("Boiler ", "off again")), "Boiler off again"),
        ("Boiler\u00a0off", "Boiler off"),
        ("  Boiler off ", "Boiler off"),
        ("bell\x07 and tab\x0b", "bell and tab"),
        ("😀 thanks", "😀 thanks"),
        ("לא עובד", "לא עובד"),
        ("=1+1", "=1+1"),
        ("Null", "Null"),
        (404, "404"),
        (7700900123.0, "7700900123"),
        ("07700 900123", "07700 900123"),
        ("long " * 6000, ("long " * 6000).strip()),
    ],
    ids=[
        "rich text",
        "hard blank",
        "outer blanks",
        "control characters",
        "emoji",
        "right to left",
        "formula as text",
        "Null",
        "number",
        "phone number",
        "leading zero",
        "very long",
    ],
)
def test_text_is_cleaned_once_and_otherwise_kept(typed: object, understood: str, tmp_path: Path) -> None:
    assert one(tmp_path, typed, "issue").text("issue") == understood


def test_a_lone_surrogate_in_a_file_cannot_leave_the_reader(tmp_path: Path) -> None:
    case = one(tmp_path, "before \ufffe after", "issue")
    case.text("issue").encode("utf-8")
    assert "before" in case.text("issue")


def test_a_hyperlink_is_its_text(tmp_path: Path) -> None:
    from openpyxl import Workbook

    def link(book: Workbook) -> None:
        book.worksheets[0]["G2"].hyperlink = "https://example.org/case/1"
        book.worksheets[0]["G2"].value = "See the letter"

    assert register_of(tmp_path, ORDINARY, link).cases[0].text("issue") == "See the letter"


# --- what holds of any register --------------------------------------------------------------------


def test_neither_the_order_of_rows_nor_of_columns_changes_a_case(tmp_path: Path) -> None:
    rows = [
        complaint(f"Customer {at}", date(2026, 10, 1 + at), "TBC" if at % 5 == 0 else None, "yn"[at % 2])
        for at in range(20)
    ]
    rng = random.Random(4)
    columns = list(range(9))
    truth = _seen(register_of(tmp_path, [HEADINGS, *rows]))
    for _ in range(3):
        rng.shuffle(columns)
        rng.shuffle(rows)
        turned = [tuple(row[at] for at in columns) for row in (HEADINGS, *rows)]
        assert _seen(register_of(tmp_path, turned)) == truth


def _seen(found: Register) -> list[object]:
    return sorted(
        (sorted((name, str(value)) for name, value in case.values.items()), sorted(case.problems))
        for case in found.cases
    )


def test_every_row_that_is_not_blank_is_a_case_or_is_named(tmp_path: Path) -> None:
    rng = random.Random(5)
    any_cell = (None, None, "", "Y", "TBC", 12, date(2026, 11, 3), "Priya", "Total", True, "03/11/2026")
    for _ in range(8):
        rows = [tuple(rng.choice(any_cell) for _ in range(9)) for _ in range(30)]
        found = register_of(tmp_path, [HEADINGS, *rows])
        spoken = {case.row for case in found.cases} | {each.row for each in found.left_out}
        filled = {at for at, row in enumerate(rows, 2) if any(cell not in (None, "") for cell in row)}
        assert filled == spoken
        assert found.rows == len(found.cases) + len(found.left_out)
