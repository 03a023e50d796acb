"""Files that are read in spite of what is odd about them, and never otherwise than they say."""

import os
import random
import threading
import time
from pathlib import Path

import pytest

from complaints_sheet.errors import SourceError
from tests.files.making import (
    HEADINGS,
    ORDINARY,
    complaint,
    customers,
    old_workbook,
    open_document,
    part_of,
    readings,
    register,
    saved,
    text_table,
    with_part,
    workbook,
)
from tests.ugly.truth import Sheet
from tests.ugly.xlsx import Manner, xlsx

GOOD = workbook({"Register": ORDINARY})
THREE = ["Priya Shah", "George Frost", "Maya Lewis"]
MANY = (HEADINGS, *(complaint(f"Customer {number}", issue=f"Issue {number}") for number in range(300)))


def own_workbook(how: Manner) -> bytes:
    cells = {
        (down, across): value for down, row in enumerate(ORDINARY, 1) for across, value in enumerate(row, 1)
    }
    filled = {place: value for place, value in cells.items() if value is not None}
    return xlsx([Sheet("Register", filled)], random.Random(0), how)


READ = {
    "register.xlsx": lambda: GOOD,
    "register.xlsm": lambda: GOOD,
    "register.xls": lambda: old_workbook(ORDINARY),
    "register.ods": lambda: open_document(ORDINARY),
    "utf8.csv": lambda: text_table(ORDINARY).encode("utf-8"),
    "utf8-marked.csv": lambda: text_table(ORDINARY).encode("utf-8-sig"),
    "utf16.csv": lambda: text_table(ORDINARY, "\t").encode("utf-16"),
    "utf16-unmarked.csv": lambda: text_table(ORDINARY, "\t").encode("utf-16-le"),
    "cp1252.csv": lambda: text_table(ORDINARY, ";").replace("Priya", "Zoë").encode("cp1252"),
    "semicolons.csv": lambda: text_table(ORDINARY, ";").encode("utf-8"),
    "tabs.txt": lambda: text_table(ORDINARY, "\t").encode(),
    "separator-said.csv": ("sep=;\r\n" + text_table(ORDINARY, ";")).encode,
    "prefixed.xlsx": lambda: own_workbook(Manner(prefix="x")),
    "strict.xlsx": lambda: own_workbook(Manner(strict=True)),
    "from-1904.xlsx": lambda: own_workbook(Manner(from_1904=True)),
    "inline.xlsx": lambda: own_workbook(Manner(inline=True)),
    "broken-styles.xlsx": lambda: with_part(GOOD, "docProps/core.xml", b"<broken"),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_every_kind_of_file_gives_the_same_cases(name: str, tmp_path: Path) -> None:
    found = register(saved(tmp_path, READ[name](), name))
    assert [each.replace("Zoë", "Priya") for each in customers(found)] == THREE
    assert [case.day("received_on") for case in found.cases] == [ORDINARY[1][2]] * 3
    assert [case.yes("resolved") for case in found.cases] == [True] * 3


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("register.xlsx", old_workbook(ORDINARY), "old Excel workbook"),
        ("register.xls", GOOD, ""),
        ("register.xls", text_table(ORDINARY).encode(), "CSV"),
        ("register.xlsx", text_table(ORDINARY, "\t").encode("utf-16"), "CSV"),
        ("register.csv", GOOD, ""),
    ],
    ids=["xls named xlsx", "xlsx named xls", "csv named xls", "utf-16 named xlsx", "xlsx named csv"],
)
def test_a_file_under_a_wrong_name_is_read_as_what_it_is_and_that_is_said(
    name: str, content: bytes, said: str, tmp_path: Path
) -> None:
    found = register(saved(tmp_path, content, name))
    assert customers(found) == THREE
    assert said in " ".join(found.notes)


def test_a_flipped_bit_is_refused_or_changes_nothing(tmp_path: Path) -> None:
    content, rng = workbook({"Register": MANY}), random.Random(1)
    truth = _everything(readings(saved(tmp_path, content)))
    silent = []
    for turn in range(150):
        at, bit = rng.randrange(len(content)), rng.randrange(8)
        flipped = bytearray(content)
        flipped[at] ^= 1 << bit
        path = saved(tmp_path, bytes(flipped), f"flipped-{turn}.xlsx")
        try:
            found = _everything(readings(path))
        except SourceError:
            continue
        if found != truth:
            silent.append((at, bit))
    assert silent == []


def _everything(found: tuple) -> list:
    return [
        (table.sheet, table.first_row, [list(row) for row in table.rows])
        for each in found
        for table in each.tables
    ]


def refusal(path: Path) -> SourceError | None:
    """Return why the register is refused, or None where it is read."""
    try:
        register(path)
    except SourceError as stopped:
        return stopped
    return None


def test_broken_bytes_end_in_a_reading_or_a_plain_refusal_and_in_nothing_else(tmp_path: Path) -> None:
    rng = random.Random(2)
    for content, name in ((GOOD, "a.xlsx"), (text_table(ORDINARY).encode(), "a.csv"), (b"", "b.csv")):
        for _ in range(60):
            broken = bytearray(content)
            for _ in range(rng.randint(1, 20)):
                at = rng.randint(0, len(broken))
                broken[at : at + rng.randint(0, 30)] = rng.randbytes(rng.randint(0, 30))
            said = refusal(saved(tmp_path, bytes(broken), name))
            assert said is None or said.next_step


