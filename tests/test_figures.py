"""Every figure of the pack against a fortnight worked out on paper."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from complaints_sheet.core.findings import finding
from complaints_sheet.core.limits import limit_from
from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import CellProblem, Flag, Interval
from complaints_sheet.core.policy import Clock, Policy
from complaints_sheet.pack.figure import Figure
from complaints_sheet.pack.measure import Measures, measure
from complaints_sheet.pack.options import PackOptions, Standard, standard_of
from tests.pack_by_hand import CALENDAR, LONDON, MONDAY, PERIOD, Sheet, known_fortnight, nov, pounds


def measured(sheet: Sheet, as_of: datetime = MONDAY, **options: object) -> Measures:
    return measure([sheet.judged(as_of)], PERIOD, CALENDAR, PackOptions(**options))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def known() -> Measures:
    return measured(known_fortnight())


def group(figure: Figure, label: str) -> tuple[str, ...]:
    return next((each.cases for each in figure.groups if each.label == label), ())


def test_received_counts_the_rows_received_in_the_period(known: Measures) -> None:
    assert known.happened.received.value == 5
    assert known.happened.received.cases == ("A5", "A6", "A7", "A8", "A12")


def test_the_standard_is_about_what_fell_due_in_the_period(known: Measures) -> None:
    figure = known.happened.in_standard
    assert (figure.numerator, figure.denominator, figure.not_judged) == (2, 5, 2)
    assert group(figure, "In time") == ("A1", "A3")
    assert group(figure, "Missed") == ("A2", "A4", "A6")
    assert group(figure, "Could not be judged") == ("A5", "A12")
    assert figure.shown == "2 of 5"


def test_a_closed_day_moves_the_due_day_so_that_a3_is_in_time(known: Measures) -> None:
    assert "A3" in group(known.happened.in_standard, "In time")


def test_from_ten_judged_cases_on_the_standard_is_a_percentage() -> None:
    sheet = Sheet()
    for number in range(10):
        sheet.add(f"B{number}", nov(4), nov(5) if number < 7 else nov(20), True)
    assert measured(sheet).happened.in_standard.shown == "70%"


def test_median_and_longest_days_to_follow_up(known: Measures) -> None:
    figure = known.happened.days_to_follow_up
    assert figure.value == 5  # 5, 6, 5 and 0 working days
    assert "longest was 6 working days" in figure.note
    assert figure.cases == ("A1", "A2", "A3", "A7")


def test_first_contact_leaves_out_what_cannot_be_judged(known: Measures) -> None:
    figure = known.happened.first_contact
    assert (figure.numerator, figure.denominator, figure.not_judged) == (1, 4, 1)
    assert group(figure, "Resolved the day received") == ("A7",)


def test_open_past_the_standard_is_oldest_first(known: Measures) -> None:
    assert [(each.name, each.over) for each in known.overdue] == [
        ("A4", "5 working days"),
        ("A6", "1 working day"),
    ]
    assert known.open_past.note == "the oldest is A4 (Repairs), 5 working days over"


def test_the_oldest_case_names_its_owner_only_where_allowed() -> None:
    note = measured(known_fortnight(), owner_names=True).open_past.note
    assert note == "the oldest is A4 (Repairs, Amira Khan), 5 working days over"


def test_on_a_saturday_a_case_due_friday_is_overdue_since_friday() -> None:
    saturday = datetime(2026, 11, 21, 9, tzinfo=LONDON)
    overdue = measured(known_fortnight(), saturday).overdue
    assert [(each.name, each.over) for each in overdue] == [
        ("A4", "4 working days"),
        ("A6", "since Fri 20 Nov"),
    ]


def test_opening_received_and_closed(known: Measures) -> None:
    assert known.flow.opening.cases == ("A1", "A2", "A3", "A4")
    assert known.flow.received.value == 5
    assert known.flow.closed.cases == ("A1", "A2", "A7")
    assert known.flow.closing.cases == ("A3", "A4", "A6", "A8", "A9", "A12")


def test_two_differences_that_cancel_out_are_both_named(known: Measures) -> None:
    assert known.flow.gap == 0
    assert [(each.label, each.cases) for each in known.flow.differences] == [
        ("closed, but no date says when", ("A5",)),
        ("no date received, so not counted as received or at the start", ("A9",)),
    ]


def test_a_clean_fortnight_adds_up() -> None:
    sheet = Sheet().add("C1", nov(2), nov(10), True).add("C2", nov(12)).add("C3", nov(1), nov(3), True)
    flow = measured(sheet).flow
    assert (flow.gap, flow.differences) == (0, ())
    assert [len(each.cases) for each in (flow.opening, flow.received, flow.closed, flow.closing)] == [
        1,
        1,
        1,
        1,
    ]


def test_every_odd_case_has_a_named_reason() -> None:
    sheet = (
        Sheet()
        .add("D1", nov(20), nov(2), True)  # closed before it was received
        .add("D2", None, nov(12), True)
        .add("D3", nov(23), nov(13), True)
        .add("D4", nov(12), None, True)
    )
    flow = measured(sheet).flow
    assert {name for each in flow.differences for name in each.cases} == {"D1", "D2", "D3", "D4"}
    assert sum(len(each.cases) for each in flow.differences) == 4


def test_closing_is_dated_by_closed_then_resolved_then_followed_up_then_first_seen() -> None:
    seen = Interval(datetime(2026, 11, 11, 9, tzinfo=LONDON), datetime(2026, 11, 12, 9, tzinfo=LONDON))
    sheet = (
        Sheet("closed_on", "resolved_on")
        .add("E1", nov(2), nov(3), True, resolved_on=nov(4), closed_on=nov(10))
        .add("E2", nov(2), nov(3), True, resolved_on=nov(10))
        .add("E3", nov(2), nov(10), True)
        .add("E4", nov(2), None, True, observed={"resolved": seen})
        .add("E5", nov(2), None, True, observed={"resolved": Interval(None, seen.until)})
    )
    assert measured(sheet).flow.closed.cases == ("E1", "E2", "E3", "E4")


def test_a_closing_date_still_to_come_says_nothing() -> None:
    sheet = Sheet("closed_on").add("F1", nov(10), None, True, closed_on=date(2027, 1, 1))
    assert measured(sheet).flow.differences[0].label == "closed, but no date says when"


def test_what_is_received_after_the_period_is_not_in_its_stock() -> None:
    flow = measured(Sheet().add("G1", nov(23)).add("G2", nov(20))).flow
    assert flow.closing.cases == ("G2",)


def test_ages_of_open_cases_in_working_days(known: Measures) -> None:
    assert {each.label: each.cases for each in known.ages} == {
        "0 to 3 working days": (),
        "4 to 10 working days": ("A4", "A6", "A8", "A12"),
        "11 to 20 working days": ("A3",),
        "over 20 working days": (),
        "no date received": ("A9",),
    }


def test_satisfaction_and_money_without_a_column_are_not_recorded_and_never_0(known: Measures) -> None:
    happened = known.happened
    for figure in (happened.handling, happened.outcome, happened.goodwill, happened.failure_cost):
        assert figure.shown == "Not recorded"
        assert figure.value is None
        assert "Add a column" in figure.note


def test_satisfaction_counts_those_who_answered() -> None:
    sheet = Sheet("handled_fairly")
    answers = ["very satisfied", "fairly satisfied", "yes", "neither", "no", ""]
    for number, answer in enumerate([*answers, *answers]):
        sheet.add(f"H{number}", nov(2), nov(9), True, handled_fairly=answer)
    unread = {"handled_fairly": CellProblem("unreadable", "ok I guess", "not one of the answers")}
    sheet.add("H99", nov(2), nov(9), True, problems=unread)
    figure = measured(sheet).happened.handling
    assert (figure.shown, figure.numerator, figure.denominator, figure.not_judged) == ("60%", 6, 10, 1)
    assert figure.note == "10 answers from 13 followed up in 12 weeks"


def test_under_ten_answers_there_is_no_percentage() -> None:
    sheet = Sheet("handled_fairly").add("I1", nov(2), nov(9), True, handled_fairly="yes")
    assert measured(sheet).happened.handling.shown == "1 of 1"


def test_goodwill_sums_what_was_paid_and_blank_is_not_0() -> None:
    sheet = (
        Sheet("goodwill_amount")
        .add("J1", nov(2), nov(9), True, goodwill_amount=pounds("25"))
        .add("J2", nov(2), nov(10), True, goodwill_amount=pounds("12.50"))
        .add("J3", nov(2), nov(10), True, goodwill_amount=pounds("0"))
        .add("J4", nov(2), nov(10), True)
        .add("J5", date(2026, 10, 1), date(2026, 10, 2), True, goodwill_amount=pounds("100"))
    )
    figure = measured(sheet).happened.goodwill
    assert (figure.shown, figure.value) == ("£37.50", Decimal("37.50"))
    assert (figure.numerator, figure.denominator) == (2, 4)
    assert figure.cases == ("J1", "J2")


def test_one_name_twice_in_ninety_days_is_a_possible_repeat() -> None:
    sheet = (
        Sheet()
        .add("K1", date(2026, 9, 1), customer_name="Ann Lee")
        .add("K2", nov(20), customer_name="ann  lee")
        .add("K3", nov(20), customer_name="Bo Ng")
        .add("K4", date(2026, 6, 1), customer_name="Bo Ng")
        .add("K5", nov(1), customer_name="")
        .add("K6", nov(2), customer_name="")
    )
    figure = measured(sheet).happened.repeat
    assert figure.value == 1
    assert figure.cases == ("K1", "K2")


def themed(now: int, each_before: int, blocks: int = 6) -> Sheet:
    sheet = Sheet("theme")
    for number in range(now):
        sheet.add(f"N{number}", nov(20), theme="Missed appointment" if number else "missed  appointment")
    for block in range(1, blocks + 1):
        day = nov(20) - timedelta(days=28 * block)
        for number in range(each_before):
            sheet.add(f"O{block}-{number}", day, day, True, theme="Missed appointment")
    return sheet


def test_a_theme_rises_with_five_or_more_and_more_than_twice_the_usual() -> None:
    (line,) = measured(themed(now=5, each_before=2)).themes.lines
    assert (line.name, len(line.now.cases), line.usual, line.risen) == ("Missed appointment", 5, 2.0, True)


@pytest.mark.parametrize(("now", "before"), [(4, 1), (6, 3)])
def test_four_complaints_or_just_twice_the_usual_is_no_rise(now: int, before: int) -> None:
    assert measured(themed(now, before)).themes.risen == ()


def test_a_young_register_has_no_usual_number_of_a_theme() -> None:
    (line,) = measured(themed(now=9, each_before=1, blocks=3)).themes.lines
    assert (line.usual, line.risen) == (None, False)


def test_unclassified_is_counted_and_keywords_fill_in() -> None:
    sheet = (
        Sheet()
        .add("P1", nov(20), issue="The lift is broken")
        .add("P2", nov(20), issue="No reply to my letter")
    )
    found = measured(sheet, themes={"Lifts": ("lift", "elevator")}).themes
    assert [(line.name, line.now.cases) for line in found.lines] == [("Lifts", ("P1",))]
    assert group(found.unclassified, "Without a theme") == ("P2",)
    assert found.too_vague
    assert found.source == "keywords in the issue"
    assert measured(sheet).themes.source == ""


def test_departments_are_worst_first_and_percentages_need_twenty_due() -> None:
    sheet = Sheet()
    for number in range(20):
        sheet.add(f"R{number}", nov(2), nov(3) if number < 15 else nov(20), True)
    for number in range(3):
        sheet.add(f"B{number}", nov(2), nov(3), True, department="Billing")
    sheet.add("E1", nov(2), department="estates ").add("E2", nov(3), nov(4), True, department="Estates")
    sheet.add("E3", nov(3), nov(4), True, department="Estates")
    found = {each.name: each for each in measured(sheet).departments}
    assert list(found) == ["Estates", "Repairs", "Billing"]
    assert found["Repairs"].in_standard.shown == "75%"
    assert found["Billing"].in_standard.shown == "3 of 3"
    assert found["Estates"].oldest is not None
    assert found["Estates"].open_past.cases == ("E1",)


def test_register_health_counts_gaps_of_the_period_and_of_open_rows(known: Measures) -> None:
    lines = {each.label: each.cases for each in known.health.lines}
    assert known.health.rows.value == 10  # all but A10
    assert lines["no readable date received"] == ("A9",)
    assert lines["resolved, but no date followed up"] == ("A5",)
    assert lines["followed up before it was received"] == ("A12",)
    assert lines["no case owner"] == ()
    assert known.health.with_gaps.value == 3


def test_findings_of_rules_reach_the_health_and_open_too_long() -> None:
    sheet = Sheet().add("S1", nov(20)).add("S2", nov(2), nov(3))
    findings = [
        finding(sheet.cases[0], "unknown-owner", "high", Flag("who?", field="case_owner")),
        finding(sheet.cases[1], "open-too-long", "medium", Flag("open")),
    ]
    found = measure([sheet.judged(MONDAY, findings)], PERIOD, CALENDAR, PackOptions())
    assert {each.label: each.cases for each in found.health.lines}[
        "an owner who is not in the directory"
    ] == ("S1",)
    assert found.open_too_long.cases == ("S2",)


def test_ideas_are_new_in_the_period_or_carried_over_oldest_first() -> None:
    sheet = (
        Sheet()
        .add("T1", nov(12), improvement_idea="Text before the visit")
        .add("T2", date(2026, 3, 2), improvement_idea="Publish waiting times")
        .add("T3", date(2026, 1, 5), improvement_idea="Check photos weekly")
        .add("T4", nov(12), improvement_idea="N/A")
        .add("T5", nov(12), improvement_idea="none.")
    )
    found = measured(sheet).ideas
    assert [each.name for each in found.new] == ["T1"]
    assert [each.name for each in found.carried] == ["T3", "T2"]
    assert found.carried[0].weeks_old(nov(23)) == 46


def test_few_due_cases_make_points_of_four_weeks_and_many_make_fortnights() -> None:
    few, many = Sheet(), Sheet()
    for number in range(26):
        day = nov(9) - timedelta(days=14 * number)
        few.add(f"U{number}", day, day, True)
        for each in range(12):
            many.add(f"V{number}-{each}", day, day if each else None, bool(each))
    assert measured(few).series.step_days == 28
    found = measured(many).series
    assert found.step_days == 14
    assert {point.whole for point in found.in_standard.points} == {12}
    assert found.received.points[-1].value == 12
    assert found.received.limits is not None
    assert found.received.limits.locked


def test_an_empty_register_has_figures_and_no_charts() -> None:
    found = measured(Sheet())
    assert found.happened.received.value == 0
    assert found.happened.in_standard.shown == "None"
    assert found.series.in_standard.points == ()
    assert found.series.received.points == ()
    assert found.departments == ()


def test_rows_without_a_reference_and_repeated_references_are_told_apart() -> None:
    sheet = Sheet().add("", nov(10)).add("W1", nov(10)).add("W1", nov(11))
    assert measured(sheet).happened.received.cases == ("row 2", "W1 (row 3)", "W1 (row 4)")


def test_the_headline_can_be_about_another_clock() -> None:
    found = measure(
        [known_fortnight().judged()],
        PERIOD,
        CALENDAR,
        PackOptions(standard=Standard("respond", "answered in time")),
    )
    assert found.happened.in_standard.label == "Answered in time"
    assert found.happened.in_standard.denominator == 0


def test_every_named_figure_has_an_id_of_its_own(known: Measures) -> None:
    ids = [figure.id for figure in known.figures]
    assert len(ids) == len(set(ids)), sorted(each for each in ids if ids.count(each) > 1)


def test_counts_equal_their_cases_for_every_figure(known: Measures) -> None:
    for figure in known.figures:
        if figure.denominator is not None and figure.missing is None and figure.id != "goodwill":
            assert len(figure.cases) == figure.denominator + figure.not_judged


def test_a_weekly_period_is_measured_the_same_way() -> None:
    week = Period(nov(16), nov(22))
    found = measure([known_fortnight().judged()], week, CALENDAR, PackOptions(step_days=7))
    assert found.happened.received.cases == ("A7", "A8")
    assert (found.happened.in_standard.numerator, found.happened.in_standard.denominator) == (0, 2)


def clock(clock_id: str, limit: str, *, house: bool = False) -> Clock:
    return Clock(clock_id, clock_id, limit_from(limit), house_default=house, clause="Stage 3")


def policy(*clocks: Clock) -> Policy:
    return Policy("by-hand", "1", "By hand", clocks)


def test_the_standard_of_a_policy_is_told_in_its_own_days() -> None:
    standard = standard_of(
        [policy(clock("resolve", "8 weeks"), clock("follow-up", "3 working days", house=True))]
    )
    assert standard == Standard(
        "follow-up", "followed up within 3 working days", None, "Stage 3", house_default=True
    )
    assert standard_of([policy(clock("respond", "same day"))]).words == "answered on the same day"
    assert standard_of([]).clock == "follow-up"


def test_policies_that_differ_share_words_without_a_number() -> None:
    two = [policy(clock("follow-up", "3 working days")), policy(clock("follow-up", "5 working days"))]
    assert standard_of(two).words == "followed up within the standard"


def test_a_date_typed_years_too_early_does_not_stretch_the_charts() -> None:
    sheet = Sheet().add("X1", date(2006, 11, 9), date(2006, 11, 9), True)
    for number in range(60):
        day = nov(22) - timedelta(days=7 * number)
        sheet.add(f"Z{number}", day, day, True)
    found = measured(sheet).series.received
    assert len(found.points) == 14  # 59 weeks in steps of four
    assert min(point.value for point in found.points) == 4
