"""Fuzzed registers and directories: every envelope is the current owner's directory address, or a role's.

Run: python -m tests.envelopes [offices]    10,000 by default; CI runs fewer

Each office is drawn by its seed: names that fold alike, spellings that belong to two people, addresses that
are lists, broken or hold line breaks, cells that hold addresses, people away with deputies of every kind,
routes switched off or pointed elsewhere, words that try to add a header. Every mail of the office is written,
queued as bytes and read back.
"""

import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from random import Random

from complaints_sheet.config.people import Roles
from complaints_sheet.core.guards import header_addresses
from complaints_sheet.core.lines import LineRules
from complaints_sheet.core.messages import Message
from complaints_sheet.core.model import Judgement, Value
from complaints_sheet.core.notice import MailRules, Notice
from complaints_sheet.core.notices import plan
from complaints_sheet.core.people import Directory, Person, directory, plain_name
from complaints_sheet.core.routing import one_address
from complaints_sheet.mail import compose
from tests.mail_by_hand import CALENDAR, LETTERHEAD, MONDAY, judged, row

TODAY = MONDAY.date()
HEADERS = frozenset(
    (
        *("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References"),
        *("Auto-Submitted", "X-Auto-Response-Suppress", "List-Id", "X-Complaints-Sheet-Key"),
        *("MIME-Version", "Content-Type"),
    )
)
NAMES = (
    *("Ann Lee", "ann  lee", "A. Lee", "ANN LEE", "Lee", "Bob", "Bob Ray", "Rob Ray", "Zoë Öz", "Zoe Oz"),
    *("Ann Lee\r\nBcc: x@evil.example", "Bob <x@evil.example>", "Zoe, Ann", '"Ann" ; Bob', "\u202eeeL nnA"),
)
ADDRESSES = (
    *(
        "ann@example.org",
        "bob@example.org",
        "zoe@example.org",
        "lee@example.org",
        "O'Dowd+x@mail.example.org",
    ),
    *(
        "a@example.org, b@example.org",
        "a@example.org;b@example.org",
        "ann@example.org\r\nBcc: x@evil.example",
    ),
    *("Ann <ann@example.org>", "no address", "a@b@example.org", "ä@example.org", "", None),
)
CELLS = (*NAMES, *filter(None, ADDRESSES), "", "?", "Ann Lee / Bob", "x@evil.example", "Ann", "bob ray ")
WORDS = (
    *("Leak", "Ann Lee was rude", "", "x\r\nBcc: x@evil.example\r\n\r\nbody", "=cmd|' /C calc'!A0"),
    *("{{ 7*7 }}", "<script>alert(1)</script>", "To: x@evil.example", "\u2028Cc: x@evil.example", "東京 👍"),
)


@dataclass
class Tally:
    """What was seen: offices, mails by kind, and every fault in words."""

    offices: int = 0
    mails: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Office:
    """One office: its people, their roles, the rules of its mail, its register."""

    people: Directory
    roles: Roles
    rules: MailRules
    rows: Sequence[Mapping[str, Value]]


def office(seed: int) -> Office:
    """Return the office of a seed."""
    chance = Random(seed)
    names = chance.sample(NAMES, 7) if chance.random() < 0.7 else chance.choices(NAMES, k=7)
    people = directory(_person(chance, name, names) for name in names[: chance.randrange(8)])
    held = [each for each in people.people if one_address(each.email)]
    coordinator, director = (chance.choice([*held, None]) if held else None for _ in range(2))
    rules = MailRules(
        lines=LineRules(customer_names=chance.random() < 0.2, links={"main": "https://example.org/d"}),
        routes=_routes(chance, held),
        cap=chance.choice([1, 3, 25]),
    )
    owners = [*CELLS, *(each.name for each in people.people for _ in range(6))]
    rows = [_row(chance, owners) for _ in range(chance.randrange(12))]
    return Office(people, Roles(coordinator=coordinator, director=director), rules, rows)


def _person(chance: Random, name: str, names: Sequence[str]) -> Person:
    def perhaps() -> str | None:
        return chance.choice(names) if chance.random() < 0.6 else None

    good = f"{plain_name(name).replace(' ', '.')[:20]}@example.org"
    address = good if one_address(good) and chance.random() < 0.6 else chance.choice(ADDRESSES)
    away = ((date(2026, 11, 20), date(2026, 11, 30)),) if chance.random() < 0.3 else ()
    also = tuple(chance.sample(NAMES, chance.choice([0, 0, 1, 2])))
    return Person(name, address, also, manager=perhaps(), deputy=perhaps(), away=away)


def _routes(chance: Random, held: Sequence[Person]) -> dict[str, tuple[Person, ...]]:
    if chance.random() < 0.7:
        return {}
    kinds = ("owner digest", "manager exceptions", "approvals", "coordinator", "weekly review")
    someone = chance.sample(held, min(len(held), chance.randrange(3)))
    return {chance.choice(kinds): tuple(someone)}