def test_a_broken_old_workbook_ends_in_a_plain_refusal_too(tmp_path: Path) -> None:
    rng = random.Random(3)
    for content, name in ((old_workbook(ORDINARY), "a.xls"), (open_document(ORDINARY), "a.ods")):
        for _ in range(3):
            broken = bytearray(content)
            at = rng.randrange(700, len(broken) - 100)
            broken[at : at + 60] = rng.randbytes(60)
            said = refusal(saved(tmp_path, bytes(broken), name))
            assert said is None or said.next_step


def test_a_million_formatted_empty_rows_are_read_in_a_blink(tmp_path: Path) -> None:
    sheet = part_of(GOOD, "xl/worksheets/sheet1.xml").decode("utf-8")
    styled = "".join(f'<row r="{row}" s="1" customFormat="1"/>' for row in range(5, 1_048_577))
    padded = sheet.replace("</sheetData>", f"{styled}</sheetData>").encode("utf-8")
    path = saved(tmp_path, with_part(GOOD, "xl/worksheets/sheet1.xml", padded))
    before = time.process_time()
    found = register(path)
    assert customers(found) == THREE
    assert time.process_time() - before < 5


def test_a_million_formatted_empty_cells_are_read_as_nothing(tmp_path: Path) -> None:
    sheet = part_of(GOOD, "xl/worksheets/sheet1.xml").decode("utf-8")
    styled = "".join(f'<row r="{row}"><c r="A{row}" s="0"/></row>' for row in range(5, 300_000))
    padded = sheet.replace("</sheetData>", f"{styled}</sheetData>").encode("utf-8")
    found = register(saved(tmp_path, with_part(GOOD, "xl/worksheets/sheet1.xml", padded)))
    assert customers(found) == THREE
    assert found.rows == 3


def test_lock_and_temporary_files_beside_the_register_are_never_read(tmp_path: Path) -> None:
    saved(tmp_path, GOOD, "repairs.xlsx")
    for name in (
        "~$repairs.xlsx",
        ".~lock.repairs.xlsx#",
        "repairs.xlsx.tmp",
        ".hidden.xlsx",
        "._repairs.xlsx",
    ):
        saved(tmp_path, b"\x04Dana", name)
    assert [Path(each.source).name for each in readings(tmp_path / "*")] == ["repairs.xlsx"]


@pytest.mark.parametrize(
    "copy",
    [
        "register (Dana's conflicted copy 2026-11-20).xlsx",
        "register (1).xlsx",
        "register - Copy.xlsx",
        "Copy of register.xlsx",
        "register_conflict-20261120-101500.xlsx",
        "register-FRONTDESK.xlsx",
    ],
)
def test_a_conflicted_copy_beside_the_register_is_said_and_not_read(copy: str, tmp_path: Path) -> None:
    saved(tmp_path, workbook({"Register": (HEADINGS, complaint("Somebody Else"))}), copy)
    found = register(saved(tmp_path, GOOD))
    assert customers(found) == THREE
    assert copy in " ".join(found.notes)


def test_a_conflicted_copy_is_not_read_through_a_glob_either(tmp_path: Path) -> None:
    saved(tmp_path, workbook({"Register": (HEADINGS, complaint("Somebody Else"))}), "register (1).xlsx")
    saved(tmp_path, GOOD)
    found = register(tmp_path / "*.xlsx")
    assert customers(found) == THREE
    assert "register (1).xlsx" in " ".join(found.notes)


def test_a_file_that_is_being_replaced_is_waited_for(tmp_path: Path) -> None:
    path = saved(tmp_path, GOOD)
    aside = saved(tmp_path, GOOD, "aside")
    path.unlink()
    turn = threading.Timer(0.4, os.replace, (aside, path))
    turn.start()
    found = register(path)
    turn.join()
    assert customers(found) == THREE


def test_reading_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = saved(tmp_path, GOOD)
    before = (path.read_bytes(), path.stat().st_mtime_ns, sorted(each.name for each in tmp_path.iterdir()))
    register(path)
    assert (
        path.read_bytes(),
        path.stat().st_mtime_ns,
        sorted(each.name for each in tmp_path.iterdir()),
    ) == before


def test_a_file_that_is_written_over_and_over_is_never_read_as_a_mixture(tmp_path: Path) -> None:
    one = workbook({"Register": (HEADINGS, *(complaint("Priya Shah") for _ in range(40)))})
    other = workbook({"Register": (HEADINGS, *(complaint("George Frost") for _ in range(400)))})
    path, until = saved(tmp_path, one), time.monotonic() + 2

    def write() -> None:
        while time.monotonic() < until:
            for content in (one, other):
                with path.open("wb") as file:
                    file.write(content[:3000])
                    file.flush()
                    time.sleep(0.01)
                    file.write(content[3000:])
                time.sleep(0.15)

    writer = threading.Thread(target=write)
    writer.start()
    seen = []
    while time.monotonic() < until:
        try:
            seen.append(customers(register(path)))
        except SourceError:
            continue
    writer.join()
    assert seen
    assert all(found in (["Priya Shah"] * 40, ["George Frost"] * 400) for found in seen)
