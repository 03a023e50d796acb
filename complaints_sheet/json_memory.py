"""The JSON of the memory's commands, version 1: history, restore, find, status and the rest."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from complaints_sheet.core.journal import Change, case_id
from complaints_sheet.core.ledger import OutboxEntry
from complaints_sheet.json_v1 import VERSION, moment

if TYPE_CHECKING:
    from complaints_sheet.app.accepting import PutOff, Silenced
    from complaints_sheet.app.customers import Found
    from complaints_sheet.app.forgetting import Forgotten
    from complaints_sheet.app.history import CasePast, Past
    from complaints_sheet.app.joining import Joined
    from complaints_sheet.app.keeping import Status
    from complaints_sheet.app.restoring import Restored
    from complaints_sheet.app.rollover import RolledOver
    from complaints_sheet.app.ticking import Tick
    from complaints_sheet.app.timetable import Timetable
    from complaints_sheet.core.due import JobRun


def cell(value: Any) -> Any:
    """Return a cell for JSON: a number, a yes or no, a text; dates in ISO form."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    return value.isoformat() if isinstance(value, date) else str(getattr(value, "text", value))


def backed_up(file: Path, *, dry_run: bool) -> dict[str, Any]:
    """Return where a backup is, ready for JSON."""
    return {"version": VERSION, "dry_run": dry_run, "file": str(file)}


def past(told: "Past") -> dict[str, Any]:
    """Return what each run saw, ready for JSON."""
    return {
        "version": VERSION,
        "since": moment(told.since),
        "runs": [
            {
                "run": each.run.number,
                "kind": each.run.kind,
                "at": each.at.isoformat(),
                "new": list(each.new),
                "changes": [
                    {"case": case_id(change.number), **_change(change, told.heading)}
                    for change in each.changes
                ],
            }
            for each in told.runs
        ],
    }


def case_past(told: "CasePast") -> dict[str, Any]:
    """Return one case from its first cells on, ready for JSON."""
    story = told.story
    return {
        "version": VERSION,
        "case": told.id,
        "register": story.register,
        "first_seen": None if told.from_the_start else told.at(story.first_run).isoformat(),
        "began": {told.heading(name): cell(value) for name, value in story.began.cells.items()},
        "changes": [
            {"run": each.run, "at": told.at(each.run).isoformat(), **_change(each, told.heading)}
            for each in story.changes
        ],
        "late": [
            {
                "clock": each.clock,
                "policy": each.policy,
                "due": each.due,
                "seen": told.at(each.run).isoformat(),
            }
            for each in told.late
        ],
        "observed": {
            event: {"after": moment(span.after), "until": moment(span.until)}
            for event, span in told.observed.items()
        },
    }


def _change(change: Change, heading: Callable[[str], str]) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "cells": {
            heading(name): {"before": cell(each.before), "after": cell(each.after)}
            for name, each in change.cells.items()
        },
        "why": change.why,
    }


def restored(told: "Restored") -> dict[str, Any]:
    """Return the rows brought back and their file, ready for JSON."""
    return {
        "version": VERSION,
        "dry_run": told.dry_run,
        "file": str(told.file),
        "rows": [
            {
                "case": case_id(row.number),
                "register": row.register,
                "why": row.why,
                "since": moment(row.since),
            }
            for row in told.rows
        ],
    }


def forgotten(told: "Forgotten") -> dict[str, Any]:
    """Return what was erased, ready for JSON."""
    return {
        "version": VERSION,
        "dry_run": told.dry_run,
        "case": told.case,
        "mails": [str(path) for path in told.mails],
        "packs": [str(path) for path in told.packs],
        "look_through": [str(path) for path in told.look_through],
        "backups": told.backups,
    }


def rolled_over(told: "RolledOver") -> dict[str, Any]:
    """Return what was carried over, ready for JSON."""
    return {
        "version": VERSION,
        "dry_run": told.dry_run,
        "register": told.register,
        "carried": told.carried,
        "left": told.left,
        "new": told.new,
        "config_line": told.config_line or None,
    }


