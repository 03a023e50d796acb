"""What the memory knows of the rows of a register from one run to the next."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from complaints_sheet.core.model import BadCell, Case, Column, Interval, Layout, Register
from complaints_sheet.errors import DeliveryError
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
        state.runs.finish(run, "done", now)
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


def story_of(folder, number):
    with open_state(folder, dry_run=True) as state:
        return state.history.story(number)


def test_cases_keep_their_ids_through_sorting_and_edits(tmp_path):
    run_on(tmp_path, [row("Ann"), row("Bob"), row("Cy")])
    later = run_on(tmp_path, [row("Cy"), row("Ann", issue="Boiler out, and now a leak"), row("Bob")], days=1)
    assert [each.id for each in later.register.cases] == ["C-00003", "C-00001", "C-00002"]


def test_the_journal_holds_the_first_cells_and_each_change_with_its_run(tmp_path):
    run_on(tmp_path, [row("Ann"), row("Bob")])
    run_on(tmp_path, [row("Ann"), row("Bob", issue="Leak")], days=1)
    run_on(tmp_path, [row("Ann"), row("Bob", issue="Leak in kitchen")], days=2)
    story = story_of(tmp_path, 2)
    assert story.first_run == 1
    assert story.began.cells["issue"] == "Boiler out again"
    seen = [(each.run, each.cells["issue"].before, each.cells["issue"].after) for each in story.changes]
    assert seen == [(2, "Boiler out again", "Leak"), (3, "Leak", "Leak in kitchen")]
    assert story.now.cells["issue"] == "Leak in kitchen"
    assert story.now.cells["received_on"] == date(2026, 11, 2)
    assert story_of(tmp_path, 1).changes == ()


def test_a_removed_row_keeps_every_cell_and_comes_back_as_the_same_case(tmp_path):
    run_on(tmp_path, [row("Ann"), row("Bob")])
    gone = run_on(tmp_path, [row("Ann")], days=1)
    assert [(each.number, each.cells.cells) for each in gone.gone] == [(2, row("Bob"))]
    assert story_of(tmp_path, 2).now.cells == row("Bob")
    back = run_on(tmp_path, [row("Bob"), row("Ann")], days=2)
    assert [each.id for each in back.register.cases] == ["C-00002", "C-00001"]
    assert [each.kind for each in story_of(tmp_path, 2).changes] == ["removed", "returned"]


def test_what_is_seen_to_happen_lies_between_two_runs(tmp_path):
    run_on(tmp_path, [row("Ann"), row("Bob") | {"resolved": False}])
    run_on(tmp_path, [row("Ann"), row("Bob") | {"resolved": True}], days=1)
    again = run_on(tmp_path, [row("Ann"), row("Bob") | {"resolved": True}, row("Cy")], days=2)
    seen = {each.text("customer_name"): dict(each.observed) for each in again.register.cases}
    assert seen["Ann"] == {}
    assert seen["Bob"] == {"resolved": Interval(NOW, NOW + timedelta(days=1))}


def test_an_observed_arrival_counts_only_where_no_column_says_when(tmp_path):
    def without_dates(*names):
        rows = [{"customer_name": name, "issue": "Leak"} for name in names]
        register = make_register(rows, fields=("customer_name", "issue"))
        return replace(register, fingerprint=repr(names))

    for days, names in enumerate([("Ann",), ("Ann", "Bob"), ("Bob", "Ann")]):
        now = NOW + timedelta(days=days)
        with open_state(tmp_path) as state:
            run = state.runs.begin("run", now, now.date(), now)
            recalled = state.registers.recall(without_dates(*names), now.date())
            state.registers.remember(run, recalled)
    assert recalled.register.cases[0].observed == {"received_on": Interval(NOW, NOW + timedelta(days=1))}
    assert recalled.register.cases[1].observed == {}


def test_a_column_of_formulas_that_changes_every_day_is_left_out_of_the_journal(tmp_path):
    def with_days_open(days):
        rows = [row(f"Ann {number}") for number in range(30)]
        register = make_register(rows, fields=("customer_name", "issue", "received_on"))
        (layout,) = register.layouts
        layout = replace(layout, extra=(Column("", 4, "D", "Days open"),))
        cases = tuple(
            replace(each, layout=layout, cells=(*each.cells, days + place))
            for place, each in enumerate(register.cases)
        )
        return replace(register, layouts=(layout,), cases=cases, fingerprint=str(days))

    for days in range(3):
        now = NOW + timedelta(days=days)
        with open_state(tmp_path) as state:
            run = state.runs.begin("run", now, now.date(), now)
            recalled = state.registers.recall(with_days_open(days), now.date())
            state.registers.remember(run, recalled)
    assert recalled.calculated == {"+days open"}
    assert recalled.changes == ()
    assert story_of(tmp_path, 1).changes == ()


def test_a_heading_that_becomes_a_field_changes_no_case(tmp_path):
    def sheet(named):
        register = make_register([row("Ann"), row("Bob")], fields=("customer_name", "issue", "received_on"))
        (layout,) = register.layouts
        owner = Column("case_owner", 4, "D", "Handler")
        if named:
            layout = replace(layout, columns={**layout.columns, "case_owner": owner})
        else:
            layout = replace(layout, extra=(owner,))
        cases = tuple(
            replace(each, layout=layout, cells=(*each.cells, "Amira Khan")) for each in register.cases
        )
        return replace(register, layouts=(layout,), cases=cases, fingerprint=str(named))

    for days, named in enumerate([False, True]):
        now = NOW + timedelta(days=days)
        with open_state(tmp_path) as state:
            run = state.runs.begin("run", now, now.date(), now)
            recalled = state.registers.recall(sheet(named), now.date())
            state.registers.remember(run, recalled)
    assert [each.id for each in recalled.register.cases] == ["C-00001", "C-00002"]
    assert recalled.changes == ()


def test_next_years_file_raises_no_alarm_and_keeps_the_cases_carried_over(tmp_path):
    run_on(tmp_path, [row(f"Ann {number}", issue=f"Leak {number}") for number in range(20)])
    now = NOW + timedelta(days=40)
    with open_state(tmp_path) as state:
        run = state.runs.begin("run", now, now.date(), now)
        recalled = state.registers.recall(saved([row("Ann 19", issue="Leak 19"), row("Zed")]), now.date())
        state.registers.remember(run, recalled, rollover=True)
    assert [each.id for each in recalled.register.cases] == ["C-00020", "C-00021"]
    after = run_on(tmp_path, [row("Zed"), row("Ann 19", issue="Leak 19")], days=41)
    assert after.alarm == ""
    assert after.register.findings == ()
    assert story_of(tmp_path, 1).changes[-1].kind == "rolled over"


def test_every_kind_of_cell_comes_back_as_it_was(tmp_path):
    cells = (
        "text",
        "=1+1",
        "snow ☃ \ud83d",
        5,
        5.5,
        True,
        None,
        date(2026, 1, 2),
        datetime(2026, 1, 2, 9, 30),
    )
    cells += (time(9, 30), timedelta(hours=30), BadCell("error", "#N/A"))
    layout = Layout(
        "register.xlsx", "Register", 1, 1, {}, tuple(Column("", n, "?", f"c{n}") for n in range(1, 13))
    )
    case = Case("main", 2, layout, {}, {}, cells)
    register = Register("main", "Register", "register.xlsx", "f", (layout,), (case,), (), ())
    with open_state(tmp_path) as state:
        run = state.runs.begin("run", NOW, NOW.date(), NOW)
        state.registers.remember(run, state.registers.recall(register, NOW.date()))
    kept = story_of(tmp_path, 1).now.cells
    assert kept == {f"+c{n}": cell for n, cell in enumerate(cells, 1) if cell is not None}
    assert [type(each) for each in kept.values()] == [type(each) for each in cells if each is not None]


def test_a_mere_look_gives_no_ids_to_rows_that_no_run_has_remembered(tmp_path):
    with open_state(tmp_path, dry_run=True) as state:
        looked = state.registers.recall(saved([row("Ann")]), NOW.date(), name_new=False)
    assert [each.id for each in looked.register.cases] == [None]
    run_on(tmp_path, [row("Ann")])
    with open_state(tmp_path, dry_run=True) as state:
        looked = state.registers.recall(saved([row("Bob"), row("Ann")]), NOW.date(), name_new=False)
    assert [each.id for each in looked.register.cases] == [None, "C-00001"]


def run_on_a_full_disk(folder, rows):
    with open_state(folder) as state:
        run = state.runs.begin("run", NOW, NOW.date(), NOW)
        with state.engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
        state.registers.remember(run, state.registers.recall(saved(rows), NOW.date()))


def test_a_full_disk_is_said_and_nothing_is_left_half_written(tmp_path):
    run_on(tmp_path, [row("Ann")])
    rows = [row(f"Ann {number}", issue=f"Leak {number} " * 40) for number in range(400)]
    with pytest.raises(DeliveryError, match="no room left") as stop:
        run_on_a_full_disk(tmp_path, [row("Ann"), *rows])
    assert "run again" in stop.value.next_step
    again = run_on(tmp_path, [row("Ann"), *rows], days=1)
    assert len(again.new) == 400
    assert again.register.cases[0].id == "C-00001"
