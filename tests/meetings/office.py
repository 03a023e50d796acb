"""The office at work on its register: complaints with ideas, rows moved, ideas retyped, rows removed."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random

import openpyxl

HEADINGS = (
    "Case Owner",
    "Department",
    "Date received",
    "Date followed-up with customer",
    "Resolved and followed up (Y/N)",
    "Customer Name",
    "Issue",
    "Resolution",
    "Proposed Improvement Idea",
)
IDEA = HEADINGS.index("Proposed Improvement Idea")
FIRST = (
    "Ada",
    "Bo",
    "Cy",
    "Dee",
    "Eli",
    "Fay",
    "Gus",
    "Hal",
    "Ida",
    "Jan",
    "Kit",
    "Lou",
    "Mo",
    "Ned",
    "Oz",
    "Pia",
)
LAST = (
    "Abbot",
    "Birch",
    "Cole",
    "Drake",
    "Ellis",
    "Frost",
    "Grant",
    "Hobbs",
    "Innes",
    "Judd",
    "Keane",
    "Lyle",
)
ISSUES = (
    "Boiler out again, and nobody came to flat {0}",
    "Charged twice for block {0}",
    "Left on hold for {0} minutes, then cut off",
    "Bins in yard {0} not emptied",
    "The portal would not take picture number {0}",
    "Told three different dates for repair {0}",
)
IDEAS = (
    "Text customers the evening before visit {0}",
    "Put the collection days for block {0} on the notice board",
    "Give every adviser a list of open calls, such as number {0}",
    "Ring back within two hours when line {0} is cut off",
    "Check code {0} before the bills are sent",
    "Let people upload bigger pictures than {0} megabytes",
    "One person keeps repair {0} until it is closed",
    "Offer an interpreter for customers of team {0}",
)
ALSO = "Say sorry at once, and mean it"  # typed beside several complaints, word for word
SLIPS = (("the", "teh"), ("and", "&"), ("customers", "customer"), ("before", "befor"), (" ", "  "))


@dataclass
class Office:
    """A register on disk, and every idea ever typed in it by the customer it stands beside."""

    path: Path
    random: Random
    day: date
    rows: list[list[object]] = field(default_factory=list)
    typed: dict[str, list[tuple[str, bool]]] = field(default_factory=dict)  # (words, an edit of the last)
    numbers: int = 0

    def work(self, actions: int = 6) -> None:
        """Do some of what people do between two looks of the program, and save."""
        for _ in range(actions):
            self.random.choices(
                (self.log, self.sort, self.move, self.retype, self.replace, self.remove, self.close),
                (8, 1, 3, 3, 1, 1, 4),
            )[0]()
        self.save()

    def log(self) -> None:
        """Write down a complaint, mostly with an idea."""
        self.numbers += 1
        number = self.numbers
        name = f"{FIRST[number % len(FIRST)]} {LAST[number // len(FIRST) % len(LAST)]}"
        if number >= len(FIRST) * len(LAST):
            name += f" {chr(65 + number // (len(FIRST) * len(LAST)))}"
        row: list[object] = [
            self.random.choice(("Amira Khan", "Tom Ashworth")),
            self.random.choice(("Repairs", "Billing", "Estates")),
            self.day - timedelta(days=self.random.randrange(5)),
            None,
            "N",
            name,
            self.random.choice(ISSUES).format(number),
            None,
            None,
        ]
        chance = self.random.random()
        if chance < 0.06:
            self._say(row, ALSO, edit=False)
        elif chance < 0.75:
            self._say(row, self.random.choice(IDEAS).format(number), edit=False)
        self.rows.insert(self.random.choice((len(self.rows), len(self.rows), 0)), row)

    def _say(self, row: list[object], words: str, *, edit: bool) -> None:
        row[IDEA] = words
        self.typed.setdefault(str(row[5]), []).append((words, edit))

    def _with_idea(self) -> list[object] | None:
        found = [row for row in self.rows if row[IDEA]]
        return self.random.choice(found) if found else None

    def sort(self) -> None:
        """Sort the whole table by a column."""
        column = self.random.choice((0, 1, 2, 5))
        self.rows.sort(key=lambda row: str(row[column]), reverse=self.random.random() < 0.5)

    def move(self) -> None:
        """Cut a row and insert it elsewhere."""
        if self.rows:
            row = self.rows.pop(self.random.randrange(len(self.rows)))
            self.rows.insert(self.random.randrange(len(self.rows) + 1), row)

    def retype(self) -> None:
        """Mend or add words to an idea: it is the same idea said anew."""
        row = self._with_idea()
        if row is None or row[IDEA] == ALSO:
            return
        words = str(row[IDEA])
        old, new = self.random.choice(SLIPS)
        changed = words.replace(old, new, 1) if self.random.random() < 0.5 else f"{words}, please"
        if changed != words and len(words) < 120:
            self._say(row, changed, edit=True)

    def replace(self) -> None:
        """Type quite another idea into the cell of one."""
        row = self._with_idea()
        if row is not None:
            self.numbers += 1
            number, now = self.numbers, str(row[IDEA]).split()[0]
            other = [each for each in IDEAS if not each.startswith(now)]
            self._say(row, self.random.choice(other).format(number), edit=False)

    def remove(self) -> None:
        """Delete a row, idea and all."""
        if len(self.rows) > 12:
            self.rows.pop(self.random.randrange(len(self.rows)))

    def close(self) -> None:
        """Follow up and resolve a complaint."""
        if self.rows:
            row = self.random.choice(self.rows)
            row[3], row[4], row[7] = row[3] or self.day, "Y", row[7] or "Put right"

    def save(self) -> None:
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        sheet.title = "Register"
        sheet.append(HEADINGS)
        for row in self.rows:
            sheet.append(row)
        book.save(self.path)
