"""The sample register: made by its script, ordinary for the most part; every rule has something to say."""

import csv
import importlib.util
import types
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from complaints_sheet.app.checking import check_register
from complaints_sheet.core.fields import NINE
from complaints_sheet.core.model import Judgement

TOP = Path(__file__).resolve().parent.parent
SAMPLE = TOP / "sample_register.xlsx"

WITHOUT_MEMORY = {
    *("missing-field", "unreadable-value", "ambiguous-date", "date-in-future", "dates-out-of-order"),
    *("contradiction", "unknown-owner", "duplicate-row", "repeat-customer", "clock-breached"),
    *("clock-due-soon", "follow-up-missing", "open-too-long", "silent-department"),
}


def _script() -> types.ModuleType:
    spec = importlib.util.spec_from_file_location("make_sample", TOP / "scripts" / "make_sample.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _cells(path: Path) -> dict[tuple[str, str], object]:
    book = load_workbook(path)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


@pytest.fixture(scope="module")
def judgement() -> Judgement:
    answer = check_register(
        None,
        (),
        TOP / "config.yaml",
        config_given=True,
        as_of="2026-11-23T08:00",
        now=datetime(2026, 11, 23, tzinfo=UTC),
    )
    return answer.judgements[0]


def test_the_script_makes_the_sample_that_is_kept(tmp_path: Path) -> None:
    made = tmp_path / "sample_register.xlsx"
    _script().write(made)
    assert _cells(made) == _cells(SAMPLE)


def test_the_nine_headings_stand_in_row_3_as_the_procedure_writes_them_and_one_more_is_kept(
    judgement: Judgement,
) -> None:
    (layout,) = judgement.register.layouts
    assert layout.header_row == 3
    assert [column.heading for column in layout.columns.values()] == [each.heading for each in NINE]
    assert [column.heading for column in layout.extra] == ["Ward"]


def test_every_row_is_a_case_but_the_totals_row(judgement: Judgement) -> None:
    assert 145 <= len(judgement.register.cases) <= 165
    assert [each.reason for each in judgement.register.left_out] == ["totals row"]


def test_every_rule_that_needs_no_memory_speaks(judgement: Judgement) -> None:
    assert {found.rule for found in judgement.findings} >= WITHOUT_MEMORY


def test_each_slip_is_found_by_the_rules_it_was_made_for(judgement: Judgement) -> None:
    spoken = defaultdict(set)
    for found in judgement.findings:
        spoken[found.row].add(found.rule)
    by_customer = defaultdict(set)
    for case in judgement.register.cases:
        key = (case.text("case_owner"), case.text("issue"), case.text("customer_name"))
        by_customer[key] |= spoken[case.row]
    with (TOP / "scripts" / "sample" / "slips.csv").open(encoding="utf-8", newline="") as file:
        for slip in csv.DictReader(file):
            missed = (
                set(slip["Rules"].split())
                - by_customer[slip["Case Owner"], slip["Issue"], slip["Customer Name"]]
            )
            assert not missed, (slip["Customer Name"], missed)


def test_most_rows_are_fine(judgement: Judgement) -> None:
    troubled = {found.row for found in judgement.findings if found.severity != "low"}
    assert len(troubled) < len(judgement.register.cases) / 4


def test_most_customers_are_followed_up_in_time_and_some_wait(judgement: Judgement) -> None:
    clocks = [verdict for each in judgement.verdicts for verdict in each if verdict.clock == "follow-up"]
    met = sum(verdict.outcome == "met" for verdict in clocks)
    late = [verdict for verdict in clocks if verdict.outcome == "breached"]
    waiting = [verdict for verdict in late if verdict.stop is None]
    assert 0.8 < met / (met + len(late)) < 0.95
    assert 8 <= len(waiting) <= 15
