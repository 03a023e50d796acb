"""From judgements to a pack: which edition, which days, for whom, which files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from complaints_sheet import __version__
from complaints_sheet.app.ideas import idea_report
from complaints_sheet.app.quality_checks import drawn, quality_checks, write_file
from complaints_sheet.app.workplace import Workplace
from complaints_sheet.core.calendar import ONE_DAY
from complaints_sheet.core.editions import (
    EDITIONS,
    LATER_WORDS,
    MEETING_PACK,
    QUALITY_CHECK,
    Circulation,
)
from complaints_sheet.core.editions import EditionId as Edition
from complaints_sheet.core.ledger import Approval, PackRecord
from complaints_sheet.core.meetings import MeetingPlan, Period, latest_pack, period_of
from complaints_sheet.core.wording import count, listing, long_date
from complaints_sheet.errors import ConfigError

if TYPE_CHECKING:
    from complaints_sheet.pack.beside import Beside
    from complaints_sheet.pack.blocks import Pack
    from complaints_sheet.pack.options import PackOptions
    from complaints_sheet.pack.restated import LastPack

KIND: Edition = MEETING_PACK
USUAL_DAYS = 14  # the period of a pack where no meetings are planned


@dataclass(frozen=True, slots=True)
class Wanted:
    """A pack to write: its days, its meeting where there is one, which edition, for whom.

    `approved_by` is who approves its free text for everyone, as entered.
    """

    period: Period
    meeting: date | None
    edition: Edition = KIND
    circulations: tuple[Circulation, ...] = ("meeting",)
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class PackAsked:
    """What was asked for: an edition, and the last day it covers or the meeting it is for, where named."""

    edition: Edition = KIND
    until: date | None = None
    meeting: date | None = None
    circulation: Circulation | None = None  # those of the config
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class Packed:
    """A pack written, or that would be: days, meeting, files, and what went wrong with a format.

    `pack` is the meeting's own edition where it is among those written, and `documents` are the bytes of its
    files, whether they were written or not; `files` are those of every edition.
    """

    wanted: Wanted
    files: tuple[Path, ...]
    pack: "Pack"
    documents: Mapping[Path, bytes]
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
    period = period_of(plan, meeting, work.calendar)
    return Wanted(period, meeting, circulations=work.config.pack.circulations)


def pack_asked(work: Workplace, asked: PackAsked) -> Wanted:
    """Return the pack asked for: up to a day, or of the latest meeting's period, or up to yesterday."""
    period, meeting = _days_asked(work, asked)
    circulations = (asked.circulation,) if asked.circulation else _usual(work, asked.edition)
    if "manager" in circulations and not work.config.pack.owner_names:
        raise ConfigError(
            "The manager's edition names case owners, and the config does not allow that.",
            "Set `owner_names: yes` under `pack` in config.yaml, or leave --for manager out.",
        )
    if asked.approved_by and circulations != ("everyone",):
        raise ConfigError(
            "Free text is approved for everyone's edition only.",
            "Add --for everyone, or leave --approved-by out.",
        )
    return Wanted(period, meeting, asked.edition, circulations, asked.approved_by)


def _usual(work: Workplace, edition: Edition) -> tuple[Circulation, ...]:
    return work.config.pack.circulations if edition == KIND else ("meeting",)


def _days_asked(work: Workplace, asked: PackAsked) -> tuple[Period, date | None]:
    """Return the days asked for, and the meeting where the pack is a meeting's own."""
    plan, edition = work.config.meeting, EDITIONS[asked.edition]
    if plan is not None and asked.meeting is not None:
        return period_of(plan, asked.meeting, work.calendar), asked.meeting
    if asked.until is None and plan is not None and edition.days is None:
        meeting = latest_pack(plan, _day_reached(plan, work.moment), work.calendar)
        if meeting is not None:
            own = meeting if asked.edition == KIND else None
            return period_of(plan, meeting, work.calendar), own
    days = edition.days or (7 * plan.every_weeks if plan else USUAL_DAYS)
    end = asked.until or work.moment.date() - ONE_DAY
    return Period(end - timedelta(days=days - 1), end), None


def _day_reached(plan: MeetingPlan, moment: datetime) -> date:
    """Return the day whose pack hour has come."""
    return moment.date() if moment.time() >= plan.pack_at else moment.date() - ONE_DAY


def packed(work: Workplace, wanted: Wanted) -> Packed:
    """Write the pack in every format of the config and remember its figures; one that fails costs no other.

    Raises DeliveryError where the folder cannot be written. In a dry run nothing is written.
    """
    beside = _beside(work, wanted)
    circulations = sorted(wanted.circulations, key=lambda each: each != "meeting")
    written = [_written(work, wanted, beside, each) for each in circulations]
    return Packed(
        wanted,
        tuple(path for each in written for path in each.files),
        written[0].pack,
        written[0].documents,
        tuple(problem for each in written for problem in each.problems),
        tuple(dict.fromkeys(note for each in written for note in each.notes)),
    )


