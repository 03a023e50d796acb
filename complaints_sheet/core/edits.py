"""Edits that somebody should look at: another owner, a date moved, a case reopened, a row that is gone.

An edit is a fact of the run that saw it. It is shown for two weeks, or until it is no longer so, and stays in
the history for ever.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from complaints_sheet.core.breaker import Limits, alarm
from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.findings import finding
from complaints_sheet.core.journal import Change, Edit, PastEdit, case_id
from complaints_sheet.core.matches import Question
from complaints_sheet.core.model import Case, Finding, Flag, Layout, Register
from complaints_sheet.core.recollection import Gone, Recollection
from complaints_sheet.core.retention import usually_kept
from complaints_sheet.core.snapshots import Snapshot, comparable
from complaints_sheet.core.wording import day_near, listing, long_date

SHOWN_DAYS = 14


def looked_over(
    recalled: Recollection,
    past: Iterable[PastEdit] = (),
    breached: Mapping[int, date] = {},
    limits: Limits | None = None,
    kept: Callable[[Case], date | None] = usually_kept,
) -> Recollection:
    """Return the recollection with its edits, their findings, and the alarm where the run must stop.

    `past` are the edits of the last two weeks; `breached` gives the day a case was first shown as late,
    `kept` the last day on which a case must be kept.
    """
    new = edits(recalled, breached, kept)
    findings = (*recalled.register.findings, *edit_findings(recalled, new, past))
    register = replace(recalled.register, findings=findings)
    return replace(recalled, register=register, edits=new, alarm=alarm(recalled, limits))


def edits(
    recalled: Recollection,
    breached: Mapping[int, date] = {},
    kept: Callable[[Case], date | None] = usually_kept,
) -> tuple[Edit, ...]:
    """Return the edits of this run to look at, in the order of the register, missing rows last.

    `breached` gives the day on which a case was first shown as late, `kept` how long one must be kept.
    """
    if recalled.baseline:
        return ()
    found: list[Edit] = []
    for change in recalled.changes:
        case = recalled.register.cases[recalled.places[change.number]]
        if change.kind == "changed":
            found += _of_change(case, change, recalled, breached.get(change.number))
    found += _of_references(recalled)
    found += (_of_question(recalled, each) for each in recalled.questions)
    found += (_of_gone(each, recalled, kept) for each in recalled.gone)
    return tuple(found)


def edit_findings(
    recalled: Recollection, new: Iterable[Edit], past: Iterable[PastEdit]
) -> tuple[Finding, ...]:
    """Return the findings for the edits of this run and for those of the last two weeks that are still so."""
    cases = dict(zip(recalled.numbers, recalled.register.cases, strict=True))
    gone = {each.number: each.cells for each in recalled.gone}
    shown = {
        (each.edit.number, each.edit.rule, each.edit.field): (each.edit, each.gone)
        for each in past
        if (recalled.today - each.day).days <= SHOWN_DAYS and _still_so(each, cases.get(each.edit.number))
    }
    shown |= {(each.number, each.rule, each.field): (each, gone.get(each.number)) for each in new}
    found = []
    for edit, cells in shown.values():
        case = cases.get(edit.number)
        flag = Flag(edit.message, field=edit.field or None)
        if case is not None:
            found.append(finding(case, edit.rule, edit.severity, flag))
        elif cells is not None:
            found.append(_finding_of_gone(recalled, edit, cells))
    return tuple(found)


# --- one case that changed -------------------------------------------------------------------------


def _of_change(case: Case, change: Change, recalled: Recollection, breached: date | None) -> Iterator[Edit]:
    before, today = recalled.before[change.number], recalled.today
    was, now = before.value("case_owner"), case.text("case_owner")
    if was and now and comparable(was) != comparable(now):
        said = f"The case owner was {was} and is now {now}."
        yield Edit(change.number, "owner-changed", "medium", said, "case_owner")
    yield from _of_dates(case, before, change.number, today, breached)
    if before.value("resolved") is True and case.recorded("resolved") and case.yes("resolved") is not True:
        said = "The case was resolved and is open again; what was seen of it before stays in its history."
        yield Edit(change.number, "reopened", "medium", said, "resolved")
    if before.value("resolution") and case.blank("resolution"):
        name = case_id(change.number)
        said = f"The resolution was emptied; `complaints-sheet history {name}` shows what it said."
        yield Edit(change.number, "resolution-emptied", "high", said, "resolution")


def _of_dates(
    case: Case, before: Snapshot, number: int, today: date, breached: date | None
) -> Iterator[Edit]:
    was, now = before.day("received_on"), case.day("received_on")
    if was and now and now > was:
        said = f"The date received was moved later, from {day_near(was, today)} to {day_near(now, today)}."
        yield Edit(number, "date-moved", "high", said, "received_on")
    followed, earlier = case.day("followed_up_on"), before.day("followed_up_on")
    if breached and followed and followed != earlier and followed < breached:
        said = (
            f"A follow-up on {day_near(followed, today)} was written down after the case had been shown "
            f"as late on {day_near(breached, today)}."
        )
        yield Edit(number, "date-moved", "medium", said, "followed_up_on")


# --- references, doubts, rows that are gone --------------------------------------------------------


def _of_references(recalled: Recollection) -> Iterator[Edit]:
    cases = recalled.register.cases
    for place in recalled.reused:
        said = f"The reference {cases[place].ref} belonged to another case; it is treated as a new one."
        yield Edit(recalled.numbers[place], "reference-reused", "medium", said, "case_ref")
    for change in recalled.changes:
        if "case_ref" in change.cells:
            was, now = change.cells["case_ref"].before, change.cells["case_ref"].after
            if was:
                said = (
                    f"The reference was {was} and is now {now}."
                    if now
                    else f"The reference {was} was emptied."
                )
                yield Edit(change.number, "reference-changed", "low", said, "case_ref")


def _of_question(recalled: Recollection, question: Question) -> Edit:
    number = recalled.numbers[question.place]
    maybe = listing(map(case_id, question.numbers[:3]), "or")
    said = (
        f"This row may be {maybe}, changed; it is treated as a new case. {question.why} If it is the same "
        f"complaint, `complaints-sheet same {case_id(number)} {case_id(question.numbers[0])}` joins them."
    )
    return Edit(number, "uncertain-row", "low", said)


def _of_gone(gone: Gone, recalled: Recollection, kept: Callable[[Case], date | None]) -> Edit:
    today = recalled.today
    received, owner = gone.cells.day("received_on"), gone.cells.value("case_owner")
    facts = [f"received {day_near(received, today)}"] if received else []
    facts += [f"owner {owner}"] if owner else []
    about = f" ({', '.join(facts)})" if facts else ""
    name = case_id(gone.number)
    ref = gone.cells.value("case_ref")
    called = f"{name}, reference {ref}" if ref else name
    said = f"{called}{about} is no longer in the register."
    until = kept(case_of_gone(recalled.register, gone.number, gone.cells))
    if until is not None and until < today:
        said = (
            f"{said} It had to be kept until {long_date(until)}; to erase it for good, "
            f"`complaints-sheet forget {name} --reason`."
        )
        return Edit(gone.number, "row-removed", "low", said)
    said = f"{said} `complaints-sheet restore {name}` brings the row back."
    return Edit(gone.number, "row-removed", "high", said)


def _still_so(past: PastEdit, case: Case | None) -> bool:
    """Return True where an edit seen before is still worth showing."""
    rule = past.edit.rule
    if rule == "row-removed":
        return case is None and past.gone is not None
    if case is None:
        return False
    if rule == "reopened":
        return case.open
    return rule != "resolution-emptied" or case.blank("resolution")


def case_of_gone(register: Register, number: int, cells: Snapshot) -> Case:
    """Return a case that is gone with what its cells last meant; it stands in no row, which is row 0."""
    layout = register.layouts[0] if register.layouts else Layout(register.source, "", 0, 0, {})
    known = {name: cells.value(name) for name in cells.cells if name in FIELDS}
    values = {name: value for name, value in known.items() if isinstance(value, str | bool | date)}
    return Case(register.id, 0, layout, values, {}, (), case_id(number))


def _finding_of_gone(recalled: Recollection, edit: Edit, cells: Snapshot) -> Finding:
    """Return the finding about a row that is gone: it has no place, and the owner it had."""
    case = case_of_gone(recalled.register, edit.number, cells)
    found = finding(case, edit.rule, edit.severity, Flag(edit.message))
    return replace(found, row=None, sheet="", cell=None)
