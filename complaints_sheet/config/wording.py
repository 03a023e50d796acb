"""What is wrong with a value, said to the person who typed it: never in the checker's own words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from types import UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

from pydantic import BaseModel

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_EXPECTED = (
    ("span", 'a date like 2026-12-24, or "2026-12-28 to 2026-12-31"'),
    ("weekday", "a weekday like Monday"),
    ("string", "text"),
    ("int", "a whole number"),
    ("float", "a number"),
    ("decimal", "a number"),
    ("bool", "true or false"),
    ("datetime", "a date and time like 2026-01-13T14:00"),
    ("date", "a date like 2026-01-13"),
    ("time_delta", "a length of time"),
    ("time", "a time like 14:00"),
    ("timezone", "a time like 14:00"),
    ("list", "a list, each item on its own line after a dash"),
    ("tuple", "a list, each item on its own line after a dash"),
    ("set", "a list, each item on its own line after a dash"),
    ("frozen_set", "a list, each item on its own line after a dash"),
    ("iterable", "a list, each item on its own line after a dash"),
    ("dict", 'lines like "name: value" under it'),
    ("mapping", 'lines like "name: value" under it'),
    ("model", 'lines like "name: value" under it'),
    ("dataclass", 'lines like "name: value" under it'),
    ("path", "the name of a file or folder"),
    ("url", "a web address"),
    ("none", "nothing"),
)

_LIMITS = {
    "greater_than": "more than {gt}",
    "greater_than_equal": "{ge} or more",
    "less_than": "less than {lt}",
    "less_than_equal": "{le} or less",
    "multiple_of": "a multiple of {multiple_of}",
    "string_too_short": "text",
    "string_too_long": "at most {max_length} characters",
    "too_short": "at least {min_length} here",
    "too_long": "at most {max_length} here",
}

MOST_NAMES = 80  # a list that nobody would read through is cut to examples

_SECRETIVE = re.compile(
    r"pass(word|wd|phrase|code)?$|pwd|secret|token|api_?key|private_?key|credential", re.IGNORECASE
)

NOT_IN_THIS_FILE = (
    "passwords and keys are never written in this file: "
    "put it in an environment variable or in a file of its own, and remove it here"
)


def told(errors: Sequence["ErrorDetails"], model: type[BaseModel]) -> Iterator[str]:
    """Yield the sentences for the errors found at one place of a file that should fit the model."""
    sentences = [sentence for error in errors if (sentence := _sentence(error, model))]
    yield from sentences
    if not sentences:
        expected = dict.fromkeys(_expected(error) for error in errors)
        yield f"expected {', or '.join(expected)}{_not_this(errors[0].get('input'))}"


def nearest(typed: str, names: Sequence[str]) -> str:
    """Return advice that names the nearest valid name, or all of them where none is near."""
    lowered = {name.casefold(): name for name in names}
    close = get_close_matches(typed.casefold(), lowered, n=1, cutoff=0.6)
    if close:
        return f'did you mean "{lowered[close[0]]}"?'
    if len(names) > MOST_NAMES:
        return f"possible here, for example: {', '.join(names[:5])}"
    return f"possible here: {', '.join(names)}" if names else "leave it out"


def _sentence(error: "ErrorDetails", model: type[BaseModel]) -> str | None:
    """Return a whole sentence for the errors that have one, or None for "expected this or that"."""
    kind, name = error["type"], str(error["loc"][-1]) if error["loc"] else ""
    context = error.get("ctx", {})
    if kind == "missing":
        return f'"{name}" is missing: add a line "{name}: …"'
    if kind == "extra_forbidden":
        return unknown_key(name, names_at(model, error["loc"][:-1]))
    if kind in {"literal_error", "enum"}:
        names = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        return f"{shown(error.get('input'))} is not known here; {nearest(str(error.get('input')), names)}"
    if kind in {"value_error", "assertion_error"}:
        return str(context.get("error", "")) or None
    if kind in _LIMITS:
        return f"expected {_LIMITS[kind].format(**context)}{_not_this(error.get('input'))}"
    return None


_MEANT = {
    "holidays": "calendar",
    "closures": "calendar",
    "closed_days": "calendar",
    "staff": "people",
    "owners": "people",
    "team": "people",
    "directory": "people",
    "smtp": "delivery",
    "outbox": "delivery",
    "email": "mail",
    "emails": "mail",
    "reminders": "mail",
    "meetings": "meeting",
    "procedure": "policy",
    "spreadsheet": "register",
    "file": "path",
    "workbook": "path",
    "worksheet": "sheet",
    "tab": "sheet",
    "address": "email",
    "spellings": "also",
    "line_manager": "manager",
    "time_zone": "timezone",
    "colour": "main",
    "database": "state",
    "memory": "state",
}
"""Other words that people may use for a key."""


def unknown_key(name: str, names: Sequence[str]) -> str:
    """Return what to say of a key that does not belong where it stands; `names` are those that do."""
    if _SECRETIVE.search(name):
        return f'"{name}": {NOT_IN_THIS_FILE}'
    meant = _MEANT.get(name.casefold(), "")
    return f'"{name}" is not a known name here; {nearest(meant if meant in names else name, names)}'


def _expected(error: "ErrorDetails") -> str:
    kind = error["type"]
    return next((words for start, words in _EXPECTED if kind.startswith(start)), "something else")


def _not_this(value: object) -> str:
    return f", not {shown(value)}"


def shown(value: object) -> str:
    """Return a typed value as a person would recognise it, shortened."""
    if value is None:
        return "nothing"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, Mapping):
        return "a group of names and values"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f'"{text if len(text) <= 60 else text[:57] + "…"}"'


# --- which names are valid at a place ------------------------------------------------------------------


def names_at(model: type[BaseModel], way: Sequence[str | int]) -> tuple[str, ...]:
    """Return the keys that may stand where `way` leads to, from the model at the top of the file."""
    here: list[Any] = [model]
    for part in way:
        deeper = [kind for each in here for kind in _down(each, part)]
        here = deeper or here  # a step that names one branch of a choice leads nowhere
    models = [kind for each in here for kind in _models(each)]
    return tuple(
        dict.fromkeys(field.alias or name for kind in models for name, field in kind.model_fields.items())
    )


def _down(annotation: Any, part: str | int) -> Iterator[Any]:
    """Yield the types found one step below a type."""
    for kind in _choices(annotation):
        if _is_model(kind):
            yield from (f.annotation for n, f in kind.model_fields.items() if part in (n, f.alias))
        elif isinstance(get_origin(kind), type) and issubclass(get_origin(kind), Mapping):
            yield get_args(kind)[1]
        elif isinstance(part, int):
            yield from (arg for arg in get_args(kind) if arg is not Ellipsis)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    yield from (kind for kind in _choices(annotation) if _is_model(kind))


def _choices(annotation: Any) -> tuple[Any, ...]:
    """Return the branches of a choice such as `Person | None`, or the type itself."""
    if get_origin(annotation) in {Union, UnionType}:
        return tuple(kind for arg in get_args(annotation) for kind in _choices(arg))
    if hasattr(annotation, "__metadata__"):
        return _choices(get_args(annotation)[0])
    return (annotation,)


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
