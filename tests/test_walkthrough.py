"""The walk-through of the README is played as printed, with openpyxl as the person at the spreadsheet."""

import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from complaints_sheet.cli import main
from tests.walks import blocks

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
WALK = TEXT.partition("<!-- walk-through -->")[2].partition("<!-- end of walk-through -->")[0]
REGISTER, BACK = Path("sample_register.xlsx"), Path("restored rows.xlsx")
FIRST_ROW, CUSTOMER = 4, 6


def delete_and_sort(said: str) -> None:
    """Delete the rows that the text names, then sort the table as it says."""
    assert "sort the table by Customer Name" in said
    book = openpyxl.load_workbook(REGISTER)
    sheet = book["Register"]
    for row in sorted(map(int, re.findall(r"\b\d+\b", said)), reverse=True):
        sheet.delete_rows(row)
    last = next(cell.row for cell in reversed(sheet["A"]) if cell.value == "Total") - 2
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(FIRST_ROW, last)]
    rows.sort(key=lambda row: str(row[CUSTOMER - 1] or "~").casefold())
    for number, row in enumerate(rows, FIRST_ROW):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column).value = value
    book.save(REGISTER)


def paste_back(said: str) -> None:
    """Copy the rows of the restored workbook into the register, above its last row."""
    assert "above its last row" in said
    rows = list(openpyxl.load_workbook(BACK).worksheets[0].iter_rows(min_row=2, values_only=True))
    book = openpyxl.load_workbook(REGISTER)
    sheet = book["Register"]
    above = sheet.max_row
    sheet.insert_rows(above, len(rows))
    for number, row in enumerate(rows, above):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column).value = value
    book.save(REGISTER)


BY_HAND: tuple[tuple[str, Callable[[str], None]], ...] = (
    ("delete the rows", delete_and_sort),
    ("insert them into the register", paste_back),
)


@pytest.fixture
def office(tmp_path, monkeypatch):
    """Return a copy of the sample, and stand there."""
    for name in ("config.yaml", "sample_register.xlsx"):
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_walk_through_works_as_written(office, capsys):
    done, printed = [], ""
    for kind, words in blocks(WALK):
        if kind == "sh":
            for line in words.splitlines():
                program, *arguments = shlex.split(line)
                assert (program, main(arguments)) == ("complaints-sheet", 0), line
            printed = capsys.readouterr().out
        elif kind == "text":
            lines = printed.splitlines()
            assert [line for line in words.splitlines() if line not in lines] == [], printed
        for sign, by_hand in BY_HAND:
            if not kind and sign in " ".join(words.split()):
                by_hand(" ".join(words.split()))
                done.append(sign)
    assert done == [sign for sign, _ in BY_HAND]


def test_the_restored_rows_are_the_deleted_ones_cell_for_cell(office, capsys):
    sheet = openpyxl.load_workbook(REGISTER)["Register"]
    deleted = [[cell.value for cell in sheet[row]] for row in (20, 40, 60)]
    main(["run", "--as-of", "2026-11-23T08:00"])
    delete_and_sort("delete the rows 20, 40 and 60, sort the table by Customer Name")
    main(["run", "--as-of", "2026-11-24T08:00"])
    assert main(["restore", "C-00017", "C-00036", "C-00056"]) == 0
    capsys.readouterr()
    back = openpyxl.load_workbook(BACK).worksheets[0].iter_rows(min_row=2, values_only=True)
    width = len(deleted[0])
    assert [[*row, *[None] * (width - len(row))] for row in back] == deleted


def test_the_coordinator_and_the_owner_are_told_of_the_removed_rows(office, capsys):
    main(["run", "--as-of", "2026-11-23T08:00"])
    delete_and_sort("delete the rows 20, 40 and 60, sort the table by Customer Name")
    main(["run", "--as-of", "2026-11-24T08:00"])
    capsys.readouterr()
    told = {
        path.name.split(" - ")[0].partition(" ")[2]
        for path in (office / "outbox").glob("2026-11-24*.eml")
        if "no longer in the" in path.read_text(encoding="utf-8").replace("=\n", "").replace("\n", " ")
    }
    assert told == {"Dana Hughes", "Joanne Pickles", "Beth Holroyd", "Amira Khan"}
