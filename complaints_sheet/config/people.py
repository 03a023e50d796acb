"""The people the program may write to, and who has which role; from config.yaml or from a CSV file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import Field

from complaints_sheet.config.people_csv import people_document
from complaints_sheet.config.sections import Sections, not_among
from complaints_sheet.config.typed import Address, Line, Lines, Spans, TimeOfDay, Weekdays, address, many
from complaints_sheet.config.yaml_file import Document, Part, Written, mistakes
from complaints_sheet.core.people import Directory, Person, directory, plain_name
from complaints_sheet.errors import ConfigError

ACCEPTED = "people.accepted.csv"
"""The file beside config.yaml that holds the people accepted with `doctor --accept-people`."""


@dataclass(frozen=True, slots=True)
class Roles:
    """Who is told things because of what they do; `wider_team` holds addresses."""

    coordinator: Person | None = None
    director: Person | None = None
    senior_management: tuple[Person, ...] = ()
    wider_team: tuple[str, ...] = ()


class PersonSection(Written):
    """One person in the section `people`."""

    name: Line = Field(description="The full name, as the register usually has it.")
    also: Lines = Field(default=(), description="Other spellings that the register uses.")
    email: Address | None = Field(default=None, description="Exactly one address, taken from nowhere else.")
    title: Line = Field(default="", description="What the person is.")
    department: Line = Field(default="", description="Where the person works, as the register has it.")
    manager: Line = Field(default="", description="The name of somebody else in `people`.")
    deputy: Line = Field(default="", description="Who stands in: the name of somebody else in `people`.")
    away: Spans = Field(
        default=(), description="When the deputy stands in: dates, or 2026-08-03 to 2026-08-14."
    )
    digest_days: Weekdays = Field(default=(), description="On which weekdays digests go [every working day]")
    digest_at: TimeOfDay | None = Field(
        default=None, description="From which hour digests go [that of `delivery`]"
    )
    trained: date | None = Field(
        default=None, description="The day of the training in handling complaints, where you keep a list."
    )

    def person(self) -> Person:
        """Return the person as the program uses it."""
        return Person(
            name=self.name,
            email=self.email,
            also=many(self.also),
            title=self.title,
            department=self.department,
            manager=self.manager or None,
            deputy=self.deputy or None,
            away=_spans(self.away),
            digest_days=frozenset(
                self.digest_days if isinstance(self.digest_days, tuple) else {self.digest_days}
            ),
            digest_at=self.digest_at,
            trained=self.trained,
        )


def _spans(typed: Spans) -> tuple[tuple[date, date], ...]:
    """Return one stretch of days, or several, as several."""
    if typed and isinstance(typed[0], date):
        first, last = typed
        return ((first, last),)
    return typed


class PeopleFileSection(Written):
    """The section `people` where it names a file."""

    file: Path = Field(description="A CSV file with the headings name, also, email, title and so on.")


class RolesSection(Written):
    """The section `roles`."""

    coordinator: Line = Field(default="", description="Who hears what nobody else can act on.")
    director: Line = Field(default="", description="Who approves, and hears what is referred.")
    senior_management: Lines = Field(default=(), description="Who reads the pack.")
    wider_team: Lines = Field(
        default=(), description="Addresses, or people, asked for comments on proposals."
    )


@dataclass(frozen=True, slots=True)
class _Entry:
    """A person as typed, and where: `way` leads there in the document."""

    document: Document
    way: tuple[Part, ...]
    person: Person


@dataclass(frozen=True, slots=True)
class Everybody:
    """The directory, and every name that was typed, folded, also of people whose details have mistakes."""

    directory: Directory
    typed: frozenset[str]

    def is_typed(self, name: str) -> bool:
        """Return True where somebody has that name, so that one person's mistake is told only once."""
        return plain_name(name) in self.typed or plain_name(name) in self.directory.by_name


def everybody(sections: Sections) -> Everybody:
    """Return all people, those of the config before those accepted, after noting every problem with them."""
    documents = [*_documents(sections)]
    entries = [entry for document, data in documents for entry in _checked(sections, document, data)]
    own = {key for entry in entries for *_, key in _spellings(entry.person)}
    for document, data in _accepted_documents(sections):
        documents.append((document, data))
        entries += [
            entry
            for entry in _checked(sections, document, data)
            if own.isdisjoint(key for *_, key in _spellings(entry.person))
        ]
    _note_shared(sections, entries)
    names = (each.get("name") for _, data in documents for each in data if isinstance(each, Mapping))
    typed = frozenset(plain_name(name) for name in names if isinstance(name, str))
    known = Everybody(directory(entry.person for entry in entries), typed)
    return Everybody(directory(_linked(sections, entry, known) for entry in entries), typed)


