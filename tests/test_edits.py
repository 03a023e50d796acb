"""Edits that somebody should look at, and registers so different that the run must stop."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from complaints_sheet.core.breaker import alarm
from complaints_sheet.errors import SourceError
from complaints_sheet.state import open_state
from tests.test_state_registers import run_on, saved

TODAY = date(2026, 11, 23)
NAMES = ("Ann", "Bob", "Cy", "Di", "Ed", "Flo", "Gus", "Hal", "Ida", "Jan", "Ken", "Liz")
OWNERS = ("Amira Khan", "Tom Ashworth", "Beth Holroyd", "Peter Lau")


def row(number, **changes):
    values = {
        "case_owner": OWNERS[number % 4],
        "department": "Repairs",
        "received_on": date(2026, 11, 2) + timedelta(days=number % 5),
        "resolved": False,
        "customer_name": f"{NAMES[number % 12]} Example {number}",
        "issue": f"Boiler number {number} out again, since {number} days",
    }
    return {name: value for name, value in (values | changes).items() if value is not None}


def second_run(tmp_path, before, after, days=1):
    """Return what a second run recalls, and let it remember whatever it was."""
    run_on(tmp_path, before)
    now = datetime(2026, 11, 23, 8, tzinfo=ZoneInfo("Europe/London")) + timedelta(days=days)
    with open_state(tmp_path) as state:
        run = state.runs.begin("run", now, now.date(), now)
        recalled = state.registers.recall(saved(after), now.date())
        state.registers.remember(run, recalled, accept=True)
        state.runs.finish(run, "done", now)
    return recalled


def told(recalled):
    return {(each.rule, each.row): each.message for each in recalled.register.findings}


def test_another_owner_is_told_with_both_names(tmp_path):
    recalled = second_run(tmp_path, [row(1), row(2)], [row(1, case_owner="Peter Lau"), row(2)])
    assert told(recalled) == {("owner-changed", 2): "The case owner was Tom Ashworth and is now Peter Lau."}


def test_an_owner_filled_in_or_spelled_in_capitals_is_no_change(tmp_path):
    before = [row(1, case_owner=None), row(2)]
    assert told(second_run(tmp_path, before, [row(1), row(2, case_owner="BETH HOLROYD")])) == {}


def test_a_received_date_moved_later_is_told_and_an_earlier_one_is_not(tmp_path):
    before = [row(1), row(2)]
    after = [row(1, received_on=date(2026, 11, 9)), row(2, received_on=date(2026, 11, 1))]
    said = told(second_run(tmp_path, before, after))
    assert said == {("date-moved", 2): "The date received was moved later, from 3 Nov to 9 Nov."}


def test_a_case_open_again_and_a_resolution_emptied_are_told(tmp_path):
    before = [row(1, resolved=True, resolution="Fixed the boiler"), row(2)]
    said = told(second_run(tmp_path, before, [row(1), row(2)]))
    assert set(said) == {("reopened", 2), ("resolution-emptied", 2)}
    assert "Fixed" not in "".join(said.values())


def test_a_row_that_is_gone_is_told_with_its_owner_and_how_to_bring_it_back(tmp_path):
    recalled = second_run(tmp_path, [row(1), row(2), row(3)], [row(1), row(3)])
    (found,) = recalled.register.findings
    assert found.rule == "row-removed"
    assert found.severity == "high"
    assert found.row is None
    assert found.owner == "Beth Holroyd"
    assert found.case == "C-00002"
    assert "complaints-sheet restore C-00002" in found.message
    assert "Example" not in found.message


def test_a_row_kept_for_longer_than_three_years_may_go_quietly(tmp_path):
    old = row(2, received_on=date(2023, 1, 9), resolved=True)
    (found,) = second_run(tmp_path, [row(1), old, row(3)], [row(1), row(3)]).register.findings
    assert found.severity == "low"
    assert "It had to be kept until 9 January 2026" in found.message


def test_a_missing_row_is_told_for_two_weeks_under_one_key_and_until_it_is_back(tmp_path):
    before, after = [row(1), row(2), row(3)], [row(1), row(3)]
    (first,) = second_run(tmp_path, before, after).register.findings
    (later,) = run_on(tmp_path, after, days=9).register.findings
    assert later == first
    assert run_on(tmp_path, before, days=10).register.findings == ()
    assert run_on(tmp_path, after, days=30).register.findings[0].rule == "row-removed"
    assert run_on(tmp_path, after, days=60).register.findings == ()


def test_a_follow_up_dated_back_before_the_case_was_shown_as_late_is_asked_about(tmp_path):
    from complaints_sheet.core.model import Judgement, Verdict

    run_on(tmp_path, [row(1), row(2)])
    now = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Europe/London"))
    with open_state(tmp_path) as state:
        run = state.runs.begin("run", now, now.date(), now)
        recalled = state.registers.recall(saved([row(1), row(2)]), now.date())
        late = Verdict("follow-up", "house", "breached", due=date(2026, 11, 10))
        judgement = Judgement(recalled.register, now, ((late,), ()), (), (), ())
        assert state.registers.observe_breaches(run, judgement) == 1
        assert state.registers.observe_breaches(run, judgement) == 0
    after = [row(1, followed_up_on=date(2026, 11, 9)), row(2, followed_up_on=date(2026, 11, 9))]
    said = told(run_on(tmp_path, after, days=1))
    assert set(said) == {("date-moved", 2)}
    assert "after the case had been shown as late on 23 Nov" in said[("date-moved", 2)]


def test_a_reference_given_to_another_case_or_retyped_is_said(tmp_path):
    before = [row(1, case_ref="C1"), row(2, case_ref="C2"), row(3, case_ref="C3")]
    after = [row(2, case_ref="X2"), row(3), row(7, case_ref="C1")]
    said = told(second_run(tmp_path, before, after))
    assert said[("reference-changed", 2)] == "The reference was C2 and is now X2."
    assert said[("reference-changed", 3)] == "The reference C3 was emptied."
    assert "belonged to another case" in said[("reference-reused", 4)]
    assert ("row-removed", None) in said


def test_a_row_that_may_be_a_removed_one_is_asked_about(tmp_path):
    before = [row(1), row(2), row(3)]
    after = [row(2), row(3), row(1, received_on=date(2026, 1, 20))]
    said = told(second_run(tmp_path, before, after))
    assert "may be C-00001" in said[("uncertain-row", 4)]


def alarm_between(tmp_path, before, after):
    run_on(tmp_path, before)
    with open_state(tmp_path, dry_run=True) as state:
        return alarm(state.registers.recall(saved(after), TODAY))


def test_a_register_that_lost_more_than_a_fifth_of_its_rows_stops_the_run(tmp_path):
    before = [row(number) for number in range(30)]
    assert "7 of the 30 rows" in alarm_between(tmp_path, before, before[7:])


def test_a_few_deleted_rows_do_not_stop_the_run(tmp_path):
    before = [row(number) for number in range(30)]
    assert alarm_between(tmp_path / "a", before, before[6:]) == ""
    assert alarm_between(tmp_path / "b", before[:6], before[4:6] + before[:1]) == ""


def test_a_register_with_none_of_the_known_rows_stops_the_run_however_small(tmp_path):
    assert alarm_between(tmp_path / "a", [row(1), row(2)], [row(8), row(9)])
    assert alarm_between(tmp_path / "b", [row(1), row(2)], [])


def test_a_column_that_is_gone_stops_the_run(tmp_path):
    before = [row(number) for number in range(5)]
    fields = [name for name in row(1) if name != "case_owner"]
    run_on(tmp_path, before)
    from dataclasses import replace

    from tests.registers import make_register

    rows = [{name: each[name] for name in fields} for each in before]
    without = replace(make_register(rows, fields=fields), fingerprint="other")
    with open_state(tmp_path, dry_run=True) as state:
        said = state.registers.recall(without, TODAY).alarm
    assert said == "The column is no longer in the register: “Case Owner”."


@pytest.mark.parametrize(
    "columns", [["customer_name"], ["issue"], ["customer_name", "issue"], ["case_owner"]]
)
def test_columns_sorted_without_the_others_stop_the_run(tmp_path, columns):
    before = [row(number) for number in range(40)]
    order = sorted(range(40), key=lambda number: str(before[number][columns[0]]))
    after = [
        each | {name: before[order[place]][name] for name in columns} for place, each in enumerate(before)
    ]
    assert "have changed rows" in alarm_between(tmp_path, before, after)


def test_cells_shifted_down_by_one_stop_the_run(tmp_path):
    before = [row(number) for number in range(40)]
    after = [each | {"issue": before[max(0, place - 1)]["issue"]} for place, each in enumerate(before)]
    assert "“Issue” have changed rows" in alarm_between(tmp_path, before, after)


def test_a_busy_day_of_ordinary_edits_does_not_stop_the_run(tmp_path):
    before = [row(number) for number in range(40)]
    after = [row(number, followed_up_on=TODAY, resolved=True, resolution="Done") for number in range(25)]
    after += [row(number, case_owner="Nadia Rahman") for number in range(25, 40)]
    assert alarm_between(tmp_path, before, after) == ""


def test_after_an_alarm_nothing_is_remembered_and_the_next_good_read_goes_on(tmp_path):
    rows = [row(number) for number in range(20)]
    run_on(tmp_path, rows)
    with pytest.raises(SourceError, match="no longer in the register") as stop:
        run_on(tmp_path, rows[:4], days=1)
    assert "run --accept" in stop.value.next_step
    again = run_on(tmp_path, rows, days=1)
    assert again.alarm == ""
    assert again.same
    assert again.register.findings == ()


def test_an_alarm_is_told_once_until_a_good_read(tmp_path):
    rows = [row(number) for number in range(20)]
    run_on(tmp_path, rows)
    with open_state(tmp_path) as state:
        assert [state.registers.alarm("main", "16 rows missing") for _ in range(2)] == [True, False]
    run_on(tmp_path, rows, days=1)
    with open_state(tmp_path) as state:
        assert state.registers.alarm("main", "16 rows missing")