def _row(chance: Random, owners: Sequence[str]) -> Mapping[str, Value]:
    received = TODAY - timedelta(days=chance.randrange(45)) if chance.random() < 0.9 else None
    more: dict[str, Value] = {"resolved": True, "followed_up_on": TODAY} if chance.random() < 0.2 else {}
    return row(
        received,
        chance.choice(owners),
        issue=chance.choice(WORDS),
        department=chance.choice(WORDS) or "Repairs",
        customer_name=chance.choice(NAMES),
        **more,
    )


# --- the slow way to say who may get what -----------------------------------------------------------------


def meant(people: Directory, typed: str) -> Person | None:
    """Return the one person whose name, spelling or address folds like the cell, going through them all."""
    found = [
        each
        for each in people.people
        if plain_name(typed)
        in {plain_name(text) for text in (each.name, *each.also, each.email or "") if text}
    ]
    return found[0] if typed.strip() and len(found) == 1 else None


def stands_in(people: Directory, person: Person) -> Person:
    """Return who is written to in the person's place today."""
    away = any(first <= TODAY <= last for first, last in person.away)
    deputy = meant(people, person.deputy or "") if away else None
    here = deputy and not any(first <= TODAY <= last for first, last in deputy.away)
    return deputy if deputy and here and one_address(deputy.email) else person


def owners_address(people: Directory, typed: str) -> str | None:
    """Return the one address that a case with this owner goes to, or None where it goes to no owner."""
    owner = meant(people, typed)
    if owner is None or one_address(owner.email) is None:
        return None
    return stands_in(people, owner).email


def _managers(people: Directory, typed: str) -> Iterator[str | None]:
    owner = meant(people, typed)
    person = owner
    for _ in range(2):
        person = meant(people, person.manager) if person and person.manager else None
        if person:
            yield stands_in(people, person).email


def may_get(office: Office, notice: Notice, judgement: Judgement) -> set[str | None]:
    """Return the addresses to which this notice may go by the rules, worked out row by row."""
    if notice.kind in office.rules.routes:
        return {stands_in(office.people, each).email for each in office.rules.routes[notice.kind]}
    roles = [each for each in (office.roles.coordinator, office.roles.director) if each]
    if notice.kind not in {"owner digest", "manager exceptions"}:
        return {stands_in(office.people, each).email for each in roles}
    cases = {f"Row {case.row}": case.text("case_owner") for case in judgement.register.cases}
    typed = [cases[entry.case] for section in notice.sections for entry in section.entries]
    if notice.kind == "owner digest":
        each_may = [{owners_address(office.people, name)} for name in typed]
    else:
        each_may = [set(_managers(office.people, name)) for name in typed]
    return set.intersection(*each_may) if each_may else set()


# --- one office -------------------------------------------------------------------------------------------


def look_at(seed: int, tally: Tally) -> None:
    """Write every mail of one office, and note every fault."""
    here = office(seed)
    judgement = judged(here.rows, people=here.people)
    head = replace(
        LETTERHEAD, organisation=Random(seed).choice(WORDS) or "Homes", reply_to=here.roles.coordinator
    )
    tally.offices += 1
    for notice in plan([judgement], here.people, here.roles, [], MONDAY, calendar=CALENDAR, rules=here.rules):
        message = compose(notice, head, here.rules, MONDAY)
        tally.mails[notice.kind] += 1
        allowed = may_get(here, notice, judgement)
        tally.faults += [
            f"office {seed}, {notice.kind}: {fault}" for fault in faults_of(message, allowed, here)
        ]


def faults_of(message: Message, allowed: set[str | None], here: Office) -> Iterator[str]:
    """Yield what is wrong with one mail, which may go to these addresses only."""
    known = {each.email for each in here.people.people}
    if message.to not in known or message.to not in allowed or one_address(message.to) != message.to:
        yield f"the envelope {message.to!r} is not one of {allowed}"
    if list(header_addresses(message.content)) != [message.to]:
        yield "the headers name another receiver"
    mime = message_from_bytes(message.content, policy=default)
    assert isinstance(mime, EmailMessage)
    if [each.addr_spec for each in mime["To"].addresses] != [message.to]:
        yield "To is not the envelope"
    if extra := {*mime.keys()} - HEADERS or [key for key, many in Counter(mime.keys()).items() if many > 1]:
        yield f"injected headers: {extra}"
    if any(part.defects for part in mime.walk()) or mime.get_content_type() != "multipart/alternative":
        yield "the message does not read back whole"
    if re.search(r"[\r\n]", message.subject) or len(message.subject) > 60:
        yield f"the subject is not one short line: {message.subject!r}"


def main(offices: int) -> int:
    """Look at so many offices, print what was seen, and return 1 where there is a fault."""
    tally, began = Tally(), time.perf_counter()
    for seed in range(offices):
        look_at(seed, tally)
    print(
        f"{tally.offices:,} offices, {sum(tally.mails.values()):,} mails, {time.perf_counter() - began:.0f} s"
    )
    for kind, number in sorted(tally.mails.items()):
        print(f"  {number:7,}  {kind}")
    wrong = sum("envelope" in each or "receiver" in each for each in tally.faults)
    injected = sum("injected" in each for each in tally.faults)
    print(f"envelopes that are not the right directory address: {wrong}")
    print(f"injected headers: {injected}")
    for fault in tally.faults[:10]:
        print(fault)
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
