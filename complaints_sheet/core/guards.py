"""What keeps mail back: not armed, outside the hours, a flood, a wrong address; and when to try again."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from email.utils import getaddresses
from statistics import median

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.ledger import Binding, MailChannel
from complaints_sheet.core.routing import one_address
from complaints_sheet.core.wording import count, listing

TOO_OLD_TO_SEND_BY = timedelta(minutes=5)
"""A register read longer ago than this is read again before anything is sent (design, promise 3)."""

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
THEN_EVERY = timedelta(hours=4)
GIVE_UP_AFTER = timedelta(hours=48)

FLOOD_FACTOR = 3


@dataclass(frozen=True, slots=True)
class Hours:
    """The local hours in which mail may leave, on working days: from `start` up to, not including, `end`."""

    start: time = time(7)
    end: time = time(19)

    def __str__(self) -> str:
        """Return the hours as they are typed in the config."""
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


def opening(now: datetime, hours: Hours, calendar: Calendar) -> datetime | None:
    """Return when mail may leave next, or None where it may now; `now` is the aware local moment."""
    today = now.date()
    if calendar.is_working(today) and hours.start <= now.time() < hours.end:
        return None
    late = not calendar.is_working(today) or now.time() >= hours.end
    day = calendar.working_day_after(today) if late else today
    return datetime.combine(day, hours.start, tzinfo=now.tzinfo)


def next_try(attempts: int) -> timedelta | None:
    """Return how long to wait after so many attempts that nobody accepted; None to give up.

    After 1, 5, 15 and 60 minutes, then every 4 hours, up to 48 hours in all.
    """
    if attempts <= len(BACK_OFF):
        return BACK_OFF[max(attempts, 1) - 1]
    waited = sum(BACK_OFF, timedelta()) + THEN_EVERY * (attempts - len(BACK_OFF))
    return THEN_EVERY if waited <= GIVE_UP_AFTER else None


def stop_pause(stops: int) -> timedelta:
    """Return how long a queue that nothing can leave waits after being stopped so many times in a row."""
    return (BACK_OFF[2], BACK_OFF[3], THEN_EVERY)[min(stops, 2)]


def usual(by_day: Mapping[str, int]) -> int:
    """Return how many mails usually go on a day on which any go: the median."""
    return round(median(by_day.values())) if by_day else 0


def flood_limit(by_day: Mapping[str, int], expected: int, least: int) -> int:
    """Return how many mails a day are no flood: `least`, or three times the usual if that is more.

    `expected` is what a person saw and said yes to when the channel was armed; it counts as usual until more
    has gone.
    """
    return max(least, FLOOD_FACTOR * max(usual(by_day), expected))


def flood(waiting: int, sent_today: int, limit: int) -> str:
    """Return why the mails that wait are a flood, or nothing."""
    if waiting + sent_today <= limit:
        return ""
    return f"{count(waiting + sent_today, 'mail')} in one day, where up to {limit} would be usual"


_RECEIVERS = re.compile(rb"(?im)^(?:resent-)?(?:to|cc|bcc)[ \t]*:[ \t]*((?:.*\r?\n[ \t])*.*?)\r?$")
_NAMED = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^",;:<>@()\\]*?)\s*<([^<>\s,;:"]+)>')


def header_addresses(content: bytes) -> tuple[str, ...]:
    """Return every address that a message's own headers send it to: To, Cc and Bcc."""
    blank = re.search(rb"\r?\n\r?\n", content)
    head = content[: blank.start()] if blank else content
    lines = [" ".join(line.decode("utf-8", "replace").split()) for line in _RECEIVERS.findall(head)]
    if len(lines) == 1 and (usual := _NAMED.fullmatch(lines[0])):
        return (usual[1],)  # the library's own reading of it takes a fifth of a message's time
    return tuple(each for _, each in getaddresses(lines))


def wrong_recipient(address: str, content: bytes, allowed: Collection[str]) -> str:
    """Return why a message may not go to its address, or nothing.

    `allowed` are the addresses of the directory, folded. The address must be exactly one of them, and the
    message's own headers must name it and nothing else.
    """
    if one_address(address) is None:
        return "this is not exactly one well-formed address"
    if address.casefold() not in allowed:
        return "this address is nobody's in the people list now"
    if [each.casefold() for each in header_addresses(content)] != [address.casefold()]:
        return "the message names another receiver than the one it was to go to"
    return ""


def outside_domains(address: str, domains: Collection[str]) -> str:
    """Return why the list of allowed domains keeps a message back, or nothing; no list allows every one."""
    domain = address.rpartition("@")[2].casefold()
    if not domains or domain in {each.casefold() for each in domains}:
        return ""
    return f"{domain} is not among the allowed domains ({listing(sorted(domains))})"


def why_disarmed(kept: MailChannel, now: Binding) -> str:
    """Return in a sentence why no mail may leave by this channel, or nothing where it is armed.

    It is armed for one machine, one database and its registers, and for the config, templates and rules as
    they were then.
    """
    if kept.armed is None:
        return "Mail is not switched on yet."
    return _elsewhere(kept, now) or _changed(kept.binding, now)


def _elsewhere(kept: MailChannel, now: Binding) -> str:
    was = kept.binding
    if was.host != now.host:
        return "This looks like another computer than the one mail was switched on for."
    if was.place != now.place:
        return f"The memory has moved or is a copy: mail was switched on for {was.place}."
    if kept.rounds_on_file is None or kept.rounds < kept.rounds_on_file:
        return "The memory seems to be an older copy: mail has gone out that it knows nothing of."
    return ""


def _changed(was: Binding, now: Binding) -> str:
    if was.registers != now.registers:
        return "The registers are not those that mail was switched on for."
    changed = {name for name in {**was.prints, **now.prints} if was.prints.get(name) != now.prints.get(name)}
    return f"{listing(sorted(changed))} changed since mail was switched on." if changed else ""


SWITCH_ON = "Look at what would go, and switch it on: complaints-sheet outbox arm"
