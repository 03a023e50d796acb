"""What comes back to mail: failed deliveries, replies, automatic answers, from a real mailbox by IMAP."""

import imaplib
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints_sheet.app.mailing import letterhead
from complaints_sheet.app.replies import hear, new_words
from complaints_sheet.app.workplace import Desk
from complaints_sheet.config.settings import load_config
from complaints_sheet.core.ideas import Event, Idea
from complaints_sheet.core.incoming import bounce, incoming, written_text
from complaints_sheet.errors import ConfigError
from complaints_sheet.state import open_state
from tests.mailserver import PASSWORD, ROBOT, MailServer, mail_server, needs_mail_server
from tests.postkills.trial import BEGIN, outgoing

AMIRA = "owner0@example.org"
SENT = outgoing("replies", 3)
OURS = SENT[0].message_id

DSN = """From: Mail Delivery System <MAILER-DAEMON@example.org>
To: robot@example.org
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <bounce-{number}@example.org>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no such user

--b
Content-Type: {kind}

{returned}
--b--
"""


def report(
    address: str = AMIRA,
    status: str = "5.1.1",
    action: str = "failed",
    kind: str = "text/rfc822-headers",
    returned: str = f"Message-ID: {OURS}\nSubject: 0 cases need you\n",
    number: int = 1,
) -> bytes:
    return DSN.format(
        address=address, status=status, action=action, kind=kind, returned=returned, number=number
    ).encode()


def reply(text: str, sender: str = AMIRA, to: str = OURS, html: bool = False, **headers: str) -> bytes:
    made = EmailMessage()
    made["From"] = f"Somebody <{sender}>"
    made["To"] = "robot@example.org"
    made["Subject"] = "Re: Your view"
    made["Message-ID"] = f"<{abs(hash((text, sender, to, *headers)))}@example.org>"
    made["In-Reply-To"] = to
    made["References"] = to
    for name, value in headers.items():
        del made[name.replace("_", "-")]
        made[name.replace("_", "-")] = value
    made.set_content(text, subtype="html" if html else "plain")
    return made.as_bytes()


# --- understood from its bytes -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_report", "final", "wrong"),
    [
        (report(), True, True),
        (report(status="5.4.1"), True, True),
        (report(status="5.2.2"), True, False),
        (report(status="5.3.4"), True, False),
        (report(status="4.4.1"), False, False),
        (report(status="4.4.1", action="delayed"), False, False),
    ],
)
def test_a_delivery_report_says_whether_the_address_is_to_blame(given_report, final, wrong) -> None:
    told = bounce(given_report)
    assert told is not None
    assert (told.address, told.final, told.wrong_address) == (AMIRA, final, wrong)
    assert told.answers == (OURS[4:].partition("@")[0],)
    assert incoming(given_report).report


def test_a_report_may_return_the_whole_mail_with_another_message_id() -> None:
    returned = SENT[0].content.decode("ascii").replace(OURS, "<rewritten@outlook.example>")
    told = bounce(report(kind="message/rfc822", returned=returned))
    assert told is not None
    assert told.answers == (OURS[4:].partition("@")[0],)


def test_reports_on_other_mail_success_and_nonsense_are_none() -> None:
    for content in (
        report(returned="Message-ID: <other@example.org>\n"),
        report(action="delivered"),
        report(address="not an address"),
        reply("Hello"),
        b"",
        b"Content-Type: multipart/report; boundary=b\n\n--b",
    ):
        assert bounce(content) is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
        {"Return_Path": "<>"},
        {"Subject": "Automatic reply: Your view"},
        {"Subject": "Abwesenheitsnotiz: Your view"},
    ],
)
def test_automatic_answers_are_known_as_such(headers: dict[str, str]) -> None:
    assert incoming(reply("I am away.", **headers)).automatic
    assert not incoming(reply("I am here.", Auto_Submitted="no")).automatic


