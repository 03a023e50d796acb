"""`explain`: one case's reckoning, its findings, and who would be told and why. Nothing is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from complaints_sheet.app.judged import calendar_of, judging_of
from complaints_sheet.app.looking import Sight, case_meant, heard_now, recalled_now, sight
from complaints_sheet.app.remembering import mail_rules
from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.clocks import reckoning
from complaints_sheet.core.findings import case_mark, ordinals
from complaints_sheet.core.formerly import Former, former
from complaints_sheet.core.journal import case_number
from complaints_sheet.core.model import Case, Finding, Judgement, Reckoning
from complaints_sheet.core.notice import Decision
from complaints_sheet.core.notices import decisions
from complaints_sheet.core.policy import PolicyChoice
from complaints_sheet.core.silence import all_of
from complaints_sheet.core.wording import full_date, listing


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who would be told of the case, in which mail, and the named reason why now or why not yet."""

    name: str
    address: str
    kind: str
    reason: str
    today: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything there is to say of one case at one moment.

    `notes` say on what an answer about an earlier day rests; then `told` are those who had been told.
    """

    as_of: datetime
    case: Case
    reckonings: tuple[Reckoning, ...]
    findings: tuple[Finding, ...]
    told: tuple[Told, ...]
    notes: tuple[str, ...] = ()
    judgements: tuple[Judgement, ...] = ()


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
    place, case = _meant(asked, judgements)
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
    number = ordinals(registers[place].cases).get(case, 1)
    return Explanation(
        as_of=moment,
        case=case,
        reckonings=tuple(_reckonings(case, judgings[place].policies, calendar, moment)),
        findings=tuple(_findings(case, judgements[place])),
        told=tuple(_told(case_mark(case, number), decided)),
        judgements=tuple(judgements),
    )


def _explained_then(asked: str, seen: Sight) -> Explanation:
    """Return what the answer was at an earlier moment, and in `notes` what that rests on."""
    config, moment = seen.config, seen.moment
    registers = [each.register for each in recalled_now(seen)]
    case = case_meant(asked, [case for each in registers for case in each.cases])
    place = next(place for place, each in enumerate(registers) if case in each.cases)
    mark = case_mark(case, ordinals(registers[place].cases).get(case, 1))
    known = _known_then(seen, case)
    then = known.case if known else case
    cases = tuple(then if each is case else each for each in registers[place].cases)
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
        if sent.date() <= seen.moment.date() and any(
            key == mark or key.startswith(f"{mark}:") for key in message.told
        ):
            yield Told(
                names.get(message.address, message.address),
                message.address,
                message.kind,
                f"told on {full_date(sent.date())}",
                sent.date() == seen.moment.date(),
            )


def _meant(asked: str, judgements: Sequence[Judgement]) -> tuple[int, Case]:
    """Return the one case meant and the place of its register."""
    case = case_meant(asked, [case for each in judgements for case in each.register.cases])
    place = next(place for place, each in enumerate(judgements) if case in each.register.cases)
    return place, case


def _reckonings(
    case: Case, choice: PolicyChoice, calendar: Calendar, moment: datetime
) -> Iterator[Reckoning]:
    for policy in choice.policies_for(case):
        for clock in policy.clocks:
            yield reckoning(case, policy, clock.id, calendar, moment)


def _findings(case: Case, judgement: Judgement) -> Iterator[Finding]:
    for found in judgement.findings:
        if found.place == case.place:
            yield found


def _told(mark: str, decided: Sequence[Decision]) -> Iterator[Told]:
    for each in decided:
        if any(key == mark or key.startswith(f"{mark}:") for key in each.told):
            yield Told(
                each.receiver.name,
                each.receiver.email or "",
                each.kind,
                each.reason,
                each.notice is not None,
            )
