"""The tables that regulators ask for, on the screen: CSV that can be piped, or JSON."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from complaints_sheet.core.returns import Figure
from complaints_sheet.core.wording import period
from complaints_sheet.json_v1 import VERSION
from complaints_sheet.terminal import print_json, tell

if TYPE_CHECKING:
    from complaints_sheet.app.exporting import Exported


def print_table(answer: "Exported", *, as_json: bool) -> None:
    """Print the table on stdout, and which days it covers on stderr."""
    if as_json:
        print_json(document(answer))
        return
    from complaints_sheet.formats.returns import write

    tell(f"Over {period(answer.period.start, answer.period.end)}.")
    click.echo(write(answer.table).replace("\r\n", "\n"), nl=False)


def document(answer: "Exported") -> dict[str, Any]:
    """Return the table, one object a row, ready for JSON; what is blank is null."""
    columns = answer.table.columns
    return {
        "version": VERSION,
        "kind": answer.kind,
        "start": answer.period.start.isoformat(),
        "end": answer.period.end.isoformat(),
        "rows": [dict(zip(columns, map(_figure, row), strict=True)) for row in answer.table.rows],
    }


def _figure(value: Figure) -> str | int | float | None:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value
