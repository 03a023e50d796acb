"""Judging by a large policy with every optional column, against merely reading the same file; and its growth.

Run: python -m benchmarks.judging [rows]
Goals: judging 100,000 cases by `customer-contacts` costs at most 1.5 times the bare read of their file; ten
times the cases cost ten times as much (1,000,000 cases: python -m benchmarks.judging 1000000).
"""

import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import python_calamine
import xlsxwriter

from complaints_sheet.config.closed_days import CalendarConfig, calendar_from
from complaints_sheet.config.policies import load_policies
from complaints_sheet.core.clocks import judge
from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.model import Case, Column, Layout, Value

LAST_DAY = date(2026, 11, 20)
POLICY = "customer-contacts"
COLUMNS = {
    field: Column(field, number, "", each.heading) for number, (field, each) in enumerate(FIELDS.items(), 1)
}
LAYOUT = Layout("large.xlsx", "Register", 1, 0, COLUMNS)

# field: (share of rows that have it, days after receipt at most)
DATES = {
    "acknowledged_on": (0.9, 5),
    "responded_on": (0.8, 20),
    "followed_up_on": (0.7, 25),
    "resolved_on": (0.6, 20),
    "closed_on": (0.5, 30),
    "extended_to": (0.1, 40),
    "extension_told_on": (0.1, 20),
    "paused_from": (0.05, 20),
    "paused_until": (0.04, 30),
    "last_contact_on": (0.5, 20),
    "appeal_received_on": (0.1, 40),
    "appeal_panel_on": (0.08, 60),
    "escalated_on": (0.05, 60),
    "converted_on": (0.05, 10),
    "promised_on": (0.2, 10),
}
MARKS: dict[str, tuple[float, tuple[Value, ...]]] = {
    "contact_type": (0.9, ("complaint", "complaint", "feedback", "dissatisfaction")),
    "formal": (0.9, (True, True, True, False)),
    "complex": (0.9, (False, False, False, True)),
    "resolved": (1.0, (True, True, False)),
    "category": (0.9, ("repairs", "noise", "disrepair", "billing", "staff")),
    "case_owner": (1.0, ("Amira Khan", "Tom Ashworth", "Peter Lau")),
    "department": (1.0, ("Repairs", "Estates", "Lettings")),
    "pause_decided_by": (0.04, ("Sam Osei",)),
    "extension_reason": (0.1, ("Surveyor away", "Waiting for a part")),
}


def made(count: int) -> list[Case]:
    """Return so many cases over five years, drawn with a fixed seed, most optional fields filled in some."""
    chance = Random(2)
    return [Case("main", row, LAYOUT, _values(row, chance), {}, ()) for row in range(2, count + 2)]


def _values(row: int, chance: Random) -> dict[str, Value]:
    received = LAST_DAY - timedelta(days=chance.randrange(5 * 365))
    values: dict[str, Value] = {
        "received_on": received,
        "customer_name": f"Customer {row}",
        "issue": f"Issue {row}",
    }
    for field, (share, days) in DATES.items():
        if chance.random() < share:
            values[field] = received + timedelta(days=chance.randrange(days))
    for field, (share, marks) in MARKS.items():
        if chance.random() < share:
            values[field] = chance.choice(marks)
    if chance.random() < 0.5:
        first, second = (received + timedelta(days=chance.randrange(days)) for days in (9, 19))
        values["contact_log"] = f"{first:%d/%m/%Y} rang; {second:%d/%m/%Y} wrote about {row}"
    return values


def written(cases: list[Case], path: Path) -> None:
    """Write the cases as a workbook with a column for every field."""
    with xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet("Register")
        sheet.write_row(0, 0, [each.heading for each in FIELDS.values()])
        for number, case in enumerate(cases, 1):
            for column, field in enumerate(FIELDS):
                if field in case.values:
                    sheet.write(number, column, case.values[field])


def cpu_seconds(task: Callable[[], object], rounds: int = 5) -> float:
    """Return the median CPU seconds of the task, with the collector paused as `check` has it."""
    spent = []
    gc.disable()
    for _ in range(rounds):
        began = time.process_time()
        found = task()
        spent.append(time.process_time() - began)
        del found  # what it takes to throw the answer away is no part of the task
    gc.enable()
    return statistics.median(spent)


def judging(cases: list[Case]) -> Callable[[], object]:
    """Return the task of judging these cases, from nothing remembered."""
    calendar = calendar_from(CalendarConfig(), 2000, 2050)
    policy = load_policies([POLICY])[-1]
    as_of = datetime(2026, 11, 22, 23, 59, 59, tzinfo=ZoneInfo("Europe/London"))
    return lambda: [
        verdicts(case) for verdicts in [judge.__wrapped__(policy, calendar, as_of)] for case in cases
    ]


def main(rows: int) -> None:
    """Print the costs, their ratio, and how the cost grows."""
    cases = made(rows)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.xlsx"
        written(cases[:100_000], path)
        read = cpu_seconds(lambda: python_calamine.load_workbook(path).get_sheet_by_index(0).to_python())
    fewest, some = len(cases) // 10, cpu_seconds(judging(cases[: len(cases) // 10]))
    hundred = cpu_seconds(judging(cases[:100_000]))
    every = hundred if rows <= 100_000 else cpu_seconds(judging(cases), rounds=1)
    print(f"{POLICY}, {len(FIELDS)} columns, CPU seconds")
    print(f"bare read of {min(rows, 100_000):,} rows   {read:8.2f}")
    print(f"judging {min(rows, 100_000):,} cases      {hundred:8.2f}   {hundred / read:.2f} times the read")
    print(f"judging {fewest:,} cases       {some:8.2f}")
    print(
        f"judging {rows:,} cases      {every:8.2f}   {every / some:.1f} times {fewest:,}, which are a tenth"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
