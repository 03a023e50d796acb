"""The usual range and the four signals, each alone."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from complaints_sheet.pack.xmr import Point, Rebase, Xmr, limits_of, xmr

FIRST = date(2025, 1, 5)
STEADY = [60, 64, 60, 64, 60, 64, 60, 64, 60, 64, 60, 64]  # mean 62, moving range 4: 51.36 to 72.64


def points(values: Sequence[float]) -> list[Point]:
    return [Point(FIRST + timedelta(days=14 * number), value) for number, value in enumerate(values)]


def chart(values: Sequence[float]) -> Xmr:
    return xmr(points(values), higher_is_better=True, bounds=(0, 100))


def kinds(values: Sequence[float]) -> list[str]:
    return [signal.kind for signal in chart(values).signals]


def test_limits_are_the_mean_and_2_66_moving_ranges_either_side() -> None:
    limits = limits_of(points(STEADY))
    assert limits is not None
    assert limits.mean == 62
    assert limits.lower == pytest.approx(62 - 2.66 * 4)
    assert limits.upper == pytest.approx(62 + 2.66 * 4)


def test_eleven_points_are_on_trial_and_follow_every_point() -> None:
    eleven = limits_of(points([*STEADY[:10], 90]))
    assert eleven is not None
    assert not eleven.locked
    assert eleven.points == 11
    assert eleven.mean == pytest.approx((sum(STEADY[:10]) + 90) / 11)


def test_twelve_points_lock_and_later_ones_change_nothing() -> None:
    twelve, twenty = limits_of(points(STEADY)), limits_of(points([*STEADY, *[10] * 8]))
    assert twelve is not None
    assert twelve.locked
    assert twelve == twenty


def test_one_point_alone_has_no_limits_and_no_signal() -> None:
    assert chart([50]).limits is None
    assert chart([50]).signals == ()
    assert chart([]).now == ()


def test_a_wild_jump_is_left_out_of_the_moving_ranges() -> None:
    jumped = [50, 52, 50, 52, 50, 52, 95, 97, 95, 97, 95, 97]
    limits = limits_of(points(jumped))
    assert limits is not None
    assert limits.upper - limits.mean == pytest.approx(2.66 * 2)  # the step of 43 is screened out


def test_steady_values_give_no_signal() -> None:
    assert kinds(STEADY) == []


def test_a_point_outside_the_limits_is_a_signal() -> None:
    series = chart([*STEADY, 80])
    (signal,) = series.signals
    assert (signal.kind, signal.up, signal.points) == ("outside", True, (12,))
    assert series.now == (signal,)
    assert series.marks[12] == "improvement"


def test_seven_in_a_row_on_one_side_is_a_signal_and_six_are_not() -> None:
    low = [61, 60.5, 61, 60.5, 61, 60.5]
    assert kinds([*STEADY, *low]) == []
    series = chart([*STEADY, *low, 61])
    (signal,) = series.signals
    assert (signal.kind, signal.up, len(signal.points)) == ("one side", False, 7)
    assert set(series.marks[12:]) == {"concern"}


def test_a_point_on_the_mean_ends_a_run() -> None:
    assert kinds([*STEADY, 61, 60.5, 61, 62, 61, 60.5, 61]) == []


def test_seven_rising_in_a_row_is_a_signal_and_six_are_not() -> None:
    assert kinds([*STEADY, 59, 60, 61, 62.5, 63.5, 64.5]) == []
    (signal,) = chart([*STEADY, 59, 60, 61, 62.5, 63.5, 64.5, 65.5]).signals
    assert (signal.kind, signal.up, len(signal.points)) == ("trend", True, 7)


def test_seven_falling_in_a_row_is_a_signal() -> None:
    (signal,) = chart([*STEADY, 66, 65, 64, 63, 61, 60, 59]).signals
    assert (signal.kind, signal.up) == ("trend", False)


def test_two_of_three_near_the_same_limit_is_a_signal() -> None:
    near = 62 + 2.66 * 4 * 0.8
    (signal,) = chart([*STEADY, near, 61, near]).signals
    assert (signal.kind, signal.up, signal.points) == ("two of three", True, (12, 14))


def test_two_of_three_near_opposite_limits_is_no_signal() -> None:
    assert kinds([*STEADY, 62 + 8.5, 61, 62 - 8.5]) == []


def test_percentages_are_clipped_to_0_and_100() -> None:
    high = chart([95, 100] * 6)
    assert high.limits is not None
    assert high.limits.upper > 100
    assert high.upper == 100
    low = chart([0, 6] * 6)
    assert low.lower == 0


def test_equal_values_have_a_range_of_nothing_and_no_signal() -> None:
    series = chart([100.0 * 2 / 3] * 20)
    assert series.limits is not None
    assert series.lower == series.upper == series.limits.mean
    assert series.signals == ()


def test_any_other_value_after_equal_ones_is_outside() -> None:
    assert kinds([80.0] * 12 + [79.0]) == ["outside"]


def test_a_series_with_no_good_direction_is_only_different() -> None:
    series = xmr(points([*STEADY, 90]))
    assert series.marks[12] == "different"
    assert series.upper == pytest.approx(62 + 2.66 * 4)


def test_a_fall_is_an_improvement_where_lower_is_better() -> None:
    assert xmr(points([*STEADY, 20]), higher_is_better=False).marks[12] == "improvement"


def test_limits_start_anew_only_from_a_recorded_day() -> None:
    values = [*STEADY, *[30.0, 34.0] * 6]
    day = points(values)[12].end
    series = xmr(points(values), higher_is_better=True, rebase=Rebase(day, "New contractor"))
    assert series.limits is not None
    assert series.limits.mean == 32
    assert series.limits.locked
    assert series.signals == ()


def test_an_old_signal_is_not_a_signal_of_now() -> None:
    series = chart([*STEADY, 90, 62.5, 61.5, 62.5])
    assert [signal.kind for signal in series.signals] == ["outside"]
    assert series.now == ()
