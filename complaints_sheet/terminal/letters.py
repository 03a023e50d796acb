"""Drafts of letters on the screen: what was written where, and what to see to before one is sent."""

from typing import TYPE_CHECKING, Any

import click

from complaints_sheet.core.letters import MEANINGS
from complaints_sheet.terminal import print_json, shown_path, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from complaints_sheet.app.letters import Letters
    from complaints_sheet.drafts import Draft


def print_letters(answer: "Letters", *, as_json: bool, dry_run: bool) -> None:
    """Print which drafts were written for a case, and what to see to before each is sent."""
    if as_json:
        files = [str(path) for path in answer.files]
        print_json(
            {"case": answer.case, "due": answer.due, "drafts": _documents(answer.drafts), "files": files}
        )
        return
    if not answer.drafts:
        click.echo(f"{answer.case}: no letter is due. Ask for one with --kind:")
        for kind, meaning in MEANINGS.items():
            click.echo(f"  {kind:16} {meaning}")
        return
    for made in answer.drafts:
        due = "" if made.kind in answer.due else " (not due by the procedure now)"
        click.echo(f"{answer.case}: {made.kind}{due}")
        for path in answer.files:
            if path.stem.removesuffix(")").rpartition(" (")[0].endswith(made.kind) or path.stem.endswith(
                made.kind
            ):
                click.echo(f"  {shown_path(path)}")
        for each in made.before_sending:
            click.echo(f"  ! {each}")
    tell(
        "A trial run: nothing was written."
        if dry_run
        else "Nothing was sent. Read, change and send them yourself."
    )


def print_preview(drafts: "Sequence[Draft]", *, as_json: bool) -> None:
    """Print letters about an invented case as they would read, one below the other."""
    if as_json:
        print_json(_documents(drafts))
        return
    for made in drafts:
        click.echo(f"{'=' * 78}\n{made.kind}: {made.subject}\n{'-' * 78}")
        click.echo(made.text)


def _documents(drafts: "Sequence[Draft]") -> list[dict[str, Any]]:
    return [
        {
            "kind": made.kind,
            "subject": made.subject,
            "text": made.text,
            "before_sending": list(made.before_sending),
        }
        for made in drafts
    ]
