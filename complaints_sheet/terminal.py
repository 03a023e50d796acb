"""What a person sees on the screen: answers on stdout, talk on stderr. Nothing is decided here."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from complaints_sheet import json_v1
from complaints_sheet.core.model import Finding, Judgement, Register, Severity
from complaints_sheet.core.wording import count, full_date

if TYPE_CHECKING:
    from rich.console import Console

    from complaints_sheet.app.checking import CheckAnswer

MOST_LISTED = 40
SEVERITIES: tuple[Severity, ...] = ("high", "medium", "low")
STYLES = {"high": "bold red", "medium": "yellow", "low": "dim"}


def tell(*lines: str) -> None:
    """Print talk for the person at the keyboard, on stderr."""
    for line in lines:
        click.echo(line, err=True)


def print_json(document: Any) -> None:
    """Print a document as JSON on stdout, without escaping letters."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=1))


def print_check(answer: "CheckAnswer", *, as_json: bool, summary_only: bool, everything: bool) -> None:
    """Print what `check` found: how the file was understood, the counts, and the findings."""
    if as_json:
        print_json(json_v1.document(answer.judgements, answer.as_of))
        return
    for judgement in answer.judgements:
        _understanding(judgement.register)
    _counts(answer.judgements)
    if not summary_only:
        _findings(answer.judgements, MOST_LISTED if not everything else None)


def _understanding(register: Register) -> None:
    click.echo(f"{register.source}")
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
    for judgement in judgements:
        for missing in judgement.not_judged:
            about = missing.clock or missing.rule
            click.echo(f"  not judged: {about}, {missing.reason} ({count(missing.cases, 'case')})")


def _findings(judgements: Sequence[Judgement], most: int | None) -> None:
    found = [finding for judgement in judgements for finding in judgement.findings]
    if not found:
        return
    listed = most_serious_first(found)[:most]
    click.echo()
    _table(listed)
    if len(listed) < len(found):
        rest = Counter(finding.severity for finding in most_serious_first(found)[most:])
        parts = ", ".join(f"{rest[severity]} {severity}" for severity in SEVERITIES if rest[severity])
        click.echo(f"… and {len(found) - len(listed):,} more ({parts}). Add --all to list them, or --json.")


def most_serious_first(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings by severity, then in the order of the register."""
    return sorted(findings, key=lambda found: (SEVERITIES.index(found.severity), found.sheet, found.row or 0))


def _table(findings: Sequence[Finding]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("Cell", "Severity", "Owner", "What"):
        table.add_column(heading, overflow="fold")
    for found in findings:
        place = found.cell or (f"row {found.row}" if found.row else "register")
        severity = Text(found.severity, style=STYLES[found.severity])
        table.add_row(Text(place), severity, Text(found.owner or ""), Text(found.message))
    _console().print(table)


def _console() -> "Console":
    from rich.console import Console

    console = Console(soft_wrap=False)
    if not console.is_terminal:
        console = Console(width=120, no_color=True)
    return console
