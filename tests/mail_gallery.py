"""Every template of a mail with every reason, for looking at; and pictures of each.

Run: python -m tests.mail_gallery FOLDER    (each as HTML and as pictures: 600 and 360 px, light and dark)
"""

import base64
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from email import message_from_bytes
from email.policy import default
from itertools import product
from pathlib import Path

from complaints_sheet.config.policies import load_policies
from complaints_sheet.core.alerts import Alert, failed_alert, rang_alert, stop_alert, trial_alert
from complaints_sheet.core.announcements import PackNews, pack_alerts
from complaints_sheet.core.digests import TEMPLATES, Letterhead, RegisterPlace
from complaints_sheet.core.idea_mail import agreed_change, changes_made, comment_round
from complaints_sheet.core.ideas import Idea
from complaints_sheet.core.judging import judge
from complaints_sheet.core.lines import LineRules
from complaints_sheet.core.mail_trouble import Trouble, mail_alert
from complaints_sheet.core.meetings import Period
from complaints_sheet.core.messages import Message
from complaints_sheet.core.notice import Entry, Kind, MailRules, Notice
from complaints_sheet.core.notices import decisions
from complaints_sheet.core.policy import PolicyChoice
from complaints_sheet.core.telling import Reason
from complaints_sheet.mail import compose, compose_alert
from tests.axe import SCHEMES, Chromium, browser
from tests.mail_by_hand import (
    AMIRA,
    CALENDAR,
    DANA,
    LETTERHEAD,
    LUCY,
    MONDAY,
    OFFICE,
    PEOPLE,
    ROLES,
    SAM,
    Row,
    decided,
    done,
    judged,
    of,
    reviewed,
    row,
)
from tests.registers import make_register

WIDTHS = (600, 360)
LINKED = MailRules(lines=LineRules(links={"main": "https://sheets.example.org/d/1#gid=0&range=A{row}"}))
HEAD = replace(LETTERHEAD, registers=(RegisterPlace("", "https://sheets.example.org/d/1#gid=0&range=A1"),))
ON_A_DRIVE = replace(
    LETTERHEAD,
    registers=(
        RegisterPlace(
            "Repairs", "", r"\\server01\Shared Documents\Customer Services\Complaints\Repairs 2026.xlsx"
        ),
        RegisterPlace("Lettings", "https://example.org/lettings", ""),
    ),
)

WHY_NOW: Mapping[Reason, tuple[str, str]] = {
    "first notice": ("the first notice", ""),
    "new cases added": ("1 new", "new"),
    "case changed": ("2 changed since last time", ""),
    "due date changed": ("1 with a new due date", "due date changed"),
    "escalated": ("1 escalated to level 2", "now at level 2, first sent 18 Nov"),
    "repeat": ("2 repeats after 3 and 5 working days", "reminder, first sent 18 Nov"),
}
"""Each reason for which a digest goes, with its words and what it says beside a row."""

HARD: tuple[Row, ...] = (
    row(
        date(2026, 10, 13),
        issue="Unterbrechungsfreiestromversorgungsanlagenwartungsvertrag" * 3,
        case_ref="C" * 40,
    ),
    row(
        date(2026, 11, 9),
        issue="التسرب في المطبخ منذ أسبوع & <b>still</b> {{ 7*7 }} 👍 東京",
        department="ζ" * 60,
    ),
    row(date(2026, 11, 18), issue="https://example.org/" + "a" * 120, paused_from=date(2026, 11, 19)),
    row(
        date(2026, 11, 2),
        paused_from=date(2026, 11, 3),
        issue="Waiting for the survey",
        pause_decided_by="Sam Osei",
    ),
)

CONFIRM_FIELDS = (
    *("case_owner", "department", "received_on", "followed_up_on", "resolved", "customer_name", "issue"),
    *("resolution", "confirmed_on", "confirmed_by", "responded_on", "handled_fairly"),
)


