"""Talking to Microsoft Graph: one connection, a token, answers as values; and Sent Items as the journal."""

import base64
import json
import select
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from complaints_sheet.core.graph_refusals import REFUSED_TOKEN, TAKEN, Answer, answer_of, graph_refusal
from complaints_sheet.core.messages import KEY_HEADER
from complaints_sheet.errors import DeliveryError
from complaints_sheet.mail_access import trust, unreached
from complaints_sheet.mail_tokens import HTTPS_PORT, Access, token

if TYPE_CHECKING:
    import http.client

SENT_ITEMS = "sentitems"
VERSION = "/v1.0"
LAST_PART = 4  # bytes: what base64 ends with, without which the message is not one
PAGE = 100
TOKEN_SECONDS = 120.0  # then it is asked for again; the library renews it five minutes before its end

# The named property in which Exchange keeps a header of ours (MS-OXPROPS, PS_INTERNET_HEADERS).
_OUR_HEADER = f"String {{00020386-0000-0000-C000-000000000046}} Name {KEY_HEADER}"


class Graph:
    """A connection to Graph in the name of one mailbox; after a fault the next request opens another."""

    def __init__(self, access: Access, mailbox: str, timeout: float, timeout_at_end: float) -> None:
        self._access, self._timeout, self._timeout_at_end = access, timeout, timeout_at_end
        self._at = urlsplit(access.graph)
        self._users = f"{self._at.path}{VERSION}/users/{quote(mailbox)}"
        self._connection: http.client.HTTPSConnection | None = None
        self._bearer, self._got, self._anew = "", 0.0, False

    @property
    def host(self) -> str:
        """Return the name of the server."""
        return self._at.hostname or ""

    def send_mail(self, content: bytes, before_commit: Callable[[], None]) -> Answer:
        """Hand over one message in MIME and return the acceptance; `before_commit` is just before its end.

        Raises DeliveryError; its fault is "unknown" only once the last bytes may have left.
        """
        answer = self._sent(content, self._token(), before_commit)
        if answer.status == REFUSED_TOKEN and not self._anew:
            self._token(anew=True)  # for the next try: the message was not taken
            raise DeliveryError(
                f"{self.host} did not take the kept token.",
                "It is tried again by itself, with a new one.",
                fault="slow",
                refused=True,
                pause=0.1,
            )
        if answer.status != TAKEN:
            raise graph_refusal(answer, self.host)
        self._anew = False
        return answer

    def read(self, path: str, query: Mapping[str, str]) -> Any:
        """Return what Graph says of a path below the mailbox; a next page is named by its full address."""
        address = f"{self._users}/{path}?{urlencode(query, quote_via=quote)}"
        if path.startswith("https://"):
            there = urlsplit(path)
            if there.netloc != self._at.netloc:  # no other server gets the token
                raise DeliveryError(
                    f"{self.host} names a next page elsewhere.", "It is tried again by itself."
                )
            address = f"{there.path}?{there.query}"
        answer, body = self._asked(address, self._token())
        if answer.status == REFUSED_TOKEN:
            answer, body = self._asked(address, self._token(anew=True))
        if answer.status != 200:
            raise _unreadable(answer, self.host)
        return body

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _token(self, *, anew: bool = False) -> str:
        """Return a token that is good for some minutes; with `anew`, not the one that was refused."""
        if anew or not self._bearer or time.monotonic() - self._got > TOKEN_SECONDS:
            self._bearer, self._got = token(self._access, anew=anew), time.monotonic()
            self._anew = anew
        return self._bearer

    def _sent(self, content: bytes, bearer: str, before_commit: Callable[[], None]) -> Answer:
        body = base64.b64encode(content)
        connection = self._open()
        try:
            connection.putrequest("POST", f"{self._users}/sendMail")
            headers = {"Authorization": f"Bearer {bearer}", "Content-Type": "text/plain"}
            for name, value in (headers | {"Content-Length": str(len(body))}).items():
                connection.putheader(name, value)
            connection.endheaders()
            connection.send(body[:-LAST_PART])
        except OSError as error:
            self.close()
            raise unreached(error, self.host, self._port, "Usual for HTTPS is port 443.") from error
        try:
            before_commit()
        except BaseException:  # the claim is lost, or the memory cannot be written: never the last bytes
            self.close()
            raise
        return self._ended(connection, body[-LAST_PART:])

    def _ended(self, connection: "http.client.HTTPSConnection", last: bytes) -> Answer:
        import http.client

        try:
            connection.sock.settimeout(self._timeout_at_end)
            connection.send(last)
            answer, _ = self._answered(connection)
            if self._connection is not None and connection.sock is not None:
                connection.sock.settimeout(self._timeout)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise DeliveryError(
                f"{self.host} did not say whether it took the message.",
                "It may have gone out all the same, so it is not sent again until that is clear.",
                fault="unknown",
            ) from error
        return answer

    def _asked(self, address: str, bearer: str) -> tuple[Answer, Any]:
        import http.client

        connection = self._open()
        try:
            connection.request("GET", address, headers={"Authorization": f"Bearer {bearer}"})
            return self._answered(connection)
        except OSError as error:
            self.close()
            raise unreached(error, self.host, self._port, "Usual for HTTPS is port 443.") from error
        except http.client.HTTPException as error:
            self.close()
            raise DeliveryError(
                f"{self.host} gave an answer that is none.", "It is tried again by itself."
            ) from error

    def _answered(self, connection: "http.client.HTTPSConnection") -> tuple[Answer, Any]:
        response = connection.getresponse()
        content = response.read()
        if response.will_close:
            self.close()
        try:
            body = json.loads(content) if content else None
        except ValueError:
            body = None
        return answer_of(response.status, body, response.headers.get("Retry-After"), datetime.now(UTC)), body

    @property
    def _port(self) -> int:
        return self._at.port or HTTPS_PORT

    def _open(self) -> "http.client.HTTPSConnection":
        """Return the open connection, or a new one, encrypted and verified."""
        import http.client
        import socket

        kept = self._connection  # what can be read from it now is that it was closed
        if kept is not None and kept.sock is not None and not select.select([kept.sock], [], [], 0)[0]:
            return kept
        self.close()
        context = trust(self._access.ca_file)
        made = http.client.HTTPSConnection(self.host, self._port, timeout=self._timeout, context=context)
        try:
            made.connect()
            made.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            raise unreached(error, self.host, self._port, "Usual for HTTPS is port 443.") from error
        self._connection = made
        return made


