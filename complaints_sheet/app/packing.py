"""From judgements to the meeting pack: which meeting, which days, which files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from complaints_sheet import __version__
from complaints_sheet.app.workplace import Workplace
from complaints_sheet.core.calendar import ONE_DAY
from complaints_sheet.core.ledger import PackRecord
from complaints_sheet.core.meetings import MeetingPlan, Period, latest_pack, period_of
from complaints_sheet.errors import DeliveryError

if TYPE_CHECKING:
    from complaints_sheet.pack.blocks import Pack
    from complaints_sheet.pack.restated import LastPack

Edition: TypeAlias = Literal["fortnightly", "weekly", "quarterly"]

KIND: Edition = "fortnightly"
USUAL_DAYS = 14  # the period of a pack where no meetings are planned
DAYS: Mapping[Edition, int] = {"weekly": 7, "quarterly": 91}
WHAT: Mapping[Edition, str] = {
    "fortnightly": "complaints pack to this day",
    "weekly": "weekly complaints report",
    "quarterly": "quarterly complaints report",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A pack to write: the days it is about, the meeting it is for where there is one, and which edition."""

    period: Period
    meeting: date | None
    edition: Edition = KIND


@dataclass(frozen=True, slots=True)
class PackAsked:
    """What was asked for: an edition, and the last day it covers or the meeting it is for, where named."""

    edition: Edition = KIND
    until: date | None = None
    meeting: date | None = None


@dataclass(frozen=True, slots=True)
class Packed:
    """A pack written, or that would be: days, meeting, files, and what went wrong with a format."""

    wanted: Wanted
    files: tuple[Path, ...]
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def pack_due(work: Workplace) -> Wanted | None:
    """Return the pack due at the run's moment: its hour has come, its meeting has not, none was written."""
    plan = work.config.meeting
    if plan is None:
        return None
    meeting = latest_pack(plan, _day_reached(plan, work.moment), work.calendar)
    if meeting is None or datetime.combine(meeting, plan.at, work.moment.tzinfo) < work.moment:
        return None
    if any(each.meeting == meeting for each in work.state.packs.written(KIND)):
        return None
    return Wanted(period_of(plan, meeting, work.calendar), meeting)


def pack_asked(work: Workplace, asked: PackAsked) -> Wanted:
    """Return the pack asked for: up to a day, or of the latest meeting's period, or up to yesterday."""
    plan = work.config.meeting
    if plan is not None and asked.meeting is not None:
        return Wanted(period_of(plan, asked.meeting, work.calendar), asked.meeting)
    days = DAYS.get(asked.edition) or (7 * plan.every_weeks if plan else USUAL_DAYS)
    if asked.until is None and plan is not None and asked.edition == KIND:
        meeting = latest_pack(plan, _day_reached(plan, work.moment), work.calendar)
        if meeting is not None:
            return Wanted(period_of(plan, meeting, work.calendar), meeting)
    end = asked.until or work.moment.date() - ONE_DAY
    return Wanted(Period(end - timedelta(days=days - 1), end), None, asked.edition)


def _day_reached(plan: MeetingPlan, moment: datetime) -> date:
    """Return the day whose pack hour has come."""
    return moment.date() if moment.time() >= plan.pack_at else moment.date() - ONE_DAY


def packed(work: Workplace, wanted: Wanted) -> Packed:
    """Write the pack in every format of the config and remember its figures; one that fails costs no other.

    Raises DeliveryError where the folder cannot be written. In a dry run nothing is written.
    """
    from complaints_sheet.formats import write_all

    config, pack = work.config, _composed(work, wanted)
    outcomes = write_all(pack, config.pack.formats, config.brand, config.templates)
    documents = {
        _file(config.pack.folder, wanted, each.kind): each.document for each in outcomes if each.document
    }
    if not work.dry_run:
        for path, document in documents.items():
            _write(path, document.content)
    _remember(work, pack, wanted, tuple(documents))
    return Packed(
        wanted,
        tuple(documents),
        problems=tuple(f"{each.problem} {each.next_step}" for each in outcomes if each.document is None),
        notes=tuple(note for document in documents.values() for note in document.notes),
    )


def _composed(work: Workplace, wanted: Wanted) -> "Pack":
    from complaints_sheet.pack.fortnightly import fortnightly
    from complaints_sheet.pack.options import PackOptions, standard_of
    from complaints_sheet.pack.quarterly import quarterly
    from complaints_sheet.pack.weekly import weekly

    plan, choices = work.config.meeting, work.config.pack
    options = PackOptions(
        organisation=work.config.organisation.name,
        standard=standard_of(work.policies, choices.target),
        themes=choices.themes,
        step_days=7 * plan.every_weeks if plan else USUAL_DAYS,
        customer_names=choices.customer_names,
        owner_names=choices.owner_names,
        version=__version__,
    )
    if wanted.edition == "weekly":
        return weekly(work.judgements, wanted.period, work.calendar, options)
    if wanted.edition == "quarterly":
        return quarterly(work.judgements, wanted.period, work.calendar, options)
    meeting_at = plan.at if plan and wanted.meeting else None
    return fortnightly(
        work.judgements,
        wanted.period,
        work.calendar,
        options,
        meeting=wanted.meeting,
        meeting_at=meeting_at,
        last=_last_pack(work, wanted),
    )


def _last_pack(work: Workplace, wanted: Wanted) -> "LastPack | None":
    """Return the meeting pack written before this one, so that what has changed since is restated."""
    from complaints_sheet.pack.restated import LastPack

    written = [each for each in work.state.packs.written(KIND) if each.end < wanted.period.start]
    return LastPack(Period(written[-1].start, written[-1].end), written[-1].figures) if written else None


def _file(folder: Path, wanted: Wanted, kind: str) -> Path:
    day = wanted.meeting or wanted.period.end
    what = "improvement meeting pack" if wanted.meeting else WHAT[wanted.edition]
    return folder / f"{day} {what}.{kind}"


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise DeliveryError(
            f"The pack folder {path.parent} cannot be written to ({error.strerror or type(error).__name__}).",
            "Make it writable, free some space, or name another folder under `pack` in config.yaml. "
            "If the last pack is open in another program, close it. Then run again.",
        ) from error


def _remember(work: Workplace, pack: "Pack", wanted: Wanted, files: Sequence[Path]) -> None:
    """Keep the figures of a meeting's pack, so that a later one can say what has changed since."""
    if wanted.meeting is None or not files:
        return
    from complaints_sheet.pack.restated import kept

    figures = kept(pack.figures)
    period, names = wanted.period, [path.name for path in files]
    run = work.run
    work.state.packs.record(
        PackRecord(KIND, wanted.meeting, period.start, period.end, figures, names, run.started, run.number)
    )
