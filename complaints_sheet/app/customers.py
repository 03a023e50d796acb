"""`find`: who is handling this customer's case, and telling them that the customer rang again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from complaints_sheet.app.looking import Sight, case_meant, recalled_now, sight
from complaints_sheet.app.mailing import alert
from complaints_sheet.app.sending import Delivery
from complaints_sheet.app.workplace import Desk
from complaints_sheet.core.alerts import rang_alert
from complaints_sheet.core.model import Case
from complaints_sheet.core.search import Answer, find
from complaints_sheet.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Found:
    """The cases of customers with a name, and the message to a handler where one was asked for."""

    as_of: datetime
    name: str
    answer: Answer
    delivery: Delivery | None = None
    dry_run: bool = False


def find_customer(name: str, config_file: Path, *, as_of: str | None, now: datetime) -> Found:
    """Return the cases of customers with this name; ConfigError where too little of it was typed."""
    with sight(config_file, as_of=as_of, now=now) as seen:
        return Found(seen.moment, name, _answer(name, _cases(seen)))


def tell_handler(
    name: str, asked: str, config_file: Path, *, as_of: str | None, now: datetime, dry_run: bool
) -> Found:
    """Tell whoever handles one of these cases that the customer rang again, and return what became of it.

    ConfigError where the case is not one of those found, or nobody can be told.
    """
    with sight(config_file, as_of=as_of, now=now, writes=not dry_run) as seen:
        answer = _answer(name, _cases(seen))
        case = case_meant(asked, [hit.case for hit in answer.hits])
        config = seen.config
        said = rang_alert(
            case,
            config.directory,
            config.roles,
            seen.moment,
            customer_names=config.mail.customer_names,
        )
        if said is None:
            raise ConfigError(
                "Nobody can be told: the owner is not in the people list, and there is no coordinator.",
                "Add them under people: in the config, or name a coordinator under roles:.",
            )
        run = seen.state.runs.begin("notify", seen.moment, today=seen.moment.date(), started=now)
        delivery = alert(Desk(config, seen.state, run, seen.moment, dry_run), said)
        seen.state.runs.finish(run, "done" if delivery.delivered else "failed", finished=now)
    return Found(seen.moment, name, answer, delivery, dry_run)


def _cases(seen: Sight) -> Sequence[Case]:
    return [case for each in recalled_now(seen) for case in each.register.cases]


def _answer(name: str, cases: Sequence[Case]) -> Answer:
    answer = find(cases, name)
    if answer.refusal:
        raise ConfigError(answer.refusal, "For example: complaints-sheet find had")
    return answer
