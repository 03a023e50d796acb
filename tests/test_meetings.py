"""When meetings are, when packs are due, and which days a pack is about."""

import itertools
from dataclasses import replace
from datetime import date

from complaints_sheet.core.brand import Brand, contrast, contrast_problems, lightened
from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.meetings import (
    MeetingPlan,
    Period,
    latest_pack,
    meetings_between,
    next_meeting,
    pack_due_on,
    period_of,
)

CALENDAR = Calendar("test", {date(2026, 4, 3): "Good Friday", date(2026, 4, 6): "Easter Monday"})
PLAN = MeetingPlan(first=date(2026, 1, 6), every_weeks=2, pack_before_working_days=1)


def test_the_pack_for_tuesday_24_november_is_about_9_to_22_november() -> None:
    meeting = next_meeting(PLAN, date(2026, 11, 23), CALENDAR)
    assert meeting == date(2026, 11, 24)
    assert pack_due_on(PLAN, meeting, CALENDAR) == date(2026, 11, 23)
    assert period_of(PLAN, meeting, CALENDAR) == Period(date(2026, 11, 9), date(2026, 11, 22))


def test_every_day_of_a_year_lies_in_exactly_one_period() -> None:
    meetings = meetings_between(PLAN, date(2026, 1, 1), date(2026, 12, 31), CALENDAR)
    periods = [period_of(PLAN, meeting, CALENDAR) for meeting in meetings]
    assert all(
        later.start.toordinal() == earlier.end.toordinal() + 1
        for earlier, later in itertools.pairwise(periods)
    )


def test_the_first_period_is_as_long_as_the_rhythm() -> None:
    assert period_of(PLAN, PLAN.first, CALENDAR) == Period(date(2025, 12, 22), date(2026, 1, 4))


def test_a_pack_due_after_easter_skips_the_closed_days() -> None:
    plan = MeetingPlan(first=date(2026, 4, 7), pack_before_working_days=2)
    assert pack_due_on(plan, date(2026, 4, 7), CALENDAR) == date(2026, 4, 1)


def test_a_skipped_meeting_makes_the_next_period_longer() -> None:
    plan = MeetingPlan(
        first=date(2026, 1, 6), pack_before_working_days=1, skipped=frozenset({date(2026, 11, 10)})
    )
    assert period_of(plan, date(2026, 11, 24), CALENDAR) == Period(date(2026, 10, 26), date(2026, 11, 22))


def test_an_extra_meeting_splits_the_period() -> None:
    plan = MeetingPlan(
        first=date(2026, 1, 6), pack_before_working_days=1, extra=frozenset({date(2026, 11, 17)})
    )
    assert period_of(plan, date(2026, 11, 17), CALENDAR) == Period(date(2026, 11, 9), date(2026, 11, 15))
    assert period_of(plan, date(2026, 11, 24), CALENDAR) == Period(date(2026, 11, 16), date(2026, 11, 22))


def test_two_meetings_whose_packs_are_due_together_share_a_period() -> None:
    plan = MeetingPlan(
        first=date(2026, 1, 6), pack_before_working_days=1, extra=frozenset({date(2026, 11, 23)})
    )
    assert pack_due_on(plan, date(2026, 11, 23), CALENDAR) == date(2026, 11, 20)
    assert period_of(plan, date(2026, 11, 23), CALENDAR).end == date(2026, 11, 19)
    same_day = MeetingPlan(
        first=date(2026, 11, 8), pack_before_working_days=1, extra=frozenset({date(2026, 11, 9)}), moves=False
    )
    first, second = (period_of(same_day, day, CALENDAR) for day in (date(2026, 11, 8), date(2026, 11, 9)))
    assert first == second


def test_a_meeting_on_a_closed_day_is_held_on_the_next_working_day_and_the_rhythm_stays() -> None:
    plan = MeetingPlan(first=date(2026, 3, 23), pack_before_working_days=2)  # a Monday
    held = meetings_between(plan, date(2026, 4, 1), date(2026, 4, 30), CALENDAR)
    assert held == (date(2026, 4, 7), date(2026, 4, 20))  # Easter Monday was the 6th
    assert pack_due_on(plan, held[0], CALENDAR) == date(2026, 4, 1)
    assert next_meeting(plan, date(2026, 4, 7), CALENDAR) == date(2026, 4, 7)
    kept = replace(plan, moves=False)
    assert meetings_between(kept, date(2026, 4, 1), date(2026, 4, 30), CALENDAR)[0] == date(2026, 4, 6)
    for skipped in (date(2026, 4, 6), date(2026, 4, 7)):
        gone = replace(plan, skipped=frozenset({skipped}))
        assert meetings_between(gone, date(2026, 4, 1), date(2026, 4, 30), CALENDAR) == (date(2026, 4, 20),)


def test_an_extra_meeting_keeps_its_date() -> None:
    plan = replace(PLAN, extra=frozenset({date(2026, 4, 3)}))
    assert date(2026, 4, 3) in meetings_between(plan, date(2026, 4, 1), date(2026, 4, 5), CALENDAR)


def test_the_latest_pack_is_the_one_already_due() -> None:
    assert latest_pack(PLAN, date(2026, 11, 22), CALENDAR) == date(2026, 11, 10)
    assert latest_pack(PLAN, date(2026, 11, 23), CALENDAR) == date(2026, 11, 24)
    assert latest_pack(PLAN, date(2025, 1, 1), CALENDAR) is None


def test_no_meetings_before_the_first() -> None:
    assert meetings_between(PLAN, date(2025, 1, 1), date(2026, 1, 5), CALENDAR) == ()
    assert next_meeting(PLAN, date(2020, 1, 1), CALENDAR) == date(2026, 1, 6)


def test_a_plan_whose_meetings_are_all_skipped_has_no_next_meeting() -> None:
    far = frozenset(meetings_between(PLAN, date(2026, 1, 1), date(2032, 1, 1), CALENDAR))
    plan = MeetingPlan(first=PLAN.first, skipped=far)
    assert next_meeting(plan, date(2026, 1, 1), CALENDAR) is None


def test_the_default_colours_can_be_read_and_a_pale_one_is_named() -> None:
    assert contrast_problems(Brand()) == ()
    assert round(contrast("#000000", "#ffffff"), 1) == 21.0
    (problem,) = contrast_problems(Brand(accent="#c8550b"))
    assert "accent (#c8550b)" in problem


def test_a_lightened_colour_moves_towards_white() -> None:
    assert lightened("#000000", 0.5) == "#808080"
    assert lightened("#0b4f6c", 1) == "#ffffff"
