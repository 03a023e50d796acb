"""The two series behind the XmR charts: the share in standard, and complaints received."""

from dataclasses import dataclass

import pandas as pd

from complaints_sheet.core.meetings import Period
from complaints_sheet.pack.frame import Frame
from complaints_sheet.pack.xmr import Point, Xmr, xmr

FEW_DUE = 10  # cases due per fortnight; below that, points of four weeks
FOUR_WEEKS = 28
STEP_WORDS = {7: ("week", "weeks"), 14: ("fortnight", "fortnights"), 28: ("four weeks", "four-week points")}


@dataclass(frozen=True, slots=True)
class Series:
    """The two charts of the pack, with points of the same length."""

    in_standard: Xmr
    received: Xmr
    step_days: int


def series(frame: Frame, period: Period) -> Series:
    """Return both series back to the start of the register, ending with the period.

    Points are as far apart as the meetings, or four weeks where most of those have fewer than ten due.
    """
    step = frame.options.step_days
    shares = _shares(frame, period, step)
    if step < FOUR_WEEKS and _few([point.whole or 0 for point in shares]):
        step = FOUR_WEEKS
        shares = _shares(frame, period, step)
    rebase = frame.options.rebase
    return Series(
        xmr(shares, higher_is_better=True, bounds=(0, 100), rebase=rebase),
        xmr(_received(frame, period, step), rebase=rebase),
        step,
    )


def _few(due: list[int]) -> bool:
    return not due or float(pd.Series(due).median()) < FEW_DUE


def _shares(frame: Frame, period: Period, step: int) -> list[Point]:
    """Return the percentage in standard of the cases due in each step; a step with none due has no point."""
    table = frame.table
    judged = table.loc[table["outcome"].isin(["met", "breached"]) & (table["due"] > 0), ["due", "outcome"]]
    blocks = _blocks(frame, period, step)
    back = (period.end.toordinal() - judged["due"]) // step
    met = (judged["outcome"] == "met").groupby(back).agg(["sum", "size"])
    found = {int(at): (int(part), int(whole)) for at, part, whole in met.itertuples()}
    return [
        Point(block.end, 100 * found[at][0] / found[at][1], *found[at])
        for at, block in reversed(list(enumerate(blocks)))
        if at in found
    ]


def _received(frame: Frame, period: Period, step: int) -> list[Point]:
    """Return how many complaints were received in each step, 0 included."""
    received = frame.table.loc[frame.table["received"] > 0, "received"]
    back = (period.end.toordinal() - received) // step
    found = back.value_counts()
    blocks = _blocks(frame, period, step)
    return [Point(block.end, float(found.get(at, 0))) for at, block in reversed(list(enumerate(blocks)))]


def _blocks(frame: Frame, period: Period, step: int) -> list[Period]:
    """Return the whole steps since the first complaint, the latest first."""
    begins = frame.begins(period.end)
    if begins is None:
        return []
    whole = max(1, (period.end.toordinal() + 1 - begins) // step)
    blocks = [period.back(step)]
    while len(blocks) < whole:
        blocks.append(blocks[-1].before(step))
    return blocks
