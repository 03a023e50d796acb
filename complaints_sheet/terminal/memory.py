"""What a person sees of the memory: history, restored rows, customers found, how things stand."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from complaints_sheet import json_memory
from complaints_sheet.core.journal import CellChange, Change, case_id
from complaints_sheet.core.model import BadCell, Money, Raw, Value
from complaints_sheet.core.wording import clock_time, count, full_date, listing, long_date, plural
from complaints_sheet.terminal import print_json, shown_path, tell
from complaints_sheet.terminal.timetable import print_timetable

if TYPE_CHECKING:
    from complaints_sheet.app.accepting import PutOff, Silenced
    from complaints_sheet.app.customers import Found
    from complaints_sheet.app.forgetting import Forgotten
    from complaints_sheet.app.history import CasePast, Past
    from complaints_sheet.app.joining import Joined
    from complaints_sheet.app.keeping import Status
    from complaints_sheet.app.restoring import Restored
    from complaints_sheet.app.rollover import RolledOver

MOST_CHANGES = 40
TRIAL = "A trial run: nothing was written."
EVENTS: Mapping[str, str] = {
    "received_on": "The row appeared",
    "followed_up_on": "A follow-up date appeared",
    "resolved": "It became resolved",
    "passed_on": "It was handed over",
}


def shown(value: Raw | Value) -> str:
    """Return a cell as people write it: "2 Nov 2026", "yes", "(empty)"."""
    match value:
        case None | "":
            return "(empty)"
        case bool():
            return "yes" if value else "no"
        case datetime():
            at = f" {clock_time(value)}" if value.time() != time() else ""
            return f"{long_date(value.date())}{at}"
        case date():
            return long_date(value)
        case _:
            return _plain(value)


def _plain(value: Raw | Value) -> str:
    if isinstance(value, BadCell):
        return value.text
    if isinstance(value, Money):
        return f"{value.amount} {value.currency}".strip()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


# --- history ---------------------------------------------------------------------------------------------


def print_past(told: "Past", *, as_json: bool, why: bool, everything: bool) -> None:
    """Print what each run saw, oldest first."""
    if as_json:
        print_json(json_memory.past(told))
        return
    lines = list(_past_lines(told, why=why))
    if not lines:
        click.echo(
            "Nothing has changed since the memory began." if told.since is None else "Nothing changed."
        )
        return
    left_out = 0 if everything else max(0, len(lines) - MOST_CHANGES)
    for line in lines[left_out:]:
        click.echo(line)
    if left_out:
        tell(f"… and {left_out:,} lines before these. Add --all to list them, or --since DATE.")


def _past_lines(told: "Past", *, why: bool) -> Iterable[str]:
    for seen in told.runs:
        yield f"{full_date(seen.at.date())}, {clock_time(seen.at)} (run {seen.run.number})"
        if seen.new:
            yield f"  {count(len(seen.new), 'new case')}: {listing(_few(seen.new))}"
        for change in seen.changes:
            yield from _change_lines(case_id(change.number), change, told.heading, why=why)


def _few(names: Sequence[str], most: int = 8) -> Sequence[str]:
    return [*names[:most], f"{len(names) - most} more"] if len(names) > most else names


def _change_lines(name: str, change: Change, heading: Callable[[str], str], *, why: bool) -> Iterable[str]:
    if change.kind != "changed":
        yield f"  {name}  {change.kind}{': ' + change.why if change.kind in ('forgotten', 'same') else ''}"
    for column, cell in change.cells.items():
        yield f"  {name}  {heading(column)}: {_cell(cell)}"
    if why and change.why and change.kind not in ("forgotten", "same"):
        yield f"           recognised: {change.why}"


def _cell(cell: CellChange) -> str:
    return f"{shown(cell.before)} → {shown(cell.after)}"


def print_case_past(told: "CasePast", *, as_json: bool, why: bool) -> None:
    """Print one case from its first cells on."""
    if as_json:
        print_json(json_memory.case_past(told))
        return
    story = told.story
    began = full_date(told.at(story.first_run).date())
    start = "in the register when the memory began" if told.from_the_start else "first seen"
    click.echo(f"{told.id}, {start}, {began} (run {story.first_run})")
    for name, cell in story.began.cells.items():
        click.echo(f"  {told.heading(name)}: {shown(cell)}")
    for change in story.changes:
        at = told.at(change.run)
        click.echo(f"\n{full_date(at.date())}, {clock_time(at)} (run {change.run})")
        for line in _change_lines("", change, told.heading, why=why):
            click.echo(f"  {line.strip()}")
    _observed(told)


def _observed(told: "CasePast") -> None:
    """Print what was seen, which stays whatever is edited later."""
    if not (told.late or told.observed):
        return
    click.echo("\nObserved")
    for late in told.late:
        day = long_date(told.at(late.run).date())
        click.echo(f"  {late.clock} ({late.policy}) was first shown as late on {day}; due then: {late.due}")
    for event, span in told.observed.items():
        until = span.until.astimezone(told.zone)
        after = span.after.astimezone(told.zone) if span.after else None
        since = f"after {long_date(after.date())} {clock_time(after)} and " if after else ""
        words = EVENTS.get(event, event)
        click.echo(f"  {words} {since}by {long_date(until.date())} {clock_time(until)} (observed)")


# --- rows that are gone ------------------------------------------------------------------------------------


def print_restored(told: "Restored", *, as_json: bool) -> None:
    """Print which rows are in which workbook, and what to do with it."""
    if as_json:
        print_json(json_memory.restored(told))
        return
    rows = count(len(told.rows), "row")
    click.echo(f"{rows} {'would be written' if told.dry_run else 'written'} to {shown_path(told.file)}:")
    for row in told.rows:
        click.echo(f"  {case_id(row.number)}, {row.why} on {long_date(row.since)}")
    click.echo("Copy the rows from the first sheet and paste them below the last row of your register.")
    click.echo("Cells that held a formula hold its last value.")


def print_forgotten(told: "Forgotten", *, as_json: bool) -> None:
    """Print what was erased, and what a person must look through."""
    if as_json:
        print_json(json_memory.forgotten(told))
        return
    done = "would be erased" if told.dry_run else "erased"
    click.echo(f"{told.case}: {done} from the memory. Its id, the date and the reason stay.")
    click.echo("  A fingerprint of the name stays, only to mask it where the improvement log still has it.")
    for words, paths in (("mail", told.mails), ("file of a pack", told.packs)):
        if paths:
            gone = "would be deleted" if told.dry_run else "deleted"
            click.echo(f"  {count(len(paths), words)} that spoke of it {gone}:")
            for path in paths:
                known = ": the case is behind its figures" if path in told.by_record else ""
                click.echo(f"    {shown_path(path)}{known}")
    if told.backups:
        click.echo(
            f"  {count(told.backups, 'backup')} {'would be ' if told.dry_run else ''}replaced by a new one."
        )
    if told.look_through:
        tell("Please look through these yourself; they cannot be searched here:")
        tell(*(f"  {shown_path(path)}" for path in told.look_through))
    tell("Copies elsewhere (sent mail, printed packs, backups in other places) are not ours to reach.")


def print_rolled_over(told: "RolledOver", *, as_json: bool) -> None:
    """Print what was carried over and what is left to do."""
    if as_json:
        print_json(json_memory.rolled_over(told))
        return
    click.echo(TRIAL if told.dry_run else f"{told.register} goes on in the new file.")
    click.echo(
        f"  {count(told.carried, 'case')} carried over, {told.left:,} left in the old file, {told.new:,} new"
    )
    if told.config_line:
        click.echo(
            f"Now write this under register: in config.yaml, in place of the old path: {told.config_line}"
        )
    elif not told.dry_run:
        click.echo("config.yaml names the new file.")


# --- people's words ----------------------------------------------------------------------------------------


def print_silenced(told: "Silenced", *, as_json: bool, dry_run: bool) -> None:
    """Print which finding is silent now, or speaks again."""
    if as_json:
        print_json(json_memory.silenced(told, dry_run=dry_run))
        return
    if told.withdrawn:
        click.echo(f"{told.key} speaks again.")
    else:
        click.echo(f"{told.key} is silent until its facts change: {told.message}")
    if dry_run:
        click.echo(TRIAL)


def print_put_off(told: "PutOff", *, as_json: bool, dry_run: bool) -> None:
    """Print until when a case is left out."""
    if as_json:
        print_json(json_memory.put_off(told, dry_run=dry_run))
        return
    cap = count(told.cap, "working day")
    if told.listed:
        click.echo(
            f"{told.case} is more than {cap} past its standard, so it stays listed; nothing can put it off."
        )
    else:
        click.echo(
            f"{told.case} is left out of digests until {full_date(told.until)}, "
            f"or until it is more than {cap} past its standard."
        )
    if dry_run:
        click.echo(TRIAL)


def print_joined(told: "Joined", *, as_json: bool, dry_run: bool) -> None:
    """Print which case a row is from here on."""
    if as_json:
        print_json(json_memory.joined(told, dry_run=dry_run))
        return
    click.echo(f"{told.row} is {told.case}: its history goes on with this row.")
    if dry_run:
        click.echo(TRIAL)


# --- customers ---------------------------------------------------------------------------------------------


def print_found(told: "Found", *, as_json: bool) -> None:
    """Print who handles which case of the customer, and what to say."""
    if as_json:
        print_json(json_memory.found(told))
        return
    hits = told.answer.hits
    if not hits:
        click.echo(f"Nobody called “{told.name}” is in the register: log a new row.")
    for hit in hits:
        case = hit.case
        received = case.day("received_on")
        state = "open" if case.open else "closed"
        near = ", a similar name" if hit.how == "near" else ""
        since = f", received {long_date(received)}" if received else ""
        place = f"{case.name}, row {case.row}" if case.name != f"row {case.row}" else case.name
        click.echo(f"{place}: {case.text('customer_name')}{near} ({state}{since})")
        who = " · ".join(filter(None, (case.text("case_owner"), case.text("department"))))
        click.echo(f"  {who or 'no owner'}")
        click.echo(f"  {hit.advice}")
    if told.answer.more:
        tell(f"… and {told.answer.more} more. Type more of the name.")
    if told.delivery is not None:
        mail = told.delivery
        done = "would be told" if told.dry_run else "told" if mail.delivered else "not told"
        click.echo(f"\n{mail.to} {done}: {mail.words}")


# --- how things stand --------------------------------------------------------------------------------------


def print_backup(path: Path, *, as_json: bool, dry_run: bool) -> None:
    """Print where the backup is."""
    if as_json:
        print_json(json_memory.backed_up(path, dry_run=dry_run))
        return
    click.echo(f"{'A backup would be written to' if dry_run else 'Backup written to'} {shown_path(path)}")


def print_status(told: "Status", *, as_json: bool) -> None:
    """Print the last runs, what waits and what is wrong."""
    if as_json:
        print_json(json_memory.status(told))
        return
    for trouble in told.troubles:
        click.echo(f"! {trouble}")
    click.echo("Last runs")
    zone = told.as_of.tzinfo
    for run in told.runs:
        at = run.as_of.astimezone(zone)
        ending = run.outcome or "not finished"
        click.echo(f"  {full_date(at.date())}, {clock_time(at)}  {run.kind}: {ending}")
    if not told.runs:
        click.echo("  none")
    print_timetable(told.timetable)
    click.echo(f"Mails: {_counted(told.counts)}")
    for entry in told.waiting:
        click.echo(f"  {entry.number}  {entry.state}  {entry.message.address}  {entry.message.subject}")
    click.echo(f"{count(told.cases, 'case')} in the register, {count(told.gone, 'removed row')} kept.")
    if told.accepted or told.snoozed:
        click.echo(
            f"{count(told.accepted, 'finding')} accepted as right, {count(told.snoozed, 'case')} put off."
        )
    if told.disposal:
        _disposal([each.case.name for each in told.disposal])
    last = told.last_backup
    click.echo(f"Last backup: {shown_path(last)}" if last else "No backup yet: complaints-sheet backup")


def _disposal(names: Sequence[str]) -> None:
    cases, have = count(len(names), "case"), plural(len(names), "has", "have")
    click.echo(f"{cases} {have} been kept long enough and may be disposed of, the oldest first:")
    click.echo(f"  {listing(_few(names))}")


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {state}" for state, number in sorted(counts.items())) or "none yet"
