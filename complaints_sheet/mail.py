"""From a notice or an alert to a message: its words, its templates, its bytes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from complaints_sheet.core.alerts import ALERT_TEMPLATES, Alert, alert_context
from complaints_sheet.core.digests import TEMPLATES, Letterhead, context
from complaints_sheet.core.digests import subject as subject_of
from complaints_sheet.core.messages import Attachment, Letter, Message, message
from complaints_sheet.core.notice import MailRules, Notice
from complaints_sheet.core.routing import one_address
from complaints_sheet.render import page, plain


def compose(
    notice: Notice,
    letterhead: Letterhead,
    rules: MailRules,
    now: datetime,
    *,
    folders: Sequence[Path] = (),
    attachments: Sequence[Attachment] = (),
) -> Message:
    """Return the notice as a message with any files, from the templates in `folders` or those of the program.

    `now` is aware and becomes its Date. Raises ConfigError for a broken template.
    """
    values = context(notice, letterhead, rules)
    series = f"{notice.kind}:{notice.address}"
    words = _words(TEMPLATES[notice.kind], values, folders)
    return _message(
        notice,
        letterhead,
        now,
        subject=subject_of(notice),
        words=words,
        series=series,
        attachments=attachments,
    )


def compose_alert(
    alert: Alert,
    letterhead: Letterhead,
    now: datetime,
    *,
    folders: Sequence[Path] = (),
    attachments: Sequence[Attachment] = (),
) -> Message:
    """Return the alert as a message, with any files; as with a notice, but its repeats are not threaded."""
    words = _words(ALERT_TEMPLATES[alert.kind], alert_context(alert, letterhead), folders)
    return _message(alert, letterhead, now, subject=alert.subject, words=words, attachments=attachments)


def _words(template: str, values: Mapping[str, object], folders: Sequence[Path]) -> tuple[str, str]:
    return plain(f"{template}.txt", values, folders), page(f"{template}.html", values, folders)


def _message(
    about: Notice | Alert,
    letterhead: Letterhead,
    now: datetime,
    *,
    subject: str,
    words: tuple[str, str],
    series: str = "",
    attachments: Sequence[Attachment] = (),
) -> Message:
    reply_to = letterhead.reply_to
    answers = one_address(reply_to.email) if reply_to else None
    text, html = words
    return message(
        Letter(
            key=about.key,
            kind=about.kind,
            to_name=about.receiver.name,
            to=about.address,
            from_name=letterhead.from_name,
            sender=letterhead.sender or f"complaints-sheet@{(answers or about.address).rpartition('@')[2]}",
            subject=subject,
            text=text,
            html=html,
            date=now,
            reply_to_name=reply_to.name if reply_to and answers else "",
            reply_to=answers or "",
            list_name=f"{letterhead.name} complaints",
            series=series,
            attachments=tuple(attachments),
        )
    )
