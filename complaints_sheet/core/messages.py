"""A message as bytes: the same notice always becomes the same bytes, with exactly one recipient."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parsedate_to_datetime, unquote
from hashlib import blake2b
from html import escape

from complaints_sheet.core.ledger import Outgoing
from complaints_sheet.core.mime import file_part, header, mailbox, multipart, text_part
from complaints_sheet.core.routing import one_address
from complaints_sheet.core.wording import shorten

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
_NOT_IN_A_FILE_NAME = re.compile(r'[<>:"/\\|?*\x00-\x1f]+')
HEADER_LENGTH = 150
KEY_HEADER = "X-Complaints-Sheet-Key"

# Everything but NDR: "All" would also keep back the report that an address is wrong (MS-OXCMAIL 2.1.3.2.20).
_NO_ANSWERS = "DR, RN, NRN, OOF, AutoReply"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message: its name, its media type, its bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """What a message is made of. `key` makes it unique; `series` is what threads its repeats together."""

    key: str
    kind: str  # "owner digest", "pack": printed in the file's name
    to_name: str
    to: str
    from_name: str
    sender: str
    subject: str
    text: str
    html: str
    date: datetime  # aware
    reply_to_name: str = ""
    reply_to: str = ""
    list_name: str = ""
    series: str = ""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """A message ready to deliver: its bytes, its one recipient, and the names it is known by.

    `file_name` ends in .eml and names the day, the receiver (never a customer) and the kind.
    """

    key: str
    short_key: str
    message_id: str
    kind: str
    sender: str
    to: str
    subject: str
    content: bytes
    file_name: str


def message(letter: Letter) -> Message:
    """Return the letter as a message: text and HTML, any files, one To, and headers that stop auto-replies.

    Raises ValueError where sender, recipient or Reply-To is not exactly one well-formed address.
    """
    for address in (letter.to, letter.sender, *filter(None, [letter.reply_to])):
        if one_address(address) is None:
            raise ValueError(
                "a message needs exactly one well-formed address in each of From, To and Reply-To"
            )
    short_key = _short(letter.key)
    message_id = f"<cs.{short_key}@{_domain(letter.sender)}>"
    subject = clean_header(letter.subject)
    return Message(
        key=letter.key,
        short_key=short_key,
        message_id=message_id,
        kind=letter.kind,
        sender=letter.sender,
        to=letter.to,
        subject=subject,
        content=b"".join(_headers(letter, subject, message_id)) + _body(letter),
        file_name=_file_name(letter.date.date(), letter.to_name or letter.to, letter.kind, short_key),
    )


def _body(letter: Letter) -> bytes:
    """Return text and HTML side by side, and after them any files."""
    words = multipart(
        "alternative",
        _boundary(letter.key),
        [text_part("plain", letter.text), text_part("html", letter.html)],
    )
    if not letter.attachments:
        return words
    files = [file_part(clean_header(each.name), each.media_type, each.content) for each in letter.attachments]
    return multipart("mixed", _boundary(f"{letter.key} with its files"), [words, *files])


def _boundary(key: str) -> str:
    return f"=_cs_{_short(key, 12)}"


def stored_message(outgoing: Outgoing) -> Message:
    """Return a message as the outbox keeps it: the same bytes, the same names, whenever it is delivered."""
    # Two headers are looked up as they stand: parsing all of them takes as long as sending the message.
    written = _stored_header(outgoing.content, "To").rpartition("<")[0].strip()
    to_name = str(make_header(decode_header(written))) if "=?" in written else unquote(written)
    day = parsedate_to_datetime(_stored_header(outgoing.content, "Date")).date()
    short = short_key(outgoing)
    return Message(
        key=outgoing.key.removeprefix(f"{outgoing.channel}:"),
        short_key=short,
        message_id=outgoing.message_id,
        kind=outgoing.kind,
        sender=outgoing.sender,
        to=outgoing.address,
        subject=outgoing.subject,
        content=outgoing.content,
        file_name=_file_name(day, to_name or outgoing.address, outgoing.kind, short),
    )


def _stored_header(content: bytes, name: str) -> str:
    """Return a header of a message of ours as it is written, on one line."""
    found = re.search(rb"(?m)^%b: ((?:.*\r?\n[ \t])*.*)\r?$" % name.encode(), content)
    return re.sub(r"\s*\n\s+", " ", found[1].decode("ascii", "replace")).strip() if found else ""


def short_key(outgoing: Outgoing) -> str:
    """Return the key that a stored message carries in its own header, by which its copy is found again."""
    return _short(outgoing.key.removeprefix(f"{outgoing.channel}:"))


def redirected(message: Message, address: str) -> Message:
    """Return the message as a test for one address, saying in subject and first line whom it is really for.

    It has a key and a Message-ID of its own, so that a test never passes for the message itself.
    """
    key = f"test:{message.key}"
    short = _short(key)
    mime = message_from_bytes(message.content, policy=SMTP)
    really = f"{mime['To'].addresses[0].display_name} <{message.to}>".strip()
    subject = clean_header(f"[Test, for {really}] {message.subject}")
    message_id = f"<cs.{short}@{_domain(message.sender)}>"
    headers = {"To": _mailbox("", address), "Subject": subject, "Message-ID": message_id, KEY_HEADER: short}
    for name, value in headers.items():
        del mime[name]
        mime[name] = value
    _say_first(mime, f"This is a test. When mail is switched on, it goes to {really}.")
    return replace(
        message,
        key=key,
        short_key=short,
        message_id=message_id,
        to=address,
        subject=subject,
        content=mime.as_bytes(),
    )


def files_of(content: bytes) -> tuple[Attachment, ...]:
    """Return the files that go with a message of ours."""
    mime = message_from_bytes(content, policy=SMTP)
    found = ((part, part.get_payload(decode=True)) for part in mime.iter_attachments())
    return tuple(
        Attachment(part.get_filename(""), part.get_content_type(), body)
        for part, body in found
        if isinstance(body, bytes)
    )


def without_files(content: bytes, said: str) -> bytes:
    """Return a message of ours without its files; the first line says what became of them."""
    mime = message_from_bytes(content, policy=SMTP)
    words = next(mime.iter_parts())
    del mime["Content-Type"]
    mime["Content-Type"] = words["Content-Type"]
    mime.set_payload(words.get_payload())
    _say_first(mime, said)
    return mime.as_bytes()


def _say_first(mime: EmailMessage, said: str) -> None:
    """Put a line before everything that the message says."""
    for kind in ("plain", "html"):
        body = mime.get_body((kind,))
        if isinstance(body, EmailMessage):
            body.set_content(
                _with_first_line(body.get_content(), said, kind), subtype=kind, cte="quoted-printable"
            )


def _with_first_line(text: str, said: str, kind: str) -> str:
    if kind == "plain":
        return f"{said}\n\n{text}"
    line = f'<p style="margin:0;padding:8px 16px;background:#fff3cd;color:#3d2c00">{escape(said)}</p>'
    start = found.end() if (found := re.search(r"<body[^>]*>", text, re.IGNORECASE)) else 0
    return text[:start] + line + text[start:]


def clean_header(text: str, most: int = HEADER_LENGTH) -> str:
    """Return text that is safe in a header: one line, no control or direction marks, `most` letters."""
    return shorten(_CONTROLS.sub(" ", text), most)


def _headers(letter: Letter, subject: str, message_id: str) -> Iterator[bytes]:
    domain = _domain(letter.sender)
    yield mailbox("From", clean_header(letter.from_name), letter.sender)
    yield mailbox("To", clean_header(letter.to_name), letter.to)
    if letter.reply_to:
        yield mailbox("Reply-To", clean_header(letter.reply_to_name), letter.reply_to)
    yield header("Subject", subject)
    yield header("Date", format_datetime(letter.date))
    yield _id_header("Message-ID", message_id)
    if letter.series:
        root = f"<cs.series.{_short(letter.series)}@{domain}>"
        yield _id_header("In-Reply-To", root)
        yield _id_header("References", root)
    yield header("Auto-Submitted", "auto-generated")
    yield header("X-Auto-Response-Suppress", _NO_ANSWERS)
    yield header("List-Id", f"{_list_words(letter.list_name)} <complaints-sheet.{domain}>".strip())
    yield header(KEY_HEADER, _short(letter.key))
    yield header("MIME-Version", "1.0")


def _id_header(name: str, value: str) -> bytes:
    """Return a header that holds an id of ours: letters, digits and a well-formed domain, on one line."""
    return f"{name}: {value}\r\n".encode("ascii")


def _mailbox(name: str, address: str) -> Address:
    return Address(display_name=clean_header(name), addr_spec=address)


def _list_words(text: str) -> str:
    return re.sub(r'[<>"\\]+', " ", clean_header(text)).strip()


def _domain(address: str) -> str:
    return address.rpartition("@")[2].casefold()


def _short(key: str, bytes_long: int = 8) -> str:
    return blake2b(key.encode(), digest_size=bytes_long).hexdigest()


def _file_name(day: date, to: str, kind: str, short_key: str) -> str:
    who = _NOT_IN_A_FILE_NAME.sub(" ", clean_header(to))
    words = " ".join(f"{shorten(who, 60)} - {kind}".split())
    return f"{day} {words} {short_key[:10]}.eml"
