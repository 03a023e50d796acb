"""A finding's key stays the same while the fact stays the same, and only then."""

from dataclasses import replace
from datetime import date

from complaints_sheet.core.findings import case_mark, finding, ordinals, register_finding, rekeyed
from complaints_sheet.core.model import CellProblem, Flag
from tests.registers import make_case

MISSING = Flag("Case Owner is blank.", field="case_owner")
PIPE = {
    "received_on": date(2026, 11, 2),
    "customer_name": "Maya Birch",
    "issue": "Leaking pipe",
    "case_owner": "Amira",
}


def test_a_finding_says_where_it_is_and_whose_it_is():
    found = finding(make_case(PIPE, row=12), "missing-field", "high", MISSING)
    assert (found.register, found.source, found.sheet, found.row) == ("main", "register.xlsx", "Register", 12)
    assert (found.cell, found.owner, found.severity, found.case) == ("A12", "Amira", "high", None)


def test_a_flag_may_be_weaker_or_stronger_than_its_rule():
    assert (
        finding(make_case(PIPE), "contradiction", "high", replace(MISSING, severity="low")).severity == "low"
    )


def test_a_finding_about_a_field_without_a_column_names_no_cell():
    assert finding(make_case(PIPE), "x", "low", Flag("?", field="acknowledged_on")).cell is None


def test_the_key_survives_a_sort_an_edit_of_another_column_and_a_change_of_case():
    key = finding(make_case(PIPE, row=2), "missing-field", "high", MISSING).key
    edited = PIPE | {"case_owner": "Tom", "resolution": "Pipe mended", "customer_name": "MAYA BIRCH"}
    assert finding(make_case(edited, row=99), "missing-field", "low", MISSING).key == key


def test_the_key_differs_by_case_rule_field_clock_policy_and_what_it_is_about():
    case, other = make_case(PIPE), make_case(PIPE | {"issue": "Broken lift"})
    keys = {
        finding(case, "missing-field", "high", MISSING).key,
        finding(other, "missing-field", "high", MISSING).key,
        finding(case, "unreadable-value", "high", MISSING).key,
        finding(case, "missing-field", "high", replace(MISSING, field="issue")).key,
        finding(case, "missing-field", "high", replace(MISSING, clock="respond")).key,
        finding(case, "missing-field", "high", replace(MISSING, policy="own")).key,
        finding(case, "missing-field", "high", replace(MISSING, about="second")).key,
        finding(replace(case, register="other"), "missing-field", "high", MISSING).key,
    }
    assert len(keys) == 8


def test_the_message_and_the_due_date_are_no_part_of_the_key():
    case = make_case(PIPE)
    moved = replace(MISSING, message="other words", due=date(2026, 11, 9))
    assert finding(case, "r", "low", MISSING).key == finding(case, "r", "low", moved).key


def test_a_reference_or_an_id_outlives_every_other_edit():
    for known in ({"case_ref": "A-7"}, {}):
        number = None if known else "C-00012"
        before = make_case(PIPE | known, known_as=number)
        after = make_case({"issue": "Something else"} | known, known_as=number)
        assert finding(before, "r", "low", MISSING).key == finding(after, "r", "low", MISSING).key


def test_a_date_that_was_not_understood_still_tells_two_cases_apart():
    first, second = (
        make_case({"issue": "Noise"}, problems={"received_on": CellProblem("unreadable", seen, "?")})
        for seen in ("31/02/26", "32/02/26")
    )
    assert case_mark(first) != case_mark(second)


def test_equal_rows_are_numbered_in_the_order_of_the_file_and_the_first_keeps_its_name():
    first, other, second, third = (make_case(PIPE | {"issue": text}, row=2) for text in ("A", "B", "A", "A"))
    numbers = ordinals([first, other, second, third])
    assert numbers == {second: 2, third: 3}
    keys = {finding(each, "r", "low", MISSING, numbers.get(each, 1)).key for each in (first, second, third)}
    assert len(keys) == 3
    assert finding(first, "r", "low", MISSING).key in keys


def test_rows_that_memory_knows_apart_need_no_number():
    assert ordinals([make_case(PIPE, known_as="C-1"), make_case(PIPE, known_as="C-2")]) == {}


def test_a_finding_made_while_reading_takes_the_name_that_memory_gives_its_case():
    found = finding(make_case(PIPE), "unreadable-value", "medium", MISSING)
    known = make_case(PIPE, known_as="C-00012")
    assert rekeyed(found, known) == finding(known, "unreadable-value", "medium", MISSING)


def test_a_finding_about_the_register_has_no_row_and_its_own_key():
    repairs = register_finding(
        "main", "silent-department", "low", Flag("Repairs is silent.", about="Repairs")
    )
    estates = register_finding(
        "main", "silent-department", "low", Flag("Estates is silent.", about="Estates")
    )
    assert repairs.row is None
    assert repairs.owner is None
    assert repairs.key != estates.key


def test_keys_are_short_and_hold_nothing_of_the_customer():
    key = finding(make_case(PIPE), "r", "low", MISSING, 2).key
    assert len(key) == len("k7f3q2m5.2-4d2xz")
    assert key.replace("-", "").replace(".", "").isalnum()
