"""Make sample_register.xlsx: a complaints register as an office really keeps it, the same cells every time.

Run from the top folder:  python scripts/make_sample.py [FILE]

Most rows are ordinary: `sample/stories.csv` and a fixed seed. The rows of `sample/slips.csv` are written out
one by one, each with the day it was logged and the rules that should speak of it, so that every rule that
needs no memory has something to say on Monday 23 November 2026 at 08:00. Everything is invented.
"""

import csv
import random
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

SEED = 20261122
SAMPLE = Path(__file__).resolve().parent / "sample"
TOP = SAMPLE.parent.parent
FIRST_DAY = date(2025, 9, 22)
LAST_WORKING_DAY = date(2026, 11, 20)
ESTATES_WENT_QUIET = date(2026, 9, 4)

# Days between two complaints of a department, and who handles them.
USUAL_GAP_DAYS = {
    "Repairs": 14,
    "Estates": 12,
    "Lettings": 31,
    "Customer Services": 30,
    "Billing": 31,
    "Digital": 40,
}
OWNERS = {
    "Repairs": ("Amira Khan", "Tom Ashworth", "Joanne Pickles"),
    "Estates": ("Beth Holroyd",),
    "Lettings": ("Peter Lau", "Siobhan O'Dowd"),
    "Customer Services": ("Callum Reid", "Grace Adeyemi"),
    "Billing": ("Nadia Rahman", "Ewan Price"),
    "Digital": ("Zofia Nowak",),
}
BANK_HOLIDAYS = frozenset(
    date.fromisoformat(day)
    for day in (
        *("2025-12-25", "2025-12-26", "2026-01-01", "2026-04-03", "2026-04-06"),
        *("2026-05-04", "2026-05-25", "2026-08-31"),
    )
)

HEADINGS = (
    "Case Owner",
    "Department",
    "Date received",
    "Date followed-up with customer",
    "Resolved and followed up (Y/N)",
    "Customer Name",
    "Ward",
    "Issue",
    "Resolution",
    "Proposed Improvement Idea",
)
WARDS = ("Millbrook", "St Anne's", "Harbour", "Castle", "Northgate", "Elmfield")
PLACES = (
    "Weaver Court",
    "Alder House",
    "Mill Lane",
    "Canal Street",
    "Thornfield",
    "Orchard Close",
    "Foundry Row",
)
YES = ("Y", "Y", "Y", "Y", "Yes", "Y", "Y", "yes", "Y", "Y", "y", "Y", "✓", "Y", "YES", "Y", "Y ")
NO = ("N", "N", "No", "N", "n", "N", "no")


class Row(NamedTuple):
    """One row of the register, in the order of the headings."""

    owner: str | None
    department: str | None
    received: date | str | None
    followed_up: date | str | None
    resolved: str | None
    customer: str | None
    ward: str | None
    issue: str | None
    resolution: str | None
    idea: str | None


def is_working(day: date) -> bool:
    """Return True on a working day of this office."""
    return day.weekday() < 5 and day not in BANK_HOLIDAYS


def working_days_later(day: date, count: int) -> date:
    """Return the working day `count` working days after the day."""
    while count:
        day += timedelta(days=1)
        count -= is_working(day)
    return day


def received_days(department: str, rng: random.Random) -> list[date]:
    """Return the days on which the department logged something, about evenly spread."""
    last = ESTATES_WENT_QUIET if department == "Estates" else LAST_WORKING_DAY
    days, at = [], rng.uniform(0, USUAL_GAP_DAYS[department])
    while (day := FIRST_DAY + timedelta(days=int(at))) <= last:
        days.append(day if is_working(day) or rng.random() < 0.1 else working_days_later(day, 1))
        at += USUAL_GAP_DAYS[department] * rng.uniform(0.5, 1.5)
    return [day for day in days if day <= last]


def follow_up_day(department: str, received: date, rng: random.Random) -> date:
    """Return when the customer was called back: usually in time, in Repairs less often this autumn."""
    late = 0.26 if department == "Repairs" and received >= date(2026, 9, 1) else 0.07
    if rng.random() < late:
        return working_days_later(received, rng.randint(6, 11))
    if rng.random() < 0.16:
        return received
    return working_days_later(received, rng.choice((1, 1, 2, 2, 2, 3, 3, 4, 4, 5)))


