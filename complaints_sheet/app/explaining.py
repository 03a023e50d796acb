"""`explain`: one case's reckoning, its findings, and who would be told and why. Nothing is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from complaints_sheet.app.judged import calendar_of, judging_of
from complaints_sheet.app.looking import case_meant, heard_now, recalled_now, sight
from complaints_sheet.app.remembering import mail_rules
from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.clocks import reckoning
from complaints_sheet.core.findings import case_mark, ordinals
from complaints_sheet.core.model import Case, Finding, Judgement, Reckoning
from complaints_sheet.core.notice import Decision
from complaints_sheet.core.notices import decisions
from complaints_sheet.core.policy import PolicyChoice
from complaints_sheet.core.silence import all_of


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
    """Everything there is to say of one case at one moment."""

    as_of: datetime
    case: Case
    reckonings: tuple[Reckoning, ...]
    findings: tuple[Finding, ...]
    told: tuple[Told, ...]


def explain_case(asked: str, config_file: Path, *, as_of: str | None, now: datetime) -> Explanation:
    """Return the explanation of the case that a reference, a case id or a row number means.

    Raises ConfigError where none or several cases are meant, saying which there are.
    """
    with sight(config_file, as_of=as_of, now=now) as seen:
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
        if (found.row, found.sheet, found.source) == (case.row, case.sheet, case.source):
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
