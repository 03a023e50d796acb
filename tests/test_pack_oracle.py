"""The figures against the same definitions written as plain loops, on registers drawn at random."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import Case, Judgement, Verdict
from complaints_sheet.pack.measure import measure
from complaints_sheet.pack.options import PackOptions
from tests.pack_by_hand import CALENDAR, MONDAY, PERIOD, Sheet, nov

DEPARTMENTS = ("Repairs", "repairs", " Billing", "Estates", "")


def drawn(seed: int) -> Sheet:
    """A register with everything an office gets wrong: blanks, dates out of order, undated closings."""
    chance = random.Random(seed)
    sheet = Sheet("theme")
    for number in range(chance.randrange(5, 180)):
        received = nov(26) - timedelta(days=chance.randrange(250)) if chance.random() < 0.96 else None
        followed = None
        if chance.random() < 0.7:
            followed = (received or nov(10)) + timedelta(days=chance.randrange(-2, 16))
        resolved = chance.choice([True, True, False, None])
        sheet.add(
            f"C{number}", received, followed, resolved,
            department=chance.choice(DEPARTMENTS), theme=chance.choice(["Delay", "delay", "Noise", ""]),
        )  # fmt: skip
    return sheet


def closed_on(case: Case) -> date | None:
    day = case.day("followed_up_on")
    return day if case.yes("resolved") and day and day <= MONDAY.date() else None


def pairs(judgement: Judgement) -> Iterator[tuple[Case, Verdict]]:
    for case, (verdict,) in zip(judgement.register.cases, judgement.verdicts, strict=True):
        yield case, verdict


@pytest.mark.parametrize("seed", range(25))
def test_every_figure_agrees_with_plain_loops(seed: int) -> None:
    judgement = drawn(seed).judged()
    found = measure([judgement], PERIOD, CALENDAR, PackOptions())
    cases = list(pairs(judgement))

    def names(chosen: Iterator[Case]) -> set[str]:
        return {case.name for case in chosen}

    received = names(case for case, _ in cases if PERIOD.holds(case.day("received_on")))
    met = names(case for case, each in cases if PERIOD.holds(each.due) and each.outcome == "met")
    missed = names(case for case, each in cases if PERIOD.holds(each.due) and each.outcome == "breached")
    unknown = names(case for case, each in cases if PERIOD.holds(each.due) and each.outcome == "cannot_judge")
    past = names(case for case, each in cases if case.open and each.outcome == "breached")

    assert set(found.happened.received.cases) == received
    standard = found.happened.in_standard
    assert (standard.numerator, standard.denominator) == (len(met), len(met) + len(missed))
    assert set(standard.cases) == met | missed | unknown
    assert set(found.open_past.cases) == past
    assert sum(len(each.open_past.cases) for each in found.departments) == len(past)
    assert sum(each.received.value or 0 for each in found.departments) == len(received)


@pytest.mark.parametrize("seed", range(25))
def test_the_stock_adds_up_or_every_case_that_keeps_it_from_doing_so_is_named(seed: int) -> None:
    judgement = drawn(seed).judged()
    flow = measure([judgement], PERIOD, CALENDAR, PackOptions()).flow
    odd = set()
    for case, _ in pairs(judgement):
        start, end, closed = case.day("received_on"), PERIOD.end, closed_on(case)
        still_then = case.open or (closed is not None and closed >= PERIOD.start)
        still_now = case.open or (closed is not None and closed > end)
        opening = start is not None and start < PERIOD.start and still_then
        closing = (start is None or start <= end) and still_now
        if opening + PERIOD.holds(start) - (not case.open and PERIOD.holds(closed)) - closing:
            odd.add(case.name)
    assert {name for each in flow.differences for name in each.cases} == odd
    assert len(odd) == sum(len(each.cases) for each in flow.differences)


@pytest.mark.parametrize("seed", range(10))
def test_the_points_of_the_charts_are_the_figures_of_their_own_periods(seed: int) -> None:
    judgement = drawn(seed).judged()
    found = measure([judgement], PERIOD, CALENDAR, PackOptions()).series
    for point in found.received.points:
        step = Period(point.end - timedelta(days=found.step_days - 1), point.end)
        days = [case.day("received_on") for case, _ in pairs(judgement)]
        assert point.value == sum(step.holds(day) for day in days)
    for point in found.in_standard.points:
        step = Period(point.end - timedelta(days=found.step_days - 1), point.end)
        outcomes = Counter(each.outcome for _, each in pairs(judgement) if step.holds(each.due))
        assert (point.part, point.whole) == (outcomes["met"], outcomes["met"] + outcomes["breached"])