def _written(work: Workplace, wanted: Wanted, beside: "Beside", circulation: Circulation) -> Packed:
    from complaints_sheet.formats import write_all

    config, pack = work.config, _composed(work, wanted, beside, circulation)
    outcomes = write_all(pack, config.pack.formats, config.brand, config.templates)
    documents = {
        _file(config.pack.folder, wanted, circulation, each.kind): each.document
        for each in outcomes
        if each.document
    }
    if not work.dry_run:
        for path, document in documents.items():
            write_file(path, document.content)
    _remember(work, pack, wanted, circulation, tuple(documents))
    checklist = drawn(work, wanted.period, beside) if wanted.edition == QUALITY_CHECK else None
    return Packed(
        wanted,
        (*documents, *((checklist.file,) if checklist else ())),
        pack,
        {path: document.content for path, document in documents.items()},
        problems=tuple(f"{each.problem} {each.next_step}" for each in outcomes if each.document is None),
        notes=(
            *(note for document in documents.values() for note in document.notes),
            *_kept_back(pack),
            *((checklist.note,) if checklist and checklist.note else ()),
        ),
    )


def _kept_back(pack: "Pack") -> tuple[str, ...]:
    """Return what to say of free text that waits for approval."""
    if not pack.kept_back:
        return ()
    passages = count(len(pack.kept_back), "passage of free text is", "passages of free text are")
    return (
        f"{passages} kept back. Read them in the meeting's pack; to approve them as they stand, add "
        '--for everyone --approved-by "YOUR NAME"',
    )


def _composed(work: Workplace, wanted: Wanted, beside: "Beside", circulation: Circulation) -> "Pack":
    """Return the pack for whom it is; where somebody approves its free text, that is written down first."""
    from complaints_sheet.pack.editions import MAKERS

    def made() -> "Pack":
        options = _options(work, wanted, circulation)
        return MAKERS[wanted.edition](work.judgements, wanted.period, work.calendar, options, beside)

    pack = made()
    if wanted.approved_by and pack.kept_back:
        _approve(work, wanted, pack)
        pack = made()
    return pack


def _approve(work: Workplace, wanted: Wanted, pack: "Pack") -> None:
    """Write down that somebody approved every passage that was kept back from the pack, as it stands."""
    from complaints_sheet.pack.circulation import mark_of

    marks = tuple(mark_of(words) for words in pack.kept_back)
    work.state.packs.approve(
        Approval(
            wanted.edition, wanted.period.end, wanted.approved_by, work.moment.date(), marks, work.run.number
        )
    )


def _options(work: Workplace, wanted: Wanted, circulation: Circulation) -> "PackOptions":
    from complaints_sheet.pack.aims import IN_STANDARD
    from complaints_sheet.pack.options import PackOptions, standard_of

    plan, choices = work.config.meeting, work.config.pack
    approvals = work.state.packs.approvals()
    own = [each for each in approvals if (each.edition, each.end) == (wanted.edition, wanted.period.end)]
    return PackOptions(
        organisation=work.config.organisation.name,
        standard=standard_of(work.policies, choices.aims.targets.get(IN_STANDARD)),
        themes=choices.themes,
        step_days=7 * plan.every_weeks if plan else USUAL_DAYS,
        customer_names=choices.customer_names and circulation != "everyone",
        owner_names=choices.owner_names and circulation == "manager",
        rebase=choices.rebase,
        aims=choices.aims,
        version=__version__,
        wide=circulation == "everyone",
        approved=frozenset(mark for each in approvals for mark in each.marks),
        approved_by=listing(dict.fromkeys(f"{each.who}, {long_date(each.day)}" for each in own)),
    )


def _beside(work: Workplace, wanted: Wanted) -> "Beside":
    """Return what the pack is made from beside the registers."""
    from complaints_sheet.pack.beside import Beside

    plan = work.config.meeting
    return Beside(
        meeting=wanted.meeting,
        meeting_at=plan.at if plan and wanted.meeting else None,
        last=_last_pack(work, wanted) if wanted.edition == KIND else None,
        policies=tuple(work.policies),
        checks=quality_checks(work, wanted.period),
        ideas=idea_report(work, wanted.meeting, wanted.period),
    )


def _last_pack(work: Workplace, wanted: Wanted) -> "LastPack | None":
    """Return the meeting pack written before this one, so that what has changed since is restated."""
    from complaints_sheet.pack.restated import LastPack

    written = [each for each in work.state.packs.written(KIND) if each.end < wanted.period.start]
    return LastPack(Period(written[-1].start, written[-1].end), written[-1].figures) if written else None


def _file(folder: Path, wanted: Wanted, circulation: Circulation, kind: str) -> Path:
    day = wanted.meeting or wanted.period.end
    what = "improvement meeting pack" if wanted.meeting else EDITIONS[wanted.edition].file
    return folder / f"{day} {what}{LATER_WORDS[circulation]}.{kind}"


def _remember(
    work: Workplace, pack: "Pack", wanted: Wanted, circulation: Circulation, files: Sequence[Path]
) -> None:
    """Keep the figures of a pack with the cases behind them, and the words of one that is a PDF.

    A later pack of a meeting says what has changed since; and a case can be erased from packs that cannot be
    searched. The meeting's own pack is kept apart from every other.
    """
    if not files:
        return
    from complaints_sheet.pack.restated import kept
    from complaints_sheet.pack.words import SAID, words_of

    figures: dict[str, object] = dict(kept(pack.figures))
    if any(path.suffix == ".pdf" for path in files):
        figures[SAID] = {"words": words_of(pack)}
    own = circulation == "meeting" and wanted.meeting is not None
    kind = KIND if own else f"{wanted.edition} for {circulation}"
    period, names, run = wanted.period, [path.name for path in files], work.run
    meeting = wanted.meeting or period.end
    work.state.packs.record(
        PackRecord(kind, meeting, period.start, period.end, figures, names, run.started, run.number)
    )
