"""The plan of jobs on the screen: what a tick did, when each job ran last and runs next."""

from typing import TYPE_CHECKING

import click

from complaints_sheet import json_memory
from complaints_sheet.app.status_page import last_words, next_words
from complaints_sheet.core.wording import clock_time, full_date
from complaints_sheet.terminal import print_json, tell

if TYPE_CHECKING:
    from complaints_sheet.app.ticking import Ran, Tick
    from complaints_sheet.app.timetable import Timetable

ACCEPT_THE_CLOCK = "If the clock is right now, go on with: complaints-sheet run --due --accept"


def print_tick(done: "Tick", *, as_json: bool) -> None:
    """Print what a tick did; nothing at all is one line."""
    if as_json:
        print_json(json_memory.tick(done))
        return
    if done.first:
        click.echo("The schedule begins now: nothing is done for the time before.")
    for ran in done.ran:
        click.echo(_ran(ran))
    for skipped in done.skipped:
        click.echo(f"{skipped.occurrence.key}: left out, {skipped.reason}")
    if done.held:
        tell(done.held, ACCEPT_THE_CLOCK)
    if done.busy or done.unseen:
        tell(*filter(None, (done.busy, done.unseen)))
    if not (done.ran or done.held or done.busy):
        nearest = min((line.next.moment for line in done.next if line.next), default=None)
        then = nearest.astimezone(done.at.tzinfo) if nearest else None
        when = f" Next: {clock_time(then)} on {full_date(then.date())}." if then else ""
        click.echo(f"Nothing is due.{when}")


def _ran(ran: "Ran") -> str:
    words = f", {ran.words}" if ran.words else ""
    return f"{ran.occurrence.key}: {ran.outcome}{words}"


def print_timetable(shown: "Timetable") -> None:
    """Print when each job ran last and when it runs next."""
    tick = shown.last_tick.astimezone(shown.at.tzinfo) if shown.last_tick else None
    alive = (
        f"last sign of life {clock_time(tick)} on {full_date(tick.date())}" if tick else "never at work yet"
    )
    click.echo(f"Schedule: {alive}")
    for line in shown.lines:
        click.echo(f"  {line.name}: {last_words(line, shown.at)}; next {next_words(line, shown.at)}")
