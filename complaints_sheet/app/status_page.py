"""The status page: a plain page beside the config that shows at a glance whether the program is at work."""

import os
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from complaints_sheet.core.wording import clock_time, count, full_date, sentence, weekday_day

if TYPE_CHECKING:
    from complaints_sheet.app.timetable import JobLine, Timetable
    from complaints_sheet.config.settings import Config

TEMPLATE = "status/status.html"
STATES: Mapping[str, str] = {
    "queued": "to be sent",
    "sending": "being sent",
    "committing": "being sent",
    "held": "held back",
    "unknown": "sent or not, nobody knows yet",
    "failed": "refused",
}
ENDINGS: Mapping[str, str] = {
    "done": "done",
    "failed": "failed",
    "skipped": "left out",
    "baseline": "before the schedule began",
    "due": "cut off, to be done again",
    "running": "being done",
}


def write_page(config: "Config", shown: "Timetable", trouble: str = "") -> str:
    """Write the page, whole or not at all; return why it could not be written, or nothing.

    It names jobs, times and numbers, never a case or a customer. `trouble` is one more thing that is wrong.
    """
    page = config.schedule.status_page
    if page is None:
        return ""
    part = page.with_name(f".{page.name}.{os.getpid()}.part")
    try:
        part.write_text(page_text(config, shown, trouble), encoding="utf-8")
        part.replace(page)
    except OSError as error:
        part.unlink(missing_ok=True)
        return f"The page {page} cannot be written ({error.strerror or type(error).__name__})."
    return ""


def page_text(config: "Config", shown: "Timetable", trouble: str = "") -> str:
    """Return the page's HTML."""
    from complaints_sheet.render import page

    coordinator = config.roles.coordinator
    context = {
        "organisation": config.organisation.name or "Complaints",
        "at": f"{clock_time(shown.at)} on {full_date(shown.at.date())}",
        "at_iso": shown.at.isoformat(timespec="minutes"),
        "coordinator": coordinator.name if coordinator else "the coordinator",
        "wrong": [sentence(each) for each in (*filter(None, [trouble]), *shown.wrong)],
        "jobs": [
            {"name": each.name, "last": last_words(each, shown.at), "next": next_words(each, shown.at)}
            for each in shown.lines
        ],
        "waiting": waiting_words(shown.waiting),
    }
    return page(TEMPLATE, context, config.templates)


def last_words(line: "JobLine", at: datetime) -> str:
    """Return when the job ran last and how it ended, in local words."""
    if line.last is None:
        return "not yet"
    when = _near(line.last.last_try or line.last.moment, at)
    if line.last.state in ("skipped", "baseline"):
        when = _near(line.last.moment, at)
    words = f": {line.last.words}" if line.last.words else ""
    return f"{when}, {ENDINGS[line.last.state]}{words}"


def next_words(line: "JobLine", at: datetime) -> str:
    """Return when the job runs next, in local words."""
    return _near(line.next.moment, at) if line.next else "none planned"


def waiting_words(waiting: Mapping[str, int]) -> str:
    """Return how many mails wait, by how they stand."""
    parts = [f"{count(number, 'mail')} {STATES[name]}" for name, number in waiting.items()]
    return f"{', '.join(parts)}." if parts else "None."


def _near(moment: datetime, at: datetime) -> str:
    local = moment.astimezone(at.tzinfo)
    day = "today" if local.date() == at.date() else weekday_day(local.date())
    year = f" {local.year}" if local.year != at.year else ""
    return f"{day}{year} {clock_time(local)}"
