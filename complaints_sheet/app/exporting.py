"""`export`: the tables that regulators and ombudsmen ask for, from a register judged as `check` judges it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from complaints_sheet.app.asof import day_asked
from complaints_sheet.app.checking import Checked, checked
from complaints_sheet.app.judged import Judging, calendar_of
from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import Judgement
from complaints_sheet.core.reporting import last_period
from complaints_sheet.core.returns import Return, asic_rows, fca_counts, performance
from complaints_sheet.errors import ConfigError, DeliveryError

Kind: TypeAlias = Literal["fca", "ombudsman", "asic"]
KINDS: tuple[Kind, ...] = get_args(Kind)

POLICY: Mapping[Kind, str] = {
    "fca": "fca-disp",
    "ombudsman": "housing-ombudsman-2024",
    "asic": "asic-rg-271",
}
"""The policy that judges the cases where none is named."""

_EVERY: Mapping[Kind, str] = {"fca": "half-year", "ombudsman": "year", "asic": "half-year"}


@dataclass(frozen=True, slots=True)
class Exported:
    """A return over a period, and the judgement that it was counted from."""

    kind: Kind
    period: Period
    table: Return
    judgements: tuple[Judgement, ...]


def export(
    kind: Kind,
    register: Path | None,
    policies: Sequence[str],
    config_file: Path,
    *,
    config_given: bool,
    as_of: str | None,
    now: datetime,
    first: str | None = None,
    last: str | None = None,
) -> Exported:
    """Return the table over the days from `first` to `last`; usually the last whole half-year or year.

    Several registers of a config are told apart by a first column. Raises ConfigError for days that are none.
    """
    chosen = tuple(policies) or (POLICY[kind],)
    found = checked(register, chosen, config_file, config_given=config_given, as_of=as_of, now=now)
    period = _period(kind, first, last, found.as_of.date())
    tables = [
        _table(kind, judgement, period, _calendar(judging, found))
        for judging, judgement in zip(found.judgings, found.judgements, strict=True)
    ]
    return Exported(kind, period, _together(tables, found.judgements), found.judgements)


def write_table(answer: Exported, file: Path) -> None:
    """Write the table as CSV in UTF-8 that Excel opens as it is; raises DeliveryError where it cannot."""
    from complaints_sheet.formats.returns import write

    try:
        file.write_text(write(answer.table), encoding="utf-8-sig", newline="")
    except OSError as error:
        raise DeliveryError(
            f"{file.name} could not be written ({type(error).__name__}).",
            "Close it where it is open, or name another file.",
        ) from error


def _period(kind: Kind, first: str | None, last: str | None, today: date) -> Period:
    if (first is None) != (last is None):
        raise ConfigError("A period needs both its days.", "Give --from and --until, or neither.")
    if first is None or last is None:
        usual = last_period(_EVERY[kind], today)
        assert usual is not None  # noqa: S101  # every period in _EVERY has days of its own
        return Period(*usual)
    period = Period(day_asked(first), day_asked(last))
    if period.start > period.end:
        raise ConfigError("The period ends before it begins.", "Exchange --from and --until.")
    return period


def _calendar(judging: Judging, found: Checked) -> Calendar:
    own = next((each.own_calendar for each in judging.policies.all if each.own_calendar), None)
    registers = [each.register for each in found.judgements]
    return own or calendar_of(judging.calendar_config, registers, found.as_of)


def _table(kind: Kind, judgement: Judgement, period: Period, calendar: Calendar) -> Return:
    if kind == "fca":
        return fca_counts(judgement, period, calendar)
    if kind == "ombudsman":
        return performance(judgement, period, calendar)
    return asic_rows(judgement, period)


def _together(tables: Sequence[Return], judgements: Sequence[Judgement]) -> Return:
    if len(tables) == 1:
        return tables[0]
    rows = (
        (judgement.register.name or judgement.register.id, *row)
        for table, judgement in zip(tables, judgements, strict=True)
        for row in table.rows
    )
    return Return(("Register", *tables[0].columns), tuple(rows))
