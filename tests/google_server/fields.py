"""Partial answers: the `fields` parameter of Google's APIs, such as "id,sheets(data/rowData(values))"."""

from typing import Any

Mask = dict[str, "Mask"]


def mask(text: str) -> Mask:
    """Return the mask as a tree; an empty branch means all of it. ValueError where it cannot be read."""
    found, at = _group(text, 0)
    if at != len(text):
        raise ValueError(text)
    return found


def _group(text: str, at: int) -> tuple[Mask, int]:
    found: Mask = {}
    while True:
        branch = found
        while True:
            start = at
            while at < len(text) and (text[at].isalnum() or text[at] == "*"):
                at += 1
            if start == at:
                raise ValueError(text)
            branch = branch.setdefault(text[start:at], {})
            if at < len(text) and text[at] in "/.":
                at += 1
                continue
            break
        if at < len(text) and text[at] == "(":
            inner, at = _group(text, at + 1)
            if at >= len(text) or text[at] != ")":
                raise ValueError(text)
            branch.update(inner)
            at += 1
        if at >= len(text) or text[at] != ",":
            return found, at
        at += 1


def masked(value: Any, chosen: Mask) -> Any:
    """Return what the mask chooses of an answer; an object of which nothing is chosen stays as {}."""
    if not chosen or "*" in chosen:
        return value
    if isinstance(value, list):
        return [masked(each, chosen) for each in value]
    if isinstance(value, dict):
        return {
            name: kept
            for name, inner in chosen.items()
            if name in value and ((kept := masked(value[name], inner)) != {} or value[name] == {})
        }
    return value
