"""What complaints are about: a theme from its column, else from the organisation's own keywords."""

import re
from collections.abc import Mapping
from functools import lru_cache

from complaints_sheet.core.model import Case

UNCLASSIFIED = ""


def theme_of(case: Case, keywords: Mapping[str, tuple[str, ...]]) -> str:
    """Return the theme of a case: its theme or category as typed, else the first whose keyword is there.

    An empty string where neither says. Keywords match whole words, whatever their case.
    """
    typed = case.text("theme") or case.text("category")
    if typed or not keywords:
        return typed
    issue = case.text("issue")
    return next(
        (theme for theme, words in keywords.items() if _any_of(tuple(words)).search(issue)), UNCLASSIFIED
    )


@lru_cache(maxsize=512)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    told = [re.escape(word.strip()) for word in words if word.strip()]
    return re.compile(rf"\b(?:{'|'.join(told)})\b" if told else r"(?!)", re.IGNORECASE)