@given(st.binary(max_size=300))
def test_whatever_comes_back_is_read_without_a_fault(content: bytes) -> None:
    incoming(content)
    bounce(content)
    written_text(content)


REPLIES = {
    "Gmail": "Good idea.\n\nOn Mon, 23 Nov 2026 at 09:00, Example <r@example.org> wrote:\n> Well?\n",
    "Outlook": "Good idea.\n\nFrom: Example complaints <r@example.org>\nSent: 23 November 2026 09:00\n"
    "To: Amira Khan <a@example.org>\nSubject: Your view\n\nWhat do you think?\n",
    "a signature": "Good idea.\n\n-- \nAmira Khan\nRepairs\n",
    "regards": "Good idea.\n\nKind regards\nAmira\n\nOn 23 Nov 2026, Example wrote:\n> Well?\n",
    "German": "Good idea.\n\nAm Mo., 23. Nov. 2026 um 09:00 Uhr schrieb Example <r@example.org>:\n> Nun?\n",
    "nothing else": "Good idea.",
}


@pytest.mark.parametrize("program", REPLIES)
def test_only_what_was_added_is_kept(program: str) -> None:
    assert new_words(REPLIES[program]) == "Good idea."


def test_html_alone_is_read_as_words() -> None:
    content = reply("<html><style>p {}</style><p>Good &amp; cheap.</p><p>Do it.</p></html>", html=True)
    assert new_words(written_text(content)).split() == ["Good", "&", "cheap.", "Do", "it."]


# --- read from a mailbox -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    with mail_server(tmp_path_factory.mktemp("mail")) as running:
        yield running


