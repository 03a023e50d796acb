"""People that a worksheet "Staff" suggests; an address counts only once a person has accepted it."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from complaints_sheet.core.calendar import DAY_NAMES
from complaints_sheet.core.people import Directory, Person, plain_name
from complaints_sheet.core.wording import clock_time
from complaints_sheet.errors import DeliveryError, SourceError

if TYPE_CHECKING:
    from complaints_sheet.config.settings import Config
    from complaints_sheet.core.model import Raw, Table

WORKSHEETS = frozenset({"staff", "staff list", "people"})
HEADING_WITHIN = 10  # rows from the top
RUN_BY_EXCEL = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A person on a Staff worksheet who is not known yet; `why_not` says what is in the way, if anything."""

    person: Person
    place: str  # such as "register.xlsx, worksheet Staff, row 5"
    why_not: str = ""


def suggestions(config: "Config") -> tuple[Suggestion, ...]:
    """Return who the Staff worksheets of all registers suggest beyond the people known; unread ones none."""
    found: list[Suggestion] = []
    known = {plain_name(person.name): person for person in config.directory.people}
    taken = dict.fromkeys(config.directory.by_name)
    for table in _staff_tables(config):
        for suggestion in _in_table(table):
            person = suggestion.person
            if plain_name(person.name) in known and (
                known[plain_name(person.name)].email or not person.email
            ):
                continue
            why_not = suggestion.why_not or _in_the_way(person, known, taken)
            found.append(replace(suggestion, why_not=why_not))
            if not why_not:
                taken.update(dict.fromkeys(_spellings(person)))
    return tuple(found)


def accept(config: "Config", suggested: Sequence[Suggestion]) -> tuple[Person, ...]:
    """Add those with nothing in the way to the file of accepted people beside the config; return them.

    Managers and deputies who are not known then are left out. Raises DeliveryError if it cannot be written.
    """
    from complaints_sheet.config.people import ACCEPTED, accepted_people
    from complaints_sheet.core.people import directory

    new = [each.person for each in suggested if not each.why_not]
    if not new:
        return ()
    path = config.folder / ACCEPTED
    everybody = directory((*config.directory.people, *new))
    added = tuple(_linked(person, everybody) for person in new)
    _write(path, (*accepted_people(path), *added))
    return added


def _linked(person: Person, everybody: Directory) -> Person:
    manager, deputy = (
        found.name if name and (found := everybody.match(name)) and found.name != person.name else None
        for name in (person.manager, person.deputy)
    )
    return replace(person, manager=manager, deputy=deputy)


# --- what the worksheet says -----------------------------------------------------------------------------


def _staff_tables(config: "Config") -> "Iterator[Table]":
    from complaints_sheet.sources import SOURCES

    for register in config.registers:
        whole = dict.fromkeys({"sheet", "table"} & set(type(register.source).model_fields))
        try:
            readings = SOURCES[register.kind].read(register.source.model_copy(update=whole))
        except SourceError:
            continue  # the register has a check of its own
        yield from (
            table for reading in readings for table in reading.tables if table.sheet.casefold() in WORKSHEETS
        )


def _in_table(table: "Table") -> Iterator[Suggestion]:
    """Yield the people of a worksheet whose headings hold at least a name and an address."""
    from complaints_sheet.config.people import PersonSection
    from complaints_sheet.config.people_csv import details_of, document_of

    rows = [[_text(cell) for cell in row] for row in table.rows]
    heading = next(
        (at for at, row in enumerate(rows[:HEADING_WITHIN]) if {"name", "email"} <= set(details_of(row))),
        None,
    )
    if heading is None:
        return
    numbered = [(table.first_row + at, row) for at, row in enumerate(rows) if at > heading and any(row)]
    document = document_of(table.source, rows[heading], numbered)
    for at, ((line, _), typed) in enumerate(zip(numbered, document.data["people"], strict=True)):
        place = f"{Path(table.source).name}, worksheet {table.sheet}, row {line}"
        section, problems = document.check(PersonSection, typed, "people", at)
        if section:
            yield Suggestion(section.person(), place)
        elif typed.get("name"):
            yield Suggestion(Person(str(typed["name"])), place, "; ".join(each.message for each in problems))


def _text(cell: "Raw") -> str:
    return " ".join(cell.split()) if isinstance(cell, str) else ""


def _in_the_way(person: Person, known: dict[str, Person], taken: dict[str, None]) -> str:
    """Return why a suggestion cannot be accepted as it is, or an empty string."""
    if not person.email:
        return "has no e-mail address"
    if plain_name(person.name) in known:
        return f"is already among the people, without an address: write email: {person.email} there"
    shared = next((spelling for spelling in _spellings(person) if spelling in taken), None)
    if shared:
        return f'"{shared}" already belongs to somebody else'
    texts = (person.name, *person.also, person.title, person.department, person.email)
    if any(text.startswith(RUN_BY_EXCEL) for text in texts):
        return "begins with a sign that Excel would take for a formula"
    return ""


def _spellings(person: Person) -> Iterator[str]:
    yield from (plain_name(text) for text in (person.name, *person.also, person.email or "") if text)


def _write(path: Path, people: Iterable[Person]) -> None:
    """Write the file whole or not at all."""
    from complaints_sheet.config.people_csv import HEADINGS

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for person in people:
        several = {
            "also": person.also,
            "away": (f"{first} to {last}" for first, last in person.away),
            "digest_days": (DAY_NAMES[day] for day in sorted(person.digest_days)),
            "digest_at": (clock_time(person.digest_at),) if person.digest_at else (),
        }
        writer.writerow(
            "; ".join(several[name]) if name in several else getattr(person, name) or "" for name in HEADINGS
        )
    waiting = path.with_name(f".{path.name}.part")
    try:
        waiting.write_text(text.getvalue(), encoding="utf-8-sig", newline="")
        waiting.replace(path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DeliveryError(
            f"{path} cannot be written ({reason}).", "Close it in Excel and try again."
        ) from error
