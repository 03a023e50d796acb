"""The registers: one, a list, or a glob; and which heading serves which field where it is not recognised."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field

from complaints_sheet.config.kinds import read_kind
from complaints_sheet.config.policy_names import note_unknown
from complaints_sheet.config.sections import Sections, not_among
from complaints_sheet.config.typed import Line, Lines, YesNo, many
from complaints_sheet.config.yaml_file import Part, Written
from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.people import plain_name
from complaints_sheet.sources import SOURCES, excel

KINDS: Mapping[str, type[BaseModel]] = {kind: source.settings for kind, source in SOURCES.items()}


@dataclass(frozen=True, slots=True)
class RegisterConfig:
    """One register: how to read it, its columns, and the policies that judge it (empty: the config's own)."""

    id: str
    name: str
    kind: str
    source: BaseModel  # the settings of its kind, paths made full
    columns: Mapping[str, str] = field(default_factory=dict)  # field id to heading
    policies: tuple[str, ...] = ()
    status_columns: bool = False  # whether the program's own columns in the file itself are written
    link: str = ""  # its web address, in which {row} stands for a row's number; empty where it has none


def _identifier(typed: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", typed):
        raise ValueError(f'expected small letters, digits and hyphens such as "repairs", not "{typed}"')
    return typed


def _web_address(typed: str) -> str:
    if not re.fullmatch(r"https?://[^\s<>\"']+", typed):
        raise ValueError(f'expected an address that begins with https://, not "{typed}"')
    return typed


class RegisterSection(Written):
    """What every kind of register has in the section `register`."""

    kind: str = Field(
        default="excel",
        description="How it is kept: excel (.xlsx, .xlsm, .xlsb, .xls, .ods, .csv) or google.",
    )
    id: Annotated[str, AfterValidator(_identifier)] = Field(
        default="", description="A short name that never changes [main, or the file's name]."
    )
    name: Line = Field(default="", description="What people call it [the file's name].")
    link: Annotated[Line, AfterValidator(_web_address)] | None = Field(
        default=None, description="Its web address for mails; {row} stands for the row [its file, as text]."
    )
    columns: dict[str, Line] = Field(
        default_factory=dict, description="As `columns`, for this register only."
    )
    policy: Lines = Field(default=(), description="The policies that judge it [those of `policy`].")
    status_columns: YesNo = Field(
        default=False,
        description="Whether the program writes its own four columns into the .xlsx; read the README first.",
    )


class ColumnsOnly(Written):
    """The section `columns`."""

    columns: dict[str, Line] = Field(default_factory=dict)


def register_configs(sections: Sections) -> tuple[RegisterConfig, ...]:
    """Return the registers in the order written, after noting every problem with them."""
    shared = _columns(sections, sections.raw("columns"), "columns")
    data = sections.raw("register")
    if data is None:
        sections.note(
            '"register" is missing: add a line "register: {path: register.xlsx}"', "register", key=True
        )
        return ()
    entries = list(_entries(data))
    if not entries:
        sections.note('expected at least one register, such as "path: register.xlsx"', "register")
    found = [_register(sections, entry, len(entries), shared, *way) for way, entry in entries]
    ids = Counter(each.id for each in found if each)
    for (way, _), each in zip(entries, found, strict=True):
        if each and ids[each.id] > 1:
            sections.note(f'two registers have the id "{each.id}": give each an "id" of its own', *way)
    return tuple(each for each in found if each)


def _entries(data: Any) -> Iterator[tuple[tuple[Part, ...], Any]]:
    """Yield each register as typed and where it stands; a text alone is its path."""
    if isinstance(data, list):
        for at, entry in enumerate(data):
            yield ("register", at), {"path": entry} if isinstance(entry, str) else entry
    else:
        yield ("register",), {"path": data} if isinstance(data, str) else data


def _register(
    sections: Sections, entry: Any, of: int, shared: Mapping[str, str], *way: Part
) -> RegisterConfig | None:
    general, settings = read_kind(sections, entry, RegisterSection, KINDS, *way)
    typed = entry if isinstance(entry, dict) else {}
    own = _columns(sections, typed.get("columns"), *way, "columns")
    note_unknown(sections, typed.get("policy"), *way, "policy")
    if general is None or settings is None:
        return None
    stem = _stem(getattr(settings, "path", None)) or general.kind
    return RegisterConfig(
        id=general.id or ("main" if of == 1 else _short(stem)),
        name=general.name or stem,
        kind=general.kind,
        source=settings,
        columns={**shared, **own},
        policies=many(general.policy),
        status_columns=_writes_status(sections, settings, *way) if general.status_columns else False,
        link=general.link or getattr(settings, "link", "") or "",
    )


def _writes_status(sections: Sections, settings: BaseModel, *way: Part) -> bool:
    """Return True for a kind of register that can be written into; notes any other."""
    if not isinstance(settings, excel.Settings):
        sections.note("only a workbook (.xlsx) can have status columns", *way, "status_columns")
    return isinstance(settings, excel.Settings)


def _stem(path: object) -> str:
    """Return what to call a register kept at a path: its file's name, or its folder's for a glob."""
    if not isinstance(path, Path):
        return ""
    return path.parent.name if any(mark in path.name for mark in "*?[") else path.stem


def _short(stem: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", plain_name(stem)).strip("-")[:40] or "register"


def _columns(sections: Sections, data: Any, *way: Part) -> dict[str, str]:
    """Return field id to heading; notes fields that do not exist and headings used for two."""
    if data is None:
        return {}
    section = sections.read(ColumnsOnly, {"columns": data}, *way[:-1])
    columns = section.columns if section else {}
    for field_id in columns:
        if field_id not in FIELDS:
            sections.note(not_among("field", field_id, FIELDS), *way, field_id, key=True)
    _one_field_each(sections, columns, way)
    return columns


def _one_field_each(sections: Sections, columns: Mapping[str, str], way: Sequence[Part]) -> None:
    seen: dict[str, str] = {}
    for field_id, heading in columns.items():
        first = seen.setdefault(plain_name(heading), field_id)
        if first != field_id:
            sections.note(f'"{heading}" is already the column of {first}', *way, field_id)
