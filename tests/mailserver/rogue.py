"""A mail server that misbehaves to order: it refuses, hangs up or says nothing at a phase of its dialogue."""

# ruff: noqa: N802  (the library finds its commands by these names)

import asyncio
import socket
import ssl
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.mailserver.certificates import Certificate

PHASES = ("greeting", "hello", "login", "sender", "address", "body", "middle", "end")
DROP, HANG = "drop", "hang"


@dataclass
class Rogue:
    """What the server is to do, and what it saw. Orders are used up one by one; then it behaves.

    An order is (phase, what): a reply to give there, `drop` to hang up, or `hang` to say nothing more.
    """

    orders: list[tuple[str, str]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)  # address to the reply it always gets
    user: str = "robot@example.org"
    password: str = "secret, with spaces: ä"
    tokens: set[str] = field(default_factory=set)  # good for a login by XOAUTH2
    pause: float = 0.0
    port: int = 0
    connections: int = 0
    said: list[str] = field(default_factory=list)
    accepted: list[tuple[tuple[str, ...], bytes]] = field(default_factory=list)
    open: list[asyncio.Transport] = field(default_factory=list)

    def order(self, phase: str) -> str:
        """Return what is ordered for the phase now, and forget it."""
        if self.orders and self.orders[0][0] == phase:
            return self.orders.pop(0)[1]
        return ""

    @property
    def recipients(self) -> list[str]:
        """Return who got a message, in order."""
        return [address for addresses, _ in self.accepted for address in addresses]


class _Server(SMTP):
    """The dialogue; the rogue is the handler."""

    rogue: Rogue

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.rogue = self.event_handler.rogue
        if not getattr(self, "_tls_protocol", None):
            self.rogue.connections += 1
        self.rogue.open.append(cast("asyncio.Transport", transport))
        super().connection_made(transport)

    async def _handle_client(self) -> None:
        with suppress(ConnectionError):
            if not self._over_ssl and (answer := await self.obey("greeting")):
                await self.push(answer)
                self.transport.close()
                return
            await super()._handle_client()

    async def obey(self, phase: str) -> str:
        """Hang up, or say nothing any more, or return what is to be answered."""
        order = self.rogue.order(phase)
        if order == HANG:
            await asyncio.sleep(30)
        if order in (DROP, HANG):
            self.transport.abort()
            raise ConnectionResetError
        await asyncio.sleep(self.rogue.pause)
        return order

    async def _call(self, phase: str, usual: Any, arg: str | None) -> None:
        self.rogue.said.append(f"{phase} {arg or ''}".strip())
        answer = await self.obey(phase)
        if not answer:
            await usual(arg)
            return
        await self.push(answer)
        if answer.startswith("421"):
            self.transport.close()
            raise ConnectionResetError

    async def smtp_EHLO(self, arg: str | None) -> None:
        await self._call("hello", super().smtp_EHLO, arg)

    async def smtp_AUTH(self, arg: str | None) -> None:
        self.rogue.said.append("login")
        answer = await self.obey("login")
        await (self.push(answer) if answer else super().smtp_AUTH(arg))

    async def smtp_MAIL(self, arg: str | None) -> None:
        await self._call("sender", super().smtp_MAIL, arg)

    async def smtp_RCPT(self, arg: str | None) -> None:
        address = (arg or "").partition("<")[2].partition(">")[0]
        if reply := self.rogue.refused.get(address):
            await self.push(reply)
        else:
            await self._call("address", super().smtp_RCPT, arg)

    async def smtp_DATA(self, arg: str | None) -> None:
        if self.rogue.orders and self.rogue.orders[0][0] == "middle":
            await self.push("354 go on")
            await self._reader.read(200)
            await self.obey("middle")
        else:
            await self._call("body", super().smtp_DATA, arg)

    async def smtp_QUIT(self, arg: str | None) -> None:
        self.rogue.said.append("quit")
        await super().smtp_QUIT(arg)


class _Handler:
    def __init__(self, rogue: Rogue) -> None:
        self.rogue = rogue

    async def handle_DATA(self, server: _Server, _session: Session, envelope: Envelope) -> str:
        """Take the message, unless something else is ordered; what is dropped here counts as taken."""
        order = self.rogue.orders[0] if self.rogue.orders else ("", "")
        if order[0] != "end" or order[1] == DROP:
            assert isinstance(envelope.content, bytes)
            self.rogue.accepted.append((tuple(envelope.rcpt_tos), envelope.content))
        return await server.obey("end") or "250 2.0.0 taken\x1b[31m as 17"


class _TokenHandler(_Handler):
    """Offers a login by token beside the password."""

    async def auth_XOAUTH2(self, server: _Server, args: list[str]) -> AuthResult:
        words = b64decode(args[1]).decode()
        user, _, bearer = words.removeprefix("user=").partition("\1auth=Bearer ")
        if user == self.rogue.user and bearer.rstrip("\1") in self.rogue.tokens:
            return AuthResult(success=True)
        await server.challenge_auth('{"status":"401","schemes":"Bearer"}')
        await server.push("535 5.7.3 Authentication unsuccessful")
        return AuthResult(success=False, handled=True)


class _Controller(Controller):
    def factory(self) -> _Server:
        server = _Server(self.handler, **self.SMTP_kwargs)
        server._auth_require_tls = self.ssl_context is None  # TLS from the first byte is TLS too
        return server


@contextmanager
def rogue_server(
    certificate: Certificate | None,
    *,
    largest: int = 1_000_000,
    encrypted_at_once: bool = False,
    tokens: bool = False,
) -> Iterator[Rogue]:
    """Run the server on a free port of 127.0.0.1; without a certificate it offers neither TLS nor a login."""
    rogue = Rogue()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        rogue.port = free.getsockname()[1]
    options: dict[str, Any] = {"data_size_limit": largest, "enable_SMTPUTF8": False}
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.certificate, certificate.key)
        options |= {"authenticator": _authenticator(rogue), "auth_required": True}
        if encrypted_at_once:
            options |= {"ssl_context": context}
        else:
            options |= {"tls_context": context, "require_starttls": True}
    handler = _TokenHandler(rogue) if tokens else _Handler(rogue)
    controller = _Controller(handler, hostname="127.0.0.1", port=rogue.port, **options)
    controller.start()
    rogue.connections = 0  # the controller tries itself out
    rogue.said.clear()
    try:
        yield rogue
    finally:
        for transport in rogue.open:
            controller.loop.call_soon_threadsafe(transport.abort)
        controller.stop()


def _authenticator(rogue: Rogue) -> Any:
    def right(_server: SMTP, _session: Session, _envelope: Envelope, _way: str, given: Any) -> AuthResult:
        wanted = LoginPassword(rogue.user.encode(), rogue.password.encode())
        return AuthResult(success=given == wanted, handled=False)

    return right
