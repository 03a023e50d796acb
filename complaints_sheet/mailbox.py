"""The journal: copies of sent mail in the robot's mailbox, read by IMAP to settle what may have gone out."""

import re
from base64 import b64encode
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.parser import BytesHeaderParser
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from complaints_sheet.core.incoming import HEADINGS, Incoming, incoming
from complaints_sheet.core.messages import KEY_HEADER, clean_header
from complaints_sheet.errors import DeliveryError
from complaints_sheet.mail_access import password_from, trust, unreached
from complaints_sheet.mail_tokens import Access, token, xoauth2
from complaints_sheet.microsoft_graph import SentItems, graph_connection

if TYPE_CHECKING:
    import imaplib

INBOX = "INBOX"
USUAL_PORT = "Usual for IMAP with TLS is port 993."
AT_ONCE = 500  # messages whose headings are asked for in one go
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# Where a copy can be: sent, or sorted away by a rule or filter (RFC 6154); names for servers that say less.
_HOLDS_COPIES = re.compile(rb"\\(Sent|All|Archive|Junk|Trash)\b", re.IGNORECASE)
_USUAL_NAMES = ("Sent", "Sent Items", "Sent Messages")
_LISTED = re.compile(rb'\((?P<flags>[^)]*)\) (?:"[^"]*"|NIL) (?P<name>.+)')
_OUR_MESSAGE_ID = re.compile(r"<cs\.([0-9a-f]+)@")
_UID = re.compile(rb"UID (\d+)")
_NOT_PRINTABLE_ASCII = re.compile(r"[^\x20-\x7e]+")


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the journal is. Without `folders` it is the inbox and whatever holds sent or sorted mail."""

    host: str
    user: str
    password_variable: str
    password_file: Path | None = None
    port: int = 993
    ca_file: Path | None = None
    folders: tuple[str, ...] = ()
    timeout: float = 60
    access: Access | None = None  # by token in place of a password


@contextmanager
def journal(settings: Settings) -> Iterator["Journal | SentItems"]:
    """Open the journal for reading; nothing in the mailbox is changed, not even what counts as read.

    Raises DeliveryError where it cannot be reached or read; then nothing is known of any message.
    """
    if settings.access is not None and settings.access.service == "graph":
        with graph_connection(settings.access, settings.user, settings.timeout) as graph:
            yield SentItems(graph, settings.folders)
        return
    with _logged_in(settings) as box, _faults(settings):
        yield Journal(box, settings)


@contextmanager
def _logged_in(settings: Settings) -> "Iterator[imaplib.IMAP4]":
    """Yield the mailbox, open; faults while it is used are the caller's."""
    log_in = _login(settings)
    context = trust(settings.ca_file)
    import imaplib

    try:
        box = imaplib.IMAP4_SSL(settings.host, settings.port, ssl_context=context, timeout=settings.timeout)
    except OSError as error:
        raise unreached(error, settings.host, settings.port, USUAL_PORT) from error
    except imaplib.IMAP4.error as error:
        raise _refused(settings, "did not want to talk to this program", error) from error
    try:
        log_in(box)
        yield box
    finally:
        with suppress(OSError, imaplib.IMAP4.error):  # what was asked has been answered by now
            box.logout()


@contextmanager
def inbox(settings: Settings) -> Iterator["Inbox"]:
    """Open the mailbox that answers come to, for reading; nothing in it is changed. Errors as `journal`."""
    with _logged_in(settings) as box, _faults(settings):
        yield Inbox(box)


class Inbox:
    """The open inbox."""

    def __init__(self, box: "imaplib.IMAP4") -> None:
        self._box = box

    def headings(self, since: datetime) -> Iterator[tuple[str, Incoming]]:
        """Yield the messages that came in since then by their headings, each with what it is read by."""
        for part in _headings(self._box, INBOX, since, HEADINGS):
            uid = _UID.search(part[0])
            if uid:
                yield uid[1].decode("ascii"), incoming(part[1])

    def content(self, uid: str) -> bytes:
        """Return a whole message."""
        parts = _done(self._box.uid("FETCH", uid, "(BODY.PEEK[])"), "a message cannot be read")
        return next((bytes(part[1]) for part in parts if isinstance(part, tuple)), b"")


