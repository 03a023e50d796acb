"""Every rule by its id. A new rule is one function in one of these modules, and its two example files."""

from collections.abc import Mapping

from complaints_sheet.core.rules import (
    changes,
    days,
    deadlines,
    departments,
    gaps,
    inquiry,
    owners,
    reading,
    remembered,
    repeats,
    reviews,
    steps,
)
from complaints_sheet.core.rules.registry import Rule, rule, rules_in

RULES: Mapping[str, Rule] = {
    found.id: found
    for module in (
        *(reading, gaps, days, owners, repeats, deadlines, departments),
        *(steps, changes, inquiry, reviews, remembered),
    )
    for found in rules_in(vars(module)).values()
}

__all__ = ["RULES", "Rule", "rule", "rules_in"]
