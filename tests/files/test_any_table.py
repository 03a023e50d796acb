"""What holds of any table whatever, with cells of every kind a file can hold."""

from datetime import date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from complaints_sheet.core.cases import ReadOptions, register_from
from complaints_sheet.core.fields import NINE
from complaints_sheet.core.model import BadCell, Raw, Reading, Register, Table
from complaints_sheet.errors import SourceError

HEADINGS = tuple(each.heading for each in NINE)

TYPED = st.sampled_from(
    (
        "Y",
        "N",
        "yes",
        "TBC",
        "Total",
        "03/11/2026",
        "13/11/2026",
        "11/13/2026",
        "3rd Nov 26",
        "£1,250.00",
        "Repairs",
        "Priya Shah",
        " ",
        "12",
        "46329",
    )
)
ANY_CELL: st.SearchStrategy[Raw] = st.one_of(
    st.none(),
    TYPED,
    st.text(max_size=30),
    st.text(st.characters(categories=("Cs", "Cc", "Cf", "Co", "Lo")), max_size=5),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.builds(
        BadCell, st.sampled_from(("error", "not calculated")), st.sampled_from(("#N/A", "#REF!", "=A1"))
    ),
)
ROW = st.lists(ANY_CELL, max_size=12)


def register_of(rows: list[list[Raw]], day_first: bool | None = True, typed: bool = True) -> Register:
    table = Table("register.xlsx", "Register", rows, typed=typed)
    return register_from((Reading("register.xlsx", (table,), "0"),), ReadOptions(day_first=day_first))


@given(rows=st.lists(ROW, max_size=12))
@settings(max_examples=150, deadline=None)
def test_any_table_is_read_or_plainly_refused(rows: list[list[Raw]]) -> None:
    try:
        found = register_of(rows)
    except SourceError as refused:
        said = refused.message + refused.next_step
    else:
        said = " ".join(found.notes)
    assert said.encode("utf-8").decode("utf-8") == said


@given(
    above=st.lists(ROW.map(lambda row: row[:2]), max_size=3),
    below=st.lists(ROW, max_size=12),
    day_first=st.sampled_from((True, False, None)),
    typed=st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_every_row_below_a_heading_is_a_case_or_is_named_and_everything_said_can_be_written(
    above: list[list[Raw]], below: list[list[Raw]], day_first: bool | None, typed: bool
) -> None:
    found = register_of([*above, list(HEADINGS), *below], day_first, typed)
    assert found.rows == len(found.cases) + len(found.left_out)
    places = [case.row for case in found.cases] + [each.row for each in found.left_out]
    assert len(places) == len(set(places))
    for case in found.cases:
        assert not set(case.values) & set(case.problems)
        for value in case.values.values():
            assert not isinstance(value, float)
            str(value).encode("utf-8")
    for each in found.findings:
        each.message.encode("utf-8")


@given(
    below=st.lists(st.lists(ANY_CELL, min_size=9, max_size=9), max_size=8),
    turn=st.randoms(use_true_random=False),
)
@settings(max_examples=100, deadline=None)
def test_the_order_of_columns_changes_no_case(below: list[list[Raw]], turn) -> None:
    columns = list(range(9))
    turn.shuffle(columns)
    straight = register_of([list(HEADINGS), *below])
    turned = register_of([[row[at] for at in columns] for row in (HEADINGS, *below)])
    assert [(case.row, dict(case.values), dict(case.problems)) for case in straight.cases] == [
        (case.row, dict(case.values), dict(case.problems)) for case in turned.cases
    ]


PLAIN_DATE = st.dates(date(2025, 1, 1), date(2026, 11, 20))


@given(
    below=st.lists(
        st.tuples(
            st.text("abcdef ", min_size=1, max_size=12).map(str.strip).filter(bool),
            PLAIN_DATE,
            st.sampled_from("YN"),
        ),
        max_size=10,
    ),
    turn=st.randoms(use_true_random=False),
)
@settings(max_examples=100, deadline=None)
def test_the_order_of_rows_changes_no_case(below: list[tuple[str, date, str]], turn) -> None:
    rows: list[list[Raw]] = [
        ["Amira Khan", "Repairs", day, day + timedelta(days=2), answer, customer, f"Issue {at}", "Done", None]
        for at, (customer, day, answer) in enumerate(below)
    ]
    shuffled = list(rows)
    turn.shuffle(shuffled)
    assert _seen(register_of([list(HEADINGS), *rows])) == _seen(register_of([list(HEADINGS), *shuffled]))


def _seen(found: Register) -> list[list[tuple[str, str]]]:
    return sorted(sorted((name, str(value)) for name, value in case.values.items()) for case in found.cases)


def test_moments_at_the_ends_of_time_do_no_harm() -> None:
    ends = [
        datetime.min,
        datetime.max,
        date.min,
        date.max,
        time.max,
        timedelta.max,
        timedelta.min,
        1e308,
        -1e308,
        2**80,
    ]
    found = register_of([list(HEADINGS), *[["A", "B", end, end, "Y", "C", "D", "E", None] for end in ends]])
    assert len(found.cases) == len(ends)
