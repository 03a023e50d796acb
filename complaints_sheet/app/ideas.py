"""The improvement loop in a run: ideas gathered, the log heard, people told, the log brought up to date."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from complaints_sheet.app.idea_standings import around_of, customers_behind, rows_wanted, standings
from complaints_sheet.app.idea_telling import told
from complaints_sheet.app.log_exchange import brought_up_to_date, taken_in
from complaints_sheet.app.sending import Delivery
from complaints_sheet.app.workplace import Workplace
from complaints_sheet.core.editions import MEETING_PACK
from complaints_sheet.core.idea_words import IdeaReport
from complaints_sheet.core.ideas import Idea, is_idea
from complaints_sheet.core.journal import GoneCase, case_id, case_number
from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import Case
from complaints_sheet.core.privacy import masked
from complaints_sheet.core.proposals import Proposal, alike, gathered

if TYPE_CHECKING:
    from complaints_sheet.app.packing import Packed
    from complaints_sheet.config.settings import Config

JOBS = frozenset({"run", "remind", "pack", "sync", "send"})
"""Runs that gather what the registers hold."""
BESIDE = frozenset(
    {"notify", "forget", "same", "schedule"}
)  # runs that leave what is known of the rows as it is
RUNS_LOOKED_BACK = 50


@dataclass(frozen=True, slots=True)
class Improved:
    """What the loop did in a run: ideas that are new, mails, and notes for whoever runs the program."""

    new: tuple[Idea, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    notes: tuple[str, ...] = ()


def improved(work: Workplace, *, mails: bool) -> Improved:
    """Gather the ideas, hear the log, tell people where `mails`, bring the log up to date; return all that.

    A second run at the same moment changes nothing and tells nobody anything again.
    """
    first = work.state.ideas.next_number()
    gather(work)
    exchange, notes = taken_in(work)
    around = cache(lambda: around_of(work.config, _cases(work)))
    deliveries: tuple[Delivery, ...] = ()
    if mails and work.calendar.is_working(work.moment.date()):
        deliveries, more = told(work, work.calendar, around)
        notes = (*notes, *more)
    if exchange is not None:
        wanted = rows_wanted(work, around(), exchange.refused)
        notes = (*notes, *brought_up_to_date(work, exchange, wanted))
    return Improved(tuple(work.state.ideas.known(first=first).values()), deliveries, notes)


def shown_in_pack(work: Workplace, pack: "Packed | None") -> None:
    """Write down which comments the pack of a meeting showed, so that the next one shows what came since."""
    if pack is not None and pack.files and pack.wanted.meeting is not None and not work.dry_run:
        work.state.ideas.in_pack(work.state.ideas.comments(), pack.wanted.meeting)


# --- gathering -----------------------------------------------------------------------------------------


def gather(work: Workplace) -> None:
    """Write down every idea that the registers hold and that is not known yet."""
    state = work.state
    if work.unchanged and _nothing_missed(work):
        return
    known, wordings = state.ideas.known(), state.ideas.wordings()
    cases = _cases(work)
    found = [*_proposals(cases, work.config)]
    if not known or _fell_over(work):
        there = {each.case for each in found}
        found += [each for each in _gone(state.history.gone()) if each.case not in there]
    forgotten = state.ideas.log().forgotten
    found = [replace(each, words=forgotten.masked(each.words)) for each in found]
    found.sort(key=lambda each: each.case)
    state.ideas.gather(gathered(found, wordings, known, work.moment.date(), state.ideas.next_number()))


def _cases(work: Workplace) -> list[Case]:
    return [case for each in work.judgements for case in each.register.cases]


def _fell_over(work: Workplace) -> bool:
    """Return True where the run before this one did not come to its end: it may have missed a row's idea."""
    earlier = [each for each in work.state.runs.latest(2) if each.number != work.run.number]
    return bool(earlier) and earlier[0].outcome != "done"


def _nothing_missed(work: Workplace) -> bool:
    """Return True where the last job that read the registers gathered all that they hold."""
    if work.state.ideas.next_number() == 1:
        return False
    earlier = (each for each in work.state.runs.latest(RUNS_LOOKED_BACK) if each.number != work.run.number)
    last = next((each for each in earlier if each.kind not in BESIDE), None)
    return last is not None and last.kind in JOBS and last.outcome == "done"


def _proposals(cases: Iterable[Case], config: "Config") -> Iterator[Proposal]:
    from complaints_sheet.pack.themes import theme_of

    for case in cases:
        words = case.text("improvement_idea")
        number = case_number(case.id or "")
        if number is None or not is_idea(words):
            continue
        yield Proposal(
            number,
            masked(" ".join(words.split()), case.text("customer_name")),
            case.day("received_on") or case.first_seen or date.max,
            case.text("department"),
            theme_of(case, config.pack.themes),
        )


def _gone(cases: Iterable[GoneCase]) -> Iterator[Proposal]:
    """Yield the ideas of rows that are no longer there."""
    for case in cases:
        words = str(case.cells.cells.get("improvement_idea") or "")
        if is_idea(words):
            name = str(case.cells.cells.get("customer_name") or "")
            yield Proposal(case.number, masked(" ".join(words.split()), name), case.since)


def idea_report(work: Workplace, meeting: date | None, period: Period) -> IdeaReport | None:
    """Return what a pack tells of the ideas, or None where no idea is known."""
    known = work.state.ideas.known()
    if not known:
        return None
    wordings = work.state.ideas.wordings()
    packs = [each for each in work.state.packs.written(MEETING_PACK) if meeting and each.meeting < meeting]
    since = packs[-1].meeting if packs else period.start
    events = work.state.ideas.events()
    around = around_of(work.config, _cases(work))
    return IdeaReport(
        standings(work, around),
        tuple(each for each in work.state.ideas.comments() if each.pack in (None, meeting)),
        tuple(each for each in events if each.field == "stage" and each.day >= since),
        alike(known.values()),
        {case_id(each.case): known[each.idea] for each in wordings},
        customers_behind(work, around),
        since,
    )
