import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints_sheet.core.privacy import MASK, Fingerprints, masked

CASES = [
    (
        "Mrs Ellis says MARGARET ELLIS's boiler is cold",
        "Mrs Margaret Ellis",
        "[customer] says [customer]'s boiler is cold",
    ),
    ("write to margaret.ellis@example.org", "Margaret Ellis", "write to [customer].[customer]@example.org"),
    ("Siobhán O’Dowd rang", "Siobhan O'Dowd", "[customer] rang"),
    ("Ms Smith-Jones came with Jones", "Ann Smith-Jones", "[customer] came with [customer]"),
    ("Li told Wu that li is a unit", "Li Wu", "[customer] told [customer] that li is a unit"),
    ("Ellison is not Ellis", "Ellis", "Ellison is not [customer]"),
    ("I miss the bus of the doctor", "Miss of the Dee", "I miss the bus of the doctor"),
    ("José's lift", "Jose Diaz", "[customer]'s lift"),
    ("nothing to hide", "", "nothing to hide"),
    ("", "Margaret Ellis", ""),
]


@pytest.mark.parametrize(("text", "name", "expected"), CASES)
def test_a_name_is_masked_whole_words_only_in_any_case(text: str, name: str, expected: str) -> None:
    assert masked(text, name) == expected


WORDS = st.text("abcdefghijklmnop", min_size=3, max_size=8).filter(lambda word: word != "and")  # no name


@given(st.lists(WORDS, min_size=1, max_size=3), st.lists(WORDS, max_size=6), st.lists(WORDS, max_size=6))
def test_no_part_of_a_name_is_left_wherever_it_stands(
    name: list[str], before: list[str], after: list[str]
) -> None:
    text = " ".join([*before, *name, *after, name[-1].upper()])
    left = masked(text, " ".join(name)).replace(MASK, " ").casefold().split()
    assert not set(left) & set(name)


@given(st.text(), st.text())
def test_any_text_and_any_name_can_be_masked(text: str, name: str) -> None:
    assert isinstance(masked(text, name), str)
    assert masked(text, "") == text


@pytest.mark.parametrize("name", ["Mrs Anne-Marie O'Brien", "Li Wei", "Zoë Ünal", "Dr Jo van den Berg", ""])
@pytest.mark.parametrize(
    "text", ["Mrs O'Brien's lift, said ANNE", "Li likes it", "ring Zoe Unal and van den Berg", "nobody", ""]
)
def test_fingerprints_mask_what_the_name_would_and_hold_none_of_it(name: str, text: str) -> None:
    prints = Fingerprints("salt").with_name(name)
    assert prints.masked(text) == masked(text, name)
    assert not any(
        part and part.casefold() in str(prints).casefold() for part in name.split() if len(part) > 4
    )
    assert Fingerprints("other").with_name(name).parts.isdisjoint(prints.parts)
