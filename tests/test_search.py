"""Who is handling this customer's case."""

from datetime import date

import pytest

from complaints_sheet.core.retention import ready_for_disposal, years_after
from complaints_sheet.core.search import find
from tests.registers import make_case


def case(customer, row=2, resolved=False, received=date(2026, 11, 2), owner="Amira Khan"):
    values = {"customer_name": customer, "resolved": resolved, "received_on": received, "case_owner": owner}
    return make_case({name: value for name, value in values.items() if value is not None}, row=row)


def names(answer):
    return [hit.case.text("customer_name") for hit in answer.hits]


def test_a_name_is_found_by_the_start_of_any_word_whatever_its_capitals_and_accents():
    cases = [case("Mrs Zoë O'Hara-Bell"), case("Bob Sample")]
    for typed in ("zoe", "ZOË", "mrs z", "bell"):
        assert names(find(cases, typed))[:1] == ["Mrs Zoë O'Hara-Bell"], typed


def test_a_misspelled_name_is_found_after_those_that_are_right():
    cases = [case("Katherine Marshall"), case("Kathryn Marshal", row=3), case("Bob Sample", row=4)]
    answer = find(cases, "Kathryn Marshal")
    assert names(answer) == ["Kathryn Marshal", "Katherine Marshall"]
    assert [hit.how for hit in answer.hits] == ["exact", "near"]


def test_open_cases_come_first_then_the_most_recent():
    cases = [
        case("Ann Lee", 2, resolved=True, received=date(2026, 11, 20)),
        case("Ann Lee", 3, received=date(2026, 1, 5)),
        case("Ann Lee", 4, resolved=True, received=date(2025, 1, 1)),
        case("Ann Lee", 5, received=date(2026, 10, 5)),
    ]
    assert [hit.case.row for hit in find(cases, "ann").hits] == [5, 3, 2, 4]


def test_at_most_twenty_are_shown_and_the_rest_is_counted():
    answer = find([case(f"Ann Lee {number}", number) for number in range(2, 27)], "lee")
    assert len(answer.hits) == 20
    assert answer.more == 5


@pytest.mark.parametrize("typed", ["", "  ", "a", "xy", "a."])
def test_fewer_than_three_letters_are_refused_kindly(typed):
    answer = find([case("Ann Lee")], typed)
    assert answer.hits == ()
    assert "at least 3 letters" in answer.refusal


def test_the_answer_says_what_to_do():
    (opened,) = find([case("Ann Lee")], "ann").hits
    (nobody,) = find([case("Ann Lee", owner=None)], "ann").hits
    (closed,) = find([case("Ann Lee", resolved=True)], "ann").hits
    assert opened.advice == "Pass the customer on to Amira Khan, who is handling it."
    assert "take it" in nobody.advice
    assert "log a new row" in closed.advice


def test_nobody_is_found_where_nobody_has_that_name():
    assert find([case("Ann Lee")], "Quentin").hits == ()
    assert find([], "Quentin").hits == ()


def test_only_closed_cases_older_than_the_period_are_ready_for_disposal():
    today = date(2026, 11, 23)
    old, recent = date(2023, 11, 22), date(2023, 11, 23)
    cases = [
        case("Ann", 2, resolved=True, received=old),
        case("Bob", 3, resolved=True, received=recent),
        case("Cy", 4, resolved=False, received=old),
        make_case({"resolved": True, "customer_name": "Di"}, row=5),
        make_case({"resolved": True, "received_on": old, "followed_up_on": recent}, row=6),
    ]
    assert [(each.case.row, each.since) for each in ready_for_disposal(cases, today)] == [
        (2, date(2026, 11, 22))
    ]


def test_a_leap_day_has_an_anniversary():
    assert years_after(date(2024, 2, 29), 3) == date(2027, 2, 28)
