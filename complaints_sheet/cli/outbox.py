"""The command of the outbox: what waits and why, switching mail on and off, settling what is not known."""

from typing import Any

import click

from complaints_sheet.cli.asking import Asked, asked, cli, common_options

DOINGS = ("list", "show", "arm", "disarm", "release", "drop", "settle", "sign-in", "sign-out")
NEEDS_A_PERSON = 4


@cli.command()
@click.argument("what", metavar=f"[{'|'.join(DOINGS)}]", type=click.Choice(DOINGS), default="list")
@click.argument("which", metavar="[NUMBER|ADDRESS]", required=False)
@click.option("--all", "everything", is_flag=True, help="list: also what is done; release: all that is held.")
@click.option("--sent/--not-sent", "went_out", default=None, help="With settle: whether it went out.")
@click.option("--yes", is_flag=True, help="With arm: switch mail on without being asked.")
@common_options
def outbox(
    what: str, which: str | None, everything: bool, went_out: bool | None, yes: bool, **common: Any
) -> None:
    """Look at mail, switch it on or off, sign in: list, show, arm, disarm, release, drop, settle, sign-in.

    `arm` shows what would go and switches mail on; `disarm` holds all of it at once. `release` lets a held
    mail go (its number, or --all) or sends to a refused ADDRESS again. `sign-in` gets the tokens of a mailbox
    at Microsoft 365 or Google, `sign-out` gives them up.

    Example:  complaints-sheet outbox arm
    """
    ask = asked(**common)
    match what:
        case "list":
            _list(ask, everything)
        case "arm":
            _arm(ask, yes)
        case "disarm":
            _disarm(ask)
        case "sign-in" | "sign-out":
            _sign(ask, what)
        case "release" if everything or (which is not None and "@" in which):
            _release_many(ask, which)
        case _:
            _one(ask, what, _number(what, which), went_out)


def _number(what: str, which: str | None) -> int:
    if which is None or not which.isdecimal():
        raise click.UsageError(f"Give the number of the message: outbox {what} 12")
    return int(which)


def _list(ask: Asked, everything: bool) -> None:
    from complaints_sheet.app import posting
    from complaints_sheet.terminal import outbox as terminal

    found = posting.messages(ask.config, everything=everything, as_of=ask.as_of, now=ask.now)
    terminal.print_messages(found, as_json=ask.json)
    if found.needs_a_person:
        raise SystemExit(NEEDS_A_PERSON)


def _one(ask: Asked, what: str, number: int, went_out: bool | None) -> None:
    from complaints_sheet.app import posting
    from complaints_sheet.terminal import outbox as terminal

    if what == "show":
        story = posting.message_of(number, ask.config, as_of=ask.as_of, now=ask.now)
        terminal.print_message(story, as_json=ask.json)
        return
    told: dict[str, Any] = {"as_of": ask.as_of, "now": ask.now, "dry_run": ask.dry_run}
    if what == "settle":
        if went_out is None:
            raise click.UsageError("Say whether it went out, with --sent or --not-sent.")
        entry = posting.settle(number, ask.config, went_out=went_out, **told)
    else:
        entry = (posting.release if what == "release" else posting.drop)(number, ask.config, **told)
    terminal.print_moved([entry], as_json=ask.json, dry_run=ask.dry_run)


def _release_many(ask: Asked, address: str | None) -> None:
    from complaints_sheet.app import posting
    from complaints_sheet.terminal import outbox as terminal

    told: dict[str, Any] = {"as_of": ask.as_of, "now": ask.now, "dry_run": ask.dry_run}
    if address is not None:
        entries = posting.release_address(address, ask.config, **told)
    else:
        entries = posting.release_all(ask.config, **told)
    terminal.print_moved(entries, as_json=ask.json, dry_run=ask.dry_run, address=address)


def _arm(ask: Asked, yes: bool) -> None:
    from complaints_sheet.app import arming
    from complaints_sheet.terminal import outbox as terminal

    _only_now(ask)
    shown = arming.switch(ask.config, now=ask.now)
    terminal.print_would_go(shown, as_json=ask.json)
    if ask.dry_run or not shown.live:
        return
    if not yes:
        click.confirm("Switch mail on?", abort=True, err=True)
    armed = arming.arm(ask.config, len(shown.would_go), now=ask.now)
    terminal.print_switched(armed, as_json=ask.json)


def _disarm(ask: Asked) -> None:
    from complaints_sheet.app import arming
    from complaints_sheet.terminal import outbox as terminal

    _only_now(ask)
    terminal.print_switched(arming.disarm(ask.config, dry_run=ask.dry_run), as_json=ask.json)


def _sign(ask: Asked, what: str) -> None:
    from complaints_sheet.app import mail_sign_in

    _only_now(ask)
    if ask.dry_run:
        raise click.UsageError("A sign-in cannot be tried without doing it: leave out --dry-run.")
    if what == "sign-in":
        done = mail_sign_in.sign_in(ask.config, lambda words: click.echo(words, err=True))
    else:
        done = mail_sign_in.sign_out(ask.config)
    for words in done:
        click.echo(words)


def _only_now(ask: Asked) -> None:
    if ask.as_of is not None:
        raise click.UsageError("Mail is switched on or off now: leave out --as-of.")
