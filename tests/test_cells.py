"""One raw cell understood."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints_sheet.core.cells import (
    clean,
    listed_values,
    read_date,
    read_listed,
    read_money,
    read_name,
    read_text,
    read_yes_no,
    shown,
    spellings,
)
from complaints_sheet.core.date_text import DateText, date_text, serial_date
from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.model import BadCell, CellProblem, Money

KNOWN = spellings()


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("  a\u00a0b \u200b", "a b"),
        ("one\r\ntwo_x000D_", "one\ntwo"),
        ("bell\x07 and tab\t", "bell and tab"),
        ("half \ud800 a character", "half \ufffd a character"),
        ("not a character \uffff\ufffe", "not a character"),
        ("Zoe\u0308", "Zoë"),
        ("👩‍👧 family", "👩‍👧 family"),
    ],
)
def test_text_is_cleaned_once(raw: str, meant: str) -> None:
    assert clean(raw) == meant


@given(st.text())
def test_clean_text_is_clean_and_can_be_written(raw: str) -> None:
    assert clean(clean(raw)) == clean(raw)
    assert clean(raw).encode("utf-8").decode("utf-8") == clean(raw)


def test_numbers_are_shown_as_a_person_sees_them() -> None:
    assert shown(441_000_000_000.0) == "441000000000"
    assert shown(0.5) == "0.5"
    assert shown(True) == "TRUE"
    assert shown(datetime(2025, 11, 3, 9, 5)) == "2025-11-03 09:05"
    assert shown(time(9, 5)) == "09:05"


def test_a_name_stands_on_one_line_and_a_text_keeps_its_lines() -> None:
    assert read_name("Amira\n Khan") == "Amira Khan"
    assert read_text("rang\ntwice") == "rang\ntwice"


@pytest.mark.parametrize(
    ("typed", "meant"), [("Y", True), ("no.", False), ("N (chased)", False), ("Y - 3/4", True)]
)
def test_known_spellings_of_yes_and_no(typed: str, meant: bool) -> None:
    assert read_yes_no(typed, KNOWN) is meant


@pytest.mark.parametrize("typed", ["No problem, all resolved", "Y/N", "Y?", "Yes and no", "n/a", "partly"])
def test_no_other_answer_is_guessed(typed: str) -> None:
    assert isinstance(read_yes_no(typed, KNOWN), CellProblem)


def test_the_office_may_name_its_own_spellings() -> None:
    assert read_yes_no("sorted", spellings(yes=("Sorted",))) is True
    assert read_yes_no("done", spellings(no=("done",))) is False


@pytest.mark.parametrize(
    ("typed", "amount", "currency"),
    [
        ("£1,250.00", "1250.00", "GBP"),
        ("1.250,00 €", "1250.00", "EUR"),
        ("-£5", "-5", "GBP"),
        ("(£20.50)", "-20.50", "GBP"),
        ("25p", "0.25", "GBP"),
        ("1 250,50", "1250.50", ""),
        ("1,250", "1250", ""),
        (19.999, "20.0", ""),
    ],
)
def test_money_in_several_hands(typed: str | float, amount: str, currency: str) -> None:
    assert read_money(typed) == Money(Decimal(amount), currency)


@pytest.mark.parametrize(
    "typed", ["1.250", "1,2,3", "£1.2.3", "about £20", "voucher", "£", datetime(2025, 1, 1)]
)
def test_money_that_could_be_two_amounts_is_a_question(typed: object) -> None:
    assert isinstance(read_money(typed), CellProblem)  # type: ignore[arg-type]


def test_listed_values_are_found_by_their_other_spellings_and_never_guessed() -> None:
    stages = listed_values(FIELDS["stage"].listed)
    assert read_listed("Stage Two", stages, strict=True) == "stage 2"
    assert read_listed(1.0, stages, strict=True) == "stage 1"
    assert isinstance(read_listed("soon", stages, strict=True), CellProblem)
    assert read_listed("WhatsApp", stages, strict=False) == "WhatsApp"


@pytest.mark.parametrize(
    "typed",
    [
        "2025-11-03",
        "3rd Nov 25",
        "Mon 3 November 2025",
        "Nov 3, 2025",
        "3-NOV-2025",
        "the 3rd of November 2025",
        "3. November 2025",
        "45964",
        "20251103",
        "2025/11/03",
    ],
)
def test_dates_that_can_be_read_one_way_only(typed: str) -> None:
    assert date_text(typed) == DateText("certain", (date(2025, 11, 3),), date_text(typed).why)


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2025-11-03T16:40:00", datetime(2025, 11, 3, 16, 40)),
        ("3 Nov 2025 4.40pm", datetime(2025, 11, 3, 16, 40)),
        ("3 Nov 2025 at 9am", datetime(2025, 11, 3, 9)),
        ("3 Nov 2025 00:00", date(2025, 11, 3)),
    ],
)
def test_a_time_of_day_is_kept(typed: str, moment: date) -> None:
    assert date_text(typed).readings[0] == moment


def test_dates_in_figures_keep_both_readings_until_the_column_decides() -> None:
    assert date_text("03/11/2025") == DateText("either", (date(2025, 11, 3), date(2025, 3, 11)))
    assert date_text("25/11/2025").sense == "day first"
    assert date_text("11/25/2025").sense == "month first"
    assert date_text("11.11.25").sense == "certain"


@pytest.mark.parametrize("typed", ["TBC", "n/a", "-", "ongoing", "phoned twice", "Not yet", "see email"])
def test_words_instead_of_a_date_are_placeholders(typed: str) -> None:
    assert date_text(typed).sense == "placeholder"


@pytest.mark.parametrize(
    "typed", ["31/11/2025", "32 Nov 2025", "Nov 2025", "3/11/202", "week 12", "12345678"]
)
def test_impossible_dates_are_not_read(typed: str) -> None:
    assert date_text(typed).sense == "unreadable"


def test_two_dates_in_one_cell_are_both_told() -> None:
    assert date_text("3 Nov 2025 and 5 Nov 2025").readings == (date(2025, 11, 3), date(2025, 11, 5))


def test_a_year_far_away_is_a_slip_of_the_pen() -> None:
    assert isinstance(read_date(date(202, 11, 3)), CellProblem)
    assert date_text("03/11/1025").sense == "unreadable"


def test_day_numbers_are_dates_in_both_of_excels_systems() -> None:
    assert read_date(45964.0) == date(2025, 11, 3)
    assert read_date(44502.0, epoch_1904=True) == date(2025, 11, 3)
    assert serial_date(45964.75) == datetime(2025, 11, 3, 18)
    assert isinstance(read_date(2025.0), CellProblem)


@pytest.mark.parametrize("raw", [time(9), timedelta(hours=30), True, BadCell("error", "#N/A")])
def test_other_kinds_of_cell_are_no_dates(raw: object) -> None:
    assert isinstance(read_date(raw), CellProblem)  # type: ignore[arg-type]


@given(st.text())
def test_any_text_is_read_or_said(typed: str) -> None:
    text = clean(typed)
    if text:
        found = date_text(text)
        assert found.readings or found.why
    assert isinstance(read_yes_no(typed, KNOWN), bool | CellProblem | None)
    assert isinstance(read_money(typed), Money | CellProblem | None)


@given(st.dates(date(1990, 1, 1), date(2069, 12, 31)), st.sampled_from(["/", "-", ".", " "]))
def test_a_date_in_figures_always_keeps_the_day_that_was_meant(day: date, mark: str) -> None:
    for typed in (
        f"{day.day}{mark}{day.month}{mark}{day.year}",
        f"{day.month:02}{mark}{day.day:02}{mark}{day.year}",
    ):
        assert day in date_text(typed).readings
