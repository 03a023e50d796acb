"""Rules of one's own: a Python file that the config names, with the same contract as the shipped rules.

```python
from complaints_sheet.core.model import Flag
from complaints_sheet.core.rules import rule

@rule("low", needs=("channel",))
def letter_unanswered(case, today, days=10):
    \"\"\"A letter has had no answer for so many days.\"\"\"
    received = case.day("received_on")
    if case.open and case.text("channel") == "letter" and received and (today - received).days > days:
        yield Flag("A letter waits for an answer.", field="channel")
```
"""

import traceback
from collections.abc import Mapping
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

from complaints_sheet.core.rules import RULES, Rule, rules_in
from complaints_sheet.errors import ConfigError, Problem

NEXT_STEP = "Correct the file, or take it out of the config."


def load_rules(path: Path) -> Mapping[str, Rule]:
    """Return the rules of a Python file by id; it is executed once.

    Raises ConfigError, with file and line, where there is no such file, where it cannot be executed, and
    where it holds no rule, one without a line that sums it up, or one with the id of a shipped rule.
    """
    if not path.is_file():
        raise ConfigError(f"There is no file {path.name} with rules.", "Check the path in the config.")
    found = rules_in(vars(_executed(path)))
    problems = [_problem(path, each, said) for each in found.values() if (said := _wrong(each))]
    if not found:
        said = 'it holds no rule: put `@rule("low")` from complaints_sheet.core.rules above a function'
        problems = [Problem(path.name, None, None, said)]
    if problems:
        raise ConfigError(f"The rules in {path.name} cannot be used.", NEXT_STEP, problems)
    return found


class _Loader(SourceFileLoader):
    """Reads a Python file and leaves nothing beside it."""

    def set_data(self, path: str, data: Any, *, _mode: int = 0o666) -> None:
        """Keep no compiled copy."""


def _executed(path: Path) -> ModuleType:
    loader = _Loader(f"own_rules_{path.stem}", str(path))
    module = ModuleType(loader.name)
    module.__file__ = str(path)
    try:
        loader.exec_module(module)
    except Exception as error:
        raise _not_executed(path, error) from None
    return module


def _not_executed(path: Path, error: Exception) -> ConfigError:
    """Return what is wrong, where; the exception's own words are about code, so they may be shown."""
    if isinstance(error, SyntaxError):
        problem = Problem(path.name, error.lineno, error.offset, f"this is not valid Python: {error.msg}")
    else:
        frames = [each for each in traceback.extract_tb(error.__traceback__) if Path(each.filename) == path]
        line = frames[-1].lineno if frames else None
        problem = Problem(path.name, line, None, f"{type(error).__name__}: {error}")
    return ConfigError(f"The rules in {path.name} cannot be read.", NEXT_STEP, [problem])


def _wrong(rule: Rule) -> str:
    if rule.id in RULES:
        return f'"{rule.id}" is the name of a shipped rule: give the function another name'
    return "" if rule.summary else f'"{rule.id}" needs a docstring whose first line says what it finds'


def _problem(path: Path, rule: Rule, said: str) -> Problem:
    code = getattr(rule.function, "__code__", None)
    return Problem(path.name, code.co_firstlineno if code else None, None, said)
