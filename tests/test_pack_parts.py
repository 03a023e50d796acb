"""What the editions are made of, each against numbers worked out by hand or by a second, slow way."""

import itertools
from collections import Counter
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from complaints_sheet.core.quality import (
    QUESTIONS,
    Checked,
    QualityCheck,
    drawn,
    latest_filled,
    open_actions,
    sample_size,
)
from complaints_sheet.pack.blocks import Note, Pack, Pair, Table, plain
from complaints_sheet.pack.breakdown import BLANK, breakdown
from complaints_sheet.pack.dates import reminders
from complaints_sheet.pack.frame import frame_of
from complaints_sheet.pack.measure import measure
from complaints_sheet.pack.options import PackOptions
from complaints_sheet.pack.quality import quality_figures
from complaints_sheet.pack.suppression import FEWEST, MARK, share_publishable, suppressed, total_shown
from tests.pack_by_hand import CALENDAR, PERIOD, Sheet, known_fortnight, nov
from tests.pack_registers import CHECK, POLICY, one_edition, rich_year

COUNTS = st.lists(st.integers(0, 9), max_size=4)


# --- small numbers kept back -----------------------------------------------------------------------------


@settings(deadline=None)
@given(COUNTS)
def test_no_small_number_can_be_worked_out_from_what_is_published(counts: list[int]) -> None:
    shown, total = suppressed(counts), total_shown(counts)
    assert not [each for each in shown if each in {"1", "2", "3", "4"}]
    hidden = [at for at, each in enumerate(shown) if each == MARK]
    if total == MARK or not hidden:
        return
    left = sum(counts) - sum(number for at, number in enumerate(counts) if at not in hidden)
    fitting = [
        each for each in itertools.product(range(1, left + 1), repeat=len(hidden)) if sum(each) == left
    ]
    for place in range(len(hidden)):
        assert len({each[place] for each in fitting}) > 1


@given(COUNTS)
def test_what_is_published_is_true(counts: list[int]) -> None:
    for number, shown in zip(counts, suppressed(counts), strict=True):
        assert shown in {MARK, str(number)}
        assert shown != MARK or number > 0
    assert total_shown(counts) in {MARK, str(sum(counts))}


def test_numbers_large_enough_are_all_published() -> None:
    assert suppressed([24, 17, 0, 9]) == ("24", "17", "0", "9")
    assert suppressed([24, 17, 3]) == ("24", MARK, MARK)
    assert suppressed([2, 2, 20]) == (MARK, MARK, MARK)
    assert total_shown([24, 17, 3]) == "44"
    assert total_shown([3]) == MARK


def test_a_share_is_published_only_where_neither_side_is_small() -> None:
    assert share_publishable(15, 20)
    assert share_publishable(20, 20)
    assert not share_publishable(17, 20)
    assert not share_publishable(3, 20)
    assert not share_publishable(FEWEST, FEWEST)


# --- the quality check -----------------------------------------------------------------------------------


def test_a_tenth_is_drawn_but_at_least_five_and_never_more_than_there_are() -> None:
    assert [sample_size(closed) for closed in (0, 3, 5, 40, 51, 100, 101)] == [0, 3, 5, 5, 6, 10, 11]


@given(st.sets(st.text(min_size=1, max_size=6), max_size=60), st.text(max_size=5))
def test_the_draw_can_be_repeated_whatever_the_order(names: set[str], seed: str) -> None:
    found = drawn(sorted(names), seed)
    assert found == drawn(sorted(names, reverse=True), seed)
    assert len(found) == sample_size(len(names)) == len(set(found))
    assert set(found) <= names


def test_every_closed_case_has_about_the_same_chance() -> None:
    names = [f"C{number}" for number in range(50)]
    often = Counter(name for week in range(400) for name in drawn(names, f"week {week}"))
    assert set(often) == set(names)
    assert 15 <= min(often.values()) <= max(often.values()) <= 75  # 40 are expected of each


def test_the_sample_of_the_known_fortnight_says_what_the_register_says() -> None:
    found = measure([known_fortnight().judged()], PERIOD, CALENDAR, PackOptions()).sample
    assert [each.case for each in found] == ["A1", "A2", "A7"]  # closed in the period, with a date
    assert [each.closed_on for each in found] == [nov(9), nov(12), nov(16)]
    assert found[1].register_says == {
        "acknowledged": "not recorded",
        "named-handler": "yes",
        "in-time": "no",
        "resolution": "yes",
        "asked": "not recorded",
    }


def test_the_result_of_a_check_counts_only_rows_filled_in_completely() -> None:
    figures = {each.id: each for each in quality_figures([CHECK])}
    passed = figures["quality-check"]
    assert (passed.shown, passed.numerator, passed.denominator, passed.not_judged) == ("2 of 4", 2, 4, 1)
    assert {group.label: group.cases for group in passed.groups} == {
        "Fell short": ("R016", "R998"),
        "Passed": ("R015", "R017"),
        "Not checked yet": ("R019",),
    }
    assert figures["quality-acknowledged"].shown == "3 of 3"  # one does not apply, one cannot be read
    assert figures["quality-acknowledged"].not_judged == 1
    assert figures["quality-asked"].shown == "3 of 4"


