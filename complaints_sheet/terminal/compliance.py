"""The compliance statement on the screen."""

from typing import TYPE_CHECKING

import click

from complaints_sheet import json_v1
from complaints_sheet.core.compliance import Standing, State, Statement, cover_words
from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.wording import count, full_date
from complaints_sheet.terminal import print_json, screen

if TYPE_CHECKING:
    from complaints_sheet.app.complying import Compliance

STYLES: dict[State, str] = {
    "not kept": "bold red",
    "cannot be judged": "yellow",
    "not yet": "dim",
    "kept": "green",
    "in place": "",
}


def print_compliance(answer: "Compliance", *, as_json: bool) -> None:
    """Print every clause of each policy: what it asks, how it stands, what covers it."""
    if as_json:
        print_json(json_v1.compliance(answer))
        return
    if not answer.statements:
        click.echo("The policies chosen have no list of clauses. Add `clauses:` to the policy file.")
    for each in answer.statements:
        _statement(each)


def _statement(statement: Statement) -> None:
    policy = statement.policy
    judged = count(statement.cases, "case")
    click.echo(f"{policy.title}, version {policy.version}: {statement.register}, {judged}")
    counts = ", ".join(f"{clauses} {state}" for state, clauses in statement.counts.items() if clauses)
    as_of = full_date(statement.as_of.date())
    click.echo(f"As of {as_of}, {count(len(statement.standings), 'clause')}: {counts}")
    _table(statement)
    if statement.columns:
        click.echo("Columns that would let more be judged:")
        for field, clauses in statement.columns.items():
            click.echo(f"  {FIELDS[field].heading:34}{count(len(clauses), 'clause')}")
    for source in policy.sources:
        click.echo(f"  checked {policy.checked}: {source}")
    click.echo()


def _table(statement: Statement) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("Clause", "What it asks", "How it stands", "What covers it"):
        table.add_column(heading, overflow="fold")
    for each in statement.standings:
        rows = f" ({', '.join(each.clause.rows)})" if each.clause.rows else ""
        table.add_row(
            Text(f"{each.clause.where}{rows}"),
            Text(each.clause.must),
            Text(each.state, style=STYLES[each.state]),
            Text(_covering(statement, each)),
        )
    screen().print(table)


def _covering(statement: Statement, standing: Standing) -> str:
    covers = [f"{cover_words(statement.policy, cover)} ({cover.said})" for cover in standing.covers]
    return "; ".join(covers) or standing.clause.why_not
