"""What the memory knows of the rows of a register from one run to the next."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from complaints_sheet.state import open_state
from tests.registers import make_register

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=ZoneInfo("Europe/London"))


def row(customer, issue="Boiler out again"):
    return {"customer_name": customer, "issue": issue, "received_on": date(2026, 11, 2)}


def run_on(folder, rows, days=0):
    """Return what one run recalls of these rows, `days` after the first one, and let it remember them."""
    now = NOW + timedelta(days=days)
    with open_state(folder) as state:
        run = state.runs.begin("run", now, now.date(), now)
        recalled = state.registers.recall(make_register(rows), now.date())
        state.registers.remember(run, recalled)
    return recalled


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
        from dataclasses import replace

        other = replace(make_register([row("Ann")]), id="housing")
        assert state.registers.recall(other, NOW.date()).baseline


def test_an_unchanged_run_writes_nothing(tmp_path):
    run_on(tmp_path, [row("Ann")])
    assert run_on(tmp_path, [row("Ann")], days=1).new == frozenset()
