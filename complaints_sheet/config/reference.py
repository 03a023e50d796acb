"""Every key of config.yaml with its meaning and default, as Markdown, from the models that read it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel

from complaints_sheet.channels import CHANNELS
from complaints_sheet.config.people import PeopleFileSection
from complaints_sheet.config.settings import ConfigFile
from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.rules import RULES
from complaints_sheet.sources import SOURCES

HEAD = """\
# Settings

Every key of `config.yaml`, what it means, and what counts where it is not written. Only `register` has to be
there. Files and folders are looked for beside `config.yaml`. The commented sample is
[config.yaml](../config.yaml); `complaints-sheet init` writes one for a register of your own, and
`complaints-sheet doctor` tests it.

Times are written as `"14:00"`, dates as `2026-01-13`, and a list as `[a, b]` or one item to a line, each
after a dash. Passwords and keys never stand in this file.
"""

SPECIAL = {
    "register": "One register, or a list of them. A text alone is its path: `register: register.xlsx`.",
    "columns": "One line for each field whose heading is not recognised: `case_owner: Handler`.",
    "departments": "A list of names, or of the keys below where there are other spellings: `departments: "
    "[Repairs, {name: Customer Services, also: [CS, Front desk]}]`. A row with another spelling counts as "
    "that department; one that is not on the list is asked about (`unknown-department`). Without the list, "
    "every department is taken as typed.",
    "policy": "A name, a list of names, or the keys below. A name is that of a policy that comes with the "
    "program, or of a YAML file beside `config.yaml` (see [policies.md](policies.md)).",
    "people": "A list of people with the keys below, or a file: `people: {file: people.csv}`.",
    "state": "A text alone is the folder.",
    "rules": "For each rule: `off`, a severity (`high`, `medium`, `low`), or its options by name, such as "
    "`repeat-customer: {within_days: 30}`. `own: my_rules.py` adds the rules of a Python file beside "
    "`config.yaml`; a list names several (see [policies.md](policies.md#rules-of-your-own)).",
}


def reference() -> str:
    """Return the Markdown page of all settings."""
    parts = [HEAD]
    for name, field in ConfigFile.model_fields.items():
        section = field.alias or name
        parts.append(f"## {section}\n\n{field.description}")
        parts.extend([SPECIAL[section]] if section in SPECIAL else [])
        parts.extend(_tables(section, field.annotation))
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _tables(section: str, annotation: Any) -> Iterator[str]:
    """Yield the tables of one section."""
    if section == "columns":
        yield table(
            ("field", "its usual heading"), [(f"`{each.id}`", each.heading) for each in FIELDS.values()]
        )
    elif section == "rules":
        yield _rules()
    else:
        models = [model for model in _models(annotation) if model is not PeopleFileSection]
        rows = [row for model in models for row in _rows(model)]
        for kind, settings in _kinds(section):
            rows += [
                (key, f"{meaning} ({kind})", usual)
                for key, meaning, usual in _rows(settings)
                if key != "`kind`"
            ]
        yield table(("key", "meaning", "usually"), rows)


def _kinds(section: str) -> Iterator[tuple[str, type[BaseModel]]]:
    """Yield the settings that each kind of register or of delivery adds to its section."""
    every: Mapping[str, Mapping[str, Any]] = {"register": SOURCES, "delivery": CHANNELS}
    yield from ((kind, each.settings) for kind, each in every.get(section, {}).items())


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models within a type, such as that of each person in a list of people."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


def _rows(model: type[BaseModel], above: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield a row for each key of a model, and below it the keys of a group within."""
    usual = model.model_construct().model_dump(mode="json", by_alias=True, warnings=False)
    for name, field in model.model_fields.items():
        key = f"{above}{field.alias or name}"
        inner = next(_models(field.annotation), None)
        if inner:
            yield from _rows(inner, f"{key}.")
        else:
            meaning, instead = _parted(field.description or "")
            written = instead or _shown(usual.get(field.alias or name))
            yield f"`{key}`", meaning, "must be written" if field.is_required() else written


def _parted(description: str) -> tuple[str, str]:
    """Return a description, and apart from it what is used where nothing is written, if it says so."""
    found = re.fullmatch(r"(.*?) \[(.*)\]\.?", description)
    return (f"{found[1].rstrip('.')}.", found[2]) if found else (description, "")


def _shown(value: Any) -> str:
    """Return a default as a person would write it, or an empty string where it is nothing."""
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return "`yes`" if value else "`no`"
    if isinstance(value, list):
        return f"`[{', '.join(map(str, value))}]`"
    text = f"{value:g}" if isinstance(value, float) else str(value)
    whole_minutes = re.fullmatch(r"(\d\d:\d\d):00", text)
    return f"`{whole_minutes[1] if whole_minutes else text}`"


def _rules() -> str:
    rows = [
        (
            f"`{rule.id}`",
            rule.severity,
            ", ".join(f"`{name}` {_shown(usual)}".strip() for name, usual in rule.options.items()),
        )
        for rule in RULES.values()
    ]
    return table(("rule", "severity", "options, and what they usually are"), rows)


def table(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = (headings, tuple("---" for _ in headings), *rows)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
