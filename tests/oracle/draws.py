"""Rows drawn at random: each field that the clocks look at filled, blank, unreadable or without a column."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from complaints_sheet.core.fields import FIELDS
from tests.oracle.facts import Drawn, many
from tests.oracle.policy_files import Version

_CONDITIONS = ("only_when", "unless", "met_at_once_when")
_NAMES = ("Sam Osei", "Dana Hughes")


class Draw:
    """The rows that one version of a policy is tried with."""

    def __init__(self, version: Version) -> None:
        self.fields = sorted(set(_fields(version)) | {"received_on", "resolved"})
        self.choices = _choices(version)
        self.timed = any("hour" in str(clock) or "cut_off" in str(clock) for clock in version.clocks.values())

    def row(self, received: date, chance: Random) -> Drawn:
        """Return one row that was received on the day."""
        columns = self._columns(chance)
        values: dict[str, Any] = {}
        unreadable = set()
        logged: tuple[date, ...] = ()
        for name in columns:
            if name != "received_on" and chance.random() < 0.01:
                unreadable.add(name)
            elif name == "received_on":
                values[name] = self._moment(received, chance)
            elif name == "contact_log":
                logged = self._log(received, chance)
                if logged:
                    values[name] = "; ".join(f"{day.day}/{day.month}/{day.year} rang" for day in logged)
            else:
                value = self._value(name, received, chance)
                if value is not None:
                    values[name] = value
        return Drawn(values, frozenset(unreadable), frozenset(columns), logged)

    def _columns(self, chance: Random) -> list[str]:
        # Few sheets, many rows: a sheet lacks a tenth of the columns, the same ones for all rows of its kind.
        kind = Random(chance.randrange(12))
        lacks_none = kind.random() < 0.6
        return [name for name in self.fields if lacks_none or name == "received_on" or kind.random() > 0.08]

    def _value(self, name: str, received: date, chance: Random) -> Any:
        kind = FIELDS[name].kind
        if kind == "date":
            return self._date(name, received, chance)
        if kind == "yes_no":
            likely = [3, 1, 6] if name == "formal" else [6, 3, 1] if name == "complex" else [2, 6, 2]
            return chance.choices([True, False, None], likely)[0]
        if name in self.choices:
            return chance.choice(self.choices[name]) if chance.random() < 0.4 else None
        return chance.choice(_NAMES) if chance.random() < 0.7 else None

    def _date(self, name: str, received: date, chance: Random) -> date | None:
        rare = name.startswith(("paused", "extended", "promised", "converted", "holding"))
        if chance.random() > (0.3 if rare else 0.55):
            return None
        furthest = chance.choices([3, 8, 20, 60], [3, 4, 3, 2])[0]
        nearest = -3 if chance.random() < 0.1 else 0
        return self._moment(received + timedelta(days=chance.randint(nearest, furthest)), chance)

    def _moment(self, day: date, chance: Random) -> date:
        if chance.random() > (0.4 if self.timed else 0.05):
            return day
        return datetime.combine(day, time(chance.randrange(24), chance.choice([0, 15, 30, 59])))

    def _log(self, received: date, chance: Random) -> tuple[date, ...]:
        if chance.random() < 0.5:
            return ()
        entries = chance.randint(1, 4)
        return tuple(received + timedelta(days=chance.randint(-1, 30)) for _ in range(entries))


def moment_of_judging(received: date, chance: Random) -> datetime:
    """Return a local moment up to seventy days after the receipt; often the end of a day."""
    soon = chance.random() < 0.4
    day = received + timedelta(days=chance.randint(0, 12) if soon else chance.randint(-1, 70))
    any_time = time(chance.randrange(24), chance.randrange(60))
    return datetime.combine(day, time(23, 59, 59) if chance.random() < 0.5 else any_time)


def _fields(version: Version) -> Iterator[str]:
    """Yield every field that some clock of the version may look at."""
    yield from version.content.get("excludes", {})
    for clock in version.clocks.values():
        for part in ("from", "until", "contacts"):
            yield from many(clock.get(part, []))
        for part in _CONDITIONS:
            yield from clock.get(part, {})
        for other in many(clock.get("other_limits", [])):
            yield from other["when"]
        yield from (clock[part] for part in ("promised", "converted_by") if part in clock)
        if "pause" in clock:
            yield from ("paused_from", "paused_until", "pause_decided_by")
        if "extension" in clock:
            yield from ("extended_to", "extension_told_on", "extension_reason")
            yield from clock["extension"].get("only_when", {})
        if "holding_reply" in clock:
            yield clock["holding_reply"].get("sent", "holding_reply_on")
        if "early_resolution" in clock:
            yield from many(clock["early_resolution"].get("resolved", "resolved_on"))


def _choices(version: Version) -> dict[str, list[Any]]:
    """Return what is drawn for each field of a condition: its values, another one, or nothing."""
    found: dict[str, list[Any]] = {}
    clocks = list(version.clocks.values())
    conditions = [version.content.get("excludes", {})]
    conditions += [clock.get(part, {}) for clock in clocks for part in _CONDITIONS]
    conditions += [other["when"] for clock in clocks for other in many(clock.get("other_limits", []))]
    conditions += [clock.get("extension", {}).get("only_when", {}) for clock in clocks]
    for each in conditions:
        for name, wanted in each.items():
            values = [value for value in many(wanted) if value not in found.get(name, [])]
            found.setdefault(name, ["complaint", "something else", None, None]).extend(values)
    return found
