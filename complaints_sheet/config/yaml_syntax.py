"""A file's bytes as YAML nodes, or one clear sentence about why they are not YAML."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from complaints_sheet.errors import ConfigError, Problem

if TYPE_CHECKING:
    from ruamel.yaml.error import MarkedYAMLError
    from ruamel.yaml.nodes import Node

LARGEST_FILE_BYTES = 4_000_000

_GENERAL = (
    "this line, or the one above it, is not laid out as YAML: "
    'each line needs "name: value" with a space after the colon, and lines that belong together start level'
)

# What the parser says, and what a person should look for. The first that occurs in its words is used.
_TOLD = (
    (r"'\t'", "a tab cannot be used here: use spaces"),
    (
        "mapping values are not allowed",
        'a colon too many, or lines that do not start level; put text with ": " in quotes',
    ),
    ("could not find expected ':'", 'the line above has no colon: write "name: value"'),
    ("unexpected end of stream", "a quotation mark is opened before this and never closed"),
    ("escape", "a backslash inside double quotes: use single quotes, or / in paths"),
    ("hexdecimal", "a backslash inside double quotes: use single quotes, or / in paths"),
    ("expected ',' or ']'", "a list that starts with [ needs commas between its items and ] at its end"),
    ("expected ',' or '}'", "a group that starts with { needs commas between its items and } at its end"),
    ("cannot start any token", "text that begins with this character must stand in quotes"),
    ("undefined alias", "text that begins with * must stand in quotes"),
    ("another document", '"---" starts a second document here: keep one document in the file'),
)


def composed(path: Path) -> "Node":
    """Return the file's YAML node, or raise ConfigError: missing, not UTF-8, empty, or not YAML."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    text = _text(path)
    try:
        node: Node | None = YAML(typ="rt").compose(text)
    except MarkedYAMLError as error:
        raise _not_yaml(path, _line(error), _column(error), _explained(error)) from None
    except (YAMLError, RecursionError, ValueError, KeyError, IndexError, AttributeError, TypeError):
        raise _not_yaml(path, None, None, _GENERAL) from None
    if node is None:
        raise _not_yaml(path, 1, 1, "the file is empty")
    return node


def _text(path: Path) -> str:
    """Return the file's text, or raise ConfigError where there is none that a person can have typed."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        next_step = "Give the file's place with --config, or make one with: complaints-sheet init"
        raise ConfigError(f"There is no file {path}.", next_step) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigError(
            f"{path} cannot be read ({reason}).", "Check that it is a file and may be read."
        ) from None
    if len(data) > LARGEST_FILE_BYTES:
        raise ConfigError(
            f"{path} is far too large to be a settings file.", "Check that it is the right file."
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _line_and_column(data[: error.start].decode("utf-8-sig", "replace"))
        advice = "the file is not saved as UTF-8: in Notepad choose Save as, then Encoding: UTF-8"
        raise _not_yaml(path, line, column, advice) from None
    unprintable = re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]", text)
    if unprintable:
        line, column = _line_and_column(text[: unprintable.start()])
        raise _not_yaml(
            path, line, column, "a character that cannot be seen stands here: delete it and type again"
        )
    return text


def _line_and_column(before: str) -> tuple[int, int]:
    lines = before.split("\n")
    return len(lines), len(lines[-1]) + 1


def _not_yaml(path: Path, line: int | None, column: int | None, message: str) -> ConfigError:
    problem = Problem(str(path), line, column, message)
    return ConfigError(
        f"{path.name} cannot be understood.", "Correct it and run the command again.", [problem]
    )


def _explained(error: "MarkedYAMLError") -> str:
    said = f"{error.context or ''} {error.problem or ''}"
    return next((told for pattern, told in _TOLD if pattern in said), _GENERAL)


def _line(error: "MarkedYAMLError") -> int | None:
    return error.problem_mark.line + 1 if error.problem_mark else None


def _column(error: "MarkedYAMLError") -> int | None:
    return error.problem_mark.column + 1 if error.problem_mark else None
