"""Switching mail on and off: what that is bound to, and everything that keeps mail back."""

import hashlib
import inspect
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from complaints_sheet.app.workplace import TEST
from complaints_sheet.core.guards import SWITCH_ON, why_disarmed
from complaints_sheet.core.ledger import Binding, MailChannel
from complaints_sheet.errors import ConfigError

if TYPE_CHECKING:
    from complaints_sheet.app.sending import Delivery
    from complaints_sheet.config.settings import Config
    from complaints_sheet.state import State

STOP = "STOP"
"""The file beside config.yaml that holds all mail while it is there."""


@dataclass(frozen=True, slots=True)
class Switch:
    """How a channel is switched, and what would go: `why_off` is empty where it is on already."""

    channel: str
    live: bool
    kept: MailChannel
    why_off: str
    would_go: "tuple[Delivery, ...]" = ()


def binding_of(config: "Config", state: "State") -> Binding:
    """Return what arming is bound to now: machine, database, registers, config, templates and rules."""
    from complaints_sheet.state.arming import host_id

    registers = tuple(sorted(each.id for each in config.registers))
    return Binding(host_id(), state.arming.place, registers, _prints(config))


def _prints(config: "Config") -> dict[str, str]:
    rules = {Path(inspect.getfile(each.function)) for each in config.own_rules.values()}
    names = {*config.policy.all, *(name for each in config.registers for name in each.policies)}
    policies = {path for name in names if (path := config.folder / f"{name}.yaml").is_file()}
    templates = {path for folder in config.templates for path in folder.rglob("*") if path.is_file()}
    looked_at = {
        config.file.name: [config.file],
        "your own rules": rules,
        "your own policies": policies,
        "your own templates": templates,
    }
    return {name: _print(files, config.folder) for name, files in looked_at.items()}


def _print(files: Iterable[Path], folder: Path) -> str:
    """Return what stands for the names and contents of some files; how lines end does not count."""
    seen = hashlib.blake2b(digest_size=12)
    for path in sorted(files):
        name = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.as_posix()
        seen.update(name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return seen.hexdigest()


def why_off(config: "Config", state: "State") -> str:
    """Return why no mail may leave by the config's channel, or nothing; a folder needs no switching on."""
    if not config.delivery.live:
        return ""
    return why_disarmed(state.arming.channel(config.delivery.kind), binding_of(config, state))


def stop_file(config: "Config") -> Path | None:
    """Return the file that holds all mail, or None where it is not there."""
    file = config.folder / STOP
    return file if file.exists() else None


def refuse_as_of(config: "Config", state: "State", as_of: str | None) -> None:
    """Raise ConfigError where --as-of was given and mail is switched on: it would go with wrong dates."""
    if as_of is not None and state.arming.is_armed(config.delivery.kind):
        raise ConfigError(
            "--as-of cannot be used here, since mail is switched on.",
            "Leave it out, or try things out on a copy of the folder: a copy sends nothing. "
            "`check` and `explain` take --as-of everywhere.",
        )


def switch(config_file: Path, *, now: datetime) -> Switch:
    """Return how the config's channel is switched and what would go at its next opening; nothing is written.

    Raises ConfigError and SourceError as a run does.
    """
    from complaints_sheet.app.working import Task, worked
    from complaints_sheet.config.settings import load_config
    from complaints_sheet.state import open_state

    config = load_config(config_file)
    kind, live = config.delivery.kind, config.delivery.live
    moment = now.astimezone(config.organisation.timezone)
    with open_state(config.state.folder, config.state.url, dry_run=True) as copy:
        kept, off = copy.arming.channel(kind), why_off(config, copy)
        if not live:
            return Switch(kind, live, kept, off)
        copy.arming.arm(kind, moment, binding_of(config, copy), 0)
        looked_at = _next_opening(config, moment)
        answer = worked(Task("remind"), config, copy, looked_at, now=looked_at, dry_run=True)
    return Switch(kind, live, kept, off, answer.mailing.deliveries if answer.mailing else ())


def _next_opening(config: "Config", moment: datetime) -> datetime:
    """Return noon of the day on which mail may go next, or this moment if that is later."""
    from complaints_sheet.app.judged import calendar_of

    calendar = calendar_of(config.calendar, (), moment)
    noon = datetime.combine(
        calendar.working_day_on_or_after(moment.date()), datetime.min.time().replace(hour=12), moment.tzinfo
    )
    return max(noon, moment)


def arm(config_file: Path, expected: int, *, now: datetime, dry_run: bool = False) -> Switch:
    """Switch mail on, after a person has seen the `expected` mails, and return how the channel stands.

    Raises ConfigError where the channel is a folder, which needs no switching on.
    """
    from complaints_sheet.config.settings import load_config
    from complaints_sheet.state import open_state

    config = load_config(config_file)
    kind = config.delivery.kind
    if not config.delivery.live:
        raise ConfigError(
            "Mail is written to a folder, which needs no switching on.",
            "Set `delivery: {kind: smtp, ...}` in config.yaml to have it sent.",
        )
    with open_state(config.state.folder, config.state.url, dry_run=dry_run) as state:
        for test in state.outbox.entries("queued", "held", channel=f"{kind}{TEST}"):
            state.outbox.drop(test.number, now, "a test, and mail is switched on now")
        state.arming.arm(kind, now, binding_of(config, state), expected)
        return Switch(kind, True, state.arming.channel(kind), why_off(config, state))


def disarm(config_file: Path, *, dry_run: bool = False) -> Switch:
    """Switch mail off at once, also while a run is at work, and return how the channel stands."""
    from complaints_sheet.config.settings import load_config
    from complaints_sheet.state import open_state

    config = load_config(config_file)
    kind = config.delivery.kind
    with open_state(config.state.folder, config.state.url, dry_run=dry_run, alone=False) as state:
        state.arming.disarm(kind)
        return Switch(kind, config.delivery.live, state.arming.channel(kind), why_off(config, state))


def mail_troubles(config: "Config", state: "State", moment: datetime) -> tuple[str, ...]:
    """Return in sentences what keeps mail back or needs a person, the worst first; `moment` is local."""
    return (*kept_back(config, state, moment), *_waiting(state))


def kept_back(config: "Config", state: "State", moment: datetime) -> tuple[str, ...]:
    """Return in sentences what keeps all mail back, or all to one address; `moment` is local.

    Nothing keeps back what is written to a folder.
    """
    if not config.delivery.live:
        return ()
    found = [f"{off} {SWITCH_ON}"] if (off := why_off(config, state)) else []
    if stop := stop_file(config):
        found.append(f"All mail is held by the file {stop}. Delete it to go on.")
    kept = state.arming.channel(config.delivery.kind)
    if kept.stopped and kept.next_try:
        again = kept.next_try.astimezone(moment.tzinfo)
        found.append(f"No mail can go out: {kept.stopped} It is tried again at {again:%H:%M on %d %b}.")
    for each in state.addresses.suspended().values():
        since = each.since.astimezone(moment.tzinfo)
        found.append(
            f"{each.address} was refused on {since:%d %b} and gets no mail: {each.words} Correct the people "
            f"list, or: complaints-sheet outbox release {each.address}"
        )
    return tuple(found)


def _waiting(state: "State") -> Iterable[str]:
    counts = state.outbox.counts()
    words = {
        "held": "held for a person: complaints-sheet outbox list",
        "unknown": "may or may not have gone out: complaints-sheet outbox list",
        "failed": "could not be delivered: complaints-sheet outbox list",
    }
    for name, said in words.items():
        if number := counts.get(name, 0):
            yield f"{number} {'mail' if number == 1 else 'mails'} {said}"
