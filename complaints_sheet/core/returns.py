"""What regulators and ombudsmen ask to be counted, from cases: plain rows, blank where nothing is recorded.

Blank is not nought: a figure whose column the register lacks is None, and its note says which column.
Periods include both their days. Sources: docs/exports.md.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeAlias

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import Case, Judgement, Outcome, Verdict
from complaints_sheet.core.wording import count, listing

Figure: TypeAlias = str | int | Decimal | date | None

CLOSED = ("closed_on", "resolved_on", "responded_on")
"""What says on which day a case was closed: the first of these that is recorded."""

SOON = 3  # business days: DISP 1.5
IN_TIME = timedelta(weeks=8)  # DISP 1.6.2R


@dataclass(frozen=True, slots=True)
class Return:
    """A table to hand in: its headings and rows; None is a cell left blank."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Figure, ...], ...]


def closed_day(case: Case) -> date | None:
    """Return the day on which a case was closed, or None where it is open or no day is recorded."""
    if case.open and case.day("closed_on") is None:
        return None
    return next((day for field in CLOSED if (day := case.day(field))), None)


def _lacking(recorded: frozenset[str], *fields: str) -> str:
    """Return which columns are missing where none of these is there, else an empty string."""
    if any(field in recorded for field in fields):
        return ""
    return f"not recorded: no column for {listing((f'“{FIELDS[each].heading}”' for each in fields), 'or')}"


# --- FCA, DISP 1 Annex 1R ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Counted:
    """The cases of one product group that count in the period."""

    opened: Sequence[Case]
    closed: Sequence[tuple[Case, date]]


def fca_counts(judgement: Judgement, period: Period, calendar: Calendar) -> Return:
    """Return the counts of DISP 1 Annex 1R, one figure a row: field, product group, value, note.

    Partly upheld counts as upheld; goodwill where nothing is said of the outcome counts as upheld; rejected
    with goodwill counts as rejected (DISP 1.10).
    """
    cases, recorded = judgement.register.cases, judgement.register.recorded
    rows = [*_of_the_firm(cases, recorded, period)]
    for group, counted in _by_group(cases, period).items():
        rows += ((name, group, value, note) for name, value, note in _of_group(counted, recorded, calendar))
    return Return(("Field", "Product group", "Value", "Note"), tuple(rows))


def _of_the_firm(
    cases: Sequence[Case], recorded: frozenset[str], period: Period
) -> Iterator[tuple[Figure, ...]]:
    no_day = _lacking(recorded, *CLOSED)
    undated = sum(not each.open and closed_day(each) is None for each in cases)
    outstanding = sum(_outstanding(each, period.start) for each in cases)
    opened = sum(_received_in(each, period) for each in cases)
    note = no_day or (f"{count(undated, 'closed case')} without a day left out" if undated else "")
    yield "Group reporting", None, None, "not recorded in the register"
    yield "Firm reference numbers", None, None, "not recorded in the register"
    nil = None if no_day else ("no" if opened or outstanding else "yes")
    yield "Nil return", None, nil, note
    yield "Complaints outstanding at the start of the period", None, None if no_day else outstanding, note
    yield "Complaints opened during the period", None, opened, _unreceived(cases)
    yield "Consent to publish", None, None, "not recorded in the register"


def _unreceived(cases: Iterable[Case]) -> str:
    unknown = sum(each.day("received_on") is None for each in cases)
    return f"{count(unknown, 'case')} without a date received left out" if unknown else ""


def _received_in(case: Case, period: Period) -> bool:
    received = case.day("received_on")
    return received is not None and period.start <= received <= period.end


def _outstanding(case: Case, first: date) -> bool:
    received, closed = case.day("received_on"), closed_day(case)
    if received is None or received >= first:
        return False
    return closed >= first if closed else case.open


def _by_group(cases: Iterable[Case], period: Period) -> Mapping[str, _Counted]:
    opened: dict[str, list[Case]] = {}
    closed: dict[str, list[tuple[Case, date]]] = {}
    for case in cases:
        group, day = case.text("category") or "not recorded", closed_day(case)
        if _received_in(case, period):
            opened.setdefault(group, []).append(case)
        if day and period.start <= day <= period.end:
            closed.setdefault(group, []).append((case, day))
    groups = sorted(opened.keys() | closed.keys())
    return {group: _Counted(opened.get(group, ()), closed.get(group, ())) for group in groups}


