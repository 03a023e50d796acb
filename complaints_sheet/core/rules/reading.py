"""Rules whose findings are made while the register is read (`core/cases.py`), listed here by name."""

from collections.abc import Iterable
from datetime import date

from complaints_sheet.core.model import Case, Flag
from complaints_sheet.core.rules.registry import NOTHING, rule


@rule("medium", scope="reading")
def unreadable_value(case: Case, today: date) -> Iterable[Flag]:
    """A cell is filled in but cannot be understood: no date, no yes or no, an error, a placeholder."""
    return NOTHING


@rule("medium", scope="reading")
def ambiguous_date(case: Case, today: date) -> Iterable[Flag]:
    """A date can be read as two different days, such as 03/04/2026, and nothing in its column decides."""
    return NOTHING


@rule("low", scope="reading")
def swapped_date(case: Case, today: date) -> Iterable[Flag]:
    """A real date does not fit its place in the register, but would with day and month swapped."""
    return NOTHING
