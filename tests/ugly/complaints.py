"""Invented complaints for the ugly registers: what happened, before anybody typed it."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from tests.ugly.cells import CUSTOMERS, DEPARTMENTS, IDEAS, ISSUES, OWNERS, RESOLUTIONS

LAST_DAY = date(2026, 11, 20)


@dataclass(frozen=True, slots=True)
class Complaint:
    """One complaint as it was, blank where nothing is known."""

    number: int
    owner: str
    department: str
    received: date | None
    followed_up: date | None
    acknowledged: date | None
    yes: bool | None
    customer: str
    issue: str
    resolution: str
    idea: str
    pence: int


def complaints(count: int, rng: random.Random, gaps: float) -> list[Complaint]:
    """Return complaints in the order received; `gaps` is the share of blank cells."""
    day = date(2025, 1, 7) + timedelta(days=rng.randint(0, 120))
    made = []
    for number in range(1, count + 1):
        day = min(LAST_DAY, day + timedelta(days=rng.choice((0, 0, 1, 1, 2, 3, 5, 8))))
        followed = min(LAST_DAY, day + timedelta(days=rng.choice((0, 1, 2, 3, 4, 6, 9, 14))))
        yes = rng.random() < 0.85
        made.append(
            Complaint(
                number=1000 + number,
                owner=_or_blank(rng.choice(OWNERS), rng, gaps),
                department=_or_blank(rng.choice(DEPARTMENTS), rng, gaps),
                received=None if rng.random() < gaps else day,
                followed_up=None if rng.random() < gaps or not yes else followed,
                acknowledged=None
                if rng.random() < gaps
                else min(followed, day + timedelta(days=rng.choice((0, 1)))),
                yes=None if rng.random() < gaps else yes,
                customer=_or_blank(rng.choice(CUSTOMERS), rng, gaps),
                issue=f"{rng.choice(ISSUES)} ({number})",
                resolution=rng.choice(RESOLUTIONS) if yes else "",
                idea=rng.choice(IDEAS) if rng.random() < 0.15 else "",
                pence=rng.choice((0, 0, 0, 2000, 2550, 10000, 125000, 1234567)),
            )
        )
    return made


def _or_blank(text: str, rng: random.Random, gaps: float) -> str:
    return "" if rng.random() < gaps else text
