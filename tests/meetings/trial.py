"""The trial: so many fortnights of edits and runs, and what came of every idea, cell and comment."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from pathlib import Path
from random import Random

from complaints_sheet.app.working import work
from complaints_sheet.cli import main
from complaints_sheet.core.ideas import STAGES, behind
from complaints_sheet.core.proposals import folded
from complaints_sheet.state import open_state
from tests.meetings import libreoffice
from tests.meetings.office import ALSO, Office
from tests.meetings.people import People

FIRST_MEETING = date(2026, 1, 13)  # a Tuesday
CONFIG = """organisation: {name: Example Homes, timezone: Europe/London, locale: en_GB}
register: {path: register.xlsx}
people:
  - {name: Amira Khan, email: amira.khan@example.org, manager: Dana Hughes}
  - {name: Tom Ashworth, email: tom.ashworth@example.org, manager: Dana Hughes}
  - {name: Lucy Marsh, email: lucy.marsh@example.org}
  - {name: Dana Hughes, email: dana.hughes@example.org}
roles: {coordinator: Dana Hughes, wider_team: [everyone@example.org, lucy.marsh@example.org]}
meeting: {first: 2026-01-13, every: 2 weeks, at: "14:00", pack_before: 2 working days}
ideas: {log: improvement log.xlsx}
"""


@dataclass
class Score:
    """What was counted, and every fault by name."""

    meetings: int = 0
    runs: int = 0
    waited: int = 0  # runs that found the log open
    typed: int = 0  # ideas ever typed, in the register and in the log
    ideas: int = 0
    stages: Counter[str] = field(default_factory=Counter)
    cells: int = 0  # cells typed by people, checked after each run
    comments: int = 0
    mails: int = 0
    faults: list[str] = field(default_factory=list)


class Year:
    """Fortnights of one office, in a folder of its own."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.random = folder, Random(seed)
        (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
        self.log = folder / "improvement log.xlsx"
        self.office = Office(folder / "register.xlsx", self.random, FIRST_MEETING - timedelta(days=14))
        self.people = People(self.log, self.random)
        self.score = Score()
        self.seen: dict[str, set[str]] = {}  # what each customer's row said when the program looked

    def go(self, meetings: int, *, with_libreoffice: int = 0) -> Score:
        """Go through so many meetings, in some of them with edits by LibreOffice, and count everything."""
        for _ in range(12):
            self.office.log()
        self.office.save()
        for number in range(meetings):
            meeting = FIRST_MEETING + timedelta(days=14 * number)
            for before in (11, 6):
                self._edits(meeting - timedelta(days=before))
                self._look("sync", meeting - timedelta(days=before), time(17))
            if with_libreoffice and number % with_libreoffice == with_libreoffice - 1:
                self._in_libreoffice(meeting)
            self._edits(meeting - timedelta(days=3))
            self._look("run", meeting - timedelta(days=1), time(9))
            self._pack(meeting)
            self.score.meetings += 1
        self._look("sync", meeting + timedelta(days=1), time(9))
        self._account()
        return self.score

    def _edits(self, day: date) -> None:
        """Let the office and two people work; sometimes the log stays open while the program looks."""
        self.office.day = day
        self.office.work()
        if not self.log.exists():
            return
        book = self.people.open()
        self.people.edit(book, day)
        if self.random.random() < 0.3:
            lock = self.log.with_name(f".~lock.{self.log.name}#")
            lock.write_text(",sam,pc,;", encoding="utf-8")
            before = self.log.read_bytes()
            self._look("sync", day, time(11), saved=False)
            if self.log.read_bytes() != before:
                self.score.faults.append(f"{day}: the log was written while it was open")
            self.score.waited += 1
            self.people.edit(book, day, 3)
            lock.unlink()
        book.save(self.log)
        if self.random.random() < 0.5:
            self._look("sync", day, time(13))
            second = self.people.open()
            self.people.edit(second, day, 3)
            second.save(self.log)
        if self.random.random() < 0.3:
            self._by_command(day)

    def _by_command(self, day: date) -> None:
        """Decide and comment from the command line, as another person."""
        with open_state(self.folder / ".complaints", dry_run=True) as state:
            known = state.ideas.known()
        number = self.random.choice(list(known))
        self.people.count += 1
        words = f"Comment number {self.people.count} from the command line"
        at = ["-c", str(self.folder / "config.yaml"), "--as-of", f"{day}T15:00"]
        self._command(["ideas", "comment", str(number), words, "--by", "Dana Hughes", *at])
        self.people.comments[words] = day
        self._command(["ideas", "discuss", str(number), "--by", "Dana Hughes", *at])
        self.score.runs += 2

    def _command(self, arguments: list[str]) -> None:
        code = main(arguments)
        if code:
            self.score.faults.append(f"{' '.join(arguments[:3])} ended with {code}")

    def _in_libreoffice(self, meeting: date) -> None:
        sheet = self.people.open()["Ideas"]
        rows, columns = self.people.rows(sheet), self.people.columns(sheet)
        last, number = rows[-1] - 3, str(sheet.cell(rows[0], 1).value)
        self.people.count += 1
        words = f"Comment number {self.people.count} typed in LibreOffice"
        comment_row = self.people.open()["Comments"].max_row
        steps = libreoffice.type_into(rows[0] - 1, columns["Reason"] - 1, "typed in LibreOffice")
        for column, text in enumerate((number, words, "Lucy Marsh")):
            steps += libreoffice.type_into(comment_row, column, text, "comments")
        steps += libreoffice.sort(self.random.choice((1, 3, 18)), last, columns=sheet.max_column)
        steps += libreoffice.hide(range(5, 8))
        libreoffice.edited(self.log, steps, self.folder / "libreoffice")
        self.people.typed[number, "Reason"] = "typed in LibreOffice"
        self.people.comments[words] = meeting
        self._cells("LibreOffice", meeting)

    def _look(self, job: str, day: date, at: time, *, saved: bool = True) -> None:
        """Let the program look, and check every cell that people ever typed."""
        now = datetime.combine(day, at, tzinfo=UTC)
        for row in self.office.rows:
            if row[8]:
                self.seen.setdefault(str(row[5]), set()).add(str(row[8]))
        moment = f"{day}T{at:%H:%M}"
        answer = work(job, self.folder / "config.yaml", as_of=moment, now=now, accept=True)  # type: ignore[arg-type]
        self.score.runs += 1
        self.score.mails += len(answer.improved.deliveries)
        if saved:  # what somebody has typed in an open workbook is not on the disk yet
            self._cells(job, day)

    def _cells(self, what: str, day: date) -> None:
        if self.log.exists():
            self.score.cells += len(self.people.typed)
            self.score.faults += [f"{day} {what}: {each}" for each in self.people.overwritten()]

    def _pack(self, meeting: date) -> None:
        """Every comment typed since the last pack is in this one, and in no earlier one."""
        packs = sorted((self.folder / "packs").glob("*.html"))
        now = unescape(re.sub(r"<[^>]+>", " ", packs[-1].read_text(encoding="utf-8")))
        for words, day in self.people.comments.items():
            if day is not None and words not in now:
                self.score.faults.append(f"{meeting}: “{words}” is not in the pack")
        self.score.comments += len(self.people.comments)
        self.people.comments = {}

    def _account(self) -> None:
        """Every idea ever typed is one idea in one stage, and no idea stands for two that people meant."""
        with open_state(self.folder / ".complaints", dry_run=True) as state:
            known, wordings = state.ideas.known(), state.ideas.wordings()
        self.score.ideas = len(known)
        self.score.stages = Counter(idea.stage for idea in known.values())
        ideas_of: dict[str, set[int]] = {}
        for each in wordings:
            ideas_of.setdefault(folded(each.words), set()).add(each.idea)
        for number in known:
            ideas_of.setdefault(folded(known[number].words), set()).add(number)
        for customer, said in self.seen.items():
            for words in said:
                self._one_idea(f"beside {customer}", words, ideas_of)
            self._said_anew(customer, said, ideas_of)
        for words in self.people.ideas:
            self._one_idea("in the log", words, ideas_of)
        rows = Counter(
            str(sheet.cell(row, 1).value)
            for sheet in (self.people.open()["Ideas"],)
            for row in self.people.rows(sheet)
        )
        for idea in known.values():
            if idea.stage not in STAGES or rows[idea.name] != 1:
                self.score.faults.append(f"{idea.name} has {rows[idea.name]} rows, in stage {idea.stage}")
            if idea.stage == "merged" and idea.into not in known:
                self.score.faults.append(f"{idea.name} is merged into nothing")
        if set(behind(wordings, known)) != set(known):
            self.score.faults.append("an idea has no account of its complaints")

    def _one_idea(self, where: str, words: str, ideas_of: dict[str, set[int]]) -> None:
        self.score.typed += 1
        found = ideas_of.get(folded(words), set())
        if not found or (len(found) != 1 and words != ALSO):
            self.score.faults.append(f"{where}: “{words}” is {len(found)} ideas")

    def _said_anew(self, customer: str, said: set[str], ideas_of: dict[str, set[int]]) -> None:
        """An idea that was mended is the same one; another idea in its cell is another one."""
        last: set[int] = set()
        for words, edit in self.office.typed[customer]:
            now = ideas_of.get(folded(words), set()) if words in said else set()
            if last and now and words != ALSO and edit != bool(last & now):
                self.score.faults.append(f"{customer}: “{words}” {'split' if edit else 'swallowed'} an idea")
            last = now if words != ALSO else set()


def year(folder: Path, seed: int, meetings: int, *, with_libreoffice: int = 0) -> Score:
    """Return what came of so many meetings in a new folder."""
    return Year(folder, seed).go(meetings, with_libreoffice=with_libreoffice)
