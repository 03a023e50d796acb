"""`history`: what changed, when, and how a changed row was recognised. Nothing is written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from complaints_sheet.app.asof import day_asked
from complaints_sheet.app.looking import Sight, number_meant, sight
from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.journal import Change, SeenLate, Story, case_id
from complaints_sheet.core.ledger import Run
from complaints_sheet.core.model import Interval


@dataclass(frozen=True, slots=True)
class RunSeen:
    """What one run saw: when it looked (local), the cases that were new, and what changed in others."""

    run: Run
    at: datetime
    new: tuple[str, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """What all runs saw since a day, oldest first."""

    since: date | None
    runs: tuple[RunSeen, ...]

    def heading(self, name: str) -> str:
        """Return what people call a column of any register."""
        return FIELDS[name].heading if name in FIELDS else name.removeprefix("+")


@dataclass(frozen=True, slots=True)
class CasePast:
    """One case from its first cells to its last; all moments are local.

    `late` are the clocks ever shown as late, `observed` what was seen to happen between two runs.
    """

    story: Story
    from_the_start: bool  # it was in the register when the memory began
    moments: Mapping[int, datetime]
    late: tuple[SeenLate, ...]
    observed: Mapping[str, Interval]
    zone: ZoneInfo

    @property
    def id(self) -> str:
        """Return what people call the case."""
        return case_id(self.story.number)

    def at(self, run: int) -> datetime:
        """Return when a run looked, in local time."""
        return self.moments[run].astimezone(self.zone)

    def heading(self, name: str) -> str:
        """Return the heading of a column of this case."""
        return self.story.headings.get(name) or (FIELDS[name].heading if name in FIELDS else name.lstrip("+"))


def past(config_file: Path, since: str | None, *, as_of: str | None, now: datetime) -> Past:
    """Return what all runs saw, from the first or since a day."""
    day = day_asked(since) if since else None
    with sight(config_file, as_of=as_of, now=now) as seen:
        return Past(day, tuple(_runs(seen, day or date.min)))


def _runs(seen: Sight, day: date) -> Iterator[RunSeen]:
    changed = {run.number: (run, changes) for run, changes in seen.state.history.since(day)}
    new = seen.state.history.new_since(day)
    runs = {run.number: run for run in seen.state.runs.since(day)}
    for number in sorted({*changed, *new}):
        run = runs[number]
        _, changes = changed.get(number, (run, ()))
        at = run.as_of.astimezone(seen.config.organisation.timezone)
        yield RunSeen(run, at, tuple(map(case_id, new.get(number, ()))), changes)


def case_past(asked: str, config_file: Path, *, as_of: str | None, now: datetime) -> CasePast:
    """Return one case from beginning to end; ConfigError where the memory knows no such case."""
    with sight(config_file, as_of=as_of, now=now) as seen:
        number = number_meant(seen, asked)
        history = seen.state.history
        story = history.story(number)
        if story is None:
            raise LookupError(number)
        return CasePast(
            story,
            history.is_first(story),
            history.moments(),
            history.late(number),
            history.observed(number),
            seen.config.organisation.timezone,
        )
