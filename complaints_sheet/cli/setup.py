"""The commands for setting up: init and doctor."""

from datetime import UTC, datetime
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
@click.option(
    "--template", type=click.Path(path_type=Path), help="Make a new register workbook to type into."
)
@click.option(
    "--policy", "policies", multiple=True, metavar="ID", help="With --template: the procedure it is for."
)
@click.option(
    "--service", is_flag=True, help="Write the files by which Task Scheduler, systemd or cron runs it."
)
def init(
    folder: Path,
    register: Path | None,
    *,
    sample: bool,
    template: Path | None,
    policies: tuple[str, ...],
    service: bool,
) -> None:
    """Set up a folder: a commented config.yaml, from a real register if you have one; or a new register.

    Nothing that exists is overwritten.

    Example:  complaints-sheet init --from register.xlsx
    """
    from complaints_sheet import terminal
    from complaints_sheet.app.setup import initialise, install_service

    if service:
        if register or sample or template:
            raise click.UsageError("--service stands alone: first the config, then the files that run it.")
        terminal.print_setup(install_service(folder, datetime.now(UTC)))
        return
    if template is not None:
        from complaints_sheet.app.templating import new_register

        today = datetime.now(UTC).date()
        terminal.print_setup(new_register(template, policies, folder, today))
        return
    terminal.print_setup(initialise(folder, register=register, sample=sample))


@cli.command()
@click.option("--accept-people", is_flag=True, help="Accept the people that the Staff worksheet suggests.")
@click.option(
    "--send-test",
    "test_address",
    metavar="ADDRESS",
    help="Send one test mail to somebody of the people list, or to the test address.",
)
@common_options
def doctor(accept_people: bool, test_address: str | None, **common: Any) -> None:
    """Test the config, the register, the people, the folders and the mail login, and say what to mend.

    Example:  complaints-sheet doctor --send-test ann.lee@example.org
    """
    from complaints_sheet import terminal
    from complaints_sheet.app.doctor import examine

    ask = asked(**common)
    address = None if ask.dry_run else test_address
    answer = examine(ask.config, now=ask.now, accept_people=accept_people, test_address=address)
    terminal.print_examination(answer, as_json=ask.json)
    raise SystemExit(answer.exit_code)
