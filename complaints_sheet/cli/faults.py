"""Rules that failed: each is named once, the others went on, and the exit code says so."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from complaints_sheet.core.model import Judgement

A_BUG = 1


def stop_for_faults(judgements: Iterable["Judgement"], now: datetime) -> None:
    """Say which rules failed and leave with 1; return where none did. The log holds no complaint data."""
    faults = {fault.rule: fault for judgement in judgements for fault in judgement.faults}
    if not faults:
        return
    from complaints_sheet.faultlog import write_rule_faults

    place = write_rule_faults(faults.values(), now)
    for fault in faults.values():
        whose = "Your own rule" if fault.custom else "The rule"
        click.echo(f"{whose} “{fault.rule}” failed ({fault.exception}); the others went on.", err=True)
    click.echo(f"Where it happened stands in this file, which holds no complaint data: {place}", err=True)
    raise SystemExit(A_BUG)
