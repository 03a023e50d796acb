"""The people in a CSV file, as a document whose places are rows and columns of the sheet."""

import csv
from collections.abc import Iterator, Sequence
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
}
"""The headings of a people file, each with what else it may be called."""

_FIELDS = {plain_name(text): name for name, also in HEADINGS.items() for text in (name, *also)}


def people_document(path: Path) -> Document:
    """Return the rows of a people file as `{"people": [...]}`; problems stand at (row, column) of the sheet.

    Several spellings in one cell are separated by semicolons. Raises ConfigError where it cannot be read.
    """
    rows = [(line, cells) for line, cells in _rows(path) if any(cell.strip() for cell in cells)]
    if not rows:
        raise _stopped(path, 1, "the file is empty: its first row must hold the headings name and email")
    (heading_line, headings), *people = rows
    names = _names(path, heading_line, headings)
    top = Place(1, 1, 1, 1, {"people": Place(1, 1, 1, 1)})
    parts = top.parts["people"].parts
    data: list[dict[str, Any]] = []
    for line, cells in people:
        typed = {
            name: cell.strip() for name, cell in zip(names, cells, strict=False) if name and cell.strip()
        }
        columns = {name: at for at, name in enumerate(names, start=1) if name}
        places: dict[Part, Place] = {name: Place(line, at, line, at) for name, at in columns.items()}
        parts[len(data)] = Place(line, 1, line, 1, places)
        data.append(person_of(typed))
    return Document(str(path), {"people": data}, top)


def person_of(typed: dict[str, str]) -> dict[str, Any]:
    """Return one row as the section `people` would hold it."""
    also = [each.strip() for each in typed.get("also", "").split(";") if each.strip()]
    return {**typed, "also": also} if also else {key: cell for key, cell in typed.items() if key != "also"}


def _names(path: Path, line: int, headings: Sequence[str]) -> list[str]:
    """Return the detail each column holds, "" for a column that is none of ours; `name` must be there."""
    names = [_FIELDS.get(plain_name(heading), "") for heading in headings]
    if "name" not in names:
        found = ", ".join(heading for heading in headings if heading.strip())[:80]
        known = ", ".join(HEADINGS)
        raise _stopped(path, line, f'no column is headed "name" (found: {found}); the headings are {known}')
    twice = next((at for at, name in enumerate(names) if name and name in names[:at]), None)
    if twice is not None:
        raise _stopped(path, line, f'two columns hold "{names[twice]}": keep one', twice + 1)
    return names


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
    return ConfigError(f"{path.name} cannot be used", "Correct it and run the command again.", [problem])
