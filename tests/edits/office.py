"""An invented office that keeps a register for years: who logs what, and every way they edit it."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from complaints_sheet.core.fields import FIELDS, NINE_IDS
from complaints_sheet.core.model import Case, Column, Layout

_FIRST = (
    "Pat Sam Alex Jo Kim Lee Ann Bob Cy Di Ed Flo Gus Hal Ida Jan Ken Liz Max Nell Oz Peg Ray Sue Tom Una"
)
_LAST = (
    "Smith Jones Khan Brown Taylor Patel Evans Wilson Ahmed Roberts Walker Wright Green Hall Wood Begum "
    "Clarke Hughes Lewis Young Hill Moore Ward Turner Cooper Morris Shah Kaur O'Neill Fletcher Ellis Marsh"
)
_MONTHS = "January February March April May June July August September October November December"
FIRST, LAST, MONTHS = _FIRST.split(), _LAST.split(), _MONTHS.split()
OWNERS = {
    "Amira Khan": "Repairs",
    "Tom Ashworth": "Repairs",
    "Beth Holroyd": "Estates",
    "Peter Lau": "Lettings",
    "Callum Reid": "Customer Services",
    "Nadia Rahman": "Billing",
    "Zofia Nowak": "Digital",
}
ISSUES = (
    "No heating or hot water since {when}",
    "Missed bin collection {when}",
    "Leak from the flat above, ceiling stained, reported {when}",
    "Charged twice for rent in {month}",
    "Repair appointment {when} was missed and nobody called",
    "Lift out of order",
    "Nobody answers the phone",
    "Rude reply from staff on {when}",
    "Website would not accept the form; error {n}",
    "Parking space {n} taken again",
    "Mould in bedroom of flat {n}",
    "Noise from number {n} after midnight",
)
FIXES = (
    "Engineer sent, heating works",
    "Apologised and refunded £{n}",
    "Rebooked for {when}",
    "Explained the policy",
    "Phoned, customer satisfied",
)


@dataclass
class Row:
    """One row of the register: who it truly is, and its cells by field."""

    truth: int
    cells: dict[str, object]


@dataclass
class Sheet:
    source: str
    name: str
    rows: list[Row]


@dataclass
class Office:
    """The register as it stands, and the office's habits; the same seed gives the same years."""

    seed: int
    references: bool = False
    sheets: list[Sheet] = field(default_factory=list)
    today: date = date(2024, 1, 1)
    deleted: list[Row] = field(default_factory=list)  # since the last run

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.counter = 0
        self.touched: set[int] = set()
        self.bin: list[Row] = []
        self.sheets = [Sheet("complaints.xlsx", "Register", [])]

    # --- rows ---------------------------------------------------------------------------------------

    def words(self, template: str) -> str:
        when = self.today - timedelta(days=self.random.randrange(1, 40))
        return template.format(
            when=f"{when.day} {MONTHS[when.month - 1]}",
            month=self.random.choice(MONTHS),
            n=self.random.randrange(1, 400),
        )

    def customer(self) -> str:
        return f"{self.random.choice(FIRST)} {self.random.choice(LAST)}"

    def new_row(self) -> Row:
        self.counter += 1
        owner = self.random.choice(list(OWNERS))
        received = self.today - timedelta(days=min(int(self.random.expovariate(0.8)), 20))
        cells: dict[str, object] = {
            "case_owner": owner,
            "department": OWNERS[owner],
            "received_on": received,
            "customer_name": self.customer(),
            "issue": self.words(self.random.choice(ISSUES)),
            "resolved": "N",
        }
        rows = [row for sheet in self.sheets for row in sheet.rows]
        if rows and self.random.random() < 0.08:  # the same customer again
            cells["customer_name"] = self.random.choice(rows).cells.get("customer_name")
        if self.random.random() < 0.04:
            del cells[self.random.choice(["case_owner", "customer_name", "issue", "department"])]
        if self.references:
            cells["case_ref"] = f"C-{self.counter:05d}"
            if self.random.random() < 0.03:
                del cells["case_ref"]
        return Row(self.counter, cells)

    def pick(self, wanted: Callable[[Row], bool] = lambda row: True) -> tuple[Sheet, int] | None:
        """Return where a row stands that nobody has touched since the last run, or None."""
        for _ in range(30):
            sheet = self.random.choice(self.sheets)
            if not sheet.rows:
                continue
            newest = self.random.random() < 0.6
            low = max(0, len(sheet.rows) - 40) if newest else 0
            place = self.random.randrange(low, len(sheet.rows))
            row = sheet.rows[place]
            if row.truth not in self.touched and wanted(row):
                self.touched.add(row.truth)
                return sheet, place
        return None

    def change(self, **changes: object) -> None:
        found = self.pick(lambda row: all(name in row.cells for name in changes))
        if found:
            sheet, place = found
            sheet.rows[place].cells.update(changes)

    # --- what people do -----------------------------------------------------------------------------

    def log(self) -> None:
        """Write a new case at the end of the current sheet."""
        row = self.new_row()
        self.touched.add(row.truth)
        self.sheets[-1].rows.append(row)

    def insert(self) -> None:
        """Write a new case somewhere in between."""
        row = self.new_row()
        self.touched.add(row.truth)
        sheet = self.random.choice(self.sheets)
        sheet.rows.insert(self.random.randrange(len(sheet.rows) + 1), row)

    def progress(self) -> None:
        """Follow a case up and resolve it."""
        found = self.pick(lambda row: row.cells.get("resolved") == "N")
        if found:
            sheet, place = found
            sheet.rows[place].cells |= {
                "followed_up_on": self.today,
                "resolved": "Y",
                "resolution": self.words(self.random.choice(FIXES)),
            }

    def retype_name(self) -> None:
        found = self.pick(lambda row: "customer_name" in row.cells)
        if not found:
            return
        sheet, place = found
        name = str(sheet.rows[place].cells["customer_name"])
        first, _, last = name.partition(" ")
        ways = [
            f"{first[:1]}. {last}",
            f"{last}, {first}",
            f"Mr {name}",
            name.upper(),
            name[:-1],
            f"{first} {self.random.choice(LAST)}",
            self.customer(),
        ]
        sheet.rows[place].cells["customer_name"] = self.random.choice(ways)

    def fix_date(self) -> None:
        found = self.pick(lambda row: isinstance(row.cells.get("received_on"), date))
        if not found:
            return
        sheet, place = found
        day = sheet.rows[place].cells["received_on"]
        sheet.rows[place].cells["received_on"] = day + timedelta(
            days=self.random.choice([-1, 1, 2, -7, 10, -30, 31, -365])
        )

    def rewrite_issue(self) -> None:
        found = self.pick(lambda row: "issue" in row.cells)
        if not found:
            return
        sheet, place = found
        issue = str(sheet.rows[place].cells["issue"])
        ways = [
            issue + " - rang again",
            issue.replace(" ", "  ").upper(),
            self.words(self.random.choice(ISSUES)),
            issue[: len(issue) // 2],
        ]
        sheet.rows[place].cells["issue"] = self.random.choice(ways)

    def hand_over(self) -> None:
        owner = self.random.choice(list(OWNERS))
        self.change(case_owner=owner, department=OWNERS[owner])

    def outage(self) -> None:
        """Log a day on which many customers ring about the same thing, all taken by one person."""
        alike = self.new_row()
        for _ in range(self.random.randrange(4, 12)):
            row = self.new_row()
            for name in ("case_owner", "department", "received_on", "issue", "resolved"):
                row.cells[name] = alike.cells.get(name) or "not said"
            self.touched.add(row.truth)
            self.sheets[-1].rows.append(row)

    def same_again(self) -> None:
        """Log the same customer with the same complaint on another day."""
        row = self.new_row()
        other = self.random.choice(self.random.choice(self.sheets).rows or [row])
        for name in ("customer_name", "issue", "case_owner", "department"):
            if name in other.cells:
                row.cells[name] = other.cells[name]
        self.touched.add(row.truth)
        self.sheets[-1].rows.append(row)

    def half_a_row(self) -> None:
        """Log a call with little more than who took it; the rest comes later."""
        row = self.new_row()
        row.cells.pop("issue", None)
        row.cells.pop("customer_name", None)
        self.touched.add(row.truth)
        self.sheets[-1].rows.append(row)

    def fill_in(self) -> None:
        """Complete a half-logged row."""
        found = self.pick(lambda row: "issue" not in row.cells and "customer_name" not in row.cells)
        if found:
            sheet, place = found
            sheet.rows[place].cells |= {
                "customer_name": self.customer(),
                "issue": self.words(self.random.choice(ISSUES)),
            }

    def delete(self) -> None:
        found = self.pick()
        if found:
            sheet, place = found
            row = sheet.rows.pop(place)
            self.deleted.append(row)
            self.bin.append(row)

    def put_back(self) -> None:
        """Paste a row back that was deleted before the last run."""
        back = [row for row in self.bin if row not in self.deleted]
        if back:
            row = self.random.choice(back)
            self.bin.remove(row)
            self.touched.add(row.truth)
            self.sheets[-1].rows.append(row)

    def cut_and_paste(self) -> None:
        found = self.pick()
        if found:
            sheet, place = found
            row = sheet.rows.pop(place)
            sheet.rows.insert(self.random.randrange(len(sheet.rows) + 1), row)

    def twin(self) -> None:
        """Log a case twice: two rows, equal in every cell."""
        found = self.pick()
        if found:
            sheet, place = found
            self.counter += 1
            self.touched.add(self.counter)
            sheet.rows.insert(
                place + self.random.randrange(2), Row(self.counter, dict(sheet.rows[place].cells))
            )

    def sort(self) -> None:
        """Sort a sheet by a column, or by chance."""
        sheet = self.random.choice(self.sheets)
        column = self.random.choice(
            ["case_owner", "received_on", "customer_name", "department", "", "resolved"]
        )
        if column:
            sheet.rows.sort(
                key=lambda row: str(row.cells.get(column, "~")), reverse=self.random.random() < 0.3
            )
        else:
            self.random.shuffle(sheet.rows)

    def filter_and_sort(self) -> None:
        """Sort only the rows that a filter shows."""
        sheet = self.random.choice(self.sheets)
        owner = self.random.choice(list(OWNERS))
        shown = [place for place, row in enumerate(sheet.rows) if row.cells.get("case_owner") == owner]
        rows = sorted(
            (sheet.rows[place] for place in shown), key=lambda row: str(row.cells.get("customer_name"))
        )
        for place, row in zip(shown, rows, strict=True):
            sheet.rows[place] = row

    def merge_files(self) -> None:
        """Paste all sheets into one, with rows that another office had kept."""
        strangers = [self.new_row() for _ in range(self.random.randrange(5, 30))]
        self.touched.update(row.truth for row in strangers)
        rows = [row for sheet in self.sheets for row in sheet.rows]
        self.sheets = [Sheet("merged.xlsx", "Register", rows + strangers)]

    def split_by_year(self) -> None:
        """Move the rows of earlier years to sheets of their own."""
        rows = [row for sheet in self.sheets for row in sheet.rows]
        years: dict[int, list[Row]] = {}
        for row in rows:
            years.setdefault(row.cells["received_on"].year, []).append(row)
        self.sheets = [
            Sheet(f"complaints {year}.xlsx", str(year), years[year]) for year in sorted(years)
        ] or self.sheets

    def copy_workbook(self) -> None:
        for sheet in self.sheets:
            sheet.source = f"Copy of {sheet.source}"[:60]

    def rename_sheet(self) -> None:
        self.random.choice(self.sheets).name = f"Sheet {self.random.randrange(99)}"

    def retype_reference(self) -> None:
        found = self.pick(lambda row: "case_ref" in row.cells)
        if found:
            sheet, place = found
            ref = str(sheet.rows[place].cells["case_ref"])
            sheet.rows[place].cells["case_ref"] = self.random.choice(
                [ref.replace("C-", "C"), ref[:-1] + "7", ref.lower()]
            )

    def blank_reference(self) -> None:
        found = self.pick(lambda row: "case_ref" in row.cells)
        if found:
            sheet, place = found
            del sheet.rows[place].cells["case_ref"]

    def reuse_reference(self) -> None:
        """Delete a case, and give its reference to a new one."""
        found = self.pick(lambda row: "case_ref" in row.cells)
        if found:
            sheet, place = found
            gone = sheet.rows.pop(place)
            self.deleted.append(gone)
            row = self.new_row()
            row.cells["case_ref"] = gone.cells["case_ref"]
            self.touched.add(row.truth)
            sheet.rows.append(row)

    def copy_reference(self) -> None:
        """Log a case under the reference of the row above it."""
        self.log()
        rows = self.sheets[-1].rows
        if len(rows) > 1 and "case_ref" in rows[-2].cells:
            rows[-1].cells["case_ref"] = rows[-2].cells["case_ref"]

    def working_day(self) -> None:
        """Live one working day: new cases, progress, and now and then everything else."""
        self.today += timedelta(days=3 if self.today.weekday() == 4 else 1)
        self.touched.clear()
        self.deleted.clear()
        plan: list[tuple[Callable[[], None], float]] = [
            (self.log, 3.0),
            (self.progress, 2.5),
            (self.insert, 0.4),
            (self.retype_name, 0.4),
            (self.fix_date, 0.4),
            (self.rewrite_issue, 0.5),
            (self.hand_over, 0.5),
            (self.delete, 0.25),
            (self.put_back, 0.05),
            (self.cut_and_paste, 0.3),
            (self.twin, 0.06),
            (self.outage, 0.05),
            (self.same_again, 0.2),
            (self.half_a_row, 0.2),
            (self.fill_in, 0.3),
            (self.sort, 0.25),
            (self.filter_and_sort, 0.2),
            (self.merge_files, 0.01),
            (self.split_by_year, 0.01),
            (self.copy_workbook, 0.02),
            (self.rename_sheet, 0.03),
        ]
        if self.references:
            plan += [
                (self.retype_reference, 0.2),
                (self.blank_reference, 0.1),
                (self.reuse_reference, 0.1),
                (self.copy_reference, 0.1),
            ]
        todo = [do for do, often in plan for _ in range(self._times(often))]
        self.random.shuffle(todo)
        for do in todo:
            do()

    def _times(self, often: float) -> int:
        return (
            int(often) + (self.random.random() < often % 1)
            if often < 1
            else round(self.random.expovariate(1 / often))
        )

    # --- as the program reads it --------------------------------------------------------------------

    def rows(self) -> list[Row]:
        return [row for sheet in self.sheets for row in sheet.rows]

    def cases(self) -> list[Case]:
        fields = (*NINE_IDS, "case_ref") if self.references else NINE_IDS
        columns = {
            name: Column(name, number, chr(64 + number), FIELDS[name].heading)
            for number, name in enumerate(fields, 1)
        }
        cases = []
        for sheet in self.sheets:
            layout = Layout(sheet.source, sheet.name, 1, len(sheet.rows), columns)
            for number, row in enumerate(sheet.rows, 2):
                values = {name: value for name, value in row.cells.items() if name != "resolved"}
                values["resolved"] = row.cells.get("resolved") == "Y"
                cells = tuple(row.cells.get(name) for name in fields)
                cases.append(Case("main", number, layout, values, {}, cells))
        return cases
