"""The README's walks, taken apart so that tests can go them as written."""

import re
from collections.abc import Iterator


def blocks(walk: str) -> Iterator[tuple[str, str]]:
    """Yield the kind ("sh", "text" or "" for prose) and the words of each part of a walk, in order."""
    for prose, kind, code in re.findall(r"(.*?)```(\w+)\n(.*?)```", walk, re.DOTALL):
        yield "", prose
        yield kind, code
