"""What a person sees on the screen: answers on stdout, talk on stderr. Nothing is decided here."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from complaints_sheet import json_v1
from complaints_sheet.core.model import Finding, Judgement, Register, Severity
from complaints_sheet.core.wording import clock_time, count, full_date, period

if TYPE_CHECKING:
    from rich.console import Console

    from complaints_sheet.app.checking import CheckAnswer
    from complaints_sheet.app.examination import Examination
    from complaints_sheet.app.explaining import Explanation, Sent
    from complaints_sheet.app.ideas import Improved
    from complaints_sheet.app.mailing import Mailing
    from complaints_sheet.app.packing import Packed
    from complaints_sheet.app.setup import Setup
    from complaints_sheet.app.status_columns import Statuses
    from complaints_sheet.app.working import WorkAnswer

MOST_LISTED = 40
MOST_SENT = 10
SEVERITIES: tuple[Severity, ...] = ("high", "medium", "low")
HEADINGS = ("Severity", "Owner", "What")
STYLES = {"high": "bold red", "medium": "yellow", "low": "dim"}


def tell(*lines: str) -> None:
    """Print talk for the person at the keyboard, on stderr."""
    for line in lines:
        click.echo(line, err=True)


def print_json(document: Any) -> None:
    """Print a document as JSON on stdout, without escaping letters."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=1))


def print_check(
    answer: "CheckAnswer", *, as_json: bool, summary_only: bool, everything: bool, keys: bool = False
) -> None:
    """Print what `check` found: how the file was understood, the counts, and the findings."""
    if as_json:
        print_json(json_v1.document(answer.judgements, answer.as_of))
        return
    for judgement in answer.judgements:
        _understanding(judgement.register)
    for alarm in answer.alarms:
        tell(f"A run would stop here, before anything is sent: {alarm}")
    _counts(answer.judgements)
    if not summary_only:
        _findings(answer.judgements, MOST_LISTED if not everything else None, keys=keys)


def _understanding(register: Register) -> None:
    click.echo(shown_path(Path(register.source)))
    for note in register.notes:
        click.echo(f"  {note}")
    for layout in register.layouts:
        for note in layout.notes:
            click.echo(f"  {note}")
    click.echo()


def _counts(judgements: Sequence[Judgement]) -> None:
    found = json_v1.summary(judgements)
    as_of = judgements[0].as_of
    policies = dict.fromkeys(name for judgement in judgements for name, _ in judgement.policies)
    click.echo(f"As of {full_date(as_of.date())}, judged by {', '.join(policies)}:")
    cases, findings = count(found["cases"], "case"), count(found["findings"], "finding")
    click.echo(f"  {cases}, {found['open']:,} open; {findings}")
    for rule, how_many in sorted(found["by_rule"].items(), key=lambda each: (-each[1], each[0])):
        click.echo(f"  {how_many:6,}  {rule}")
    accepted = sum(len(judgement.accepted) for judgement in judgements)
    if accepted:
        click.echo(f"  {accepted:6,}  accepted as right, and not listed")
    for judgement in judgements:
        for missing in judgement.not_judged:
            about = missing.clock or missing.rule
            click.echo(f"  not judged: {about}, {missing.reason} ({count(missing.cases, 'case')})")


def _findings(judgements: Sequence[Judgement], most: int | None, *, keys: bool) -> None:
    found = [finding for judgement in judgements for finding in judgement.findings]
    if not found:
        return
    listed = most_serious_first(found)[:most]
    click.echo()
    _table(listed, keys=keys)
    if len(listed) < len(found):
        rest = Counter(finding.severity for finding in most_serious_first(found)[most:])
        parts = ", ".join(f"{rest[severity]} {severity}" for severity in SEVERITIES if rest[severity])
        click.echo(f"… and {len(found) - len(listed):,} more ({parts}). Add --all to list them, or --json.")


