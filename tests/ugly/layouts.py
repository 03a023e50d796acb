"""One worksheet of an ugly register: where things stand on it, and the truth of every row and column."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tests.ugly import headings
from tests.ugly.dates import MONTHS
from tests.ugly.truth import Expected, Formula, Sheet, SheetTruth

Filled = Mapping[str, tuple[object, Expected]]
"""A complaint as typed: by field, what stands in the cell and its truth."""

TITLES = (
    "Example Homes",
    "Complaints register 2025/26",
    "Please fill in the case owner and the date received for EVERY complaint, however small.",
    "Customer Issue Reporting",
    "Do not sort!",
    "Questions: ext 214",
    "v3 final (2)",
)
NOTES = (
    "* Calls after 5pm are logged the next day",
    "Last updated 20/11/2026 by Tom",
    "Remember: the first person to take it owns it",
    "End of register",
    "NB yellow rows are with the ombudsman",
)
TOTALS = ("Total", "Totals:", "TOTAL", "Total complaints", "Grand total", "Sub-total")
REMARKS = ("chase!", "see file", "done?", "dup?", "SM to check")


@dataclass(slots=True)
class Look:
    """How one worksheet is laid out."""

    fields: list[str]
    exact: bool  # headings as in the procedure
    two_lines: bool = False
    bands: bool = False
    titles: int = 0
    left: int = 0  # empty columns before the table
    shuffled: bool = False
    blank_columns: int = 0
    extras: int = 0
    spoilt: float = 0.0
    misspelt: bool = False
    hint: str = ""  # "dd/mm/yyyy" on the date headings
    gap_rows: float = 0.0
    sections: bool = False
    repeated_heading: bool = False
    second_block: bool = False
    totals: bool = False
    notes: int = 0
    prefilled: bool = False
    remarks: bool = False
    hidden_rows: bool = False
    hidden_column: bool = False
    merges: bool = True
    quirks: list[str] = field(default_factory=list)


DATE_FIELDS = ("received_on", "followed_up_on", "acknowledged_on")


class Page:
    """A worksheet while it is being filled, from top to bottom."""

    def __init__(self, name: str, look: Look, rng: random.Random) -> None:
        self.sheet = Sheet(name)
        self.truth = SheetTruth()
        self.look = look
        self.rng = rng
        self.row = 1
        self.columns: dict[str, int] = {}
        self.extra: dict[int, str] = {}
        self.width = 0
        self.first = 1

    def fill(self, complaints: Sequence[Filled], months: Sequence[date | None]) -> None:
        """Write everything: titles, headings, complaints, and what stands between and below them."""
        self.titles()
        self.heading()
        half = len(complaints) // 2
        month = ""
        for number, (complaint, day) in enumerate(zip(complaints, months, strict=True)):
            if self.look.sections and day and month != (month := f"{MONTHS[day.month - 1]} {day.year}"):
                self.other_row({self.first: month})
            if number == half and self.look.repeated_heading:
                self.other_row(dict(self.labels))
            if number == half and self.look.second_block:
                self.second_block()
            if self.rng.random() < self.look.gap_rows:
                self.row += self.rng.choice((1, 1, 2))
            self.complaint(complaint)
        self.below()
        if self.look.hidden_column:
            self.sheet.hidden_columns.add(self.rng.choice(sorted(self.columns.values())))

    def titles(self) -> None:
        """Write title rows above the heading."""
        for _ in range(self.look.titles):
            draw = self.rng.random()
            if draw < 0.6:
                self.put(self.row, self.rng.choice((1, 1, 2)), self.rng.choice(TITLES))
            elif draw < 0.75:
                self.put(self.row, 1, "Owner:")
                self.put(self.row, 2, "Repairs team")
            elif draw < 0.85:
                self.put(self.row, 1, "Updated")
                self.put(self.row, 3, "20 Nov 2026")
            self.row += 1

    def heading(self) -> None:
        """Choose the columns and write the heading, in one line or two."""
        self.place_columns()
        if self.look.two_lines:
            self.two_lines()
        else:
            if self.look.bands:
                self.bands()
            self.labels = {column: self.label(name) for name, column in self.columns.items()} | self.extra
            for column, text in self.labels.items():
                self.put(self.row, column, text)
        self.row += 1

    def place_columns(self) -> None:
        """Give each field and each extra column its place."""
        names: list[str | None] = list(self.look.fields)
        if self.look.shuffled:
            self.rng.shuffle(names)
        extras = [self.rng.choice(headings.EXTRA) for _ in range(self.look.extras)]
        for text in extras:
            names.insert(self.rng.randint(0, len(names)), f"extra:{text}")
        for _ in range(self.look.blank_columns):
            names.insert(self.rng.randint(1, len(names) - 1), None)
        self.first = 1 + self.look.left
        self.columns, self.extra = {}, {}
        for column, name in enumerate(names, self.first):
            if name and name.startswith("extra:"):
                self.extra[column] = name[6:]
            elif name:
                self.columns[name] = column
        self.width = self.first + len(names) - 1

    def label(self, name: str) -> str:
        """Return the heading of a field as it is spelt on this worksheet."""
        text = headings.EXACT[name] if self.look.exact else self.rng.choice(headings.CLEAR[name])
        if self.look.misspelt and headings.MISSPELT[name] and self.rng.random() < 0.3:
            text = self.rng.choice(headings.MISSPELT[name])
            self.truth.near_misses.append(text)
        elif self.rng.random() < self.look.spoilt:
            text = headings.spoil(text, self.rng)
        if self.look.hint and name in DATE_FIELDS:
            text = f"{text} ({self.look.hint})"
        return text

    def two_lines(self) -> None:
        """Write the heading over two rows, "Date" merged over neighbouring date columns."""
        self.labels = dict(self.extra)
        for name, column in self.columns.items():
            upper, lower = headings.TWO_LINES[name]
            self.put(self.row, column, upper or None)
            self.put(self.row + 1, column, lower)
            self.labels[column] = f"{upper} {lower}".strip()
        for column, text in self.extra.items():
            self.put(self.row + 1, column, text)
        pair = sorted(self.columns.get(name, 0) for name in ("received_on", "acknowledged_on"))
        if self.look.merges and pair[0] and pair[1] - pair[0] == 1:
            self.put(self.row, pair[1], None)
            self.sheet.merged.append((self.row, pair[0], self.row, pair[1]))
        self.row += 1

    def bands(self) -> None:
        """Write a band of merged words above the heading."""
        column = self.first
        for text in self.rng.sample(headings.BANDS, 3):
            last = min(self.width, column + self.rng.randint(1, 3))
            if column > self.width:
                break
            self.put(self.row, column, text)
            if self.look.merges and last > column:
                self.sheet.merged.append((self.row, column, self.row, last))
            column = last + 1
        self.row += 1

    def second_block(self) -> None:
        """Begin a second table below the first, with its columns in another order."""
        self.row += 2
        self.other_row({self.first: "Complaints by letter"})
        self.look.shuffled = True
        at = self.row
        self.heading()
        self.truth.not_cases.update(range(at, self.row))

    def other_row(self, cells: Mapping[int, object]) -> None:
        """Write a row that is not a complaint."""
        for column, value in cells.items():
            self.put(self.row, column, value)
        self.truth.not_cases.add(self.row)
        self.row += 1

    def complaint(self, complaint: Filled) -> None:
        """Write one complaint and note its truth."""
        truths = {}
        for name, column in self.columns.items():
            value, truth = complaint[name]
            self.put(self.row, column, value)
            truths[name] = truth
        for column in self.extra:
            if self.rng.random() < 0.5:
                self.put(
                    self.row,
                    column,
                    self.rng.choice(("Harbour", 12, "07700 900123", date(2026, 1, 5).isoformat())),
                )
        if self.look.remarks and self.rng.random() < 0.1:
            self.put(self.row, self.width + self.rng.choice((1, 2, 5)), self.rng.choice(REMARKS))
        if self.look.hidden_rows and self.rng.random() < 0.2:
            self.sheet.hidden_rows.add(self.row)
        self.truth.rows[self.row] = truths
        self.truth.columns[self.row] = self.columns
        self.row += 1

    def below(self) -> None:
        """Write what stands under the table."""
        if self.look.totals:
            self.row += self.rng.choice((0, 1, 1))
            spare = range(self.first + 1, self.width + 1)
            label = self.rng.choice(TOTALS)
            cells = {self.first: label, self.rng.choice(spare): len(self.truth.rows)}
            self.other_row(
                cells if self.rng.random() < 0.8 else {self.first: f"{label} {len(self.truth.rows)}"}
            )
        if self.look.notes:
            self.row += self.rng.choice((1, 2, 4))
            for _ in range(self.look.notes):
                if self.first in (self.columns.get("issue"), self.columns.get("customer_name")):
                    self.truth.either.add(self.row)
                self.other_row({self.first: self.rng.choice(NOTES)})
        if self.look.prefilled:
            for _ in range(6):
                self.put(self.row, self.columns.get("department", self.first), Formula('IF(A1="","","")', ""))
                self.row += 1

    def put(self, row: int, column: int, value: object) -> None:
        """Write one cell; None leaves it empty."""
        if value is not None:
            self.sheet.cells[row, column] = value


def other_sheet(rng: random.Random) -> Sheet:
    """Return a worksheet that is no register."""
    rows: Sequence[Sequence[object]] = rng.choice(
        (
            (
                ("Departments", None, "Owner"),
                ("Repairs", None, "Amira Khan"),
                ("Estates", None, "Beth Holroyd"),
            ),
            (("Row Labels", "Count of Issue"), ("Repairs", 12), ("Grand Total", 12)),
            (("Name", "Email", "Department"), ("Amira Khan", "amira.khan@example.org", "Repairs")),
            (
                ("How to use this register",),
                ("1. Log every complaint",),
                ("2. Date received is the day of the call",),
            ),
        )
    )
    sheet = Sheet(rng.choice(("Lists", "Pivot", "Staff", "Notes", "Sheet3")))
    for row, values in enumerate(rows, 1):
        for column, value in enumerate(values, 1):
            if value is not None:
                sheet.cells[row, column] = value
    return sheet
