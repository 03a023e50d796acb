"""The JSON of the outbox's commands, version 1."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from complaints_sheet.core.ledger import OutboxEntry
from complaints_sheet.json_memory import message
from complaints_sheet.json_v1 import VERSION, moment

if TYPE_CHECKING:
    from complaints_sheet.app.arming import Switch
    from complaints_sheet.app.posting import Messages, MessageStory


def messages(found: "Messages") -> dict[str, Any]:
    """Return how messages stand and what keeps mail back, ready for JSON."""
    return {
        "version": VERSION,
        "troubles": list(found.troubles),
        "messages": [message(each) for each in found.entries],
    }


def moved(entries: Sequence[OutboxEntry]) -> dict[str, Any]:
    """Return how messages stand after a change, ready for JSON."""
    return {"version": VERSION, "messages": [message(each) for each in entries]}


def story(told: "MessageStory") -> dict[str, Any]:
    """Return one message with its facts and its steps, ready for JSON."""
    return {
        "version": VERSION,
        **message(told.entry),
        "name": told.name or None,
        "run": told.run.number if told.run else None,
        "facts": [
            {
                "case": each.case,
                "group": each.told.group if each.told else None,
                "due": moment(each.told.due) if each.told else None,
                "step": each.told.step if each.told else None,
                "first_told": moment(each.told.first) if each.told else None,
            }
            for each in told.facts
        ],
        "steps": [
            {"at": each.at.isoformat(), "state": each.state, "words": each.words} for each in told.steps
        ],
    }


def switch(shown: "Switch") -> dict[str, Any]:
    """Return how a channel is switched and what would go, ready for JSON."""
    return {
        "version": VERSION,
        "channel": shown.channel,
        "armed": shown.kept.armed.isoformat() if shown.kept.armed else None,
        "why_off": shown.why_off or None,
        "would_go": [
            {"to": each.to, "subject": each.subject, "kind": each.kind, "reason": each.reason}
            for each in shown.would_go
        ],
    }
