"""The database file: whole, backed up, brought back, and brought up to date from every earlier version."""

import sqlite3

import pytest

from complaints_sheet.errors import ConfigError, DeliveryError
from complaints_sheet.state import open_state
from complaints_sheet.state.migrations import STEPS, apply, version
from complaints_sheet.state.opening import FILE_NAME
from complaints_sheet.state.upkeep import back_up, backups, health
from tests.test_state import NOW, message
from tests.test_state_registers import row, run_on


def test_a_sound_database_is_whole(tmp_path):
    run_on(tmp_path, [row("Ann")])
    with open_state(tmp_path) as state:
        assert health(state.engine).whole


def test_a_damaged_page_is_found_and_advice_is_given(tmp_path):
    run_on(tmp_path, [row(f"Ann {number}") for number in range(3000)])
    file = tmp_path / FILE_NAME
    damaged = bytearray(file.read_bytes())
    damaged[5 * 4096 : 5 * 4096 + 2000] = b"\xff" * 2000
    file.write_bytes(damaged)
    with open_state(tmp_path) as state:
        found = health(state.engine)
    assert not found.whole
    assert "backup" in found.advice


def test_a_backup_can_be_put_in_the_place_of_the_database(tmp_path):
    folder, safe = tmp_path / "memory", tmp_path / "backups"
    run_on(folder, [row("Ann"), row("Bob")])
    with open_state(folder) as state:
        kept = back_up(state.engine, safe, NOW)
    assert kept.name == "memory-2026-11-23T080000Z.sqlite3"
    assert backups(safe) == [kept]
    run_on(folder, [row("Ann"), row("Bob", issue="Leak")], days=1)
    (folder / FILE_NAME).write_bytes(kept.read_bytes())
    with open_state(folder, dry_run=True) as state:
        assert state.history.story(2).changes == ()
        assert state.history.story(2).now.cells == row("Bob")


def test_a_backup_that_cannot_be_written_says_what_to_do(tmp_path):
    (tmp_path / "in the way").write_text("a file, not a folder", encoding="utf-8")
    with open_state(tmp_path / "memory") as state, pytest.raises(DeliveryError) as refusal:
        back_up(state.engine, tmp_path / "in the way", NOW)
    assert "choose another folder" in refusal.value.next_step
    assert backups(tmp_path / "in the way") == []


@pytest.mark.parametrize("old", range(len(STEPS)))
def test_a_memory_of_every_earlier_version_is_brought_up_to_date_with_what_it_held(tmp_path, old):
    from sqlalchemy import create_engine

    engine = create_engine(f"sqlite:///{tmp_path / FILE_NAME}")
    for number in range(1, old + 1):
        with engine.begin() as connection:
            apply(connection, number)
    if old:
        with engine.begin() as connection:
            connection.exec_driver_sql(
                "insert into runs values (7, 'run', '2026-11-01T08:00:00.000000+00:00', '2026-11-01', "
                "'2026-11-01T08:00:00.000000+00:00', NULL, 'done', '')"
            )
    engine.dispose()
    with open_state(tmp_path) as state:
        assert version(state.engine) == len(STEPS)
        assert [run.number for run in state.runs.latest()] == ([7] if old else [])
        state.outbox.queue([message()], NOW)
    assert run_on(tmp_path, [row("Ann")]).baseline


def test_a_migration_that_fails_half_way_leaves_the_version_before_it(tmp_path, monkeypatch):
    run_on(tmp_path, [row("Ann")])
    broken = (*STEPS, ("a mistake", ("CREATE TABLE extra (a INTEGER)", "CREATE TABLE runs (a INTEGER)")))
    monkeypatch.setattr("complaints_sheet.state.migrations.STEPS", broken)
    with pytest.raises(ConfigError), open_state(tmp_path):
        raise AssertionError("opened a half-made memory")
    monkeypatch.undo()
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        tables = {name for (name,) in connection.execute("select name from sqlite_master")}
    connection.close()
    assert "extra" not in tables
    assert run_on(tmp_path, [row("Ann")], days=1).same
