"""Rules that compare rows: one written down twice, and a customer who had to come back."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from complaints_sheet.core.model import Case, Flag
from complaints_sheet.core.rules.phrases import day_name, place
from complaints_sheet.core.rules.registry import rule
from complaints_sheet.core.rules.sameness import (
    issue_words,
    letters_of,
    plain_customer,
    same_person,
    similar_issue,
)

LOOK_BACK = (
    20  # earlier cases of one name that are compared; keeps the cost even where one name is everywhere
)


@rule("medium", scope="register", needs=("received_on", "customer_name", "issue"))
def duplicate_row(cases: Sequence[Case], today: date) -> Iterable[tuple[Case, Flag]]:
    """The same complaint seems to be there twice: same customer, same date received, same issue."""
    for of_one_day in _same_customer_and_day(cases):
        seen: dict[str, Case] = {}
        for case in of_one_day:
            first = seen.setdefault(case.text("issue").casefold(), case)
            if first is not case:
                said = f"The same customer, date and issue stand in {place(first, case)}. Is it there twice?"
                yield case, Flag(said)


def _same_customer_and_day(cases: Sequence[Case]) -> Iterable[list[Case]]:
    """Return the cases that share customer and date received with another, together; few do."""
    seen: dict[tuple[object, str], Case] = {}
    together: dict[tuple[object, str], list[Case]] = {}
    for case in cases:
        values = case.values
        customer, received = values.get("customer_name"), values.get("received_on")
        if received is None or not isinstance(customer, str) or "issue" not in values:
            continue
        key = received, customer.casefold()
        first = seen.setdefault(key, case)
        if first is not case:
            together.setdefault(key, [first]).append(case)
    return together.values()


@rule("medium", scope="register", needs=("received_on", "customer_name", "issue"))
def repeat_customer(
    cases: Sequence[Case], today: date, within_days: int = 90, shared_words: float = 0.5
) -> Iterable[tuple[Case, Flag]]:
    """The same customer had a similar complaint that is still open, or came in at most 90 days before.

    Only cases that are open or came in during the last `within_days` are spoken of. Names are compared
    strictly (see `sameness.same_person`); issues count as similar where `shared_words` of the shorter one's
    words are shared.
    """
    window = timedelta(days=within_days)
    for of_one in _by_customer(cases, today - window):
        dated = sorted(_dated(of_one), key=_order)
        for number, (day, case) in enumerate(dated):
            if _is_current(case, today - window):
                before = _earlier(dated, number, day - window, shared_words)
                if before is not None:
                    yield case, _repeat(case, before, today)


def _by_customer(cases: Sequence[Case], since: date) -> Iterator[list[Case]]:
    """Return the cases of each customer who has a current case and others, names with a slip among them.

    Most customers of a long register have no current case: of theirs only the plain name is worked out.
    """
    both = [(case, name) for case in cases if (name := _customer(case))]
    current = {name for case, name in both if _is_current(case, since)}
    letters = {letters_of(name) for name in current} - {()}
    by_name: dict[str, list[Case]] = {}
    for case, name in both:
        if name in current or (letters and letters_of(name) in letters):
            by_name.setdefault(name, []).append(case)
    alike: dict[tuple[str, ...], list[str]] = {}
    for name in by_name:
        alike.setdefault(letters_of(name), []).append(name)
    alike.pop((), None)
    for likely in alike.values():
        for name, other in pairwise(sorted(likely)):
            if same_person(name, other):
                by_name[other] = by_name.pop(name) + by_name[other]
    return (of_one for of_one in by_name.values() if len(of_one) > 1)


def _customer(case: Case) -> str:
    """Return the customer's name for comparing, or nothing where there is none."""
    typed = case.values.get("customer_name")
    return plain_customer(typed) if isinstance(typed, str) else ""


def _is_current(case: Case, since: date) -> bool:
    """Return True for a case that is open or came in on that day or later."""
    if case.values.get("resolved") is not True:
        return True
    day = case.day("received_on")
    return day is not None and day >= since


def _dated(block: list[Case]) -> list[tuple[date, Case]]:
    return [(day, case) for case in block if (day := case.day("received_on")) is not None]


def _order(pair: tuple[date, Case]) -> tuple[date, time, str]:
    """Return what orders the cases; within a day the words decide, so that a sort changes nothing."""
    day, case = pair
    moment = case.values.get("received_on")
    return day, moment.time() if isinstance(moment, datetime) else time.min, case.text("issue")


def _earlier(
    dated: Sequence[tuple[date, Case]], number: int, since: date, shared_words: float
) -> Case | None:
    """Return the latest case before that number, of the same customer and a similar issue, open or recent."""
    case = dated[number][1]
    for day, other in reversed(dated[max(0, number - LOOK_BACK) : number]):
        if (other.open or day >= since) and _alike(case, other, shared_words):
            return other
    return None


def _alike(case: Case, other: Case, shared_words: float) -> bool:
    if _one_row_twice(case, other) or not same_person(
        case.text("customer_name"), other.text("customer_name")
    ):
        return False
    words, others = issue_words(case.text("issue")), issue_words(other.text("issue"))
    return similar_issue(words, others, shared_words)


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
