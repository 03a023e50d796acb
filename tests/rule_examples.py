"""The examples in tests/rules: small registers as text, and what a rule says of them, word for word.

Each file names the moment, the register as a table whose heading is the field ids, and, in flagged.yaml, what
is expected: `row cell severity: message`, with a dash where the finding is about no row or no cell. Optional:
policy (an id or several), people, departments, roles and options; and `before`, the register a day earlier.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from complaints_sheet.config.closed_days import CalendarConfig, calendar_from
from complaints_sheet.config.policies import load_policies
from complaints_sheet.core.cases import ReadOptions, register_from
from complaints_sheet.core.edits import looked_over
from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.judging import judge
from complaints_sheet.core.model import Finding, Judgement, Money, Reading, Register, Table, Value
from complaints_sheet.core.people import Person, directory, plain_name
from complaints_sheet.core.policy import PolicyChoice
from complaints_sheet.core.recollection import (
    Face,
    columns_of,
    first_recollection,
    found_by_print,
    reading_of,
    recollect,
)
from complaints_sheet.core.rules import RULES
from complaints_sheet.core.snapshots import snapshot
from tests.registers import make_register

FOLDER = Path(__file__).parent / "rules"
POLICIES = Path(__file__).parent / "policies"
LONDON = ZoneInfo("Europe/London")
ENGLAND = calendar_from(CalendarConfig("GB", "ENG"), 2024, 2028)


@dataclass(frozen=True, slots=True)
class Example:
    """One example file, read."""

    path: Path
    content: Mapping[str, Any]

    @property
    def rule(self) -> str:
        return self.path.parent.name

    @property
    def expected(self) -> list[str]:
        return [" ".join(str(line).split()) for line in self.content.get("expect", [])]

    @property
    def expected_not_judged(self) -> list[str]:
        return list(self.content.get("not_judged", []))


def examples() -> list[Example]:
    """Return every example file, in the order of their names."""
    yaml = YAML(typ="safe")
    return [Example(path, yaml.load(path)) for path in sorted(FOLDER.glob("*/*.yaml"))]


def judged(example: Example) -> Judgement:
    """Return the register of the example, judged as the product judges it."""
    content = example.content
    names = content.get("policy", "customer-issue-reporting")
    policies = load_policies([names] if isinstance(names, str) else names, POLICIES)
    people = [Person(**person) for person in content.get("people", [])]
    register = None
    if "before" in content:
        register = remembered(content["before"], content["register"], as_of(str(content["as_of"])).date())
    elif RULES[example.rule].scope == "reading":
        register = as_read(content["register"])
    return judge(
        register or make_register(*table(content["register"])),
        PolicyChoice(policies),
        ENGLAND,
        as_of(str(content["as_of"])),
        directory(people) if people else None,
        options={example.rule: content["options"]} if "options" in content else {},
        roles={role: tuple(names) for role, names in content.get("roles", {}).items()},
        departments=departments(content.get("departments", [])),
    )


def departments(typed: list[Any]) -> dict[str, str]:
    """Return each folded spelling of the departments listed, with the name it means."""
    listed = [{"name": each} if isinstance(each, str) else each for each in typed]
    return {
        plain_name(spelling): each["name"]
        for each in listed
        for spelling in (each["name"], *each.get("also", []))
    }


def remembered(before: str, now: str, today: date) -> Register:
    """Return the register as the memory sees it that knows it from the day before."""
    register = make_register(*table(before))
    first = first_recollection(register, today - timedelta(days=1), 1)
    columns = columns_of(register)
    face = Face(reading_of(register), columns, first.numbers, first.prints, [None] * len(first.numbers))
    snapshots = dict(zip(first.numbers, map(snapshot, register.cases), strict=True))
    later = make_register(*table(now))
    found = found_by_print(later, face)
    recalled = recollect(later, face, found, snapshots, today=today, next_number=len(snapshots) + 1)
    return looked_over(recalled).register


def as_read(text: str) -> Register:
    """Return the register that the table is when it is read as a file; [2026-11-03] is a real date."""
    heading, *rows = ([_cell(cell.strip()) for cell in line.split("|")] for line in text.strip().splitlines())
    headings = [FIELDS[field].heading for field in heading]
    sheet = Table("register.csv", "register.csv", (headings, *rows), typed=False)
    return register_from([Reading("register.csv", (sheet,), "0" * 64)], ReadOptions())


def _cell(text: str) -> str | date:
    return date.fromisoformat(text[1:-1]) if text.startswith("[") else text


def as_of(text: str) -> datetime:
    """Return the moment; a bare date is the end of that day."""
    moment = datetime.fromisoformat(text)
    if len(text) == 10:
        moment = datetime.combine(moment, time(23, 59, 59))
    return moment.replace(tzinfo=LONDON)


def table(text: str) -> tuple[list[dict[str, Value]], list[str]]:
    """Return the rows of a table of field ids, and its fields in order."""
    heading, *rows = ([cell.strip() for cell in line.split("|")] for line in text.strip().splitlines())
    return [
        {field: understood(field, cell) for field, cell in zip(heading, row, strict=True) if cell}
        for row in rows
    ], heading


def understood(field: str, cell: str) -> Value:
    """Return what a cell of an example means."""
    kind = FIELDS[field].kind
    if kind == "date":
        return datetime.fromisoformat(cell) if ":" in cell else date.fromisoformat(cell)
    if kind == "yes_no":
        return {"Y": True, "N": False}[cell]
    return Money(Decimal(cell), "GBP") if kind == "money" else cell


def line_of(finding: Finding) -> str:
    """Return a finding as an example expects it."""
    return f"{finding.row or '-'} {finding.cell or '-'} {finding.severity}: {finding.message}"
