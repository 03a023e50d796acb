"""This is right, stop telling me: silent until the facts change."""

from datetime import date

from complaints_sheet.core.findings import finding
from complaints_sheet.core.model import Flag
from complaints_sheet.core.silence import accept, checked, heard
from complaints_sheet.state import open_state
from tests.registers import make_case

DAY = date(2026, 11, 23)
VALUES = {
    "case_owner": "Amira Khan",
    "received_on": date(2026, 11, 2),
    "customer_name": "Ann",
    "issue": "Leak",
}


def case(known_as="C-00001", **changes):
    return make_case(VALUES | changes, known_as=known_as)


def found_on(one, message="No department.", field="department", due=None):
    return finding(one, "missing-field", "medium", Flag(message, field=field, due=due))


def accepted(one, *findings, reason="agreed with the director"):
    return {each.key: accept(each, one, reason, DAY) for each in findings}


def test_an_accepted_finding_is_silent_and_shown_with_its_reason():
    one = case()
    right, other = found_on(one), found_on(one, field="resolved")
    answer = heard([right, other], [one], accepted(one, right))
    assert answer.findings == (other,)
    assert [(each.key, word.reason) for each, word in answer.silent] == [
        (right.key, "agreed with the director")
    ]


def test_it_stays_silent_when_only_the_wording_or_the_row_number_changes():
    one = case()
    word = accepted(one, found_on(one))
    assert heard([found_on(one, message="No department, for 9 days.")], [one], word).findings == ()


def test_it_speaks_again_when_its_facts_change():
    one = case()
    word = accepted(one, found_on(one))
    for changed in (
        case(case_owner="Tom Ashworth"),
        case(received_on=date(2026, 11, 3)),
        case(resolved=True),
    ):
        again = found_on(changed)
        assert heard([again], [changed], word).findings == (again,)
    due = found_on(one, due=date(2026, 12, 1))
    assert heard([due], [one], word).findings == (due,)


def test_a_text_in_the_checked_column_accepts_what_is_found_on_the_row_once():
    one = case(checked="OK, DH 20 Nov")
    found = found_on(one)
    (word,) = checked([found], [one], {}, DAY)
    assert word.reason == "checked: OK, DH 20 Nov"
    known = {word.key: word}
    assert heard([found], [one], known).findings == ()
    changed = case(checked="OK, DH 20 Nov", case_owner="Tom Ashworth")
    assert checked([found_on(changed)], [changed], known, DAY) == ()
    assert heard([found_on(changed)], [changed], known).silent == ()
    again = case(checked="Still fine, DH", case_owner="Tom Ashworth")
    assert len(checked([found_on(again)], [again], known, DAY)) == 1


def test_a_row_without_a_text_in_that_column_accepts_nothing():
    one = case()
    assert checked([found_on(one)], [one], {}, DAY) == ()


def test_what_was_accepted_is_remembered_replaced_and_withdrawn(tmp_path):
    one = case()
    found = found_on(one)
    with open_state(tmp_path) as state:
        state.words.accept([accept(found, one, "first", DAY), accept(found, one, "second", DAY)])
    with open_state(tmp_path) as state:
        assert state.words.accepted() == {found.key: accept(found, one, "second", DAY)}
        assert state.words.withdraw(found.key)
        assert not state.words.withdraw(found.key)
        assert state.words.accepted() == {}
