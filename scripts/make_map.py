"""Write docs/map.md: every module with the first sentence of its own docstring, room by room.

Run: python scripts/make_map.py          (a test fails while the page and the modules disagree)
"""

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "complaints_sheet"
PAGE = ROOT / "docs" / "map.md"

ROOMS = (
    "cli",
    "terminal",
    "",
    "app",
    "config",
    "sources",
    "channels",
    "formats",
    "workbooks",
    "state",
    "pack",
)

# The flat core, by what its modules are about; a module named nowhere is told of in a test.
CORE_ROOMS = {
    "Nouns and words that everything shares": (
        "brand calendar collection fields findings ledger model people privacy wording"
    ),
    "Reading a register: headings, cells, dates, cases": (
        "cases cells column_values columns date_order date_places date_text heading_row headings left_out "
        "mapping merged_cells side_by_side understanding"
    ),
    "Judging a case: policies, clocks, steps, rules": (
        "asking clocks compliance contact_log contacts deadlines events judging limits outcomes policy "
        "procedure reckoning reporting returns"
    ),
    "Remembering: identity, history, what was edited": (
        "breaker edits formerly identity journal leftovers likeness matches observing recollection retention "
        "search silence snapshots"
    ),
    "The pack and its editions": "editions quality",
    "At the spreadsheet: templates, lists of work, letters": (
        "calculated field_help letters live register_form status worklist"
    ),
    "Improvement ideas: from a cell to a change": (
        "ideas idea_mail idea_words improvement_log log_columns log_comments proposals"
    ),
    "Telling people, on time": (
        "alerts announcements digests due graph_refusals guards incoming lines mail_reasons mail_trouble "
        "meetings messages mime notice notices oversight receivers refusals reviews routing sign_in_recipes "
        "telling telltale token_refusals"
    ),
}


def page() -> str:
    """Return the whole page."""
    parts = ["# Where things live\n\nImports point one way, from the first room to the last.\n"]
    parts += (_room(f"`{room}/`" if room else "Beside the rooms", _modules(PACKAGE / room)) for room in ROOMS)
    parts.append("## `core/`, which knows no file, clock or database\n")
    for title, names in CORE_ROOMS.items():
        parts.append(_room(title, [PACKAGE / "core" / f"{name}.py" for name in names.split()], "###"))
    parts.append(_room("The rules", _modules(PACKAGE / "core" / "rules"), "###"))
    return "\n".join(parts)


def unplaced() -> set[str]:
    """Return the modules of the core that no room names, and names that no module has."""
    named = {name for names in CORE_ROOMS.values() for name in names.split()}
    return named ^ {path.stem for path in (PACKAGE / "core").glob("*.py") if path.stem != "__init__"}


def _modules(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*.py")) if path.parent == folder or folder != PACKAGE]


def _room(title: str, modules: list[Path], level: str = "##") -> str:
    rows = [
        f"| `{path.relative_to(PACKAGE).as_posix()}` | {_says(path)} |" for path in modules if _says(path)
    ]
    return "\n".join([f"{level} {title}\n", "| module | what it is |", "| --- | --- |", *rows, ""])


def _says(path: Path) -> str:
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(text.partition("\n\n")[0].split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
