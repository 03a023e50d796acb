"""`ideas`: what is known of the ideas, and decisions about them from the command line."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from complaints_sheet.app.idea_standings import Around, around_of, customers_behind, rows_wanted, standings
from complaints_sheet.app.log_exchange import brought_up_to_date, taken_in
from complaints_sheet.app.looking import Sight, recalled_now, sight
from complaints_sheet.app.workplace import Desk
from complaints_sheet.core.idea_words import SaidDid, Standing, discreet, told_since
from complaints_sheet.core.ideas import Answer, Comment, Event, Idea, behind, decided, idea_id, idea_number
from complaints_sheet.core.journal import case_id, case_number
from complaints_sheet.core.log_columns import FREE_TEXT
from complaints_sheet.core.model import Case
from complaints_sheet.core.proposals import Alike, alike
from complaints_sheet.errors import ConfigError, DeliveryError, SourceError

PLACE = "the command line"
TODAY = "today"
"""Stands for the run's own day among the answers of a decision."""


@dataclass(frozen=True, slots=True)
class IdeasNow:
    """Every idea as it stands, those that may be one, and notes; `moment` is local and aware."""

    moment: datetime
    standings: tuple[Standing, ...]
    alike: tuple[Alike, ...]
    notes: tuple[str, ...] = ()
    log: Path | None = None


