"""Who is told of a case: its owner where exactly one person is meant, else the coordinator."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol, TypeAlias

from complaints_sheet.core.people import Directory, Person, plain_name

NoReceiver: TypeAlias = Literal["", "no owner", "not in the people list", "fits two people", "no address"]

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")


class Roles(Protocol):
    """The people of the config that are told things because of their role."""

    @property
    def coordinator(self) -> Person | None:
        """Return who hears what nobody else can act on."""

    @property
    def director(self) -> Person | None:
        """Return who approves and hears referrals."""


@dataclass(frozen=True, slots=True)
class Route:
    """Who a case belongs to, and why nobody can be written to where that is so.

    `owner` is the one person the cell names, None where none or two fit. `receiver` is that person if they
    have an address, or their deputy while they are away. `why_not` is empty exactly when there is a receiver.
    """

    typed: str
    owner: Person | None
    receiver: Person | None
    why_not: NoReceiver


def one_address(text: str | None) -> str | None:
    """Return the text if it is exactly one well-formed address, else None: no list, no name, no space."""
    if text and len(text) <= 254 and _ADDRESS.fullmatch(text) and len(text.partition("@")[0]) <= 64:
        return text
    return None


def route_name(typed: str, directory: Directory, today: date | None = None) -> Route:
    """Return who a name in the register means: one person of the directory, or why nobody.

    On the local day `today` a deputy stands in for somebody who is away; without a day nobody is away.
    """
    if not typed.strip():
        return Route("", None, None, "no owner")
    owner = directory.match(typed)
    if owner is None:
        several = len(directory.by_name.get(plain_name(typed), ())) > 1
        return Route(typed, None, None, "fits two people" if several else "not in the people list")
    if one_address(owner.email) is None:
        return Route(typed, owner, None, "no address")
    return Route(typed, owner, standing_in(owner, directory, today), "")


def standing_in(person: Person, directory: Directory, today: date | None) -> Person:
    """Return who is written to in the person's place: their deputy while they are away, else themselves.

    A deputy who is away too, is not exactly one person or has no address does not stand in, and a deputy's
    own deputy never does.
    """
    if today is None or not person.is_away(today):
        return person
    deputy = directory.match(person.deputy) if person.deputy else None
    if deputy is None or deputy.is_away(today) or one_address(deputy.email) is None:
        return person
    return deputy


def above(person: Person, directory: Directory) -> Person | None:
    """Return the person's manager if exactly one, with an address, is meant; else None."""
    manager = directory.match(person.manager) if person.manager else None
    reachable = manager is not None and manager != person and one_address(manager.email) is not None
    return manager if reachable else None


def escalation(person: Person, directory: Directory) -> tuple[Person, ...]:
    """Return (lead, manager): the person's manager, and that manager's own manager or else the lead again.

    Empty where the person has no manager who can be written to.
    """
    lead = above(person, directory)
    if lead is None:
        return ()
    higher = above(lead, directory)
    return (lead, higher if higher is not None and higher != person else lead)


def default_receiver(roles: Roles) -> Person | None:
    """Return who hears what nobody else can act on: the coordinator, else the director."""
    for person in (roles.coordinator, roles.director):
        if person is not None and one_address(person.email) is not None:
            return person
    return None
