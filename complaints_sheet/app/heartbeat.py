"""Signs of life for whoever watches from outside: a file that holds the moment, an address that is called."""

from datetime import datetime
from typing import TYPE_CHECKING

from complaints_sheet import __version__

if TYPE_CHECKING:
    from complaints_sheet.config.settings import Config

PING_SECONDS = 10
FAULT = "ping fault"  # the moment under which the memory keeps since when the address cannot be reached


def leave_signs(config: "Config", now: datetime) -> str:
    """Leave the signs of life that the config asks for; return what went wrong with the file, or nothing.

    `now` is aware. An address that cannot be reached is noted in the memory for `status`, and never fatal.
    """
    schedule = config.schedule
    if schedule.heartbeat_url is not None:
        _note(config, ping(schedule.heartbeat_url), now)
    if schedule.heartbeat_file is None:
        return ""
    try:
        schedule.heartbeat_file.write_text(f"{now.isoformat(timespec='seconds')}\n", encoding="utf-8")
    except OSError as error:
        return f"{schedule.heartbeat_file} cannot be written ({error.strerror or type(error).__name__})."
    return ""


def ping(url: str) -> str:
    """Call the heartbeat address; return what went wrong, or nothing. The address itself is never printed."""
    from urllib.request import Request, urlopen

    headers = {"User-Agent": f"complaints-sheet/{__version__}"}
    request = Request(url, headers=headers)  # noqa: S310 - the config takes http and https only
    try:
        with urlopen(request, timeout=PING_SECONDS) as answer:  # noqa: S310
            answer.read(64)
    except (OSError, ValueError) as error:  # an HTTPError and a URLError are OSErrors
        reason = getattr(error, "reason", None) or ""
        return f"{type(error).__name__} {reason}".strip()
    return ""


def _note(config: "Config", fault: str, now: datetime) -> None:
    from complaints_sheet.state import open_state

    with open_state(config.state.folder, config.state.url, alone=False) as state:
        known = FAULT in state.jobs.moments()
        if fault and not known:
            state.jobs.keep_moments({FAULT: (now, fault)})
        elif known and not fault:
            state.jobs.keep_moments({FAULT: None})
