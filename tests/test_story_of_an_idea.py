"""The README's story of an idea is played as printed, with openpyxl as the people who open the log."""

import re
import shlex
import shutil
from pathlib import Path

import openpyxl
import pytest

from complaints_sheet.cli import main
from tests.walks import blocks

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
STORY = TEXT.partition("<!-- story of an idea -->")[2].partition("<!-- end of story -->")[0]
LOG = Path("improvement log.xlsx")


def quoted(said: str) -> list[str]:
    return [" ".join(words.split()) for words in re.findall(r"“([^”]+)”", said)]


def decide(said: str) -> None:
    """Choose the stages and write the solution and the reason that the text gives."""
    solution, reason = quoted(said)
    book = openpyxl.load_workbook(LOG)
    sheet = book["Ideas"]
    columns = {cell.value: cell.column for cell in sheet[3]}
    rows = {sheet.cell(row, 1).value: row for row in range(4, sheet.max_row + 1)}
    for number, cells in {
        "I-0018": {"Stage": "Out for comment", "Proposed solution": solution, "Decided by": "Sam Osei"},
        "I-0021": {"Stage": "Declined", "Reason": reason},
    }.items():
        assert number in said
        for heading, value in cells.items():
            assert heading in said
            sheet.cell(rows[number], columns[heading]).value = value
    book.save(LOG)


def comment(said: str) -> None:
    """Write the comment that the text gives."""
    book = openpyxl.load_workbook(LOG)
    number, name = re.findall(r"`([^`]+)`", said)
    for column, value in enumerate((number, quoted(said)[0], name), 1):
        book["Comments"].cell(4, column).value = value
    book.save(LOG)


BY_HAND = {"**The manager": decide, "**A team member**": comment}


@pytest.fixture
def office(tmp_path, monkeypatch):
    """Return a copy of the sample, and stand there."""
    for name in ("config.yaml", "sample_register.xlsx"):
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_story_goes_as_written(office, capsys):
    printed = ""
    for kind, words in blocks(STORY):
        if kind == "sh":
            for line in words.splitlines():
                program, *arguments = shlex.split(line)
                assert (program, main(arguments)) == ("complaints-sheet", 0), line
            printed = capsys.readouterr().out
        elif kind == "text":
            for line in words.splitlines():
                assert line in printed, line
        for begins, by_hand in BY_HAND.items():
            if not kind and begins in words:
                by_hand(words)
    pack = Path("packs/2026-12-08 improvement meeting pack.html").read_text(encoding="utf-8")
    assert "Please name the two hours" in pack
    page = Path("you said we did.html").read_text(encoding="utf-8")
    assert "Two-hour slots, and a text at 18:00 the evening before." in page
