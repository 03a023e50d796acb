"""`init --template`: a new register workbook for a procedure, with a config's names and closed days."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from complaints_sheet.app.setup import CONFIG, Setup, shown
from complaints_sheet.core.policy import in_force
from complaints_sheet.errors import ConfigError, DeliveryError

if TYPE_CHECKING:
    from complaints_sheet.config.settings import Config
    from complaints_sheet.core.calendar import Calendar
    from complaints_sheet.core.register_form import RegisterForm


def new_register(target: Path, policies: Sequence[str], folder: Path, today: date) -> Setup:
    """Write a new register workbook and return what was done; a file that exists is never overwritten.

    A config.yaml in the folder gives the owners, departments, closed days and, where none is named, the
    procedures. Raises ConfigError, or DeliveryError where the file cannot be written.
    """
    from complaints_sheet.workbooks.register_template import register_template

    if target.suffix.casefold() != ".xlsx":
        raise ConfigError(f"{target} does not end in .xlsx.", "Name a file such as register.xlsx.")
    config = _config(folder)
    form = _form(policies, folder, config, today)
    content = register_template(form, config.brand if config else None)
    _write(target, content)
    headings = ", ".join(column.heading for column in form.columns[9:])
    more = (f"Columns that the procedure needs besides the nine: {headings}.",) if headings else ()
    return Setup(
        folder,
        (target,),
        (),
        (f"Made for the procedure “{form.title}”.", *more),
        (
            "Open it in Excel or LibreOffice; the sheet How to use says what goes where.",
            f"When the first complaints are in: complaints-sheet init --from {shown(target)}",
        ),
    )


def _config(folder: Path) -> "Config | None":
    if not (folder / CONFIG).exists():
        return None
    from complaints_sheet.config.settings import load_config

    return load_config(folder / CONFIG)


def _form(policies: Sequence[str], folder: Path, config: "Config | None", today: date) -> "RegisterForm":
    from complaints_sheet.config.policies import load_policies
    from complaints_sheet.config.policy_names import DEFAULT_POLICY
    from complaints_sheet.core.register_form import register_form

    names = tuple(policies) or (config.policy.default if config else (DEFAULT_POLICY,))
    closed = config.calendar.closed if config else {}
    chosen = in_force(tuple(load_policies(names, folder, closed)), today)
    people = config.directory.people if config else ()
    return register_form(
        chosen,
        _calendar(config, today),
        today,
        owners=sorted(person.name for person in people),
        departments=sorted({person.department for person in people if person.department}),
    )


def _calendar(config: "Config | None", today: date) -> "Calendar":
    from complaints_sheet.config.closed_days import CalendarConfig, calendar_from
    from complaints_sheet.core.register_form import YEARS_AHEAD, YEARS_BACK

    days = config.calendar if config else CalendarConfig()
    return calendar_from(days, today.year - YEARS_BACK, today.year + YEARS_AHEAD)


def _write(target: Path, content: bytes) -> None:
    try:
        with target.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise ConfigError(
            f"{target} is there already, and nothing that exists is overwritten.", "Name another file."
        ) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DeliveryError(
            f"{target} cannot be written ({reason}).", "Name a file in a folder you may write to."
        ) from error
