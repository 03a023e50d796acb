"""The mail channel and the journal with a real mail server: Postfix, delivering to Dovecot."""

import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path
from textwrap import indent

import pytest
from openpyxl import Workbook

from complaints_sheet import mailbox
from complaints_sheet.app import mail_check
from complaints_sheet.app.arming import arm
from complaints_sheet.app.doctor import examine
from complaints_sheet.app.working import work
from complaints_sheet.channels import CHANNELS, smtp
from complaints_sheet.core.messages import message
from complaints_sheet.errors import DeliveryError
from tests.mailserver import PASSWORD, MailServer, mail_server, needs_mail_server
from tests.test_mail_message import LETTER

pytestmark = needs_mail_server()

AMIRA, BO, DANA = "amira.khan@example.org", "bo.day@example.org", "dana.hughes@example.org"


def nothing() -> None:
    """Do nothing before the last line."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    with mail_server(tmp_path_factory.mktemp("mail"), largest=50_000) as running:
        yield running


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPLAINTS_MAIL_PASSWORD", PASSWORD)


@pytest.fixture
def settings(server: MailServer) -> smtp.Settings:
    return smtp.Settings(host=server.host, port=server.smtp_port, sender=server.robot, ca_file=server.ca_file)


@pytest.fixture
def journal(server: MailServer) -> mailbox.Settings:
    return mailbox.Settings(
        host=server.host,
        port=server.imap_port,
        user=server.user,
        password_variable="COMPLAINTS_MAIL_PASSWORD",
        ca_file=server.ca_file,
    )


def letter(server: MailServer, to: str, key: str, **more: object):
    return message(replace(LETTER, sender=server.robot, to=to, key=key, **more))


def test_the_login_is_over_tls(settings) -> None:
    assert "answers (TLSv1.3, logged in as complaints-robot@example.org)" in smtp.probe(settings)


def test_what_is_sent_is_read_back_with_every_header_and_letter(server, settings) -> None:
    sent = letter(
        server, AMIRA, "all letters", subject="Beschwerden: 2 überfällig – 東京", to_name="Amira Khàn"
    )
    words = CHANNELS["smtp"].deliver(sent, settings, nothing)
    assert words.startswith("250 2.0.0 Ok: queued as ")
    server.settle()
    (got,) = (each for each in server.delivered(AMIRA) if each["Message-ID"] == sent.message_id)
    written = message_from_bytes(sent.content, policy=SMTP)
    for name, value in written.items():
        assert got[name] == value, name
    assert got["Subject"] == "Beschwerden: 2 überfällig – 東京"
    assert got["Return-Path"] == f"<{server.robot}>"
    assert "with ESMTPSA" in str(got["Received"] or "") + "".join(map(str, got.get_all("Received", [])))
    for mine, theirs in zip(written.iter_parts(), got.iter_parts(), strict=True):
        assert theirs.get_content() == mine.get_content()


def test_an_unknown_user_and_a_foreign_domain_are_refused_and_the_others_have_their_mail(
    server, settings
) -> None:
    faults = {}
    with smtp.session(settings) as deliver:
        for to in ("nobody@example.org", BO, "someone@elsewhere.example", DANA):
            try:
                deliver(letter(server, to, f"refused {to}"), nothing)
            except DeliveryError as error:
                faults[to] = (error.fault, error.message)
    assert {to: fault for to, (fault, _) in faults.items()} == {
        "nobody@example.org": "address",
        "someone@elsewhere.example": "stop",
    }
    assert "550 5.1.1" in faults["nobody@example.org"][1]
    assert "554 5.7.1" in faults["someone@elsewhere.example"][1]
    server.settle()
    assert [len(server.delivered(each)) for each in (BO, DANA)] == [1, 1]


def test_a_wrong_password_and_a_sender_of_somebody_else_stop_everything(
    server, settings, monkeypatch
) -> None:
    as_bo = settings.model_copy(update={"user": BO})
    with pytest.raises(DeliveryError, match="Sender address rejected") as stop:
        CHANNELS["smtp"].deliver(letter(server, AMIRA, "as somebody else"), as_bo, nothing)
    assert stop.value.fault == "stop"
    monkeypatch.setenv("COMPLAINTS_MAIL_PASSWORD", "not this")
    with pytest.raises(DeliveryError, match="refused the login: 535") as stop:
        smtp.probe(settings)
    assert stop.value.fault == "stop"


def test_the_server_takes_no_login_in_the_clear(server) -> None:
    with smtplib.SMTP(server.host, server.smtp_port) as clear:
        clear.ehlo()
        assert not clear.has_extn("auth")
        assert clear.docmd("MAIL", f"FROM:<{server.robot}>")[0] == 530
    with pytest.raises(ssl.SSLCertVerificationError), smtplib.SMTP(server.host, server.smtp_port) as unknown:
        unknown.starttls(context=ssl.create_default_context())


def test_a_message_above_the_size_of_the_server_is_not_begun(server, settings) -> None:
    with pytest.raises(DeliveryError, match="takes mails of 50,000 bytes at most") as refused:
        CHANNELS["smtp"].deliver(letter(server, AMIRA, "large", text="long " * 12_000), settings, nothing)
    assert refused.value.fault == "message"


def test_a_connection_cut_before_the_last_line_leaves_nothing_behind(server, settings, journal) -> None:
    class Cut(BaseException):
        """Stands for a kill."""

    def cut() -> None:
        raise Cut

    cut_off, whole = letter(server, AMIRA, "cut off"), letter(server, AMIRA, "whole")
    with smtp.session(settings) as deliver:
        with pytest.raises(Cut):
            deliver(cut_off, cut)
        deliver(whole, nothing)
    server.settle()
    with mailbox.journal(journal) as box:
        seen = box.seen([cut_off.short_key, whole.short_key], datetime.now(UTC))
    assert seen == {whole.short_key}


# --- the journal -------------------------------------------------------------------------------------------


def test_the_journal_finds_what_was_delivered_and_nothing_else(server, settings, journal) -> None:
    messages = [letter(server, AMIRA, f"journal {number}") for number in range(30)]
    with smtp.session(settings) as deliver:
        for each in messages[:20]:
            deliver(each, nothing)
    server.settle()
    keys = [each.short_key for each in messages]
    with mailbox.journal(journal) as box:
        assert "INBOX" in str(box)
        assert box.seen(keys, datetime.now(UTC)) == set(keys[:20])
        assert box.seen(keys, datetime.now(UTC) + timedelta(days=3)) == frozenset()
        assert box.seen([], datetime.now(UTC)) == frozenset()
    # Looking changes nothing, not even what counts as read.
    with mailbox.journal(replace(journal, folders=("INBOX",))) as box:
        assert box.seen(keys, datetime.now(UTC)) == set(keys[:20])


def test_a_copy_that_was_sorted_away_is_found_where_the_server_says_so(server, settings, journal) -> None:
    import imaplib

    sent = letter(server, AMIRA, "sorted away")
    CHANNELS["smtp"].deliver(sent, settings, nothing)
    server.settle()
    trust = ssl.create_default_context(cafile=str(server.ca_file))
    with imaplib.IMAP4_SSL(server.host, server.imap_port, ssl_context=trust) as box:
        box.login(server.user, server.password)
        box.create('"Sent Items"')
        box.create('"Gel&APY-scht"')
        box.select("INBOX")
        _, (found,) = box.search(None, "HEADER", "X-Complaints-Sheet-Key", sent.short_key)
        box.copy(found.decode(), '"Sent Items"')
        box.copy(found.decode(), '"Gel&APY-scht"')
        box.store(found.decode(), "+FLAGS", r"\Deleted")
        box.expunge()
    for folders in ((), ("Gelöscht",)):
        with mailbox.journal(replace(journal, folders=folders)) as box:
            assert box.seen([sent.short_key], datetime.now(UTC)) == {sent.short_key}
    with mailbox.journal(replace(journal, folders=("INBOX",))) as box:
        assert box.seen([sent.short_key], datetime.now(UTC)) == frozenset()


def test_a_journal_that_cannot_be_read_says_why_and_what_to_do(
    journal, server, monkeypatch, tmp_path: Path
) -> None:
    wrong = {
        "refused the login": replace(journal, user="nobody@example.org"),
        "cannot be opened": replace(journal, folders=("No such folder",)),
        "nothing answers at that port": replace(journal, port=1),
        "could not agree on encryption": replace(journal, port=server.smtp_port),
        "issuer certificate": replace(journal, ca_file=None),
        "is not set": replace(journal, password_variable="COMPLAINTS_NO_SUCH_PASSWORD"),
        "cannot be read": replace(journal, password_file=tmp_path / "none.txt"),
        "cannot be used": replace(journal, ca_file=tmp_path / "none.pem"),
    }
    for words, settings in wrong.items():
        with pytest.raises(DeliveryError, match=words) as fault, mailbox.journal(settings) as box:
            box.seen(["x"], datetime.now(UTC))
        assert fault.value.next_step
        assert PASSWORD not in f"{fault.value} {fault.value.next_step}"


def test_a_connection_that_breaks_off_while_the_journal_is_read_is_a_fault(journal) -> None:
    def cut_off() -> None:
        with mailbox.journal(journal) as box:
            box._box.shutdown()  # as if the server had gone away
            box.seen(["x"], datetime.now(UTC))

    with pytest.raises(DeliveryError, match="broke off") as fault:
        cut_off()
    assert fault.value.fault == "later"


# --- doctor ------------------------------------------------------------------------------------------------


@pytest.fixture
def office(server: MailServer, tmp_path: Path):
    """Return a function that examines a config with this mail server and more keys under `delivery`."""

    def examined(delivery: str, **named: str):
        Workbook().save(tmp_path / "register.xlsx")
        (tmp_path / "config.yaml").write_text(
            f"""
