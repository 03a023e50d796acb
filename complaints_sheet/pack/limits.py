"""Each time limit of the procedures over some days: how many cases kept it, broke it, or cannot be judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import Judgement, Outcome, Verdict
from complaints_sheet.pack.figure import Figure, Group, share_of
from complaints_sheet.pack.frame import Frame


@dataclass(frozen=True, slots=True)
class Limit:
    """One time limit, by its procedure and its id, and the share of the cases due that kept it."""

    policy: str
    clock: str
    figure: Figure

    def cases(self, label: str) -> tuple[str, ...]:
        """Return the cases of one group: "Kept", "Broken" or "Could not be judged"."""
        return tuple(name for group in self.figure.groups if group.label == label for name in group.cases)


LABELS: dict[Outcome, str] = {"met": "Kept", "breached": "Broken", "cannot_judge": "Could not be judged"}


def limits(judgements: Sequence[Judgement], frame: Frame, period: Period) -> tuple[Limit, ...]:
    """Return each time limit that fell due in the period, in the order of the cases.

    A case without a due day counts by the day it was received; `frame` holds the cases of `judgements`.
    """
    names = iter(frame.table["name"])
    found: dict[tuple[str, str], dict[Outcome, list[str]]] = {}
    for judgement in judgements:
        for case, verdicts in zip(judgement.register.cases, judgement.verdicts, strict=True):
            name = str(next(names))
            for each in verdicts:
                day = _day(each) or case.day("received_on")
                if period.holds(day) and each.outcome != "not_applicable":
                    key = (each.policy, each.clock)
                    found.setdefault(key, {}).setdefault(each.outcome, []).append(name)
    return tuple(_limit(key, cases) for key, cases in found.items())


def _limit(key: tuple[str, str], cases: dict[Outcome, list[str]]) -> Limit:
    met, breached, unknown = (Group(label, tuple(cases.get(each, ()))) for each, label in LABELS.items())
    policy, clock = key
    return Limit(policy, clock, share_of(f"limit-{policy}-{clock}", clock, met, breached, unknown))


def _day(verdict: Verdict) -> date | None:
    return verdict.due.date() if isinstance(verdict.due, datetime) else verdict.due
