"""The command line: parse, one call, print. No decisions are made here, and nothing heavy is imported."""

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar

import click

from complaints_sheet import __version__
from complaints_sheet.errors import Stopped

Command = TypeVar("Command", bound=Callable[..., Any])

INTERRUPTED = 130
A_BUG = 1
USAGE = 2


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


@cli.command()
@click.argument("register", required=False, type=click.Path(path_type=Path))
@click.option(
    "--policy", "policies", multiple=True, metavar="ID", help="Judge by this policy; may be repeated."
)
@click.option("--summary", is_flag=True, help="Print how the file was understood and the counts only.")
@click.option("--all", "everything", is_flag=True, help="List every finding, not only the first 40.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even when there are findings.")
@common_options
def check(
    register: Path | None,
    policies: tuple[str, ...],
    summary: bool,
    everything: bool,
    exit_zero: bool,
    **common: Any,
) -> None:
    """Read and judge a register; print what it needs.

    Works on any workbook with no config at all. Nothing is written and nothing is sent.

    Example:  complaints-sheet check register.xlsx --as-of 2026-11-23
    """
    from complaints_sheet import terminal
    from complaints_sheet.app.checking import check_register

    _stop_collecting()
    ask = asked(**common)
    answer = check_register(
        register, policies, ask.config, config_given=ask.config_given, as_of=ask.as_of, now=ask.now
    )
    terminal.print_check(answer, as_json=ask.json, summary_only=summary, everything=everything)
    if answer.needs_attention and not exit_zero:
        raise SystemExit(10)


@cli.command()
@common_options
def run(**common: Any) -> None:
    """Do the main job: read, judge, deliver the mails that are due and write the pack that is due.

    Example:  complaints-sheet run
    """
    _work("run", asked(**common))


@cli.command()
@common_options
def remind(**common: Any) -> None:
    """Deliver only the mails that are due.

    Example:  complaints-sheet remind --dry-run
    """
    _work("remind", asked(**common))


@cli.command()
@click.option("--until", metavar="DATE", help="The last day the pack covers [the latest complete fortnight].")
@common_options
def pack(until: str | None, **common: Any) -> None:
    """Write the improvement-meeting pack, due or not.

    Example:  complaints-sheet pack --until 2026-11-22
    """
    _work("pack", asked(**common), until)


def _stop_collecting() -> None:
    # A command builds its values, prints and ends: looking for garbage costs a quarter of its time.
    import gc

    gc.disable()


def _work(job: Literal["run", "remind", "pack"], ask: Asked, until: str | None = None) -> None:
    from complaints_sheet import terminal
    from complaints_sheet.app.working import work

    _stop_collecting()
    answer = work(job, ask.config, as_of=ask.as_of, now=ask.now, dry_run=ask.dry_run, until=until)
    terminal.print_work(answer, as_json=ask.json)
    if answer.undelivered:
        raise SystemExit(4)


@cli.command()
@click.argument("case")
@click.option("--on", metavar="DATE", help="What the answer was on this day.")
@common_options
def explain(case: str, on: str | None, **common: Any) -> None:
    """Show how one case was reckoned, what was found, and who would be told.

    CASE is a reference, a case id, or a row number of the register.

    Example:  complaints-sheet explain 17
    """
    from complaints_sheet import terminal
    from complaints_sheet.app.explaining import explain_case

    ask = asked(**common)
    answer = explain_case(case, ask.config, as_of=on or ask.as_of, now=ask.now)
    terminal.print_explanation(answer, as_json=ask.json)


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


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit code of one run; every ending has its code (design, section 6)."""
    try:
        cli.main(args=list(arguments) if arguments is not None else None, standalone_mode=False)
    except SystemExit as ending:
        return ending.code if isinstance(ending.code, int) else 0
    except BaseException as stopped_by:
        return _ending(stopped_by)
    return 0


def _ending(stopped_by: BaseException) -> int:
    match stopped_by:
        case Stopped():
            return _told(stopped_by)
        case click.ClickException():
            stopped_by.show()
            return USAGE
        case KeyboardInterrupt() | click.Abort():
            click.echo("Stopped.", err=True)
            return INTERRUPTED
        case BrokenPipeError():
            return _pipe_closed()
        case _:  # the last resort: a bug is one line on screen and a log without values
            return _logged(stopped_by)


def _told(stop: Stopped) -> int:
    click.echo(stop.message, err=True)
    for problem in getattr(stop, "problems", ()):
        click.echo(f"  {problem}", err=True)
    if stop.next_step:
        click.echo(stop.next_step, err=True)
    return stop.exit_code


def _pipe_closed() -> int:
    # Whoever was reading has gone; Python would complain again when it flushes at exit.
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _logged(bug: BaseException) -> int:
    from complaints_sheet.faultlog import write_fault

    place = write_fault(bug, datetime.now(UTC))
    click.echo(f"Something went wrong that should not have ({type(bug).__name__}).", err=True)
    click.echo(f"Please report it with this file, which holds no complaint data: {place}", err=True)
    return A_BUG


def entry() -> None:
    """Run the command line and leave with its exit code."""
    raise SystemExit(main())
