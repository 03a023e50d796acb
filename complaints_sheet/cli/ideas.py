"""The commands of the improvement loop: ideas and what was decided about them, comments, who is told."""

from pathlib import Path
from typing import Any

import click

from complaints_sheet.cli.asking import Asked, asked, cli, common_options

FILE = click.Path(path_type=Path)
BY = click.option("--by", metavar="NAME", default="", help="Who decided, as it is to be shown.")
ON = click.option("--on", metavar="DATE", help="The day of the decision [today].")
IDEAS = click.argument("ideas", metavar="IDEA...", nargs=-1, required=True)


@cli.group("ideas", invoke_without_command=True)
@common_options
@click.pass_context
def ideas_group(context: click.Context, /, **common: Any) -> None:
    """List improvement ideas; decide about them, comment, and say what was done.

    Example:  complaints-sheet ideas agree I-0007 --owner "Lucy Marsh" --due 2027-01-30
    """
    if context.invoked_subcommand is None:
        _list(asked(**common), (), everything=False)
    elif any(common.values()):
        raise click.UsageError(f"Write the options behind it: ideas {context.invoked_subcommand} …")


@ideas_group.command("list")
@click.option("--stage", "stages", multiple=True, metavar="STAGE", help="Only ideas in this stage.")
@click.option("--all", "everything", is_flag=True, help="Also those that are done, merged or declined.")
@common_options
def list_ideas(stages: tuple[str, ...], everything: bool, **common: Any) -> None:
    """List ideas by stage, and those that may be the same.

    Example:  complaints-sheet ideas list --stage agreed
    """
    _list(asked(**common), stages, everything=everything)


def _list(ask: Asked, stages: tuple[str, ...], *, everything: bool) -> None:
    from complaints_sheet.app.deciding import ideas_now
    from complaints_sheet.core.ideas import STAGES
    from complaints_sheet.terminal import ideas

    for stage in stages:
        if stage not in STAGES:
            raise click.UsageError(f"There is no stage “{stage}”. Stages are: {', '.join(STAGES)}.")
    told = ideas_now(ask.config, as_of=ask.as_of, now=ask.now)
    ideas.print_ideas(told, stages, as_json=ask.json, everything=everything)


@ideas_group.command()
@click.argument("idea")
@common_options
def show(idea: str, **common: Any) -> None:
    """Show one idea: its words, its history, its comments.

    Example:  complaints-sheet ideas show I-0007
    """
    from complaints_sheet.app.deciding import idea_story
    from complaints_sheet.terminal import ideas

    ask = asked(**common)
    ideas.print_story(idea_story(idea, ask.config, as_of=ask.as_of, now=ask.now), as_json=ask.json)


@ideas_group.command()
@IDEAS
@BY
@ON
@common_options
def discuss(ideas: tuple[str, ...], by: str, on: str | None, **common: Any) -> None:
    """Write down that the meeting discussed ideas.

    Example:  complaints-sheet ideas discuss I-0007 I-0009 --by "Sam Osei"
    """
    _decide(ideas, {"stage": "discussed"}, by, on, common)


@ideas_group.command()
@IDEAS
@click.option("--solution", metavar="TEXT", help="What exactly is proposed.")
@click.option("--reply-by", metavar="DATE", help="Until when the wider team can comment.")
@BY
@ON
@common_options
def circulate(
    ideas: tuple[str, ...], solution: str | None, reply_by: str | None, by: str, on: str | None, **common: Any
) -> None:
    """Ask the wider team for comments; the e-mail goes with the next run.

    Example:  complaints-sheet ideas circulate I-0007 --solution "Text the evening before"
    """
    wanted = {"stage": "out for comment", "solution": solution, "reply_by": _day(reply_by)}
    _decide(ideas, wanted, by, on, common)


@ideas_group.command()
@IDEAS
@click.option("--owner", metavar="NAME", required=True, help="Who sees the change through.")
@click.option("--due", metavar="DATE", required=True, help="By when.")
@click.option("--solution", metavar="TEXT", help="What exactly was agreed.")
@click.option("--approved-by", metavar="NAME", help="Who approved it, as it is to be shown.")
@BY
@ON
@common_options
def agree(ideas: tuple[str, ...], by: str, on: str | None, **decided: Any) -> None:
    """Write down that a solution is agreed, who sees it through, and by when.

    Example:  complaints-sheet ideas agree I-0007 --owner "Lucy Marsh" --due 2027-01-29 --by "Sam Osei"
    """
    wanted = {key: decided.pop(key) for key in ("owner", "solution", "approved_by")}
    _decide(ideas, {"stage": "agreed", **wanted, "due": _day(decided.pop("due"))}, by, on, decided)


