"""Rules whose findings come from the memory (`core/edits.py`): what changed since the last run, by name."""

from collections.abc import Iterable
from datetime import date

from complaints_sheet.core.model import Case, Flag
from complaints_sheet.core.rules.registry import NOTHING, rule


@rule("high", scope="reading")
def row_removed(case: Case, today: date) -> Iterable[Flag]:
    """A row that was there before is no longer in the register; `restore` brings it back."""
    return NOTHING


@rule("medium", scope="reading")
def owner_changed(case: Case, today: date) -> Iterable[Flag]:
    """The case has another owner than before; both are shown."""
    return NOTHING


@rule("high", scope="reading")
def date_moved(case: Case, today: date) -> Iterable[Flag]:
    """The date received was moved later, or a follow-up was written down before a breach already shown."""
    return NOTHING


@rule("medium", scope="reading")
def reopened(case: Case, today: date) -> Iterable[Flag]:
    """A case that was resolved is open again; its history and its breach stay."""
    return NOTHING


@rule("high", scope="reading")
def resolution_emptied(case: Case, today: date) -> Iterable[Flag]:
    """The resolution was there and is blank now; the history shows what it said."""
    return NOTHING


@rule("medium", scope="reading")
def reference_reused(case: Case, today: date) -> Iterable[Flag]:
    """The reference of this row belonged to another case; the row is treated as a new one."""
    return NOTHING


@rule("low", scope="reading")
def reference_changed(case: Case, today: date) -> Iterable[Flag]:
    """The reference of the case was changed or emptied; both are shown."""
    return NOTHING


@rule("low", scope="reading")
def uncertain_row(case: Case, today: date) -> Iterable[Flag]:
    """A new row may be an older case, changed too much to be sure; it is asked about, never guessed."""
    return NOTHING
