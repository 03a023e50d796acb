"""Who gets a kind of mail: its usual receivers, or whoever the config names in their place."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from complaints_sheet.app.workplace import Desk
from complaints_sheet.core.notice import RouteName
from complaints_sheet.core.people import Person
from complaints_sheet.core.routing import default_receiver, one_address, standing_in

if TYPE_CHECKING:
    from complaints_sheet.config.people import Roles


def receivers(desk: Desk, route: RouteName, usual: Sequence[Person]) -> tuple[Person, ...]:
    """Return who gets a kind of mail by the config, a deputy for somebody who is away, nobody twice."""
    asked = desk.config.mail.rules.routes.get(route, tuple(usual))
    today = desk.moment.date()
    found = (standing_in(person, desk.config.directory, today) for person in asked)
    return tuple(dict.fromkeys(person for person in found if one_address(person.email)))


def coordinating(desk: Desk) -> "Roles":
    """Return the roles as the route of the coordinator's mail has them: for messages about one thing.

    Nobody is left to be told where that route is switched off.
    """
    roles = desk.config.roles
    usual = default_receiver(roles)
    people = receivers(desk, "coordinator", (usual,) if usual else ())
    return replace(roles, coordinator=next(iter(people), None), director=roles.director if people else None)
