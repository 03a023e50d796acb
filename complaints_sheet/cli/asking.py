"""What every command is told, and the group they all belong to."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click

from complaints_sheet import __version__

Command = TypeVar("Command", bound=Callable[..., Any])


class Asked(NamedTuple):
    """What every command is told: where the config is, which moment counts, how to answer.

    `now` is the one reading of the clock in a run (UTC); `as_of` is the text of --as-of or None.
    """

    config: Path
    config_given: bool
    as_of: str | None
    json: bool
    dry_run: bool
    verbose: bool
    now: datetime


def common_options(command: Command) -> Command:
    """Return the command with the options that every command takes."""
    options = (
        click.option(
            "-c", "--config", type=click.Path(path_type=Path), help="The config file [config.yaml]."
        ),
        click.option("--as-of", metavar="DATE[THH:MM]", help="Judge as of this moment instead of now."),
        click.option("--json", "as_json", is_flag=True, help="Answer in JSON."),
        click.option("--dry-run", is_flag=True, help="Read the memory, write nothing."),
        click.option("-v", "--verbose", is_flag=True, help="Say more about what is being done."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def asked(config: Path | None, as_of: str | None, as_json: bool, dry_run: bool, verbose: bool) -> Asked:
    """Return the common options as one value, with the clock read once."""
    chosen = config or Path("config.yaml")
    return Asked(chosen, config is not None, as_of, as_json, dry_run, verbose, datetime.now(UTC))


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="complaints-sheet")
def cli() -> None:
    """Keep your complaints spreadsheet. Add a memory, working-day clocks, reminders and a meeting pack.

    Start with:  complaints-sheet check your-register.xlsx
    """
