"""A part of `python -m tests.kills`: a run killed at a write is made good by the next one."""

from pathlib import Path

from tests.kills.trial import killed, places, view


def test_a_run_killed_at_any_write_is_made_good_by_the_next_one(tmp_path: Path):
    reference = tmp_path / "reference"
    count = places(reference, 0)
    undisturbed = view(reference, 0)
    assert count > 60
    chosen = (3, count // 3, count // 2, count - 3)
    fates = [killed(None, tmp_path / f"at-{place}", 0, place, undisturbed) for place in chosen]
    assert [fate.faults for fate in fates] == [()] * len(chosen)
