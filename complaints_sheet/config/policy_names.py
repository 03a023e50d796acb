"""Which policies judge which cases, by name; reading them is the work of `policies.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import Field

from complaints_sheet.config.sections import Sections
from complaints_sheet.config.typed import Lines, many
from complaints_sheet.config.wording import nearest
from complaints_sheet.config.yaml_file import Part, Written

DEFAULT_POLICY = "customer-issue-reporting"
PRESETS = Path(__file__).parent.parent / "presets"


@dataclass(frozen=True, slots=True)
class PolicyNames:
    """The policies of the default, and of each department or type of contact that has its own."""

    default: tuple[str, ...] = (DEFAULT_POLICY,)
    departments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    contact_types: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def all(self) -> tuple[str, ...]:
        """Return every name once, the default's first."""
        chosen = (self.default, *self.departments.values(), *self.contact_types.values())
        return tuple(dict.fromkeys(name for names in chosen for name in names))


class PolicySection(Written):
    """The section `policy`."""

    default: Lines = Field(default=DEFAULT_POLICY, description="What judges every complaint.")
    departments: dict[str, Lines] = Field(default_factory=dict, description="Other policies, by department.")
    contact_types: dict[str, Lines] = Field(
        default_factory=dict, description="Other policies, by type of contact: complaint, feedback and so on."
    )


def policy_names(sections: Sections) -> PolicyNames:
    """Return which policies judge which cases; notes names that are neither shipped nor a file here."""
    data = sections.raw("policy")
    if isinstance(data, dict):
        written = sections.read(PolicySection, data, "policy") or PolicySection()
    else:
        written = sections.read(PolicySection, {} if data is None else {"default": data}) or PolicySection()
    note_unknown(sections, data, "policy")
    return PolicyNames(
        default=many(written.default),
        departments={name: many(typed) for name, typed in written.departments.items()},
        contact_types={name: many(typed) for name, typed in written.contact_types.items()},
    )


def note_unknown(sections: Sections, typed: Any, *way: Part) -> None:
    """Note every policy name at or below `way` that is neither shipped nor a file beside the config."""
    if isinstance(typed, dict):
        for key, deeper in typed.items():
            note_unknown(sections, deeper, *way, key)
    elif isinstance(typed, list):
        for at, deeper in enumerate(typed):
            note_unknown(sections, deeper, *way, at)
    elif isinstance(typed, str) and typed.strip():
        message = _unknown(typed.strip(), sections.folder)
        if message:
            sections.note(message, *way)


def _unknown(name: str, folder: Path) -> str:
    """Return what to say of a policy that is neither shipped nor a file in the folder, or an empty string."""
    shipped = sorted(path.stem for path in PRESETS.glob("*.yaml"))
    own = sorted(path.stem for path in folder.glob("*.yaml"))
    if name in (*shipped, *own) or (name.endswith((".yaml", ".yml")) and (folder / name).is_file()):
        return ""
    close = get_close_matches(name, (*shipped, *own), n=1)
    advice = nearest(name, close or shipped)
    return f'policy "{name}" is not known; {advice}{"" if close else ", or a YAML file beside this one"}'