def most_serious_first(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings by severity, then in the order of the register."""
    return sorted(findings, key=lambda found: (SEVERITIES.index(found.severity), found.sheet, found.row or 0))


def _table(findings: Sequence[Finding], *, keys: bool) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    known = any(found.case for found in findings)
    for heading in (*(("Case",) if known else ()), *(("Key",) if keys else ()), "Cell", *HEADINGS):
        table.add_column(heading, overflow="fold", no_wrap=heading in {"Case", "Key"})
    for found in findings:
        place = found.cell or (f"row {found.row}" if found.row else "register")
        severity = Text(found.severity, style=STYLES[found.severity])
        named = (*((found.case or "",) if known else ()), *((found.key,) if keys else ()), place)
        table.add_row(*map(Text, named), severity, Text(found.owner or ""), Text(found.message))
    screen().print(table)


def print_work(answer: "WorkAnswer", *, as_json: bool) -> None:
    """Print what `run`, `remind` or `pack` did: the counts, each mail, the pack."""
    if as_json:
        print_json(json_v1.work(answer))
        return
    _counts(answer.judgements)
    click.echo()
    if answer.dry_run:
        click.echo("A trial run: nothing was written and nothing was delivered.")
    if answer.mail_waits:
        click.echo(f"Mail waits until {clock_time(answer.config.delivery.digest_at)}.")
    if answer.mailing is not None:
        _mailing(answer.mailing)
    _improved(answer.improved)
    if answer.pack is not None:
        _pack(answer.pack)
    for each in answer.announced:
        click.echo(f"  {each.to:36}{each.subject if each.delivered else each.words}")
    for path in answer.lists.files:
        click.echo(f"What needs doing, person by person: {shown_path(path)}")
    tell(*answer.lists.waiting)
    _statuses(answer.statuses)


def _statuses(done: "Statuses") -> None:
    """Print what was written into the registers themselves, and why nothing was."""
    for path, cells in done.written:
        click.echo(f"Its own columns in {shown_path(path)}: {count(cells, 'cell')} written")
    tell(*(f"{problem.message} {problem.next_step}" for problem in done.problems))


def _improved(done: "Improved") -> None:
    """Print what the improvement loop did: how many ideas are new, whom it told, what it could not do."""
    if done.new:
        click.echo(f"{count(len(done.new), 'new idea')}: complaints-sheet ideas lists them.")
    for each in done.deliveries:
        click.echo(f"  {each.to:35} {each.subject}")
        if not each.delivered:
            tell(f"    {each.words}")
    tell(*done.notes)


def _mailing(mailing: "Mailing") -> None:
    delivered = [each for each in mailing.deliveries if each.delivered]
    click.echo(
        f"{count(len(delivered), 'mail')}:"
        if delivered
        else "No mail went."
        if mailing.deliveries
        else "No mail is due."
    )
    for each in delivered:
        click.echo(f"  {each.to:36}{each.subject}")
    for words in dict.fromkeys(each.words for each in mailing.deliveries if not each.delivered):
        left = [each for each in mailing.deliveries if not each.delivered and each.words == words]
        tell(f"{count(len(left), 'mail')} not delivered: {words}")
        for each in left:
            click.echo(f"  {each.to:36}{each.subject}")
    for reason, people in mailing.quiet.items():
        click.echo(f"  {count(people, 'person', 'people')} not written to: {reason}")
    if mailing.replaced:
        click.echo(
            f"  {count(mailing.replaced, 'mail')} dropped that waited: no longer true, or of an earlier day"
        )


def _pack(pack: "Packed") -> None:
    about = period(pack.wanted.period.start, pack.wanted.period.end)
    meeting = f", for the meeting on {full_date(pack.wanted.meeting)}" if pack.wanted.meeting else ""
    click.echo(f"The pack about {about}{meeting}:")
    for path in pack.files:
        click.echo(f"  {shown_path(path)}")
    for note in pack.notes:
        click.echo(f"  {note}")
    for problem in pack.problems:
        tell(f"  {problem}")


def print_explanation(answer: "Explanation", *, as_json: bool) -> None:
    """Print one case as a careful colleague would explain it."""
    if as_json:
        print_json(json_v1.explanation(answer))
        return
    case = answer.case
    place = (
        f"{case.sheet} row {case.row}" if case.row else f"{case.id}, whose row is no longer in the register"
    )
    click.echo(f"{place}, as of {full_date(answer.as_of.date())}")
    for note in answer.notes:
        click.echo(note)
    for told in answer.reckonings:
        click.echo(
            f"\n{told.verdict.clock} ({told.verdict.policy}): {told.verdict.outcome.replace('_', ' ')}"
        )
        for sentence in told.sentences:
            click.echo(f"  {sentence}")
    click.echo("\nWhat was found")
    for found in answer.findings:
        click.echo(f"  {found.cell or 'row':6} {found.severity:6} {found.message}  [{found.rule}]")
    if not answer.findings:
        click.echo("  Nothing.")
    click.echo("\nWho had been told" if answer.notes else "\nWho is told")
    for each in answer.told:
        when = ("that day" if each.today else "before") if answer.notes else _today(each.today)
        click.echo(f"  {each.name} <{each.address}>, {each.kind}: {when} ({each.reason})")
        again = f"Next, if nothing changes: {full_date(each.again)}." if each.again else ""
        for line in filter(None, (each.because, f"{each.facts}." if each.facts else "", again)):
            click.echo(f"    {line}")
    if not answer.told:
        click.echo("  Nobody.")
    for line in answer.quiet:
        click.echo(f"  {line}")
    _sent_about(answer.sent)


def _sent_about(sent: Sequence["Sent"]) -> None:
    """Print the messages about a case, the last of them, the oldest first."""
    if not sent:
        return
    click.echo("\nMails about it")
    if len(sent) > MOST_SENT:
        click.echo(f"  {count(len(sent) - MOST_SENT, 'earlier mail')}: complaints-sheet outbox list --all")
    for each in sent[-MOST_SENT:]:
        when = f"{full_date(each.moment.date())} {clock_time(each.moment)}"
        click.echo(f"  {each.number}: {each.state} {when} to {each.name} <{each.address}>, {each.kind}")
        click.echo(f"    Why: {each.reason}.{f' It said: {each.facts}.' if each.facts else ''}")
        if each.words:
            click.echo(f"    {each.words}")


def _today(today: bool) -> str:
    return "today" if today else "not today"


def print_setup(answer: "Setup") -> None:
    """Print what `init` wrote, what it left alone, and what to do next."""
    for path in answer.written:
        click.echo(f"Wrote {shown_path(path)}")
    for path in answer.kept:
        click.echo(f"{shown_path(path)} was there already and stays as it is.")
    for note in answer.notes:
        click.echo(note)
    for number, step in enumerate(answer.next_steps, 1):
        click.echo(f"  {number}. {step}")


def print_examination(answer: "Examination", *, as_json: bool) -> None:
    """Print each thing that `doctor` tested, and what to mend."""
    if as_json:
        print_json(json_v1.examination(answer))
        return
    for check in answer.checks:
        click.echo(f"{check.outcome:8}{check.name}: {check.sentence}")
        for detail in check.details:
            click.echo(f"          {detail}")
        if check.next_step:
            click.echo(f"          → {check.next_step}")


def shown_path(path: Path) -> str:
    """Return a path as people here would write it: from the present folder where it lies below it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def screen() -> "Console":
    """Return the console to print tables on; 120 columns wide and plain where it is no terminal."""
    from rich.console import Console

    console = Console(soft_wrap=False)
    if not console.is_terminal:
        console = Console(width=120, no_color=True)
    return console
