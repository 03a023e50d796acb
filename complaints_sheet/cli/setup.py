"""The commands for setting up: init and doctor."""

from pathlib import Path
from typing import Any

import click

from complaints_sheet.cli.asking import asked, cli, common_options


@cli.command()
@click.argument("folder", required=False, default=".", type=click.Path(path_type=Path))
@click.option(
    "--from", "register", type=click.Path(path_type=Path), help="Write the config for this register."
)
@click.option("--sample", is_flag=True, help="Copy the sample register and its config to try things out.")
def init(folder: Path, register: Path | None, sample: bool) -> None:
    """Set up a folder: a commented config.yaml, from a real register if you have one.

    Nothing that exists is overwritten.

    Example:  complaints-sheet init --from register.xlsx
    """
    from complaints_sheet import terminal
    from complaints_sheet.app.setup import initialise

    terminal.print_setup(initialise(folder, register=register, sample=sample))


@cli.command()
@click.option("--accept-people", is_flag=True, help="Accept the people that the Staff worksheet suggests.")
@common_options
def doctor(accept_people: bool, **common: Any) -> None:
    """Test the config, the register, the calendar, the people and the folders, and say what to mend.

    Example:  complaints-sheet doctor
    """
    from complaints_sheet import terminal
    from complaints_sheet.app.doctor import examine

    ask = asked(**common)
    answer = examine(ask.config, now=ask.now, accept_people=accept_people)
    terminal.print_examination(answer, as_json=ask.json)
    raise SystemExit(answer.exit_code)
