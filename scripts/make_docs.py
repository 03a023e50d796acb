"""Rewrite the generated blocks of README.md: commands, rules, policies, exit codes, editions of the pack.

Run: python scripts/make_docs.py          (a test fails while README.md and the program disagree)
"""

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import fill

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import click  # noqa: E402 - the checkout's own package must be found first

from complaints_sheet.cli import cli  # noqa: E402
from complaints_sheet.config.policies import load_policies  # noqa: E402
from complaints_sheet.config.policy_names import PRESETS  # noqa: E402
from complaints_sheet.core.editions import EDITIONS  # noqa: E402
from complaints_sheet.core.rules import RULES  # noqa: E402
from complaints_sheet.core.sign_in_recipes import NEVER_TRIED, RECIPES  # noqa: E402
from complaints_sheet.errors import EXIT_CODES  # noqa: E402


def table(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [headings, tuple("---" for _ in headings), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def commands() -> str:
    """Return a row for each command: how it is called and what it does."""
    rows = []
    with click.Context(cli, info_name="complaints-sheet") as context:
        for name in cli.list_commands(context):
            command = cli.commands[name]
            arguments = " ".join(
                part.make_metavar(context) for part in command.params if isinstance(part, click.Argument)
            )
            rows.append((f"`{name} {arguments}`".replace(" `", "`"), command.get_short_help_str(200)))
    return table(("command", "what it does"), rows)


def rules() -> str:
    """Return a row for each rule: its id, severity and summary."""
    return table(
        ("rule", "severity", "what it says"),
        [(f"`{rule.id}`", rule.severity, rule.summary) for rule in RULES.values()],
    )


def policies() -> str:
    """Return a row for each shipped policy: its id and title."""
    found = load_policies(sorted(path.stem for path in PRESETS.glob("*.yaml")), None)
    titles = {policy.id: policy.title for policy in found}
    return table(("policy", "what it is"), [(f"`{name}`", title) for name, title in titles.items()])


WAYS = {
    (
        "graph",
        "microsoft-app",
    ): "Microsoft 365 by Graph, the app as itself (nobody has to sign in)",
    ("graph", "microsoft"): "Microsoft 365 by Graph, a person signs in once",
    ("smtp", "microsoft-app"): "Microsoft 365 by SMTP, the app as itself",
    ("smtp", "microsoft"): "Microsoft 365 by SMTP, a person signs in once",
    ("smtp", "google-service"): "Google Workspace, a service account",
    ("smtp", "google"): "Gmail or Google Workspace, a person signs in once",
}


def sign_ins() -> str:
    """Return the steps of each sign-in by token, one list for each."""
    parts = []
    for way, title in WAYS.items():
        steps = (
            fill(f"{at}. {step}", 118, subsequent_indent="   ", break_on_hyphens=False)
            for at, step in enumerate(RECIPES[way], 1)
        )
        parts.append(f"**{title}**\n\n" + "\n".join(steps))
    return "\n\n".join(parts)


def never_tried() -> str:
    """Return what has never been tried live, as a list."""
    return "\n".join(
        fill(f"- {each}", 118, subsequent_indent="  ", break_on_hyphens=False) for each in NEVER_TRIED
    )


def exit_codes() -> str:
    """Return a row for each exit code."""
    return table(("code", "meaning"), [(str(code), meaning) for code, meaning in EXIT_CODES.items()])


def editions() -> str:
    """Return a row for each edition of the pack: its name, how many days it covers, what it is."""
    rows = [
        (f"`{each.id}`", f"{each.days} days" if each.days else "from meeting to meeting", each.what)
        for each in EDITIONS.values()
    ]
    return table(("`pack --kind`", "covers", "what it is"), rows)


BLOCKS: Mapping[str, Callable[[], str]] = {
    "commands": commands,
    "rules": rules,
    "policies": policies,
    "exit codes": exit_codes,
    "editions": editions,
    "sign-ins": sign_ins,
    "never tried": never_tried,
}


def with_blocks(text: str) -> str:
    """Return the text with every generated block as the program has it now."""
    for name, block in BLOCKS.items():
        pattern = rf"(<!-- generated: {name} -->\n).*?(<!-- end -->)"
        text, found = re.subn(
            pattern, lambda match, block=block: f"{match[1]}{block()}\n{match[2]}", text, flags=re.DOTALL
        )
        if not found:
            raise SystemExit(f"README.md has no block for {name}")
    return text


if __name__ == "__main__":
    readme = ROOT / "README.md"
    readme.write_text(with_blocks(readme.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
