"""What goes with an event: the pack to senior management, a job that failed to the coordinator."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from complaints_sheet.app.mailing import alert
from complaints_sheet.app.packing import KIND, Packed
from complaints_sheet.app.receiving import coordinating, receivers
from complaints_sheet.app.sending import Delivery
from complaints_sheet.app.workplace import Desk
from complaints_sheet.core.alerts import failed_alert
from complaints_sheet.core.announcements import PackNews, pack_alerts
from complaints_sheet.core.messages import Attachment
from complaints_sheet.core.routing import default_receiver
from complaints_sheet.pack.blocks import Card, Cards, Panel, Panels, plain

if TYPE_CHECKING:
    from complaints_sheet.config.settings import Config
    from complaints_sheet.errors import Stopped

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "html": "text/html",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
"""The formats that are attached, the first of them that there is."""

ROOM_FOR_WORDS = 200_000  # bytes that the mail itself may need beside its file


def announced(desk: Desk, packed: Packed) -> tuple[Delivery, ...]:
    """Tell senior management that the pack for a meeting is ready, attached where it is not too large.

    Each is told once a meeting, however often it is written. A pack for no meeting is not announced.
    """
    plan, wanted = desk.config.meeting, packed.wanted
    if plan is None or wanted.meeting is None or wanted.edition != KIND:
        return ()
    file, attachment = _file(desk.config, packed)
    if file is None:
        return ()
    news = PackNews(
        wanted.period,
        wanted.meeting,
        plan.at,
        packed.pack.pages[0].title,
        tuple((each.label, each.shown) for each in _cards(packed)),
        tuple(plain(item) for panel in _panels(packed) if panel.numbered for item in panel.items),
        str(file),
        file.name if attachment else "",
    )
    people = receivers(desk, "pack", desk.config.roles.senior_management)
    return tuple(alert(desk, each, attachment) for each in pack_alerts(news, people))


def failure_told(desk: Desk, job: str, stop: "Stopped") -> Delivery | None:
    """Tell the coordinator that a job could not be done, once a day; None where nobody can be told."""
    receiver = default_receiver(coordinating(desk))
    said = failed_alert(job, f"{stop.message} {stop.next_step}", receiver, desk.moment)
    return alert(desk, said) if said else None


def _file(config: "Config", packed: Packed) -> tuple[Path | None, tuple[Attachment, ...]]:
    """Return the pack's file to read, and the same as an attachment where the mail has room for it."""
    by_kind = {path.suffix.removeprefix("."): path for path in packed.documents}
    kind = next((each for each in MEDIA_TYPES if each in by_kind), None)
    if kind is None:
        return None, ()
    path = by_kind[kind]
    content = packed.documents[path]
    encoded = len(content) * 4 // 3 * 78 // 76  # base64, in lines
    if encoded + ROOM_FOR_WORDS > config.delivery.largest:
        return path, ()
    return path, (Attachment(path.name, MEDIA_TYPES[kind], content),)


def _cards(packed: Packed) -> Iterator[Card]:
    for block in packed.pack.pages[0].blocks:
        if isinstance(block, Cards):
            yield from block.cards


def _panels(packed: Packed) -> Iterator[Panel]:
    for block in packed.pack.pages[0].blocks:
        if isinstance(block, Panels):
            yield from block.panels
