"""What .xls, .xlsb and .ods say beside their values: the same as an .xlsx would."""

import io
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from xlwt.CompoundDoc import XlsDoc

from complaints_sheet.core.model import BadCell
from complaints_sheet.sources.compound_file import stream
from complaints_sheet.sources.old_scans import scan_old
from tests.files.making import ORDINARY, complaint, customers, register, saved
from tests.files.xlsb import xlsb
from tests.ugly.files import ods, xls
from tests.ugly.truth import Fault, Sheet

ROWS = (
    *ORDINARY,
    (Fault("#N/A"), "Repairs", Fault("#REF!"), None, "Y", "Vera Doyle", "Bins missed", "Collected", None),
)
THREE_AND_VERA = ["Priya Shah", "George Frost", "Maya Lewis", "Vera Doyle"]


def sheet() -> Sheet:
    cells = {(down, across): value for down, row in enumerate(ROWS, 1) for across, value in enumerate(row, 1)}
    filled = {place: value for place, value in cells.items() if value is not None}
    return Sheet("Register", filled, hidden_rows={3})


OLD: dict[str, Callable[[], bytes]] = {
    ".xls": lambda: xls([sheet()], random.Random(0)),
    ".ods": lambda: ods([sheet()], random.Random(0)),
    ".xlsb": lambda: xlsb(ROWS, hidden=frozenset({3})),
}


@pytest.mark.parametrize("ending", OLD)
def test_values_errors_and_hidden_rows_are_read_from_every_old_format(ending: str, tmp_path: Path) -> None:
    found = register(saved(tmp_path, OLD[ending](), f"register{ending}"))
    assert customers(found) == THREE_AND_VERA
    assert found.cases[0].day("received_on") == ORDINARY[1][2]
    assert {name: (each.kind, each.seen) for name, each in found.cases[3].problems.items()} == {
        "case_owner": ("error", "#N/A"),
        "received_on": ("error", "#REF!"),
    }
    assert "hidden" in " ".join((*found.notes, *found.layouts[0].notes))


@pytest.mark.parametrize("ending", OLD)
def test_a_scan_of_broken_bytes_ends(ending: str) -> None:
    content, rng = OLD[ending](), random.Random(6)
    survived = 0
    for _ in range(60):
        broken = bytearray(content)
        at = rng.randrange(len(broken))
        broken[at : at + 20] = rng.randbytes(20)
        try:
            scan_old(bytes(broken))
        except Exception:  # the child process says nothing of such a file's errors and reads on
            continue
        survived += 1
    assert survived


@pytest.mark.parametrize(
    "length", [5_000, 70_000, 8_000_000], ids=["small", "usual", "with a table of tables"]
)
def test_the_workbook_is_taken_whole_out_of_its_container(length: int) -> None:
    inside, held = random.Random(7).randbytes(length), io.BytesIO()
    XlsDoc().save(held, inside)
    assert stream(held.getvalue(), ("Workbook",))[:length] == inside


def test_a_formula_without_a_value_in_an_ods_is_said(tmp_path: Path) -> None:
    content = ods(
        [Sheet("Register", {(1, 1): "Issue", (2, 1): complaint()[6], (2, 2): Fault("#N/A")})],
        random.Random(0),
    )
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = archive.read("content.xml").decode("utf-8")
    xml = xml.replace('office:value-type="string" office:string-value="" ', "").replace(
        "<text:p>#N/A</text:p>", ""
    )
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("content.xml", xml)
    assert scan_old(held.getvalue())["Register"].bad == {(2, 2): BadCell("not calculated", "=#N/A")}
