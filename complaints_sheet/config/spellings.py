"""How the register words things: its departments and their other spellings; yes, no and money."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import Field

from complaints_sheet.config.policy_names import PolicyNames
from complaints_sheet.config.sections import Sections, not_among
from complaints_sheet.config.typed import Line, Lines, many
from complaints_sheet.config.yaml_file import Part, Written
from complaints_sheet.core.people import plain_name


@dataclass(frozen=True, slots=True)
class Spellings:
    """Words for yes, no and beside money, besides the usual ones.

    `departments` gives the name for each folded spelling.
    """

    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    money: tuple[str, ...] = ()
    departments: Mapping[str, str] = field(default_factory=dict)


class DepartmentSection(Written):
    """One department in the section `departments`."""

    name: Line = Field(description="The department's name, as packs and mails show it.")
    also: Lines = Field(default=(), description="Other spellings that the register uses.")


class SpellingsSection(Written):
    """The section `spellings`."""

    yes: Lines = Field(default=(), description="More words for yes: resolved and followed up.")
    no: Lines = Field(default=(), description="More words for no: not yet resolved.")
    money: Lines = Field(
        default=(), description="More words that stand before or after an amount, such as goodwill."
    )


def spellings(sections: Sections) -> Spellings:
    """Return how the register words things; notes a word for both yes and no, and a name that two share."""
    written = sections.section(SpellingsSection, "spellings")
    yes, no = many(written.yes), many(written.no)
    both = {plain_name(word) for word in yes} & {plain_name(word) for word in no}
    for word in no:
        if plain_name(word) in both:
            sections.note(f'"{word}" cannot mean both yes and no', "spellings", "no")
    return Spellings(yes, no, many(written.money), _departments(sections))


def by_department(policy: PolicyNames, words: Spellings, sections: Sections) -> PolicyNames:
    """Return the policies of each department by its listed name; notes departments that are not listed."""
    known = words.departments
    if not known:
        return policy
    for name in policy.departments:
        if plain_name(name) not in known:
            message = not_among("department", name, dict.fromkeys(known.values()))
            sections.note(message, "policy", "departments", name, key=True)
    named = {known.get(plain_name(name), name): chosen for name, chosen in policy.departments.items()}
    return replace(policy, departments=named)


def _departments(sections: Sections) -> Mapping[str, str]:
    """Return each folded spelling with the department it means, in the order written."""
    found: dict[str, str] = {}
    for way, department in _entries(sections, sections.raw("departments")):
        for spelling in (department.name, *many(department.also)):
            first = found.setdefault(plain_name(spelling), department.name)
            if first != department.name:
                sections.note(f'"{spelling}" also belongs to {first}: two departments cannot share it', *way)
    return found


def _entries(sections: Sections, data: Any) -> Iterator[tuple[tuple[Part, ...], DepartmentSection]]:
    """Yield each department with its place; a text alone is its name."""
    if data is not None and not isinstance(data, list):
        sections.note("expected a list of departments, such as [Repairs, Estates]", "departments")
        return
    for at, typed in enumerate(data or ()):
        way: tuple[Part, ...] = ("departments", at)
        section = sections.read(DepartmentSection, {"name": typed} if isinstance(typed, str) else typed, *way)
        if section:
            yield way, section
