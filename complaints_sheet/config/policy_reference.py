"""The reference of the policy language and of the shipped policies, as Markdown, made from what is used."""

import re
from collections.abc import Iterator, Mapping, Sequence
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from complaints_sheet.config.policies import load_policies, shipped
from complaints_sheet.config.policy_file import PolicyFile
from complaints_sheet.core.limits import Limit
from complaints_sheet.core.policy import Clock, Policy

STARTS = "<!-- from here on made by the program: python -m complaints_sheet.config.policy_reference -->"


def reference() -> str:
    """Return the reference as Markdown: every key of a policy file, then every shipped policy."""
    return "\n".join([STARTS, "", *_language(), *_policies()]).rstrip() + "\n"


# --- the language ---------------------------------------------------------------------------------------


def _language() -> Iterator[str]:
    yield "## Every key of a policy file"
    yield ""
    for model in _models(PolicyFile):
        yield f"### {_heading(model)}"
        yield ""
        yield (model.__doc__ or "").strip()
        yield ""
        yield "| key | holds | means |"
        yield "|---|---|---|"
        for name, field in model.model_fields.items():
            yield f"| `{field.alias or name}` | {_holds(field)} | {_cell(field.description or '')} |"
        yield ""


def _models(model: type[BaseModel]) -> list[type[BaseModel]]:
    """Return the model and every model inside it, each once, in reading order."""
    found: dict[type[BaseModel], None] = {model: None}
    for field in model.model_fields.values():
        for inner in _inside(field.annotation):
            found.update(dict.fromkeys(_models(inner)))
    return list(found)


def _inside(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _inside(argument)


def _heading(model: type[BaseModel]) -> str:
    if model is PolicyFile:
        return "The file"
    words = re.findall(r"[A-Z][a-z]*", model.__name__.removesuffix("Part"))
    return " ".join(words).capitalize()


def _holds(field: FieldInfo) -> str:
    required = field.is_required()
    return f"{_kind(field.annotation)}{', needed' if required else _default(field)}"


def _kind(annotation: Any) -> str:
    choices = [each for each in _branches(annotation) if each is not type(None)]
    return " or ".join(dict.fromkeys(_one_kind(each) for each in choices))


def _branches(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) in {Union, UnionType} else (annotation,)


def _one_kind(kind: Any) -> str:
    if hasattr(kind, "__metadata__"):
        return _kind(get_args(kind)[0])
    origin = get_origin(kind)
    if origin is Literal:
        return " or ".join(f"`{each}`" for each in get_args(kind))
    if origin is tuple:
        return f"{_kind(get_args(kind)[0])}, or a list"
    if origin is dict:
        return f"names, each with {_kind(get_args(kind)[1])}"
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return f"a {_heading(kind).lower()} section"
    return _PLAIN.get(getattr(kind, "__name__", str(kind)), "anything")


_PLAIN: Mapping[str, str] = {
    "str": "text",
    "bool": "yes or no",
    "date": "a date",
    "time": "an hour",
    "Limit": "a limit",
    "Any": "anything",
}


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    if value is None or value in ((), {}):
        return ""
    if isinstance(value, bool):
        return f"; usually {'yes' if value else 'no'}"
    shown = ", ".join(value) if isinstance(value, tuple) else str(value)
    return f"; usually `{shown}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


# --- the shipped policies -----------------------------------------------------------------------------------


def _policies() -> Iterator[str]:
    yield "## The shipped policies"
    yield ""
    for policy_id in shipped():
        versions = load_policies([policy_id])
        yield from _policy(versions[-1], versions)


def _policy(policy: Policy, versions: Sequence[Policy]) -> Iterator[str]:
    yield f"### {policy.title} (`{policy.id}`)"
    yield ""
    yield f"{policy.document or 'No document named'}. {_versions(versions)}"
    yield ""
    for source in policy.sources:
        yield f"* Source: <{source}>{f', checked {policy.checked}' if policy.checked else ''}"
    if policy.sources:
        yield ""
    yield "| clock | what | limit | from | until | clause |"
    yield "|---|---|---|---|---|---|"
    for clock in policy.clocks:
        yield _clock_row(clock)
    yield ""
    yield from _clauses(policy)


def _versions(versions: Sequence[Policy]) -> str:
    said = [
        f"Version {each.version}"
        + (f" for complaints received from {each.effective_from.isoformat()}" if each.effective_from else "")
        for each in versions
    ]
    return "; ".join(said) + "."


def _clock_row(clock: Clock) -> str:
    limit = f"{clock.limit}{' (house default)' if clock.house_default else ''}"
    if clock.kind == "updates":
        limit = f"at least every {clock.limit}"
    starts, stops = (
        ", ".join(f"`{each}`" for each in fields) for fields in (clock.starts, clock.stops or clock.contacts)
    )
    extras = "; ".join(_extras(clock))
    limit += f"; {extras}" if extras else ""
    cells = (f"`{clock.id}`", _cell(clock.title), limit, starts, stops, _cell(clock.clause or ""))
    return f"| {' | '.join(cells)} |"


def _extras(clock: Clock) -> Iterator[str]:
    for other in clock.other_limits:
        marks = ", ".join(f"{each.field} {' or '.join(sorted(each.values))}" for each in other.when)
        yield f"{other.limit} for {marks}"
    if clock.holding_reply:
        yield f"{clock.holding_reply.limit} after a holding reply"
    if clock.extension:
        yield f"extension{_at_most(clock.extension.at_most)}"
    if clock.early_resolution:
        yield f"not if resolved within {clock.early_resolution.within}"
    if clock.pause:
        yield f"may pause{_at_most(clock.pause.at_most)}"
    if clock.kind == "window":
        yield "the customer's own time"


def _at_most(limit: Limit | None) -> str:
    return f" of at most {limit}" if limit else ""


def _clauses(policy: Policy) -> Iterator[str]:
    if not policy.clauses:
        return
    yield "| clause | asks | covered by |"
    yield "|---|---|---|"
    for clause in policy.clauses:
        covered = ", ".join(f"{kind} `{name}`" for kind, name in clause.covered_by)
        rows = f" ({', '.join(clause.rows)})" if clause.rows else ""
        covering = covered or f"not yet: {_cell(clause.why_not)}"
        yield f"| {_cell(clause.where)}{rows} | {_cell(clause.must)} | {covering} |"
    yield ""


if __name__ == "__main__":
    from pathlib import Path

    path = Path("docs/policies.md")
    prose = path.read_text(encoding="utf-8").partition(STARTS)[0]
    path.write_text(prose + reference(), encoding="utf-8")
