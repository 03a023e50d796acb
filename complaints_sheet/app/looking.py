"""Looking at the registers with what the memory knows of them; nothing is written."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from complaints_sheet.app.arming import refuse_as_of
from complaints_sheet.app.asof import moment_asked
from complaints_sheet.app.judged import Judging, judged, judging_of, understood
from complaints_sheet.app.recall import recall
from complaints_sheet.app.remembering import observed
from complaints_sheet.core.journal import GoneCase, case_id, case_number
from complaints_sheet.core.model import Case, Judgement, Register
from complaints_sheet.core.recollection import Recollection
from complaints_sheet.core.silence import checked, quietened
from complaints_sheet.core.wording import listing
from complaints_sheet.errors import ConfigError

if TYPE_CHECKING:
    from complaints_sheet.config.settings import Config
    from complaints_sheet.state import State

MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Sight:
    """A config, its memory and the moment asked about (aware, in the organisation's time zone)."""

    config: "Config"
    state: "State"
    moment: datetime


@contextmanager
def sight(config_file: Path, *, as_of: str | None, now: datetime, writes: bool = False) -> Iterator[Sight]:
    """Return the config and its memory for the time of a `with`; the memory is a copy unless `writes`."""
    from complaints_sheet.config.settings import load_config
    from complaints_sheet.state import open_state

    config = load_config(config_file)
    moment = moment_asked(as_of, now, config.organisation.timezone)
    with open_state(config.state.folder, config.state.url, dry_run=not writes) as state:
        if writes:
            refuse_as_of(config, state, as_of)
        yield Sight(config, state, moment)


def recalled_now(seen: Sight) -> tuple[Recollection, ...]:
    """Return every register as it stands now, with what the memory knows of its cases."""
    return tuple(
        recalled(seen.config, seen.state, understood(seen.config, each), seen.moment)
        for each in seen.config.registers
    )


def recalled(config: "Config", state: "State", register: Register, moment: datetime) -> Recollection:
    """Return a register with what the memory knows of it; cases that no run has seen have no id."""
    return observed(state, recall(config, state, register, moment, name_new=False), moment)


def judged_now(seen: Sight) -> tuple[Judgement, ...]:
    """Return every register judged now, with what people accepted as right kept apart."""
    judgings = (judging_of(seen.config, each) for each in seen.config.registers)
    return tuple(
        heard_now(seen.state, each.register, judging, seen.moment)
        for each, judging in zip(recalled_now(seen), judgings, strict=True)
    )


def heard_now(state: "State", register: Register, judging: Judging, moment: datetime) -> Judgement:
    """Return a recalled register judged, with what people accepted, or ticked just now, kept apart."""
    judgement = judged(register, judging, moment)
    words = dict(state.words.accepted())
    new = checked(judgement.findings, register.cases, words, moment.date())
    return quietened(judgement, words | {each.key: each for each in new})


def case_meant(asked: str, cases: Sequence[Case]) -> Case:
    """Return the one case that a case id, a reference or a row means; ConfigError where not exactly one."""
    wanted = asked.strip().casefold().removeprefix("row ").strip()
    named = [each for each in cases if wanted in {(each.ref or "").casefold(), (each.id or "").casefold()}]
    found = named or [each for each in cases if wanted in _places(each)]
    if not found:
        raise ConfigError(
            f"There is no case “{asked}” in the register.",
            "Give its reference, its case id or its row; `complaints-sheet check` lists rows left out.",
        )
    if len(found) > 1:
        rows = [_place(each) for each in found]
        beside = len(set(rows)) < len(rows)  # tables side by side: a cell tells them apart
        places = listing([_cell(each) if beside else _place(each) for each in found[:MOST_NAMED]])
        raise ConfigError(
            f"“{asked}” means {len(found)} cases: {places}.", "Name one of these, as it is here."
        )
    return found[0]


def number_meant(seen: Sight, asked: str) -> int:
    """Return the number of the case that an id, a reference or a row means, whether its row is there or gone.

    ConfigError where the memory knows no such case.
    """
    wanted = asked.strip().casefold()
    number = case_number(wanted)
    if number is None or not wanted.startswith("c"):
        gone = gone_meant(seen, asked)
        found = gone.number if gone else None
        if found is None:
            case = case_meant(asked, [case for each in recalled_now(seen) for case in each.register.cases])
            found = case_number(case.id or "")
        number = found
    if number is None or seen.state.history.story(number) is None:
        raise ConfigError(
            f"The memory knows no case “{asked}”.",
            "`complaints-sheet history` lists what it saw; a new row is known after the next run.",
        )
    return number


def gone_meant(seen: Sight, asked: str) -> GoneCase | None:
    """Return the case whose row is gone that an id or a reference means, or None."""
    wanted = asked.strip().casefold()
    return next((each for each in seen.state.history.gone() if wanted in _names_of_gone(each)), None)


def _names_of_gone(gone: GoneCase) -> set[str]:
    reference = str(gone.cells.cells.get("case_ref", "")).strip().casefold()
    return {case_id(gone.number).casefold(), reference} - {""}


def _places(case: Case) -> Iterator[str]:
    """Yield what a person may call the row: its number or any of its cells, with or without the sheet."""
    yield from (str(case.row), _place(case).casefold())
    for column in (*case.layout.columns.values(), *case.layout.extra):
        cell = f"{column.letter}{case.row}".casefold()
        yield from (cell, f"{case.sheet}!{cell}".casefold())


def _place(case: Case) -> str:
    return f"{case.sheet}!{case.row}"


def _cell(case: Case) -> str:
    """Return the address of the first cell of the row's table, with its sheet."""
    letter = min(case.layout.columns.values(), key=lambda each: each.number).letter
    return f"{case.sheet}!{letter}{case.row}"