def _of_group(
    counted: _Counted, recorded: frozenset[str], calendar: Calendar
) -> Iterator[tuple[str, Figure, str]]:
    no_day, closed = _lacking(recorded, *CLOSED), counted.closed
    timed = [(each.day("received_on"), day) for each, day in closed]
    known = [(received, day) for received, day in timed if received]
    soon = sum(day <= calendar.add_working_days(received, SOON) for received, day in known)
    in_time = sum(day <= received + IN_TIME for received, day in known) - soon
    yield "Opened", len(counted.opened), ""
    yield "Closed", None if no_day else len(closed), no_day
    yield "Closed within 3 business days (%)", _share(soon, len(known)), no_day or _of(soon, len(known))
    yield (
        "Closed after 3 business days and within 8 weeks (%)",
        _share(in_time, len(known)),
        no_day or _of(in_time, len(known)),
    )
    cases = [case for case, _ in closed]
    for name, value, note in (
        _upheld_share(cases, recorded),
        _main_cause(cases, recorded),
        _redress(cases, recorded),
    ):
        yield name, None if no_day else value, no_day or note


def upheld(case: Case) -> bool | None:
    """Return whether a case counts as upheld by DISP 1.10, or None where nothing says."""
    said = case.text("upheld")
    if said:
        return said != "not upheld"
    goodwill = case.money("goodwill_amount")
    return True if goodwill and goodwill.amount else None


def _upheld_share(cases: Sequence[Case], recorded: frozenset[str]) -> tuple[str, Figure, str]:
    answers = [answer for answer in map(upheld, cases) if answer is not None]
    yes, unknown = sum(answers), len(cases) - len(answers)
    note = _of(yes, len(answers)) + (f"; {unknown} not recorded" if unknown else "")
    return "Upheld (%)", _share(yes, len(answers)), _lacking(recorded, "upheld") or note


def _main_cause(cases: Sequence[Case], recorded: frozenset[str]) -> tuple[str, Figure, str]:
    causes = Counter(cause for each in cases if (cause := each.text("root_cause") or each.text("theme")))
    most = causes.most_common(1)
    note = _lacking(recorded, "root_cause", "theme") or (_of(most[0][1], len(cases)) if most else "")
    return "Main cause", most[0][0] if most else None, note


def _redress(cases: Sequence[Case], recorded: frozenset[str]) -> tuple[str, Figure, str]:
    paid = [money for each in cases if (money := each.money("goodwill_amount"))]
    missing = _lacking(recorded, "goodwill_amount")
    currencies = sorted({each.currency or "GBP" for each in paid})
    if len(currencies) > 1:
        return "Redress paid", None, f"amounts in {listing(currencies)} cannot be added"
    total = None if missing else sum((each.amount for each in paid), Decimal(0))
    return "Redress paid", total, missing or f"{count(len(paid), 'payment')} recorded"


def _share(part: int, whole: int) -> Decimal | None:
    return (Decimal(100) * part / whole).quantize(Decimal("0.1")) if whole else None


def _of(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,}"


# --- an ombudsman's performance table ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of a complaints procedure: what begins and what ends it, and the clock that limits it."""

    name: str
    begins: str
    ends: str
    clock: str


STAGES = (
    Stage("Stage 1", "received_on", "responded_on", "respond"),
    Stage("Stage 2", "escalated_on", "stage_2_responded_on", "respond-stage-2"),
)
PERFORMANCE = (
    "Stage",
    "Received",
    "Closed",
    "Closed in time",
    "Closed late",
    "Cannot be judged",
    "In time (%)",
    "Average working days",
    "Upheld",
    "Partly upheld",
    "Not upheld",
    "Note",
)


def performance(judgement: Judgement, period: Period, calendar: Calendar) -> Return:
    """Return how each stage did: received, closed, in time, average working days, upheld, partly, not upheld.

    A case counts where it was closed in the period. One outcome is recorded for a case, so it counts at the
    last stage that was answered. In time is judged by the first policy of the case that has such a clock.
    """
    rows = tuple(_stage(stage, judgement, period, calendar) for stage in STAGES)
    return Return(PERFORMANCE, rows)


