"""Every figure of the pack, worked out from the judged cases: each with its base and the cases behind it."""

from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import Money
from complaints_sheet.core.people import plain_name
from complaints_sheet.core.wording import count, listing, money
from complaints_sheet.pack.figure import Figure, Group, not_recorded, number_of, share_of
from complaints_sheet.pack.frame import Frame, Mask
from complaints_sheet.pack.options import Windows, windows

SATISFIED = frozenset({"very satisfied", "fairly satisfied", "yes"})
REPEAT = 2  # complaints under one name in ninety days


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """The figures that describe what happened in the period."""

    received: Figure
    in_standard: Figure
    days_to_follow_up: Figure
    first_contact: Figure
    handling: Figure
    outcome: Figure
    goodwill: Figure
    failure_cost: Figure
    failures: Figure
    repeat: Figure

    @property
    def all(self) -> tuple[Figure, ...]:
        """Return the figures in the order of the pack."""
        return tuple(getattr(self, name) for name in self.__slots__)


def period_figures(frame: Frame, period: Period, calendar: Calendar) -> PeriodFigures:
    """Return what happened in the period, each figure as defined on the pack's last page."""
    looks = windows(period)
    return PeriodFigures(
        received=number_of("received", "Received", frame.names(frame.within("received", period))),
        in_standard=in_standard(frame, period),
        days_to_follow_up=days_to_follow_up(frame, period, calendar),
        first_contact=first_contact(frame, period),
        handling=satisfied(frame, looks, "handling", "Satisfied with handling", "handled_fairly"),
        outcome=satisfied(frame, looks, "outcome", "Satisfied with outcome", "happy_with_outcome"),
        goodwill=amount_paid(frame, period, "goodwill", "Goodwill paid", "goodwill_amount"),
        failure_cost=amount_paid(frame, period, "failure-cost", "Cost of service failure", "failure_cost"),
        failures=service_failures(frame, period),
        repeat=repeat_customers(frame, looks),
    )


def in_standard(frame: Frame, period: Period, only: Mask | None = None, fewest: int = 10) -> Figure:
    """Return the share of the cases due in the period that met the standard; open past due is missed.

    Cases that cannot be judged are counted apart. Cases not due yet at the as-of moment are in neither.
    """
    table = frame.table
    due = frame.within("due", period)
    undated = (table["due"] == 0) & frame.within("received", period)
    chosen = due if only is None else due & only
    unknown = ((due | undated) if only is None else (due | undated) & only) & (
        table["outcome"] == "cannot_judge"
    )
    return share_of(
        "in-standard",
        frame.options.standard.label,
        Group("In time", frame.names(chosen & (table["outcome"] == "met"))),
        Group("Missed", frame.names(chosen & (table["outcome"] == "breached"))),
        Group("Could not be judged", frame.names(unknown)),
        fewest=fewest,
    )


def days_to_follow_up(frame: Frame, period: Period, calendar: Calendar) -> Figure:
    """Return the median working days from received to followed up, and the longest; never the mean alone."""
    table = frame.table
    done = frame.within("followed", period)
    sound = done & (table["received"] > 0) & (table["followed"] >= table["received"])
    days = [
        calendar.working_days_between(
            case.day("received_on") or frame.today, case.day("followed_up_on") or frame.today
        )
        for case in (frame.cases[at] for at in frame.positions(sound))
    ]
    unknown = frame.names(done & ~sound)
    median = float(pd.Series(days).median()) if days else None
    return Figure(
        "days-to-follow-up",
        "Median working days to follow up",
        "None" if median is None else f"{median:g}",
        median,
        denominator=None,
        not_judged=len(unknown),
        groups=_present(Group("Followed up", frame.names(sound)), Group("Could not be judged", unknown)),
        note=f"the longest was {count(max(days), 'working day')}; {len(days)} followed up" if days else "",
    )


def first_contact(frame: Frame, period: Period) -> Figure:
    """Return the share of complaints received in the period that were resolved at first contact."""
    table = frame.table
    received = frame.within("received", period)
    same_day = received & (table["followed"] == table["received"]) & ~table["open"]
    unknown = received & ~table["open"] & (table["followed"] == 0)
    return share_of(
        "first-contact",
        "Resolved at first contact",
        Group("Resolved the day received", frame.names(same_day)),
        Group("Not", frame.names(received & ~same_day & ~unknown)),
        Group("Could not be judged", frame.names(unknown)),
    )


