"""What a run knows of its registers: recalled, judged and remembered, or stopped before anything is sent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from complaints_sheet.app.judged import calendar_of, judged, judging_of, understood
from complaints_sheet.app.mailing import alert
from complaints_sheet.app.recall import recall
from complaints_sheet.app.receiving import coordinating
from complaints_sheet.app.workplace import Desk, Workplace
from complaints_sheet.core.alerts import stop_alert
from complaints_sheet.core.model import Judgement
from complaints_sheet.core.notice import MailRules
from complaints_sheet.core.observing import with_events
from complaints_sheet.core.recollection import Recollection
from complaints_sheet.core.silence import Accepted, checked, quietened
from complaints_sheet.errors import SourceError

if TYPE_CHECKING:
    from complaints_sheet.config.settings import Config, RegisterConfig
    from complaints_sheet.core.policy import Policy
    from complaints_sheet.state import State

GO_ON = (
    "Look at the file: it may be half saved, or sorted badly. If all is as it should be, go on with "
    "`complaints-sheet run --accept`."
)
NOTHING_DONE = "Nothing was sent and nothing was marked as removed."


def workplace(desk: Desk, *, accept: bool = False) -> Workplace:
    """Return what the jobs work with: every register judged, its cases as the memory knows them.

    What the run saw is written down. SourceError where a register cannot be read, or differs so much that
    nothing may be sent or marked as removed because of it; the coordinator is told of that once. A person who
    looked says `accept`, and the run goes on.
    """
    recalled = [_recalled(desk, each) for each in desk.config.registers]
    for each in recalled:
        if each.alarm and not accept:
            raise _stopped(desk, each.register.id, each.register.name, each.alarm, GO_ON)
    found: list[Judgement] = []
    policies: list[Policy] = []
    for register, each in zip(desk.config.registers, recalled, strict=True):
        judging = judging_of(desk.config, register)
        judgement = judged(each.register, judging, desk.moment)
        desk.state.registers.remember(desk.run, each, accept=accept)
        desk.state.registers.observe_breaches(desk.run, judgement)
        found.append(judgement)
        policies.extend(judging.policies.all)
    unchanged = all(each.same for each in recalled)
    return _workplace(desk, _heard(desk, found), policies, unchanged=unchanged)


def _workplace(
    desk: Desk, judgements: tuple[Judgement, ...], policies: "Sequence[Policy]", *, unchanged: bool
) -> Workplace:
    registers = [each.register for each in judgements]
    return Workplace(
        desk.config,
        desk.state,
        desk.run,
        desk.moment,
        desk.dry_run,
        calendar_of(desk.config.calendar, registers, desk.moment),
        judgements,
        policies,
        mail_rules(desk.config, desk.state, judgements),
        stopping=desk.stopping,
        unchanged=unchanged,
        started=desk.started,
    )


def _recalled(desk: Desk, register: "RegisterConfig") -> Recollection:
    try:
        found = understood(desk.config, register, keeps=not desk.dry_run)
    except SourceError as error:
        raise _stopped(desk, register.id, register.name, error.message, error.next_step) from error
    recalled = recall(desk.config, desk.state, found, desk.moment, name_new=True)
    return observed(desk.state, recalled, desk.moment)


def observed(state: "State", recalled: Recollection, moment: datetime) -> Recollection:
    """Return the recollection with what is seen for the first time at this aware moment."""
    if recalled.same or recalled.baseline:
        return recalled
    return with_events(recalled, state.registers.last_looked(recalled.register.id), moment)


def _stopped(desk: Desk, register: str, name: str, words: str, next_step: str) -> SourceError:
    """Return the error that stops the run, once the coordinator has been told."""
    if desk.state.registers.alarm(register, words):
        said = stop_alert(register, name, words, coordinating(desk), desk.moment)
        if said is not None:
            alert(desk, said)
    return SourceError(f"{words} {NOTHING_DONE}", next_step)


def _heard(desk: Desk, judgements: Sequence[Judgement]) -> tuple[Judgement, ...]:
    """Return the judgements with what people accepted as right kept apart; the `checked` column is heard."""
    words = desk.state.words.accepted()
    new = [word for each in judgements for word in newly_checked(each, words, desk)]
    if new:
        desk.state.words.accept(new)
        words = desk.state.words.accepted()
    return tuple(quietened(each, words) for each in judgements)


def newly_checked(judgement: Judgement, words: Mapping[str, Accepted], desk: Desk) -> Iterable[Accepted]:
    """Return what is said in a register's own `checked` column and not yet known."""
    return checked(judgement.findings, judgement.register.cases, words, desk.run.today)


def mail_rules(config: "Config", state: "State", judgements: Iterable[Judgement]) -> MailRules:
    """Return the rules of the mails with what people accepted as right or put off."""
    accepted = frozenset(each.finding.key for found in judgements for each in found.accepted)
    return replace(config.mail.rules, accepted=accepted, snoozed=state.words.snoozed())
