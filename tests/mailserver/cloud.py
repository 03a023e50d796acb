"""Microsoft's and Google's token services and Graph, as small as a test needs them: HTTPS on this computer.

It hands out tokens, checks them, takes mail as Graph does and lists it as Sent Items; orders disturb it.
"""

import base64
import json
import os
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from tests.mailserver.certificates import Certificate

TENANT, CLIENT, SECRET = "example.org", "11112222-app", "the app's secret"
DROP = "drop"  # hang up in place of an answer
DROP_TAKEN = "drop taken"  # take the message, and hang up
HANG = "hang"


@dataclass
class Cloud:
    """What the services are to do, and what they saw. Orders are used up one by one, each for its endpoint.

    An order is (endpoint, status or DROP…, headers, body as JSON).
    """

    port: int = 0
    user: str = "robot@example.org"
    orders: list[tuple[str, int | str, dict[str, str], Any]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    refresh: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    given: list[dict[str, str]] = field(default_factory=list)
    sent: list[tuple[str, bytes]] = field(default_factory=list)
    approved: bool = True
    lasts: int = 3600
    log: Path | None = None
    count: int = 0
    scope: str = "https://mail.google.com/"

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    def token(self) -> str:
        """Return a token that is good from now on."""
        self.count += 1
        made = f"token-{os.getpid()}-{self.count}"
        self.tokens.add(made)
        return made

    def order(self, endpoint: str) -> tuple[int | str, dict[str, str], Any] | None:
        for at, each in enumerate(self.orders):
            if each[0] == endpoint:
                del self.orders[at]
                return each[1:]
        return None

    def take(self, user: str, content: bytes) -> None:
        self.sent.append((user, content))
        if self.log is not None:
            message = message_from_bytes(content)
            with self.log.open("a", encoding="utf-8") as file:
                file.write(f"{message['X-Complaints-Sheet-Key']} {message['To']}\n")
                file.flush()
                os.fsync(file.fileno())


class _Hangup(Exception):
    pass


class _Service(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    cloud: Cloud

    def log_message(self, *_: Any) -> None:
        """Say nothing on the screen."""

    def setup(self) -> None:
        self.request.settimeout(30)
        super().setup()

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) == length:  # else the sender was gone before its last byte
            self._answer(body)

    def _answer(self, body: bytes) -> None:
        address = urlsplit(self.path)
        endpoint = address.path.rstrip("/").rsplit("/", 1)[-1]
        self.cloud.asked.append(endpoint)
        ordered = self.cloud.order(endpoint)
        if ordered is not None:
            status, headers, content = ordered
            if status in (DROP_TAKEN, 504, 202) and endpoint == "sendMail":
                self._take(body)
            if status == HANG:
                time.sleep(5)
            if isinstance(status, str):
                self.close_connection = True
                with suppress(OSError):
                    self.connection.shutdown(2)
                return
            self._say(status, content, headers)
            return
        found = getattr(self, f"_{endpoint.replace('-', '_')}", None)
        if found is None:
            self._say(404, {"error": {"code": "NotFound", "message": endpoint}})
        else:
            form = {key: values[0] for key, values in parse_qs(body.decode("latin-1")).items()}
            found(form, body)

    def _say(self, status: int, content: Any = None, headers: dict[str, str] | None = None) -> None:
        body = b"" if content is None else json.dumps(content).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    # --- tokens ---

    def _openid_configuration(self, _form: dict[str, str], _body: bytes) -> None:
        base = f"{self.cloud.url}/{TENANT}"
        if not self.path.startswith(f"/{TENANT}/"):
            self._say(400, {"error": "invalid_tenant", "error_description": "AADSTS90002: no such tenant"})
            return
        self._say(
            200,
            {
                "issuer": f"{base}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
            },
        )

    def _devicecode(self, form: dict[str, str], _body: bytes) -> None:
        self.cloud.scope = form["scope"]
        self._say(
            200,
            {
                "user_code": "ABCD1234",
                "device_code": "device",
                "verification_uri": "https://microsoft.com/devicelogin",
                "expires_in": 900,
                "interval": 0.1,
                "message": "Open the page",
            },
        )

    def _token(self, form: dict[str, str], _body: bytes) -> None:
        cloud = self.cloud
        cloud.given.append(form)
        kind = form.get("grant_type", "")
        if kind == "refresh_token" and form.get("refresh_token") not in cloud.refresh:
            self._say(
                400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
            )
            return
        if kind == "client_credentials" and form.get("client_secret") != SECRET:
            said = "AADSTS7000215: Invalid client secret provided."
            self._say(401, {"error": "invalid_client", "error_description": said})
            return
        if kind.endswith("device_code") and not cloud.approved:
            self._say(400, {"error": "authorization_declined", "error_description": "AADSTS65004: declined"})
            return
        answer: dict[str, Any] = {
            "access_token": cloud.token(),
            "token_type": "Bearer",
            "expires_in": cloud.lasts,
            "scope": form.get("scope", cloud.scope),
        }
        if kind in ("refresh_token", "authorization_code") or kind.endswith("device_code"):
            cloud.refresh.add(f"refresh-{cloud.count}")
            answer["refresh_token"] = f"refresh-{cloud.count}"
            if kind != "authorization_code":
                answer |= {"id_token": self._id_token(), "client_info": _part({"uid": "u", "utid": "t"})}
        self._say(200, answer)

    def _id_token(self) -> str:
        now = int(time.time())
        claims = {
            "iss": f"{self.cloud.url}/{TENANT}/v2.0",
            "aud": CLIENT,
            "exp": now + 3600,
            "iat": now,
            "sub": "s",
            "preferred_username": self.cloud.user,
        }
        return f"{_part({'alg': 'none'})}.{_part(claims)}.x"

    def _auth(self, _form: dict[str, str], _body: bytes) -> None:
        """Send the browser back, as Google does once the person has agreed."""
        asked = {key: values[0] for key, values in parse_qs(urlsplit(self.path).query).items()}
        said = "code=the-code" if self.cloud.approved else "error=access_denied"
        self._say(302, None, {"Location": f"{asked['redirect_uri']}?state={quote(asked['state'])}&{said}"})

    def _revoke(self, form: dict[str, str], _body: bytes) -> None:
        known = form.get("token", "") in self.cloud.refresh
        self.cloud.refresh.discard(form.get("token", ""))
        self._say(200 if known else 400, {})

    def _introspect(self, form: dict[str, str], _body: bytes) -> None:
        good = form.get("token", "") in self.cloud.tokens
        self._say(200, {"active": good, "username": self.cloud.user if good else ""})

    # --- Graph ---

    def _who(self) -> str:
        bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
        return (
            self.path.split("/users/")[1].split("/")[0].replace("%40", "@")
            if bearer in self.cloud.tokens
            else ""
        )

    def _take(self, body: bytes) -> None:
        user = self.path.split("/users/")[1].split("/")[0].replace("%40", "@")
        self.cloud.take(user, base64.b64decode(body))

    def _sendMail(self, _form: dict[str, str], body: bytes) -> None:  # noqa: N802
        if not self._who():
            said = {"code": "InvalidAuthenticationToken", "message": "Access token has expired"}
            self._say(401, {"error": said})
            return
        self._take(body)
        self._say(202, None)

    def _sentitems(self, _form: dict[str, str], _body: bytes) -> None:
        self._say(200 if self._who() else 401, {"displayName": "Sent Items"})

    def _messages(self, _form: dict[str, str], _body: bytes) -> None:
        if not self._who():
            self._say(401, {"error": {"code": "InvalidAuthenticationToken", "message": "no"}})
            return
        asked = {key: values[0] for key, values in parse_qs(urlsplit(self.path).query).items()}
        first, page = int(asked.get("$skip", "0")), 2
        found = [message_from_bytes(content) for _, content in reversed(self.cloud.sent)]
        answer: dict[str, Any] = {
            "value": [
                {
                    "internetMessageId": "<rewritten@outlook.example>",
                    "singleValueExtendedProperties": [
                        {"id": "String X", "value": each["X-Complaints-Sheet-Key"]}
                    ],
                }
                for each in found[first : first + page]
            ]
        }
        if len(found) > first + page:
            answer["@odata.nextLink"] = f"{self.cloud.url}{urlsplit(self.path).path}?$skip={first + page}"
        self._say(200, answer)


def _part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    context: ssl.SSLContext

    def finish_request(self, request: Any, client_address: Any) -> None:
        with suppress(OSError):  # the client was killed, or does not trust us
            secure = self.context.wrap_socket(request, server_side=True)
            try:
                super().finish_request(secure, client_address)
            finally:
                secure.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that hang up."""


@contextmanager
def cloud_server(certificate: Certificate, *, user: str = "robot@example.org") -> Iterator[Cloud]:
    """Run the services on a free port of this computer for the time of a `with`."""
    cloud = Cloud(user=user)
    server = cloud_services(certificate, cloud)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield cloud
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def cloud_services(certificate: Certificate, cloud: Cloud) -> ThreadingHTTPServer:
    """Return the server, ready to serve; its port is written into the cloud."""
    handler = type("Service", (_Service,), {"cloud": cloud})
    server = _Server(("127.0.0.1", 0), handler)
    server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.context.load_cert_chain(certificate.certificate, certificate.key)
    cloud.port = server.server_address[1]
    return server