def test_actions_stay_until_they_are_done_and_the_latest_filled_check_counts() -> None:
    answers = dict.fromkeys(QUESTIONS, "yes")
    old = QualityCheck(nov(1), nov(8), 1, (Checked("A", answers, action="Call"),))  # type: ignore[arg-type]
    new = QualityCheck(nov(9), nov(22), 1, (Checked("B"),))
    assert latest_filled([new, old]) is old
    assert [row.case for row in open_actions([new, old])] == ["A"]
    done = QualityCheck(nov(1), nov(8), 1, (Checked("A", answers, action="Call", done="1 December"),))  # type: ignore[arg-type]
    assert open_actions([done]) == ()


# --- recurring issues ------------------------------------------------------------------------------------


def test_three_complaints_worded_alike_are_possibly_one_issue() -> None:
    sheet = Sheet()
    for number, issue in enumerate(
        (
            "Leak from the flat above into the bathroom ceiling",
            "Leak from the flat above into the bathroom ceiling again, second time",
            "Same leak into the bathroom ceiling, third time. Ceiling now sagging",
            "Hall light is out",
            "Charged twice for the garage",
            "Leak",
        )
    ):
        sheet.add(f"L{number}", nov(10), issue=issue)
    found = measure([sheet.judged()], PERIOD, CALENDAR, PackOptions()).recurring
    assert [each.figure.cases for each in found] == [("L0", "L1", "L2")]
    assert found[0].figure.value == 3
    assert found[0].example.name in {"L0", "L1"}


def test_two_alike_or_older_than_half_a_year_are_no_recurring_issue() -> None:
    sheet = Sheet()
    for number, back in enumerate((0, 1, 200)):
        sheet.add(f"L{number}", nov(20) - timedelta(days=back), issue="Portal rejects every photo of damp")
    assert measure([sheet.judged()], PERIOD, CALENDAR, PackOptions()).recurring == ()


def test_a_page_calls_a_recurring_issue_possible() -> None:
    pack = one_edition("fortnightly", rich_year().judged())
    table = tables(pack)["recurring"]
    assert table.caption == "Possibly recurring issues"


# --- the other editions ----------------------------------------------------------------------------------


def tables(pack: Pack) -> dict[str, Table]:
    blocks = [block for page in pack.pages for block in page.blocks]
    pairs = [side for block in blocks if isinstance(block, Pair) for side in (block.left, block.right)]
    return {each.id: each for each in (*blocks, *pairs) if isinstance(each, Table)}


def cells(table: Table) -> list[tuple[str, ...]]:
    return [tuple(plain(cell.text) for cell in row) for row in table.rows]


def test_a_column_is_counted_with_its_spellings_together_and_blanks_last() -> None:
    sheet = Sheet("training_need")
    for number, topic in enumerate(("Phone manner", "phone manner", "Phone manner", "Price list", "")):
        sheet.add(f"T{number}", nov(10), training_need=topic)
    frame = frame_of([sheet.judged()], PackOptions())
    found = breakdown(frame, frame.within("received", PERIOD), "training_need")
    assert [(each.label, each.value) for each in found] == [
        ("Phone manner", 3),
        ("Price list", 1),
        (BLANK, 1),
    ]


def test_an_edition_without_its_column_says_what_to_add() -> None:
    pack = one_edition("training", known_fortnight().judged())
    notes = {block.title: plain(block.text) for block in pack.pages[0].blocks if isinstance(block, Note)}
    assert "Add a column “Training need”" in notes["Topics, most complaints first"]
    assert "Add a column “Lesson learnt”" in notes["Lessons"]
    published = one_edition("published", known_fortnight().judged())
    said = [plain(block.text) for block in published.pages[0].blocks if isinstance(block, Note)]
    assert any("Add a column “Theme”" in words for words in said)
    assert any("Add a column “Upheld”" in words for words in said)


def test_the_annual_review_counts_each_time_limit_over_its_year() -> None:
    pack = one_edition("annual", known_fortnight().judged())
    (row,) = cells(tables(pack)["limits"])
    # kept: A1, A3, A10; broken: A2, A4, A6; A5 and A12 cannot be told. A7 and A8 are due after the year,
    # and A9, which has no date, is in register health.
    assert row == ("Follow up", "3", "3", "3 of 6", "2")


def test_reviews_reports_and_records_that_may_go_are_listed() -> None:
    sheet = known_fortnight().add("OLD", date(2022, 3, 1), date(2022, 3, 4), True)
    review, report, records = reminders([sheet.judged()], [POLICY], CALENDAR)
    assert (review.what, review.when, review.note) == (
        "Review of “Complaints procedure”", "1 April 2026", "Overdue.",
    )  # fmt: skip
    assert (report.what, report.when) == ("Report to the board", "every quarter")
    assert records.when == "1 closed record, the first since 4 March 2025"
    (nothing,) = reminders([known_fortnight().judged()], [POLICY], CALENDAR)[-1:]
    assert nothing.when == "none"


def test_the_weekly_review_lists_every_open_case_oldest_first() -> None:
    pack = one_edition("review", known_fortnight().judged())
    names = [row[0] for row in cells(tables(pack)["open-cases"])]
    assert names == ["A3", "A4", "A12", "A6", "A8", "A9"]  # one without a date comes last
    week = [row[0] for row in cells(tables(pack)["this-week"])]
    assert week == ["A7", "A8"]
