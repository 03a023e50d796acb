"""Policies read from YAML: the shipped ones in presets/, and an office's own beside its config."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from complaints_sheet.config.closed_days import NATIONS, CalendarConfig, calendar_from
from complaints_sheet.config.policy_file import ClockPart, PolicyFile, When
from complaints_sheet.config.policy_names import PRESETS, PolicyNames
from complaints_sheet.config.policy_values import policy_from, unknown_coverings
from complaints_sheet.config.wording import nearest
from complaints_sheet.config.yaml_file import Document, Part, mistakes, read_document
from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.people import plain_name
from complaints_sheet.core.policy import Policy, PolicyChoice
from complaints_sheet.errors import ConfigError

FIRST_YEAR, LAST_YEAR = 2000, 2050
"""The years for which a policy's own calendar knows the public holidays."""

_MERGED_BY_KEY = frozenset(
    {"clocks", "steps", "approvals", "referrals", "not_the_same_person", "needed", "closing", "reports"}
)


def load_policies(
    names: Sequence[str], folder: Path | None = None, closed: Mapping[date, str] = {}
) -> tuple[Policy, ...]:
    """Return every version of the policies of these names, in order; the versions of one stand together.

    A name is that of a file in `folder` (with or without .yaml) or of a shipped policy. `closed` are the
    office's own closed days, which also count where a policy has a calendar of its own. Raises ConfigError
    carrying every mistake with its file:line:column.
    """
    return tuple(policy for name in dict.fromkeys(names) for policy in _load(name, folder, closed))


def choose_policies(
    names: PolicyNames, folder: Path | None = None, closed: Mapping[date, str] = {}
) -> PolicyChoice:
    """Return which policies judge a case, read from the files that the config names; raises ConfigError."""
    read = {name: load_policies([name], folder, closed) for name in names.all}

    def all_of(chosen: Sequence[str]) -> tuple[Policy, ...]:
        return tuple(policy for name in dict.fromkeys(chosen) for policy in read[name])

    return PolicyChoice(
        all_of(names.default),
        {plain_name(name): all_of(chosen) for name, chosen in names.departments.items()},
        {plain_name(name): all_of(chosen) for name, chosen in names.contact_types.items()},
    )


def shipped() -> tuple[str, ...]:
    """Return the ids of the policies that come with the program, in order of their names."""
    return tuple(sorted(path.stem for path in PRESETS.glob("*.yaml")))


def _load(name: str, folder: Path | None, closed: Mapping[date, str]) -> Iterator[Policy]:
    path = policy_path(name, folder)
    document = read_document(path)
    written = list(_versions(document, folder))
    following = [version.in_force.from_ if version.in_force else None for version in written[1:]]
    for version, next_from in zip(written, [*following, None], strict=True):
        until = next_from - timedelta(days=1) if next_from else None
        yield policy_from(version, _own_calendar(version, closed), until)


def policy_path(name: str, folder: Path | None) -> Path:
    """Return the file that a policy's name means; raises ConfigError where there is none."""
    file_name = name if name.endswith((".yaml", ".yml")) else f"{name}.yaml"
    own = folder / file_name if folder else None
    if own and own.is_file():
        return own
    if (PRESETS / file_name).is_file() and Path(file_name).name == file_name:
        return PRESETS / file_name
    own_names = [path.stem for path in folder.glob("*.yaml")] if folder and folder.is_dir() else []
    raise ConfigError(
        f'There is no policy called "{name}".',
        "Write the name of a shipped policy, or of a YAML file beside the config; "
        + nearest(name, [*shipped(), *own_names]),
    )


# --- one policy extends another, and versions follow each other --------------------------------------------


def _versions(document: Document, folder: Path | None) -> Iterator[PolicyFile]:
    """Yield the policy of a file and each later version of it, checked."""
    path = Path(document.file)
    data = whole(document, folder)
    first = _checked(document, path, data)
    yield first
    for at, version in enumerate(first.versions):
        way: tuple[Part, ...] = ("versions", at, "change")
        data = merged({key: each for key, each in data.items() if key != "versions"}, dict(version.change))
        began = {"version": version.version, "in_force": {"from": version.from_.isoformat()}}
        yield _checked(document, path, {**data, **began}, *way)


def whole(document: Document, folder: Path | None, seen: tuple[Path, ...] = ()) -> dict[str, Any]:
    """Return what the file says on top of the policy it extends, as plain data; raises ConfigError."""
    own = dict(document.data)
    extended = own.get("extends")
    if not isinstance(extended, str):
        return own
    here = Path(document.file).resolve()
    base_path = _extended_path(document, extended, folder)
    if base_path.resolve() in {here, *seen}:
        problem = document.problem(f'"{extended}" extends this policy in turn', "extends")
        raise mistakes(Path(document.file), [problem])
    base_document = read_document(base_path)
    base = whole(base_document, folder, (*seen, here))
    _checked(base_document, base_path, base)
    # Versions and the days they apply belong to the policy extended; an extension begins anew.
    return merged({key: each for key, each in base.items() if key not in {"versions", "without"}}, own)


def _extended_path(document: Document, name: str, folder: Path | None) -> Path:
    try:
        return policy_path(name, folder)
    except ConfigError as error:
        problem = document.problem(f"{error.message} {error.next_step}", "extends")
        raise mistakes(Path(document.file), [problem]) from None