def _stage(stage: Stage, judgement: Judgement, period: Period, calendar: Calendar) -> tuple[Figure, ...]:
    register = judgement.register
    missing = _lacking(register.recorded, stage.begins) or _lacking(register.recorded, stage.ends)
    received = sum(_within(each.day(stage.begins), period) for each in register.cases)
    begun = received if stage.begins in register.recorded else None
    if missing:
        return (stage.name, begun, *(None,) * (len(PERFORMANCE) - 3), missing)
    closed = [
        (case, _outcome(of_case, stage.clock))
        for case, of_case in zip(register.cases, judgement.verdicts, strict=True)
        if _within(case.day(stage.ends), period)
    ]
    outcomes = Counter(outcome for _, outcome in closed)
    met, late = outcomes["met"], outcomes["breached"]
    judged = any(outcomes[each] for each in outcomes if each is not None)
    answered = [case for case, _ in closed if _last_stage(case) == stage]
    upheld_column = _lacking(register.recorded, "upheld")
    found = Counter(case.text("upheld") for case in answered)
    results = [None if upheld_column else found[each] for each in ("upheld", "partly upheld", "not upheld")]
    figures = (met, late, len(closed) - met - late, _share(met, met + late)) if judged else (None,) * 4
    note = upheld_column or ("" if judged or not closed else f"no policy has the time limit {stage.clock}")
    average = _average([case for case, _ in closed], stage, calendar)
    return (stage.name, begun, len(closed), *figures, average, *results, note)


def _within(day: date | None, period: Period) -> bool:
    return day is not None and period.start <= day <= period.end


def _outcome(verdicts: Iterable[Verdict], clock: str) -> Outcome | None:
    return next((each.outcome for each in verdicts if each.clock == clock), None)


def _last_stage(case: Case) -> Stage | None:
    return next((stage for stage in reversed(STAGES) if case.day(stage.ends)), None)


def _average(cases: Sequence[Case], stage: Stage, calendar: Calendar) -> Decimal | None:
    spans = [(case.day(stage.begins), case.day(stage.ends)) for case in cases]
    taken = [
        calendar.working_days_between(began, ended)
        for began, ended in spans
        if began and ended and began <= ended
    ]
    return (Decimal(sum(taken)) / len(taken)).quantize(Decimal("0.1")) if taken else None


# --- ASIC, a row for each complaint -----------------------------------------------------------------------

ASIC = (
    "Complaint identifier",
    "Brand",
    "Complaint type",
    "Gender",
    "Age",
    "Postcode",
    "Status",
    "Channel",
    "Date received",
    "Date closed",
    "Days taken",
    "About a representative",
    "Product",
    "Issue",
    "Outcome",
)


def asic_rows(judgement: Judgement, period: Period) -> Return:
    """Return a row for each complaint open at any time in the period; those from earlier are repeated.

    The identifier is the register's reference, else the memory's case id, which is never used twice; blank
    where there is neither. No name and none of the customer's words are in it.
    """
    cases = [each for each in judgement.register.cases if _open_during(each, period)]
    return Return(ASIC, tuple(_asic_row(each, period) for each in cases))


def _open_during(case: Case, period: Period) -> bool:
    received, closed = case.day("received_on"), closed_day(case)
    if received is None or received > period.end:
        return False
    if closed:
        return closed >= period.start
    return case.open or received >= period.start


def _asic_row(case: Case, period: Period) -> tuple[Figure, ...]:
    received, closed = case.day("received_on"), closed_day(case)
    closed = closed if closed and closed <= period.end else None
    done = closed is not None or not (case.open or closed_day(case))
    return (
        case.ref or case.id,
        None,
        case.text("contact_type") or None,
        *(None, None, None),
        "closed" if done else "open",
        case.text("channel") or None,
        received,
        closed,
        (closed - received).days if closed and received and closed >= received else None,
        None,
        case.text("category") or None,
        case.text("theme") or None,
        case.text("upheld") or case.text("closing_reason") or None,
    )
