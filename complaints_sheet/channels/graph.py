"""Delivery by Microsoft Graph: sendMail with the message as it is, over one connection."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from complaints_sheet.channels.signing_in import SignIn
from complaints_sheet.core.messages import Message
from complaints_sheet.core.routing import one_address
from complaints_sheet.errors import DeliveryError
from complaints_sheet.mail_tokens import Access
from complaints_sheet.microsoft_graph import SENT_ITEMS, Graph, graph_connection

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from typing import Self

LARGEST = 3_000_000
"""Bytes of a message that one request may carry: 4 MB in base64 (learn.microsoft.com, user-sendmail)."""

USUAL_RATE = 30
"""Messages a minute that Exchange Online takes from one mailbox."""


class Settings(SignIn):
    """Which mailbox of Microsoft 365 mail leaves by, and how this program shows who it is."""

    kind: Literal["graph"] = "graph"
    sender: str = Field(description="The mailbox that mail comes from.")
    sender_name: str = Field(
        default="",
        description="The name that mail comes from [the organisation's, and complaints].",
        max_length=100,
    )
    auth: Literal["microsoft", "microsoft-app"] = Field(
        default="microsoft", description="Whether a person signs in once, or the app has a secret of its own."
    )
    user: str = Field(default="", description="Who signs in [the address of `sender`].")
    password_variable: str = Field(
        default="COMPLAINTS_MAIL_PASSWORD",
        description="With microsoft-app: the environment variable that holds the secret of the app.",
        min_length=1,
    )
    password_file: Path | None = Field(
        default=None, description="A file that holds only the secret, in place of the variable."
    )
    ca_file: Path | None = Field(
        default=None, description="The certificate of the office's own authority [those of this computer]."
    )
    timeout: Annotated[float, Field(gt=0, le=600)] = Field(
        default=60, description="How many seconds to wait for an answer of Graph."
    )
    timeout_at_end: Annotated[float, Field(gt=0, le=1800)] = Field(
        default=300, description="How many seconds to wait for its last word on a mail."
    )

    @field_validator("sender")
    @classmethod
    def _one_address(cls, typed: str) -> str:
        if one_address(typed.strip()) is None:
            raise ValueError(f'"{typed}" is not exactly one e-mail address such as robot@example.org')
        return typed.strip()

    @model_validator(mode="after")
    def _complete(self) -> "Self":
        if missing := self.missing(self.auth):
            raise ValueError(f"`kind: graph` needs `{missing}`")
        return self

    @property
    def login(self) -> str:
        """Return who signs in."""
        return self.user or self.sender

    @property
    def host(self) -> str:
        """Return the name of the server."""
        return urlsplit(self.graph).hostname or ""

    @property
    def usual_rate(self) -> int:
        """Return how many messages a minute are taken where the config says nothing."""
        return USUAL_RATE

    @property
    def access(self) -> Access:
        """Return how to get a token."""
        return self.access_by(
            self.auth,
            self.login,
            self.password_variable,
            self.password_file,
            ca_file=self.ca_file,
            service="graph",
        )


@contextmanager
def session(settings: Settings) -> Iterator[Callable[[Message, Callable[[], None]], str]]:
    """Yield the function that hands one message to Graph; the connection opens with the first."""
    with _connection(settings) as graph:
        yield _Delivering(graph).deliver


def probe(settings: Settings) -> str:
    """Return in a sentence what answered after signing in and looking at the mailbox; nothing is sent."""
    with _connection(settings) as graph:
        graph.read(f"mailFolders/{SENT_ITEMS}", {"$select": "displayName"})
        return f"{graph.host} answers for {settings.sender} (signed in as {settings.login})."


def _connection(settings: Settings) -> "AbstractContextManager[Graph]":
    return graph_connection(settings.access, settings.sender, settings.timeout, settings.timeout_at_end)


class _Delivering:
    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._wait: float | None = None  # as Graph asked with the acceptance before

    def deliver(self, message: Message, before_commit: Callable[[], None]) -> str:
        """Hand over one message, and return Graph's words once it has taken it."""
        if self._wait:
            wait, self._wait = self._wait, None
            raise DeliveryError(
                f"{self._graph.host} asks to wait for {wait:g} seconds.",
                "It goes on by itself.",
                fault="slow",
                pause=wait,
            )
        if len(message.content) > LARGEST:
            raise DeliveryError(
                f"Graph takes mails of {LARGEST:,} bytes at most; this one has {len(message.content):,}.",
                "It is not sent.",
                fault="message",
                too_large=True,
            )
        answer = self._graph.send_mail(message.content, before_commit)
        self._wait = answer.wait
        return f"{answer} accepted"
