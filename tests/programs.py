"""Programs that some tests need: where one is missing, its tests are skipped and say which."""

import os
import shutil
from pathlib import Path

import pytest

ALL_TESTS = "COMPLAINTS_SHEET_ALL_TESTS"
"""With this set to 1 a missing program fails its tests instead of skipping them."""


def needs(*programs: str) -> pytest.MarkDecorator:
    """Return the mark of a test that needs all of these programs."""
    missing = [name for name in programs if not shutil.which(name)]
    return _mark(bool(missing), f"needs {' and '.join(missing or programs)}, not installed here")


def needs_file(file: Path | None, what: str) -> pytest.MarkDecorator:
    """Return the mark of a test that needs a file which does not come with the project."""
    return _mark(file is None or not file.is_file(), f"needs {what}, not installed here")


def _mark(missing: bool, reason: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(missing and os.environ.get(ALL_TESTS) != "1", reason=reason)
