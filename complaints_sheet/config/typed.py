"""Values as a person types them in config.yaml: a time, an address, a colour, "2 weeks", yes or no."""

import re
from datetime import date, time
from typing import Annotated, TypeAlias, TypeVar

from pydantic import AfterValidator, BeforeValidator, PlainSerializer
from pydantic_core import PydanticCustomError

from complaints_sheet.config.wording import shown
from complaints_sheet.core.calendar import DAY_NAMES
from complaints_sheet.core.guards import Hours
from complaints_sheet.core.routing import one_address


def time_of_day(typed: object) -> time:
    """Return the time meant by text such as "14:00" or "8:30"; raises ValueError where it is none."""
    found = re.fullmatch(r"([01]?\d|2[0-3])[:.]([0-5]\d)", typed.strip()) if isinstance(typed, str) else None
    if not found:
        raise ValueError(f'expected a time like 14:00, not "{typed}"')
    return time(int(found[1]), int(found[2]))


def hours(typed: object) -> Hours:
    """Return the hours meant by text such as "8:00-18:00"; raises ValueError where they are none."""
    parts = re.split(r"\s*(?:-|–|to)\s*", typed.strip()) if isinstance(typed, str) else []
    if len(parts) != 2:
        raise ValueError(f'expected hours like "08:00-18:00", not {shown(typed)}')
    found = Hours(time_of_day(parts[0]), time_of_day(parts[1]))
    if found.start >= found.end:
        raise ValueError(f'"{typed}": the end must come after the start, on the same day')
    return found


def yes_or_no(typed: object) -> bool:
    """Return the answer meant by yes, no, true or false; raises ValueError for anything else."""
    answers = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
    answer = answers.get(str(typed).strip().casefold())
    if answer is None:
        raise ValueError(f'expected yes or no, not "{typed}"')
    return answer


def weeks(typed: object) -> int:
    """Return how many weeks are meant by "2 weeks", "1 week" or "fortnight"."""
    if isinstance(typed, str) and typed.strip().casefold() == "fortnight":
        return 2
    return _counted(typed, "weeks?", 1, 52, "2 weeks")


def working_days(typed: object) -> int:
    """Return how many working days are meant by "2 working days" or "1 working day"."""
    return _counted(typed, "working days?", 0, 60, "2 working days")


def minutes(typed: object) -> int:
    """Return how many minutes are meant by "15 minutes" or "1 minute"."""
    return _counted(typed, "minutes?", 0, 600, "15 minutes")


def _counted(typed: object, unit: str, least: int, most: int, example: str) -> int:
    found = re.fullmatch(rf"(\d{{1,3}})\s*({unit})?", str(typed).strip(), re.IGNORECASE)
    if isinstance(typed, bool) or not found:
        raise ValueError(f'expected a length of time like "{example}", not "{typed}"')
    count = int(found[1])
    if not least <= count <= most:
        raise ValueError(f"expected between {least} and {most} {unit.rstrip('?')}, not {count}")
    return count


_SPAN = re.compile(r"(\d{4}-\d\d-\d\d)(?:\s*(?:to|until|–)\s*(\d{4}-\d\d-\d\d))?", re.ASCII)
LONGEST_SPAN_DAYS = 366


def span(typed: object) -> tuple[date, date]:
    """Return the first and last day meant by "2026-12-24" or "2026-12-28 to 2026-12-31"."""
    found = _SPAN.fullmatch(typed.strip()) if isinstance(typed, str) else None
    first = _day(found[1]) if found else None
    last = _day(found[2] or found[1]) if found else None
    if first is None or last is None:
        expected = 'expected a date like 2026-12-24, or "2026-12-28 to 2026-12-31"'
        raise _unfit("span", f"{expected}, not {shown(typed)}", typed)
    if not 0 <= (last - first).days < LONGEST_SPAN_DAYS:
        raise ValueError(f'"{typed}": the last day must not come before the first, nor a year after it')
    return first, last


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def weekday(typed: object) -> int:
    """Return the weekday meant by "Monday" or "Mon": 0 for Monday."""
    folded = typed.strip().casefold() if isinstance(typed, str) else ""
    for number, name in enumerate(DAY_NAMES):
        if folded in (name.casefold(), name[:3].casefold()):
            return number
    raise _unfit("weekday", f"expected a weekday like Monday, not {shown(typed)}", typed)


