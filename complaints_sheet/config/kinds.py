"""Sections whose keys depend on their kind: a register is read, and mail leaves, by a module of its own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from complaints_sheet.config.sections import Sections, not_among
from complaints_sheet.config.wording import unknown_key
from complaints_sheet.config.yaml_file import Part

C = TypeVar("C", bound=BaseModel)


def read_kind(
    sections: Sections, data: Any, common: type[C], kinds: Mapping[str, type[BaseModel]], *way: Part
) -> tuple[C | None, BaseModel | None]:
    """Return the keys that every kind has and the settings of the kind that is asked for.

    Either is None after its problems were noted. Relative paths in the settings start at the config's folder.
    """
    if not isinstance(data, dict):
        return sections.read(common, data, *way), None
    shared = {key: value for key, value in data.items() if key in common.model_fields}
    general = sections.read(common, shared, *way)
    default = str(common.model_fields["kind"].default)
    kind = data.get("kind", default)
    if kind not in kinds:
        sections.note(not_among("kind", str(kind), kinds), *way, "kind")
        return general, None
    model = kinds[kind]
    own = _own_keys(sections, data, common, model, *way)
    settings = sections.read(model, own, *way)
    return general, _placed(settings, sections) if settings else None


def _own_keys(
    sections: Sections, data: Mapping[str, Any], common: type[BaseModel], model: type[BaseModel], *way: Part
) -> dict[str, Any]:
    names = dict.fromkeys(("kind", *model.model_fields, *common.model_fields))
    for key in data:
        if key not in names:
            sections.note(unknown_key(key, tuple(names)), *way, key, key=True)
    return {key: value for key, value in data.items() if key in model.model_fields}


def _placed(settings: BaseModel, sections: Sections) -> BaseModel:
    paths = {name: sections.place(value) for name, value in settings if isinstance(value, Path)}
    return settings.model_copy(update=paths)
