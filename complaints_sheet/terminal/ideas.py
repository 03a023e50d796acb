"""What a person sees of improvement ideas: lists, one idea's story, decisions, whom to tell."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from complaints_sheet import json_ideas
from complaints_sheet.core.idea_words import FIELD_WORDS, SaidDid, Standing, stands
from complaints_sheet.core.ideas import LIVE, STAGES, Event
from complaints_sheet.core.wording import count, day_near, listing, long_date, shorten
from complaints_sheet.terminal import print_json, shown_path, tell

if TYPE_CHECKING:
    from complaints_sheet.app.deciding import Changed, Customers, IdeasNow, IdeaStory

WIDTH = 92
TRIAL = "A trial run: nothing was written."


def print_ideas(told: "IdeasNow", stages: Sequence[str], *, as_json: bool, everything: bool) -> None:
    """Print ideas by stage, each with where it stands, and those that may be one."""
    if as_json:
        print_json(json_ideas.ideas(told))
        return
    wanted = set(stages) or (set(STAGES) if everything else LIVE)
    shown = [each for each in told.standings if each.idea.stage in wanted]
    for stage in STAGES:
        group = [each for each in shown if each.idea.stage == stage]
        if group:
            click.echo(f"\n{stage[:1].upper()}{stage[1:]} ({len(group)})")
            for each in group:
                _line(told, each)
    if not told.standings:
        click.echo("No ideas yet. They come from the register with each run: complaints-sheet run")
    left = len(told.standings) - len(shown)
    if left:
        click.echo(f"\n{count(left, 'more idea')} in other stages; --all lists them.")
    pairs = [each for each in told.alike if each.idea.live]
    if pairs and not stages:
        click.echo("\nThese may be one idea:")
        for pair in pairs[:10]:
            names = f"{pair.idea.name} like {pair.other.name} ({pair.other.stage})"
            click.echo(f"  {names}: {shorten(pair.idea.words, 60)}")
    tell(*told.notes)


def _line(told: "IdeasNow", about: Standing) -> None:
    idea, today = about.idea, told.moment.date()
    click.echo(f"  {idea.name}  {shorten(idea.words, WIDTH - 10)}")
    behind = f"{count(len(about.cases), 'complaint')} behind it"
    days = count(idea.days_in_stage(today), "day")
    words = stands(about) if idea.stage != "new" else f"Raised {day_near(idea.raised, today)}."
    click.echo(f"          {words} {days} in this stage; {behind}.")


def print_story(told: "IdeaStory", *, as_json: bool) -> None:
    """Print one idea with its history and its comments."""
    if as_json:
        print_json(json_ideas.story(told))
        return
    about, idea, today = told.standing, told.standing.idea, told.moment.date()
    click.echo(f"{idea.name}  {idea.words}")
    facts = (
        ("Stands", stands(about)),
        ("Proposed solution", idea.solution),
        ("Raised", f"{long_date(idea.raised)}, {idea.department or 'no department'}"),
        ("In this stage", f"{count(idea.days_in_stage(today), 'day')}, since {long_date(idea.since)}"),
        (
            "Complaints behind",
            f"{len(about.cases)}: {listing(about.cases)}" if about.cases else "none any more",
        ),
        ("Theme", idea.theme),
        ("Theme, 12 weeks", _effect(about)),
        ("Owner, as entered", idea.owner),
        ("Due", long_date(idea.due) if idea.due else ""),
        ("Decided by, as entered", idea.decided_by),
        ("Approved by, as entered", idea.approved_by),
    )
    for label, value in facts:
        if value:
            click.echo(f"  {label + ':':24} {value}")
    for pair in told.alike:
        other = pair.other if pair.idea.number == idea.number else pair.idea
        click.echo(f"  May be the same as:      {other.name} ({other.stage}): {shorten(other.words, 60)}")
    click.echo("\nWhat happened")
    for event in told.events:
        click.echo(f"  {long_date(event.day)}  {_event(event)}")
    if told.comments:
        click.echo("\nComments")
    for each in told.comments:
        pack = f" (in the pack of {day_near(each.pack, today)})" if each.pack else ""
        click.echo(f"  {day_near(each.day, today)}, {each.who or 'no name'}: {each.words}{pack}")
    tell(*told.notes)


def _effect(about: Standing) -> str:
    effect = about.effect
    if effect is None:
        return ""
    so_far = "" if effect.whole else f" in the first {count(effect.days_after, 'day')}"
    return f"{effect.before} before the change, {effect.after} after it{so_far}"


def _event(event: Event) -> str:
    what = FIELD_WORDS.get(event.field, event.field)
    by = f", by {event.by}, as entered" if event.by else ""
    if event.field == "mail":
        return f"{what}: {event.after}"
    before = f"{shorten(event.before, 60)} → " if event.before else ""
    return f"{what}: {before}{shorten(event.after, 60) or '(emptied)'}{by} ({event.place})"


def print_changed(told: "Changed", *, as_json: bool) -> None:
    """Print ideas after a decision or a comment."""
    if as_json:
        print_json(json_ideas.changed(told))
        return
    for each in told.standings:
        click.echo(f"{each.idea.name}  {shorten(each.idea.words, WIDTH - 10)}")
        click.echo(f"        {stands(each)}")
    if told.dry_run:
        click.echo(TRIAL)
    tell(*told.notes)


def print_customers(told: "Customers", *, as_json: bool) -> None:
    """Print whose complaint led to a change, and a draft of what to tell them."""
    if as_json:
        print_json(json_ideas.customers(told))
        return
    idea = told.standing.idea
    click.echo(f"{idea.name}  {idea.proposal}")
    for case in told.cases:
        who = case.text("customer_name") or "no name"
        owner = case.text("case_owner")
        click.echo(f"  {case.name}, row {case.row}: {who}{f' (handled by {owner})' if owner else ''}")
    for name in told.gone:
        click.echo(f"  {name}: its row is no longer in the register")
    click.echo("\nA draft to send or to read out:\n")
    for line in draft(told.said, told.organisation):
        click.echo(f"  {line}")
    click.echo(f"\nOnce they know: complaints-sheet ideas told {idea.name} --customers")


def draft(said: SaidDid, organisation: str) -> Iterable[str]:
    """Yield the lines of a draft to a customer whose complaint led to a change."""
    yield "Thank you for telling us that something was not right."
    yield f"It has led to a change: {said.did}"
    yield f"This has been so since {long_date(said.on)}."
    if organisation:
        yield organisation


def print_said(
    told: tuple[str, tuple[SaidDid, ...]], file: Path | None, *, as_json: bool, dry_run: bool
) -> None:
    """Print "You said, we did", or where it was written."""
    words, changes = told
    if as_json:
        print_json(json_ideas.said(changes, file, dry_run=dry_run))
    elif file is None:
        click.echo(words.rstrip())
    else:
        done = "would be written" if dry_run else "written"
        click.echo(f"{count(len(changes), 'change')} {done} to {shown_path(file)}")
