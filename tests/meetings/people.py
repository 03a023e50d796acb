"""People at work on the log: two of them decide, comment, sort, filter and edit whatever they see fit."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
from python_calamine import load_workbook

HEADING_ROW = 3
STAGES = ("Discussed", "Out for comment", "Agreed", "Implemented", "Declined", "Merged")
PEOPLE = ("Sam Osei", "Lucy Marsh", "Imran Sadiq", "Tom Ashworth")


def day_of(value: Any) -> Any:
    """Return a date without its time, as a cell gives it back."""
    return value.date() if isinstance(value, datetime) else value


@dataclass
class People:
    """Whoever edits the log: what each typed where, and every comment ever made."""

    path: Path
    random: Random
    typed: dict[tuple[str, str], Any] = field(default_factory=dict)  # (idea number, heading) to the cell
    comments: dict[str, date] = field(default_factory=dict)  # words to the day they were typed
    ideas: list[str] = field(default_factory=list)  # typed straight into the log
    count: int = 0

    def open(self) -> Any:
        """Return the workbook as one of them sees it."""
        return openpyxl.load_workbook(self.path)

    def edit(self, book: Any, today: date, actions: int = 6) -> None:
        """Do some of what people do in a log, in a workbook that is open."""
        sheet = book["Ideas"]
        for _ in range(actions):
            do = self.random.choices(
                (
                    self.decide,
                    self.note,
                    self.comment,
                    self.sort,
                    self.filter,
                    self.add,
                    self.spoil,
                    self.clear,
                ),
                (8, 3, 5, 1, 1, 1, 1, 1),
            )[0]
            do(book, sheet, today)

    def rows(self, sheet: Any) -> list[int]:
        return [row for row in range(HEADING_ROW + 1, sheet.max_row + 1) if sheet.cell(row, 1).value]

    def columns(self, sheet: Any) -> dict[str, int]:
        return {str(cell.value): cell.column for cell in sheet[HEADING_ROW] if cell.value}

    def _type(self, sheet: Any, row: int, heading: str, value: Any) -> None:
        sheet.cell(row, self.columns(sheet)[heading]).value = value
        key = str(sheet.cell(row, self.columns(sheet)["Idea no."]).value), heading
        if value is None:
            self.typed.pop(key, None)
        else:
            self.typed[key] = value

    def _row(self, sheet: Any) -> int | None:
        rows = self.rows(sheet)
        return self.random.choice(rows) if rows else None

    def decide(self, _book: Any, sheet: Any, today: date) -> None:
        """Move an idea on, with or without what that needs."""
        row = self._row(sheet)
        if row is None:
            return
        stage = self.random.choice(STAGES)
        self._type(sheet, row, "Stage", stage)
        if stage == "Agreed" and self.random.random() < 0.8:
            self._type(sheet, row, "Owner", self.random.choice(PEOPLE))
            self._type(sheet, row, "Due", today + timedelta(days=self.random.randrange(5, 90)))
        if stage == "Declined" and self.random.random() < 0.7:
            self._type(sheet, row, "Reason", "Tried before, did not help")
        if stage == "Merged" and self.random.random() < 0.7:
            other = sheet.cell(self._row(sheet) or row, 1).value
            self._type(sheet, row, "Merge into", other)
        if self.random.random() < 0.4:
            self._type(sheet, row, "Decided by", self.random.choice(PEOPLE))

    def note(self, _book: Any, sheet: Any, today: date) -> None:
        """Type into any of the white columns."""
        row = self._row(sheet)
        if row is not None:
            self.count += 1
            heading, value = self.random.choice(
                (
                    ("Proposed solution", f"Do it step by step, version {self.count}"),
                    ("Replies by", today + timedelta(days=self.random.randrange(3, 20))),
                    ("Due", self.random.choice(("next week", "14 March 2027", "?"))),
                    ("Approved by", self.random.choice(PEOPLE)),
                    ("Customers told", "yes"),
                    ("You said, we did", f"We changed it, number {self.count}"),
                )
            )
            self._type(sheet, row, heading, value)

    def comment(self, book: Any, sheet: Any, today: date) -> None:
        """Write a comment, sometimes without saying about which idea, or who one is."""
        comments, row = book["Comments"], self._row(sheet)
        if row is None:
            return
        self.count += 1
        words = f"Comment number {self.count}: this would help the team on floor {self.count}"
        about = (
            sheet.cell(row, 1).value if self.random.random() < 0.9 else self.random.choice((None, "the bins"))
        )
        who = self.random.choice((*PEOPLE, None))
        at = max(comments.max_row, HEADING_ROW) + 1
        for column, value in enumerate((about, words, who), 1):
            comments.cell(at, column).value = value
        self.comments[words] = today

    def sort(self, _book: Any, sheet: Any, _today: date) -> None:
        """Sort whole rows by a column."""
        column = self.random.choice((2, 4, 7, 19))
        rows = self.rows(sheet)
        width = sheet.max_column
        held = [[sheet.cell(row, at).value for at in range(1, width + 1)] for row in rows]
        held.sort(key=lambda cells: str(cells[column - 1] or ""), reverse=self.random.random() < 0.5)
        for row, cells in zip(rows, held, strict=True):
            for at, value in enumerate(cells, 1):
                sheet.cell(row, at).value = value

    def filter(self, _book: Any, sheet: Any, _today: date) -> None:
        """Hide the rows of some stages, as a filter does."""
        for row in self.rows(sheet):
            sheet.row_dimensions[row].hidden = self.random.random() < 0.4

    def add(self, _book: Any, sheet: Any, _today: date) -> None:
        """Write an idea straight into the log, without a number."""
        self.count += 1
        words = f"Straight from the meeting: open counter {self.count} on Saturdays"
        row = max(self.rows(sheet), default=HEADING_ROW) + 1
        while sheet.cell(row, 2).value:
            row += 1
        sheet.cell(row, 2).value = words
        self.ideas.append(words)

    def spoil(self, _book: Any, sheet: Any, _today: date) -> None:
        """Type over one of the program's own cells."""
        row = self._row(sheet)
        if row is not None:
            self.count += 1
            heading = self.random.choice(("Where it stands", "Department", "Theme"))
            self._type(sheet, row, heading, f"My own words {self.count}")

    def clear(self, _book: Any, sheet: Any, _today: date) -> None:
        """Empty a cell, or delete the cells of a whole row."""
        row = self._row(sheet)
        if row is None:
            return
        if self.random.random() < 0.7:
            self._type(sheet, row, self.random.choice(("Owner", "Reason", "Theme")), None)
            return
        number = str(sheet.cell(row, 1).value)
        for at in range(1, sheet.max_column + 1):
            sheet.cell(row, at).value = None
        self.typed = {key: value for key, value in self.typed.items() if key[0] != number}

    def overwritten(self) -> Iterator[str]:
        """Yield every cell that no longer holds what a person typed there last."""
        sheet = load_workbook(self.path).get_sheet_by_name("Ideas").to_python(skip_empty_area=False)
        columns = {str(heading): at for at, heading in enumerate(sheet[HEADING_ROW - 1])}
        rows = {str(cells[0]): cells for cells in sheet[HEADING_ROW:] if cells[0]}
        for (number, heading), value in self.typed.items():
            now = rows[number][columns[heading]] if number in rows else "(no row)"
            if day_of(now) != day_of(value):
                yield f"{number} {heading}: {value!r} became {now!r}"
