"""Rules that compare rows: one written down twice, and a customer who had to come back."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from complaints_sheet.core.model import Case, Flag
from complaints_sheet.core.rules.phrases import day_name, place
from complaints_sheet.core.rules.registry import rule
from complaints_sheet.core.rules.sameness import (
    issue_words,
    name_block,
    name_parts,
    same_name,
    similar_issue,
)

LOOK_BACK = (
    20  # earlier cases of one name that are compared; keeps the cost even where one name is everywhere
)


@rule("medium", scope="register", needs=("received_on", "customer_name", "issue"))
def duplicate_row(cases: Sequence[Case], today: date) -> Iterable[tuple[Case, Flag]]:
    """The same complaint seems to be there twice: same customer, same date received, same issue."""
    seen: dict[tuple[object, str, str], Case] = {}
    for case in cases:
        values = case.values
        customer, issue, received = (
            values.get("customer_name"),
            values.get("issue"),
            values.get("received_on"),
        )
        if received is None or not isinstance(customer, str) or not isinstance(issue, str):
            continue
        first = seen.setdefault((received, customer.casefold(), issue.casefold()), case)
        if first is not case:
            said = f"The same customer, date and issue stand in {place(first, case)}. Is it there twice?"
            yield case, Flag(said)


@rule("medium", scope="register", needs=("received_on", "customer_name", "issue"))
def repeat_customer(
    cases: Sequence[Case], today: date, within_days: int = 90, shared_words: float = 0.5
) -> Iterable[tuple[Case, Flag]]:
    """The same customer had a similar complaint that is still open, or came in at most 90 days before.

    Only cases that are open or came in during the last `within_days` are spoken of. Names are compared
    strictly (see `sameness.same_name`); issues count as similar where `shared_words` of the shorter one's
    words are shared.
    """
    window = timedelta(days=within_days)
    for block in _by_name(cases):
        dated = sorted(_dated(block), key=_order)
        for number, (day, case) in enumerate(dated):
            if case.open or day >= today - window:
                before = _earlier(dated, number, day - window, shared_words)
                if before is not None:
                    yield case, _repeat(case, before, today)


def _by_name(cases: Sequence[Case]) -> Iterator[list[Case]]:
    """Return the cases of each name that occurs more than once, misspellings included."""
    blocks: dict[str, list[Case]] = {}
    block_of: dict[str, str] = {}
    for case in cases:
        typed = case.values.get("customer_name")
        if isinstance(typed, str):
            block = block_of.get(typed)
            if block is None:
                block = block_of[typed] = name_block(name_parts(typed))
            if block:
                blocks.setdefault(block, []).append(case)
    return (block for block in blocks.values() if len(block) > 1)


def _dated(block: list[Case]) -> list[tuple[date, Case]]:
    return [(day, case) for case in block if (day := case.day("received_on")) is not None]


def _order(pair: tuple[date, Case]) -> tuple[date, time, str]:
    """Return what cases are put in order by; within a day the words decide, so that a sort changes nothing."""
    day, case = pair
    moment = case.values.get("received_on")
    return day, moment.time() if isinstance(moment, datetime) else time.min, case.text("issue")


def _earlier(
    dated: Sequence[tuple[date, Case]], number: int, since: date, shared_words: float
) -> Case | None:
    """Return the latest case before that number, of the same customer and a similar issue, open or recent."""
    case = dated[number][1]
    words = issue_words(case.text("issue"))
    for day, other in reversed(dated[max(0, number - LOOK_BACK) : number]):
        if (other.open or day >= since) and _alike(case, other, words, shared_words):
            return other
    return None


def _alike(case: Case, other: Case, words: frozenset[str], shared_words: float) -> bool:
    if _one_row_twice(case, other) or not same_name(case.text("customer_name"), other.text("customer_name")):
        return False
    return similar_issue(words, issue_words(other.text("issue")), shared_words)


def _one_row_twice(case: Case, other: Case) -> bool:
    """Return True where the two are one complaint written down twice, of which `duplicate-row` speaks."""
    same_day = case.values.get("received_on") == other.values.get("received_on")
    return same_day and case.text("issue").casefold() == other.text("issue").casefold()


def _repeat(case: Case, before: Case, today: date) -> Flag:
    received = before.day("received_on")
    day = f" on {day_name(received, today)}" if received else ""
    state = "still open" if before.open else "resolved"
    handler = before.text("case_owner")
    said = f"The same customer had a similar complaint{day} ({place(before, case)}, {state})."
    if handler and before.open and handler != case.text("case_owner"):
        said += f" {handler} is handling it: please pass the query back."
    elif not before.open:
        said += " Did the first answer last?"
    return Flag(said, severity=None if case.open else "low")
