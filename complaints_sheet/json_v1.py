"""The JSON of `check`, version 1: a shape of its own, a contract, never a dump of internal types."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from complaints_sheet.core.compliance import Statement
from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.model import Case, Finding, Judgement, LateBy, Layout, Register, Verdict

if TYPE_CHECKING:
    from complaints_sheet.app.complying import Compliance
    from complaints_sheet.app.examination import Examination
    from complaints_sheet.app.explaining import Explanation
    from complaints_sheet.app.working import WorkAnswer

VERSION = 1


def document(judgements: Sequence[Judgement], as_of: datetime) -> dict[str, Any]:
    """Return the whole answer of `check` as plain dictionaries, ready for JSON (design, section 6)."""
    policies = dict.fromkeys(policy for judgement in judgements for policy in judgement.policies)
    return {
        "version": VERSION,
        "as_of": as_of.isoformat(),
        "registers": [_register(judgement.register) for judgement in judgements],
        "policies": [{"id": name, "version": version} for name, version in policies],
        "cases": [
            _case(case, verdicts)
            for judgement in judgements
            for case, verdicts in zip(judgement.register.cases, judgement.verdicts, strict=True)
        ],
        "findings": [_finding(finding) for judgement in judgements for finding in judgement.findings],
        "accepted": [
            {**_finding(each.finding), "reason": each.reason, "since": moment(each.since)}
            for judgement in judgements
            for each in judgement.accepted
        ],
        "not_judged": [
            {
                "rule": each.rule,
                "clock": each.clock,
                "policy": each.policy,
                "reason": each.reason,
                "cases": each.cases,
            }
            for judgement in judgements
            for each in judgement.not_judged
        ],
        "summary": summary(judgements),
    }


def summary(judgements: Sequence[Judgement]) -> dict[str, Any]:
    """Return the counts of `check`: rows, cases, left out, open, findings and findings by rule."""
    registers = [judgement.register for judgement in judgements]
    by_rule = Counter(finding.rule for judgement in judgements for finding in judgement.findings)
    return {
        "rows": sum(register.rows for register in registers),
        "cases": sum(len(register.cases) for register in registers),
        "left_out": sum(len(register.left_out) for register in registers),
        "open": sum(case.open for register in registers for case in register.cases),
        "findings": sum(by_rule.values()),
        "accepted": sum(len(judgement.accepted) for judgement in judgements),
        "by_rule": dict(sorted(by_rule.items())),
    }


def work(answer: "WorkAnswer") -> dict[str, Any]:
    """Return what `run`, `remind` or `pack` did, ready for JSON."""
    mailing, pack = answer.mailing, answer.pack
    return {
        "version": VERSION,
        "as_of": answer.as_of.isoformat(),
        "dry_run": answer.dry_run,
        "summary": summary(answer.judgements),
        "mail_waits": answer.mail_waits,
        "mails": [
            {
                "kind": each.kind,
                "to": each.to,
                "subject": each.subject,
                "reason": each.reason,
                "delivered": each.delivered,
                "words": each.words,
            }
            for each in answer.deliveries
        ],
        "quiet": dict(mailing.quiet) if mailing else {},
        "improvement": {
            "new": [each.name for each in answer.improved.new],
            "mails": [
                {"kind": each.kind, "to": each.to, "subject": each.subject, "delivered": each.delivered}
                for each in answer.improved.deliveries
            ],
            "notes": list(answer.improved.notes),
        },
        "status_columns": {
            "written": [{"file": str(path), "cells": cells} for path, cells in answer.statuses.written],
            "problems": [problem.message for problem in answer.statuses.problems],
        },
        "pack": pack
        and {
            "meeting": moment(pack.wanted.meeting),
            "start": moment(pack.wanted.period.start),
            "end": moment(pack.wanted.period.end),
            "files": [str(path) for path in pack.files],
            "problems": list(pack.problems),
            "notes": list(pack.notes),
        },
    }


def explanation(answer: "Explanation") -> dict[str, Any]:
    """Return the explanation of one case, ready for JSON."""
    return {
        "version": VERSION,
        "as_of": answer.as_of.isoformat(),
        "case": _case(answer.case, [each.verdict for each in answer.reckonings]),
        "notes": list(answer.notes),
        "reckonings": [
            {
                "clock": each.verdict.clock,
                "policy": each.verdict.policy,
                "sentences": list(each.sentences),
                "skipped": [{"day": moment(day.day), "reason": day.reason} for day in each.skipped],
            }
            for each in answer.reckonings
        ],
        "findings": [_finding(finding) for finding in answer.findings],
        "told": [
            {
                "name": each.name,
                "address": each.address,
                "kind": each.kind,
                "reason": each.reason,
                "today": each.today,
                "because": each.because,
                "facts": each.facts,
                "again": moment(each.again),
            }
            for each in answer.told
        ],
        "quiet": list(answer.quiet),
        "sent": [
            {
                "number": each.number,
                "state": each.state,
                "address": each.address,
                "kind": each.kind,
                "moment": moment(each.moment),
                "reason": each.reason,
                "facts": each.facts,
                "words": each.words,
            }
            for each in answer.sent
        ],
    }


def compliance(answer: "Compliance") -> dict[str, Any]:
    """Return every clause of each policy, what covers it and how it stands, ready for JSON."""
    return {
        "version": VERSION,
        "as_of": answer.as_of.isoformat(),
        "policies": [_statement(each) for each in answer.statements],
    }


def _statement(statement: Statement) -> dict[str, Any]:
    policy = statement.policy
    return {
        "id": policy.id,
        "version": policy.version,
        "title": policy.title,
        "register": statement.register,
        "cases": statement.cases,
        "sources": list(policy.sources),
        "checked": policy.checked or None,
        "summary": dict(statement.counts),
        "clauses": [
            {
                "where": each.clause.where,
                "must": each.clause.must,
                "rows": list(each.clause.rows),
                "state": each.state,
                "needs": list(each.needs),
                "why_not": each.clause.why_not or None,
                "covered_by": [
                    {"kind": cover.kind, "name": cover.name, "state": cover.state, "said": cover.said}
                    for cover in each.covers
                ],
            }
            for each in statement.standings
        ],
    }


def examination(answer: "Examination") -> dict[str, Any]:
    """Return what `doctor` tested, ready for JSON."""
    return {
        "version": VERSION,
        "checks": [
            {
                "name": each.name,
                "outcome": each.outcome,
                "sentence": each.sentence,
                "next_step": each.next_step,
                "details": list(each.details),
            }
            for each in answer.checks
        ],
    }


def _register(register: Register) -> dict[str, Any]:
    recorded = register.recorded
    extra = dict.fromkeys(column.heading for layout in register.layouts for column in layout.extra)
    return {
        "id": register.id,
        "name": register.name,
        "source": register.source,
        "sheets": [_sheet(layout) for layout in register.layouts],
        "not_recorded": [field_id for field_id in FIELDS if field_id not in recorded],
        "extra": list(extra),
        "left_out": [
            {"sheet": each.sheet, "row": each.row, "reason": each.reason} for each in register.left_out
        ],
    }


def _sheet(layout: Layout) -> dict[str, Any]:
    return {
        "source": layout.source,
        "sheet": layout.sheet,
        "header_row": layout.header_row,
        "rows": layout.rows,
        "columns": {field_id: column.letter for field_id, column in layout.columns.items()},
        "notes": list(layout.notes),
    }


def _case(case: Case, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    return {
        "case": case.id,
        "ref": case.ref,
        "register": case.register,
        "sheet": case.sheet,
        "row": case.row,
        "owner": case.text("case_owner") or None,
        "department": case.text("department") or None,
        "received_on": moment(case.moment("received_on")),
        "open": case.open,
        "clocks": [_clock(verdict) for verdict in verdicts],
    }


def _clock(verdict: Verdict) -> dict[str, Any]:
    return {
        "clock": verdict.clock,
        "policy": verdict.policy,
        "verdict": verdict.outcome,
        "due_soon": verdict.due_soon,
        "start": moment(verdict.start),
        "due": moment(verdict.due),
        "stop": moment(verdict.stop),
        "late_by": _late_by(verdict.late_by),
        "reason": verdict.reason,
        "clause": verdict.clause,
    }


def _late_by(late_by: LateBy | None) -> Mapping[str, Any] | None:
    return None if late_by is None else {"value": late_by.value, "unit": late_by.unit}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "key": finding.key,
        "rule": finding.rule,
        "field": finding.field,
        "clock": finding.clock,
        "policy": finding.policy,
        "severity": finding.severity,
        "case": finding.case,
        "register": finding.register,
        "sheet": finding.sheet,
        "row": finding.row,
        "cell": finding.cell,
        "message": finding.message,
        "due": moment(finding.due),
        "owner": finding.owner,
        "clause": finding.clause,
    }


def moment(value: date | datetime | None) -> str | None:
    """Return a date, or a date with its time, in ISO form; None for none."""
    return None if value is None else value.isoformat()
