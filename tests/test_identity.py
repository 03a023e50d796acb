"""Which case a row is: the same wherever it stands, followed through edits, never guessed."""

from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache

from hypothesis import given, settings
from hypothesis import strategies as st

from complaints_sheet.core.identity import match, settle
from complaints_sheet.core.matches import Known
from complaints_sheet.core.model import Case, Column, Layout
from complaints_sheet.core.snapshots import fingerprints, snapshot

ROW = {
    "case_owner": "Amira Khan",
    "department": "Repairs",
    "received_on": date(2026, 11, 2),
    "resolved": "N",
    "customer_name": "Mrs Pat Example",
    "issue": "Boiler out again",
}


@lru_cache
def layout_of(order, extra, sheet):
    columns = {field: Column(field, place, "?", field) for place, field in enumerate(order, 1)}
    more = tuple(Column("", len(order) + place, "?", heading) for place, heading in enumerate(extra, 1))
    return Layout("register.xlsx", sheet, 1, 1, columns, more)


def case(row, order=None, extra=(), number=2, sheet="Register"):
    """Return a case whose columns stand in the given order, with (heading, cell) pairs after them."""
    order = order or tuple(row)
    layout = layout_of(order, tuple(heading for heading, _ in extra), sheet)
    cells = (*(row.get(field) for field in order), *(cell for _, cell in extra))
    return Case("main", number, layout, {}, {}, cells)


def one(*args, **kwargs):
    return fingerprints([case(*args, **kwargs)])[0]


def test_the_same_cells_on_another_row_and_sheet_are_the_same_row():
    assert one(ROW) == one(ROW, number=99, sheet="Complaints 2026")


def test_columns_may_be_moved_and_empty_ones_added():
    assert one(ROW) == one(ROW, order=tuple(reversed(ROW)))
    assert one(ROW) == one(ROW, extra=(("Ward", None), ("Notes", "")))


def test_any_cell_that_differs_makes_another_row():
    for field in ROW:
        assert one(ROW) != one(ROW | {field: "something else"}), field
    assert one(ROW) != one(ROW, extra=(("Ward", "North"),))


def test_the_same_text_in_another_column_is_another_row():
    assert one({"issue": "Boiler"}) != one({"resolution": "Boiler"})


def test_a_date_saved_with_midnight_and_a_whole_number_saved_as_a_fraction_are_the_same():
    assert one(ROW) == one(ROW | {"received_on": datetime(2026, 11, 2, 0, 0)})
    assert one(ROW, extra=(("Ward", 5),)) == one(ROW, extra=(("Ward", 5.0),))
    assert one(ROW) != one(ROW | {"received_on": datetime(2026, 11, 2, 9, 30)})


def test_a_row_shorter_than_the_heading_reads_as_blanks():
    whole = case(ROW | {"resolution": None})
    assert fingerprints([whole]) == fingerprints([replace(whole, cells=tuple(whole.cells)[:-1])])


def known_of(*rows):
    """Return what a memory that saw these rows knows, and their cells by number."""
    cases = [case(row, number=number) for number, row in enumerate(rows, 2)]
    numbers = tuple(range(1, len(rows) + 1))
    cells = dict(zip(numbers, map(snapshot, cases), strict=True))
    return Known(numbers, tuple(fingerprints(cases))), cells


def matched(before, after):
    """Return how the rows `after` are recognised by a memory that saw the rows `before`, numbered from 1."""
    known, cells = known_of(*before)
    cases = [case(row, number=number) for number, row in enumerate(after, 2)]
    found = match(fingerprints(cases), known)
    return settle(found, cases, {number: cells[number] for number in found.left_known})


def numbers_of(matching):
    return [each.number for each in matching.matches]


ANN = ROW | {"customer_name": "Ann Example", "issue": "Missed bin", "case_owner": "Beth Holroyd"}
BOB = ROW | {"customer_name": "Bob Sample", "issue": "Leak in kitchen", "received_on": date(2026, 11, 5)}


def test_sorted_rows_are_the_same_cases():
    assert numbers_of(matched([ROW, ANN, BOB], [BOB, ROW, ANN])) == [3, 1, 2]


def test_each_kind_of_edit_is_followed_and_explained():
    edits = {
        "case_owner": "Tom Ashworth",
        "department": "Estates",
        "received_on": date(2026, 11, 3),
        "resolved": "Y",
        "customer_name": "Mrs P. Example",
        "issue": "Boiler has been out since Friday, rang twice",
    }
    for field, value in edits.items():
        matching = matched([ANN, ROW, BOB], [ANN, ROW | {field: value}, BOB])
        assert numbers_of(matching) == [1, 2, 3], field
        assert matching.matches[1].why, field
        assert matching.removed == ()


def test_a_deleted_row_is_found_and_a_new_one_is_new():
    matching = matched([ANN, ROW], [ROW, BOB])
    assert numbers_of(matching) == [2, None]
    assert matching.removed == (1,)


def test_a_row_that_had_been_removed_and_is_back_is_the_same_case():
    known, _ = known_of(ANN)
    (gone,) = fingerprints([case(BOB)])
    cases = [case(ANN), case(BOB)]
    found = match(fingerprints(cases), Known(known.numbers, known.prints, {gone: [7, 8]}))
    matching = settle(found, cases, {})
    assert numbers_of(matching) == [1, 7]
    assert matching.matches[1].how == "returned"
    assert (1,) in matching.equals  # two equal rows had been removed


def test_equal_rows_are_kept_apart_by_their_order_and_said_to_be_equal():
    matching = matched([ANN, ROW, ROW], [ROW, ANN, ROW])
    assert numbers_of(matching) == [2, 1, 3]
    assert matching.equals == ((0, 2),)