@dataclass(frozen=True, slots=True)
class IdeaStory:
    """One idea with its history, its comments and the words it came in."""

    moment: datetime
    standing: Standing
    events: tuple[Event, ...]
    comments: tuple[Comment, ...]
    alike: tuple[Alike, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changed:
    """Ideas after a decision, or after a comment, and notes; in a dry run nothing was written."""

    moment: datetime
    standings: tuple[Standing, ...]
    notes: tuple[str, ...]
    dry_run: bool


@dataclass(frozen=True, slots=True)
class Customers:
    """The cases whose customers led to a change, those no longer in a register by their id alone."""

    moment: datetime
    standing: Standing
    said: SaidDid
    cases: tuple[Case, ...]
    gone: tuple[str, ...]
    organisation: str


def ideas_now(config_file: Path, *, as_of: str | None, now: datetime) -> IdeasNow:
    """Return every idea known so far, with what people typed in the log by now; nothing is written."""
    with _desk(config_file, as_of=as_of, now=now, dry_run=True) as (desk, seen):
        exchange, notes = taken_in(desk)
        around, more = _around(seen)
        found = standings(desk, around, exchange.refused if exchange else {})
        pairs = alike(each.idea for each in found)
        return IdeasNow(desk.moment, found, pairs, (*notes, *more), desk.config.ideas.log)


def idea_story(asked: str, config_file: Path, *, as_of: str | None, now: datetime) -> IdeaStory:
    """Return one idea with all that happened to it; ConfigError where there is none of that number."""
    with _desk(config_file, as_of=as_of, now=now, dry_run=True) as (desk, seen):
        exchange, notes = taken_in(desk)
        around, more = _around(seen)
        found = {
            each.idea.number: each for each in standings(desk, around, exchange.refused if exchange else {})
        }
        number = _number(asked, {key: each.idea for key, each in found.items()})
        return IdeaStory(
            desk.moment,
            found[number],
            desk.state.ideas.events(number),
            tuple(each for each in desk.state.ideas.comments() if each.idea == number),
            tuple(
                pair
                for pair in alike(each.idea for each in found.values())
                if number in (pair.idea.number, pair.other.number)
            ),
            (*notes, *more),
        )


def decide(
    asked: Sequence[str],
    wanted: Mapping[str, Answer],
    config_file: Path,
    *,
    by: str,
    as_of: str | None,
    now: datetime,
    dry_run: bool,
) -> Changed:
    """Write down one decision about these ideas, all or nothing, and bring the log up to date.

    ConfigError where an idea is not known or the decision cannot be taken, with why.
    """
    with _desk(config_file, as_of=as_of, now=now, dry_run=dry_run) as (desk, _):
        exchange, notes = taken_in(desk)
        known = dict(desk.state.ideas.known())
        numbers = [_number(each, known) for each in asked]
        into = wanted.get("into")
        if isinstance(into, str):
            wanted = {**wanted, "into": _number(into, known)}
        forgotten = desk.state.ideas.log().forgotten
        free = {key: forgotten.masked(str(wanted[key] or "")) for key in FREE_TEXT if key in wanted}
        today = {key: desk.moment.date() for key, value in wanted.items() if value == TODAY}
        full = {**wanted, **free, **today, **({"decided_by": by} if by else {})}
        events: list[Event] = []
        for number in numbers:
            after = decided(known[number], full, desk.moment.date(), known, by=by, place=PLACE)
            if after.refused:
                raise ConfigError(f"{idea_id(number)}: {' '.join(dict.fromkeys(after.refused.values()))}", "")
            known[number] = after.idea
            events.extend(after.events)
        desk.state.ideas.decide([known[number] for number in numbers], events)
        if exchange is not None:
            wanted_rows = rows_wanted(desk, Around(), exchange.refused)
            notes = (*notes, *brought_up_to_date(desk, exchange, wanted_rows))
        found = {each.idea.number: each for each in standings(desk, Around())}
        return Changed(desk.moment, tuple(found[number] for number in numbers), notes, dry_run)


def comment(
    asked: str, words: str, config_file: Path, *, by: str, as_of: str | None, now: datetime, dry_run: bool
) -> Changed:
    """Write down a comment about an idea; it goes into the next pack, and into the log."""
    with _desk(config_file, as_of=as_of, now=now, dry_run=dry_run) as (desk, _):
        exchange, notes = taken_in(desk)
        number = _number(asked, desk.state.ideas.known())
        words = desk.state.ideas.log().forgotten.masked(words)
        desk.state.ideas.hear([Comment(number, by, words, desk.moment.date(), PLACE)])
        if exchange is not None:
            wanted_rows = rows_wanted(desk, Around(), exchange.refused)
            notes = (*notes, *brought_up_to_date(desk, exchange, wanted_rows))
        found = {each.idea.number: each for each in standings(desk, Around())}
        return Changed(desk.moment, (found[number],), notes, dry_run)


def customers(asked: str, config_file: Path, *, as_of: str | None, now: datetime) -> Customers:
    """Return whose complaints led to a change, so that they can be told of it; nothing is written."""
    with _desk(config_file, as_of=as_of, now=now, dry_run=True) as (desk, seen):
        taken_in(desk)
        cases = {
            case_number(case.id or ""): case for each in recalled_now(seen) for case in each.register.cases
        }
        known = desk.state.ideas.known()
        number = _number(asked, known)
        if known[number].stage != "implemented":
            raise ConfigError(
                f"{idea_id(number)} is not implemented yet.", "Customers are told of what has changed."
            )
        numbers = behind(desk.state.ideas.wordings(), known)[number]
        around = around_of(desk.config, cases.values())
        found = next(each for each in standings(desk, around) if each.idea.number == number)
        there = tuple(cases[each] for each in numbers if each in cases)
        gone = tuple(case_id(each) for each in numbers if each not in cases)
        names = customers_behind(desk, around)
        said = told_since([replace(found, idea=discreet(found.idea, names[number]))])[0]
        return Customers(desk.moment, found, said, there, gone, _organisation(desk))


def you_said(
    config_file: Path,
    since: date | None,
    file: Path | None,
    *,
    as_of: str | None,
    now: datetime,
    dry_run: bool,
) -> tuple[str, tuple[SaidDid, ...]]:
    """Return "You said, we did" as plain text, and its changes; written to a file where one is named.

    ConfigError for another ending, DeliveryError where the file cannot be written.
    """
    from complaints_sheet.formats.you_said import FORMATS, plain_text

    if file is not None and file.suffix.casefold() not in FORMATS:
        raise ConfigError(f"{file.name} must end in one of: {', '.join(FORMATS)}.", "Name it so with -o.")
    with _desk(config_file, as_of=as_of, now=now, dry_run=True) as (desk, seen):
        taken_in(desk)
        around, _ = _around(seen)
        names = customers_behind(desk, around)
        found = (
            replace(each, idea=discreet(each.idea, names[each.idea.number]))
            for each in standings(desk, around)
        )
        told = told_since(found, since)
        name, folders = _organisation(desk), desk.config.templates
        if file is not None and not dry_run:
            content = FORMATS[file.suffix.casefold()](told, name, desk.config.brand, folders)
            try:
                file.write_bytes(content)
            except OSError as error:
                raise DeliveryError(
                    f"{file} cannot be written ({error.strerror or type(error).__name__}).",
                    "If it is open in another program, close it; or name another file with -o.",
                ) from error
        return plain_text(told, name, folders), told


def _organisation(desk: Desk) -> str:
    return desk.config.brand.name or desk.config.organisation.name


@contextmanager
def _desk(
    config_file: Path, *, as_of: str | None, now: datetime, dry_run: bool
) -> Iterator[tuple[Desk, Sight]]:
    """Return a desk for the time of a `with`; its run is written down as one of the kind `ideas`."""
    with sight(config_file, as_of=as_of, now=now, writes=not dry_run) as seen:
        run = seen.state.runs.begin("ideas", seen.moment, today=seen.moment.date(), started=now)
        yield Desk(seen.config, seen.state, run, seen.moment, dry_run), seen
        seen.state.runs.finish(run, "done", finished=now)


def _around(seen: Sight) -> tuple[Around, tuple[str, ...]]:
    """Return what the registers say, or nothing with a note where one cannot be read."""
    try:
        cases = [case for each in recalled_now(seen) for case in each.register.cases]
    except SourceError as error:
        return Around(), (f"{error.message} Complaints are shown as the memory knows them.",)
    return around_of(seen.config, cases), ()


def _number(asked: str, known: Mapping[int, Idea]) -> int:
    number = idea_number(asked)
    if number is None or number not in known:
        raise ConfigError(
            f"There is no idea “{asked}”.",
            "`complaints-sheet ideas` lists them; a new one is known after the next run.",
        )
    return number
