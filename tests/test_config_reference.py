"""docs/configuration.md says what the program says, and leaves nothing out."""

import re
from pathlib import Path

import pytest

from complaints_sheet.config.reference import reference
from complaints_sheet.config.settings import SECTION_NAMES

TOP = Path(__file__).parent.parent


def test_the_page_of_settings_is_as_the_program_writes_it():
    written = (TOP / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert written == reference(), "run: python scripts/make_reference.py"


@pytest.mark.parametrize("section", SECTION_NAMES)
def test_every_section_has_a_heading_and_every_key_a_meaning(section):
    part = re.search(rf"^## {section}\n(.*?)(?=^## |\Z)", reference(), re.DOTALL | re.MULTILINE)
    assert part
    rows = [line.split(" | ") for line in part[1].splitlines() if line.startswith("| `")]
    assert rows
    assert all(row[1].strip() for row in rows)


def test_every_key_of_the_sample_is_on_the_page():
    sample = (TOP / "config.yaml").read_text(encoding="utf-8")
    keys = set(re.findall(r"^#?  #?([a-z_]+):", sample, re.MULTILINE))
    page = reference()
    assert {key for key in keys if f"`{key}`" not in page and f"`{key}." not in page} == set()
