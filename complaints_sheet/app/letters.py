"""`letters`: drafts of letters to a customer, as files that open ready to edit. The program sends none."""

import mimetypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from complaints_sheet.app.judged import calendar_of, judging_of
from complaints_sheet.app.looking import case_meant, recalled_now, sight
from complaints_sheet.core.letters import (
    KINDS,
    LETTERS,
    Desk,
    LetterKind,
    Office,
    letter_facts,
    letter_file,
    letters_due,
)
from complaints_sheet.core.messages import Attachment
from complaints_sheet.core.model import Case, Column, Layout, Value
from complaints_sheet.errors import DeliveryError

if TYPE_CHECKING:
    from complaints_sheet.config.settings import Config
    from complaints_sheet.core.calendar import Calendar
    from complaints_sheet.core.policy import Policy
    from complaints_sheet.drafts import Draft

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class Letters:
    """The drafts of one case and the files they were written to; `due` are the kinds that it asks for now."""

    case: str
    due: tuple[LetterKind, ...]
    drafts: "tuple[Draft, ...]"
    files: tuple[Path, ...] = ()


def letters(
    asked: str,
    kinds: Sequence[LetterKind],
    config_file: Path,
    *,
    as_of: str | None,
    now: datetime,
    folder: Path | None = None,
    write: bool = True,
) -> Letters:
    """Draft the letters of these kinds for a case, or those it asks for now, and write them into a folder.

    Raises ConfigError where none or several cases are meant or a template is broken, DeliveryError where a
    file cannot be written. A draft that is there already is never overwritten.
    """
    with sight(config_file, as_of=as_of, now=now) as seen:
        config, moment = seen.config, seen.moment
        registers = [each.register for each in recalled_now(seen)]
    case = case_meant(asked, [case for each in registers for case in each.cases])
    place = next(place for place, each in enumerate(registers) if case in each.cases)
    policies = judging_of(config, config.registers[place]).policies.policies_for(case)
    desk = desk_of(config, policies, calendar_of(config.calendar, registers, moment), moment)
    due = letters_due(case, desk)
    drafts = tuple(drafted(kind, case, desk, config) for kind in kinds or due)
    target = folder or config.folder / LETTERS
    files = tuple(_written(drafts, config, target, moment.date())) if write else ()
    return Letters(case.name, due, drafts, files)


def preview(
    kinds: Sequence[LetterKind], config_file: Path, *, as_of: str | None, now: datetime
) -> "tuple[Draft, ...]":
    """Return letters of every kind about an invented case, from the templates as they are; writes nothing."""
    with sight(config_file, as_of=as_of, now=now) as seen:
        config, moment = seen.config, seen.moment
    policies = judging_of(config, config.registers[0]).policies.policies_for(_invented(moment.date(), config))
    desk = desk_of(config, policies, calendar_of(config.calendar, (), moment), moment)
    case = _invented(moment.date(), config)
    return tuple(drafted(kind, case, desk, config) for kind in kinds or KINDS)


def desk_of(config: "Config", policies: "tuple[Policy, ...]", calendar: "Calendar", moment: datetime) -> Desk:
    """Return what the letters of a config are drafted with."""
    told = config.letters
    files = (told.process, told.complaint_form)
    office = Office(
        name=config.brand.name or config.organisation.name,
        ombudsman=told.ombudsman,
        contact=told.contact,
        enclosures=tuple(each.name for each in files if each),
    )
    return Desk(policies, calendar, moment, config.directory if config.directory.people else None, office)


def drafted(
    kind: LetterKind, case: Case, desk: Desk, config: "Config", *, name_customer: bool = True
) -> "Draft":
    """Return one letter about a case in words; raises ConfigError for a broken template."""
    from complaints_sheet.drafts import draft

    facts = letter_facts(kind, case, desk, name_customer=name_customer)
    language = config.organisation.locale.replace("_", "-")
    return draft(facts, folders=config.templates, language=language)


# --- files -----------------------------------------------------------------------------------------------


def _written(drafts: "Sequence[Draft]", config: "Config", folder: Path, today: date) -> Iterator[Path]:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for made in drafts:
            for ending, content in _contents(made, config):
                path = free(folder / letter_file(made.kind, made.case, today, ending))
                path.write_bytes(content)
                yield path
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DeliveryError(
            f"{folder} cannot be written to ({reason}).", "Name another folder with --to."
        ) from error


def _contents(made: "Draft", config: "Config") -> Iterator[tuple[str, bytes]]:
    from complaints_sheet.drafts import as_email, as_word

    yield ".eml", as_email(made, enclosed(config) if made.kind == "acknowledgement" else ())
    yield ".docx", as_word(made, config.brand)


def enclosed(config: "Config") -> tuple[Attachment, ...]:
    """Return the files that go with an acknowledgement."""
    files = (config.letters.process, config.letters.complaint_form)
    return tuple(Attachment(each.name, _media_type(each), each.read_bytes()) for each in files if each)


def _media_type(path: Path) -> str:
    known, _ = mimetypes.guess_type(path.name)
    return known or "application/octet-stream"


def free(path: Path) -> Path:
    """Return the path, or one beside it with a number where something lies there already."""
    number = 1
    free = path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return free


# --- an invented case ------------------------------------------------------------------------------------


def _invented(today: date, config: "Config") -> Case:
    """Return a case that nobody complained about, with every field a letter may speak of."""
    owner = next((person.name for person in config.directory.people), "Amira Khan")
    values: dict[str, Value] = {
        "case_ref": "EX-1",
        "case_owner": owner,
        "department": "Repairs",
        "received_on": today - timedelta(days=2),
        "customer_name": "Quinn Lewis",
        "issue": "The lift was out of order for three days and nobody told us when it would run again.",
        "resolution": "We are sorry. The lift runs again, and a notice now goes up on the day it fails.",
        "passed_to": owner,
        "extension_reason": "the lift company has to send a part",
        "resolved": False,
    }
    columns = {field: Column(field, number, "A", field) for number, field in enumerate(values, 1)}
    return Case("example", 2, Layout("example", "Register", 1, 1, columns), values, {}, ())
