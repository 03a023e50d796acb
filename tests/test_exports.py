"""The tables that regulators ask for: counted by hand, blank where nothing is recorded, harmless in Excel."""

import csv
import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from complaints_sheet.cli import main
from complaints_sheet.config.policies import load_policies
from complaints_sheet.core.judging import judge
from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import Money
from complaints_sheet.core.policy import PolicyChoice
from complaints_sheet.core.returns import ASIC, PERFORMANCE, Return, asic_rows, fca_counts, performance
from complaints_sheet.formats.returns import write
from tests.policy_cases import at, england
from tests.registers import make_register

HALF_YEAR = Period(date(2026, 1, 1), date(2026, 6, 30))

# The fields of the return by DISP 1 Annex 1R: for the firm, then for each product group.
OF_THE_FIRM = (
    "Group reporting",
    "Firm reference numbers",
    "Nil return",
    "Complaints outstanding at the start of the period",
    "Complaints opened during the period",
    "Consent to publish",
)
OF_A_GROUP = (
    "Opened",
    "Closed",
    "Closed within 3 business days (%)",
    "Closed after 3 business days and within 8 weeks (%)",
    "Upheld (%)",
    "Main cause",
    "Redress paid",
)
USUAL = {"case_owner": "Amira Khan", "department": "Cards", "customer_name": "Jo Ward", "issue": "Fee"}


def day(text):
    return date.fromisoformat(text)


def row(received, closed=None, **more):
    given = {"received_on": day(received), "resolved": closed is not None, **more}
    return {**USUAL, **given, **({"closed_on": day(closed)} if closed else {})}


def pounds(amount):
    return Money(Decimal(amount), "GBP")


CASES = [
    row("2025-12-20", "2026-01-20", category="Cards", upheld="upheld", root_cause="Fees"),
    row("2025-12-20", "2025-12-30", category="Cards", upheld="upheld"),  # over before the period
    row("2026-01-05", "2026-01-08", category="Cards", upheld="partly upheld", root_cause="Fees"),  # third day
    row("2026-01-05", "2026-01-09", category="Cards", upheld="not upheld", goodwill_amount=pounds(20)),
    row("2026-01-05", "2026-03-02", category="Cards", goodwill_amount=pounds("30.50")),  # 8 weeks to the day
    row("2026-01-05", "2026-03-03", category="Cards", root_cause="Delay"),  # a day more; no outcome written
    row("2026-06-01", category="Loans"),  # open
    row("2026-07-01", category="Loans"),  # after the period
]


def judged(rows, policy="fca-disp", fields=None):
    choice = PolicyChoice(load_policies([policy]))
    return judge(make_register(rows, fields), choice, england(), at("2026-07-31"))


def counts(rows, fields=None):
    table = fca_counts(judged(rows, fields=fields), HALF_YEAR, england())
    assert table.columns == ("Field", "Product group", "Value", "Note")
    return {(field, group): (value, note) for field, group, value, note in table.rows}


def test_the_counts_of_annex_1_have_every_field_for_every_product_group():
    found = counts(CASES)
    assert [field for field, group in found if group is None] == list(OF_THE_FIRM)
    for product in ("Cards", "Loans"):
        assert [field for field, group in found if group == product] == list(OF_A_GROUP)


def test_the_counts_of_annex_1_by_hand():
    found = counts(CASES)
    assert found["Nil return", None][0] == "no"
    assert found["Complaints outstanding at the start of the period", None][0] == 1
    assert found["Complaints opened during the period", None][0] == 5
    assert found["Opened", "Cards"][0] == 4
    assert found["Closed", "Cards"][0] == 5
    assert found["Closed within 3 business days (%)", "Cards"] == (Decimal("20.0"), "1 of 5")
    assert found["Closed after 3 business days and within 8 weeks (%)", "Cards"] == (
        Decimal("60.0"),
        "3 of 5",
    )
    assert found["Main cause", "Cards"] == ("Fees", "2 of 5")
    assert found["Redress paid", "Cards"][0] == Decimal("50.50")
    assert [found[field, "Loans"][0] for field in ("Opened", "Closed")] == [1, 0]


def test_partly_upheld_and_goodwill_alone_count_as_upheld_but_rejected_with_goodwill_does_not():
    found = counts(CASES)
    assert found["Upheld (%)", "Cards"] == (Decimal("75.0"), "3 of 4; 1 not recorded")


def test_what_the_register_does_not_record_is_blank_and_not_nought():
    found = counts([USUAL | {"received_on": day("2026-01-05"), "resolved": True}])
    blank = [field for field, group in found if group and found[field, group][0] is None]
    assert blank == list(OF_A_GROUP[1:])
    assert "no column for “Date closed”" in found["Closed", "not recorded"][1]
    assert found["Complaints outstanding at the start of the period", None][0] is None


def test_amounts_in_two_currencies_are_not_added():
    rows = [
        row("2026-01-05", "2026-01-06", category="Cards", goodwill_amount=pounds(20)),
        row("2026-01-05", "2026-01-06", category="Cards", goodwill_amount=Money(Decimal(20), "EUR")),
    ]
    assert counts(rows)["Redress paid", "Cards"] == (None, "amounts in EUR and GBP cannot be added")


def test_nothing_open_and_nothing_opened_is_a_nil_return():
    assert counts([row("2025-01-05", "2025-01-06")])["Nil return", None][0] == "yes"


