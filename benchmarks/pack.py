"""The pack of 10,000 cases in all four formats against drawing its charts alone.

Run: python -m benchmarks.pack
Goal: at most 4 times the charts alone (two SVGs and a PNG of each), CPU seconds, median of 5 in turns.
"""

import random
import statistics
import time
from collections.abc import Callable
from datetime import timedelta

from complaints_sheet.core.brand import Brand
from complaints_sheet.formats import write_all
from complaints_sheet.pack.blocks import Pack, charts
from complaints_sheet.pack.charts import png, svg
from complaints_sheet.pack.fortnightly import fortnightly
from complaints_sheet.pack.options import PackOptions
from complaints_sheet.pack.palette import paper_palette
from tests.pack_by_hand import CALENDAR, PERIOD, Sheet, nov

CASES = 10_000
ROUNDS = 5
KINDS = ("html", "pdf", "docx", "xlsx")


def register() -> Sheet:
    """Return a register of invented cases over two years, most of them followed up."""
    chance = random.Random(1)
    sheet = Sheet("theme", "handled_fairly")
    for number in range(CASES):
        received = nov(21) - timedelta(days=chance.randrange(800))
        followed = received + timedelta(days=chance.randrange(9))
        done = followed < nov(20) and chance.random() < 0.97
        sheet.add(
            f"C{number:05}",
            received,
            followed if done else None,
            done,
            theme=f"Theme {chance.randrange(12)}",
            department=f"Department {chance.randrange(8)}",
            customer_name=f"Customer {chance.randrange(CASES)}",
            improvement_idea="Ring before the visit" if chance.random() < 0.05 else "",
        )
    return sheet


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    judgement, brand, options = register().judged(), Brand(), PackOptions("Example Homes")
    palette = paper_palette(brand)

    def composed() -> Pack:
        return fortnightly([judgement], PERIOD, CALENDAR, options)

    def drawn(pack: Pack) -> None:
        for chart in charts(pack):
            svg(chart, palette, as_text=True)
            svg(chart, palette, as_text=False)
            png(chart, palette)

    def written() -> None:
        outcomes = write_all(composed(), KINDS, brand, ())
        assert all(each.document for each in outcomes), [each.problem for each in outcomes]

    ready = composed()
    drawn(ready)
    written()
    alone, whole = zip(
        *((seconds(lambda: drawn(ready)), seconds(written)) for _ in range(ROUNDS)), strict=True
    )
    base, full = statistics.median(alone), statistics.median(whole)
    print(f"{'charts alone':34}{base:9.2f} s")
    print(f"{'figures, pages and four formats':34}{full:9.2f} s{full / base:8.2f} times")
