"""A module per way to deliver: each holds its `Settings` and `session(settings)`, for many messages."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, TypeAlias

from complaints_sheet.channels import folder, graph, smtp
from complaints_sheet.core.messages import Message

Deliver: TypeAlias = Callable[[Message, Callable[[], None]], str]
"""Delivers one message, and returns in a few words what the other side said.

It calls its second argument just before the step that cannot be taken back, so that the memory can note it;
where that raises, ClaimLost for one, the message is not handed over. Raises DeliveryError, whose `fault` says
what it means for this message and for those behind it.
"""


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to deliver: the shape of its settings, and a session that delivers many messages.

    A session goes on after a fault of one message; it connects again by itself. `live` is True where mail
    really leaves this computer; `probe` then connects and logs in without sending anything, and says what
    answered.
    """

    settings: type[Any]
    session: Callable[[Any], AbstractContextManager[Deliver]]
    live: bool
    probe: Callable[[Any], str] | None = None

    def deliver(self, message: Message, settings: Any, before_commit: Callable[[], None]) -> str:
        """Deliver a single message in a session of its own, and return what the other side said."""
        with self.session(settings) as deliver:
            return deliver(message, before_commit)


CHANNELS: dict[str, Channel] = {
    "folder": Channel(folder.Settings, folder.session, live=False),
    "graph": Channel(graph.Settings, graph.session, live=True, probe=graph.probe),
    "smtp": Channel(smtp.Settings, smtp.session, live=True, probe=smtp.probe),
}
