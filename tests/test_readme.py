"""The README cannot go stale: its tables come from the program, its lines are run as printed."""

from pathlib import Path

from scripts.make_docs import with_blocks
from scripts.readme_lines import readme_lines

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_generated_tables_are_those_of_the_program():
    assert with_blocks(README) == README, "run: python scripts/make_docs.py"


def test_there_are_two_lines_and_ci_runs_both_as_printed():
    main_job, tests = readme_lines(README)
    assert "complaints-sheet run --as-of 2026-11-23T08:00" in main_job
    assert "pytest" in tests
    assert "scripts/readme_lines.py" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_windows_lines_do_the_same_three_things():
    block = README.partition("```bat\n")[2].partition("```")[0]
    assert [line.split()[0] for line in block.splitlines()] == [
        "py",
        r".venv\Scripts\pip",
        r".venv\Scripts\complaints-sheet",
    ]
