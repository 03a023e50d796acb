"""Every noun of the program, as frozen values. Nothing here reads a file, a clock or a setting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, Literal, TypeAlias

# --- what a workbook holds -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell that holds no value a person typed: an error such as #N/A, or a formula never calculated."""

    kind: Literal["error", "not calculated"]
    text: str


Raw: TypeAlias = str | float | int | bool | date | datetime | time | timedelta | BadCell | None
"""One cell as it came from the file. Blank is None or an empty string."""


@dataclass(frozen=True, slots=True)
class Table:
    """One worksheet, or one CSV file, as it came: nothing interpreted, row and column numbers true.

    `rows[0]` is row `first_row` of the sheet and its first cell stands in column `first_column` (A is 1).
    """

    source: str
    sheet: str
    rows: Sequence[Sequence[Raw]]
    first_row: int = 1
    first_column: int = 1
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()  # (first row, first column, last row, last column)
    typed: bool = True  # False for CSV, where every cell is text
    epoch_1904: bool = False  # True where the workbook counts days from 1 January 1904
    block: bool = False  # True where the config named the range: its first row is the heading
    beside: bool = False  # True for one of the tables that stand side by side on a worksheet


@dataclass(frozen=True, slots=True)
class Reading:
    """One register file as read at one moment: its worksheets and a fingerprint (SHA-256) of its bytes."""

    source: str
    tables: tuple[Table, ...]
    fingerprint: str
    notes: tuple[str, ...] = ()  # plain sentences for the person who runs `check`


# --- what a register says --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of money; `currency` is the ISO code, or an empty string where the cell did not say."""

    amount: Decimal
    currency: str = ""


Value: TypeAlias = str | bool | date | datetime | Decimal | Money
"""A cell understood. A date with a time is a naive datetime in the organisation's time zone."""

CellProblemKind: TypeAlias = Literal["unreadable", "ambiguous", "placeholder", "error", "not calculated"]


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A cell that is not blank and was not understood; `readings` are the dates it might mean."""

    kind: CellProblemKind
    seen: str
    message: str
    readings: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column that was recognised: its field, its number and letter, its heading as typed."""

    field: str
    number: int
    letter: str
    heading: str


@dataclass(frozen=True, slots=True)
class Layout:
    """How one worksheet was understood: heading row, columns, date order and why, what was ignored."""

    source: str
    sheet: str
    header_row: int
    rows: int  # non-blank rows below the heading
    columns: Mapping[str, Column]  # field id to column
    extra: tuple[Column, ...] = ()  # kept and shown, no field
    own: tuple[Column, ...] = ()  # the program's own columns, where all of them are there; never read
    first_column: int = 1
    date_order: str = ""  # "day first" or "month first", "" where no text date needed it
    notes: tuple[str, ...] = ()  # plain sentences: why this order, near-miss headings, ignored columns


Place: TypeAlias = tuple[str, str, int | None, int]
"""Where a row stands: file, worksheet, row number, and the first column of its table."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A non-blank row below the heading that is not a case, and why."""

    source: str
    sheet: str
    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Interval:
    """An event known only by observation: not yet there at `after`, there at `until` (both aware, UTC)."""

    after: datetime | None
    until: datetime


_NOTHING_OBSERVED: Mapping[str, Interval] = {}


def _nothing_observed() -> Mapping[str, Interval]:
    return _NOTHING_OBSERVED