BEGUN = {"received_on": "2026-01-05", "acknowledged_on": "2026-01-06"}
STAGED = [
    {**BEGUN, "responded_on": "2026-01-13", "upheld": "upheld"},
    {**BEGUN, "responded_on": "2026-02-13", "upheld": "not upheld"},
    {
        **BEGUN,
        "responded_on": "2026-01-13",
        "escalated_on": "2026-01-20",
        "stage_2_acknowledged_on": "2026-01-21",
        "stage_2_responded_on": "2026-02-03",
        "upheld": "partly upheld",
    },
    {"received_on": "2026-02-02"},
]


def staged(rows):
    dated = [
        {field: day(value) if field.endswith("_on") else value for field, value in each.items()}
        for each in rows
    ]
    found = performance(
        judged([USUAL | each for each in dated], "housing-ombudsman-2024"), HALF_YEAR, england()
    )
    assert found.columns == (
        "Stage",
        "Received",
        "Closed",
        "Closed in time",
        "Closed late",
        "Cannot be judged",
        "In time (%)",
        "Average working days",
        "Upheld",
        "Partly upheld",
        "Not upheld",
        "Note",
    )
    return [dict(zip(PERFORMANCE, each, strict=True)) for each in found.rows]


def test_the_performance_table_by_hand():
    first, second = staged(STAGED)
    assert list(first.values())[:-1] == [
        "Stage 1", 4, 3, 2, 1, 0, Decimal("66.7"), Decimal("13.7"), 1, 0, 1
    ]  # fmt: skip
    assert list(second.values())[:-1] == ["Stage 2", 1, 1, 1, 0, 0, Decimal(100), Decimal("10.0"), 0, 1, 0]


def test_a_stage_without_its_columns_is_blank_with_the_column_it_needs():
    _, second = staged([{"received_on": "2026-01-05", "responded_on": "2026-01-13"}])
    assert {value for name, value in second.items() if name not in {"Stage", "Note"}} == {None}
    assert "“Date escalated”" in second["Note"]


def test_asic_has_a_row_for_each_complaint_and_repeats_open_ones_of_earlier_periods():
    kind = {"contact_type": "complaint"}
    rows = [
        row("2025-11-01", case_ref="A1", channel="email", category="Card", theme="Fees", **kind),
        row("2026-01-05", "2026-01-15", case_ref="A2", upheld="upheld"),
        row("2025-11-01", "2025-12-31", case_ref="A3"),  # over before
        row("2026-06-30", "2026-07-02", case_ref="A4"),  # still open at the end
        row("2026-07-01", case_ref="A5"),  # later
    ]
    found = asic_rows(judged(rows, "asic-rg-271"), HALF_YEAR)
    assert found.columns == (
        "Complaint identifier",
        "Brand",
        "Complaint type",
        "Gender",
        "Age",
        "Postcode",
        "Status",
        "Channel",
        "Date received",
        "Date closed",
        "Days taken",
        "About a representative",
        "Product",
        "Issue",
        "Outcome",
    )
    assert [each[0] for each in found.rows] == ["A1", "A2", "A4"]
    told = {name: value for name, value in zip(ASIC, found.rows[0], strict=True) if value is not None}
    assert told == {
        "Complaint identifier": "A1",
        "Complaint type": "complaint",
        "Status": "open",
        "Channel": "email",
        "Date received": day("2025-11-01"),
        "Product": "Card",
        "Issue": "Fees",
    }
    assert found.rows[1][6:11] == ("closed", None, day("2026-01-05"), day("2026-01-15"), 10)
    assert found.rows[2][6:11] == ("open", None, day("2026-06-30"), None, None)
    assert "Jo Ward" not in str(found.rows)


def test_a_text_that_excel_would_run_is_made_plain():
    text = write(
        Return(("Field", "Value"), (("=1+1", Decimal("-2.5")), ("@x", None), ("a,b", date(2026, 1, 2))))
    )
    assert list(csv.reader(io.StringIO(text))) == [
        ["Field", "Value"],
        ["'=1+1", "-2.5"],
        ["'@x", ""],
        ["a,b", "2026-01-02"],
    ]


LOG = (
    "Reference,Case Owner,Department,Date received,Date closed,Resolved,Customer Name,Issue,Category\n"
    "B1,Amira Khan,Cards,2026-01-05,2026-01-07,Y,Pat Haddad,Fee,Cards\n"
)


@pytest.fixture
def bare(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log.csv").write_text(LOG, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("kind", ["fca", "ombudsman", "asic"])
def test_a_file_that_excel_opens_is_written(bare: Path, capsys, kind):
    arguments = ["export", kind, "log.csv", "--as-of", "2026-07-31", "--to", "out.csv"]
    assert main([*arguments, "--from", "2026-01-01", "--until", "2026-06-30"]) == 0
    assert (bare / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert capsys.readouterr().out == ""
    assert main(["export", kind, "log.csv", "--json", "--as-of", "2026-07-31"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["start"] == ("2025-01-01" if kind == "ombudsman" else "2026-01-01")
    assert found["rows"]


def test_days_that_make_no_period_are_refused(bare, capsys):
    assert main(["export", "fca", "log.csv", "--from", "2026-01-01"]) == 2
    assert main(["export", "fca", "log.csv", "--from", "2026-02-01", "--until", "2026-01-01"]) == 2
    assert "ends before it begins" in capsys.readouterr().err
