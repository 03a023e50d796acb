"""From a notice to a message: its words, its templates, its bytes."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from complaints_sheet.core.digests import TEMPLATES, Letterhead, context, subject
from complaints_sheet.core.messages import Letter, Message, message
from complaints_sheet.core.notice import MailRules, Notice
from complaints_sheet.core.routing import one_address
from complaints_sheet.render import page, plain


def compose(
    notice: Notice,
    letterhead: Letterhead,
    rules: MailRules,
    now: datetime,
    *,
    sender: str = "",
    folders: Sequence[Path] = (),
) -> Message:
    """Return the notice as a message, written from the templates in `folders` or those of the program.

    `now` is aware and becomes its Date. `sender` is the robot's address; without one it is `complaints-sheet`
    at the domain of whoever reads the answers. Raises ConfigError for a broken template.
    """
    values = context(notice, letterhead, rules)
    template = TEMPLATES[notice.kind]
    reply_to = letterhead.reply_to
    answers = one_address(reply_to.email) if reply_to else None
    return message(
        Letter(
            key=notice.key,
            kind=notice.kind,
            to_name=notice.receiver.name,
            to=notice.address,
            from_name=f"{letterhead.name} complaints",
            sender=sender or f"complaints-sheet@{(answers or notice.address).rpartition('@')[2]}",
            subject=subject(notice),
            text=plain(f"{template}.txt", values, folders),
            html=page(f"{template}.html", values, folders),
            date=now,
            reply_to_name=reply_to.name if reply_to and answers else "",
            reply_to=answers or "",
            list_name=f"{letterhead.name} complaints",
            series=f"{notice.kind}:{notice.address}",
        )
    )