class Journal:
    """An open journal."""

    def __init__(self, box: "imaplib.IMAP4", settings: Settings) -> None:
        self._box = box
        self._settings = settings
        self._folders = _folders(box, settings)

    def seen(self, message_keys: Collection[str], since: datetime) -> frozenset[str]:
        """Return those of the messages that have a copy in the journal; `since` is aware.

        A message is named by its `short_key`, which stands in its own header and in its Message-ID (some
        servers write another one). The headings are read and compared here, as not every server can search.
        """
        wanted, found = frozenset(message_keys), frozenset[str]()
        for folder in self._folders:
            for keys in _keys(self._box, folder, since):
                found |= wanted & keys
                if found == wanted:
                    return found
        return found

    def __str__(self) -> str:
        """Return in a few words where the copies are looked for."""
        names = ", ".join(_shown(folder) for folder in self._folders)
        return f"{self._settings.host}, port {self._settings.port}, answers ({names})"


def _keys(box: "imaplib.IMAP4", folder: str, since: datetime) -> Iterator[frozenset[str]]:
    """Yield the keys of the messages in a folder that came in since then, newest first."""
    for part in _headings(box, folder, since, (KEY_HEADER, "Message-ID")):
        yield frozenset(_named(part[1]))


def _headings(
    box: "imaplib.IMAP4", folder: str, since: datetime, names: Sequence[str]
) -> Iterator[tuple[bytes, bytes]]:
    """Yield what the server answers for each message of a folder since then, newest first."""
    _done(box.select(folder, readonly=True), f"the folder {_shown(folder)} cannot be opened")
    day = (since.astimezone(UTC) - timedelta(days=1)).date()  # a server counts days in a zone of its own
    asked = f"{day.day}-{MONTHS[day.month - 1]}-{day.year}"
    (numbers, *_) = _done(box.uid("SEARCH", "SINCE", asked), "it cannot be searched")
    uids = numbers.split() if isinstance(numbers, bytes) else []
    for end in range(len(uids), 0, -AT_ONCE):
        some = b",".join(uids[max(end - AT_ONCE, 0) : end]).decode("ascii")
        fields = f"(BODY.PEEK[HEADER.FIELDS ({' '.join(names)})])"
        parts = _done(box.uid("FETCH", some, fields), "its messages cannot be read")
        yield from (part for part in parts if isinstance(part, tuple))


def _named(heading: bytes) -> Iterator[str]:
    """Yield the keys that a message's heading gives."""
    found = BytesHeaderParser().parsebytes(heading)
    yield str(found.get(KEY_HEADER, "")).strip()
    yield from _OUR_MESSAGE_ID.findall(str(found.get("Message-ID", "")))


def _folders(box: "imaplib.IMAP4", settings: Settings) -> tuple[str, ...]:
    """Return the names of the folders as the server wants them: those of the settings, or the likely ones."""
    if settings.folders:
        return tuple(_typed(name) for name in settings.folders)
    likely = [INBOX]
    for line in _done(box.list(), "its folders cannot be listed"):
        listed = _LISTED.match(line) if isinstance(line, bytes) else None
        if listed is None or rb"\noselect" in listed["flags"].lower():
            continue
        name = listed["name"].decode("ascii", "replace")
        if _HOLDS_COPIES.search(listed["flags"]) or _shown(name) in _USUAL_NAMES:
            likely.append(name)
    return tuple(dict.fromkeys(likely))


def _typed(name: str) -> str:
    """Return a folder's name as IMAP writes it (RFC 3501, 5.1.3): quoted, in a UTF-7 of its own."""

    def hidden(letters: re.Match[str]) -> str:
        code = b64encode(letters[0].encode("utf-16-be")).decode("ascii")
        return f"&{code.rstrip('=').replace('/', ',')}-"

    plain = _NOT_PRINTABLE_ASCII.sub(hidden, name.replace("&", "&-"))
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _shown(folder: str) -> str:
    return folder.strip('"')


