"""A module per way to deliver: each holds its `Settings` and `deliver(message, settings, before_commit)`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from complaints_sheet.channels import folder
from complaints_sheet.core.messages import Message


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to deliver: the shape of its settings, and the function that delivers one message.

    `deliver` calls its third argument just before the step that cannot be taken back, so that the memory can
    note it, and returns in a few words what the other side said. It raises DeliveryError.
    """

    settings: type[Any]
    deliver: Callable[[Message, Any, Callable[[], None]], str]


CHANNELS: dict[str, Channel] = {"folder": Channel(folder.Settings, folder.deliver)}