@dataclass(slots=True, eq=False)
class Case:
    """One complaint: one row of the register, understood.

    `values` holds what was understood and `problems` what was not; a blank cell is in neither. A field whose
    column does not exist is not recorded: see `recorded`. Frozen by the type checker alone: a register has a
    hundred thousand, and each is made three times as fast.
    """

    register: Final[str]
    row: Final[int]
    layout: Final[Layout]
    values: Final[Mapping[str, Value]]
    problems: Final[Mapping[str, CellProblem]]
    cells: Final[Sequence[Raw]]  # the row as it came, starting at `layout.first_column`
    id: Final[str | None] = None  # the memory's id, None where no memory was read
    first_seen: Final[date | None] = None  # local date; None where not known, or seen by the very first run
    observed: Final[Mapping[str, Interval]] = field(default_factory=_nothing_observed)

    @property
    def sheet(self) -> str:
        """Return the name of the worksheet that holds the row."""
        return self.layout.sheet

    @property
    def source(self) -> str:
        """Return the name of the file that holds the row."""
        return self.layout.source

    @property
    def place(self) -> "Place":
        """Return where the row stands, as the findings about it say it."""
        layout = self.layout
        return layout.source, layout.sheet, self.row, layout.first_column

    @property
    def ref(self) -> str | None:
        """Return the register's own reference, or None where it has none."""
        return self.text("case_ref") or None

    @property
    def name(self) -> str:
        """Return what people should call this case: its reference, its id, or its row."""
        return self.ref or self.id or f"row {self.row}"

    @property
    def open(self) -> bool:
        """Return True unless the register says resolved: blank and unreadable count as open."""
        return self.values.get("resolved") is not True

    def recorded(self, field_id: str) -> bool:
        """Return True where the register has a column for the field."""
        return field_id in self.layout.columns

    def cell(self, field_id: str) -> str | None:
        """Return the address of the field's cell, such as "C12", or None where there is no column."""
        column = self.layout.columns.get(field_id)
        return f"{column.letter}{self.row}" if column else None

    def text(self, field_id: str) -> str:
        """Return the field's cleaned text, or an empty string where blank or not recorded."""
        value = self.values.get(field_id)
        return value if isinstance(value, str) else ""

    def yes(self, field_id: str) -> bool | None:
        """Return the field's yes or no, or None where blank, not understood or not recorded."""
        value = self.values.get(field_id)
        return value if isinstance(value, bool) else None

    def day(self, field_id: str) -> date | None:
        """Return the field's date without its time, or None where blank, not understood or not recorded."""
        value = self.values.get(field_id)
        if type(value) is date:  # nearly always, and told faster
            return value
        return value.date() if isinstance(value, datetime) else None

    def moment(self, field_id: str) -> date | datetime | None:
        """Return the field's date, or its local date and time where the cell had one."""
        value = self.values.get(field_id)
        return value if isinstance(value, date) else None

    def money(self, field_id: str) -> Money | None:
        """Return the field's amount, or None where blank, not understood or not recorded."""
        value = self.values.get(field_id)
        return value if isinstance(value, Money) else None

    def blank(self, field_id: str) -> bool:
        """Return True where the column exists and the cell holds nothing at all."""
        return self.recorded(field_id) and field_id not in self.values and field_id not in self.problems


@dataclass(frozen=True, slots=True)
class Register:
    """A register understood: its cases in the order of the file, and what could not be understood."""

    id: str
    name: str
    source: str
    fingerprint: str
    layouts: tuple[Layout, ...]
    cases: tuple[Case, ...]
    findings: tuple["Finding", ...]  # about cells
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...] = ()

    @property
    def recorded(self) -> frozenset[str]:
        """Return the ids of all fields that have a column on at least one sheet."""
        return frozenset(field_id for layout in self.layouts for field_id in layout.columns)

    @property
    def rows(self) -> int:
        """Return the number of non-blank rows below the headings; rows - cases = left out."""
        return sum(layout.rows for layout in self.layouts)


# --- what was judged -------------------------------------------------------------------------------

Severity: TypeAlias = Literal["high", "medium", "low"]

Outcome: TypeAlias = Literal["met", "breached", "running", "paused", "not_applicable", "cannot_judge"]

Unit: TypeAlias = Literal["hour", "working day", "calendar day"]


@dataclass(frozen=True, slots=True)
class LateBy:
    """How late: whole units after the due moment, up to and including the stop or the as-of moment."""

    value: int
    unit: Unit