register: register.xlsx
people: [{{name: Amira Khan, email: {AMIRA}}}, {{name: Bo Day, email: {BO}}}]
roles: {{coordinator: Amira Khan}}
delivery:
  kind: smtp
  host: {server.host}
  port: {server.smtp_port}
  sender: {server.robot}
  ca_file: {server.ca_file}
{indent(delivery, "  ")}
""",
            encoding="utf-8",
        )
        found = examine(tmp_path / "config.yaml", now=datetime.now(UTC), **named)
        return {each.name: each for each in found.checks}

    return examined


def test_doctor_logs_in_and_sends_a_test_mail_whose_copy_comes_into_the_journal(server, office) -> None:
    journal = f"journal: {{host: {server.host}, port: {server.imap_port}}}"
    checks = office(f"sender_name: Example complaints\n{journal}", test_address=BO)
    assert "TLSv1.3, logged in as" in checks["mail server"].sentence
    assert checks["test mail"].sentence.startswith(f"A test mail for {BO} was handed over: 250 2.0.0 Ok")
    assert checks["journal"].sentence == "The copy of the test mail is in the journal."
    server.settle()
    got = server.delivered(BO)[-1]
    assert got["From"] == f"Example complaints <{server.robot}>"
    assert "a test" in str(got["Subject"])


def test_doctor_says_that_no_copy_came(server, office, monkeypatch) -> None:
    monkeypatch.setattr(mail_check, "COPY_SECONDS", 1.0)
    journal = f"journal: {{host: {server.host}, port: {server.imap_port}, user: {DANA}}}"
    found = office(journal, test_address=BO)["journal"]
    assert (found.outcome, f"copy_to: {DANA}" in found.next_step) == ("warning", True)
    copied = office(f"copy_to: {DANA}\n{journal}", test_address=BO)["journal"]
    assert copied.outcome == "ok"


def test_doctor_says_what_to_do_about_a_refused_login_of_the_journal(server, office) -> None:
    found = office(f"journal: {{host: {server.host}, port: {server.imap_port}, user: x@example.org}}")
    assert (found["journal"].outcome, found["mail server"].outcome) == ("fault", "ok")
    assert "IMAP" in found["journal"].next_step


# --- from the first run to mail that is switched on --------------------------------------------------------


def test_until_mail_is_switched_on_only_the_test_address_gets_it_then_each_owner_once(
    server, tmp_path: Path
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(
        f"""
