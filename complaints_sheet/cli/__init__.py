"""The command line: parse, one call, print. No decisions are made here, and nothing heavy is imported."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime

import click

from complaints_sheet.cli import ideas, memory, outbox, procedure, setup, work
from complaints_sheet.cli.asking import cli
from complaints_sheet.errors import Stopped

INTERRUPTED = 130
A_BUG = 1
USAGE = 2

__all__ = ["cli", "entry", "ideas", "main", "memory", "outbox", "procedure", "setup", "work"]


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
    """Run the command line and leave with its exit code, at once.

    Everything is written and closed by then; freeing a hundred thousand cases takes a tenth of a run.
    """
    import os

    code = main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        code = _pipe_closed()
    os._exit(code)