@pytest.fixture
def desk(server: MailServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A desk whose three mails have gone out: the first about I-0001, the second about I-0001 and I-0002."""
    monkeypatch.setenv("COMPLAINTS_MAIL_PASSWORD", PASSWORD)
    server.empty()
    file = tmp_path / "config.yaml"
    file.write_text(
        f"""register: register.xlsx
people: [{{name: Amira Khan, email: {AMIRA}}}, {{name: Bo Day, email: owner1@example.org}}]
delivery:
  {{kind: smtp, host: localhost, port: {server.smtp_port}, sender: {ROBOT}, ca_file: {server.ca_file},
   journal: {{host: localhost, port: {server.imap_port}}}, replies: true}}
""",
        encoding="utf-8",
    )
    config = load_config(file)
    with open_state(config.state.folder) as state:
        run = state.runs.begin("run", BEGIN, BEGIN.date(), BEGIN)
        for number in state.outbox.queue(SENT, BEGIN, run):
            assert state.outbox.claim(number, BEGIN)
            state.outbox.sent(number, BEGIN, "250 taken")
        ideas = [
            Idea(
                number,
                f"Idea {number}",
                date(2026, 11, 2),
                date(2026, 11, 2),
                date(2026, 11, 2),
                "out for comment",
            )
            for number in (1, 2)
        ]
        told = {0: (1,), 1: (1, 2)}
        state.ideas.decide(
            ideas,
            [
                Event(number, BEGIN.date(), "mail", SENT[at].key.removeprefix("smtp:"), "asked")
                for at, numbers in told.items()
                for number in numbers
            ],
        )
        yield Desk(config, state, run, datetime.now(UTC).astimezone(BEGIN.tzinfo), False)


def put(server: MailServer, *contents: bytes) -> None:
    trust = ssl.create_default_context(cafile=str(server.ca_file))
    with imaplib.IMAP4_SSL(server.host, server.imap_port, ssl_context=trust) as box:
        box.login(server.user, server.password)
        for each in contents:
            status, _ = box.append("INBOX", "", imaplib.Time2Internaldate(datetime.now(UTC)), each)
            assert status == "OK"


@needs_mail_server()
def test_a_reply_adds_a_comment_to_its_idea_once_and_decides_nothing(server, desk) -> None:
    before = dict(desk.state.ideas.known())
    put(
        server,
        reply(REPLIES["Outlook"]),
        reply("I-0002: approved, implement it today!", to=SENT[1].message_id),
        reply("I am away.", Auto_Submitted="auto-replied"),
        SENT[2].content,
        reply("Buy this", to="<other@example.org>"),
    )
    assert letterhead(desk.config, desk.moment).reply_to is None  # answers go to the mailbox that is read
    heard = hear(desk)
    assert sorted((each.kind, each.words) for each in heard.returned) == [
        ("comment", "I-0001"),
        ("comment", "I-0002"),
    ]
    assert heard.notes == ()
    found = sorted((each.idea, each.who, each.words, each.place) for each in desk.state.ideas.comments())
    assert found == [
        (1, "Amira Khan", "Good idea.", "a reply by e-mail"),
        (2, "Amira Khan", "I-0002: approved, implement it today!", "a reply by e-mail"),
    ]
    assert dict(desk.state.ideas.known()) == before
    assert hear(desk) == hear(desk)
    assert len(desk.state.ideas.comments()) == 2


@needs_mail_server()
def test_strangers_and_replies_about_no_single_idea_are_held(server, desk) -> None:
    put(
        server,
        reply("Let me in", sender="stranger@elsewhere.example"),
        reply("Both are good", to=SENT[1].message_id),
        reply("My case is done", to=SENT[2].message_id),
        reply("I-0002 is good", to=SENT[0].message_id, sender="owner1@example.org"),
    )
    heard = hear(desk)
    assert sorted(each.kind for each in heard.returned) == ["comment", "held", "held", "held"]
    assert "3 replies could not be filed" in heard.notes[0]
    (comment,) = desk.state.ideas.comments()
    assert (comment.idea, comment.who) == (1, "Bo Day")


@needs_mail_server()
def test_a_failed_delivery_suspends_the_address_that_the_mail_went_to_and_no_other(server, desk) -> None:
    put(
        server,
        report(),
        report(address="owner1@example.org", number=2),
        report(
            address="owner1@example.org",
            returned=f"Message-ID: {SENT[1].message_id}\n",
            status="5.2.2",
            number=3,
        ),
        report(
            address="owner2@example.org",
            returned=f"Message-ID: {SENT[2].message_id}\n",
            status="4.4.1",
            number=4,
        ),
    )
    heard = hear(desk)
    assert sorted(each.kind for each in heard.returned) == ["delayed", "delayed", "failed", "failed"]
    assert set(desk.state.addresses.suspended()) == {AMIRA}
    assert "5.1.1" in desk.state.addresses.suspended()[AMIRA].words
    assert "2 mails came back undelivered" in heard.notes[0]
    assert hear(desk).returned == ()


@needs_mail_server()
def test_looking_changes_nothing_in_the_mailbox_and_one_that_cannot_be_read_is_a_note(
    server, desk, monkeypatch
) -> None:
    put(server, reply("Good idea."))
    hear(desk)
    trust = ssl.create_default_context(cafile=str(server.ca_file))
    with imaplib.IMAP4_SSL(server.host, server.imap_port, ssl_context=trust) as box:
        box.login(server.user, server.password)
        box.select("INBOX", readonly=True)
        assert box.search(None, "UNSEEN")[1] == [b"1"]
    monkeypatch.setenv("COMPLAINTS_MAIL_PASSWORD", "wrong")
    (note,) = hear(desk).notes
    assert note.startswith("Replies cannot be read: localhost refused the login")
    assert hear(replace(desk, dry_run=True)).notes == ()


def test_replies_need_a_mailbox_by_imap(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    keys = "{kind: smtp, host: mail.example.org, sender: robot@example.org, replies: true}"
    file.write_text(f"register: register.xlsx\ndelivery: {keys}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as stopped:
        load_config(file)
    assert "name the mailbox under `journal`" in str(stopped.value.problems[0])
