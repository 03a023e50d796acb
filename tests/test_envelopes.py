"""No mail to the wrong person, no header from a cell, no customer's name where a lock screen shows it."""

import os
from dataclasses import replace
from datetime import date
from email import message_from_bytes
from email.policy import default

from hypothesis import given, settings
from hypothesis import strategies as st

from complaints_sheet.core.alerts import rang_alert
from complaints_sheet.core.digests import preheader, subject
from complaints_sheet.core.lines import LineRules
from complaints_sheet.core.notice import MailRules
from complaints_sheet.core.notices import plan
from complaints_sheet.mail import compose
from tests.envelopes import Tally, faults_of, look_at, office
from tests.mail_by_hand import (
    AMIRA,
    CALENDAR,
    LETTERHEAD,
    MONDAY,
    PEOPLE,
    ROLES,
    decided,
    done,
    judged,
    of,
    row,
)

OFFICES = int(os.environ.get("FUZZED_OFFICES", "200"))


def test_every_envelope_is_the_right_directory_address_and_no_header_is_injected() -> None:
    tally = Tally()
    for seed in range(OFFICES):
        look_at(seed, tally)
    assert tally.faults == []
    assert min(tally.mails.values()) > 10
    assert len(tally.mails) == 4


def test_the_measure_sees_a_wrong_envelope_and_an_injected_header() -> None:
    notice = of(decided([row(date(2026, 10, 13))]), "owner digest", AMIRA).notice
    assert notice is not None
    message = compose(notice, LETTERHEAD, MailRules(), MONDAY)
    here = replace(office(0), people=PEOPLE)
    assert list(faults_of(message, {AMIRA.email}, here)) == []
    assert any("envelope" in each for each in faults_of(message, {"tom.ashworth@example.org"}, here))
    elsewhere = replace(message, to="tom.ashworth@example.org")
    assert any("another receiver" in each for each in faults_of(elsewhere, {elsewhere.to}, here))
    injected = replace(message, content=b"Bcc: x@evil.example\r\n" + message.content)
    assert any("injected headers" in each for each in faults_of(injected, {AMIRA.email}, here))


NAMES = st.text(st.characters(categories=["Lu", "Ll"]), min_size=5, max_size=12).map("Qx".__add__)


@settings(max_examples=40, deadline=None)
@given(NAMES, NAMES, st.booleans())
def test_subject_preheader_and_file_name_never_hold_a_customers_name(
    first: str, last: str, allowed: bool
) -> None:
    name = f"{first} {last}"
    told = f"{name} rang. Mrs {last} is waiting"
    rows = [
        row(date(2026, 10, 13), issue=told, customer_name=name),
        row(date(2026, 11, 16), "Nobody Known", issue=told, customer_name=name),
        row(date(2026, 11, 18), issue=told, customer_name=name, department=None),
        done(date(2026, 11, 2), date(2026, 11, 3), resolution="", issue=told, customer_name=name),
    ]
    judgement = judged(rows)
    rules = MailRules(lines=LineRules(customer_names=allowed))
    notices = plan([judgement], PEOPLE, ROLES, [], MONDAY, calendar=CALENDAR, rules=rules)
    assert {each.kind for each in notices} >= {
        "owner digest",
        "manager exceptions",
        "coordinator",
        "weekly review",
    }
    for notice in notices:
        message = compose(notice, LETTERHEAD, rules, MONDAY)
        shown = (subject(notice), preheader(notice, LETTERHEAD), message.file_name, message.subject)
        assert not any(part in place for part in (first, last) for place in shown)
        if not allowed:
            text = message_from_bytes(message.content, policy=default).get_body(("plain",)).get_content()
            assert name not in " ".join(text.split())
    rang = rang_alert(judgement.register.cases[0], PEOPLE, ROLES, MONDAY, customer_names=allowed)
    assert rang is not None
    assert not any(
        part in place for part in (first, last) for place in (rang.subject, rang.headline, rang.key)
    )