@ideas_group.command()
@IDEAS
@BY
@ON
@common_options
def implement(ideas: tuple[str, ...], by: str, on: str | None, **common: Any) -> None:
    """Write down that a change is made; staff are told with the next run.

    Example:  complaints-sheet ideas implement I-0007 --on 2027-01-20
    """
    _decide(ideas, {"stage": "implemented"}, by, on, common)


@ideas_group.command()
@IDEAS
@click.option("--reason", metavar="TEXT", required=True, help="Why; its proposer will want to know.")
@BY
@ON
@common_options
def decline(ideas: tuple[str, ...], reason: str, by: str, on: str | None, **common: Any) -> None:
    """Decline ideas, with a reason.

    Example:  complaints-sheet ideas decline I-0012 --reason "The portal is replaced in spring"
    """
    _decide(ideas, {"stage": "declined", "reason": reason}, by, on, common)


@ideas_group.command()
@IDEAS
@click.option("--into", metavar="IDEA", required=True, help="The idea that they are the same as.")
@BY
@ON
@common_options
def merge(ideas: tuple[str, ...], into: str, by: str, on: str | None, **common: Any) -> None:
    """Merge ideas into another one; the complaints behind them stand behind that one.

    Example:  complaints-sheet ideas merge I-0019 --into I-0007
    """
    _decide(ideas, {"stage": "merged", "into": into}, by, on, common)


@ideas_group.command()
@IDEAS
@click.option("--customers", is_flag=True, help="The customers behind it were told.")
@click.option("--staff", is_flag=True, help="Staff were told.")
@BY
@ON
@common_options
def told(
    ideas: tuple[str, ...], customers: bool, staff: bool, by: str, on: str | None, **common: Any
) -> None:
    """Write down that customers, or staff, were told of a change.

    Example:  complaints-sheet ideas told I-0007 --customers
    """
    if not (customers or staff):
        raise click.UsageError("Say who was told: --customers, --staff, or both.")
    from complaints_sheet.app.deciding import TODAY

    day = _day(on) or TODAY
    _decide(
        ideas,
        {"customers_told": day if customers else None, "staff_told": day if staff else None},
        by,
        None,
        common,
    )


def _decide(ideas: tuple[str, ...], wanted: dict[str, Any], by: str, on: str | None, common: Any) -> None:
    from complaints_sheet.app.deciding import decide
    from complaints_sheet.terminal import ideas as printing

    ask = asked(**common)
    answers = {key: value for key, value in wanted.items() if value is not None}
    if on:
        answers["decided_on"] = _day(on)
    changed = decide(ideas, answers, ask.config, by=by, as_of=ask.as_of, now=ask.now, dry_run=ask.dry_run)
    printing.print_changed(changed, as_json=ask.json)


def _day(typed: str | None) -> Any:
    from complaints_sheet.app.asof import day_asked

    return day_asked(typed) if typed else None


@ideas_group.command()
@click.argument("idea")
@click.argument("words", metavar="TEXT")
@click.option("--by", metavar="NAME", default="", help="Whose comment it is, as it is to be shown.")
@common_options
def comment(idea: str, words: str, by: str, **common: Any) -> None:
    """Add a comment to an idea; it goes into the next pack.

    Example:  complaints-sheet ideas comment I-0007 "Works, if the text names the day" --by "Tom Ashworth"
    """
    from complaints_sheet.app import deciding
    from complaints_sheet.terminal import ideas as printing

    ask = asked(**common)
    if not words.strip():
        raise click.UsageError("Write the comment between quotation marks.")
    changed = deciding.comment(
        idea, words.strip(), ask.config, by=by, as_of=ask.as_of, now=ask.now, dry_run=ask.dry_run
    )
    printing.print_changed(changed, as_json=ask.json)


@ideas_group.command()
@click.argument("idea")
@common_options
def customers(idea: str, **common: Any) -> None:
    """List the customers whose complaint led to a change, with a draft of what to tell them.

    Example:  complaints-sheet ideas customers I-0007
    """
    from complaints_sheet.app import deciding
    from complaints_sheet.terminal import ideas as printing

    ask = asked(**common)
    printing.print_customers(
        deciding.customers(idea, ask.config, as_of=ask.as_of, now=ask.now), as_json=ask.json
    )


@ideas_group.command("said")
@click.option("--since", metavar="DATE", help="Only changes made on this day or later.")
@click.option("-o", "--output", type=FILE, help="A file to write: .html, .docx or .txt.")
@common_options
def you_said(since: str | None, output: Path | None, **common: Any) -> None:
    """Write "You said, we did" for a newsletter or the website.

    Example:  complaints-sheet ideas said --since 2026-10-01 -o "you said we did.docx"
    """
    from complaints_sheet.app import deciding
    from complaints_sheet.terminal import ideas as printing

    ask = asked(**common)
    told = deciding.you_said(
        ask.config, _day(since), output, as_of=ask.as_of, now=ask.now, dry_run=ask.dry_run
    )
    printing.print_said(told, output, as_json=ask.json, dry_run=ask.dry_run)
