"""A seeded part of the accuracy table; `python -m tests.ugly` prints the whole."""

import pytest

from tests.ugly.__main__ import figures_missed, table, told
from tests.ugly.registers import make
from tests.ugly.score import Tally, score


@pytest.fixture(scope="module")
def tally(tmp_path_factory: pytest.TempPathFactory) -> Tally:
    folder = tmp_path_factory.mktemp("ugly")
    counted = Tally()
    for seed in range(1000, 1080):
        score(make(seed), folder, counted)
    return counted


def test_every_figure_of_the_accuracy_table_is_met(tally: Tally) -> None:
    assert figures_missed(tally) == [], f"{table(tally)}\n{told(tally, 3)}"


def test_swapped_real_dates_are_suspected_more_often_than_not_where_their_place_gives_them_away(
    tally: Tally,
) -> None:
    assert tally.counts["swapped and visible, suspected"] * 2 > tally.counts["swapped and visible"]


def test_the_same_seed_makes_the_same_register() -> None:
    first, again = make(7), make(7)
    assert (first.truth, first.faults, first.suffix) == (again.truth, again.faults, again.suffix)
