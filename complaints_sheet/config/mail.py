"""What mails may say, who is reminded of what and when, and who gets which mail."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from typing import Annotated

from pydantic import Field

from complaints_sheet.config.registers import RegisterConfig
from complaints_sheet.config.sections import Sections, not_among
from complaints_sheet.config.typed import Lines, WorkingDays, YesNo, address, many
from complaints_sheet.config.yaml_file import Written
from complaints_sheet.core.lines import LineRules
from complaints_sheet.core.notice import MailRules, RouteName
from complaints_sheet.core.people import Directory, Person
from complaints_sheet.core.routing import one_address
from complaints_sheet.core.telling import Steps


@dataclass(frozen=True, slots=True)
class MailConfig:
    """What mails may say: customers' names or not; and who is reminded of what, when."""

    customer_names: bool
    rules: MailRules


_USUAL = MailRules()


_ANSWERS: Mapping[str, bool] = {"yes": True, "on": True, "no": False, "off": False}


class RoutesSection(Written):
    """The part `routes` of the section `mail`: `yes` for the usual people, `no`, or who gets it instead."""

    owner_digest: Lines = Field(
        default="yes", description="What each case owner has to do; or `no`, or who gets it instead."
    )
    manager_exceptions: Lines = Field(
        default="yes", description="What is past the standard, for leads and managers; or as above."
    )
    approvals: Lines = Field(
        default="yes", description="What waits for the director; with `no` the coordinator hears of it."
    )
    coordinator: Lines = Field(
        default="yes",
        description="What nobody else can act on, and runs that fail; or who hears it instead.",
    )
    weekly_review: Lines = Field(
        default="yes", description="The week and every open case, for the coordinator; or as above."
    )
    pack: Lines = Field(
        default="yes",
        description="The meeting's pack, for senior management, when it is written; or as above.",
    )
    wider_team: Lines = Field(
        default="yes", description="Proposed changes to comment on, for the wider team; or as above."
    )


class MailSection(Written):
    """The section `mail`."""

    customer_names: YesNo = Field(default=False, description="Whether the body of a mail may name customers.")
    most_lines: Annotated[int, Field(ge=1, le=200)] = Field(
        default=_USUAL.cap, description='How many cases a mail lists before it says "and 14 more".'
    )
    remind_on: tuple[Annotated[int, Field(ge=0, le=260)], ...] = Field(
        default=_USUAL.steps.at,
        description="On which working days past its date a case is told, 0 being the day itself.",
    )
    then_every: WorkingDays = Field(
        default=_USUAL.steps.then_every, description="How often after that; 0 for never again."
    )
    most_times: Annotated[int, Field(ge=1, le=100)] = Field(
        default=_USUAL.steps.most, description="How many times at most one thing is told."
    )
    lead_after: WorkingDays = Field(
        default=_USUAL.lead_after, description="When the owner's lead is told too."
    )
    manager_after: WorkingDays = Field(
        default=_USUAL.manager_after, description="When the manager above is told too."
    )
    look_ahead: WorkingDays = Field(
        default=_USUAL.lines.soon_working_days, description="How far ahead a digest lists what falls due."
    )
    snooze_cap: WorkingDays = Field(
        default=_USUAL.snooze_cap, description="How long past its date a case can be put off at most."
    )
    grace: WorkingDays = Field(
        default=_USUAL.lines.grace_days,
        description="How long a new row is not asked about its gaps; the first day counts.",
    )

    routes: RoutesSection = Field(default=RoutesSection(), description="Who gets which mail.")

    def rules(self) -> MailRules:
        """Return who is reminded of what, when, as the program uses it."""
        return MailRules(
            lines=LineRules(
                soon_working_days=self.look_ahead,
                customer_names=self.customer_names,
                grace_days=self.grace,
            ),
            steps=Steps(self.remind_on, self.then_every, self.most_times),
            lead_after=self.lead_after,
            manager_after=self.manager_after,
            cap=self.most_lines,
            snooze_cap=self.snooze_cap,
        )


def mail_config(
    sections: Sections, people: Directory, registers: Iterable[RegisterConfig], digest_at: time
) -> MailConfig:
    """Return what mails may say; notes everybody named in a route who cannot be written to.

    `digest_at` is the hour from which digests go to whoever has none of their own.
    """
    written = sections.section(MailSection, "mail")
    found = dict(_routes(sections, written.routes, people))
    rules = written.rules()
    lines = replace(rules.lines, links={each.id: each.link for each in registers if each.link})
    return MailConfig(written.customer_names, replace(rules, lines=lines, routes=found, digest_at=digest_at))


def _routes(
    sections: Sections, written: RoutesSection, people: Directory
) -> Iterator[tuple[RouteName, tuple[Person, ...]]]:
    """Yield each route that is not the usual one, with who gets its mail."""
    names: Mapping[str, RouteName] = {
        "owner_digest": "owner digest",
        "manager_exceptions": "manager exceptions",
        "approvals": "approvals",
        "coordinator": "coordinator",
        "weekly_review": "weekly review",
        "pack": "pack",
        "wider_team": "wider team",
    }
    for key, route in names.items():
        asked = many(getattr(written, key))
        answer = _ANSWERS.get(asked[0].casefold()) if len(asked) == 1 else None
        if answer is None:
            yield route, tuple(_named(sections, key, asked, people))
        elif not answer:
            yield route, ()


def _named(sections: Sections, key: str, asked: Sequence[str], people: Directory) -> Iterator[Person]:
    for typed in asked:
        found = people.match(typed)
        if found is not None and one_address(found.email):
            yield found
        elif found is not None:
            sections.note(f"{found.name} has no e-mail address among the people", "mail", "routes", key)
        elif key == "wider_team" and one_address(typed):
            yield Person(typed, address(typed))
        else:
            names = [person.name for person in people.people]
            sections.note(not_among("the person", typed, names), "mail", "routes", key)
