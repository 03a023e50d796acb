"""A register with what the memory knows of it, by the limits and the periods of keeping of the config."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING

from complaints_sheet.app.judged import calendar_of, judging_of
from complaints_sheet.core.breaker import Limits
from complaints_sheet.core.model import Case, Register
from complaints_sheet.core.people import plain_name
from complaints_sheet.core.recollection import Recollection
from complaints_sheet.core.retention import keeping

if TYPE_CHECKING:
    from complaints_sheet.config.settings import Config
    from complaints_sheet.state import State


def recall(
    config: "Config", state: "State", register: Register, moment: datetime, *, name_new: bool
) -> Recollection:
    """Return a register as the memory sees it at this aware moment; nothing is written."""
    return state.registers.recall(
        register,
        today=moment.date(),
        name_new=name_new,
        limits=Limits(config.state.missing_share, config.state.missing_rows),
        kept=_kept(config, register, moment),
    )


def _kept(config: "Config", register: Register, moment: datetime) -> Callable[[Case], date | None]:
    """Return the function that says how long a record is kept; what it needs is read when first asked."""

    @cache
    def by_policies() -> Callable[[Case], date | None]:
        own = next(each for each in config.registers if each.id == register.id)
        judging = judging_of(config, own)
        return keeping(judging.policies, calendar_of(judging.calendar_config, [register], moment))

    def kept(case: Case) -> date | None:
        typed = case.text("department")
        named = config.spellings.departments.get(plain_name(typed))
        return by_policies()(replace(case, values={**case.values, "department": named}) if named else case)

    return kept
