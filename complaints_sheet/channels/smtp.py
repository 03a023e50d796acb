"""Delivery by a mail server (SMTP): one connection for many messages, one recipient each, encrypted."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, field_validator, model_validator

from complaints_sheet.channels.logins import LOGGED_IN, LOGINS, by_token
from complaints_sheet.channels.signing_in import SignIn
from complaints_sheet.core.messages import Message
from complaints_sheet.core.refusals import Phase, Reply, is_slow_down, refusal, reply
from complaints_sheet.core.routing import one_address
from complaints_sheet.errors import DeliveryError
from complaints_sheet.mail_access import trust, unreached
from complaints_sheet.mail_tokens import Access

if TYPE_CHECKING:
    import smtplib
    import ssl
    from typing import Self

PORTS = {"starttls": 587, "tls": 465, "none": 25}
CLOSING = 421
MICROSOFT_RATE = 30  # messages a minute from one mailbox (learn.microsoft.com, smtp-submission-improvements)
GOODBYE_SECONDS = 5


class Settings(SignIn):
    """Which mail server mail leaves by, and how this program shows who it is. Passwords are elsewhere."""

    kind: Literal["smtp"] = "smtp"
    host: str = Field(description="The mail server, such as mail.example.org.", min_length=1, max_length=253)
    port: Annotated[int, Field(ge=1, le=65535)] | None = Field(
        default=None, description="Its port [587; 465 with `tls`; 25 with `none`]."
    )
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls",
        description="How the connection is encrypted; `none` only for a server on this computer.",
    )
    auth: Literal["password", "none", "microsoft", "microsoft-app", "google", "google-service"] = Field(
        default="password",
        description="How to log in; by token with Microsoft 365 or Google; `none` where no login is needed.",
    )
    user: str = Field(default="", description="The name to log in with [the address of `sender`].")
    password_variable: str = Field(
        default="COMPLAINTS_MAIL_PASSWORD",
        description="The environment variable that holds the password, or the secret of the app.",
        min_length=1,
    )
    password_file: Path | None = Field(
        default=None, description="A file that holds only the password, in place of the variable."
    )
    sender: str = Field(description="The address that mail comes from.")
    sender_name: str = Field(
        default="",
        description="The name that mail comes from [the organisation's, and complaints].",
        max_length=100,
    )
    copy_to: str | None = Field(
        default=None,
        description="A mailbox that gets a copy of each mail, where the server keeps none (see `journal`).",
    )
    ca_file: Path | None = Field(
        default=None, description="The certificate of the office's own authority [those of this computer]."
    )
    timeout: Annotated[float, Field(gt=0, le=600)] = Field(
        default=60, description="How many seconds to wait for an answer of the server."
    )
    timeout_at_end: Annotated[float, Field(gt=0, le=1800)] = Field(
        default=300, description="How many seconds to wait for its last word on a mail."
    )

    @field_validator("sender", "copy_to")
    @classmethod
    def _one_address(cls, typed: str | None) -> str | None:
        """Return the address; a person wrote it, so it may be wrong."""
        if typed is not None and one_address(typed.strip()) is None:
            raise ValueError(f'"{typed}" is not exactly one e-mail address such as robot@example.org')
        return typed.strip() if typed else None

    @field_validator("host", "user", "sender_name")
    @classmethod
    def _one_line(cls, typed: str) -> str:
        if not typed.isprintable():
            raise ValueError("expected text on one line")
        return typed.strip()

    @model_validator(mode="after")
    def _encrypted(self) -> "Self":
        """Refuse to send over the network in the clear, and a password anywhere in the clear."""
        if self.security == "none" and not _this_computer(self.host):
            raise ValueError(
                f"mail to {self.host} must be encrypted: write `security: starttls` or `security: tls`; "
                "`none` is only for a server on this computer"
            )
        if self.security == "none" and self.auth != "none":
            raise ValueError(
                "without encryption no password is sent: write `auth: none`, or another `security`"
            )
        if missing := self.missing(self.auth):
            raise ValueError(f"`auth: {self.auth}` needs `{missing}`")
        return self

    @property
    def at(self) -> int:
        """Return the port: the one written, or the usual one."""
        return self.port or PORTS[self.security]

    @property
    def login(self) -> str:
        """Return the name to log in with."""
        return self.user or self.sender

    @property
    def usual_rate(self) -> int | None:
        """Return how many messages a minute are taken where the config says nothing; None: no limit."""
        return MICROSOFT_RATE if self.auth.startswith("microsoft") else None

    @property
    def access(self) -> Access | None:
        """Return how to get a token, or None where a password is used or nothing."""
        if self.auth == "password" or self.auth == "none":  # noqa: PLR1714 (mypy narrows only this)
            return None
        return self.access_by(
            self.auth, self.login, self.password_variable, self.password_file, ca_file=self.ca_file
        )


def _this_computer(host: str) -> bool:
    try:
        return host.casefold() == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def session(settings: Settings) -> Iterator[Callable[[Message, Callable[[], None]], str]]:
    """Yield the function that hands one message to the server; the connection opens with the first."""
    connection = _Connection(settings)
    try:
        yield connection.deliver
    finally:
        connection.close()


def probe(settings: Settings) -> str:
    """Return in a sentence what answered after connecting, encrypting and logging in; nothing is sent.

    Raises DeliveryError saying what was refused and what to do.
    """
    connection = _Connection(settings)
    try:
        return connection.tried()
    finally:
        connection.close()


class _Connection:
    """One connection at a time; after a fault the next message opens another."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._smtp: smtplib.SMTP | None = None
        self._at_rest = True  # False while a message is under way, when a word of leave would become its text
        self._slower: Reply | None = None

    def deliver(self, message: Message, before_commit: Callable[[], None]) -> str:
        """Hand over one message, and return the server's words once it has taken it."""
        self._slow_down_if_told()
        if not self._at_rest:  # the message before was broken into: the next answer may be about that one
            self._drop()
        content = _on_the_wire(message.content)
        smtp = self._begun(message, len(content))
        for address in filter(None, (message.to, self._settings.copy_to)):
            self._address(smtp, address)
        self._expect("body", self._asked(smtp, "DATA"), 354)
        with self._reported():
            smtp.send(content)
        try:
            before_commit()
        except BaseException:  # the claim is lost, or the memory cannot be written: never the last line
            self._drop()
            raise
        return str(self._ended(smtp))

    def tried(self) -> str:
        """Connect and log in, and return what answered."""
        smtp, settings = self._connected(), self._settings
        version = getattr(smtp.sock, "version", lambda: None)()
        who = f"logged in as {settings.login}" if settings.auth != "none" else "without a login"
        return f"{settings.host}, port {settings.at}, answers ({version or 'not encrypted'}, {who})."

    def close(self) -> None:
        """Take leave of the server; every message has its outcome by now, so a fault here means nothing."""
        if self._smtp is not None and self._at_rest:
            with suppress(OSError):
                self._wait_at_most(GOODBYE_SECONDS)
                self._smtp.quit()
        self._drop()

    # --- one message ---------------------------------------------------------------------------------------

    def _begun(self, message: Message, size: int) -> "smtplib.SMTP":
        """Begin a message; on a new connection where the server has closed the old one meanwhile."""
        used_before = self._smtp is not None
        smtp = self._connected()
        self._fits(smtp, size)
        self._at_rest = False
        try:
            answer = reply(*smtp.docmd("MAIL", _mail_from(smtp, message, size)))
        except OSError as error:
            self._drop()
            if used_before:
                return self._begun(message, size)
            raise unreached(error, self._settings.host, self._settings.at) from error
        if answer.code == CLOSING and used_before:
            self._drop()
            return self._begun(message, size)
        self._expect("sender", answer, 250)
        return smtp

    def _fits(self, smtp: "smtplib.SMTP", size: int) -> None:
        limit = smtp.esmtp_features.get("size", "")
        if limit.isdigit() and 0 < int(limit) < size:
            raise DeliveryError(
                f"{self._settings.host} takes mails of {int(limit):,} bytes at most; this one has {size:,}.",
                "It is not sent.",
                fault="message",
                too_large=True,
            )

    def _address(self, smtp: "smtplib.SMTP", address: str) -> None:
        answer = self._asked(smtp, "RCPT", f"TO:<{address}>")
        if address == self._settings.copy_to and 500 <= answer.code < 600:
            self._begin_anew()
            raise DeliveryError(
                f"{self._settings.host} refused the address for copies: {answer}",
                "Correct `copy_to` under delivery: in the config. Nothing is sent without the copies.",
                fault="stop",
            )
        self._expect("address", answer, 250, 251, 252)

    def _ended(self, smtp: "smtplib.SMTP") -> Reply:
        """Send the last line and return the answer; no answer, or a temporary refusal, settles nothing."""
        try:
            self._wait_at_most(self._settings.timeout_at_end)
            smtp.send(b".\r\n")
            answer = reply(*smtp.getreply())
            self._wait_at_most(self._settings.timeout)
        except OSError as error:
            self._drop()
            raise DeliveryError(
                f"{self._settings.host} did not say whether it took the message.",
                "It may have gone out all the same, so it is not sent again until that is clear.",
                fault="unknown",
            ) from error
        self._slower = answer if is_slow_down(answer) else None
        self._expect("end", answer, 250)
        self._at_rest = True
        return answer

    def _slow_down_if_told(self) -> None:
        """Say once that the server wants fewer mails, if it said so of a mail whose outcome is not known."""
        if self._slower is not None:
            answer, self._slower = self._slower, None
            raise refusal("sender", answer, self._settings.host)

    # --- the connection ------------------------------------------------------------------------------------

    def _connected(self) -> "smtplib.SMTP":
        """Return the open connection, or a new one: encrypted and verified before anything else is said."""
        if self._smtp is not None:
            return self._smtp
        settings, context = self._settings, trust(self._settings.ca_file)
        log_in = (
            by_token(settings.access)
            if settings.access
            else LOGINS[settings.auth](settings.login, settings.password_variable, settings.password_file)
        )
        smtp = self._opened(context)
        self._smtp, self._at_rest = smtp, False
        self._hello(smtp)
        if settings.security == "starttls":
            self._encrypt(smtp, context)
        with self._reported():
            answer = log_in(smtp)
        self._expect("token" if settings.access else "login", answer, LOGGED_IN)
        self._at_rest = True
        return smtp

    def _opened(self, context: "ssl.SSLContext") -> "smtplib.SMTP":
        import smtplib

        settings = self._settings
        name = settings.sender.rpartition("@")[
            2
        ]  # our own name would need a look-up, and tells of the network
        try:
            if settings.security == "tls":
                smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                    settings.host, settings.at, name, timeout=settings.timeout, context=context
                )
            else:
                smtp = smtplib.SMTP(settings.host, settings.at, name, timeout=settings.timeout)
        except smtplib.SMTPConnectError as error:
            raise refusal("greeting", reply(error.smtp_code, error.smtp_error), settings.host) from error
        except OSError as error:
            raise unreached(error, settings.host, settings.at) from error
        if smtp.sock:
            # Body and last line are two writes: without this the second waits for the first's receipt.
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return smtp

    def _hello(self, smtp: "smtplib.SMTP") -> None:
        with self._reported():
            answer = reply(*smtp.ehlo())
        self._expect("greeting", answer, 250)

    def _encrypt(self, smtp: "smtplib.SMTP", context: "ssl.SSLContext") -> None:
        import smtplib

        if not smtp.has_extn("starttls"):
            self._drop()
            raise refusal("encryption", Reply(502, "it does not offer STARTTLS"), self._settings.host)
        with self._reported():
            try:
                smtp.starttls(context=context)
            except smtplib.SMTPResponseException as error:
                self._expect("encryption", reply(error.smtp_code, error.smtp_error))
        self._hello(smtp)

    def _asked(self, smtp: "smtplib.SMTP", command: str, rest: str = "") -> Reply:
        with self._reported():
            return reply(*smtp.docmd(command, rest))

    @contextmanager
    def _reported(self) -> Iterator[None]:
        """Turn what the network does into an error: the connection is gone and nothing was accepted."""
        try:
            yield
        except OSError as error:
            self._drop()
            raise unreached(error, self._settings.host, self._settings.at) from error

    def _expect(self, phase: Phase, answer: Reply, *good: int) -> None:
        """Raise the error for an answer that is not among the good ones, ready for the next message."""
        if answer.code in good:
            return
        if phase in ("greeting", "encryption", "login") or answer.code in (CLOSING, -1):
            self._drop()
        else:
            self._begin_anew()
        raise refusal(phase, answer, self._settings.host)

    def _begin_anew(self) -> None:
        """Make the server forget the message under way; where it cannot, the next opens a new connection."""
        with suppress(OSError):
            if self._smtp is not None and self._smtp.rset()[0] == 250:
                self._at_rest = True
                return
        self._drop()

    def _wait_at_most(self, seconds: float) -> None:
        if self._smtp is not None and self._smtp.sock:
            self._smtp.sock.settimeout(seconds)

    def _drop(self) -> None:
        """Close the connection without a word: a server throws away a message without its last line."""
        if self._smtp is not None:
            self._smtp.close()
        self._smtp, self._at_rest = None, True


# --- the message on the wire -------------------------------------------------------------------------------


def _on_the_wire(content: bytes) -> bytes:
    """Return a message as SMTP carries it, but for its last line: CRLF everywhere, a first dot doubled."""
    lines = (b"." + line if line.startswith(b".") else line for line in content.splitlines())
    return b"\r\n".join(lines) + b"\r\n"


def _mail_from(smtp: "smtplib.SMTP", message: Message, size: int) -> str:
    words = [f"FROM:<{message.sender}>"]
    if smtp.has_extn("size"):
        words.append(f"SIZE={size}")
    if smtp.has_extn("8bitmime") and not message.content.isascii():
        words.append("BODY=8BITMIME")
    return " ".join(words)
