"""Random rows for the register template, and what the program itself says that each of them needs."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.live import (
    CHECK,
    DONE,
    DONE_LATE,
    DUE_SOON,
    DUE_TODAY,
    FILL_IN,
    IS_IT_RESOLVED,
    MARKED_Y,
    NEXT,
    OPEN,
    OPEN_LONG,
    OVERDUE,
    PAUSED,
)
from complaints_sheet.core.model import Case, Finding, Judgement, Verdict
from complaints_sheet.core.register_form import RegisterForm
from complaints_sheet.core.wording import count

Row = Mapping[str, object]

IMPOSSIBLE = {"unreadable-value", "ambiguous-date", "dates-out-of-order", "date-in-future"}
GAPS = {"missing-field", "follow-up-missing"}


def rows(form: RegisterForm, how_many: int, today: date, seed: int) -> list[Row]:
    """Return rows as people leave them behind: most in order, some half filled, a few impossible."""
    chance = random.Random(seed)
    return [_row(form, today, chance) for _ in range(how_many)]


def _row(form: RegisterForm, today: date, chance: random.Random) -> Row:
    received = today - timedelta(days=int(chance.triangular(0, 120, 6)))
    found: dict[str, object] = {"received_on": received, "issue": "The lift is out of order again."}
    resolved = chance.random() < 0.5
    found["resolved"] = ("Y" if chance.random() < 0.9 else "Yes") if resolved else "N"
    found["case_owner"], found["department"] = "Amira Khan", chance.choice(["Repairs", "Care", "Support"])
    found["customer_name"] = chance.choice(["Quinn Lewis", "Maya O'Brien", "Anonymous"])
    if chance.random() < 0.6 or resolved:
        found["resolution"] = "Apologised and repaired."
    for column in form.columns:
        if column.field not in found and chance.random() < (0.75 if resolved else 0.4):
            found[column.field] = _value(
                column.field, column.check.values if column.check else (), found, today, chance
            )
    if "paused_from" in found and chance.random() < 0.6:
        found.pop("paused_until", None)
        found.pop("responded_on", None)
    for field in [field for field in found if chance.random() < 0.02]:
        del found[field]
    if chance.random() < 0.03:
        dates = [field for field in found if FIELDS[field].kind == "date"]
        if dates:
            found[chance.choice(dates)] = chance.choice(
                ["tbc", today + timedelta(days=3), received - timedelta(days=9)]
            )
    return found


def _value(
    field: str, values: Sequence[str], row: Mapping[str, object], today: date, chance: random.Random
) -> object:
    received = row["received_on"]
    assert isinstance(received, date)
    if FIELDS[field].kind == "date":
        first = (
            max(day for day in (*_dates(row), received) if day <= today)
            if chance.random() < 0.4
            else received
        )
        span = 40 if field in {"promised_on", "extended_to", "paused_until"} else (today - first).days
        return first + timedelta(days=int(chance.triangular(0, min(span, 60), 0)))
    if FIELDS[field].kind == "money":
        return 25
    if field == "contact_type" and chance.random() < 0.7:
        return "complaint"
    if values:
        return chance.choice(values)
    return "A few words."


def _dates(row: Mapping[str, object]) -> Iterator[date]:
    yield from (value for value in row.values() if isinstance(value, date))


# --- what the program says -------------------------------------------------------------------------------


def expected(form: RegisterForm, judgement: Judgement) -> dict[int, tuple[date | None, str]]:
    """Return (due by, what it needs) by row, worked out from verdicts and findings alone."""
    found: dict[int, list[Finding]] = {}
    for each in judgement.findings:
        found.setdefault(each.row or 0, []).append(each)
    cases = zip(judgement.register.cases, judgement.verdicts, strict=True)
    today = judgement.as_of.date()
    return {
        case.row: _row_says(form, case, verdicts, found.get(case.row, []), today) for case, verdicts in cases
    }


def _row_says(
    form: RegisterForm, case: Case, verdicts: Sequence[Verdict], findings: Sequence[Finding], today: date
) -> tuple[date | None, str]:
    rules = {each.rule for each in findings}
    if rules & IMPOSSIBLE:
        return None, CHECK
    names = {(policy.id, clock.id): name for name, policy, clock in form.live.clocks}
    shown = [each for each in verdicts if (each.policy, each.clock) in names]
    opened = [each for each in shown if _is_open(each) and each.due]
    done = [each.due for each in shown if each.outcome in ("met", "breached") and each.stop and each.due]
    first = min(opened, key=lambda each: each.due or date.max) if opened else None
    due = first.due if first else max(done, default=None)
    what = f": {names[first.policy, first.clock]}" if first and len(names) > 1 else ""
    gaps = rules & GAPS or any(each.rule == "contradiction" and each.severity == "high" for each in findings)
    if first and first.outcome == "breached":
        late = first.late_by
        by = (
            f" by {count(late.value, 'working day' if late.unit == 'working day' else 'day')}"
            if late and late.value
            else ""
        )
        return due, f"{OVERDUE}{by}{what}"
    if first and first.due == today:
        return due, f"{DUE_TODAY}{what}"
    if gaps:
        return due, FILL_IN if case.open else MARKED_Y
    if "contradiction" in rules:
        return due, IS_IT_RESOLVED
    if first and first.due_soon:
        return due, f"{DUE_SOON}{what}"
    if "open-too-long" in rules:
        return due, OPEN_LONG
    if first:
        return due, f"{NEXT}{what}" if what else OPEN
    if any(each.outcome == "paused" for each in shown):
        return due, PAUSED
    if case.open:
        return due, OPEN
    late_ones = any(each.outcome == "breached" for each in shown)
    return due, DONE_LATE if late_ones else DONE


def _is_open(verdict: Verdict) -> bool:
    return verdict.outcome == "running" or (verdict.outcome == "breached" and verdict.stop is None)
