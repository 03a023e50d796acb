"""What a rule is: a function, its name, and what it needs to know. Anybody may write one (see `rule`)."""

import inspect
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from complaints_sheet.core.model import Flag, Severity
from complaints_sheet.core.policy import Policy

Scope: TypeAlias = Literal["case", "policy", "register", "reading"]
"""Asked once for each case; for each case and each of its policies; once for all cases; or while reading."""

SUPPLIED = frozenset(
    {"verdicts", "policy", "policies", "calendar", "directory", "departments", "roles", "date_fields"}
)
"""What the engine gives a rule that has a parameter of that name; every other parameter is an option."""

NOTHING: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A rule by its id: what it says in one line, how grave that is, and the function that finds it.

    Without a column for each of `needs` it cannot be judged at all, without those that `lacks` gives for a
    policy and the columns of a sheet only in part; both are said once, with the number of cases. `when` says
    whether a policy asks for it; that and `lacks` matter to the scope "policy" above all.
    `quiet_when_settled` says under which policies it has nothing to say of a settled case (`settled.py`).
    """

    id: str
    summary: str
    severity: Severity
    scope: Scope
    function: Callable[..., Iterable[Any]]
    needs: tuple[str, ...]
    lacks: Callable[[Policy, Container[str]], Iterable[str]]
    when: Callable[[Policy], object]
    quiet_when_settled: Callable[[Policy], bool]
    takes: frozenset[str]  # which of SUPPLIED it has a parameter for
    needs_people: bool  # it cannot be judged where no people are listed
    options: Mapping[str, object]  # name to default

    def __call__(self, *args: Any, **options: Any) -> Iterable[Any]:
        """Return what the function returns: flags, or pairs of case and flag for the scope "register"."""
        return self.function(*args, **options)


def _nothing_lacks(policy: Policy, columns: Container[str]) -> Iterable[str]:
    return ()


def _always(policy: Policy) -> object:
    return True


def _never(policy: Policy) -> bool:
    return False


def rule(
    severity: Severity,
    *,
    scope: Scope = "case",
    needs: tuple[str, ...] = (),
    lacks: Callable[[Policy, Container[str]], Iterable[str]] = _nothing_lacks,
    when: Callable[[Policy], object] = _always,
    quiet_when_settled: Callable[[Policy], bool] = _never,
) -> Callable[[Callable[..., Iterable[Any]]], Rule]:
    """Return a decorator that makes a rule of a function.

    The function is called as `function(case, today, **options)` and gives flags, or, with the scope
    "register", as `function(cases, today, **options)` and gives pairs of (case, flag); None instead of a
    case is about the register as a whole. Its name becomes the id, the first line of its docstring the
    summary, its parameters with a default the options that config.yaml may set. A parameter named in
    SUPPLIED is filled by the engine.
    """

    def made(function: Callable[..., Iterable[Any]]) -> Rule:
        parameters = tuple(inspect.signature(function).parameters.values())[2:]
        return Rule(
            id=function.__name__.replace("_", "-"),
            summary=_first_line(function),
            severity=severity,
            scope=scope,
            function=function,
            needs=needs,
            lacks=lacks,
            when=when,
            quiet_when_settled=quiet_when_settled,
            takes=frozenset(each.name for each in parameters) & SUPPLIED,
            needs_people=any(each.name == "directory" and each.default is each.empty for each in parameters),
            options={each.name: each.default for each in parameters if each.name not in SUPPLIED},
        )

    return made


def rules_in(names: Mapping[str, object]) -> dict[str, Rule]:
    """Return the rules among the names of a module, by id, in the order they were written."""
    found = (each for each in names.values() if isinstance(each, Rule))
    return {each.id: each for each in found}


def _first_line(function: Callable[..., Iterable[Any]]) -> str:
    lines = (function.__doc__ or "").strip().splitlines()
    return lines[0].strip() if lines else ""
