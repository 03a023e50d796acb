"""Headings that a colleague would recognise without asking (headings.txt), and how people spoil them."""

import random
from pathlib import Path


def _spellings() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return the clear and the misspelt headings of each field; those of no field under ""."""
    clear: dict[str, list[str]] = {}
    misspelt: dict[str, list[str]] = {}
    field = ""
    for line in Path(__file__).with_name("headings.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            field = line.strip("[]")
            clear[field], misspelt[field] = [], []
        elif line.startswith("~ "):
            misspelt[field].append(line[2:])
        elif line and not line.startswith("#"):
            clear[field].append(line)
    return clear, misspelt


CLEAR, MISSPELT = _spellings()
EXTRA = CLEAR.pop("")
NINE = tuple(CLEAR)[:9]
EXACT = {field: spellings[0] for field, spellings in CLEAR.items()}

# Upper and lower line where a heading was broken over two rows.
TWO_LINES = {
    "case_owner": ("Case", "Owner"),
    "department": ("", "Department"),
    "received_on": ("Date", "received"),
    "followed_up_on": ("Date followed-up", "with customer"),
    "resolved": ("Resolved and", "followed up (Y/N)"),
    "customer_name": ("Customer", "Name"),
    "issue": ("", "Issue"),
    "resolution": ("", "Resolution"),
    "improvement_idea": ("Proposed", "Improvement Idea"),
    "case_ref": ("", "Reference"),
    "goodwill_amount": ("Goodwill", "amount"),
    "acknowledged_on": ("Date", "acknowledged"),
}

# Bands merged over several columns, with the full headings below them.
BANDS = ("Who", "Case details", "For office use", "What happened", "Key dates")

# Every pair leaves the heading saying the same.
WAYS_TO_SPOIL = (
    (" ", "\n"),
    (" ", "\u00a0"),
    (" ", "  "),
    ("'", "’"),
    ("-", "–"),
    ("'", "â€™"),
    ("-", "â€“"),
    ("£", "Â£"),
)
ENDINGS = ("{}:", "{}*", " {}  ", "{}\u200b", "{} ", "\u00a0{}")


def spoil(heading: str, rng: random.Random) -> str:
    """Return the heading as somebody might have left it: nothing in it that changes what it says."""
    way = rng.randrange(4)
    if way == 0:
        return rng.choice((heading.upper(), heading.lower(), heading.title()))
    if way == 1:
        return rng.choice(ENDINGS).format(heading)
    before, after = rng.choice([pair for pair in WAYS_TO_SPOIL if pair[0] in heading] or [(" ", "\n")])
    return heading.replace(before, after, 1 if way == 2 else -1)
