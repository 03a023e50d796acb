"""Two customers are one only where nobody could doubt it; issues are alike by their telling words."""

import pytest

from complaints_sheet.core.rules.sameness import (
    issue_words,
    letters_of,
    plain_customer,
    same_person,
    similar_issue,
)

SAME = [
    ("Maya Birch", "MAYA  BIRCH"),
    ("Maya Birch", "Mrs Maya Birch"),
    ("Maya Birch", "Birch, Maya"),
    ("Maya Birch", "Mrs. M\u00e4ya Birch"),
    ("Siobhan O'Dowd", "Siobhan ODowd"),
    ("Ann Hill-Moor", "Ann Hill Moor"),
    ("Maya Birch", "Maya Brich"),
    ("Ivy Phillips", "Ivy Philips"),
]
DIFFERENT = [
    ("John Smith", "Joan Smith"),
    ("Marian Lee", "Marion Lee"),
    ("Anna Lee", "Ana Lee"),
    ("Maya Birch", "M. Birch"),
    ("Mr Birch", "Mrs Birch"),
    ("Mr Alex Kaur", "Mrs Alex Kaur"),
    ("James Martin", "Martin James"),
    ("John Smith", "John Smith Jr"),
    ("Flat 1123", "Flat 1132"),
    ("Brich", "Birch"),
    ("Anonymous", "Anonymous caller"),
    ("Terri Hall", "Retri Hall"),
    ("Maya Brich", "Amya Birch"),
]


@pytest.mark.parametrize(("name", "other"), SAME)
def test_spellings_of_one_name_are_one_person(name: str, other: str):
    assert same_person(name, other)
    assert same_person(other, name)


@pytest.mark.parametrize(("name", "other"), DIFFERENT)
def test_whoever_might_be_somebody_else_is_somebody_else(name: str, other: str):
    assert not same_person(name, other)
    assert not same_person(other, name)


@pytest.mark.parametrize(("name", "other"), SAME)
def test_spellings_of_one_name_are_found_under_one_key(name: str, other: str):
    plain, also = plain_customer(name), plain_customer(other)
    assert plain == also or letters_of(plain) == letters_of(also) != ()


@pytest.mark.parametrize("typed", ["Anonymous", "anon.", "Unknown", "N/A", "Mr", "The Tenant?", "-", ""])
def test_nobody_in_particular_is_nobody(typed: str):
    assert plain_customer(typed) == ""


@pytest.mark.parametrize(
    ("issue", "other", "alike"),
    [
        ("Leaking pipe under the sink", "The sink pipe leaks again", True),
        ("Rubbish not collected", "Rubbish still not collected", True),
        ("Damp", "damp again", True),
        ("Leaking pipe", "Noisy pipe in the flat above", False),
        ("Rude on the phone", "Leaking pipe", False),
        ("", "", False),
        ("The same problem again", "The same problem again", False),
    ],
)
def test_issues_are_alike_by_at_least_two_telling_words_or_all(issue: str, other: str, alike: bool):
    assert similar_issue(issue_words(issue), issue_words(other), 0.5) is alike