def accepted_people(path: Path) -> tuple[Person, ...]:
    """Return the people of the file of accepted ones, none where it is not there; raises ConfigError."""
    if not path.exists():
        return ()
    document = people_document(path)
    typed = enumerate(document.data["people"])
    checked = [document.check(PersonSection, each, "people", at) for at, each in typed]
    problems = [problem for _, found in checked for problem in found]
    if problems:
        raise mistakes(path, problems)
    return tuple(section.person() for section, _ in checked if section)


def _documents(sections: Sections) -> Iterator[tuple[Document, Sequence[Any]]]:
    """Yield the config, or the file that it names, with the people in it as typed."""
    data = sections.raw("people")
    if isinstance(data, dict):
        section = sections.read(PeopleFileSection, data, "people")
        if section:
            yield from _in_file(sections, sections.shown(section.file))
    elif isinstance(data, list):
        yield sections.document, data
    elif data is not None:
        sections.note('expected a list of people, or "file: people.csv"', "people")


def _accepted_documents(sections: Sections) -> Iterator[tuple[Document, Sequence[Any]]]:
    path = sections.shown(Path(ACCEPTED))
    if path.exists():
        yield from _in_file(sections, path)


def _in_file(sections: Sections, path: Path) -> Iterator[tuple[Document, Sequence[Any]]]:
    try:
        document = people_document(path)
    except ConfigError as error:
        sections.problems.extend(error.problems)
    else:
        yield document, document.data["people"]


def _checked(sections: Sections, document: Document, data: Sequence[Any]) -> Iterator[_Entry]:
    for at, typed in enumerate(data):
        section, problems = document.check(PersonSection, typed, "people", at)
        sections.problems.extend(problems)
        if section:
            yield _Entry(document, ("people", at), section.person())


def _note_shared(sections: Sections, entries: Iterable[_Entry]) -> None:
    """Note each name, spelling or address that two people share: it would fit neither."""
    owners: dict[str, _Entry] = {}
    for entry in entries:
        for detail, typed, key in _spellings(entry.person):
            first = owners.setdefault(key, entry)
            if first is not entry:
                message = f'"{typed}" also belongs to {first.person.name}: two people cannot share it'
                sections.problems.append(entry.document.problem(message, *entry.way, detail))


def _spellings(person: Person) -> Iterator[tuple[str, str, str]]:
    """Yield each detail by which a person is found: which one, as typed, and folded for comparing."""
    yield "name", person.name, plain_name(person.name)
    yield from (("also", spelling, plain_name(spelling)) for spelling in person.also)
    if person.email:
        yield "email", person.email, person.email.casefold()


def _linked(sections: Sections, entry: _Entry, known: Everybody) -> Person:
    """Return the person with manager and deputy by their own names; notes those who are not there."""
    person = entry.person

    def named(detail: str, asked: str | None) -> str | None:
        found = known.directory.match(asked) if asked else None
        message = ""
        if found is person:
            message = f"{person.name} cannot be their own {detail}: name somebody else, or leave it out"
        elif asked and not found and not known.is_typed(asked):
            message = _nobody(detail, asked, known.directory)
        if message:
            sections.problems.append(entry.document.problem(message, *entry.way, detail))
        return found.name if found else None

    return replace(person, manager=named("manager", person.manager), deputy=named("deputy", person.deputy))


def _nobody(role: str, asked: str, known: Directory) -> str:
    names = [person.name for person in known.people]
    return (
        not_among(f"the {role}", asked, names) if names else f'the {role} "{asked}" is not among the people'
    )


def roles(sections: Sections, people: Everybody) -> Roles:
    """Return who has which role; notes everybody who is not among the people."""
    written = sections.section(RolesSection, "roles")

    def person(asked: str, *way: Part) -> Person | None:
        found = people.directory.match(asked) if asked else None
        if asked and not found and not people.is_typed(asked):
            role = str(way[0]).replace("_", " ")
            sections.note(_nobody(role, asked, people.directory), "roles", *way)
        return found

    managers = [
        person(asked, "senior_management", at) for at, asked in enumerate(many(written.senior_management))
    ]
    return Roles(
        coordinator=person(written.coordinator, "coordinator"),
        director=person(written.director, "director"),
        senior_management=tuple(found for found in managers if found),
        wider_team=tuple(_team_addresses(sections, many(written.wider_team), people.directory)),
    )


def _team_addresses(sections: Sections, asked: Sequence[str], people: Directory) -> Iterator[str]:
    for at, typed in enumerate(asked):
        found = people.match(typed)
        if found and found.email:
            yield found.email
            continue
        try:
            yield address(typed)
        except ValueError as problem:
            sections.note(str(problem), "roles", "wider_team", at)