def merged(base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Return the base with single values changed: groups are merged key by key, lists are replaced."""
    left_out = change.get("without", ())
    left_out = {left_out} if isinstance(left_out, str) else set(left_out)
    result = {key: _thinned(each, left_out) if key in _MERGED_BY_KEY else each for key, each in base.items()}
    if left_out and isinstance(base.get("clauses"), list):
        result["clauses"] = [_uncovered(clause, left_out) for clause in base["clauses"]]
    return _deeper(result, change)


def _uncovered(clause: Any, left_out: set[str]) -> Any:
    """Return a clause without what is left out; one that nothing covers any more says so."""
    if not isinstance(clause, dict) or "covered_by" not in clause:
        return clause
    covered = clause["covered_by"]
    covered = [covered] if isinstance(covered, str) else covered
    kept = [text for text in covered if text.partition(" ")[2] not in left_out]
    rest = {key: each for key, each in clause.items() if key != "covered_by"}
    return {**rest, "covered_by": kept} if kept else {**rest, "not_yet": "left out of this policy"}


def _thinned(group: Any, left_out: set[str]) -> Any:
    return (
        {key: each for key, each in group.items() if key not in left_out}
        if isinstance(group, dict)
        else group
    )


def _deeper(base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(base)
    for key, each in change.items():
        under = result.get(key)
        result[key] = _deeper(under, each) if isinstance(under, dict) and isinstance(each, dict) else each
    return result


# --- what the schema alone cannot check ------------------------------------------------------------------


def _checked(document: Document, path: Path, data: Mapping[str, Any], *way: Part) -> PolicyFile:
    written, problems = document.check(PolicyFile, dict(data), *way)
    if written is None:
        raise mistakes(path, problems)
    found = [
        document.problem(message, *way, *where, key=where[0] == "clocks" and len(where) == 2)
        for message, where in contradictions(written)
    ]
    if found:
        raise mistakes(path, found)
    return written


def contradictions(written: PolicyFile) -> Iterator[tuple[str, tuple[Part, ...]]]:
    """Yield what each part says against another, with the way to it."""
    for name, clock in written.clocks.items():
        for message, key in _clock_contradictions(clock):
            yield message, ("clocks", name, *key)
    for way, when in _conditions_of(written):
        for message, field in _unlisted(when):
            yield message, (*way, field)
    for at, entry, text, names in unknown_coverings(written):
        yield (
            f'"{text}": this policy has no such thing; {nearest(text, names)}',
            ("clauses", at, "covered_by", entry),
        )
    for at, clause in enumerate(written.clauses):
        if bool(clause.covered_by) == bool(clause.not_yet):
            yield "write either what covers it (covered_by) or why nothing does (not_yet)", ("clauses", at)
    if written.calendar and place(written.calendar) is None:
        yield f'"{written.calendar}" is not a calendar; {nearest(written.calendar, PLACES)}', ("calendar",)


def _clock_contradictions(clock: ClockPart) -> Iterator[tuple[str, tuple[Part, ...]]]:
    if clock.kind in {"deadline", "window"} and not clock.until:
        yield "say what stops it: add a line such as until: responded_on", ()
    if clock.kind == "same day" and clock.limit.size:
        yield 'a "same day" clock has the limit "same day"', ("limit",)
    if clock.limit.unit == "hour" and clock.pause:
        yield "hours cannot be paused: use working days or calendar days", ("pause",)
    if clock.pause and clock.pause.at_most and clock.pause.at_most.unit == "calendar month":
        yield "the longest pause is written in working days, calendar days or weeks", ("pause", "at_most")
    if clock.limit.unit == "working day" and clock.counting and clock.counting.due_on_closed_day != "stays":
        yield "a limit in working days never ends on a closed day", ("counting", "due_on_closed_day")


def _conditions_of(written: PolicyFile) -> Iterator[tuple[tuple[Part, ...], When]]:
    """Yield every group of marks in the file, with the way to it."""
    yield ("excludes",), written.excludes
    for name, clock in written.clocks.items():
        for way, when in _conditions_of_clock(clock):
            yield ("clocks", name, *way), when
    for name, referral in written.referrals.items():
        yield ("referrals", name, "when_any"), referral.when_any
    for group, needed in (("needed", written.needed), ("closing", written.closing)):
        for name, part in needed.items():
            yield (group, name, "when"), part.when


def _conditions_of_clock(clock: ClockPart) -> Iterator[tuple[tuple[Part, ...], When]]:
    yield ("only_when",), clock.only_when
    yield ("unless",), clock.unless
    yield ("met_at_once_when",), clock.met_at_once_when
    for at, other in enumerate(clock.other_limits):
        yield ("other_limits", at, "when"), other.when
    if clock.extension:
        yield ("extension", "only_when"), clock.extension.only_when


def _unlisted(when: When) -> Iterator[tuple[str, str]]:
    """Yield a message for each value that the field can never hold."""
    for field_id, values in when.items():
        field = FIELDS[field_id]
        possible = ("yes", "no") if field.kind == "yes_no" else tuple(field.listed)
        for value in values:
            if possible and plain_name(value) not in map(plain_name, possible):
                yield f'"{value}" is never found in {field_id}; {nearest(value, possible)}', field_id


# --- calendars of their own --------------------------------------------------------------------------------

PLACES = tuple(dict.fromkeys(NATIONS.values()))


def place(name: str) -> tuple[str, str] | None:
    """Return the country and its part that "Scotland" or "GB-SCT" means, or None where neither is known."""
    for codes, known in NATIONS.items():
        if name.casefold() in {known.casefold(), "-".join(part for part in codes if part).casefold()}:
            return codes
    return None


def _own_calendar(written: PolicyFile, closed: Mapping[date, str]) -> Calendar | None:
    found = place(written.calendar) if written.calendar else None
    return _calendar(*found, tuple(sorted(closed.items()))) if found else None


@lru_cache(maxsize=16)
def _calendar(country: str, subdivision: str, closed: tuple[tuple[date, str], ...]) -> Calendar:
    return calendar_from(CalendarConfig(country, subdivision, dict(closed)), FIRST_YEAR, LAST_YEAR)