def satisfied(frame: Frame, looks: Windows, figure_id: str, label: str, field: str) -> Figure:
    """Return the share of satisfied answers among those who answered, over twelve weeks."""
    if field not in frame.recorded:
        return not_recorded(figure_id, label, field)
    asked = frame.within("followed", looks.twelve_weeks)
    answers = {at: frame.cases[at].text(field) for at in frame.positions(asked)}
    good = frame.mask(at for at, answer in answers.items() if answer in SATISFIED)
    poor = frame.mask(at for at, answer in answers.items() if answer and answer not in SATISFIED)
    unread = frame.mask(at for at in answers if field in frame.cases[at].problems)
    answered = count(int((good | poor).sum()), "answer")
    return share_of(
        figure_id,
        label,
        Group("Satisfied", frame.names(good)),
        Group("Not satisfied", frame.names(poor)),
        Group("Answer could not be read", frame.names(unread)),
        note=f"{answered} from {int(asked.sum())} followed up in 12 weeks",
    )


def amount_paid(frame: Frame, period: Period, figure_id: str, label: str, field: str) -> Figure:
    """Return the money of a column over the cases followed up in the period: how many, and the sum."""
    if field not in frame.recorded:
        return not_recorded(figure_id, label, field)
    positions = frame.positions(frame.within("followed", period))
    found = [(at, frame.cases[at].money(field)) for at in positions]
    paid = [(at, each) for at, each in found if each is not None and each.amount > 0]
    unread = [at for at in positions if field in frame.cases[at].problems]
    names = frame.table["name"]
    return Figure(
        figure_id,
        label,
        sums([each for _, each in paid]) if paid else "None",
        sum((each.amount for _, each in paid), Decimal(0)),
        numerator=len(paid),
        denominator=len(positions),
        not_judged=len(unread),
        groups=_present(
            Group(label, tuple(names[at] for at, _ in paid)),
            Group("Amount could not be read", tuple(names[at] for at in unread)),
        ),
        note=f"{count(len(paid), 'case')} of {len(positions)} followed up",
    )


def service_failures(frame: Frame, period: Period) -> Figure:
    """Return how many complaints received in the period are marked as a service failure; blank is not no."""
    figure_id, label, field = "service-failures", "Service failures", "service_failure"
    if field not in frame.recorded:
        return not_recorded(figure_id, label, field)
    received = frame.positions(frame.within("received", period))
    marks = {at: frame.cases[at].values.get(field) for at in received}
    failed = frame.names(frame.mask(at for at, mark in marks.items() if mark is True))
    unknown = frame.names(frame.mask(at for at, mark in marks.items() if not isinstance(mark, bool)))
    return Figure(
        figure_id,
        label,
        f"{len(failed):,}",
        len(failed),
        len(failed),
        len(received) - len(unknown),
        len(unknown),
        _present(Group(label, failed), Group("Not filled in or not readable", unknown)),
        f"of {count(len(received) - len(unknown), 'complaint')} received and marked yes or no",
    )


def sums(amounts: list[Money]) -> str:
    """Return the amounts added up, each currency for itself."""
    totals: dict[str, Decimal] = {}
    for each in amounts:
        totals[each.currency] = totals.get(each.currency, Decimal(0)) + each.amount
    return listing(money(total, currency or "GBP") for currency, total in sorted(totals.items()))


def repeat_customers(frame: Frame, looks: Windows) -> Figure:
    """Return how many names complained twice or more in ninety days: possible repeats only."""
    recent = frame.within("received", looks.ninety_days)
    typed = {at: frame.cases[at].text("customer_name") for at in frame.positions(recent)}
    names = pd.Series({at: plain_name(name) for at, name in typed.items() if name}, dtype="object")
    often = names[names.groupby(names).transform("size") >= REPEAT]
    again = frame.mask(int(at) for at in often.index)
    people = int(often.nunique())
    return Figure(
        "repeat",
        "Possible repeat complainants",
        f"{people:,}",
        people,
        groups=_present(Group("Complaints under a name that appears twice or more", frame.names(again))),
        note=f"{count(int(again.sum()), 'complaint')} in 90 days; the same name need not be the same person",
    )


def _present(*groups: Group) -> tuple[Group, ...]:
    return tuple(group for group in groups if group.cases)
