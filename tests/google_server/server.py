"""The server: routes, refusals, limits of calls, faults on request; each answer is checked as it leaves."""

import hashlib
import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from tests.google_server.book import SPREADSHEET, Book, Worksheet, resource, values
from tests.google_server.fields import mask, masked
from tests.google_server.schema import method, unlike

ROBOT = "robot@example-project.iam.gserviceaccount.com"
READ = {
    "https://www.googleapis.com/auth/drive.readonly",
    "https://www.googleapis.com/auth/spreadsheets.readonly",
}

AUDIENCE = "https://oauth2.googleapis.com/token"  # what google-auth signs for, wherever it is sent

FaultKind = Literal["status", "reset", "cut", "half", "not json", "silence", "empty"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong: an error status with a reason, or a connection that breaks.

    `cut` ends the connection before the promised length; `half` promises no more than half the JSON;
    `silence` answers nothing at all for `seconds`.
    """

    kind: FaultKind
    status: int = 503
    reason: str = "backendError"
    headers: tuple[tuple[str, str], ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Refused(Exception):
    """An error answer in Google's form, new for Sheets and old for Drive."""

    status: int
    name: str  # such as PERMISSION_DENIED
    reason: str = ""
    message: str = "Refused."


@dataclass(slots=True)
class Google:
    """What the server knows and did: files, the account's key, calls; and what is to go wrong at which call.

    `faults` maps the number of a call (tokens apart, from 1) to its fault; `always` is that of every other.
    `before` is called with the number of each call before it is answered: there somebody may edit a file.
    """

    books: dict[str, Book] = field(default_factory=dict)
    key: str = ""  # the account's public key (PEM)
    tokens: set[str] = field(default_factory=set)
    scopes: set[str] = field(default_factory=set)
    calls: list[str] = field(default_factory=list)  # method and path of each, tokens apart
    signed_in: int = 0
    faults: dict[int, Fault] = field(default_factory=dict)
    always: Fault | None = None
    token_fault: tuple[str, str] | None = None  # error and error_description of the token endpoint
    off: set[str] = field(default_factory=set)  # "sheets" or "drive": not enabled in the project
    limit: int = 10_000  # calls until 429
    before: Callable[[int], None] | None = None
    unlike: list[str] = field(default_factory=list)  # answers that are not as documented
    remembers: bool = False  # answers are made once for each version of a file
    made: dict[tuple[str, int], bytes] = field(default_factory=dict)
    address: str = ""

    def add(self, book: Book, *, shared: bool = True) -> Book:
        """Return the book, now in Drive, and shared with the robot unless told otherwise."""
        self.books[book.id] = book
        if shared:
            book.shared_with.add(ROBOT)
        return book


@contextmanager
def google() -> Iterator[Google]:
    """Return a server for the time of a `with`."""
    known = Google()
    handler = type("Handler", (_Handler,), {"google": known})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    known.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        with _no_look_up():
            yield known
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def _no_look_up() -> Iterator[None]:
    """Keep google-auth from asking Google itself, in the background, where the account may be used."""
    from google.oauth2.service_account import Credentials

    name = "_is_regional_access_boundary_lookup_required"
    before = getattr(Credentials, name, None)
    if before is None:
        yield
        return
    setattr(Credentials, name, lambda _: False)
    try:
        yield
    finally:
        setattr(Credentials, name, before)


class _Handler(BaseHTTPRequestHandler):
    google: Google
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *args: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if urlsplit(self.path).path == "/token":
            self._sign_in(parse_qs(content.decode()))
        else:
            self._send(404, _error(404, "NOT_FOUND", "notFound", "No such method.", drive=False))

    def do_GET(self) -> None:
        known = self.google
        path = urlsplit(self.path).path
        known.calls.append(f"GET {path}")
        number = len(known.calls)
        if known.before:
            known.before(number)
        fault = known.faults.get(number, known.always)
        drive = path.startswith("/drive/")
        if fault and self._broken(fault, drive=drive):
            return
        try:
            kind, content = self._answer(path, parse_qs(urlsplit(self.path).query), drive=drive)
        except Refused as no:
            self._send(no.status, _error(no.status, no.name, no.reason, no.message, drive=drive))
            return
        if fault and fault.kind == "cut":
            self._cut(content)
        elif fault and fault.kind == "half":
            self._send(200, content[: len(content) // 2], kind)
        elif fault and fault.kind == "not json":
            self._send(200, b"<html>Sign in to the guest network}", kind)
        elif fault and fault.kind == "empty":
            self._send(200, b"{}", kind)
        else:
            self._send(200, content, kind)

    # --- signing in ----------------------------------------------------------------------------------------

    def _sign_in(self, form: dict[str, list[str]]) -> None:
        from google.auth import jwt

        known = self.google
        known.signed_in += 1
        fault = known.token_fault
        if fault is None:
            try:
                told = jwt.decode(form["assertion"][0], certs=known.key, audience=AUDIENCE)
                known.scopes = set(str(told["scope"]).split())
            except (ValueError, KeyError):
                fault = ("invalid_grant", "Invalid JWT Signature.")
        if fault:
            error = json.dumps({"error": fault[0], "error_description": fault[1]})
            self._send(400, error.encode())
            return
        token = f"ya29.token-{known.signed_in}"
        known.tokens.add(token)
        answer = {"access_token": token, "expires_in": 3599, "token_type": "Bearer"}
        self._send(200, json.dumps(answer).encode())

    # --- answers -------------------------------------------------------------------------------------------

    def _answer(self, path: str, asked: dict[str, list[str]], *, drive: bool) -> tuple[str, bytes]:
        known = self.google
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in known.tokens:
            raise Refused(401, "UNAUTHENTICATED", "authError", "Invalid Credentials")
        if len(known.calls) > known.limit:
            raise Refused(429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", "Quota exceeded.")
        if ("drive" if drive else "sheets") in known.off:
            reason = "accessNotConfigured" if drive else "SERVICE_DISABLED"
            raise Refused(403, "PERMISSION_DENIED", reason, "It has not been used in project 1 before.")
        key = (self.path, getattr(self._book(path, drive=drive), "version", 0))
        if known.remembers and key in known.made:
            return "application/json; charset=UTF-8", known.made[key]
        kind, content = self._drive(path, asked) if drive else self._sheets(path, asked)
        if known.remembers:
            known.made[key] = content
        return kind, content

    def _book(self, path: str, *, drive: bool) -> Book:
        found = re.match(r"/drive/v3/files/([^/:]+)$" if drive else r"/v4/spreadsheets/([^/:]+)", path)
        book = self.google.books.get(found[1]) if found else None
        if book is None or (drive and ROBOT not in book.shared_with):
            raise Refused(404, "NOT_FOUND", "notFound", "Requested entity was not found.")
        if ROBOT not in book.shared_with:
            raise Refused(403, "PERMISSION_DENIED", "", "The caller does not have permission")
        return book

    def _drive(self, path: str, asked: dict[str, list[str]]) -> tuple[str, bytes]:
        _known_parameters(method("drive.v3", "files", "get"), "drive.v3", asked)
        book = self._book(path, drive=True)
        if asked.get("alt") == ["media"]:
            if book.kind == SPREADSHEET:
                raise Refused(
                    403, "PERMISSION_DENIED", "fileNotDownloadable", "Use Export with Docs Editors files."
                )
            return book.kind, book.content
        found: dict[str, Any] = {
            "kind": "drive#file",
            "id": book.id,
            "name": book.title,
            "mimeType": book.kind,
            "version": str(book.version),
            "trashed": book.trashed,
        }
        if book.kind != SPREADSHEET:
            found["md5Checksum"] = hashlib.md5(book.content).hexdigest()
            found["sha256Checksum"] = hashlib.sha256(book.content).hexdigest()
            found["size"] = str(len(book.content))
        chosen = asked.get("fields", ["kind,id,name,mimeType"])[0]
        return self._json("drive.v3", "File", masked(found, _mask(chosen)))

    def _sheets(self, path: str, asked: dict[str, list[str]]) -> tuple[str, bytes]:
        book = self._book(path, drive=False)
        if book.kind != SPREADSHEET:
            no = "This operation is not supported for this document"
            raise Refused(400, "FAILED_PRECONDITION", "failedPrecondition", no)
        rest = re.sub(r"^/v4/spreadsheets/[^/:]+", "", path)
        if not rest:
            _known_parameters(method("sheets.v4", "spreadsheets", "get"), "sheets.v4", asked)
            chosen = _mask(asked["fields"][0]) if "fields" in asked else {}
            sheets = [_range(book, each) for each in asked.get("ranges", [])] or book.sheets
            grid = "data" in chosen.get("sheets", {}) or asked.get("includeGridData") == ["true"]
            return self._json("sheets.v4", "Spreadsheet", masked(resource(book, sheets, grid=grid), chosen))
        if rest == "/values:batchGet":
            _known_parameters(method("sheets.v4", "spreadsheets", "values", "batchGet"), "sheets.v4", asked)
            ranges = [_values(_range(book, each), asked) for each in asked.get("ranges", [])]
            found = {"spreadsheetId": book.id, "valueRanges": ranges}
            return self._json("sheets.v4", "BatchGetValuesResponse", found)
        if rest.startswith("/values/"):
            _known_parameters(method("sheets.v4", "spreadsheets", "values", "get"), "sheets.v4", asked)
            found = _values(_range(book, unquote(rest.removeprefix("/values/"))), asked)
            return self._json("sheets.v4", "ValueRange", found)
        raise Refused(404, "NOT_FOUND", "notFound", "No such method.")

    def _json(self, api: str, schema: str, found: dict[str, Any]) -> tuple[str, bytes]:
        self.google.unlike += unlike(api, schema, found)
        return "application/json; charset=UTF-8", json.dumps(found).encode()

    # --- sending -------------------------------------------------------------------------------------------

    def _send(self, status: int, content: bytes, kind: str = "application/json; charset=UTF-8") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _broken(self, fault: Fault, *, drive: bool) -> bool:
        """Answer with the fault, and return True where nothing more is to be said."""
        if fault.kind == "status":
            content = _error(fault.status, "UNAVAILABLE", fault.reason, "A fault.", drive=drive)
            self.send_response(fault.status)
            for name, value in fault.headers:
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json; charset=UTF-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            return True
        if fault.kind in ("reset", "silence"):
            time.sleep(fault.seconds)
            self.close_connection = True
            if fault.kind == "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
            return True
        return False

    def _cut(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2])
        self.close_connection = True


def _mask(text: str) -> Any:
    try:
        return mask(text)
    except ValueError:
        raise Refused(400, "INVALID_ARGUMENT", "badRequest", "Invalid field selection") from None


def _known_parameters(documented: dict[str, Any], api: str, asked: dict[str, list[str]]) -> None:
    """Refuse a parameter that the method does not have, or a value that it does not list."""
    from tests.google_server.schema import document

    known = {**document(api)["parameters"], **documented["parameters"]}
    for name, each in asked.items():
        if name not in known or ("enum" in known[name] and not set(each) <= set(known[name]["enum"])):
            raise Refused(400, "INVALID_ARGUMENT", "badRequest", f"Unknown name {name}")


def _range(book: Book, text: str) -> Worksheet:
    """Return the worksheet that a range names whole, or whose name it is; 400 as Google says it."""
    title = text[1:-1].replace("''", "'") if text.startswith("'") and text.endswith("'") else text
    for each in book.sheets:
        if each.title == title and each.kind == "GRID":
            return each
    raise Refused(400, "INVALID_ARGUMENT", "badRequest", f"Unable to parse range: {text}")


def _values(sheet: Worksheet, asked: dict[str, list[str]]) -> dict[str, Any]:
    raw = asked.get("valueRenderOption") == ["UNFORMATTED_VALUE"]
    if raw and asked.get("dateTimeRenderOption", ["SERIAL_NUMBER"]) != ["SERIAL_NUMBER"]:
        raise Refused(400, "INVALID_ARGUMENT", "badRequest", "Not modelled.")
    rows, columns = sheet.last
    letters = "Z" if columns <= 26 else "ZZ"
    named = "'" + sheet.title.replace("'", "''") + "'"
    found: dict[str, Any] = {"range": f"{named}!A1:{letters}{max(rows, 1000)}", "majorDimension": "ROWS"}
    cells = values(sheet, raw=raw)
    return {**found, "values": cells} if cells else found


def _error(status: int, name: str, reason: str, message: str, *, drive: bool) -> bytes:
    """Return an error in the form of the API: Drive lists `errors`, Sheets `details`."""
    error: dict[str, Any] = {"code": status, "message": message}
    if drive:
        error["errors"] = [{"domain": "global", "reason": reason or "forbidden", "message": message}]
    else:
        error["status"] = name
        if reason:
            error["details"] = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}]
    return json.dumps({"error": error}).encode()