def _login(settings: Settings) -> "Callable[[imaplib.IMAP4], None]":
    """Return what logs in; the secret or the token is there before anything is connected."""
    if settings.access is not None:
        return partial(_by_token, settings, settings.access, token(settings.access))
    password = password_from(settings.password_variable, settings.password_file)
    return partial(_by_password, settings, password)


def _by_token(settings: Settings, access: Access, bearer: str, box: "imaplib.IMAP4") -> None:
    """Log in with the token; one that was kept and is refused is replaced by a new one, once."""
    import imaplib

    try:
        try:
            _told_token(box, settings, bearer)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            _told_token(box, settings, token(access, anew=True))
    except (imaplib.IMAP4.abort, OSError) as error:
        raise _broken_off(settings) from error
    except imaplib.IMAP4.error as error:
        raise DeliveryError(
            f"{settings.host} refused the login by token to read the mailbox: {clean_header(str(error))}",
            "Ask the IT department to let this app read the mailbox by IMAP (Microsoft: "
            "IMAP.AccessAsUser.All or "
            "IMAP.AccessAsApp; Google: IMAP switched on); then sign in again: complaints-sheet outbox "
            "sign-in",
            fault="stop",
        ) from error


def _told_token(box: "imaplib.IMAP4", settings: Settings, bearer: str) -> None:
    words = iter((xoauth2(settings.user, bearer),))
    box.authenticate("XOAUTH2", lambda _: next(words, b""))  # asked again, it says why not: nothing ends it


def _by_password(settings: Settings, password: str, box: "imaplib.IMAP4") -> None:
    import imaplib

    try:
        if "AUTH=PLAIN" in box.capabilities:  # takes any letter, where LOGIN takes only ASCII
            box.authenticate("PLAIN", lambda _: f"\0{settings.user}\0{password}".encode())
        else:
            box.login(settings.user, password)
    except (imaplib.IMAP4.abort, OSError) as error:
        raise _broken_off(settings) from error
    except (imaplib.IMAP4.error, UnicodeEncodeError) as error:
        raise _refused(settings, "refused the login to read the journal", error) from error


def _done(answer: tuple[str, Sequence[object]], else_say: str) -> Sequence[object]:
    """Return what a command brought; raises the library's own error where the server said no."""
    import imaplib

    status, brought = answer
    if status != "OK":
        said = brought[0] if brought else b""
        words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        raise imaplib.IMAP4.error(f"{else_say}: {words}")
    return brought


@contextmanager
def _faults(settings: Settings) -> Iterator[None]:
    import imaplib

    try:
        yield
    except imaplib.IMAP4.abort as error:
        raise _broken_off(settings) from error
    except imaplib.IMAP4.error as error:
        raise DeliveryError(
            f"The journal at {settings.host} cannot be read: {clean_header(str(error))}",
            "Check `journal` under delivery: in the config. Until it can be read, messages whose outcome is "
            "not known are held.",
        ) from error
    except OSError as error:
        raise unreached(error, settings.host, settings.port, USUAL_PORT) from error


def _broken_off(settings: Settings) -> DeliveryError:
    return DeliveryError(
        f"{settings.host}, port {settings.port}: the connection broke off while the journal was read.",
        "It is tried again by itself; until then nothing is sent twice.",
    )


def _refused(settings: Settings, said: str, error: Exception) -> DeliveryError:
    words = "the password has letters that it cannot take" if isinstance(error, UnicodeError) else str(error)
    return DeliveryError(
        f"{settings.host} {said}: {clean_header(words)}",
        "Check the user and the password of the journal, and ask the IT department whether the mailbox can "
        "be read by IMAP. With two-step sign-in an app password is needed.",
        fault="stop",
    )
