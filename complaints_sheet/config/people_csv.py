"""The people in a CSV file, as a document whose places are rows and columns of the sheet."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from complaints_sheet.config.yaml_file import Document, Part, Place
from complaints_sheet.core.people import plain_name
from complaints_sheet.errors import ConfigError, Problem

HEADINGS = {
    "name": ("full name", "case owner", "employee"),
    "also": ("other spellings", "also known as", "known as", "spellings"),
    "email": ("e-mail", "email address", "e-mail address", "mail", "address"),
    "title": ("job title", "role", "position"),
    "department": ("team", "service"),
    "manager": ("line manager", "reports to"),
    "deputy": ("stands in", "cover"),
    "away": ("absent", "on leave"),
    "digest_days": ("digest days", "days"),
    "digest_at": ("digest at", "digest hour", "hour"),
    "trained": ("training", "trained on", "date trained", "date of training"),
}
"""The headings of a people file, each with what else it may be called."""

SEVERAL = ("also", "away", "digest_days")
"""The details of which a cell may hold several, separated by semicolons."""

_DETAILS = {plain_name(text): name for name, also in HEADINGS.items() for text in (name, *also)}


def people_document(path: Path) -> Document:
    """Return the rows of a people file as `{"people": [...]}`; problems stand at (row, column) of the sheet.

    Several spellings, or stretches of days, in one cell are separated by semicolons. Raises ConfigError
    where it cannot be read.
    """
    rows = [(line, cells) for line, cells in _rows(path) if any(cell.strip() for cell in cells)]
    if not rows:
        raise _stopped(path, 1, "the file is empty: its first row must hold the headings name and email")
    (line, headings), *people = rows
    _insist_on_headings(path, line, headings)
    return document_of(str(path), headings, people)


def document_of(file: str, headings: Sequence[str], people: Iterable[tuple[int, Sequence[str]]]) -> Document:
    """Return people kept in rows as `{"people": [...]}`; each row comes with its number in the sheet."""
    details = details_of(headings)
    everybody = Place(1, 1, 1, 1)
    data = []
    for at, (line, cells) in enumerate(people):
        typed = {
            name: cell.strip() for name, cell in zip(details, cells, strict=False) if name and cell.strip()
        }
        columns = {name: number for number, name in enumerate(details, start=1) if name}
        places: dict[Part, Place] = {name: Place(line, at, line, at) for name, at in columns.items()}
        everybody.parts[at] = Place(line, 1, line, 1, places)
        data.append(person_of(typed))
    return Document(file, {"people": data}, Place(1, 1, 1, 1, {"people": everybody}))


def details_of(headings: Sequence[str]) -> list[str]:
    """Return which detail of a person each column holds, "" for a column that is none of ours."""
    return [_DETAILS.get(plain_name(heading), "") for heading in headings]


def person_of(typed: dict[str, str]) -> dict[str, Any]:
    """Return one row as the section `people` would hold it."""
    lists = {
        name: [each.strip() for each in typed.get(name, "").split(";") if each.strip()] for name in SEVERAL
    }
    texts = {name: text for name, text in typed.items() if name not in SEVERAL}
    return {**texts, **{name: found for name, found in lists.items() if found}}


def _insist_on_headings(path: Path, line: int, headings: Sequence[str]) -> None:
    """Raise ConfigError unless one column holds the names, and no two columns the same detail."""
    details = details_of(headings)
    if "name" not in details:
        found = ", ".join(heading for heading in headings if heading.strip())[:80]
        known = ", ".join(HEADINGS).replace("_", " ")
        raise _stopped(path, line, f'no column is headed "name" (found: {found}); the headings are {known}')
    twice = next((at for at, name in enumerate(details) if name and name in details[:at]), None)
    if twice is not None:
        raise _stopped(path, line, f'two columns hold "{details[twice]}": keep one', twice + 1)


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the line it starts on; commas, semicolons or tabs between the cells."""
    text = _text(path)
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=separator)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        raise _stopped(path, line, "this row cannot be read as CSV: save the sheet as CSV again") from None


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _stopped(path, None, 'the file is not saved as UTF-8: in Excel choose "CSV UTF-8"') from None
    except FileNotFoundError:
        raise _stopped(path, None, "there is no such file") from None
    except OSError as error:
        raise _stopped(path, None, f"it cannot be read ({error.strerror or type(error).__name__})") from None


def _stopped(path: Path, line: int | None, message: str, column: int | None = None) -> ConfigError:
    at = 1 if line and column is None else column
    problem = Problem(str(path), line, at, message)
    return ConfigError(f"{path.name} cannot be used.", "Correct it and run the command again.", [problem])
