"""`accept` and `snooze`: this is right, stop telling me; and this can wait."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from complaints_sheet.app.asof import day_asked
from complaints_sheet.app.judged import calendar_of
from complaints_sheet.app.looking import Sight, case_meant, judged_now, sight
from complaints_sheet.core.findings import case_mark
from complaints_sheet.core.lines import lines_of
from complaints_sheet.core.model import Case, Finding, Judgement
from complaints_sheet.core.receivers import longest_snooze
from complaints_sheet.core.silence import accept, all_of
from complaints_sheet.core.wording import full_date, listing
from complaints_sheet.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Silenced:
    """A finding that was accepted as right, or speaks again where `withdrawn`."""

    key: str
    message: str
    reason: str
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class PutOff:
    """A case that is not listed in digests before a day, or only as long as the config allows.

    `cap` is how many working days past its standard it comes back by itself; `listed` is True where it is
    that late already, and is listed all the same.
    """

    case: str
    until: date
    cap: int
    listed: bool = False


def accept_finding(
    key: str, reason: str, config_file: Path, *, as_of: str | None, now: datetime, dry_run: bool
) -> Silenced:
    """Accept the finding of this key (or its unique beginning) as right until its facts change.

    ConfigError where no finding, or more than one, has the key, or its case has not been seen by a run.
    """
    with sight(config_file, as_of=as_of, now=now, writes=not dry_run) as seen:
        found, case = _meant(key, list(_findings(seen)))
        if case is not None and case.id is None:
            raise ConfigError(
                f"The case of {found.key} is new, and no run has seen it yet.",
                "Run once: complaints-sheet run; then take the key that `complaints-sheet check` shows.",
            )
        seen.state.words.accept([accept(found, case, reason, seen.moment.date())])
    return Silenced(found.key, found.message, reason)


def withdraw(key: str, config_file: Path, *, as_of: str | None, now: datetime, dry_run: bool) -> Silenced:
    """Let a finding speak again that was accepted; ConfigError where none of this key was."""
    with sight(config_file, as_of=as_of, now=now, writes=not dry_run) as seen:
        if not seen.state.words.withdraw(key):
            raise ConfigError(
                f"No finding with the key {key} is accepted.",
                "`complaints-sheet check --json` lists what is, under accepted.",
            )
    return Silenced(key, "", "", withdrawn=True)


def _findings(seen: Sight) -> Iterator[tuple[Finding, Case | None]]:
    for judgement in judged_now(seen):
        places = {case.place: case for case in judgement.register.cases}
        for found in all_of(judgement).findings:
            yield found, places.get(found.place)


def _meant(key: str, findings: list[tuple[Finding, Case | None]]) -> tuple[Finding, Case | None]:
    wanted = key.strip().casefold()
    exact = [each for each in findings if each[0].key == wanted]
    chosen = exact or [each for each in findings if wanted and each[0].key.startswith(wanted)]
    if not chosen:
        raise ConfigError(
            f"There is no finding with the key {key}.", "`complaints-sheet check -v --all` shows the keys."
        )
    if len(chosen) > 1:
        keys = listing(found.key for found, _ in chosen[:10])
        raise ConfigError(f"{key} begins {len(chosen)} keys: {keys}.", "Give one of them in full.")
    return chosen[0]


def snooze(
    asked: str, until: str, config_file: Path, *, as_of: str | None, now: datetime, dry_run: bool
) -> PutOff:
    """Leave a case out of digests before a day; a case too far past its standard is listed all the same.

    ConfigError for a day that is not after today, or a case that no run has seen.
    """
    day = day_asked(until)
    with sight(config_file, as_of=as_of, now=now, writes=not dry_run) as seen:
        today = seen.moment.date()
        if day <= today:
            raise ConfigError(f"{full_date(day)} is not after today.", "Give the day it is to come back on.")
        if day > longest_snooze(today):
            raise ConfigError(
                f"{full_date(day)} is more than three months away.",
                "A case can be put off for less than that.",
            )
        found = judged_now(seen)
        case = case_meant(asked, [case for each in found for case in each.register.cases])
        if case.id is None:
            raise ConfigError(
                f"{case.name} is new, and no run has seen it yet.", "Run once: complaints-sheet run"
            )
        seen.state.words.snooze(case_mark(case), day, today)
        rules = seen.config.mail.rules
        return PutOff(case.name, day, rules.snooze_cap, _days_over(case, found, seen) > rules.snooze_cap)


def _days_over(case: Case, found: Sequence[Judgement], seen: Sight) -> int:
    """Return how many working days past its standard a case is now; 0 where it is not."""
    registers = [each.register for each in found]
    calendar = calendar_of(seen.config.calendar, registers, seen.moment)
    rules = seen.config.mail.rules
    lines = (line for each in found for line in lines_of(each, seen.moment.date(), calendar, rules.lines))
    return next((line.days_over for line in lines if line.case is case), 0)
