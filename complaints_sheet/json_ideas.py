"""The JSON of `ideas`, version 1: lists, one idea's story, decisions, whom to tell."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from complaints_sheet.core.idea_words import SaidDid, Standing
from complaints_sheet.core.ideas import Comment, idea_id
from complaints_sheet.core.proposals import Alike
from complaints_sheet.json_v1 import VERSION, moment

if TYPE_CHECKING:
    from datetime import date

    from complaints_sheet.app.deciding import Changed, Customers, IdeasNow, IdeaStory


def ideas(told: "IdeasNow") -> dict[str, Any]:
    """Return every idea, ready for JSON."""
    return {
        "version": VERSION,
        "as_of": moment(told.moment),
        "log": str(told.log) if told.log else None,
        "ideas": [idea(each, told.moment.date()) for each in told.standings],
        "alike": [_pair(each) for each in told.alike],
        "notes": list(told.notes),
    }


def idea(about: Standing, today: "date") -> dict[str, Any]:
    """Return one idea with what stands around it, ready for JSON."""
    of, effect = about.idea, about.effect
    return {
        "idea": of.name,
        "words": of.words,
        "stage": of.stage,
        "since": moment(of.since),
        "days_in_stage": of.days_in_stage(today),
        "raised": moment(of.raised),
        "department": of.department or None,
        "theme": of.theme or None,
        "solution": of.solution or None,
        "reply_by": moment(of.reply_by),
        "circulated": moment(of.circulated),
        "owner": of.owner or None,
        "due": moment(of.due),
        "late": of.late(today),
        "reason": of.reason or None,
        "merged_into": idea_id(of.into) if of.into else None,
        "decided_by": of.decided_by or None,
        "approved_by": of.approved_by or None,
        "staff_told": moment(of.staff_told),
        "customers_told": moment(of.customers_told),
        "complaints": list(about.cases),
        "comments": about.comments,
        "effect": effect
        and {"before": effect.before, "after": effect.after, "days_after": effect.days_after},
        "not_taken": list(about.refused),
    }


def _pair(pair: Alike) -> dict[str, Any]:
    return {"idea": pair.idea.name, "like": pair.other.name, "score": pair.score}


def story(told: "IdeaStory") -> dict[str, Any]:
    """Return one idea with its history and its comments, ready for JSON."""
    return {
        "version": VERSION,
        **idea(told.standing, told.moment.date()),
        "alike": [_pair(each) for each in told.alike],
        "history": [
            {
                "day": moment(each.day),
                "what": each.field,
                "from": None if each.field == "mail" else each.before or None,
                "to": each.after or None,
                "by": each.by or None,
                "where": each.place,
            }
            for each in told.events
        ],
        "said": [_comment(each) for each in told.comments],
        "notes": list(told.notes),
    }


def _comment(said: Comment) -> dict[str, Any]:
    return {
        "from": said.who or None,
        "words": said.words,
        "day": moment(said.day),
        "where": said.place,
        "pack": moment(said.pack),
    }


def changed(told: "Changed") -> dict[str, Any]:
    """Return ideas after a decision or a comment, ready for JSON."""
    return {
        "version": VERSION,
        "dry_run": told.dry_run,
        "ideas": [idea(each, told.moment.date()) for each in told.standings],
        "notes": list(told.notes),
    }


def customers(told: "Customers") -> dict[str, Any]:
    """Return whose complaint led to a change, ready for JSON."""
    return {
        "version": VERSION,
        "idea": told.standing.idea.name,
        "did": told.said.did,
        "since": moment(told.said.on),
        "cases": [
            {
                "case": each.id,
                "ref": each.ref,
                "row": each.row,
                "customer": each.text("customer_name") or None,
                "owner": each.text("case_owner") or None,
            }
            for each in told.cases
        ],
        "no_longer_there": list(told.gone),
    }


def said(changes: Sequence[SaidDid], file: Path | None, *, dry_run: bool) -> dict[str, Any]:
    """Return "You said, we did", ready for JSON."""
    return {
        "version": VERSION,
        "dry_run": dry_run,
        "file": str(file) if file else None,
        "changes": [
            {
                "idea": each.idea,
                "said": each.said,
                "did": each.did,
                "since": moment(each.on),
                "came_of_it": each.came_of_it or None,
                "approved": each.approved,
            }
            for each in changes
        ],
    }
