"""Files that are not read: each is refused with exit code 3, says why, and says what to do next."""

import gzip
import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from complaints_sheet.errors import SourceError
from tests.files.making import (
    HEADINGS,
    ORDINARY,
    complaint,
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

GOOD = workbook({"Register": ORDINARY})
SHEET = "xl/worksheets/sheet1.xml"


def encrypted_package() -> bytes:
    """Return a compound file as Office writes it for a workbook with a password."""
    from xlwt.CompoundDoc import XlsDoc

    held = io.BytesIO()
    XlsDoc().save(held, b"\0" * 5000)
    name = "Workbook".encode("utf-16-le")
    return held.getvalue().replace(
        name + b"\0\0", "EncryptedPackage".encode("utf-16-le")[: len(name) + 2]
    ) + ("EncryptedPackage".encode("utf-16-le"))


def zip_bomb() -> bytes:
    zeros = b"<row/>" * (8 << 20)
    return with_part(GOOD, SHEET, zeros)


def entity_bomb() -> bytes:
    lol = '<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;">]>'
    sheet = part_of(GOOD, SHEET).decode("utf-8")
    head, _, rest = sheet.partition("<worksheet")
    return with_part(GOOD, SHEET, f"{head}{lol}<worksheet{rest}".encode())


def same_part_twice() -> bytes:
    held = io.BytesIO()
    other = SHEET.replace("sheet1", "sheet9")
    with zipfile.ZipFile(held, "w") as archive:
        for name in (*zipfile.ZipFile(io.BytesIO(GOOD)).namelist(), other):
            archive.writestr(name, part_of(GOOD, SHEET if name == other else name))
    return held.getvalue().replace(other.encode(), SHEET.encode())


def broken_xml() -> bytes:
    return with_part(GOOD, SHEET, part_of(GOOD, SHEET)[:500])


def lock_file() -> bytes:
    """Return what Excel keeps beside an open workbook: who has it open."""
    return struct.pack("B", 4) + b"Dana" + b" " * 49 + "\x04Dana".encode("utf-16-le") + b"\0" * 99


def word_document() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return held.getvalue()


def other_zip() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("photo.txt", "a photo")
    return held.getvalue()


def half_saved() -> bytes:
    """Return a new beginning with an old end, as a sync client leaves it."""
    newer = workbook({"Register": (*ORDINARY, *(complaint(f"Customer {number}") for number in range(40)))})
    return newer[: len(newer) // 2] + GOOD[len(GOOD) // 2 :]


REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "zero bytes": ("register.xlsx", lambda: b"", "is empty"),
    "nothing but zeros, as a failed sync leaves it": ("register.xlsx", lambda: b"\0" * 4096, "is empty"),
    "a password on an .xlsx": ("register.xlsx", encrypted_package, "password-protected"),
    "a password on an .xls": (
        "register.xls",
        lambda: old_workbook(ORDINARY, password=True),
        "password-protected",
    ),
    "a password on an .ods": (
        "register.ods",
        lambda: open_document(ORDINARY, password=True),
        "password-protected",
    ),
    "cut off in the middle": ("register.xlsx", lambda: GOOD[: len(GOOD) * 6 // 10], "damaged"),
    "the end filled with zeros": ("register.xlsx", lambda: GOOD[:-900] + b"\0" * 900, "damaged"),
    "half saved by a sync client": ("register.xlsx", half_saved, "damaged"),
    "an .xls cut off": ("register.xls", lambda: old_workbook(ORDINARY)[:3000], "cut off"),
    "an .ods cut off": ("register.ods", lambda: open_document(ORDINARY)[:1200], "damaged"),
    "no workbook part inside": ("register.xlsx", lambda: with_part(GOOD, "xl/workbook.xml", None), "damaged"),
    "the sheet's part is missing": ("register.xlsx", lambda: with_part(GOOD, SHEET, None), "damaged"),
    "the sheet's XML breaks off": ("register.xlsx", broken_xml, "damaged"),
    "the same part twice": ("register.xlsx", same_part_twice, "damaged"),
    "a zip bomb": ("register.xlsx", zip_bomb, "refused"),
    "an XML bomb": ("register.xlsx", entity_bomb, "refused"),
    "a web page named .xls": (
        "export.xls",
        lambda: b"<html><body><table><tr><td>Issue</td></tr></table>",
        "web page",
    ),
    "an XML file named .xls": ("export.xls", lambda: b'<?xml version="1.0"?><rows><row/></rows>', "XML"),
    "XML Spreadsheet 2003": (
        "export.xls",
        lambda: b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
        "XML Spreadsheet 2003",
    ),
    "a PDF": ("register.xlsx", lambda: b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
    "a photo": ("register.xlsx", lambda: b"\xff\xd8\xff\xe0" + bytes(range(256)), "a picture"),
    "a Word document": ("register.xlsx", word_document, "Word"),
    "a zip file of something else": ("register.xlsx", other_zip, "zip file"),
    "a compressed archive": ("register.csv", lambda: gzip.compress(b"a,b"), "archive"),
    "bytes of no kind": ("register.xlsx", lambda: bytes(range(32)) * 40, "not a workbook"),
    "Excel's own lock file": ("register.xlsx", lock_file, ""),
    "no worksheet looks like a register": (
        "register.xlsx",
        lambda: workbook({"Notes": [("Milk", "Bread"), (1, 2)]}),
        "heading",
    ),
    "a text without a table": (
        "register.csv",
        lambda: b"Dear Dana,\nplease find the register attached.\n",
        "heading",
    ),
    "an empty worksheet": ("register.xlsx", lambda: workbook({"Register": ()}), "is empty"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do_next(name: str, tmp_path: Path) -> None:
    file_name, content, said = REFUSED[name]
    path = saved(tmp_path, content(), file_name)
    with pytest.raises(SourceError) as stopped:
        register(path)
    assert said in stopped.value.message
    assert file_name in stopped.value.message
    assert len(stopped.value.next_step) > 20
    assert stopped.value.exit_code == 3


def test_a_missing_file_is_named_with_the_nearest_name_in_its_folder(tmp_path: Path) -> None:
    saved(tmp_path, GOOD, "Complaints register 2026.xlsx")
    with pytest.raises(SourceError, match=r"There is no file .*Complaints register 2026\.xlsx\."):
        register(tmp_path / "Complaints regster 2026.xlsx")


def test_a_folder_is_not_a_register_but_its_files_can_be_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is a folder") as stopped:
        register(tmp_path)
    assert "*.xlsx" in stopped.value.next_step


def test_a_glob_that_matches_nothing_says_where_to_look(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No file matches"):
        register(tmp_path / "*.xlsx")


def test_two_columns_for_one_field_are_named_and_nothing_is_judged(tmp_path: Path) -> None:
    rows = [(*HEADINGS, "Date received"), (*complaint(), "03/11/2026")]
    with pytest.raises(SourceError) as stopped:
        register(saved(tmp_path, workbook({"Register": rows})))
    assert "Date received" in stopped.value.message
    assert "columns" in stopped.value.next_step


def test_a_worksheet_that_is_not_there_is_named_with_the_nearest_one(tmp_path: Path) -> None:
    path = saved(tmp_path, workbook({"Complaints 2026": ORDINARY}))
    with pytest.raises(SourceError, match="no worksheet called Complaint 2026") as stopped:
        register(path, sheet="Complaint 2026")
    assert "Complaints 2026" in stopped.value.message + stopped.value.next_step


def test_a_table_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no table or named range called Register"):
        register(saved(tmp_path, GOOD), table="Register")


@pytest.mark.parametrize(
    ("limits", "named"), [({"rows": 100}, "rows"), ({"columns": 30}, "columns")], ids=["rows", "columns"]
)
@pytest.mark.parametrize("ending", [".xlsx", ".csv", ".xls", ".ods"])
def test_a_register_beyond_a_limit_names_the_setting_to_raise(
    limits: dict[str, int], named: str, ending: str, tmp_path: Path
) -> None:
    rows = [(*complaint(f"Customer {number}"), *"abcdefghijklmnopqrstuvwxyzabcd") for number in range(120)]
    content = {
        ".xlsx": lambda: workbook({"Register": rows}),
        ".csv": lambda: text_table(rows).encode(),
        ".xls": lambda: old_workbook(rows),
        ".ods": lambda: open_document(rows),
    }[ending]()
    with pytest.raises(SourceError, match="the limit is") as stopped:
        readings(saved(tmp_path, content, f"register{ending}"), limits=limits)
    assert f"limits: {{{named}: " in stopped.value.next_step


def test_a_workbook_that_unpacks_beyond_the_limit_names_the_setting(tmp_path: Path) -> None:
    big = with_part(GOOD, "xl/media/photo.bin", bytes(range(256)) * 8192, zipfile.ZIP_STORED)
    with pytest.raises(SourceError, match="unpack") as stopped:
        readings(saved(tmp_path, big), limits={"unpacked_mb": 1})
    assert "unpacked_mb" in stopped.value.next_step


def test_no_message_holds_what_a_cell_says(tmp_path: Path) -> None:
    rows = [("Surname", "Secret"), ("Winterbottom", "a private matter")]
    with pytest.raises(SourceError) as stopped:
        register(saved(tmp_path, workbook({"Register": rows})))
    assert "Winterbottom" not in stopped.value.message + stopped.value.next_step
