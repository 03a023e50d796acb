"""Small numbers kept back from what is published, so that nobody can be told from a count."""

from collections.abc import Sequence

FEWEST = 5  # a count from 1 to 4 is kept back
MARK = "*"


def suppressed(counts: Sequence[int]) -> tuple[str, ...]:
    """Return how each count is printed beside the exact total of them all: small ones as *.

    Where the total would give away a number kept back, the next smallest are kept back too. Every * then
    leaves room for more than one answer.
    """
    hidden = {at for at, number in enumerate(counts) if 0 < number < FEWEST}
    others = sorted(
        (at for at, number in enumerate(counts) if number >= FEWEST), key=lambda at: (counts[at], at)
    )
    while hidden and not _safe([counts[at] for at in hidden]) and others:
        hidden.add(others.pop(0))
    return tuple(MARK if at in hidden else f"{number:,}" for at, number in enumerate(counts))


def total_shown(counts: Sequence[int]) -> str:
    """Return the total as printed: kept back where it is small or gives away what `suppressed` kept back."""
    total = sum(counts)
    hidden = [number for number, shown in zip(counts, suppressed(counts), strict=True) if shown == MARK]
    return MARK if 0 < total < FEWEST or (hidden and not _safe(hidden)) else f"{total:,}"


def share_publishable(part: int, whole: int) -> bool:
    """Return True where neither those in nor those out of a share are so few that they stay back."""
    return whole >= 2 * FEWEST and all(not 0 < each < FEWEST for each in (part, whole - part))


def _safe(hidden: Sequence[int]) -> bool:
    """Return True where their sum, which anybody can work out, fits more than one set of numbers."""
    return len(hidden) >= 2 and sum(hidden) > len(hidden) and sum(hidden) >= FEWEST
