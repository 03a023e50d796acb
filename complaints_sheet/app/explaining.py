"""`explain`: one case's reckoning, its findings, and who would be told and why. Nothing is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from complaints_sheet.app.judged import calendar_of, judging_of
from complaints_sheet.app.looking import Sight, case_meant, gone_meant, heard_now, recalled_now, sight
from complaints_sheet.app.remembering import mail_rules
from complaints_sheet.app.workplace import TEST
from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.clocks import reckoning
from complaints_sheet.core.edits import case_of_gone
from complaints_sheet.core.findings import case_mark, ordinals
from complaints_sheet.core.formerly import Former, former
from complaints_sheet.core.journal import case_number
from complaints_sheet.core.ledger import OutboxEntry, OutboxState
from complaints_sheet.core.lines import lines_of
from complaints_sheet.core.mail_reasons import facts_told, next_time, to_whom, why_quiet
from complaints_sheet.core.model import Case, Finding, Judgement, Reckoning, Register
from complaints_sheet.core.notice import Decision, MailRules
from complaints_sheet.core.notices import decisions
from complaints_sheet.core.people import Directory
from complaints_sheet.core.policy import PolicyChoice
from complaints_sheet.core.silence import all_of
from complaints_sheet.core.wording import full_date, listing
from complaints_sheet.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who would be told of the case, in which mail, and the named reason why now or why not yet.

    `because` is why it goes to this person, `facts` what they were or would be told of the case, and `again`
    the local day on which they hear of it next if nothing changes.
    """

    name: str
    address: str
    kind: str
    reason: str
    today: bool
    because: str = ""
    facts: str = ""
    again: date | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A message about the case: its number in the outbox, how it stands, to whom, when, why, what it said.

    `moment` is local: when it went, or when it last changed where it did not go.
    """

    number: int
    state: OutboxState
    name: str
    address: str
    kind: str
    moment: datetime
    reason: str
    facts: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything there is to say of one case at one moment.

    `notes` say on what an answer about an earlier day rests; then `told` are those who had been told. `quiet`
    says why it is not listed, or needs nobody; `sent` are the messages about it up to then, the oldest first.
    """

    as_of: datetime
    case: Case
    reckonings: tuple[Reckoning, ...]
    findings: tuple[Finding, ...]
    told: tuple[Told, ...]
    notes: tuple[str, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    quiet: tuple[str, ...] = ()
    sent: tuple[Sent, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A case with what its mails are explained from."""

    case: Case
    mark: str
    directory: Directory
    rules: MailRules
    calendar: Calendar
    moment: datetime


def explain_case(
    asked: str, config_file: Path, *, as_of: str | None, now: datetime, on: str | None = None
) -> Explanation:
    """Return the explanation of the case that a reference, a case id or a row number means.

    With `on`, an earlier day, the case is judged as the memory knew it then. Raises ConfigError where none or
    several cases are meant, saying which there are.
    """
    with sight(config_file, as_of=on or as_of, now=now) as seen:
        if on is not None and seen.moment < now:
            return _explained_then(asked, seen)
        config, moment = seen.config, seen.moment
        registers = [each.register for each in recalled_now(seen)]
        judgings = [judging_of(config, each) for each in config.registers]
        judgements = [
            heard_now(seen.state, register, judging, moment)
            for register, judging in zip(registers, judgings, strict=True)
        ]
        last_sent = tuple(seen.state.outbox.last_sent(config.delivery.kind).values())
        rules = mail_rules(config, seen.state, judgements)
        entries = seen.state.outbox.entries()
        place, case = _meant(asked, registers, seen)
    calendar = calendar_of(config.calendar, registers, moment)
    decided = decisions(
        [all_of(each) for each in judgements],
        config.directory,
        config.roles,
        last_sent,
        moment,
        calendar=calendar,
        rules=rules,
    )
    mark = case_mark(case, ordinals(registers[place].cases).get(case, 1))
    about = _Asked(case, mark, config.directory, rules, calendar, moment)
    return Explanation(
        as_of=moment,
        case=case,
        reckonings=()
        if _is_gone(case)
        else tuple(_reckonings(case, judgings[place].policies, calendar, moment)),
        findings=tuple(_findings(case, judgements[place])),
        told=tuple(_told(about, decided)),
        judgements=tuple(judgements),
        quiet=() if _is_gone(case) else tuple(_quiet(about, judgements[place])),
        sent=tuple(_sent(about, entries)),
    )


def _explained_then(asked: str, seen: Sight) -> Explanation:
    """Return what the answer was at an earlier moment, and in `notes` what that rests on."""
    config, moment = seen.config, seen.moment
    registers = [each.register for each in recalled_now(seen)]
    place, case = _meant(asked, registers, seen)
    mark = case_mark(case, ordinals(registers[place].cases).get(case, 1))
    known = _known_then(seen, case)
    then = known.case if known else case
    cases = tuple(then if each is case else each for each in registers[place].cases)
    cases = (*cases, then) if _is_gone(case) else cases
    register = replace(registers[place], cases=cases)
    judging = judging_of(config, config.registers[place])
    judgement = heard_now(seen.state, register, judging, moment)
    calendar = calendar_of(config.calendar, [register], moment)
    return Explanation(
        as_of=moment,
        case=then,
        reckonings=tuple(_reckonings(then, judging.policies, calendar, moment)),
        findings=tuple(_findings(then, judgement)),
        told=tuple(_had_been_told(mark, seen)),
        notes=tuple(_notes(known, moment)),
        judgements=(judgement,),
        sent=tuple(
            _sent(
                _Asked(then, mark, config.directory, config.mail.rules, calendar, moment),
                seen.state.outbox.entries(),
            )
        ),
    )


def _known_then(seen: Sight, case: Case) -> Former | None:
    number = case_number(case.id or "")
    story = seen.state.history.story(number) if number is not None else None
    return former(case, story, seen.state.history.moments(), seen.moment) if story else None


def _notes(known: Former | None, moment: datetime) -> Iterator[str]:
    if known is None:
        yield (
            "The memory did not know this case on that day: this is the row as it stands in the register "
            "now, judged as of then."
        )
    else:
        yield f"This is the row as it was seen on {full_date(known.seen.astimezone(moment.tzinfo).date())}."
        if known.changed:
            headings = listing(f"“{known.case.layout.columns[name].heading}”" for name in known.changed)
            yield f"Changed since: {headings}."
    yield "Policies, people and closed days are those of today."


def _had_been_told(mark: str, seen: Sight) -> Iterator[Told]:
    """Yield those who had been told of the case by then, first to last."""
    names = {each.email: each.name for each in seen.config.directory.people if each.email}
    for entry in seen.state.outbox.entries("sent"):
        sent = entry.changed.astimezone(seen.moment.tzinfo)
        message = entry.message
        told = () if message.channel.endswith(TEST) else message.told
        if sent.date() <= seen.moment.date() and any(_is_about(key, mark) for key in told):
            yield Told(
                names.get(message.address, message.address),
                message.address,
                message.kind,
                f"told on {full_date(sent.date())}",
                sent.date() == seen.moment.date(),
            )


def _meant(asked: str, registers: Sequence[Register], seen: Sight) -> tuple[int, Case]:
    """Return the one case meant and the place of its register; the row may be gone from there."""
    try:
        case = case_meant(asked, [case for each in registers for case in each.cases])
    except ConfigError:
        gone = gone_meant(seen, asked)
        place = next((at for at, each in enumerate(registers) if gone and each.id == gone.register), None)
        if gone is None or place is None:
            raise
        return place, case_of_gone(registers[place], gone.number, gone.cells)
    return next(place for place, each in enumerate(registers) if case in each.cases), case


def _is_gone(case: Case) -> bool:
    return case.row == 0


def _reckonings(
    case: Case, choice: PolicyChoice, calendar: Calendar, moment: datetime
) -> Iterator[Reckoning]:
    for policy in choice.policies_for(case):
        for clock in policy.clocks:
            yield reckoning(case, policy, clock.id, calendar, moment)


def _findings(case: Case, judgement: Judgement) -> Iterator[Finding]:
    for found in judgement.findings:
        if found.case == case.id if _is_gone(case) else found.place == case.place:
            yield found


def _is_about(key: str, mark: str) -> bool:
    return key == mark or key.startswith((f"{mark}:", f"{mark}-"))


def _told(about: _Asked, decided: Sequence[Decision]) -> Iterator[Told]:
    for each in decided:
        keys = [key for key in {*each.told, *each.pending} if _is_about(key, about.mark)]
        if keys:
            yield _one_told(about, each, next((each.told[key] for key in keys if key in each.told), ""))


def _one_told(about: _Asked, decided: Decision, told: str) -> Told:
    today, receiver = about.moment.date(), decided.receiver
    reason = (
        decided.reason if decided.words in ("", "the first notice") else f"{decided.reason}: {decided.words}"
    )
    return Told(
        receiver.name,
        receiver.email or "",
        decided.kind,
        reason,
        decided.notice is not None,
        to_whom(
            decided.kind, about.case, receiver, directory=about.directory, rules=about.rules, today=today
        ),
        facts_told(told, about.rules, today),
        next_time(told, decided.kind, about.rules, about.calendar, today),
    )


def _quiet(about: _Asked, judgement: Judgement) -> Iterator[str]:
    """Yield why the case is not listed in its owner's digest."""
    today, case = about.moment.date(), about.case
    lines = lines_of(judgement, today, about.calendar, about.rules.lines, about.rules.accepted)
    line = next((each for each in lines if each.case is case), None)
    accepted = sum(
        (each.finding.row, each.finding.sheet, each.finding.source) == (case.row, case.sheet, case.source)
        for each in judgement.accepted
    )
    return why_quiet(case, line, about.rules, accepted, today)


def _sent(about: _Asked, entries: Sequence[OutboxEntry]) -> Iterator[Sent]:
    """Yield the messages about the case up to the moment, the oldest first."""
    names = {each.email: each.name for each in about.directory.people if each.email}
    for entry in entries:
        message, zone = entry.message, about.moment.tzinfo
        key = next((key for key in message.told if _is_about(key, about.mark)), None)
        if key is None or entry.queued.astimezone(zone).date() > about.moment.date():
            continue
        local = entry.changed.astimezone(zone)
        yield Sent(
            entry.number,
            entry.state,
            names.get(message.address, message.address),
            message.address,
            message.kind,
            local,
            message.reason,
            facts_told(message.told[key], about.rules, local.date()),
            "" if entry.state == "sent" else entry.words,
        )
