"""Programs that some tests need: where one is missing, its tests are skipped and say which."""

import os
import shutil

import pytest

ALL_TESTS = "COMPLAINTS_SHEET_ALL_TESTS"
"""With this set to 1 a missing program fails its tests instead of skipping them."""


def needs(*programs: str) -> pytest.MarkDecorator:
    """Return the mark of a test that needs all of these programs."""
    missing = [name for name in programs if not shutil.which(name)]
    return _mark(bool(missing), f"needs {' and '.join(missing or programs)}, not installed here")


def needs_module(name: str) -> pytest.MarkDecorator:
    """Return the mark of a test that needs a Python package which is not among the usual ones."""
    from importlib.util import find_spec

    return _mark(find_spec(name) is None, f"needs the Python package {name}, not installed here")


def _mark(missing: bool, reason: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(missing and os.environ.get(ALL_TESTS) != "1", reason=reason)
