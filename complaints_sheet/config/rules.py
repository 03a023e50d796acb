"""Which rules are asked, how grave their findings are, and their options, checked against the rules."""

from collections.abc import Mapping
from typing import Any

from complaints_sheet.config.sections import Sections
from complaints_sheet.config.typed import yes_or_no
from complaints_sheet.config.yaml_file import Written
from complaints_sheet.core.rules import RULES
from complaints_sheet.core.rules.settings import setting_mistakes

OFF = "off"
Scalar = str | int | float | bool


class RulesSection(Written):
    """The section `rules`: off, a severity, or options by name, for each rule."""

    rules: dict[str, Scalar | dict[str, Scalar | tuple[Scalar, ...]]]


def rule_settings(sections: Sections) -> dict[str, dict[str, object]]:
    """Return the settings of each rule that has some; notes rules, options and values that do not exist."""
    data = sections.raw("rules")
    if data is None:
        return {}
    section = sections.read(RulesSection, {"rules": data})
    written = section.rules if section else {}
    settings = {rule_id: _settings(rule_id, typed) for rule_id, typed in written.items()}
    for mistake in setting_mistakes(settings, RULES):
        stands = isinstance(written[mistake.rule], Mapping) and mistake.option is not None
        way = ("rules", mistake.rule, mistake.option or "") if stands else ("rules", mistake.rule)
        sections.note(mistake.message, *way, key=mistake.option is None)
    return settings


def _settings(rule_id: str, typed: Any) -> dict[str, object]:
    """Return what was typed for one rule by option; a word alone is off, on or a severity."""
    if isinstance(typed, Mapping):
        return {option: _answered(rule_id, option, value) for option, value in typed.items()}
    if str(typed).casefold() in {"off", "no", "false"}:
        return {OFF: True}
    if str(typed).casefold() in {"on", "yes", "true"}:
        return {OFF: False}
    return {"severity": typed}


def _answered(rule_id: str, option: str, value: object) -> object:
    """Return yes and no as answers where the option wants one; everything else as typed."""
    rule = RULES.get(rule_id)
    wanted = option == OFF or (rule is not None and isinstance(rule.options.get(option), bool))
    try:
        return yes_or_no(value) if wanted and isinstance(value, str) else value
    except ValueError:
        return value