def stories() -> dict[str, list[dict[str, str]]]:
    """Return what people complained about in each department, as they would write it."""
    told: dict[str, list[dict[str, str]]] = {department: [] for department in OWNERS}
    with (SAMPLE / "stories.csv").open(encoding="utf-8", newline="") as file:
        for story in csv.DictReader(file):
            told[story["Department"]].append(story)
    return told


def slips() -> list[tuple[date, Row]]:
    """Return the rows written out one by one, each with the day it was logged."""
    with (SAMPLE / "slips.csv").open(encoding="utf-8", newline="") as file:
        return [
            (date.fromisoformat(slip["Logged"]), Row(*(as_cell(slip[text]) for text in HEADINGS)))
            for slip in csv.DictReader(file)
        ]


def as_cell(text: str) -> date | str | None:
    """Return a cell of the slips: 2026-11-02 is a real date, ="2026-11-02" is that text, empty is blank."""
    if len(text) == 10 and text[4] == text[7] == "-":
        return date.fromisoformat(text)
    return text.removeprefix('="').removesuffix('"') or None


def customers(rng: random.Random) -> Iterator[str]:
    """Yield customers without end: each first name and each last name comes once before any comes again."""
    with (SAMPLE / "names.csv").open(encoding="utf-8", newline="") as file:
        names = list(csv.DictReader(file))
    first, last = [name["First"] for name in names], [name["Last"] for name in names]
    while True:
        rng.shuffle(first)
        rng.shuffle(last)
        yield from map(" ".join, zip(first, last, strict=True))


def ordinary_rows(rng: random.Random) -> list[tuple[date, Row]]:
    """Return the rows without a slip in the order received, each with the day it was logged."""
    callers = customers(rng)
    rows = []
    for department, told in stories().items():
        for turn, received in enumerate(received_days(department, rng)):
            story = told[turn % len(told)]
            called = follow_up_day(department, received, rng)
            followed_up = called if called <= LAST_WORKING_DAY else None
            still_open = followed_up is None or (followed_up > date(2026, 11, 9) and rng.random() < 0.4)
            row = Row(
                owner=rng.choice(OWNERS[department]),
                department=department,
                received=received,
                followed_up=followed_up,
                resolved="N" if still_open else "Y",
                customer=next(callers),
                ward=rng.choice(WARDS) if rng.random() < 0.94 else None,
                issue=story["Issue"].format(place=rng.choice(PLACES), n=rng.choice((2, 3, 4, 5))),
                resolution=None if still_open else story["Resolution"],
                idea=(story["Idea"] or None) if turn < len(told) else None,
            )
            rows.append((received, row))
    return sorted(rows, key=lambda pair: pair[0])


def typed_by_hand(row: Row, number: int) -> Row:
    """Return the row with the habits of several typists: spellings of Y, dates as text, stray blanks."""
    spellings = YES if row.resolved == "Y" else NO
    changed: dict[str, str] = {"resolved": spellings[number % len(spellings)]}
    if number % 23 == 11 and isinstance(row.received, date):
        changed["received"] = as_text(row.received, number)
    if number % 31 == 7:
        changed["department"] = f"{row.department} "
    if number % 37 == 20:
        changed["owner"] = str(row.owner).lower()
    return row._replace(**changed)


def as_text(day: date, turn: int) -> str:
    """Return the date as somebody typed it over a cell formatted as text."""
    months = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")
    return (
        f"{day.day:02}/{day.month:02}/{day.year}",
        f"{day.day}/{day.month}/{day.year % 100:02}",
        f"{day.day} {months[day.month - 1]} {day.year}",
        f"{day.day:02}.{day.month:02}.{day.year}",
    )[turn % 4]


def all_rows() -> list[Row]:
    """Return every row of the register in the order it was logged."""
    ordinary = ordinary_rows(random.Random(SEED))
    typed = [(day, typed_by_hand(row, number)) for number, (day, row) in enumerate(ordinary)]
    return [row for _, row in sorted([*typed, *slips()], key=lambda pair: pair[0])]


