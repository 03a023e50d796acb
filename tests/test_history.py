"""What the history tells, gives back and forgets."""

from datetime import timedelta

import pytest

from complaints_sheet.core.findings import case_mark
from complaints_sheet.core.journal import case_number
from complaints_sheet.errors import ConfigError
from complaints_sheet.state import open_state
from tests.test_state import message
from tests.test_state_registers import NOW, row, run_on


def test_changes_are_listed_by_run_since_a_day(tmp_path):
    run_on(tmp_path, [row("Ann"), row("Bob")])
    run_on(tmp_path, [row("Ann"), row("Bob", issue="Leak")], days=1)
    run_on(tmp_path, [row("Bob", issue="Leak")], days=2)
    with open_state(tmp_path, dry_run=True) as state:
        everything = state.history.since(NOW.date())
        newest = state.history.since(NOW.date() + timedelta(days=2))
    assert [(run.number, [each.kind for each in changes]) for run, changes in everything] == [
        (2, ["changed"]),
        (3, ["removed"]),
    ]
    assert [run.number for run, _ in newest] == [3]


def test_rows_that_are_gone_are_listed_with_their_cells_and_headings(tmp_path):
    run_on(tmp_path, [row("Ann"), row("Bob")])
    run_on(tmp_path, [row("Bob")], days=1)
    with open_state(tmp_path, dry_run=True) as state:
        (gone,) = state.history.gone("main")
    assert (gone.number, gone.why, gone.since) == (1, "removed", NOW.date() + timedelta(days=1))
    assert gone.cells.cells == row("Ann")
    assert gone.headings["customer_name"] == "Customer Name"


def test_a_person_is_forgotten_everywhere_and_only_id_date_and_reason_stay(tmp_path):
    run_on(tmp_path, [row("Zebediah Quill", issue="Xylophone noise"), row("Bob")])
    first = run_on(tmp_path, [row("Zebediah Quill", issue="Xylophone noise again"), row("Bob")], days=1)
    key = f"{case_mark(first.register.cases[0])}-abcde"
    with open_state(tmp_path) as state:
        told = message(content=b"Zebediah Quill rang", told={key: "due", "other-key": "due"})
        state.outbox.queue([told], NOW)
    run_on(tmp_path, [row("Bob")], days=2)
    with open_state(tmp_path) as state:
        run = state.runs.begin("forget", NOW, NOW.date(), NOW)
        erased = state.history.forget(run, 1, "asked on 3 March")
        story = state.history.story(1)
        (entry,) = state.outbox.entries()
        assert state.history.gone() == ()
    assert erased == (told.message_id,)
    assert story.began.cells == {}
    assert [(each.kind, each.why) for each in story.changes] == [("forgotten", "asked on 3 March")]
    assert entry.message.content == b""
    assert set(entry.message.told) == {"other-key"}
    assert entry.state == "dropped"
    for file in tmp_path.iterdir():
        assert b"Zebediah" not in file.read_bytes(), file.name
        assert b"Xylophone" not in file.read_bytes(), file.name
    assert run_on(tmp_path, [row("Bob")], days=3).register.findings == ()


def test_the_neighbours_of_a_forgotten_case_keep_their_cells(tmp_path):
    run_on(tmp_path, [row("Ann"), row("Bob"), row("Cy")])
    run_on(tmp_path, [row("Ann"), row("Cy")], days=1)
    with open_state(tmp_path) as state:
        state.history.forget(state.runs.begin("forget", NOW, NOW.date(), NOW), 2, "asked")
        assert state.history.story(3).now.cells == row("Cy")
        assert state.history.story(1).now.cells == row("Ann")


def test_a_case_that_stands_in_the_register_or_does_not_exist_is_not_forgotten(tmp_path):
    run_on(tmp_path, [row("Ann")])
    with open_state(tmp_path) as state:
        run = state.runs.begin("forget", NOW, NOW.date(), NOW)
        with pytest.raises(ConfigError, match="still in the register"):
            state.history.forget(run, 1, "asked")
        with pytest.raises(ConfigError, match="no case"):
            state.history.forget(run, 99, "asked")
        assert state.history.story(99) is None


@pytest.mark.parametrize(
    ("typed", "number"),
    [("C-00012", 12), ("c12", 12), (" 12 ", 12), ("C – 7", 7), ("row 12", None), ("", None), ("²", None)],
)
def test_a_case_may_be_named_loosely(typed, number):
    assert case_number(typed) == number
