"""Messages about one thing, outside the digests: a run that stopped, a customer who rang, an idea."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from complaints_sheet.core.digests import Letterhead, first_name, how_to_stop
from complaints_sheet.core.findings import case_mark
from complaints_sheet.core.lines import about
from complaints_sheet.core.model import Case
from complaints_sheet.core.people import Directory, Person
from complaints_sheet.core.routing import Roles, default_receiver, route_name
from complaints_sheet.core.wording import clock_time, day_near, weekday_day, weekday_long

AlertKind: TypeAlias = Literal[
    "register stopped",
    "run failed",
    "test mail",
    "mail trouble",
    "customer rang",
    "pack ready",
    "comment round",
    "agreed change",
    "change made",
    "customers to tell",
]

ALERT_TEMPLATES: Mapping[AlertKind, str] = {
    "register stopped": "mail/alert",
    "run failed": "mail/alert",
    "test mail": "mail/alert",
    "mail trouble": "mail/alert",
    "customer rang": "mail/alert",
    "pack ready": "mail/pack_ready",
    "comment round": "mail/ideas",
    "agreed change": "mail/ideas",
    "change made": "mail/ideas",
    "customers to tell": "mail/ideas",
}
"""The template of each kind, without its ending: .html, and .txt for the text twin."""


@dataclass(frozen=True, slots=True)
class Section:
    """One thing of several that a message is about: its heading, and (label, value) pairs below it."""

    heading: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Alert:
    """One message to write at once: to whom, about what. `key` makes it unique, `told` names its case.

    `facts` are (label, value) pairs to print one below the other, `figures` pairs to print side by side, and
    `points` a numbered list under a heading of its own.
    """

    kind: AlertKind
    key: str
    receiver: Person
    subject: str
    headline: str
    paragraphs: tuple[str, ...]
    why: str
    facts: tuple[tuple[str, str], ...] = ()
    told: Mapping[str, str] = field(default_factory=dict)
    figures: tuple[tuple[str, str], ...] = ()
    points_heading: str = ""
    points: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    closing: tuple[str, ...] = ()  # the last paragraphs

    @property
    def address(self) -> str:
        """Return the one address it goes to, from the directory."""
        return self.receiver.email or ""


def stop_alert(register: str, name: str, words: str, roles: Roles, moment: datetime) -> Alert | None:
    """Return the message that a run stopped before anything was sent, or None where nobody can be told.

    `register` is its id, `name` what people call it, `words` why; `moment` is local.
    """
    receiver = default_receiver(roles)
    if receiver is None:
        return None
    return Alert(
        kind="register stopped",
        key=f"register-stopped:{register}:{moment.date()}",
        receiver=receiver,
        subject=f"Complaints: the register needs a look ({weekday_day(moment.date())})",
        headline="The run was stopped before anything was sent",
        paragraphs=(
            f"At {clock_time(moment)} on {weekday_long(moment.date())}, {name} was not as expected. {words}",
            "No reminders went out, and no row was marked as removed. If the file was half saved or half "
            "copied, nothing needs doing: the next run that reads it well goes on by itself.",
            "If rows or columns are missing, or a column was sorted without the others, bring back the "
            "last good version of the file. If all is as it should be, start once: "
            "complaints-sheet run --accept",
        ),
        why="You get this because you are told what nobody else can act on. It is said once, not every run.",
    )


def failed_alert(job: str, words: str, receiver: Person | None, moment: datetime) -> Alert | None:
    """Return the message that a job could not be done, once a day and job, or None where nobody can be told.

    `words` say why and what to do, in plain words without anybody's data; `moment` is local.
    """
    if receiver is None:
        return None
    return Alert(
        kind="run failed",
        key=f"run-failed:{job}:{moment.date()}",
        receiver=receiver,
        subject=f"Complaints: {job} could not be done ({weekday_day(moment.date())})",
        headline=f"“{job}” could not be done",
        paragraphs=(
            f"At {clock_time(moment)} on {weekday_long(moment.date())}, the job “{job}” stopped. {words}",
            "Nothing is lost: what was told before stays told, and the next run goes on from there. "
            "How things stand: complaints-sheet status",
        ),
        why="You get this because you are told what nobody else can act on. It is said once a day.",
    )


def trial_alert(receiver: Person, server: str, moment: datetime) -> Alert:
    """Return the message by which `doctor` tries whether mail arrives; `moment` is local."""
    return Alert(
        kind="test mail",
        key=f"test:{receiver.email}:{moment.isoformat()}",
        receiver=receiver,
        subject=f"Complaints: a test ({weekday_day(moment.date())}, {clock_time(moment)})",
        headline="This is a test",
        paragraphs=(
            f"If you can read this, mail from the complaints program reaches you by {server}. "
            "Nothing needs doing.",
        ),
        why="You get this because a colleague who sets the program up asked for a test mail to your address.",
    )


def rang_alert(
    case: Case, directory: Directory, roles: Roles, moment: datetime, *, customer_names: bool
) -> Alert | None:
    """Return the message that a customer rang again, to the one person handling the case.

    It goes to whoever hears what nobody else can act on where the owner is not exactly one person with an
    address, and is None where nobody can be told. `moment` is local.
    """
    owner = route_name(case.text("case_owner"), directory, moment.date())
    receiver = owner.receiver or default_receiver(roles)
    if receiver is None:
        return None
    mark = case_mark(case)
    ask = "Please ring them back today, and note the call in the row."
    if owner.receiver is None:
        ask = f"{_nobody(owner.typed)} {ask}"
    return Alert(
        kind="customer rang",
        key=f"customer-rang:{mark}:{moment:%Y-%m-%dT%H:%M}",
        receiver=receiver,
        subject=f"Complaints: the customer of {case.name} rang again ({weekday_day(moment.date())})",
        headline=f"The customer of {case.name} rang again",
        paragraphs=(f"They rang at {clock_time(moment)} on {weekday_long(moment.date())}. {ask}",),
        why=(
            "You get this because your name is in Case Owner, and a colleague asked for it."
            if owner.receiver
            else "You get this because you are told what nobody else can act on."
        ),
        facts=tuple(_facts(case, moment, customer_names=customer_names)),
        told={mark: "rang"},
    )


def _nobody(typed: str) -> str:
    return f"Case Owner is “{typed}”, who cannot be written to." if typed else "Case Owner is empty."


def _facts(case: Case, moment: datetime, *, customer_names: bool) -> list[tuple[str, str]]:
    received = case.day("received_on")
    return [
        ("Case", f"{case.name}, row {case.row}" if case.ref or case.id else case.name),
        ("About", about(case, customer_names=customer_names)),
        ("Received", day_near(received, moment.date()) if received else "no date"),
        ("State", "open" if case.open else "closed"),
    ]


def alert_context(alert: Alert, letterhead: Letterhead) -> Mapping[str, object]:
    """Return everything the templates of an alert print, as plain values."""
    reply_to = letterhead.reply_to
    reply = (
        f"A reply to this e-mail reaches {reply_to.name}." if reply_to and reply_to != alert.receiver else ""
    )
    return {
        "language": letterhead.language,
        "direction": letterhead.direction,
        "organisation": letterhead.name,
        "brand": letterhead.brand,
        "subject": alert.subject,
        "preheader": alert.headline,
        "headline": alert.headline,
        "greeting": f"Hello {first_name(alert.receiver.name)}.",
        "paragraphs": alert.paragraphs,
        "facts": alert.facts,
        "figures": alert.figures,
        "points_heading": alert.points_heading,
        "points": alert.points,
        "sections": alert.sections,
        "closing": alert.closing,
        "registers": (),
        "foot": (alert.why, f"{how_to_stop(letterhead, alert.receiver)} {reply}"),
    }