def _unfit(kind: str, message: str, typed: object) -> ValueError:
    """Return the error for a value of the wrong kind; where a list may stand too, its items speak for it."""
    if isinstance(typed, str):
        return ValueError(message)
    return PydanticCustomError(f"{kind}_type", "{message}", {"message": message})


def percent(typed: object) -> float:
    """Return "90%" as 0.9; a bare number must be a percentage from 1 to 100."""
    found = re.fullmatch(r"(\d{1,3}(?:\.\d+)?) ?%?", str(typed).strip())
    share = float(found[1]) if found else 0.0
    if not 1 <= share <= 100:
        raise ValueError(f'expected a percentage such as "90%", not "{typed}"')
    return share / 100


def address(typed: str) -> str:
    """Return the address without spaces around it; raises ValueError where it is not exactly one."""
    bare = typed.strip()
    if one_address(bare):
        return bare
    if bare.count("@") > 1 or re.search(r"[;,\s]", bare):
        raise ValueError(f'expected exactly one e-mail address such as ann.lee@example.org, not "{bare}"')
    raise ValueError(f'"{bare}" is not an e-mail address such as ann.lee@example.org')


def colour(typed: str) -> str:
    """Return a colour as `#rrggbb` in small letters; raises ValueError where it is not one."""
    bare = typed.strip().casefold()
    if not re.fullmatch(r"#[0-9a-f]{6}", bare, re.ASCII):
        raise ValueError(f'expected a colour like "#0b4f6c" in quotes, not "{typed}"')
    return bare


def one_line(typed: str) -> str:
    """Return text without the spaces around it; raises ValueError where it is empty or has line breaks."""
    bare = " ".join(typed.split(" ")).strip()
    if not bare:
        raise ValueError("expected text, not an empty value")
    if any(ord(letter) < 32 or ord(letter) == 127 or letter in "\x85\u2028\u2029" for letter in bare):
        raise ValueError("expected text on one line, without tabs")
    return bare


TimeOfDay: TypeAlias = Annotated[time, BeforeValidator(time_of_day)]
WorkHours: TypeAlias = Annotated[Hours, BeforeValidator(hours), PlainSerializer(str)]
YesNo: TypeAlias = Annotated[bool, BeforeValidator(yes_or_no)]
Weeks: TypeAlias = Annotated[
    int, BeforeValidator(weeks), PlainSerializer(lambda count: f"{count} week{'s' * (count != 1)}")
]
WorkingDays: TypeAlias = Annotated[
    int,
    BeforeValidator(working_days),
    PlainSerializer(lambda count: f"{count} working day{'s' * (count != 1)}"),
]
Minutes: TypeAlias = Annotated[
    int,
    BeforeValidator(minutes),
    PlainSerializer(lambda count: f"{count} minute{'s' * (count != 1)}"),
]
Percent: TypeAlias = Annotated[
    float, BeforeValidator(percent), PlainSerializer(lambda share: f"{share * 100:g}%")
]
Line: TypeAlias = Annotated[str, AfterValidator(one_line)]
Address: TypeAlias = Annotated[str, AfterValidator(address)]
Colour: TypeAlias = Annotated[str, AfterValidator(colour)]
Lines: TypeAlias = Line | tuple[Line, ...]
Addresses: TypeAlias = Address | tuple[Address, ...]
Spans: TypeAlias = (
    Annotated[tuple[date, date], BeforeValidator(span)]
    | tuple[Annotated[tuple[date, date], BeforeValidator(span)], ...]
)
Weekdays: TypeAlias = (
    Annotated[int, BeforeValidator(weekday)] | tuple[Annotated[int, BeforeValidator(weekday)], ...]
)
Dates: TypeAlias = date | tuple[date, ...]


T = TypeVar("T", str, date)


def many(typed: T | tuple[T, ...] | None) -> tuple[T, ...]:
    """Return what may be typed as one value or as a list, as a tuple; none at all is an empty one."""
    if typed is None:
        return ()
    return typed if isinstance(typed, tuple) else (typed,)