def gallery() -> dict[str, Message]:
    """Return every kind of mail with every reason it can go for, and the hard cases, by a short name."""
    found = {name: compose(each, HEAD, LINKED, MONDAY) for name, each in _with_reasons()}
    found |= {name: compose(each, head, LINKED, MONDAY) for name, each, head in _others()}
    return found | {f"alert {name}": compose_alert(each, HEAD, MONDAY) for name, each in alerts()}


def notices() -> dict[Kind, Notice]:
    """Return one notice of each kind."""
    office = decided(OFFICE, rules=LINKED)
    (review,) = reviewed(OFFICE, rules=LINKED)
    found = {
        "owner digest": of(office, "owner digest", AMIRA).notice,
        "manager exceptions": of(office, "manager exceptions", LUCY).notice,
        "approvals": _approvals(),
        "coordinator": of(office, "coordinator", DANA).notice,
        "weekly review": review.notice,
    }
    assert set(found) == set(TEMPLATES)
    return {kind: each for kind, each in found.items() if each is not None}


def _approvals() -> Notice | None:
    rows = [
        row(date(2026, 11, 16), resolution="Replace the tap and apologise", issue="Tap dripping since June"),
        row(date(2026, 11, 2), resolution="Apology", responded_on=date(2026, 11, 12), handled_fairly="no"),
    ]
    policy = PolicyChoice(load_policies(["eight-step-procedure"], None))
    register = make_register(rows, CONFIRM_FIELDS)
    judgement = judge(register, policy, CALENDAR, MONDAY, PEOPLE, roles={"director": ("Sam Osei",)})
    found = decisions([judgement], PEOPLE, ROLES, [], MONDAY, calendar=CALENDAR, rules=LINKED)
    return of(found, "approvals", SAM).notice


def _with_reasons() -> Iterator[tuple[str, Notice]]:
    for (kind, notice), (reason, (words, note)) in product(notices().items(), WHY_NOW.items()):
        sections = tuple(
            replace(section, entries=tuple(_noted(each, note) for each in section.entries))
            for section in notice.sections
        )
        yield f"{kind}, {reason}", replace(notice, reason=reason, why_now=words, sections=sections)


def _noted(entry: Entry, note: str) -> Entry:
    return replace(entry, note=note)


def _others() -> Iterator[tuple[str, Notice, Letterhead]]:
    """Yield digests at their edges: cut off, with thanks, with hard texts, with files in place of links."""
    friday = MONDAY + timedelta(days=4)
    thanks = [*OFFICE, done(date(2026, 11, 20), date(2026, 11, 24)), row(date(2026, 11, 9), checked="y")]
    put_off = row(date(2026, 11, 9), snooze_until=date(2026, 12, 9), issue="Waiting for a part")
    for name, rows, now, rules, head in (
        ("capped", OFFICE, MONDAY, replace(LINKED, cap=2), HEAD),
        ("thanks", [*thanks, put_off], friday, LINKED, HEAD),
        ("hard", HARD, MONDAY, LINKED, HEAD),
        ("files", OFFICE[:2], MONDAY, MailRules(), ON_A_DRIVE),
        ("names allowed", OFFICE[:1], MONDAY, MailRules(lines=LineRules(customer_names=True)), HEAD),
        (
            "25 rows",
            [{**OFFICE[0], "issue": f"Issue {number}"} for number in range(39)],
            MONDAY,
            LINKED,
            HEAD,
        ),
    ):
        notice = of(decided(rows, now, rules=rules), "owner digest", AMIRA).notice
        assert notice is not None
        yield f"owner digest, {name}", notice, replace(head, read_at=now)
    (review,) = reviewed([*OFFICE, *HARD], rules=LINKED)
    assert review.notice is not None
    yield "weekly review, hard", review.notice, HEAD


