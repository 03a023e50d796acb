"""The outbox on the screen: what waits and why, one message with its story, what would go."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING

import click

from complaints_sheet import json_outbox
from complaints_sheet.core.wording import clock_time, count, full_date, long_date, plural
from complaints_sheet.terminal import print_json, tell

if TYPE_CHECKING:
    from complaints_sheet.app.arming import Switch
    from complaints_sheet.app.posting import Fact, Messages, MessageStory
    from complaints_sheet.core.ledger import OutboxEntry

TRIAL = "A trial run: nothing was written."


def print_messages(found: "Messages", *, as_json: bool) -> None:
    """Print messages, one to a line, and what keeps mail back."""
    if as_json:
        print_json(json_outbox.messages(found))
        return
    for trouble in found.troubles:
        tell(f"! {trouble}")
    for each in found.entries:
        click.echo(f"{each.number:5}  {each.state:10}  {each.message.address:36}  {each.message.subject}")
        if each.words and each.state != "sent":
            click.echo(f"       {each.words}")
    if not found.entries:
        click.echo("Nothing waits.")


def print_message(story: "MessageStory", *, as_json: bool) -> None:
    """Print one message: to whom and why, from which facts, what happened to it, and its plain text."""
    if as_json:
        print_json(json_outbox.story(story))
        return
    entry, message = story.entry, story.entry.message
    click.echo(f"Message {entry.number}: {entry.state}{', ' + entry.words if entry.words else ''}")
    click.echo(f"  To: {story.name + ', ' if story.name else ''}{message.address}")
    click.echo(f"  Subject: {message.subject}")
    click.echo(f"  Why: {message.kind}, {message.reason}")
    click.echo("  When:")
    for line in _events(story):
        click.echo(f"    {line}")
    if story.facts:
        click.echo("  From these facts:")
        for fact in story.facts:
            click.echo(f"    {_fact(fact)}")
        click.echo(
            f"  How a case was reckoned then: complaints-sheet explain {story.facts[0].case} "
            f"--on {entry.queued.astimezone(story.as_of.tzinfo).date()}"
        )
    body = message_from_bytes(message.content, policy=default).get_body(("plain",))
    click.echo(f"\n{body.get_content() if body else '(empty)'}")


def _events(story: "MessageStory") -> Iterator[str]:
    entry, zone = story.entry, story.as_of.tzinfo
    by = f", by run {story.run.number} ({story.run.kind})" if story.run else ""
    yield f"{_at(entry.queued.astimezone(zone))}  queued{by}"
    for step in story.steps:
        yield f"{_at(step.at.astimezone(zone))}  {step.state}: {step.words}"
    if entry.state == "sent" and (not story.steps or story.steps[-1].state != "sent"):
        yield f"{_at(entry.changed.astimezone(zone))}  sent: {entry.words}"


def _fact(fact: "Fact") -> str:
    if fact.told is None:
        return f"{fact.case}: {fact.words}"
    due = f", due {long_date(fact.told.due)}" if fact.told.due else ""
    return (
        f"{fact.case}: {fact.told.group}{due}; step {fact.told.step}, first told {long_date(fact.told.first)}"
    )


def _at(moment: datetime) -> str:
    return f"{full_date(moment.date())}, {clock_time(moment)}"


def print_moved(
    entries: Sequence["OutboxEntry"], *, as_json: bool, dry_run: bool, address: str | None = None
) -> None:
    """Print how messages stand now."""
    if as_json:
        print_json(json_outbox.moved(entries))
        return
    if address is not None:
        click.echo(f"{address} gets mail again.")
    for entry in entries:
        click.echo(f"Message {entry.number} is {entry.state} now: {entry.words}")
    if not entries and address is None:
        click.echo("No message is held. A mail server that refused everything is tried again.")
    if dry_run:
        click.echo(TRIAL)


def print_would_go(shown: "Switch", *, as_json: bool) -> None:
    """Print what would go when mail is switched on."""
    if as_json:
        print_json(json_outbox.switch(shown))
        return
    if not shown.live:
        click.echo("Mail is written to a folder, which needs no switching on.")
        return
    tell(shown.why_off or "Mail is switched on already.")
    mails = count(len(shown.would_go), "mail")
    click.echo(f"{mails} would go next{':' if shown.would_go else '.'}")
    for each in shown.would_go:
        click.echo(f"  {each.to:34}  {each.subject}")
        click.echo(f"  {'':34}  {each.reason}")


def print_switched(now: "Switch", *, as_json: bool) -> None:
    """Print whether mail is on."""
    if as_json:
        print_json(json_outbox.switch(now))
        return
    if now.kept.armed is None:
        click.echo("Mail is switched off: nothing leaves until `complaints-sheet outbox arm`.")
    else:
        usual = f"{now.kept.expected} {plural(now.kept.expected, 'mail')}"
        click.echo(f"Mail is switched on. {usual} would go next, with the next run in the hours for mail.")