def silenced(told: "Silenced", *, dry_run: bool) -> dict[str, Any]:
    """Return which finding is silent or speaks again, ready for JSON."""
    return {
        "version": VERSION,
        "dry_run": dry_run,
        "key": told.key,
        "message": told.message or None,
        "reason": told.reason or None,
        "accepted": not told.withdrawn,
    }


def put_off(told: "PutOff", *, dry_run: bool) -> dict[str, Any]:
    """Return until when a case is left out, ready for JSON."""
    return {
        "version": VERSION,
        "dry_run": dry_run,
        "case": told.case,
        "until": moment(told.until),
        "snooze_cap": told.cap,
        "listed": told.listed,
    }


def joined(told: "Joined", *, dry_run: bool) -> dict[str, Any]:
    """Return which case a row is from here on, ready for JSON."""
    return {"version": VERSION, "dry_run": dry_run, "row": told.row, "case": told.case}


def found(told: "Found") -> dict[str, Any]:
    """Return who handles which case of a customer, ready for JSON."""
    return {
        "version": VERSION,
        "as_of": told.as_of.isoformat(),
        "cases": [
            {
                "case": hit.case.id,
                "ref": hit.case.ref,
                "register": hit.case.register,
                "sheet": hit.case.sheet,
                "row": hit.case.row,
                "owner": hit.case.text("case_owner") or None,
                "department": hit.case.text("department") or None,
                "received_on": moment(hit.case.moment("received_on")),
                "open": hit.case.open,
                "customer": hit.case.text("customer_name"),
                "match": hit.how,
                "say": hit.advice,
            }
            for hit in told.answer.hits
        ],
        "more": told.answer.more,
        "notified": told.delivery and {"to": told.delivery.to, "delivered": told.delivery.delivered},
    }


def status(told: "Status") -> dict[str, Any]:
    """Return how things stand, ready for JSON."""
    return {
        "version": VERSION,
        "as_of": told.as_of.isoformat(),
        "troubles": list(told.troubles),
        "runs": [
            {"run": run.number, "kind": run.kind, "at": run.as_of.isoformat(), "outcome": run.outcome}
            for run in told.runs
        ],
        "mails": dict(told.counts),
        "waiting": [message(each) for each in told.waiting],
        "cases": told.cases,
        "removed": told.gone,
        "accepted": told.accepted,
        "snoozed": told.snoozed,
        "disposal": [{"case": each.case.name, "since": moment(each.since)} for each in told.disposal],
        "last_backup": str(told.last_backup) if told.last_backup else None,
        "schedule": _timetable(told.timetable),
    }


def tick(told: "Tick") -> dict[str, Any]:
    """Return what a tick did, ready for JSON."""
    return {
        "version": VERSION,
        "as_of": told.at.isoformat(),
        "first": told.first,
        "held": told.held or None,
        "busy": told.busy or None,
        "ran": [
            {
                "occurrence": each.occurrence.key,
                "due": each.occurrence.moment.isoformat(),
                "outcome": each.outcome,
                "words": each.words,
            }
            for each in told.ran
        ],
        "skipped": [{"occurrence": each.occurrence.key, "reason": each.reason} for each in told.skipped],
    }


def _timetable(shown: "Timetable") -> dict[str, Any]:
    return {
        "last_tick": moment(shown.last_tick),
        "silent": shown.silent,
        "jobs": [
            {
                "job": line.job.id,
                "name": line.name,
                "last": line.last and {"occurrence": line.last.key, **_record(line.last)},
                "next": moment(line.next.moment if line.next else None),
            }
            for line in shown.lines
        ],
    }


def _record(run: "JobRun") -> dict[str, Any]:
    return {
        "due": run.moment.isoformat(),
        "state": run.state,
        "tries": run.tries,
        "last_try": moment(run.last_try),
        "words": run.words,
    }


def message(entry: OutboxEntry) -> dict[str, Any]:
    """Return how one message stands, without its text, ready for JSON."""
    return {
        "number": entry.number,
        "state": entry.state,
        "kind": entry.message.kind,
        "to": entry.message.address,
        "subject": entry.message.subject,
        "reason": entry.message.reason,
        "words": entry.words,
        "queued": entry.queued.isoformat(),
        "changed": entry.changed.isoformat(),
        "attempts": entry.attempts,
    }
