"""The README's walk-through at the spreadsheet is played as printed; openpyxl is who types."""

import re
import shlex
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from complaints_sheet.cli import main
from tests.office import recalculated
from tests.programs import needs

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
WALK = TEXT.partition("<!-- at the spreadsheet -->")[2].partition("<!-- end of the spreadsheet -->")[0]
REGISTER = Path("register.xlsx")


def blocks() -> Iterator[tuple[str, str]]:
    """Yield the kind ("sh" or "text") and the words of each printed block."""
    yield from re.findall(r"```(\w+)\n(.*?)```", WALK, re.DOTALL)


def typed_rows() -> list[list[str]]:
    """Return the headings and the two rows of the table, cell by cell."""
    lines = [line for line in WALK.splitlines() if line.startswith("|") and "---" not in line]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def type_in(path: Path, *, today: date | None = None) -> None:
    """Type the rows of the table below the headings of the sheet Register, each under its own."""
    headings, *rows = typed_rows()
    book = load_workbook(path)
    sheet = book["Register"]
    at = {cell.value: cell.column for cell in sheet[1]}
    for number, row in enumerate(rows, 2):
        for heading, text in zip(headings, row, strict=True):
            is_date = re.fullmatch(r"\d\d/\d\d/\d{4}", text)
            value = datetime.strptime(text, "%d/%m/%Y") if is_date else text
            sheet.cell(number, at[heading]).value = value or None
    if today:
        book["Lists"]["B1"] = today
    book.save(path)


def test_the_walk_through_works_as_written(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    printed = ""
    for kind, words in blocks():
        if kind == "text":
            assert [line for line in words.splitlines() if line not in printed.splitlines()] == [], printed
            continue
        for line in words.splitlines():
            program, *arguments = shlex.split(line)
            assert (program, main(arguments)) == ("complaints-sheet", 0), line
            if "--template" in arguments:
                type_in(REGISTER)
        printed = capsys.readouterr().out
    assert "Findings" in load_workbook("copy.xlsx").sheetnames
    assert [path.suffix for path in sorted(Path("letters").iterdir())] == [".docx", ".eml"]


@needs("soffice")
def test_the_grey_columns_say_what_the_page_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["init", "--template", str(REGISTER)]) == 0
    type_in(REGISTER, today=date(2026, 11, 23))
    path = recalculated([tmp_path / REGISTER], tmp_path)[REGISTER.name]
    grid = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Register").to_python()
    needs_column = grid[0].index("What this row needs")
    for row in (1, 2):
        assert f"`{grid[row][needs_column]}`" in " ".join(WALK.split())


@pytest.mark.parametrize("heading", typed_rows()[0])
def test_the_headings_are_those_of_the_template(heading):
    from complaints_sheet.core.fields import NINE

    assert heading in {each.heading for each in NINE}
