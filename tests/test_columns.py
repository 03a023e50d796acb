"""Which heading means which field, and which column serves it."""

from collections.abc import Sequence
from datetime import date

import pytest

from complaints_sheet.core.columns import EXACT, NEAR, column_letter, column_number, folded, matches
from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.mapping import Chosen, Headed, chosen_columns
from complaints_sheet.core.model import Column, Raw
from complaints_sheet.errors import SourceError

DAYS = (date(2025, 11, 3), date(2025, 11, 4), date(2025, 11, 5), None)


def best(heading: str) -> str | None:
    """Return the field that a heading names best."""
    found = matches(heading)
    return found[0][1] if found else None


def chosen(**columns: Sequence[Raw]) -> Chosen:
    """Return the choice among columns given as heading=cells, underscores for blanks."""
    heads = []
    for number, (name, cells) in enumerate(columns.items(), 1):
        heading = name.rstrip("0123456789").replace("_", " ")
        heads.append(Headed(Column("", number, column_letter(number), heading), matches(heading), cells))
    return chosen_columns(heads, {}, "Sheet Register")


def test_letters_and_numbers_of_columns_agree() -> None:
    assert [column_letter(number) for number in (1, 26, 27, 16_384)] == ["A", "Z", "AA", "XFD"]
    assert all(column_number(column_letter(number)) == number for number in range(1, 1000))


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.id)
def test_every_field_is_found_by_the_heading_people_should_type(field) -> None:
    assert matches(field.heading)[0] == (EXACT, field.id)


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.id)
def test_every_other_heading_names_its_field(field) -> None:
    for heading in field.also:
        assert field.id in {name for _, name in matches(heading)}, heading


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("DATE\nRECEIVED (dd/mm/yyyy)", "received_on"),
        ("Customer’s\u00a0name*", "customer_name"),
        ("Customerâ€™s name", "customer_name"),
        ("Resolved (Y/N)?", "resolved"),
        ("Closed (Y/N)", "resolved"),
        ("name of the customer", "customer_name"),
        ("received, date", "received_on"),
        ("Goodwill £", "goodwill_amount"),
    ],
)
def test_what_typing_does_to_a_heading_does_not_matter(heading: str, field: str) -> None:
    assert best(heading) == field


@pytest.mark.parametrize("heading", ["Date recieved", "Custmer Name", "Departmnet", "Resoluton"])
def test_a_slip_of_the_keyboard_is_a_near_miss(heading: str) -> None:
    assert matches(heading)[0][0] == NEAR


@pytest.mark.parametrize(
    "heading", ["Contract", "Postcode", "Date moved", "Target date", "Priority", "Ward", "", "x"]
)
def test_another_word_is_no_near_miss(heading: str) -> None:
    assert matches(heading) == ()


def test_folding_keeps_what_tells_headings_apart() -> None:
    assert folded("Passed to") != folded("Passed on")
    assert folded("Stage 1 date") != folded("Stage 2 date")


def test_the_cells_decide_what_a_bare_word_means() -> None:
    assert "resolved_on" in chosen(Resolved=DAYS).columns
    assert "resolved" in chosen(Resolved=("Y", "N", "Y")).columns
    assert "closed_on" in chosen(Closed=DAYS).columns
    assert "resolved" in chosen(Closed=("Y", "N", "Y")).columns


def test_a_heading_whose_cells_say_otherwise_is_left_alone() -> None:
    assert chosen(Follow_up=("rang her", "left a message", "wrote")).columns == {}


def test_a_vague_heading_serves_only_where_nobody_else_does_and_that_is_said() -> None:
    alone = chosen(Date=DAYS)
    assert alone.columns["received_on"].letter == "A"
    assert "“Date” was read as Date received" in alone.notes[0]
    both = chosen(Date=DAYS, Date_received=DAYS)
    assert both.columns["received_on"].letter == "B"


def test_the_plain_heading_wins_over_another_word_and_that_is_said() -> None:
    found = chosen(Owner=("Amira Khan",), Case_Owner=("Tom Ashworth",))
    assert found.columns["case_owner"].letter == "B"
    assert "Owner" in found.notes[0]


def test_two_equal_columns_with_different_cells_stop_the_run() -> None:
    with pytest.raises(SourceError, match="two columns serve Issue: A “Issue” and B “Issue”") as stopped:
        chosen(Issue1=("leak", "noise"), Issue2=("damp", "noise"))
    assert "columns: {issue: A}" in stopped.value.next_step


def test_of_two_equal_columns_a_blank_one_or_a_copy_is_passed_over() -> None:
    assert chosen(Issue1=("", None), Issue2=("damp", "noise")).columns["issue"].letter == "B"
    assert chosen(Issue1=("damp", "noise"), Issue2=("damp", "noise")).columns["issue"].letter == "A"
