"""The bytes of a message, part by part: headers folded once, text in quoted-printable by the C library."""

import re
from binascii import b2a_qp
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from functools import lru_cache

_PLAIN_VALUE = re.compile(r"[!-~](?:[ -~]{0,58}[!-~])?")  # short printable ASCII: nothing to fold or encode
_PLAIN_NAME = re.compile(r"[A-Za-z0-9]+(?: [A-Za-z0-9]+)*")
_MOST_ON_A_LINE = 76


@lru_cache(maxsize=4096)
def header(name: str, value: str) -> bytes:
    """Return one header as bytes with its line end; anything but short plain ASCII is encoded and folded.

    `value` must be one line without control characters.
    """
    if _PLAIN_VALUE.fullmatch(value) and "=?" not in value:
        return f"{name}: {value}\r\n".encode("ascii")
    return _folded(name, value)


@lru_cache(maxsize=4096)
def mailbox(name: str, words: str, address: str) -> bytes:
    """Return a header with exactly one mailbox; `address` must be one well-formed ASCII address."""
    if _PLAIN_NAME.fullmatch(words) and len(name) + len(words) + len(address) + 5 <= _MOST_ON_A_LINE:
        return f"{name}: {words} <{address}>\r\n".encode("ascii")
    return _folded(name, Address(display_name=words, addr_spec=address))


def _folded(name: str, value: object) -> bytes:
    return SMTP.fold_binary(*SMTP.header_store_parse(name, value))


def text_part(subtype: str, text: str) -> bytes:
    """Return a text as one part of a message, in UTF-8 and quoted-printable, its lines ended as mail asks."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").replace("\n", "\r\n")
    body = b2a_qp(f"{lines}\r\n".encode("utf-8", "replace"), istext=True)
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n'
    return head.encode("ascii") + b"\r\n" + body


def file_part(name: str, media_type: str, content: bytes) -> bytes:
    """Return a file as one part of a message."""
    main, _, sub = media_type.partition("/")
    part = EmailMessage(policy=SMTP)
    part.set_content(content, main, sub, disposition="attachment", filename=name)
    del part["MIME-Version"]  # stands once, at the head of the message
    return part.as_bytes()


def multipart(subtype: str, boundary: str, parts: Sequence[bytes]) -> bytes:
    """Return parts as one part of a message; none of them may hold the boundary."""
    mark = f"--{boundary}".encode("ascii")
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n'.encode("ascii")
    body = b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts)
    return head + body + mark + b"--\r\n"
