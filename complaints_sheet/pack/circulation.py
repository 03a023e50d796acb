"""Wide circulation: free text is kept back from a pack until somebody has approved exactly those words."""

from collections.abc import Iterator, Set
from dataclasses import fields, is_dataclass, replace
from hashlib import sha256
from typing import Any, cast

from complaints_sheet.pack.blocks import Pack, Page, Run

KEPT_BACK = "[kept back until approved]"
_LENGTH = 24  # characters of a mark


def mark_of(words: str) -> str:
    """Return the mark by which approved words are known again; changed by one letter, they are not."""
    return sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]


def free_texts(pack: Pack) -> tuple[str, ...]:
    """Return each passage of free text in the pack once, in order."""
    return tuple(dict.fromkeys(run.text for run in _runs(pack.pages) if run.free))


def approved_only(pack: Pack, approved: Set[str]) -> Pack:
    """Return the pack with every passage of free text kept back whose mark is not among the approved."""
    waiting = tuple(words for words in free_texts(pack) if mark_of(words) not in approved)
    pages = cast("tuple[Page, ...]", _without(pack.pages, set(waiting)))
    return replace(pack, pages=pages, kept_back=waiting)


def _runs(value: object) -> Iterator[Run]:
    if isinstance(value, Run):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _runs(each)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _runs(getattr(value, field.name))


def _without(value: object, waiting: Set[str]) -> object:
    if isinstance(value, Run):
        return replace(value, text=KEPT_BACK) if value.free and value.text in waiting else value
    if isinstance(value, tuple):
        return tuple(_without(each, waiting) for each in value)
    if is_dataclass(value) and not isinstance(value, type) and any(run.free for run in _runs(value)):
        parts: dict[str, Any] = {
            each.name: _without(getattr(value, each.name), waiting) for each in fields(value)
        }
        return replace(value, **parts)
    return value
