"""What config.yaml may say of a rule: switch it off, weigh it differently, set its options."""

from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import process

from complaints_sheet.core.rules.registry import Rule

SEVERITIES = ("high", "medium", "low")
FOR_EVERY_RULE = ("severity", "off")


@dataclass(frozen=True, slots=True)
class SettingMistake:
    """A setting of a rule that means nothing: rule, option (None: the rule itself) and what is wrong."""

    rule: str
    option: str | None
    message: str


def setting_mistakes(
    settings: Mapping[str, Mapping[str, object]], rules: Mapping[str, Rule]
) -> tuple[SettingMistake, ...]:
    """Return every mistake in the settings of these rules, with the nearest name that exists."""
    mistakes: list[SettingMistake] = []
    for rule_id, options in settings.items():
        known = rules.get(rule_id)
        if known is None:
            said = f'There is no rule "{rule_id}".{_nearest(rule_id, rules)}'
            mistakes.append(SettingMistake(rule_id, None, said))
            continue
        for option, value in options.items():
            said = _wrong(known, option, value)
            if said:
                mistakes.append(SettingMistake(rule_id, option, said))
    return tuple(mistakes)


def options_of(rule: Rule, settings: Mapping[str, Mapping[str, object]]) -> dict[str, object]:
    """Return the rule's own options as set, without those that every rule has."""
    given = settings.get(rule.id, {})
    return {name: value for name, value in given.items() if name not in FOR_EVERY_RULE}


def _wrong(rule: Rule, option: str, value: object) -> str:
    if option == "severity":
        return "" if value in SEVERITIES else f'"{value}" is not a severity: write high, medium or low.'
    if option == "off":
        return "" if isinstance(value, bool) else f'"{value}" is not yes or no: write true or false.'
    names = (*rule.options, *FOR_EVERY_RULE)
    if option not in rule.options:
        return f'The rule "{rule.id}" has no option "{option}".{_nearest(option, names)}'
    return _wrong_kind(value, rule.options[option])


def _wrong_kind(value: object, default: object) -> str:
    """Return what is wrong with a value, judged by the kind of the default; None stands for a number."""
    if isinstance(default, bool):
        return "" if isinstance(value, bool) else f'"{value}" is not yes or no: write true or false.'
    if default is None or isinstance(default, int | float):
        number = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
        return "" if number else f'"{value}" is not a number of 0 or more.'
    if isinstance(default, tuple):
        texts = isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)
        return "" if texts else f'"{value}" is not a list of words.'
    return ""


def _nearest(typed: str, names: Mapping[str, object] | tuple[str, ...]) -> str:
    close = process.extractOne(typed, tuple(names), score_cutoff=60)
    return f' Did you mean "{close[0]}"?' if close else f" There are: {', '.join(sorted(names))}."