def _unreadable(answer: Answer, host: str) -> DeliveryError:
    refused = graph_refusal(answer, host)
    stops = refused.fault == "stop"
    return DeliveryError(
        f"The mailbox cannot be read by {host}: {answer}",
        refused.next_step if stops else "It is tried again by itself.",
        fault="stop" if stops else "later",
    )


@contextmanager
def graph_connection(
    access: Access, mailbox: str, timeout: float = 60, timeout_at_end: float = 300
) -> Iterator[Graph]:
    """Yield a connection in the name of a mailbox; it opens with the first request."""
    graph = Graph(access, mailbox, timeout, timeout_at_end)
    try:
        yield graph
    finally:
        with suppress(OSError):
            graph.close()


class SentItems:
    """The journal that Exchange keeps by itself: what was sent from the mailbox."""

    def __init__(self, graph: Graph, folders: Collection[str]) -> None:
        self._graph, self._folders = graph, tuple(folders) or (SENT_ITEMS,)
        for folder in self._folders:
            self._graph.read(f"mailFolders/{quote(folder)}", {"$select": "displayName"})

    def seen(self, message_keys: Collection[str], since: datetime) -> frozenset[str]:
        """Return those of the messages that have a copy in the journal; `since` is aware."""
        wanted, found = frozenset(message_keys), frozenset[str]()
        for folder in self._folders:
            for keys in self._keys(folder, since):
                found |= wanted & keys
                if found == wanted:
                    return found
        return found

    def __str__(self) -> str:
        """Return in a few words where the copies are looked for."""
        return f"{self._graph.host} answers ({', '.join(self._folders)})"

    def _keys(self, folder: str, since: datetime) -> Iterator[frozenset[str]]:
        path = f"mailFolders/{quote(folder)}/messages"
        query = {
            "$select": "internetMessageId",
            "$expand": f"singleValueExtendedProperties($filter=id eq '{_OUR_HEADER}')",
            "$filter": f"sentDateTime ge {since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "$orderby": "sentDateTime desc",
            "$top": str(PAGE),
        }
        while path:
            page = self._graph.read(path, query)
            if not isinstance(page, Mapping):
                raise DeliveryError(
                    f"{self._graph.host} gave no list of messages.", "It is tried again by itself."
                )
            yield frozenset(key for each in page.get("value", ()) for key in _named(each))
            path, query = str(page.get("@odata.nextLink", "")), {}


def _named(item: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys that a sent message shows: in its own header, or in our Message-ID."""
    yield str(item.get("internetMessageId", "")).partition("<cs.")[2].partition("@")[0]
    for each in item.get("singleValueExtendedProperties") or ():
        yield str(each.get("value", "")).strip()
