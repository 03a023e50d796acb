"""Making registers and broken files for tests, each from plain rows."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from openpyxl import Workbook

from complaints_sheet.core.cases import ReadOptions, register_from
from complaints_sheet.core.fields import NINE
from complaints_sheet.core.model import Reading, Register
from complaints_sheet.sources import excel
from tests.files.both import same_in_google

HEADINGS = tuple(each.heading for each in NINE)

Row = Sequence[object]

RC4_PASSWORD = b"\x2f\x00\x36\x00" + b"\x01\x00\x01\x00\x01\x00" + bytes(range(48))  # what Excel writes


def complaint(
    customer: str = "Priya Shah",
    received: object = date(2026, 11, 2),
    followed_up: object = date(2026, 11, 4),
    resolved: object = "Y",
    issue: object = "Boiler losing pressure",
) -> tuple[object, ...]:
    """Return one ordinary complaint in the order of the nine headings."""
    return (
        "Amira Khan",
        "Repairs",
        received,
        followed_up,
        resolved,
        customer,
        issue,
        "Vessel replaced",
        None,
    )


ORDINARY = (HEADINGS, complaint("Priya Shah"), complaint("George Frost"), complaint("Maya Lewis"))


def workbook(sheets: Mapping[str, Sequence[Row]], change: Callable[[Workbook], None] | None = None) -> bytes:
    """Return an .xlsx with these worksheets; `change` may alter the workbook before it is saved."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    if change:
        change(book)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def saved(folder: Path, content: bytes, name: str = "register.xlsx") -> Path:
    """Return the path of a file with this content."""
    path = folder / name
    path.write_bytes(content)
    return path


def readings(path: Path, **settings: object) -> tuple[Reading, ...]:
    """Return the file as the Excel source reads it."""
    return excel.read(excel.Settings.model_validate({"kind": "excel", "path": path, **settings}))


def register(path: Path, options: ReadOptions | None = None, **settings: object) -> Register:
    """Return the register in the file."""
    return register_from(readings(path, **settings), options or ReadOptions())


def register_of(
    folder: Path, rows: Sequence[Row], change: Callable[[Workbook], None] | None = None, **settings: object
) -> Register:
    """Return the register of a workbook with these rows on its one worksheet; in Google it is the same."""
    found = register(saved(folder, workbook({"Register": rows}, change)), **settings)
    if change is None and not settings:
        same_in_google(found, "Register", rows)
    return found


def customers(found: Register) -> list[str]:
    """Return the customers of the cases, in order."""
    return [case.text("customer_name") for case in found.cases]


def with_part(content: bytes, name: str, part: bytes | None, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return the zipped workbook with one part put in place of the old one, or taken out."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(held, "w", packing) as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry.filename, old.read(entry))
        if part is not None:
            new.writestr(name, part)
    return held.getvalue()


def part_of(content: bytes, name: str) -> bytes:
    """Return one part of a zipped workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


def old_workbook(rows: Sequence[Row], password: bool = False) -> bytes:
    """Return an .xls with these rows; with a password it says so where Excel would."""
    import xlwt
    from xlwt.CompoundDoc import XlsDoc

    book = xlwt.Workbook()
    sheet = book.add_sheet("Register")
    day = xlwt.easyxf(num_format_str="dd/mm/yyyy")
    for down, row in enumerate(rows):
        for across, value in enumerate(row):
            if isinstance(value, date):
                sheet.write(down, across, value, day)
            elif value is not None:
                sheet.write(down, across, value)
    stream = book.get_biff_data()
    if password:
        first = 4 + int.from_bytes(stream[2:4], "little")
        stream = stream[:first] + RC4_PASSWORD + stream[first:]
    held = io.BytesIO()
    XlsDoc().save(held, stream)
    return held.getvalue()


def open_document(rows: Sequence[Row], password: bool = False) -> bytes:
    """Return an .ods with these rows; with a password its manifest says so."""
    import random

    from tests.ugly.files import ods
    from tests.ugly.truth import Sheet

    cells = {(down, across): value for down, row in enumerate(rows, 1) for across, value in enumerate(row, 1)}
    filled = {place: value for place, value in cells.items() if value is not None}
    content = ods([Sheet("Register", filled)], random.Random(0))
    if not password:
        return content
    manifest = part_of(content, "META-INF/manifest.xml").decode("utf-8")
    locked = (
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">'
        '<manifest:encryption-data manifest:checksum-type="SHA1/1K" manifest:checksum="AAAA">'
        '<manifest:algorithm manifest:algorithm-name="Blowfish CFB" manifest:initialisation-vector="AAAA"/>'
        "</manifest:encryption-data></manifest:file-entry></manifest:manifest>"
    )
    return with_part(
        content, "META-INF/manifest.xml", manifest.replace("</manifest:manifest>", locked).encode()
    )


def text_table(rows: Sequence[Row], separator: str = ",") -> str:
    """Return the rows as a CSV text, dates as a British Excel writes them."""
    import csv

    held = io.StringIO(newline="")
    for row in rows:
        csv.writer(held, delimiter=separator).writerow(
            [f"{value:%d/%m/%Y}" if isinstance(value, date) else value for value in row]
        )
    return held.getvalue()
