"""The everyday commands: check, run, remind, pack, explain."""

from pathlib import Path
from typing import Any, Literal

import click

from complaints_sheet.cli.asking import Asked, asked, cli, common_options
from complaints_sheet.cli.faults import stop_for_faults


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

    Works on any workbook with no config at all. Nothing is written and nothing is sent. With -v it shows
    the key of each finding, for accept.

    Example:  complaints-sheet check register.xlsx --as-of 2026-11-23
    """
    _stop_collecting()
    from complaints_sheet import terminal
    from complaints_sheet.app.checking import check_register

    ask = asked(**common)
    answer = check_register(
        register, policies, ask.config, config_given=ask.config_given, as_of=ask.as_of, now=ask.now
    )
    terminal.print_check(
        answer, as_json=ask.json, summary_only=summary, everything=everything, keys=ask.verbose
    )
    stop_for_faults(answer.judgements, ask.now)
    if answer.needs_attention and not exit_zero:
        raise SystemExit(10)


@cli.command()
@click.option(
    "--accept", is_flag=True, help="Go on although rows or columns are missing: somebody has looked."
)
@common_options
def run(accept: bool, **common: Any) -> None:
    """Do the main job: read, judge, deliver the mails that are due and write the pack that is due.

    Example:  complaints-sheet run
    """
    _work("run", asked(**common), accept=accept)


@cli.command()
@click.option(
    "--accept", is_flag=True, help="Go on although rows or columns are missing: somebody has looked."
)
@common_options
def remind(accept: bool, **common: Any) -> None:
    """Deliver only the mails that are due.

    Example:  complaints-sheet remind --dry-run
    """
    _work("remind", asked(**common), accept=accept)


@cli.command()
@click.option("--until", metavar="DATE", help="The last day the pack covers [the latest complete fortnight].")
@click.option(
    "--kind",
    "edition",
    type=click.Choice(["fortnightly", "weekly", "quarterly"]),
    default="fortnightly",
    help="The meeting's pack, the week on one page, or the board's report of 13 weeks.",
)
@common_options
def pack(until: str | None, edition: str, **common: Any) -> None:
    """Write the improvement-meeting pack, due or not; or another edition of it.

    Example:  complaints-sheet pack --until 2026-11-22
    """
    _work("pack", asked(**common), until=until, edition=edition)


def _stop_collecting() -> None:
    # A command builds its values, prints and ends: looking for garbage costs a quarter of its time.
    import gc

    gc.disable()


def _work(job: Literal["run", "remind", "pack"], ask: Asked, **more: Any) -> None:
    _stop_collecting()
    from complaints_sheet import terminal
    from complaints_sheet.app.working import work

    answer = work(job, ask.config, as_of=ask.as_of, now=ask.now, dry_run=ask.dry_run, **more)
    terminal.print_work(answer, as_json=ask.json)
    stop_for_faults(answer.judgements, ask.now)
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
    answer = explain_case(case, ask.config, as_of=ask.as_of, now=ask.now, on=on)
    terminal.print_explanation(answer, as_json=ask.json)
    stop_for_faults(answer.judgements, ask.now)
