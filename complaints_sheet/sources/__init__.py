"""A module per kind of register: each holds its `Settings` and `read(settings, shelf)`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from complaints_sheet.core.model import Reading
from complaints_sheet.sources import excel, google
from complaints_sheet.sources.shelf import Shelf


class Reader(Protocol):
    """What reads a register by the settings of its kind; the shelf, if any, holds its last answer."""

    def __call__(self, settings: Any, shelf: Shelf | None = None) -> tuple[Reading, ...]:
        """Return one reading for each file of the register; raises SourceError."""


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of register: the shape of its settings, and the function that reads it.

    `account` returns the address that such a register must be shared with, empty where there is none.
    """

    settings: type[Any]
    read: Reader
    account: Callable[[Any], str] = lambda _: ""


SOURCES: dict[str, Source] = {
    "excel": Source(excel.Settings, excel.read),
    "google": Source(google.Settings, google.read, google.account),
}
