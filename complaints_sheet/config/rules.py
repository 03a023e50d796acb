"""Which rules are asked, how grave their findings are, and their options; files with rules of one's own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from complaints_sheet.config.own_rules import load_rules
from complaints_sheet.config.sections import Sections
from complaints_sheet.config.typed import Lines, many, yes_or_no
from complaints_sheet.config.yaml_file import Written
from complaints_sheet.core.rules import RULES, Rule
from complaints_sheet.core.rules.settings import setting_mistakes
from complaints_sheet.errors import ConfigError

OFF = "off"
OWN = "own"
Scalar = str | int | float | bool


class RulesSection(Written):
    """The section `rules`: off, a severity, or options by name, for each rule."""

    rules: dict[str, Scalar | dict[str, Scalar | tuple[Scalar, ...]]]


class OwnRulesSection(Written):
    """The key `own` of the section `rules`."""

    own: Lines = ()


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """The settings of each rule that has some, and the rules of the office's own files by id."""

    settings: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    own: Mapping[str, Rule] = field(default_factory=dict)


def rule_settings(sections: Sections) -> RuleSettings:
    """Return what the section `rules` says; notes files, rules, options and values that do not exist."""
    data = sections.raw("rules")
    if data is None:
        return RuleSettings()
    own = _own_rules(sections, data)
    every = {**RULES, **own}
    written = _written(sections, data)
    settings = {rule_id: _settings(every.get(rule_id), typed) for rule_id, typed in written.items()}
    for mistake in setting_mistakes(settings, every):
        stands = isinstance(written[mistake.rule], Mapping) and mistake.option is not None
        way = ("rules", mistake.rule, mistake.option or "") if stands else ("rules", mistake.rule)
        sections.note(mistake.message, *way, key=mistake.option is None)
    return RuleSettings(settings, own)


def _written(sections: Sections, data: Any) -> Mapping[str, Any]:
    rules = {key: typed for key, typed in data.items() if key != OWN} if isinstance(data, Mapping) else data
    section = sections.read(RulesSection, {"rules": rules})
    return section.rules if section else {}


def _own_rules(sections: Sections, data: Any) -> Mapping[str, Rule]:
    """Return the rules of the files named; two files must not both have a rule of one name."""
    typed = data.get(OWN) if isinstance(data, Mapping) else None
    section = sections.read(OwnRulesSection, {OWN: typed}, "rules") if typed is not None else None
    found: dict[str, Rule] = {}
    for name in many(section.own) if section else ():
        try:
            rules = load_rules(sections.place(Path(name)))
        except ConfigError as error:
            sections.note(error.message, "rules", OWN)
            sections.problems.extend(error.problems)
            continue
        for twice in found.keys() & rules.keys():
            sections.note(f'two files have a rule "{twice}": give one of them another name', "rules", OWN)
        found.update(rules)
    return found


def _settings(rule: Rule | None, typed: Any) -> dict[str, object]:
    """Return what was typed for one rule by option; a word alone is off, on or a severity."""
    if isinstance(typed, Mapping):
        return {option: _answered(rule, option, value) for option, value in typed.items()}
    if str(typed).casefold() in {"off", "no", "false"}:
        return {OFF: True}
    if str(typed).casefold() in {"on", "yes", "true"}:
        return {OFF: False}
    return {"severity": typed}


def _answered(rule: Rule | None, option: str, value: object) -> object:
    """Return yes and no as answers where the option wants one; everything else as typed."""
    wanted = option == OFF or (rule is not None and isinstance(rule.options.get(option), bool))
    try:
        return yes_or_no(value) if wanted and isinstance(value, str) else value
    except ValueError:
        return value
