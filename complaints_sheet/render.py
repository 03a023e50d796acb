"""Templates: the only importer of Jinja. Sandboxed; a missing name is a mistake, never an empty string.

An office may edit a copy of any template in the folder `templates` beside its config.yaml; what it has no
copy of comes with the program. Contexts must hold plain values only (text, numbers, dates, frozen
dataclasses): a template may call whatever it is handed.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import TracebackType

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
)
from jinja2.exceptions import SecurityError
from jinja2.ext import Extension
from jinja2.sandbox import ImmutableSandboxedEnvironment

from complaints_sheet.core.wording import FILTERS, count
from complaints_sheet.errors import ConfigError, Problem

_NEXT_STEP = "Correct the line, or move your copy away to use the template that comes with the program."
_TAG = re.compile(r"\{%.*?%\}|\{#.*?#\}")
_LAST_TAG = re.compile(r"(?:\{%(?:(?!%\}).)*%\}|\{#(?:(?!#\}).)*#\})$")  # opened on the same line


def page(template: str, context: Mapping[str, object], folders: Sequence[Path]) -> str:
    """Return the HTML of a template, every value escaped; `folders` are the office's own, searched first.

    Raises ConfigError naming the template and the line where it is broken.
    """
    return _render(_environment(tuple(folders), html=True), template, context)


def plain(template: str, context: Mapping[str, object], folders: Sequence[Path]) -> str:
    """Return the plain text of a template, nothing escaped; otherwise as `page`."""
    return _render(_environment(tuple(folders), html=False), template, context)


def shipped_folder() -> Path:
    """Return the folder of the templates that come with the program: installed, or in a checkout."""
    package = Path(__file__).parent
    installed = package / "templates"
    return installed if installed.is_dir() else package.parent / "templates"


def broken_templates(folder: Path) -> tuple[Problem, ...]:
    """Return what cannot be read as a template in a folder, with its file and line; nothing is rendered."""
    environment = _environment((folder,), html=True)
    problems = []
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".html", ".txt", ".typ"}:
            try:
                environment.parse(path.read_text(encoding="utf-8"))
            except TemplateSyntaxError as error:
                problems.append(Problem(str(path), error.lineno, None, error.message or "it cannot be read"))
            except UnicodeDecodeError:
                problems.append(
                    Problem(str(path), None, None, "it is not UTF-8 text; save it again as UTF-8")
                )
    return tuple(problems)


class _WholeLines(Extension):
    """Keeps the line end after a tag that closes a line of text.

    A line that holds only tags should vanish (trim_blocks), but "Hello{% if x %} Ann{% endif %}" must not be
    joined to the next line. An empty expression before the line end keeps it, and every line number.
    """

    def preprocess(self, source: str, _name: str | None, _filename: str | None = None) -> str:
        """Return the source with those line ends kept."""
        return "\n".join(map(_keep_line_end, source.splitlines())) + "\n"


def _keep_line_end(line: str) -> str:
    closes = _LAST_TAG.search(line) is not None and not line.endswith(("-%}", "-#}"))
    return line + '{{ "" }}' if closes and _TAG.sub("", line).strip() else line


@lru_cache(maxsize=16)
def _environment(folders: tuple[Path, ...], *, html: bool) -> Environment:
    environment = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in (*folders, shipped_folder())]),
        autoescape=html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=[_WholeLines],
    )
    environment.filters.update(FILTERS)
    environment.globals["count"] = count
    return environment


def _render(environment: Environment, template: str, context: Mapping[str, object]) -> str:
    try:
        return environment.get_template(template).render(context)
    except TemplateNotFound as error:
        raise _broken(str(error.name or template), None, "there is no such template") from error
    except TemplateSyntaxError as error:
        raise _broken(
            error.filename or template, error.lineno, error.message or "it cannot be read"
        ) from error
    except UnicodeDecodeError as error:
        raise _broken(template, None, "it is not UTF-8 text; save it again as UTF-8") from error
    except Exception as error:  # whatever a template's own expression raises is the template's mistake
        file, line = _place(error.__traceback__, template)
        raise _broken(file, line, _what_is_wrong(error)) from error


def _what_is_wrong(error: Exception) -> str:
    # Jinja's own messages hold names only; any other message might hold a customer's data.
    if isinstance(error, UndefinedError | SecurityError) and error.message:
        return error.message
    return f"this line cannot be worked out ({type(error).__name__})"


def _place(traceback: TracebackType | None, template: str) -> tuple[str, int | None]:
    """Return the file and line of the innermost template the error passed through."""
    file, line = template, None
    while traceback is not None:
        name = traceback.tb_frame.f_code.co_filename
        if name == "<template>" or name.endswith((".html", ".txt", ".typ")):
            file, line = name, traceback.tb_lineno
        traceback = traceback.tb_next
    return file, line


def _broken(file: str, line: int | None, why: str) -> ConfigError:
    at = f", line {line}" if line else ""
    return ConfigError(
        f"The template {Path(file).name}{at} is broken: {why}.",
        next_step=_NEXT_STEP,
        problems=[Problem(file, line, None, why)],
    )
