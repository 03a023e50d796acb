"""A page that shows mails exactly as they would go: headers, HTML, text twin, source. Nothing is sent."""

import os
import shutil
import sys
import tempfile
import webbrowser
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from complaints_sheet.core.ledger import Outgoing
from complaints_sheet.core.wording import clock_time, full_date

PREFIX = "complaints-sheet-preview-"


@dataclass(frozen=True, slots=True)
class Shown:
    """One mail as the page shows it; `files` names what is attached, and `source` is the whole of it."""

    to: str
    subject: str
    kind: str
    reason: str
    headers: tuple[tuple[str, str], ...]
    html: str
    text: str
    source: str
    files: tuple[str, ...] = ()


def preview(messages: Sequence[Outgoing], organisation: str, moment: datetime) -> Path:
    """Write the page of these mails into a new folder that only this account may read, and return its file.

    The folder lies among the temporary files of the computer, never beside the register; earlier previews are
    taken away. `moment` is local.
    """
    from complaints_sheet.render import page

    for earlier in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        shutil.rmtree(earlier, ignore_errors=True)
    context = {
        "organisation": organisation,
        "when": f"{full_date(moment.date())}, {clock_time(moment)}",
        "mails": [shown(each) for each in messages],
    }
    file = Path(tempfile.mkdtemp(prefix=PREFIX)) / f"mails {moment.date()}.html"
    file.write_text(page("preview/mails.html", context, ()), encoding="utf-8", newline="\n")
    return file


def shown(message: Outgoing) -> Shown:
    """Return a queued mail as the page shows it, read back from the bytes that would be sent."""
    mime = message_from_bytes(message.content, policy=SMTP)
    html, text = (_body(mime, subtype) for subtype in ("html", "plain"))
    files = tuple(str(part.get_filename()) for part in mime.iter_attachments())
    return Shown(
        message.address,
        message.subject,
        message.kind,
        message.reason,
        tuple((name, " ".join(str(value).split())) for name, value in mime.items()),
        html,
        text,
        "" if files else message.content.decode("ascii", "replace").replace("\r\n", "\n"),
        files,
    )


def _body(mime: EmailMessage, subtype: str) -> str:
    part = mime.get_body(preferencelist=(subtype,))
    return str(part.get_content()).replace("\r\n", "\n") if part else ""


def opened(file: Path) -> bool:
    """Return True where a browser shows the page now, in a window: never one that takes the terminal."""
    if not _has_screen():
        return False
    try:
        return webbrowser.open(file.as_uri())
    except webbrowser.Error:
        return False


def _has_screen() -> bool:
    return sys.platform in ("win32", "darwin") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    )