register: register.xlsx
people:
  - {{name: Amira Khan, email: {AMIRA}}}
  - {{name: Dana Hughes, email: {DANA}}}
roles: {{coordinator: Dana Hughes}}
delivery:
  kind: smtp
  host: {server.host}
  port: {server.smtp_port}
  sender: {server.robot}
  ca_file: {server.ca_file}
  allowed_domains: [example.org]
  test_address: {BO}
  journal: {{host: {server.host}, port: {server.imap_port}}}
""",
        encoding="utf-8",
    )
    book = Workbook()
    book.active.append(["Case Owner", "Department", "Date received", "Customer Name", "Issue", "Resolved"])
    book.active.append(["Amira Khan", "Repairs", date(2026, 11, 2), "Pat Field", "No heating", "N"])
    book.save(tmp_path / "register.xlsx")
    server.empty()
    monday = datetime(2026, 11, 23, 9, tzinfo=UTC)

    def boxes(minutes: int) -> list[int]:
        work("run", config, as_of=None, now=monday + timedelta(minutes=minutes))
        server.settle()
        return [len(server.delivered(each)) for each in (BO, AMIRA)]

    tried, owners = boxes(0)
    assert tried > 0
    assert owners == 0
    assert all("Test, for" in str(each["Subject"]) for each in server.delivered(BO))
    arm(config, tried, now=monday + timedelta(minutes=10))
    assert boxes(20) == [tried, 1]
    assert boxes(30) == [tried, 1]
    (got,) = server.delivered(AMIRA)
    assert got["From"].addresses[0].addr_spec == server.robot
    assert "Pat Field" not in str(got["Subject"])