def alerts() -> Iterator[tuple[str, Alert]]:
    """Yield one message of each kind that is about one thing."""
    case = judged(OFFICE).register.cases[0]
    news = PackNews(
        Period(date(2026, 11, 9), date(2026, 11, 22)),
        date(2026, 11, 24),
        time(14),
        "9 of 17 complaints due were followed up within 5 working days; no change.",
        (
            ("Received", "20"),
            ("Followed up within 5 working days", "53%"),
            ("Open past the standard", "10"),
            ("Followed up the same day", "12%"),
            ("Median working days to follow up", "4"),
            ("Improvement ideas", "3 new"),
        ),
        (
            "3 new ideas (C-0101, C-0107 and C-0110): take forward, merge or decline?",
            "C-0098 has no owner: who takes it?",
        ),
        r"\\server01\Shared Documents\Complaints\packs\2026-11-24 improvement meeting pack.pdf",
        "2026-11-24 improvement meeting pack.pdf",
    )
    idea = Idea(
        7,
        "Ring customers the evening before",
        date(2026, 10, 1),
        date(2026, 11, 10),
        "out for comment",
        theme="Missed appointment",
        solution="A call the evening before every visit, from a list printed at 16:00",
        reply_by=date(2026, 12, 4),
    )
    agreed = replace(
        idea, stage="agreed", owner="Lucy Marsh", due=date(2026, 12, 18), decided_by="the meeting"
    )
    words = "The heading “Case Owner” is gone, and 40 of 148 rows are missing."
    found: dict[str, Alert | None] = {
        "register stopped": stop_alert("main", "the register", words, ROLES, MONDAY),
        "run failed": failed_alert(
            "pack", "The pack folder cannot be written to. Free some space.", DANA, MONDAY
        ),
        "test mail": trial_alert(DANA, "mail.example.org", MONDAY),
        "customer rang": rang_alert(case, PEOPLE, ROLES, MONDAY, customer_names=False),
        "pack ready": pack_alerts(news, [SAM])[0],
        "pack ready, too large": pack_alerts(replace(news, attached="", decisions=()), [SAM])[0],
        "mail trouble": mail_alert(
            [
                Trouble(12, "tom.ashworth@example.org", "550 5.1.1 no such user"),
                Trouble(13, "x@example.org", "421 busy"),
            ],
            ROLES,
            MONDAY,
        ),
        "comment round": comment_round([idea, replace(idea, number=9)], AMIRA, "Improvement log.xlsx"),
        "agreed change": agreed_change(agreed, LUCY, "new", "agreed", MONDAY.date(), instead=""),
        "change made": changes_made([replace(agreed, stage="implemented")], AMIRA),
    }
    yield from ((name, each) for name, each in found.items() if each is not None)


def html_of(message: Message) -> str:
    """Return the HTML of a message as it is read back from its bytes."""
    part = message_from_bytes(message.content, policy=default).get_body(("html",))
    assert part is not None
    return str(part.get_content())


def written(folder: Path) -> dict[str, Path]:
    """Write every mail of the gallery as a page, and return their files by name."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = {}
    for name, message in gallery().items():
        pages[name] = folder / f"{name.replace(', ', ' - ')}.html"
        pages[name].write_text(html_of(message), encoding="utf-8")
    return pages


def sized(chromium: Chromium, width: int) -> None:
    """Make the page as wide as a reading pane or a telephone."""
    chromium.asked(
        "Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=width < 480
    )


def main(folder: Path) -> None:
    """Write every mail as HTML and as pictures."""
    with tempfile.TemporaryDirectory() as profile, browser(Path(profile)) as chromium:
        for (name, page), scheme, width in product(written(folder).items(), SCHEMES, WIDTHS):
            sized(chromium, width)
            chromium.shown(page, scheme)
            taken = chromium.asked("Page.captureScreenshot", captureBeyondViewport=True)
            picture = folder / f"{name.replace(', ', ' - ')} {scheme} {width}.png"
            picture.write_bytes(base64.b64decode(taken["data"]))
            print(picture.name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
