"""What the memory knows of the rows of a register from one run to the next."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from complaints_sheet.state import open_state
from complaints_sheet.state.tables import METADATA
from tests.registers import make_register

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=ZoneInfo("Europe/London"))


def row(customer, issue="Boiler out again"):
    return {"customer_name": customer, "issue": issue, "received_on": date(2026, 11, 2)}


def saved(rows, name="main"):
    """Return the register that holds these rows, as a file with a fingerprint of its own."""
    return replace(make_register(rows), id=name, fingerprint=sha256(repr(rows).encode()).hexdigest())


def run_on(folder, rows, days=0):
    """Return what one run recalls of these rows, `days` after the first one, and let it remember them."""
    now = NOW + timedelta(days=days)
    with open_state(folder) as state:
        run = state.runs.begin("run", now, now.date(), now)
        recalled = state.registers.recall(saved(rows), now.date())
        state.registers.remember(run, recalled)
    return recalled


def everything_but_runs(state):
    """Return how many rows each table has, without the runs themselves."""
    with state.engine.connect() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table))
            for table in METADATA.sorted_tables
            if table.name != "runs"
        }


def test_the_very_first_run_is_a_baseline_and_says_nothing_of_when_rows_were_seen(tmp_path):
    first = run_on(tmp_path, [row("Ann"), row("Bob")])
    assert first.baseline
    assert [each.first_seen for each in first.register.cases] == [None, None]


def test_a_row_added_later_was_first_seen_on_the_day_of_the_run_that_saw_it(tmp_path):
    run_on(tmp_path, [row("Ann")])
    second = run_on(tmp_path, [row("Cy"), row("Ann")], days=1)
    third = run_on(tmp_path, [row("Ann"), row("Cy")], days=2)
    assert not second.baseline
    assert [each.first_seen for each in second.register.cases] == [date(2026, 11, 24), None]
    assert [each.first_seen for each in third.register.cases] == [None, date(2026, 11, 24)]


def test_registers_are_remembered_apart(tmp_path):
    run_on(tmp_path, [row("Ann")])
    with open_state(tmp_path, dry_run=True) as state:
        assert state.registers.recall(saved([row("Ann")], name="housing"), NOW.date()).baseline


def test_an_unchanged_run_writes_nothing(tmp_path):
    run_on(tmp_path, [row("Ann")])
    with open_state(tmp_path) as state:
        before = everything_but_runs(state)
    run_on(tmp_path, [row("Ann")], days=1)
    with open_state(tmp_path) as state:
        assert everything_but_runs(state) == before
