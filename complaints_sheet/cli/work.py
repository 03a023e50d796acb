"""The everyday commands: check, run, remind, pack, schedule, explain."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from complaints_sheet.cli.asking import Asked, asked, cli, common_options
from complaints_sheet.cli.faults import stop_for_faults

if TYPE_CHECKING:
    from complaints_sheet.app.working import WorkAnswer
from complaints_sheet.core.editions import CIRCULATIONS, EDITIONS, MEETING_PACK


@cli.command()
@click.argument("register", required=False, type=click.Path(path_type=Path))
@click.option(
    "--policy", "policies", multiple=True, metavar="ID", help="Judge by this policy; may be repeated."
)
@click.option("--summary", is_flag=True, help="Print how the file was understood and the counts only.")
@click.option("--all", "everything", is_flag=True, help="List every finding, not only the first 40.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even when there are findings.")
@click.option(
    "--mark", "copy", type=click.Path(path_type=Path), help="Write a copy to read, each finding at its cell."
)
@common_options
def check(
    register: Path | None,
    policies: tuple[str, ...],
    *,
    summary: bool,
    everything: bool,
    exit_zero: bool,
    copy: Path | None,
    **common: Any,
) -> None:
    """Read and judge a register; print what it needs.

    Works on any workbook with no config at all. The register is only read and nothing is sent. With -v it
    shows the key of each finding, for accept.

    Example:  complaints-sheet check register.xlsx --as-of 2026-11-23
    """
    _stop_collecting()
    from complaints_sheet import terminal
    from complaints_sheet.app.checking import check_register

    ask = asked(**common)
    answer = check_register(
        register, policies, ask.config, config_given=ask.config_given, as_of=ask.as_of, now=ask.now
    )
    if copy is not None and not ask.dry_run:
        from complaints_sheet.app.marking import mark

        mark(answer, register, copy)
        terminal.tell(f"Wrote {copy}")
    terminal.print_check(
        answer, as_json=ask.json, summary_only=summary, everything=everything, keys=ask.verbose
    )
    stop_for_faults(answer.judgements, ask.now)
    if answer.needs_attention and not exit_zero:
        raise SystemExit(10)


@cli.command()
@click.option("--due", is_flag=True, help="Only the jobs of the schedule whose time has come.")
@click.option(
    "--accept",
    is_flag=True,
    help="Go on although rows or columns are missing, or with --due although the clock was set back: "
    "somebody has looked.",
)
@common_options
def run(due: bool, accept: bool, **common: Any) -> None:
    """Do the main job: read, judge, deliver the mails that are due and write the pack that is due.

    With --due it is made to be called every ten minutes by Task Scheduler, systemd or cron: what was missed
    is made up for once, and a second call does nothing.

    Example:  complaints-sheet run
    """
    if due:
        _tick(asked(**common), accept=accept)
        return
    _work("run", asked(**common), accept=accept)


def _tick(ask: Asked, *, accept: bool) -> None:
    from complaints_sheet.app import ticking
    from complaints_sheet.terminal.timetable import print_tick

    done = ticking.tick(
        ticking.Asked(ask.config, ask.now, as_of=ask.as_of, dry_run=ask.dry_run, accept=accept)
    )
    print_tick(done, as_json=ask.json)
    for ran in done.ran:
        if ran.answer is not None:
            stop_for_faults(ran.answer.judgements, ask.now)
    if done.exit_code:
        raise SystemExit(done.exit_code)


@cli.command()
@common_options
def schedule(**common: Any) -> None:
    """Stay running and do each job when it is due. Ctrl+C finishes the message in hand and stops.

    Example:  complaints-sheet schedule
    """
    from complaints_sheet.scheduler import stay
    from complaints_sheet.terminal import tell

    ask = asked(**common)
    if ask.as_of or ask.dry_run:
        raise click.UsageError("The scheduler goes by the clock. To try a moment out: run --due --as-of DATE")
    raise SystemExit(stay(ask.config, tell))


@cli.command()
@click.option(
    "--accept", is_flag=True, help="Go on although rows or columns are missing: somebody has looked."
)
@click.option("--open", "show", is_flag=True, help="With --dry-run: show the mails in a browser.")
@common_options
def remind(accept: bool, show: bool, **common: Any) -> None:
    """Deliver only the mails that are due.

    With --dry-run --open a browser shows exactly what would go to whom, and nothing is sent.

    Example:  complaints-sheet remind --dry-run --open
    """
    ask = asked(**common)
    if show and not ask.dry_run:
        raise click.UsageError("--open shows what would go; it is for --dry-run only.")
    _work("remind", ask, accept=accept, show=show)


@cli.command()
@click.option("--until", metavar="DATE", help="The last day the pack covers [the latest complete fortnight].")
@click.option(
    "--kind",
    "edition",
    type=click.Choice(list(EDITIONS)),
    default=MEETING_PACK,
    help=f"Which edition [{MEETING_PACK}].",
)
@click.option(
    "--for",
    "circulation",
    type=click.Choice(CIRCULATIONS),
    help="For whom; only the manager's names case owners, and everyone's has no free text until approved.",
)
@click.option(
    "--approved-by",
    default="",
    metavar="NAME",
    help="With --for everyone: NAME approves its free text as it is.",
)
@common_options
def pack(until: str | None, edition: str, circulation: str | None, approved_by: str, **common: Any) -> None:
    """Write the improvement-meeting pack, due or not; or another edition of it.

    fortnightly: the meeting's pack; weekly: the week on one page; review: every contact of the week and
    every open case; quarterly: the board's report; annual: a year of evidence on the procedure; published: a
    table with small numbers kept back; training: training topics; quality-check: a sample of closed cases
    with its checklist.

    Example:  complaints-sheet pack --until 2026-11-22
    """
    _work(
        "pack",
        asked(**common),
        until=until,
        edition=edition,
        circulation=circulation,
        approved_by=approved_by.strip(),
    )


def _stop_collecting() -> None:
    # A command builds its values, prints and ends: looking for garbage costs a quarter of its time.
    import gc

    gc.disable()


def _work(job: Literal["run", "remind", "pack"], ask: Asked, *, show: bool = False, **more: Any) -> None:
    _stop_collecting()
    from complaints_sheet import terminal
    from complaints_sheet.app.working import work

    answer = work(job, ask.config, as_of=ask.as_of, now=ask.now, dry_run=ask.dry_run, **more)
    terminal.print_work(answer, as_json=ask.json)
    if show:
        _show(answer)
    stop_for_faults(answer.judgements, ask.now)
    if answer.undelivered:
        raise SystemExit(4)


def _show(answer: "WorkAnswer") -> None:
    from complaints_sheet import terminal
    from complaints_sheet.app.previewing import opened, preview

    written = answer.mailing.written if answer.mailing else ()
    file = preview(written, answer.config.organisation.name, answer.as_of)
    words = "A browser shows them" if opened(file) else "Open this file in a browser to see them"
    terminal.tell(f"{words}: {file}")


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
