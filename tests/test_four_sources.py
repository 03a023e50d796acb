"""One register kept in four ways says the same from each; `python -m tests.sources4` tries many."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from complaints_sheet.core.cases import ReadOptions
from tests.files.making import ORDINARY, complaint
from tests.google_server.schema import document, method, unlike
from tests.google_server.server import Google, google
from tests.sources4.__main__ import compared
from tests.sources4.ways import ALL, TYPED, as_texts, differences, read, said
from tests.ugly.truth import Fault, Rich, Serial, Sheet


@pytest.fixture(scope="module")
def server() -> Iterator[Google]:
    with google() as known:
        yield known
        assert known.unlike == []


ROWS = (
    ("Complaints of the year",),
    (),
    *ORDINARY,
    complaint("Vera Doyle", date(2026, 11, 2), None, "N"),
    complaint("Vera Doyle", date(2026, 11, 2), None, "N"),
    complaint("No Date", None, None, None),
    complaint("Swapped", date(2026, 11, 2), date(2026, 4, 11)),
    complaint("Late", datetime(2026, 11, 3, 16, 40), date(2026, 11, 20)),
    complaint("Typed", "03/04/2026", "23/4/26"),
    complaint("Placeholder", "TBC", "n/a", "maybe"),
    complaint("A number", Serial(46329), 46331),
    complaint(12345, date(2026, 11, 4), date(2026, 11, 5), True, 7.5),
    complaint("Broken", Fault("#N/A"), date(2026, 11, 5)),
    complaint("Two runs", date(2026, 11, 4), date(2026, 11, 5), "Y", Rich(("A lea", "k"))),
    complaint("=1+1", date(2026, 11, 4), date(2026, 11, 5), "Y", "Line one\nline two"),
    ("Total", 12),
)


def sheet() -> Sheet:
    cells = {(down, across): each for down, row in enumerate(ROWS, 1) for across, each in enumerate(row, 1)}
    return Sheet(
        "Register", {place: each for place, each in cells.items() if each is not None}, hidden_rows={6}
    )


def test_a_register_says_the_same_from_a_workbook_a_libreoffice_file_and_google(
    tmp_path: Path, server: Google
) -> None:
    assert differences([sheet()], TYPED, tmp_path, server, ReadOptions(day_first=True)) == []


def test_what_a_csv_file_carries_of_it_says_the_same_from_all_four(tmp_path: Path, server: Google) -> None:
    assert differences([as_texts(sheet())], ALL, tmp_path, server, ReadOptions(day_first=True)) == []


def test_merged_cells_say_the_same_from_a_workbook_and_google(tmp_path: Path, server: Google) -> None:
    merged = sheet()
    merged.merged = [(4, 1, 6, 1), (1, 1, 1, 9)]
    for row in (5, 6):
        del merged.cells[row, 1]
    assert differences([merged], ("xlsx", "google"), tmp_path, server, ReadOptions()) == []


def test_a_difference_would_be_seen(tmp_path: Path, server: Google) -> None:
    changed = sheet()
    changed.cells[4, 1] = Fault("#REF!")
    one, other = (
        said(read(way, [each], tmp_path, server, ReadOptions()), one_sheet=True)
        for way, each in (("xlsx", sheet()), ("google", changed))
    )
    assert one.cases != other.cases


@pytest.mark.parametrize("seed", range(4))
def test_a_random_register_says_the_same_from_all_four(seed: int, tmp_path: Path, server: Google) -> None:
    assert compared(seed, tmp_path, server) == []


@pytest.mark.parametrize(
    "names",
    [("spreadsheets", "get"), ("spreadsheets", "values", "get"), ("spreadsheets", "values", "batchGet")],
)
def test_the_server_of_the_tests_answers_at_the_paths_that_google_documents(names: tuple[str, ...]) -> None:
    path = method("sheets.v4", *names)["path"]
    assert path.startswith("v4/spreadsheets/{spreadsheetId}")
    assert method("drive.v3", "files", "get")["path"] == "files/{fileId}"
    assert document("drive.v3")["servicePath"] == "drive/v3/"


@pytest.mark.parametrize(
    ("schema", "answer", "wrong"),
    [
        ("ValueRange", {"range": "A1", "values": [["x"]]}, []),
        ("ValueRange", {"range": 1}, ["ValueRange.range is int, not string"]),
        ("ValueRange", {"rang": "A1"}, ["ValueRange.rang is not documented"]),
        (
            "Spreadsheet",
            {"sheets": [{"properties": {"sheetType": "PAPER"}}]},
            ["Spreadsheet.sheets[0].properties.sheetType is PAPER"],
        ),
    ],
)
def test_an_answer_that_is_not_as_documented_is_noticed(
    schema: str, answer: dict[str, object], wrong: list[str]
) -> None:
    assert unlike("sheets.v4", schema, answer) == wrong
