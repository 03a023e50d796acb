"""A YAML file that a person wrote, read with the line and column of every value.

YAML 1.2: `22:30` and `no` stay text, a key written twice is a mistake, and so are aliases and tags. A key
with nothing after it counts as not written. Dates stay text here; the models turn them into dates.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from complaints_sheet.config.wording import told
from complaints_sheet.config.yaml_syntax import composed
from complaints_sheet.errors import ConfigError, Problem

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails
    from ruamel.yaml.nodes import Node

M = TypeVar("M", bound=BaseModel)

Part: TypeAlias = str | int
"""One step down into a file: a key, or a position in a list (from 0)."""


class Written(BaseModel):
    """A section as a person writes it: unknown keys are refused and nothing is converted by guessing."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(slots=True)
class Place:
    """Where a value stands in the file, and where its key does; lines and columns count from 1."""

    line: int
    column: int
    key_line: int
    key_column: int
    parts: dict[Part, "Place"] = field(default_factory=dict)
    number_text: str = ""  # a number exactly as typed, for where text is expected

    def walk(self, way: Sequence[Part]) -> tuple[tuple[Part, ...], "Place"]:
        """Return the steps of the way that exist in the file, and the place they lead to."""
        here, steps = self, []
        for part in way:
            if part in here.parts:
                here = here.parts[part]
                steps.append(part)
        return tuple(steps), here


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file as plain lists, dicts and scalars (`data`), with the place of each part."""

    file: str
    data: Mapping[str, Any]
    place: Place

    def problem(self, message: str, *way: Part, key: bool = False) -> Problem:
        """Return a problem at the value that `way` leads to, or at its key."""
        _, place = self.place.walk(way)
        line, column = (place.key_line, place.key_column) if key else (place.line, place.column)
        return Problem(self.file, line, column, message)

    def check(self, model: type[M], data: Any, *way: Part) -> tuple[M | None, tuple[Problem, ...]]:
        """Return the data as a model, or None and every problem with it; `way` says where the data stands."""
        try:
            return _validated(model, data), ()
        except ValidationError as error:
            kinder = self._numbers_as_text(error, data, way)
            if kinder is None:
                return None, tuple(self._problems(model, error, way))
        return self.check(model, kinder, *way)

    def _numbers_as_text(self, error: ValidationError, data: Any, way: Sequence[Part]) -> Any:
        """Return the data with numbers as typed where text was expected (`sheet: 2026`), or None."""
        _, root = self.place.walk(way)
        found = [root.walk(each["loc"]) for each in error.errors() if each["type"] == "string_type"]
        texts = {steps: place.number_text for steps, place in found if place.number_text}
        changed = data
        for steps, text in texts.items():
            changed = _replaced(changed, steps, text)
        return None if changed == data else changed

    def _problems(
        self, model: type[BaseModel], error: ValidationError, way: Sequence[Part]
    ) -> Iterator[Problem]:
        """Yield the problems of each place with a mistake, in our words."""
        by_place: dict[tuple[int, int], list[ErrorDetails]] = {}
        for each in self._told_apart(error.errors(include_url=False), way):
            by_place.setdefault(self._position(each, way), []).append(each)
        for (line, column), errors in by_place.items():
            for message in told(errors, model):
                yield Problem(self.file, line, column, message)

    def _told_apart(self, errors: Sequence["ErrorDetails"], way: Sequence[Part]) -> Iterator["ErrorDetails"]:
        """Yield the errors without "expected text" for a list whose items have errors of their own."""
        _, root = self.place.walk(way)
        steps = [root.walk(each["loc"])[0] for each in errors]
        for each, here in zip(errors, steps, strict=True):
            deeper = any(other[: len(here)] == here and len(other) > len(here) for other in steps)
            if not (deeper and each["type"].endswith("_type")):
                yield each

    def _position(self, error: "ErrorDetails", way: Sequence[Part]) -> tuple[int, int]:
        _, place = self.place.walk((*way, *error["loc"]))
        about_key = error["type"] in {"missing", "extra_forbidden"} or error["loc"][-1:] == ("[key]",)
        return (place.key_line, place.key_column) if about_key else (place.line, place.column)


def load_yaml(path: Path, model: type[M]) -> M:
    """Return the file as the model, or raise ConfigError carrying every problem with its file:line:column."""
    document = read_document(path)
    loaded, problems = document.check(model, document.data)
    if loaded is None:
        raise mistakes(path, problems)
    return loaded


def mistakes(path: Path, problems: Sequence[Problem]) -> ConfigError:
    """Return the error that stops the run for these problems, in the order of the file."""
    several = len(problems) != 1
    count = f"{len(problems)} mistakes" if several else "a mistake"
    ordered = sorted(problems, key=lambda each: (each.file, each.line or 0, each.column or 0))
    advice = f"Correct {'them' if several else 'it'} and run the command again."
    return ConfigError(f"{path.name} has {count}.", advice, ordered)


def read_document(path: Path) -> Document:
    """Return the file with the places of its values, or raise ConfigError where it is not a YAML mapping."""
    node = composed(path)
    reader = _Reader(str(path))
    place = _place(node)
    data = reader.plain(node, place)
    if not isinstance(data, dict):
        reader.note(place, 'the file must consist of lines like "name: value"')
    if reader.problems:
        raise mistakes(path, reader.problems)
    return Document(str(path), data, place)


def _validated(model: type[M], data: Any) -> M:
    # JSON has just the types of YAML 1.2, and pydantic's strict reading of it takes dates only from text,
    # numbers only from numbers and lists as tuples: exactly what a file written by a person needs.
    return model.model_validate_json(json.dumps(data), strict=True)


def _replaced(data: Any, steps: Sequence[Part], text: str) -> Any:
    """Return the data with one part replaced by a text; the data given is left as it was."""
    if not steps:
        return text
    first, *rest = steps
    if isinstance(data, list) and isinstance(first, int):
        return [_replaced(each, rest, text) if at == first else each for at, each in enumerate(data)]
    return {key: _replaced(each, rest, text) if key == first else each for key, each in data.items()}


# --- from YAML's nodes to plain values -----------------------------------------------------------------

DEEPEST = 20


def _place(node: "Node", key: "Node | None" = None) -> Place:
    start, named = node.start_mark, (key or node).start_mark
    return Place(start.line + 1, start.column + 1, named.line + 1, named.column + 1)


class _Reader:
    """Turns nodes into plain values, noting each part's place and every mistake of form in the file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self._seen: set[int] = set()

    def note(self, place: Place, message: str) -> None:
        self.problems.append(Problem(self.file, place.key_line, place.key_column, message))

    def plain(self, node: "Node", place: Place, depth: int = 0) -> Any:
        kind = str(node.tag).rpartition(":")[2]
        wrong = self._wrong(node, kind, depth)
        self._seen.add(id(node))
        if wrong:
            return self.note(place, wrong)
        if kind == "map":
            return self._mapping(node.value, place, depth + 1)
        if kind == "seq":
            return self._sequence(node.value, place, depth + 1)
        return _scalar(node.value, kind, place)

    def _wrong(self, node: "Node", kind: str, depth: int) -> str:
        """Return what is wrong with the form of a node, or an empty string."""
        if id(node) in self._seen:
            return "an alias (*name) is not used here: write the value out"
        if depth > DEEPEST:
            return "too many levels inside one another"
        if kind in {"map", "seq"}:
            return ""
        if kind not in _SCALARS or not isinstance(node.value, str):
            return "a tag (!name) is not used here: put text that begins with ! in quotes"
        unprintable = _UNPRINTABLE.search(node.value)
        return "a character that cannot be seen stands here: delete it and type again" if unprintable else ""

    def _mapping(self, pairs: list[tuple["Node", "Node"]], place: Place, depth: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key, value in pairs:
            part = _place(value, key)
            if not isinstance(key.value, str):
                self.note(part, "a key must be a single word or name, not a list or a group")
            elif key.value in place.parts:
                first = place.parts[key.value].key_line
                self.note(part, f'"{key.value}" is written twice (first on line {first}): keep one')
            else:
                place.parts[key.value] = part
                plain = self.plain(value, part, depth)
                if plain is not None:
                    values[key.value] = plain
        return values

    def _sequence(self, nodes: list["Node"], place: Place, depth: int) -> list[Any]:
        values = []
        for at, node in enumerate(nodes):
            part = place.parts[at] = _place(node)
            values.append(self.plain(node, part, depth))
        return values


_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SCALARS = frozenset({"str", "int", "float", "bool", "null", "timestamp"})


def _scalar(text: str, kind: str, place: Place) -> str | int | float | bool | None:
    if kind == "null":
        return None
    if kind == "bool":
        return text.casefold() == "true"
    number = _number(text) if kind in {"int", "float"} else None
    if number is None:
        return text
    place.number_text = text
    return number


def _number(text: str) -> int | float | None:
    """Return the number a text means, or None where it is better kept as text (012, 1_000, .inf)."""
    bare = text.lstrip("+-")
    if "_" in text or (bare[:1] == "0" and bare[1:2].isalnum()):
        return None
    try:
        number = float(text) if any(mark in bare for mark in ".eE") else int(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
