"""A module per kind of register: each holds its `Settings` and `read(settings)`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from complaints_sheet.core.model import Reading
from complaints_sheet.sources import excel


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of register: the shape of its settings, and the function that reads it."""

    settings: type[Any]
    read: Callable[[Any], tuple[Reading, ...]]


SOURCES: dict[str, Source] = {"excel": Source(excel.Settings, excel.read)}
