"""The mail that goes with a pack: it is ready, what it says first, and which decisions it asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from complaints_sheet.core.alerts import Alert
from complaints_sheet.core.meetings import Period
from complaints_sheet.core.people import Person
from complaints_sheet.core.wording import clock_time, count, period_short, weekday_long


@dataclass(frozen=True, slots=True)
class PackNews:
    """What is said of a pack that was written: its headline, its figures, the decisions it asks for.

    `meeting` is the local day it is for. `file` is where it lies, as text; `attached` the file's name where
    it goes with the mail, and empty where it is too large for that.
    """

    about: Period
    meeting: date
    at: time
    headline: str
    figures: tuple[tuple[str, str], ...]
    decisions: tuple[str, ...]
    file: str
    attached: str = ""


def pack_alerts(news: PackNews, receivers: Sequence[Person]) -> tuple[Alert, ...]:
    """Return the message for each receiver that the pack for a meeting is ready, once a meeting."""
    number = count(len(news.decisions), "decision") if news.decisions else "no decisions"
    about = period_short(news.about.start, news.about.end)
    when = f"{weekday_long(news.meeting)} at {clock_time(news.at)}"
    return tuple(
        Alert(
            kind="pack ready",
            key=f"pack-ready:{(person.email or '').casefold()}:{news.meeting}",
            receiver=person,
            subject=f"Improvement meeting pack, {about}: {number}",
            headline=news.headline,
            paragraphs=(f"The pack for the improvement meeting on {when} is ready. {_where(news)}",),
            figures=news.figures,
            points_heading=f"Decisions needed ({len(news.decisions)})" if news.decisions else "",
            points=news.decisions,
            why="You get this because you are among senior management, or were named for it. It is sent "
            "once for each meeting, when its pack is written.",
        )
        for person in receivers
    )


def _where(news: PackNews) -> str:
    if news.attached:
        return f"It is attached: {news.attached}."
    return f"It is too large to attach; it is here: {news.file}."
