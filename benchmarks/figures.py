"""Every figure of a pack over a history of 1,000,000 cases against bare pandas: the same columns, grouped.

Run: python -m benchmarks.figures [CASES]
Goal: at most 2 times, CPU seconds, median of 3 in turns, counted twice: from the judged cases in memory, and
from a table that is ready. The bare one takes each column the figures look at into a DataFrame and groups
it once for each table of counts in a pack, with nothing around it: no bases, no cases, no charts.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pandas as pd

from complaints_sheet.core.model import Case, Judgement, Layout, Register, Verdict
from complaints_sheet.pack.frame import frame_of
from complaints_sheet.pack.measure import measured
from complaints_sheet.pack.options import PackOptions, Standard
from tests.pack_by_hand import CALENDAR, MONDAY, PERIOD, Sheet, nov

CASES = 1_000_000
ROUNDS = 3
YEARS = 10
OPTIONS = PackOptions("Example Homes", Standard("follow-up"))


def history(many: int) -> Judgement:
    """Return a register of invented cases over ten years, nearly all of them closed, judged by one clock."""
    chance = random.Random(1)
    columns = Sheet("theme").columns
    layout = Layout("register.xlsx", "Register", 1, many, columns)
    days = [nov(21) - timedelta(days=back) for back in range(365 * YEARS + 40)]
    cases: list[Case] = []
    verdicts = []
    for number in range(many):
        back = number * 365 * YEARS // many
        took = chance.randrange(9)
        done = back > 20 and chance.random() < 0.9995
        received = days[back]
        values = {
            "case_ref": f"C{number:07}",
            "case_owner": f"Owner {chance.randrange(40)}",
            "department": f"Department {chance.randrange(8)}",
            "received_on": received,
            "customer_name": f"Customer {chance.randrange(many)}",
            "issue": "The boiler is off again",
            "resolved": done,
            "theme": f"Theme {chance.randrange(12)}",
        }
        if done:
            values |= {"followed_up_on": days[back - took], "resolution": "Part fitted"}
        cases.append(Case("main", number + 2, layout, values, {}, ()))
        due = received + timedelta(days=7)
        outcome = ("met" if took <= 7 else "breached") if done else "running" if due > nov(22) else "breached"
        verdicts.append((Verdict("follow-up", "by-hand", outcome, start=received, due=due),))
    register = Register("main", "Main", "register.xlsx", "ab" * 32, (layout,), tuple(cases), (), ())
    return Judgement(register, MONDAY, tuple(verdicts), (), (), (("by-hand", "1"),))


def columns_of(judgement: Judgement) -> pd.DataFrame:
    """The columns that the figures look at."""
    cases = judgement.register.cases
    table = pd.DataFrame(
        {
            "name": [case.name for case in cases],
            "department": [case.text("department") for case in cases],
            "theme": [case.text("theme") for case in cases],
            "received": [case.day("received_on") for case in cases],
            "followed": [case.day("followed_up_on") for case in cases],
            "open": [case.open for case in cases],
            "due": [each.due for (each,) in judgement.verdicts],
            "outcome": [each.outcome for (each,) in judgement.verdicts],
        }
    )
    for day in ("received", "followed", "due"):
        table[day] = pd.to_datetime(table[day])
    return table


def grouped(table: pd.DataFrame) -> None:
    """Each column grouped as the figures of a pack do."""
    fortnights = {
        day: (pd.Timestamp(PERIOD.end) - table[day]).dt.days // 14 for day in ("received", "followed", "due")
    }
    table.groupby(fortnights["received"]).size()
    table.groupby(fortnights["followed"]).size()
    table.groupby([fortnights["due"], "outcome"]).size()
    table.groupby([fortnights["received"], "theme"]).size()
    table.groupby([fortnights["received"], "department"]).size()
    table.groupby(["department", "outcome"]).size()
    table.groupby(["department", "open"]).size()


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    done = work()
    return time.process_time() - start, done


def main(many: int) -> None:
    judgement = history(many)
    rows = []
    for _ in range(ROUNDS):
        made, table = seconds(lambda: columns_of(judgement))
        bare, _none = seconds(partial(grouped, table))
        ours_made, frame = seconds(lambda: frame_of([judgement], OPTIONS))
        ours, _found = seconds(partial(measured, frame, PERIOD, CALENDAR))
        rows.append((made + bare, ours_made + ours, bare, ours))
    whole, our_whole, bare, ours = (statistics.median(each) for each in zip(*rows, strict=True))
    print(f"{many:,} cases")
    for name, base, found in (
        ("from the judged cases", whole, our_whole),
        ("from a table that is ready", bare, ours),
    ):
        print(f"{name:28}bare pandas {base:7.2f} s   every figure {found:7.2f} s{found / base:7.2f} times")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CASES)