def test_when_one_of_two_equal_rows_is_edited_the_first_stays_the_first():
    matching = matched([ROW, ROW, ANN], [ROW | {"case_owner": "Tom Ashworth"}, ROW, ANN])
    assert numbers_of(matching) == [1, 2, 3]
    assert (0, 1) in matching.equals


def test_a_customers_next_case_written_at_the_end_is_not_the_one_deleted_above_it():
    again = ROW | {"received_on": date(2026, 1, 20)}
    matching = matched([ROW, ANN, BOB], [ANN, BOB, again])
    assert numbers_of(matching) == [2, 3, None]
    assert matching.removed == (1,)
    assert [(each.place, each.numbers) for each in matching.questions] == [(2, (1,))]


def test_a_reference_alone_does_not_make_another_complaint_the_same_case():
    with_ref = ROW | {"case_ref": "C-1"}
    matching = matched([with_ref, ANN], [ANN, BOB | {"case_ref": "C-1"}])
    assert numbers_of(matching) == [2, None]
    assert matching.reused == (1,)
    assert matching.removed == (1,)


def test_a_reference_holds_a_row_together_whose_name_and_owner_changed():
    with_ref = ROW | {"case_ref": "C-1"}
    changed = with_ref | {"customer_name": "Ms Q. Other", "case_owner": "Tom Ashworth"}
    matching = matched([with_ref, ANN], [changed, ANN])
    assert numbers_of(matching) == [1, 2]
    assert matching.matches[0].how == "reference"


def test_a_retyped_or_blanked_reference_does_not_lose_the_case():
    with_ref = ROW | {"case_ref": "C-0001"}
    for ref in ("C1", None):
        assert numbers_of(matched([ANN, with_ref], [ANN, with_ref | {"case_ref": ref}])) == [1, 2]


def test_two_rows_with_one_reference_are_told_by_their_cells():
    one, other = ROW | {"case_ref": "C-1"}, ANN | {"case_ref": "C-1"}
    matching = matched([one, other], [other | {"case_owner": "Tom Ashworth"}, one | {"resolved": "Y"}])
    assert numbers_of(matching) == [2, 1]


def test_matching_gives_the_same_answer_every_time():
    before, after = (
        [ROW, ANN, BOB, ROW],
        [BOB | {"issue": "Leak"}, ROW, ANN | {"customer_name": "A. Example"}],
    )
    assert matched(before, after) == matched(before, after)


def test_a_row_retyped_to_equal_a_removed_one_is_still_its_own_case():
    retyped = ROW | {"customer_name": "Mrs Pat Exampel"}
    known, cells = known_of(ANN, ROW, BOB)
    (gone,) = fingerprints([case(retyped)])
    cases = [case(ANN), case(retyped), case(BOB)]
    found = match(fingerprints(cases), Known(known.numbers, known.prints, {gone: [9]}))
    matching = settle(found, cases, {number: cells[number] for number in found.left_known})
    assert numbers_of(matching) == [1, 2, 3]


def test_the_same_complaint_logged_again_does_not_take_the_place_of_a_retyped_one():
    again = ROW | {"received_on": date(2026, 11, 20)}
    retyped = ROW | {"customer_name": "Mrs P. Example"}
    matching = matched([ANN, ROW, BOB], [ANN, retyped, BOB, again])
    assert numbers_of(matching) == [1, 2, 3, None]


SOME_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "case_owner": st.sampled_from(["Amira Khan", "Beth Holroyd", None]),
            "received_on": st.sampled_from([date(2026, 11, 2), date(2026, 11, 3), date(2026, 3, 11), None]),
            "customer_name": st.sampled_from(["Ann Lee", "Ann Leigh", "Bob Sample", None]),
            "issue": st.sampled_from(["Leak", "Leaks", "No heating since Monday", None]),
            "case_ref": st.sampled_from(["C-1", "C-2", None]),
        }
    ),
    max_size=8,
)


@settings(max_examples=300, deadline=None)
@given(SOME_ROWS, SOME_ROWS)
def test_no_case_is_given_twice_and_none_is_lost(before, after):
    matching = matched(before, after)
    held = [number for number in numbers_of(matching) if number is not None]
    assert len(held) == len(set(held))
    assert sorted((*held, *matching.removed)) == list(range(1, len(before) + 1))
    assert all(each.why or each.how in ("unchanged", "new") for each in matching.matches)
    assert matched(before, after) == matching


@settings(max_examples=100, deadline=None)
@given(SOME_ROWS, st.randoms())
def test_a_shuffled_register_is_wholly_recognised(rows, chance):
    shuffled = list(rows)
    chance.shuffle(shuffled)
    matching = matched(rows, shuffled)
    assert matching.removed == ()
    assert {each.how for each in matching.matches} <= {"unchanged", "order"}


def test_a_half_written_row_whose_reference_is_retyped_to_a_removed_ones_stays_its_own_case():
    half = ROW | {"customer_name": None, "issue": None, "case_ref": "C-8"}
    ann, bob = ANN | {"case_ref": "C-1"}, BOB | {"case_ref": "C-2"}
    retyped = half | {"case_ref": "C-7"}
    known, cells = known_of(ann, half, bob)
    (gone,) = fingerprints([case(retyped)])
    cases = [case(ann), case(retyped), case(bob)]
    found = match(fingerprints(cases), Known(known.numbers, known.prints, {gone: [9]}))
    matching = settle(found, cases, {number: cells[number] for number in found.left_known})
    assert numbers_of(matching) == [1, 2, 3]
