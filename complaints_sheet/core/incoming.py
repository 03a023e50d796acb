"""Mail that comes back, understood from its bytes: delivery reports, automatic answers, replies."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from hashlib import blake2b
from typing import cast

from complaints_sheet.core.messages import KEY_HEADER, clean_header
from complaints_sheet.core.routing import one_address

HEADINGS = (
    "Message-ID",
    "In-Reply-To",
    "References",
    "From",
    "Subject",
    "Return-Path",
    "Content-Type",
    "Auto-Submitted",
    "Precedence",
    "X-Autoreply",
    "X-Autorespond",
    KEY_HEADER,
)
"""What has to be read of a message to know whether it concerns us."""

_OURS = re.compile(r"<cs\.(?!series\.)([0-9a-f]{6,})@[^>\s]+>")
_OUR_KEY = re.compile(rf"(?im)^{KEY_HEADER}:\s*([0-9a-f]{{6,}})\s*$")
_OUT_OF_OFFICE = re.compile(
    r"^(automatic reply|auto(matic)?[- ]?response|out of (the )?office|abwesen\w*|automatische antwort)\b",
    re.IGNORECASE,
)
_TAG = re.compile(r"(?is)<(script|style|head)\b.*?</\1>|<br\s*/?>|</(p|div|li|tr)>|<[^>]+>")
_FULL_MAILBOX = ("5.2.2", "5.2.3", "5.3.4")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message by its heading: who wrote it, and which mails of ours it answers (their short keys).

    `key` is the same whenever it is read. `ours` is a copy of a mail of ours.
    """

    key: str
    sender: str
    subject: str
    answers: tuple[str, ...] = ()
    automatic: bool = False
    report: bool = False
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report that a mail of ours was not delivered: to which address, and why; `final` where for good.

    `wrong_address` where the address is to blame, not a full mailbox or a message too large.
    """

    address: str
    status: str
    words: str
    answers: tuple[str, ...]
    final: bool
    wrong_address: bool


def incoming(heading: bytes) -> Incoming:
    """Return what the heading of a message says (RFC 5322; automatic: RFC 3834 and what is usual)."""
    found = _parsed(heading)
    message_id = _text(found, "Message-ID")
    threads = f"{_text(found, 'In-Reply-To')} {_text(found, 'References')}"
    sender = parseaddr(_text(found, "From"))[1]
    report = found.get_content_type() == "multipart/report"
    return Incoming(
        key=blake2b(f"{message_id}\0{sender}\0{threads}".encode(), digest_size=12).hexdigest(),
        sender=one_address(sender) or "",
        subject=clean_header(_text(found, "Subject")),
        answers=tuple(dict.fromkeys(_OURS.findall(threads))),
        automatic=not report and _is_automatic(found),
        report=report,
        ours=bool(_text(found, KEY_HEADER)) or bool(_OURS.search(message_id)),
    )


def _is_automatic(found: EmailMessage) -> bool:
    said = _text(found, "Auto-Submitted").partition(";")[0].strip().casefold()
    return (
        said not in ("", "no")
        or _text(found, "Precedence").strip().casefold() in ("bulk", "junk", "list", "auto_reply")
        or bool(_text(found, "X-Autoreply") or _text(found, "X-Autorespond"))
        or _text(found, "Return-Path").strip() == "<>"
        or bool(_OUT_OF_OFFICE.match(_text(found, "Subject").strip()))
    )


def bounce(content: bytes) -> Bounce | None:
    """Return what a delivery report says of the mail of ours that it is about (RFC 3464), or None."""
    found = _parsed(content)
    if found.get_content_type() != "multipart/report":
        return None
    answers = tuple(dict.fromkeys(_returned(found)))
    for part in found.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in cast("list[EmailMessage]", part.get_payload()):
            if told := _told(block, answers):
                return told
    return None


def _told(block: EmailMessage, answers: tuple[str, ...]) -> Bounce | None:
    receiver = _text(block, "Original-Recipient") or _text(block, "Final-Recipient")
    address = one_address(receiver.partition(";")[2].strip())
    action = _text(block, "Action").strip().casefold()
    if not address or not answers or action not in ("failed", "delayed"):
        return None
    status = _text(block, "Status").strip().partition(" ")[0]
    final = action == "failed" and not status.startswith("4")
    wrong = (
        final
        and status not in _FULL_MAILBOX
        and status.startswith(("5.1.", "5.0.", "5.2.1", "5.4.", "5.7.13"))
    )
    words = clean_header(_text(block, "Diagnostic-Code").partition(";")[2].strip() or status, 200)
    return Bounce(address, status, words, answers, final, wrong)


def _returned(found: EmailMessage) -> Iterator[str]:
    """Yield the short keys of our mail that the report returns, whole or only its heading."""
    for part in found.walk():
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers", "message/global-headers"):
            text = part.as_bytes().decode("latin-1")
            yield from _OUR_KEY.findall(text)
            yield from _OURS.findall(text)


def written_text(content: bytes) -> str:
    """Return the text of a message as it came, quotes and all; of HTML alone, the words."""
    found = _parsed(content)
    body = found.get_body(("plain", "html"))
    if body is None:
        return ""
    try:
        text = str(body.get_content())
    except (LookupError, UnicodeError, ValueError):
        payload = body.get_payload(decode=True)
        text = payload.decode("latin-1") if isinstance(payload, bytes) else ""
    if body.get_content_type() == "text/html":
        from html import unescape

        text = unescape(_TAG.sub(lambda tag: "\n" if tag[0].startswith(("<br", "</", "<BR")) else " ", text))
    return text.replace("\r\n", "\n").replace("\0", "")


def _parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=default)


def _text(found: EmailMessage, name: str) -> str:
    """Return a header on one line; one that is not well-formed counts as missing."""
    try:
        return " ".join(str(found.get(name) or "").split())
    except (ValueError, IndexError, AttributeError, TypeError):  # what the parser makes of malformed headers
        return ""
