"""The commands about the written procedure: comply, export, letters."""

from pathlib import Path
from typing import Any

import click

from complaints_sheet.cli.asking import asked, cli, common_options
from complaints_sheet.cli.faults import stop_for_faults


@cli.command()
@click.argument("register", required=False, type=click.Path(path_type=Path))
@click.option("--policy", "policies", multiple=True, metavar="ID", help="State this policy; may be repeated.")
@click.option(
    "--html", "page", type=click.Path(path_type=Path), help="Write a page that can be read and printed."
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even when there are findings.")
@common_options
def comply(
    register: Path | None, policies: tuple[str, ...], page: Path | None, exit_zero: bool, **common: Any
) -> None:
    """Go through the procedure clause by clause: what covers it, how it stands, which column it needs.

    Example:  complaints-sheet comply --policy customer-contacts --html statement.html
    """
    from complaints_sheet.app.complying import comply as complied
    from complaints_sheet.app.complying import write_page
    from complaints_sheet.terminal.compliance import print_compliance

    ask = asked(**common)
    answer = complied(
        register,
        policies,
        ask.config,
        config_given=ask.config_given,
        as_of=ask.as_of,
        now=ask.now,
        commands=frozenset(cli.commands),
    )
    if page and not ask.dry_run:
        write_page(answer, page)
        click.echo(f"Wrote {page}", err=True)
    print_compliance(answer, as_json=ask.json)
    stop_for_faults(answer.judgements, ask.now)
    if answer.needs_attention and not exit_zero:
        raise SystemExit(10)


@cli.command()
@click.argument("kind", type=click.Choice(["fca", "ombudsman", "asic"]))
@click.argument("register", required=False, type=click.Path(path_type=Path))
@click.option("--policy", "policies", multiple=True, metavar="ID", help="Judge by this policy instead.")
@click.option("--from", "first", metavar="DATE", help="The first day [of the last whole half-year or year].")
@click.option("--until", "last", metavar="DATE", help="The last day.")
@click.option("--to", "file", type=click.Path(path_type=Path), help="Write a CSV file instead of the screen.")
@common_options
def export(
    kind: Any, register: Path | None, *, first: str | None, last: str | None, file: Path | None, **rest: Any
) -> None:
    """Count what a regulator or ombudsman asks for; what the register does not record stays blank.

    KIND is fca (DISP 1 Annex 1 counts), ombudsman (a performance table by stage) or asic (a row a complaint).

    Example:  complaints-sheet export ombudsman --from 2025-04-01 --until 2026-03-31 --to table.csv
    """
    from complaints_sheet.app.exporting import export as exported
    from complaints_sheet.app.exporting import write_table
    from complaints_sheet.terminal.exports import print_table

    policies = rest.pop("policies")
    ask = asked(**rest)
    answer = exported(
        kind,
        register,
        policies,
        ask.config,
        config_given=ask.config_given,
        as_of=ask.as_of,
        now=ask.now,
        first=first,
        last=last,
    )
    if file and not ask.dry_run:
        write_table(answer, file)
        click.echo(f"Wrote {file}", err=True)
    else:
        print_table(answer, as_json=ask.json)
    stop_for_faults(answer.judgements, ask.now)


LETTERS = ("acknowledgement", "passed-on", "delay", "response", "questions", "signpost")


@cli.command()
@click.argument("case", required=False)
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(LETTERS), help="This letter; may be repeated."
)
@click.option("--to", "folder", type=click.Path(path_type=Path), help="The folder for the drafts [letters].")
@click.option("--preview", is_flag=True, help="Print the letters about an invented case; write nothing.")
@common_options
def letters(case: str | None, *, kinds: Any, folder: Path | None, preview: bool, **common: Any) -> None:
    """Draft the letters to the customer that a case asks for now, as e-mail and Word files. None is sent.

    CASE is a reference, a case id, or a row number of the register.

    Example:  complaints-sheet letters C-00012 --kind delay
    """
    from complaints_sheet.app.letters import letters as drafted
    from complaints_sheet.app.letters import preview as previewed
    from complaints_sheet.terminal.letters import print_letters, print_preview

    ask = asked(**common)
    if preview:
        print_preview(previewed(kinds, ask.config, as_of=ask.as_of, now=ask.now), as_json=ask.json)
        return
    if case is None:
        raise click.UsageError("Name a case: letters C-00012. Or look at the letters: letters --preview")
    answer = drafted(
        case, kinds, ask.config, as_of=ask.as_of, now=ask.now, folder=folder, write=not ask.dry_run
    )
    print_letters(answer, as_json=ask.json, dry_run=ask.dry_run)
