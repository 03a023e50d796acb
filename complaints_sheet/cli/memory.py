"""The commands of the memory: what changed, bringing back, forgetting, finding, accepting, keeping."""

from pathlib import Path
from typing import Any

import click

from complaints_sheet.cli.asking import Asked, asked, cli, common_options

FILE = click.Path(path_type=Path)


def _told(ask: Asked, *, writes: bool = True) -> dict[str, Any]:
    """Return what every call of the memory is told."""
    told: dict[str, Any] = {"as_of": ask.as_of, "now": ask.now}
    return told | {"dry_run": ask.dry_run} if writes else told


@cli.command()
@click.argument("case", required=False)
@click.option("--since", metavar="DATE", help="Only what runs of this day and later saw.")
@click.option("--why", is_flag=True, help="Say how each changed row was recognised.")
@click.option("--all", "everything", is_flag=True, help="List every change, not only the last 40.")
@common_options
def history(case: str | None, since: str | None, why: bool, everything: bool, **common: Any) -> None:
    """Show what changed in the register and when; with CASE, one case from its first cells on.

    Example:  complaints-sheet history C-00012
    """
    from complaints_sheet.app.history import case_past, past
    from complaints_sheet.terminal import memory

    ask = asked(**common)
    if case is None:
        told = past(ask.config, since, **_told(ask, writes=False))
        memory.print_past(told, as_json=ask.json, why=why, everything=everything)
        return
    one = case_past(case, ask.config, **_told(ask, writes=False))
    memory.print_case_past(one, as_json=ask.json, why=why)


@cli.command()
@click.argument("cases", metavar="CASE...", nargs=-1, required=True)
@click.option("-o", "--output", type=FILE, help="The workbook to write [restored CASE.xlsx].")
@common_options
def restore(cases: tuple[str, ...], output: Path | None, **common: Any) -> None:
    """Bring removed rows back as a workbook, to be pasted into the register.

    Example:  complaints-sheet restore C-00012
    """
    from complaints_sheet.app.restoring import restore as restore_rows
    from complaints_sheet.terminal import memory

    ask = asked(**common)
    memory.print_restored(restore_rows(cases, output, ask.config, **_told(ask)), as_json=ask.json)


@cli.command()
@click.argument("row")
@click.argument("case")
@common_options
def same(row: str, case: str, **common: Any) -> None:
    """Say that ROW, taken for a new case, is an older CASE whose row is missing: its history goes on.

    It answers what `check` asks as uncertain-row. Example:  complaints-sheet same C-00021 C-00012
    """
    from complaints_sheet.app.joining import join_case
    from complaints_sheet.terminal import memory

    ask = asked(**common)
    told = join_case(row, case, ask.config, **_told(ask))
    memory.print_joined(told, as_json=ask.json, dry_run=ask.dry_run)


@cli.command()
@click.argument("case")
@click.option("--reason", required=True, help="Who asked for it and when; this stays.")
@common_options
def forget(case: str, reason: str, **common: Any) -> None:
    """Erase a person's data from memory, mails, packs and backups, on request.

    Example:  complaints-sheet forget C-00012 --reason "asked in writing on 3 March"
    """
    from complaints_sheet.app.forgetting import forget as forget_case
    from complaints_sheet.terminal import memory

    ask = asked(**common)
    memory.print_forgotten(forget_case(case, reason, ask.config, **_told(ask)), as_json=ask.json)


@cli.command()
@click.argument("new", type=FILE)
@click.option("--register", metavar="ID", help="Which register it follows, where there are several.")
@common_options
def rollover(new: Path, register: str | None, **common: Any) -> None:
    """Let next year's file take the place of this one, without alarms.

    Example:  complaints-sheet rollover "register 2027.xlsx"
    """
    from complaints_sheet.app.rollover import roll_over
    from complaints_sheet.terminal import memory

    ask = asked(**common)
    memory.print_rolled_over(roll_over(new, register, ask.config, **_told(ask)), as_json=ask.json)


@cli.command()
@click.argument("key")
@click.option("--reason", help="Why it is right as it is.")
@click.option("--withdraw", is_flag=True, help="Let an accepted finding speak again.")
@common_options
def accept(key: str, reason: str | None, withdraw: bool, **common: Any) -> None:
    """Say that a finding is right as it is; it stays silent until its facts change.

    Example:  complaints-sheet accept k7f3q2m5-4d2xz --reason "the customer asked for a later date"
    """
    from complaints_sheet.app import accepting
    from complaints_sheet.terminal import memory

    ask = asked(**common)
    if withdraw:
        answer = accepting.withdraw(key, ask.config, **_told(ask))
    elif reason and reason.strip():
        answer = accepting.accept_finding(key, reason.strip(), ask.config, **_told(ask))
    else:
        raise click.UsageError("Say why it is right, with --reason.")
    memory.print_silenced(answer, as_json=ask.json, dry_run=ask.dry_run)


@cli.command()
@click.argument("case")
@click.option("--until", metavar="DATE", required=True, help="The day it is to be listed again.")
@common_options
def snooze(case: str, until: str, **common: Any) -> None:
    """Leave a case out of digests until a day; it is still counted there.

    Example:  complaints-sheet snooze C-00012 --until 2026-12-01
    """
    from complaints_sheet.app.accepting import snooze as put_off
    from complaints_sheet.terminal import memory

    ask = asked(**common)
    memory.print_put_off(
        put_off(case, until, ask.config, **_told(ask)), as_json=ask.json, dry_run=ask.dry_run
    )


@cli.command()
@click.argument("name")
@click.option("--notify", metavar="CASE", help="Tell whoever handles this case that the customer rang again.")
@common_options
def find(name: str, notify: str | None, **common: Any) -> None:
    """Say who is handling a customer's case: open cases first, at most 20.

    Example:  complaints-sheet find haddad
    """
    from complaints_sheet.app.customers import find_customer, tell_handler
    from complaints_sheet.terminal import memory

    ask = asked(**common)
    if notify is None:
        found = find_customer(name, ask.config, **_told(ask, writes=False))
    else:
        found = tell_handler(name, notify, ask.config, **_told(ask))
    memory.print_found(found, as_json=ask.json)
    if found.delivery is not None and not found.delivery.delivered:
        raise SystemExit(4)


@cli.command()
@click.argument("file", required=False, type=FILE)
@common_options
def backup(file: Path | None, **common: Any) -> None:
    """Write a whole copy of the memory.

    Example:  complaints-sheet backup
    """
    from complaints_sheet.app.keeping import backup as back_up
    from complaints_sheet.terminal import memory

    ask = asked(**common)
    made = back_up(file, ask.config, now=ask.now, dry_run=ask.dry_run)
    memory.print_backup(made, as_json=ask.json, dry_run=ask.dry_run)


@cli.command()
@common_options
def status(**common: Any) -> None:
    """Show the last and next runs, what waits and what is wrong; 4 where a scheduler has stopped.

    Example:  complaints-sheet status
    """
    from complaints_sheet.app.keeping import status as how_things_stand
    from complaints_sheet.terminal import memory

    ask = asked(**common)
    told = how_things_stand(ask.config, **_told(ask, writes=False))
    memory.print_status(told, as_json=ask.json)
    if told.timetable.silent:
        raise SystemExit(4)
