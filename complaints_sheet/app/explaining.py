"""`explain`: one case's reckoning, its findings, and who would be told and why. Nothing is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from complaints_sheet.app.asof import moment_asked
from complaints_sheet.app.judged import calendar_of, judged, judging_of, understood
from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.clocks import reckoning
from complaints_sheet.core.findings import case_mark, ordinals
from complaints_sheet.core.model import Case, Finding, Judgement, Reckoning
from complaints_sheet.core.notice import Decision
from complaints_sheet.core.notices import decisions
from complaints_sheet.core.policy import PolicyChoice
from complaints_sheet.core.wording import listing
from complaints_sheet.errors import ConfigError

MOST_NAMED = 10


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
    from complaints_sheet.config.settings import load_config
    from complaints_sheet.state import open_state

    config = load_config(config_file)
    moment = moment_asked(as_of, now, config.organisation.timezone)
    with open_state(config.state.folder, config.state.url, dry_run=True) as state:
        registers = [
            state.registers.recall(understood(config, each), today=moment.date()).register
            for each in config.registers
        ]
        last_sent = tuple(state.outbox.last_sent(config.delivery.kind).values())
    judgings = [judging_of(config, each) for each in config.registers]
    judgements = [
        judged(register, judging, moment) for register, judging in zip(registers, judgings, strict=True)
    ]
    place, case = _meant(asked, judgements)
    calendar = calendar_of(config.calendar, registers, moment)
    decided = decisions(
        judgements,
        config.directory,
        config.roles,
        last_sent,
        moment,
        calendar=calendar,
        rules=config.mail.rules,
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
    wanted = asked.strip().casefold().removeprefix("row ").strip()
    found = [
        (place, case)
        for place, judgement in enumerate(judgements)
        for case in judgement.register.cases
        if wanted in _names(case)
    ]
    by_name = [
        each for each in found if wanted in {(each[1].ref or "").casefold(), (each[1].id or "").casefold()}
    ]
    chosen = by_name or found
    if not chosen:
        raise ConfigError(
            f"There is no case “{asked}” in the register.",
            "Give its reference or its row number. `complaints-sheet check` lists rows that are left out.",
        )
    if len(chosen) > 1:
        places = listing(f"{case.sheet}!{case.row}" for _, case in chosen[:MOST_NAMED])
        raise ConfigError(
            f"“{asked}” means {len(chosen)} cases: {places}.", "Name one of these, as it is here."
        )
    return chosen[0]


def _names(case: Case) -> set[str]:
    names = {case.ref, case.id, str(case.row), f"{case.sheet}!{case.row}"}
    return {name.casefold() for name in names if name}


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
