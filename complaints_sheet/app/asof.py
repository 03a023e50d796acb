"""The one moment a run is judged at: the clock, or --as-of, in the organisation's time zone."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from complaints_sheet.errors import ConfigError

END_OF_DAY = time(23, 59, 59)


def moment_asked(text: str | None, now: datetime, zone: ZoneInfo) -> datetime:
    """Return the aware moment meant by --as-of; a bare date is the end of that day, none at all is `now`.

    Raises ConfigError where the text is not a date or a date and a time.
    """
    if text is None:
        return now.astimezone(zone)
    try:
        if len(text.strip()) <= len("2026-11-23"):
            return datetime.combine(date.fromisoformat(text.strip()), END_OF_DAY, tzinfo=zone)
        return datetime.fromisoformat(text.strip()).replace(tzinfo=zone)
    except ValueError:
        raise ConfigError(
            f"“{text}” is not a date.", "Write it as 2026-11-23, or with a time as 2026-11-23T08:00."
        ) from None


def day_asked(text: str) -> date:
    """Return the date meant by an option such as --until; raises ConfigError where it is not one."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ConfigError(f"“{text}” is not a date.", "Write it as 2026-11-23.") from None
