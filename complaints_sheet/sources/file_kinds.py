"""What a file really is, told from its first bytes and never from its name."""

import re
from typing import Literal, TypeAlias

from complaints_sheet.errors import SourceError

FileKind: TypeAlias = Literal["zip", "xls", "text"]

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
OLD_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00")
BIFF8_GLOBALS = b"\x09\x08\x10\x00\x00\x06\x05\x00"  # the first record of an .xls, 20 bytes long
FILE_PASS, WRITE_PROTECTED = b"\x2f\x00", b"\x86\x00"
FOREIGN = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"{\\rtf": "a Word (RTF) document",
    b"\x1f\x8b": "a compressed archive",
    b"7z\xbc\xaf": "a compressed archive",
    b"Rar!": "a compressed archive",
    b"SQLite format 3": "a database",
}
SAVE_AGAIN = "Open it in Excel, choose Save As, and save it as an Excel workbook (.xlsx)."


def file_kind(name: str, content: bytes) -> FileKind:
    """Return what the bytes are: a zipped workbook, an old .xls, or text; else raises SourceError."""
    if content.startswith(b"PK"):
        return "zip"
    if content.startswith(OLE):
        return _ole_kind(name, content)
    if content.startswith(OLD_BIFF):
        return "xls"
    for mark, what in FOREIGN.items():
        if content.startswith(mark):
            raise not_a_register(name, what)
    return _text_kind(name, content)


def password_protected(name: str) -> SourceError:
    """Return the error for a workbook that needs a password."""
    return SourceError(
        f"{name} is password-protected, so it cannot be read.",
        "Open it in Excel, remove the password (File, Info, Protect Workbook, Encrypt with Password: leave "
        "it empty), and keep the file safe with folder permissions instead.",
    )


def not_a_register(name: str, what: str) -> SourceError:
    """Return the error for a file of a kind that is never read."""
    return SourceError(
        f"{name} is {what}, not a workbook.",
        f"Registers can be .xlsx, .xlsm, .xlsb, .xls, .ods or .csv. {SAVE_AGAIN}",
    )


def _ole_kind(name: str, content: bytes) -> FileKind:
    if ENCRYPTED in content or _has_file_pass(content):
        raise password_protected(name)
    streams = ("Workbook", "Book", "WORKBOOK", "BOOK")
    if any(stream.encode("utf-16-le") in content for stream in streams):
        return "xls"
    if "WordDocument".encode("utf-16-le") in content:
        raise not_a_register(name, "a Word document")
    raise not_a_register(name, "some other Office file, or an old workbook that is cut off")


def _has_file_pass(content: bytes) -> bool:
    """Return True where an .xls says, right after its first record, that what follows is encrypted."""
    start = content.find(BIFF8_GLOBALS)
    follows = content[start + 20 : start + 22] if start >= 0 else b""
    if follows == WRITE_PROTECTED:
        follows = content[start + 24 : start + 26]
    return follows == FILE_PASS


def _text_kind(name: str, content: bytes) -> FileKind:
    head = content[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").lower()
    if b'progid="excel.sheet"' in head or b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        raise not_a_register(name, "a workbook in an old XML form (XML Spreadsheet 2003)")
    if re.match(rb"<(!doctype html|html|head|body|table|meta|div)|<\?xml[^>]*>\s*<html", head):
        raise not_a_register(name, "a web page that was given a workbook's name")
    if head.startswith((b"<?xml", b"<")):
        raise not_a_register(name, "an XML file")
    looks_binary = content[:2] not in (b"\xff\xfe", b"\xfe\xff") and _share_of_controls(content[:4096]) > 0.05
    if looks_binary and not _is_wide_text(content[:4096]):
        raise not_a_register(name, "not text and not a zip file")
    return "text"


def _share_of_controls(sample: bytes) -> float:
    return sum(byte < 32 and byte not in (9, 10, 12, 13) for byte in sample) / max(len(sample), 1)


def _is_wide_text(sample: bytes) -> bool:
    """Return True for UTF-16 without its mark: every second byte of Western text is zero."""
    return max(sample[0::2].count(0), sample[1::2].count(0)) > 0.4 * len(sample[0::2])
