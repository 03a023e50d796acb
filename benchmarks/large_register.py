"""Makes the register the benchmarks read: `python benchmarks/large_register.py FILE [ROWS]`.

Twelve columns, real dates, a seed: the same arguments always give the same cells.
"""

import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

HEADINGS = (
    "Reference",
    "Case Owner",
    "Department",
    "Date received",
    "Date followed-up with customer",
    "Resolved and followed up (Y/N)",
    "Customer Name",
    "Phone",
    "Issue",
    "Resolution",
    "Proposed Improvement Idea",
    "Goodwill £",
)
OWNERS = tuple(
    f"{first} {last}" for first in ("Amira", "Tom", "Beth", "Peter") for last in ("Khan", "Lau", "Reid")
)
DEPARTMENTS = ("Repairs", "Estates", "Lettings", "Customer Services", "Billing", "Digital")
FIRST_NAMES = ("Ada", "Bilal", "Carys", "Dev", "Erin", "Femi", "Gwen", "Hugo", "Isla", "Jun")
LAST_NAMES = ("Archer", "Begum", "Cole", "Dunn", "Evans", "Farah", "Green", "Hill", "Iqbal", "Jones")
WORDS = [
    "the",
    "boiler",
    "was",
    "not",
    "repaired",
    "in",
    "time",
    "and",
    "nobody",
    "rang",
    "back",
    "about",
    "the",
    "appointment",
    "so",
    "the",
    "customer",
    "had",
    "to",
    "take",
    "another",
    "day",
    "off",
    "work",
    "and",
    "asks",
    "for",
    "a",
    "letter",
    "that",
    "explains",
    "what",
    "went",
    "wrong",
    "with",
    "the",
    "booking",
]
FIRST_DAY = date(2024, 1, 2)


def rows(count: int, seed: int = 1) -> Iterator[tuple[Any, ...]]:
    """Yield `count` rows of twelve cells, oldest first."""
    chance = random.Random(seed)
    for number in range(count):
        received = FIRST_DAY + timedelta(days=number * 1050 // count)
        followed = received + timedelta(days=_wait_days(chance)) if chance.random() < 0.97 else None
        closed = followed is not None and chance.random() < 0.97
        yield (
            f"C-{number:06d}",
            chance.choice(OWNERS),
            chance.choice(DEPARTMENTS),
            received,
            followed,
            "Y" if closed else "N",
            f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)} {chance.randrange(3000)}",
            f"07700 9{chance.randrange(100000):05d}",
            _sentence(chance, 18),
            _sentence(chance, 14) if closed else None,
            _sentence(chance, 9) if chance.random() < 0.3 else None,
            round(chance.random() * 200, 2) if chance.random() < 0.2 else None,
        )


def _wait_days(chance: random.Random) -> int:
    """Return how long a customer waited: nine in ten within the week, as in the sample register."""
    return chance.randrange(8) if chance.random() < 0.9 else chance.randrange(8, 30)


def write_register(path: Path, count: int = 100_000) -> None:
    """Write the register as .xlsx."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet("Register")
    sheet.write_row(0, 0, HEADINGS)
    for number, cells in enumerate(rows(count), start=1):
        sheet.write_row(number, 0, cells)
    book.close()


def _sentence(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(WORDS, k=words)).capitalize() + "."


if __name__ == "__main__":
    write_register(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 100_000)