def write(path: Path) -> int:
    """Write the workbook and return how many complaints it holds."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Register"
    rows = all_rows()
    heading(sheet)
    body(sheet, rows)
    dress(sheet)
    lists(book.create_sheet("Lists"))
    book.properties.creator = "Example Homes"
    book.properties.title = "Customer Issue Reporting"
    book.save(path)
    settle(path)
    return len(rows)


def heading(sheet: Worksheet) -> None:
    """Write the title, the note and the heading row."""
    sheet["A1"] = "Example Homes – Customer Issue Reporting"
    sheet["A1"].font = Font(name="Calibri", size=16, bold=True, color="1F4E5F")
    sheet["A2"] = (
        "Log EVERY complaint, however small. First person to take it owns it. Questions: Dana Hughes, ext 214"
    )
    sheet["A2"].font = Font(name="Calibri", size=10, italic=True, color="666666")
    for number, text in enumerate(HEADINGS, start=1):
        cell = sheet.cell(3, number, text)
        cell.font = Font(name="Calibri", size=11, bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="1F4E5F")
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    sheet.row_dimensions[1].height = 26
    sheet.row_dimensions[3].height = 48


def body(sheet: Worksheet, rows: list[Row]) -> None:
    """Write the complaints, a blank row where a year begins and in two other places, and the totals."""
    at, previous_year = 4, 2025
    for number, row in enumerate(rows):
        year = row.received.year if isinstance(row.received, date) else previous_year
        if year == previous_year + 1 or number in {64, 119}:
            at += 1
        previous_year = max(year, previous_year) if year <= 2026 else previous_year
        for column, value in enumerate(row, start=1):
            put(sheet, at, column, value)
        longest = max(len(row.issue or ""), len(row.resolution or ""), len(row.idea or "") * 46 // 34)
        sheet.row_dimensions[at].height = 14 * max(1, -(-longest // 48))
        at += 1
    sheet.cell(at + 1, 1, "Total").font = Font(name="Calibri", size=11, bold=True)
    sheet.cell(at + 1, 6, len(rows)).font = Font(name="Calibri", size=11, bold=True)


def put(sheet: Worksheet, row: int, column: int, value: object) -> None:
    """Write one cell as this office formats it."""
    line = Side(style="thin", color="D9D9D9")
    cell = sheet.cell(row, column, value)
    cell.font = Font(name="Calibri", size=10)
    cell.border = Border(bottom=line, right=line)
    cell.alignment = Alignment(
        wrap_text=column >= 8, vertical="top", horizontal="center" if column == 5 else None
    )
    if isinstance(value, date):
        cell.number_format = "dd/mm/yyyy"


def dress(sheet: Worksheet) -> None:
    """Set widths, panes, filter, printing and the dropdowns."""
    for number, width in enumerate((18, 18, 12, 14, 13, 20, 12, 46, 46, 34), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "B4"
    sheet.sheet_view.zoomScale = 90
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "3:3"
    sheet.oddFooter.center.text = "Page &P of &N"
    for cells, source in (("B4:B400", "Lists!$A$2:$A$7"), ("E4:E400", '"Y,N"')):
        rule = DataValidation(type="list", formula1=source, allow_blank=True, errorStyle="warning")
        sheet.add_data_validation(rule)
        rule.add(cells)


def lists(sheet: Worksheet) -> None:
    """Write the second sheet, which the dropdowns use."""
    sheet["A1"], sheet["C1"] = "Departments", "Wards"
    for column, values in ((1, list(OWNERS)), (3, list(WARDS))):
        sheet.cell(1, column).font = Font(name="Calibri", size=11, bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = 20
        for number, value in enumerate(values, start=2):
            sheet.cell(number, column, value)


def settle(path: Path) -> None:
    """Rewrite the file with fixed times, so that the same cells give the same bytes."""
    with zipfile.ZipFile(path) as made:
        parts = [(name, made.read(name)) for name in made.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as settled:
        for name, content in parts:
            info = zipfile.ZipInfo(name, (2026, 11, 20, 16, 52, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            settled.writestr(info, without_times(content) if name == "docProps/core.xml" else content)


def without_times(core: bytes) -> bytes:
    """Return the document properties with the office's own times in place of now."""
    text = core.decode("utf-8")
    for tag, moment in (("created", "2025-09-22T08:12:00Z"), ("modified", "2026-11-20T16:52:00Z")):
        head, _, rest = text.partition(f"<dcterms:{tag}")
        kind, _, rest = rest.partition(">")
        _, _, tail = rest.partition(f"</dcterms:{tag}>")
        text = f"{head}<dcterms:{tag}{kind}>{moment}</dcterms:{tag}>{tail}"
    return text.encode("utf-8")


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TOP / "sample_register.xlsx"
    print(f"{target.name}: {write(target)} complaints")
