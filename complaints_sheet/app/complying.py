"""`comply`: every clause of the chosen policies, what covers it, and how it stands."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from complaints_sheet.app.checking import Checked, checked
from complaints_sheet.core.brand import Brand
from complaints_sheet.core.compliance import Cover, State, Statement, statement
from complaints_sheet.core.editions import EDITIONS
from complaints_sheet.core.model import Judgement
from complaints_sheet.core.policy import Policy, in_force
from complaints_sheet.core.wording import count, listing, long_date

if TYPE_CHECKING:
    from complaints_sheet.config.settings import Config

EDITION_OF: Mapping[str, str] = {
    "week": "weekly",
    "fortnight": "fortnightly",
    "month": "fortnightly",
    "quarter": "quarterly",
    "year": "annual",
}
"""The pack that serves for a report, by how often the report is asked for."""


@dataclass(frozen=True, slots=True)
class Compliance:
    """The statements of every policy asked for, register by register, and how their page should look."""

    as_of: datetime
    statements: tuple[Statement, ...]
    judgements: tuple[Judgement, ...]
    brand: Brand
    templates: tuple[Path, ...] = ()

    @property
    def needs_attention(self) -> bool:
        """Return True where there is a finding of medium or high severity."""
        return any(found.severity != "low" for each in self.judgements for found in each.findings)


def comply(
    register: Path | None,
    policies: Sequence[str],
    config_file: Path,
    *,
    config_given: bool,
    as_of: str | None,
    now: datetime,
    commands: AbstractSet[str] = frozenset(),
) -> Compliance:
    """Return the compliance statements; registers and policies are chosen as `check` chooses them.

    `commands` are the names of the commands there are. Of a policy with versions, the one in force on the
    day is stated.
    """
    found = checked(register, policies, config_file, config_given=config_given, as_of=as_of, now=now)
    return Compliance(
        as_of=found.as_of,
        statements=tuple(_statements(found, commands)),
        judgements=found.judgements,
        brand=found.config.brand if found.config else Brand(),
        templates=found.config.templates if found.config else (),
    )


def write_page(answer: Compliance, file: Path) -> None:
    """Write the statements as one HTML page; raises DeliveryError where the file cannot be written."""
    from complaints_sheet.errors import DeliveryError
    from complaints_sheet.formats.compliance import write

    page = write(answer.statements, answer.brand, answer.templates)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(page)
    except OSError as error:
        raise DeliveryError(
            f"{file.name} could not be written ({type(error).__name__}).",
            "Close it where it is open, or name another file.",
        ) from error


def _statements(found: Checked, commands: AbstractSet[str]) -> Iterator[Statement]:
    for judging, judgement in zip(found.judgings, found.judgements, strict=True):
        for policy in in_force(judging.policies.all, found.as_of.date()):
            if policy.clauses:
                yield statement(policy, judgement, _elsewhere(policy, judgement, found, commands))


# --- what no register shows ---------------------------------------------------------------------------


def _elsewhere(
    policy: Policy, judgement: Judgement, found: Checked, commands: AbstractSet[str]
) -> Mapping[tuple[str, str], Cover]:
    named = {covering for clause in policy.clauses for covering in clause.covered_by}
    config = found.config
    off = {rule for rule, options in (config.rules if config else {}).items() if options.get("off") is True}
    say: Mapping[str, Callable[[str], tuple[State, str] | None]] = {
        "config": lambda name: _setting(name, policy, config, found.as_of.date()),
        "report": lambda name: _report(name, policy),
        "command": lambda name: ("in place", "there when it is needed") if name in commands else _NOT_MADE,
        "template": lambda name: ("in place", "written by the program") if _template(name) else _NOT_MADE,
        "figure": lambda _: ("in place", "counted in the pack"),
        "history": lambda name: _history(name, judgement, config),
        "rule": lambda name: ("cannot be judged", "switched off in the config") if name in off else None,
    }
    known = {
        (kind, name): answer
        for kind, name in named
        if kind in say and (answer := say[kind](name)) is not None
    }
    return {key: Cover(*key, *answer) for key, answer in known.items()}


_NOT_MADE: tuple[State, str] = ("not yet", "the program does not make it yet")


def _report(name: str, policy: Policy) -> tuple[State, str]:
    report = next(each for each in policy.reports if each.id == name)
    edition = name if name in EDITIONS else EDITION_OF.get(report.every)
    if edition in EDITIONS:
        return "in place", f"every {report.every}, for {report.to}: the {edition} pack"
    return "not yet", f"every {report.every}, for {report.to}: not made by the program yet"


def _template(name: str) -> bool:
    from complaints_sheet.render import shipped_folder

    return any(name in path.stem for path in shipped_folder().glob("mail/*.html"))


def _history(name: str, judgement: Judgement, config: "Config | None") -> tuple[State, str]:
    kept = config is not None and (config.state.url is not None or config.state.folder.is_dir())
    if not kept:
        return "cannot be judged", "needs the memory that `complaints-sheet run` keeps"
    seen = sum(each.rule == name for each in judgement.findings)
    return "in place", f"noticed by every run; {count(seen, 'finding')} lately"


def _setting(name: str, policy: Policy, config: "Config | None", today: date) -> tuple[State, str]:
    if name == "review":
        return _review(policy, today)
    if name in _IN_POLICY:
        return "in place", "set in the policy"
    if name == "retention":
        keep = policy.retention
        return ("in place", f"kept for {keep.keep} at least") if keep else _NOT_MADE
    if config is None:
        return "cannot be judged", f"needs `{name}` in config.yaml"
    return _in_config(name, config)


_IN_POLICY = frozenset({"anonymous_in", "in_force", "excludes"})


def _review(policy: Policy, today: date) -> tuple[State, str]:
    review = policy.review
    if review is None or review.next is None:
        return "cannot be judged", "needs the date of the next review in the policy"
    if review.next < today:
        return "not kept", f"the review was due on {long_date(review.next)}"
    return "in place", f"next review on {long_date(review.next)}"


def _in_config(name: str, config: "Config") -> tuple[State, str]:
    roles = config.roles
    if name == "people":
        listed = len(config.directory.people)
        return ("in place", f"{count(listed, 'person', 'people')} listed") if listed else _NOBODY
    if name == "roles":
        held = [role for role in ("coordinator", "director") if getattr(roles, role)]
        return ("in place", f"{listing(held)} named") if held else _NOBODY
    if name == "customer_names":
        shown = [
            where
            for where, names in (("mails", config.mail.customer_names), ("packs", config.pack.customer_names))
            if names
        ]
        return (
            "in place",
            f"customers' names are shown in {listing(shown)}" if shown else "no names in mails or packs",
        )
    if name == "pack":
        return "in place", f"written as {listing(config.pack.formats)}"
    return "in place", "set in config.yaml"


_NOBODY: tuple[State, str] = ("cannot be judged", "nobody is named in config.yaml")