@dataclass(slots=True, unsafe_hash=True)
class Verdict:
    """How one clock stands on one case. Dates are local; `late_by` is None unless breached.

    Frozen by the type checker alone, as `Flag` and `Finding` are: there are as many as cases (see `Case`).
    """

    clock: Final[str]
    policy: Final[str]
    outcome: Final[Outcome]
    due_soon: Final[bool] = False
    start: Final[date | datetime | None] = None
    due: Final[date | datetime | None] = None
    stop: Final[date | datetime | None] = None
    late_by: Final[LateBy | None] = None
    reason: Final[str | None] = None
    clause: Final[str | None] = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A day that the reckoning did not count, and why ("Saturday", "Christmas Day", "paused")."""

    day: date
    reason: str


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A verdict as a person would work it out on paper: plain sentences, in order, and the days skipped."""

    verdict: Verdict
    sentences: tuple[str, ...]
    skipped: tuple[Skipped, ...] = ()


@dataclass(slots=True, unsafe_hash=True)
class Flag:
    """What a rule says of one case: a plain sentence, and the field, clock or date it is about.

    The registry turns it into a Finding by adding rule, place, owner and key. `severity` is only given where
    it differs from the rule's own; `about` tells apart two flags of one rule on one case and field.
    """

    message: Final[str]
    field: Final[str | None] = None
    clock: Final[str | None] = None
    policy: Final[str | None] = None
    due: Final[date | datetime | None] = None
    clause: Final[str | None] = None
    severity: Final[Severity | None] = None
    about: Final[str] = ""


@dataclass(slots=True, unsafe_hash=True)
class Finding:
    """One thing that needs somebody's eye: rule, place, a plain sentence, a key stable across runs."""

    key: Final[str]
    rule: Final[str]
    severity: Final[Severity]
    message: Final[str]
    register: Final[str]
    sheet: Final[str]
    row: Final[int | None]  # None where it is about the register as a whole
    field: Final[str | None] = None
    cell: Final[str | None] = None
    clock: Final[str | None] = None
    policy: Final[str | None] = None
    case: Final[str | None] = None
    due: Final[date | datetime | None] = None
    owner: Final[str | None] = None  # as typed in the register
    clause: Final[str | None] = None
    source: Final[str] = ""  # the file, where a register is made of several
    first_column: Final[int] = 1  # of its table, since two may stand side by side

    @property
    def place(self) -> "Place":
        """Return where its row stands; no case has that place where it is about no row."""
        return self.source, self.sheet, self.row, self.first_column


@dataclass(frozen=True, slots=True)
class RuleFault:
    """A rule that raised: its name and the type of the exception. The other rules went on."""

    rule: str
    exception: str
    trace: str  # the frames without any value, for the log
    custom: bool = False  # a rule of one's own, not a shipped one


@dataclass(frozen=True, slots=True)
class NotJudged:
    """A rule or clock that could not be judged for want of a column, said once, with the cases it touches."""

    rule: str
    clock: str | None
    policy: str | None
    reason: str
    cases: int


@dataclass(frozen=True, slots=True)
class AcceptedFinding:
    """A finding that a person called right: silent until its facts change, but shown and counted."""

    finding: Finding
    reason: str
    since: date


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything judged about one register at one moment.

    `verdicts[i]` belongs to `register.cases[i]` and lists every clock of its policies. `as_of` is aware.
    """

    register: Register
    as_of: datetime
    verdicts: tuple[tuple[Verdict, ...], ...]
    findings: tuple[Finding, ...]  # cell findings first, then rules, in the order of the register
    not_judged: tuple[NotJudged, ...]
    policies: tuple[tuple[str, str], ...]  # (id, version) of each policy that was applied
    faults: tuple[RuleFault, ...] = ()
    accepted: tuple[AcceptedFinding, ...] = ()  # not among `findings`
