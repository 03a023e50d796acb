"""Policy files read without the program's own reader, with `extends` and `versions` applied."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

SHIPPED = Path(__file__).parents[2] / "complaints_sheet" / "presets"
MADE_UP = Path(__file__).parents[1] / "policies"
_GROUPS = ("clocks", "steps", "approvals", "referrals", "not_the_same_person", "needed", "closing")


@dataclass(frozen=True)
class Version:
    """One version of a policy: its name, the days received to which it applies, and the file's content."""

    policy: str
    name: str
    begins: date | None
    ends: date | None
    content: dict[str, Any]

    @property
    def clocks(self) -> dict[str, dict[str, Any]]:
        return self.content.get("clocks", {})


def policy_ids(folder: Path) -> list[str]:
    """Return the ids of the policies of a folder."""
    return sorted(path.stem for path in folder.glob("*.yaml"))


def versions(folder: Path, policy: str) -> list[Version]:
    """Return the versions of a policy, the oldest first."""
    content = _whole(folder, policy)
    later = content.pop("versions", [])
    in_force = content.get("in_force", {})
    begins = in_force.get("from")
    found = [Version(policy, str(content["version"]), begins, in_force.get("until"), _settled(content))]
    for each in later:
        content = _merged(content, each["change"])
        found.append(
            Version(policy, str(each["version"]), each["from"], in_force.get("until"), _settled(content))
        )
    return found


def _whole(folder: Path, policy: str) -> dict[str, Any]:
    path = folder / f"{policy}.yaml"
    content = YAML(typ="safe", pure=True).load(path if path.exists() else SHIPPED / f"{policy}.yaml")
    if "extends" not in content:
        return content
    base = _whole(folder, content.pop("extends"))
    unwanted = _many(content.pop("without", []))
    whole = _merged(base, content)
    for group in _GROUPS:
        whole[group] = {name: part for name, part in whole.get(group, {}).items() if name not in unwanted}
    return whole


def _merged(old: Any, new: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        return old | {key: _merged(old.get(key), value) for key, value in new.items()}
    return new


def _settled(content: dict[str, Any]) -> dict[str, Any]:
    if content.get("same_day") != "all":
        return content
    clocks = {
        name: clock | {"only_when": {}} if clock.get("kind") == "same day" else clock
        for name, clock in content["clocks"].items()
    }
    return content | {"clocks": clocks}


def _many(typed: Any) -> list[Any]:
    return typed if isinstance(typed, list) else [typed]
