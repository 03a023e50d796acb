"""What the pack says of ideas on their way: stages, comments, decisions, changes and their effect."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from complaints_sheet.core.idea_words import IdeaReport, Standing, discreet, told_since
from complaints_sheet.core.ideas import EFFECT_DAYS, Comment, Event, Idea, idea_id
from complaints_sheet.core.privacy import masked
from complaints_sheet.core.wording import count, day_near, listing, long_date, plural, shorten
from complaints_sheet.pack.blocks import Block, Cell, Column, Note, Paragraph, Run, Table, Text, text
from complaints_sheet.pack.briefing import Briefing

LINE = 160  # characters of an idea on one line
MOST_WAITING = 25
AS_ENTERED = "Names stand as they were entered in the log; a spreadsheet cannot prove who typed them."
LABELS = {
    "new": "New",
    "discussed": "Discussed",
    "out for comment": "Out for comment",
    "agreed": "Agreed",
} | {
    "implemented": "Implemented",
    "merged": "Merged",
    "declined": "Declined",
}


def earlier(briefing: Briefing, report: IdeaReport) -> Iterator[Block]:
    """Yield what became of earlier ideas: each idea ever typed is counted in exactly one stage."""
    total = count(len(report.standings), "idea")
    stages = listing(f"{number} {LABELS[stage].lower()}" for stage, number in report.counts if number)
    yield Paragraph(text(f"{total} so far: {stages}."))
    yield from _out_for_comment(briefing, report)
    yield from _comments(briefing, report)
    yield from _agreed(briefing, report)
    yield from _implemented(briefing, report)
    yield from _decided(briefing, report)
    yield from _waiting(briefing, report)
    yield from _alike(briefing, report)


def _words(briefing: Briefing, report: IdeaReport, idea: int, words: str, most: int = LINE) -> Run:
    """Return what was typed about an idea, with the names of customers behind it masked unless allowed."""
    if not briefing.options.customer_names:
        for name in report.customers.get(idea, ()):
            words = masked(words, name)
    return Run(shorten(words, most), free=True)


def _idea(briefing: Briefing, report: IdeaReport, idea: Idea) -> Cell:
    return Cell(text(_words(briefing, report, idea.number, idea.proposal)))


def _name(briefing: Briefing, entered: str) -> str:
    """Return a name as entered, or that there is one where this pack may not show it."""
    if not entered:
        return "–"
    return entered if briefing.options.owner_names else "named in the log"


def _near(day: date | None, today: date) -> str:
    return day_near(day, today) if day else "–"


def _out_for_comment(briefing: Briefing, report: IdeaReport) -> Iterator[Block]:
    found = report.at("out for comment")
    if not found:
        return
    columns = (
        Column("Idea", share=10),
        Column("Proposed solution"),
        Column("Replies by", share=18),
        Column("Comments", numeric=True, share=11),
    )
    rows = tuple(
        (
            Cell(text(each.idea.name)),
            _idea(briefing, report, each.idea),
            Cell(text(_closing(each.idea, briefing.today))),
            Cell(text(str(each.comments))),
        )
        for each in found
    )
    yield Table("out-for-comment", "Out for comment", columns, rows)


def _closing(idea: Idea, today: date) -> str:
    if idea.reply_by is None:
        return "not asked yet"
    return (
        f"closed {day_near(idea.reply_by, today)}"
        if idea.reply_by < today
        else day_near(idea.reply_by, today)
    )


def _comments(briefing: Briefing, report: IdeaReport) -> Iterator[Block]:
    """Yield every comment that no earlier pack has shown: none is left out, whatever their number."""
    if not report.comments:
        return
    names = briefing.options.owner_names
    columns = (
        Column("Idea", share=10),
        Column("Comment"),
        Column("From", share=18),
        Column("Date", share=11),
    )
    ordered = sorted(report.comments, key=lambda each: (each.idea is None, each.idea or 0, each.number))
    rows = tuple(_comment(briefing, report, each, names=names) for each in ordered)
    caption = f"Comments since the last pack ({len(rows)})"
    yield Table("comments", caption, columns, rows)


def _comment(briefing: Briefing, report: IdeaReport, said: Comment, *, names: bool) -> tuple[Cell, ...]:
    which = idea_id(said.idea) if said.idea else "not clear"
    words = _words(briefing, report, said.idea or 0, said.words, 1200)
    who = said.who if names else "a colleague" if said.who else ""
    return (
        Cell(text(which)),
        Cell(text(words)),
        Cell(text(who or "no name given"), "quiet"),
        Cell(text(day_near(said.day, briefing.today)), "quiet"),
    )


def _agreed(briefing: Briefing, report: IdeaReport) -> Iterator[Block]:
    found = report.at("agreed")
    if not found:
        return
    columns = (
        Column("Idea", share=10),
        Column("What is to be done"),
        Column("Owner", share=18),
        Column("Due", share=11),
        Column("State", share=15),
    )
    found = tuple(sorted(found, key=lambda each: each.idea.due or date.min))
    rows = tuple(
        (
            Cell(text(each.idea.name)),
            _idea(briefing, report, each.idea),
            Cell(text(_name(briefing, each.idea.owner))),
            Cell(text(_near(each.idea.due, briefing.today))),
            _state(each.idea, briefing.today),
        )
        for each in found
    )
    yield Table("agreed", "Agreed, to be done", columns, rows)


def _state(idea: Idea, today: date) -> Cell:
    if not idea.owner or idea.due is None:
        missing = listing(word for word, there in (("owner", idea.owner), ("date", idea.due)) if not there)
        return Cell(text(f"no {missing}"), "concern")
    if idea.late(today):
        return Cell(text(f"{count((today - idea.due).days, 'day')} late"), "concern")
    return Cell(text("on time"))


def _implemented(briefing: Briefing, report: IdeaReport) -> Iterator[Block]:
    found = report.at("implemented")[::-1]
    if not found:
        return
    columns = (
        Column("Idea", share=10),
        Column("What was done"),
        Column("Since", share=11),
        Column("12 weeks before", numeric=True, share=10),
        Column("12 weeks after", numeric=True, share=12),
        Column("Staff told", share=10),
        Column("Customers told", share=12),
    )
    rows = tuple(
        (
            Cell(text(each.idea.name)),
            _idea(briefing, report, each.idea),
            Cell(text(day_near(each.idea.since, briefing.today))),
            *_effect(each),
            Cell(text(_near(each.idea.staff_told, briefing.today))),
            Cell(text(_near(each.idea.customers_told, briefing.today))),
        )
        for each in found
    )
    yield Table("implemented", "Implemented, with complaints of the same theme", columns, rows)
    yield Paragraph(
        text("Counts before and after a change are no proof that the change was the cause."), "quiet"
    )


def _effect(about: Standing) -> tuple[Cell, Cell]:
    effect = about.effect
    if effect is None:
        return Cell(text("no theme"), "quiet"), Cell(text("–"), "quiet")
    so_far = "" if effect.whole else f" in {effect.days_after} of {EFFECT_DAYS} days"
    return Cell(text(str(effect.before))), Cell(text(f"{effect.after}{so_far}"))


def _decided(briefing: Briefing, report: IdeaReport) -> Iterator[Block]:
    if not report.decided:
        return
    columns = (
        Column("Idea", share=10),
        Column("Decision"),
        Column("Entered", share=13),
        Column("Decided by, as entered", share=24),
    )
    since = f" since {long_date(report.since)}" if report.since else ""
    yield Table(
        "decided",
        f"Decisions recorded{since}",
        columns,
        tuple(_event(briefing, report, each) for each in report.decided),
    )
    yield Paragraph(text(AS_ENTERED), "quiet")


def _event(briefing: Briefing, report: IdeaReport, event: Event) -> tuple[Cell, ...]:
    before, after = LABELS.get(event.before, event.before), LABELS.get(event.after, event.after)
    idea = next((each.idea for each in report.standings if each.idea.number == event.idea), None)
    runs = [*text(f"{before} → {after}")]
    if idea is not None and idea.stage == event.after == "merged" and idea.into:
        runs += text(f" into {idea_id(idea.into)}")
    if idea is not None and idea.stage == event.after == "declined" and idea.reason:
        runs += [*text(": "), _words(briefing, report, idea.number, idea.reason)]
    return (
        Cell(text(idea_id(event.idea))),
        Cell(tuple(runs)),
        Cell(text(day_near(event.day, briefing.today))),
        Cell(text(_name(briefing, event.by)), "quiet"),
    )


def _waiting(briefing: Briefing, report: IdeaReport) -> Iterator[Block]:
    found = report.at("new", "discussed")
    columns = (
        Column("Idea", share=10),
        Column("In the words of its proposer"),
        Column("Stage", share=13),
        Column("Days in it", numeric=True, share=11),
        Column("Complaints behind it", share=20),
    )
    rows = tuple(
        (
            Cell(text(each.idea.name)),
            Cell(text(_words(briefing, report, each.idea.number, each.idea.words))),
            Cell(text(LABELS[each.idea.stage])),
            Cell(text(str(each.idea.days_in_stage(briefing.today)))),
            Cell(text(_cases(each.cases))),
        )
        for each in found
    )
    left = len(rows) - MOST_WAITING
    yield Table(
        "waiting",
        "Waiting for a decision, longest first",
        columns,
        rows[:MOST_WAITING],
        f"And {left} more in the log." if left > 0 else "",
        "No idea waits.",
        rows[MOST_WAITING:],
    )


def _cases(names: Sequence[str], most: int = 4) -> str:
    if not names:
        return "none any more"
    more = [f"{len(names) - most} more"] if len(names) > most else []
    return f"{len(names)}: {listing([*names[:most], *more])}"


def _alike(briefing: Briefing, report: IdeaReport) -> Iterator[Block]:
    pairs = report.alike[:8]
    if not pairs:
        return
    columns = (Column("Idea", share=10), Column("may be the same as"), Column("Stage of that one", share=20))
    rows = tuple(
        (
            Cell(text(each.idea.name)),
            Cell(text(f"{each.other.name}: ", _words(briefing, report, each.other.number, each.other.words))),
            Cell(text(LABELS[each.other.stage])),
        )
        for each in pairs
    )
    yield Table("alike", "Are these one idea? To merge, write the number into Merge into", columns, rows)


# --- the other pages -------------------------------------------------------------------------------------


def to_decide(briefing: Briefing, report: IdeaReport) -> Iterator[Text]:
    """Yield what the meeting has to decide about ideas that are on their way."""
    closed = [
        each.idea.name
        for each in report.at("out for comment")
        if each.idea.reply_by and each.idea.reply_by < briefing.today
    ]
    late = [each.idea.name for each in report.at("agreed") if each.idea.late(briefing.today)]
    if closed:
        verb = plural(len(closed), "proposal has", "proposals have")
        yield text(f"{len(closed)} {verb} all comments in ({_some(closed)}): agree or decline?")
    if late:
        verb = plural(len(late), "change is", "changes are")
        yield text(f"{len(late)} agreed {verb} overdue ({_some(late)}): new date, or what stands in the way?")


def actions(briefing: Briefing, report: IdeaReport) -> str:
    """Return in a sentence or two how the actions of earlier meetings stand."""
    found = report.at("agreed")
    done = [each for each in report.at("implemented") if report.since and each.idea.since >= report.since]
    late = [each.idea.name for each in found if each.idea.late(briefing.today)]
    parts = [f"{count(len(found), 'agreed change')} to be done"]
    if late:
        parts.append(f"{len(late)} of them overdue ({_some(late)})")
    parts.append(f"{count(len(done), 'change')} implemented since the last meeting")
    return f"{'; '.join(parts)}. Owners and dates stand under Earlier ideas."


def _some(names: Sequence[str], most: int = 4) -> str:
    more = len(names) - most
    return listing([*names[:most], f"{more} more"]) if more > 0 else listing(names)


def _discreet(briefing: Briefing, report: IdeaReport) -> Iterator[Standing]:
    for each in report.standings:
        names = () if briefing.options.customer_names else report.customers.get(each.idea.number, ())
        yield replace(each, idea=discreet(each.idea, names))


def you_said(briefing: Briefing) -> Note:
    """Return the drafts of "You said, we did" of the last twelve weeks, for approval; nobody is named."""
    report = briefing.beside.ideas
    since = briefing.today - timedelta(days=EFFECT_DAYS)
    told = told_since(_discreet(briefing, report), since)[:5] if report else ()
    if not told:
        return Note("You said, we did", text("Drafts appear here once an idea is recorded as implemented."))
    lines: list[str | Run] = []
    for each in told:
        state = "words changed by a person" if each.approved else "draft, to be approved"
        lines += [
            f"{each.idea} ({state}): {each.said} We did: ",
            Run(each.did, free=True),
            f" {each.came_of_it} ",
        ]
    return Note("You said, we did", text(*lines))
